"""What filters ask of photos, as columns in memory: a million photos are filtered in milliseconds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from voicephoto.library.photo import Filter
from voicephoto.library.spelling import fold

COLUMNS = (
    "SELECT id, CASE WHEN taken_from <> 'file' THEN CAST(replace(substr(taken, 1, 10), '-', '') AS INTEGER) END,"
    " place_id, camera_key, album_key, (height > width) - (width > height) FROM photos"
)
"""The rows that Columns are made of; a file's own time is no date of a photo."""
_NONE = -1
_SHAPES = {"portrait": 1, "landscape": -1, "square": 0}


@dataclass(frozen=True, slots=True)
class Columns:
    """One row for each photo, by ascending id, as of `revision`: 25 bytes a photo.

    `days` [n] are local days as the number yyyymmdd; `cameras` and `albums` [n] places in the lists of their folded
    names; -1 stands for what is not known. `shapes` [n] are 1 for portrait, -1 for landscape, 0 for square.
    """

    revision: int
    ids: NDArray[np.int64]
    days: NDArray[np.int32]
    places: NDArray[np.int32]
    cameras: NDArray[np.int32]
    albums: NDArray[np.int32]
    shapes: NDArray[np.int8]
    camera_names: dict[str, int]
    album_names: dict[str, int]

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]], revision: int) -> Self:
        """The columns of the rows that COLUMNS selects."""
        return cls._of(rows, revision, {}, {})

    @classmethod
    def _of(
        cls, rows: Sequence[tuple[Any, ...]], revision: int, cameras: dict[str, int], albums: dict[str, int]
    ) -> Self:
        size = len(rows)

        def numbers(column: int, kind: type[np.signedinteger[Any]]) -> NDArray[Any]:
            return np.fromiter((_NONE if row[column] is None else row[column] for row in rows), kind, size)

        def named(column: int, names: dict[str, int]) -> NDArray[np.int32]:
            return np.fromiter(
                (_NONE if (name := row[column]) is None else names.setdefault(name, len(names)) for row in rows),
                np.int32,
                size,
            )

        return cls(
            revision,
            numbers(0, np.int64),
            numbers(1, np.int32),
            numbers(2, np.int32),
            named(3, cameras),
            named(4, albums),
            numbers(5, np.int8),
            cameras,
            albums,
        )

    def renewed(self, changed: NDArray[np.int64], rows: Sequence[tuple[Any, ...]], revision: int) -> Self:
        """The columns at a later `revision`: without the `changed` photos, with the `rows` of those still there."""
        new = self._of(rows, revision, dict(self.camera_names), dict(self.album_names))
        stay = ~np.isin(self.ids, changed)
        order = np.argsort(np.concatenate([self.ids[stay], new.ids]), kind="stable")

        def joined(old: NDArray[Any], added: NDArray[Any]) -> NDArray[Any]:
            both: NDArray[Any] = np.concatenate([old[stay], added])[order]
            return both

        return type(self)(
            revision,
            joined(self.ids, new.ids),
            joined(self.days, new.days),
            joined(self.places, new.places),
            joined(self.cameras, new.cameras),
            joined(self.albums, new.albums),
            joined(self.shapes, new.shapes),
            new.camera_names,
            new.album_names,
        )

    def fulfilling(self, filter: Filter, places: Callable[[Iterable[str]], list[int]]) -> NDArray[np.bool_]:  # noqa: A002 - the field's word
        """Which photos [n] fulfil the filter; `places` gives the ids of places by their names."""
        inside = np.ones(len(self.ids), np.bool_)
        if filter.from_ is not None:
            inside &= self.days >= _number(filter.from_)
        if filter.until is not None:
            inside &= (self.days < _number(filter.until)) & (self.days != _NONE)
        if filter.places:
            inside &= _among(self.places, places(filter.places))
        if filter.without_places:
            inside &= ~_among(self.places, places(filter.without_places))
        if filter.camera is not None:
            words = f" {fold(filter.camera)} "
            inside &= _among(self.cameras, [code for name, code in self.camera_names.items() if words in f" {name} "])
        if filter.album is not None:
            inside &= self.albums == self.album_names.get(fold(filter.album), _NONE - 1)
        if filter.orientation is not None:
            inside &= self.shapes == _SHAPES[filter.orientation]
        if filter.ids is not None:
            inside &= np.isin(self.ids, np.array(filter.ids, np.int64))
        return inside


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _among(codes: NDArray[np.int32], wanted: Sequence[int]) -> NDArray[np.bool_]:
    """Which codes are wanted; -1 never is."""
    table = np.zeros(max([int(codes.max(initial=0)), *wanted]) + 2, np.bool_)
    table[list(wanted)] = True
    return table[codes]


NO_COLUMNS = Columns.of((), -1)
