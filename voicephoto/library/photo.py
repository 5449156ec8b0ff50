"""What the library knows about a photo, and what one may ask of it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

TakenFrom = Literal["exif", "name", "file"]
Orientation = Literal["portrait", "landscape", "square"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo was taken, as far as it is known; names are English where GeoNames has them so."""

    city: str | None = None
    region: str | None = None
    """First-order division: a state, a province, "Tuscany", "Scotland"."""
    country: str | None = None
    country_code: str | None = None
    """ISO 3166-1 alpha-2."""
    county: str | None = None
    """Second-order division: "Cornwall", "Marin County", "Haute-Savoie"."""

    @property
    def name(self) -> str:
        """As one says it: "Florence, Italy", or the country alone."""
        return ", ".join(dict.fromkeys(part for part in (self.city or self.region, self.country) if part))


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of the catalog."""

    id: int
    path: Path
    taken: datetime | None
    """Naive local time of the capture; midnight where only the day is known."""
    taken_from: TakenFrom | None
    """Who says so: the camera, the file's name, or only the file's modification time, which may be a copy's."""
    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    latitude: float | None
    """Degrees north, WGS 84."""
    longitude: float | None
    """Degrees east, WGS 84."""
    place: Place | None
    camera: str | None
    album: str | None
    """Name of the folder it lies in; None directly in an indexed folder."""
    caption: str | None
    keywords: tuple[str, ...]

    @property
    def captured(self) -> datetime | None:
        """`taken` where the camera or the file's name says so; a file's own time may be that of a copy."""
        return None if self.taken_from == "file" else self.taken


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of its photo; the fields are those of `Photo`."""

    taken: datetime | None
    taken_from: TakenFrom | None
    width: int
    height: int
    latitude: float | None
    longitude: float | None
    camera: str | None
    caption: str | None
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a camera was set for a photo; None for what its file does not say."""

    f_number: float | None
    seconds: float | None
    iso: int | None
    focal_length: float | None
    """Millimetres, of the lens itself."""
    flash: bool | None
    """Whether it fired."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file is recognised again."""

    size: int
    """Bytes."""
    mtime_ns: int
    """Kept within what SQLite holds; file systems have years that do not fit."""
    digest: bytes
    """Of the content: BLAKE2b, 16 bytes."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Reads the whole file."""
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=16)).digest()
            stat = os.fstat(content.fileno())
        return cls(stat.st_size, _mtime_ns(stat), digest)

    def fits(self, stat: os.stat_result) -> bool:
        """Whether a file of size and time as these is still the one that was read."""
        return (self.size, self.mtime_ns) == (stat.st_size, _mtime_ns(stat))

    @property
    def version(self) -> str:
        """8 hexadecimal digits that change with the content."""
        return self.digest[:4].hex()


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo as it goes into the catalog, with its `embedding` [d] by one encoder."""

    path: Path
    stamp: Stamp
    metadata: Metadata
    place: Place | None
    album: str | None
    embedding: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Known:
    """What an index run wants to know of a photo that is catalogued already."""

    id: int
    path: Path
    stamp: Stamp
    embedded: bool
    """Whether there is an embedding of the encoder in question."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of a catalog; two are equal only where nothing was written between them."""

    catalog: str
    """The catalog's identity."""
    revision: int
    """Grows with every change."""
    mark: str
    """Made up for this revision, which tells it from that of a copy that went another way."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a copy of one encoder's embeddings, as of an earlier moment, must take in to be as of `moment`.

    First the photos `gone` [n] leave it, ascending, some of which come back otherwise; then come those `added`, once, as
    ids [n] and embeddings [n, dimension] in pieces. Where it is `whole` the earlier moment is none of this catalog's, and
    everything is added. `dimension` is 0 where the encoder never embedded anything.
    """

    moment: Moment
    whole: bool
    gone: NDArray[np.int64]
    dimension: int
    added: Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a photo must fulfil; every given field must hold. Names compare without case and accents."""

    from_: date | None = None
    """First local day. A date bound wants a time from EXIF or the file name; a file's own time is no capture."""
    until: date | None = None
    """First local day that no longer counts."""
    places: tuple[str, ...] = ()
    """City, region or country must be one of these."""
    without_places: tuple[str, ...] = ()
    """Neither city, region nor country may be one of these; photos from nowhere known stay."""
    without_days: tuple[tuple[date | None, date | None], ...] = ()
    """Half-open local days on which it may not have been taken; photos without a capture time stay."""
    camera: str | None = None
    """Whole words of the camera's name: "canon", "iphone", "eos 7d"."""
    album: str | None = None
    orientation: Orientation | None = None
    ids: tuple[int, ...] | None = None
    """Only among these."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The library at a glance; the counts are largest first."""

    photos: int
    earliest: datetime | None
    """Of the times that cameras and file names give."""
    latest: datetime | None
    places: dict[str, int]
    """Keyed by Place.name."""
    albums: dict[str, int]
    cameras: dict[str, int]
    located: int
    """Photos with coordinates."""
    southern: int
    """Of these, south of the equator."""


def _mtime_ns(stat: os.stat_result) -> int:
    return max(-(2**63), min(stat.st_mtime_ns, 2**63 - 1))
