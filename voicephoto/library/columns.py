"""What filters ask about, of every photo, in memory: a filter over a million photos takes milliseconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.library.photo import Filter
from voicephoto.library.spelling import fold

SELECT = (
    "SELECT id, CASE WHEN taken_from <> 'file' THEN CAST(strftime('%s', taken) AS INTEGER) END,"
    " place_id, camera_key, album_key, (height > width) - (width > height), width * height,"
    " taken_from = 'name' AND strftime('%H%M%S', taken) = '000000' FROM photos"
)
"""The rows that `Columns` is made of."""
_UNKNOWN = np.iinfo(np.int64).min
_SHAPES = {"portrait": 1, "landscape": -1, "square": 0}

Mask = NDArray[np.bool_]


class Names:
    """Numbers for texts; None is 0."""

    def __init__(self) -> None:
        self.numbers: dict[str | None, int] = {None: 0}

    def of(self, texts: Iterable[str | None]) -> NDArray[np.int32]:
        numbers = self.numbers
        return np.fromiter((numbers.setdefault(text, len(numbers)) for text in texts), np.int32)


@dataclass(frozen=True, slots=True)
class Columns:
    """One field of every photo in each array [n], in the order of `ids`, which ascend.

    `taken` is in seconds from 1970 by the photo's own clock, and the smallest of all numbers where no one but the file
    says when; `place`, `camera` and `album` are 0 where there is none; `shape` is 1 upright, -1 lying, 0 square; of a photo
    that is `hourless` the name says the day, and nobody knows the hour.
    """

    ids: NDArray[np.int64]
    taken: NDArray[np.int64]
    place: NDArray[np.int64]
    camera: NDArray[np.int32]
    album: NDArray[np.int32]
    shape: NDArray[np.int8]
    pixels: NDArray[np.int64]
    hourless: Mask

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]], cameras: Names, albums: Names) -> "Columns":
        """The columns of what SELECT gives."""
        ids, taken, place, camera, album, shape, pixels, hourless = zip(*rows, strict=True) if rows else ((),) * 8
        size = len(rows)
        ordered = cls(
            np.fromiter(ids, np.int64, size),
            np.fromiter((_UNKNOWN if second is None else second for second in taken), np.int64, size),
            np.fromiter((number or 0 for number in place), np.int64, size),
            cameras.of(camera),
            albums.of(album),
            np.fromiter(shape, np.int8, size),
            np.fromiter(pixels, np.int64, size),
            np.fromiter((bool(unknown) for unknown in hourless), bool, size),
        )
        return ordered.at(np.argsort(ordered.ids, kind="stable"))

    @property
    def dated(self) -> Mask:
        """Which photos [n] have a capture time."""
        known: Mask = self.taken != _UNKNOWN
        return known

    def at(self, rows: NDArray[Any]) -> "Columns":
        """Those of some rows, by number or mask."""
        return Columns(*(getattr(self, field.name)[rows] for field in fields(self)))

    def renewed(self, changed: NDArray[np.int64], pieces: Sequence["Columns"]) -> "Columns":
        """These without the photos that `changed`, and what there is of them now, in `pieces`."""
        kept = self.at(~np.isin(self.ids, changed)) if len(self.ids) else self
        parts = [kept, *pieces]
        joined = Columns(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(self)))
        if not (joined.ids[1:] > joined.ids[:-1]).all():
            joined = joined.at(np.argsort(joined.ids, kind="stable"))
        joined.ids.flags.writeable = False
        return joined

    def select(
        self,
        filter: Filter,  # noqa: A002 - the field's word
        inside: Sequence[int],
        outside: Sequence[int],
        cameras: Names,
        albums: Names,
    ) -> NDArray[np.int64]:
        """Ids of the photos that fulfil the filter, ascending.

        `inside` are the numbers of the places that it allows, where it asks for places, and `outside` of those that it
        forbids.
        """
        masks: list[Mask] = []
        if filter.from_ is not None or filter.until is not None:
            masks.append(self._taken_on(filter.from_, filter.until))
        if filter.places:
            masks.append(np.isin(self.place, np.array(inside, np.int64)))
        if filter.without_places:
            masks.append(~np.isin(self.place, np.array(outside, np.int64)))
        masks += [~self._taken_on(*days) for days in filter.without_days]
        if filter.camera is not None:
            words = f" {fold(filter.camera)} "
            meant = [number for name, number in cameras.numbers.items() if name and words in f" {name} "]
            masks.append(np.isin(self.camera, np.array(meant, np.int32)))
        if filter.album is not None:
            masks.append(self.album == albums.numbers.get(fold(filter.album), -1))
        if filter.orientation is not None:
            masks.append(self.shape == _SHAPES[filter.orientation])
        if filter.ids is not None:
            masks.append(np.isin(self.ids, np.array(filter.ids, np.int64)))
        if not masks:
            return self.ids
        fulfilled: Mask = np.logical_and.reduce(masks)
        return self.ids[fulfilled]

    def _taken_on(self, from_: date | None, until: date | None) -> Mask:
        """Which photos [n] were taken on half-open days; of those without a capture time none."""
        taken = self.dated
        if from_ is not None:
            taken = taken & (self.taken >= _midnight(from_))
        if until is not None:
            taken = taken & (self.taken < _midnight(until))
        return taken


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
