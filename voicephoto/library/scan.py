"""Folders to catalog: what is new is read and embedded, what changed is renewed, what is gone is forgotten."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from voicephoto.errors import UsageError
from voicephoto.library.catalog import Catalog
from voicephoto.library.images import SUFFIXES, GonePhoto, UnreadablePhoto, open_image, upright
from voicephoto.library.metadata import read_metadata
from voicephoto.library.photo import Entry, Known, Metadata, Place, Stamp
from voicephoto.library.places import Gazetteer

_BATCH = 16
"""Photos that are embedded together and committed together; an interruption loses at most these."""
_READERS = 2


class ImageEncoder(Protocol):
    """The part of an encoder that indexing needs."""

    @property
    def name(self) -> str: ...

    @property
    def side(self) -> int: ...

    def prepare(self, image: Image.Image) -> Image.Image: ...

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was left out, and why; the path comes before the reason in a sentence."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did."""

    added: int
    updated: int
    removed: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    seconds: float

    @property
    def photos(self) -> int:
        """How many photos of these folders the catalog holds now."""
        return self.added + self.updated + self.unchanged


@dataclass(frozen=True, slots=True)
class _Read:
    """A decoded file."""

    path: Path
    stamp: Stamp
    metadata: Metadata
    image: Image.Image


def index(
    folders: Sequence[Path],
    catalog: Catalog,
    encoder: ImageEncoder,
    progress: Callable[[int, int], None] | None = None,
) -> IndexReport:
    """Bring the catalog up to date with `folders` and all below them; `progress` is told (done, total).

    A file that cannot be read is skipped and said so; a catalogued photo that has become unreadable is kept.
    A folder that has vanished or holds no photos at all keeps its photos in the catalog: it may be a disk that
    is not plugged in. Raises UsageError where none of the folders exists.
    """
    started = time.perf_counter()
    roots, skipped = _roots(folders)
    found = [path for root in roots for path in _photos_below(root, skipped)]
    found = list(dict.fromkeys(found))
    known = {photo.path: photo for photo in catalog.known(encoder.name)}
    gone = _gone(roots, found, known, skipped)
    fresh = [path for path in found if not _unchanged(path, known.get(path))]
    counts = {"added": 0, "updated": 0, "moved": 0}
    gazetteer = Gazetteer()
    places: dict[tuple[float, float], Place | None] = {}

    def place_of(metadata: Metadata) -> Place | None:
        if metadata.latitude is None or metadata.longitude is None:
            return None
        key = (round(metadata.latitude, 3), round(metadata.longitude, 3))
        if key not in places:
            places[key] = gazetteer.locate(*key)
        return places[key]

    done = 0
    for batch in _read(fresh, encoder):
        reads = [read for read in batch if isinstance(read, _Read)]
        skipped += [read for read in batch if isinstance(read, Skipped)]
        moved = [(gone.pop(id_), read) for read in reads if (id_ := _moved(read, known, gone)) is not None]
        if moved:
            catalog.move((photo.id, read.path) for photo, read in moved)
            counts["moved"] += len(moved)
        vectors = encoder.encode_images([read.image for read in reads])
        catalog.put(
            [
                Entry(
                    read.path,
                    read.stamp,
                    read.metadata,
                    place_of(read.metadata),
                    _album(read.path, roots),
                    vector,
                )
                for read, vector in zip(reads, vectors, strict=True)
            ],
            encoder.name,
        )
        renewed = sum(read.path in known for read in reads)
        counts["updated"] += renewed + len(moved)
        counts["added"] += len(reads) - renewed - len(moved)
        done += len(batch)
        if progress is not None:
            progress(done, len(fresh))
    if gone:
        catalog.remove(gone)
    return IndexReport(
        added=counts["added"],
        updated=counts["updated"],
        removed=len(gone),
        unchanged=len(found) - len(fresh),
        skipped=tuple(skipped),
        seconds=time.perf_counter() - started,
    )


def look_again(photo: Known, side: int) -> Image.Image:
    """A catalogued photo for another encoder, upright; `side` pixels on its shorter side suffice.

    Raises GonePhoto where the file is not there, cannot be read, or has changed, which `index` takes in; and
    UnreadablePhoto where it is there and damaged.
    """
    try:
        # Opening a pipe would wait for a writer for ever.
        if not S_ISREG(photo.path.stat().st_mode):
            raise GonePhoto("there is no regular file in its place any more")
        stamp = Stamp.of(photo.path)
        with open_image(photo.path) as image:
            seen = upright(image, side)
        if stamp.digest != photo.stamp.digest or not stamp.fits(photo.path.stat()):
            raise GonePhoto("it has changed since it was indexed")
    except OSError as error:
        raise GonePhoto((error.strerror or "it cannot be read").lower()) from None
    return seen


def _roots(folders: Sequence[Path]) -> tuple[list[Path], list[Skipped]]:
    roots: list[Path] = []
    skipped: list[Skipped] = []
    for folder in folders:
        if folder.exists():
            roots.append(folder.resolve())
        else:
            skipped.append(Skipped(folder, "there is no such folder; what the catalog holds of it was kept"))
    if not roots:
        names = ", ".join(str(folder) for folder in folders)
        raise UsageError(f"there is no folder {names}; nothing was indexed and nothing changed; check the name")
    return roots, skipped


def _photos_below(root: Path, skipped: list[Skipped]) -> Iterator[Path]:
    """Files named like photos, sorted; hidden ones and folders of thumbnails are none of the person's photos."""
    if root.is_file():
        if root.suffix.lower() in SUFFIXES:
            yield root
        else:
            skipped.append(Skipped(root, "it is not a photo this program can read"))
        return

    def unreadable(error: OSError) -> None:
        skipped.append(Skipped(Path(error.filename), f"{(error.strerror or 'it cannot be read').lower()}"))

    for folder, below, files in os.walk(root, onerror=unreadable):
        below[:] = sorted(name for name in below if not name.startswith((".", "@eaDir")))
        for name in sorted(files):
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES:
                yield Path(folder, name)


def _gone(
    roots: Sequence[Path], found: Sequence[Path], known: dict[Path, Known], skipped: list[Skipped]
) -> dict[int, Known]:
    """Catalogued photos of `roots` whose file is no longer there, by id."""
    there = set(found)
    gone: dict[int, Known] = {}
    for root in roots:
        below = [photo for photo in known.values() if root == photo.path or root in photo.path.parents]
        missing = [photo for photo in below if photo.path not in there and not photo.path.exists()]
        if missing and len(missing) == len(below) and not any(root in path.parents for path in found):
            skipped.append(Skipped(root, "it holds no photos any more; the catalog keeps those it had"))
            continue
        gone |= {photo.id: photo for photo in missing}
    return gone


def _moved(read: _Read, known: dict[Path, Known], gone: dict[int, Known]) -> int | None:
    """The id of a photo whose file is gone and whose content has turned up at a new path."""
    if read.path in known:
        return None
    return next((id_ for id_, photo in gone.items() if photo.stamp.digest == read.stamp.digest), None)


def _unchanged(path: Path, known: Known | None) -> bool:
    if known is None or not known.embedded:
        return False
    try:
        return known.stamp.fits(path.stat())
    except OSError:
        return False


def _read(paths: Sequence[Path], encoder: ImageEncoder) -> Iterator[list[_Read | Skipped]]:
    """Decoded files in batches, the next batch being read while the caller works on one."""
    batches = [paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH)]
    with ThreadPoolExecutor(_READERS) as readers:
        waiting = [[readers.submit(_read_one, path, encoder) for path in batch] for batch in batches[:2]]
        try:
            for number in range(len(batches)):
                batch = [future.result() for future in waiting.pop(0)]
                if number + 2 < len(batches):
                    waiting.append([readers.submit(_read_one, path, encoder) for path in batches[number + 2]])
                yield batch
        finally:
            readers.shutdown(cancel_futures=True)


def _read_one(path: Path, encoder: ImageEncoder) -> _Read | Skipped:
    try:
        with open_image(path) as image:
            metadata = read_metadata(image, path)
            # Prepared at once, for a batch of full photos would take gigabytes.
            small = encoder.prepare(upright(image, encoder.side))
        stamp = Stamp.of(path)
    except UnreadablePhoto as error:
        return Skipped(path, str(error))
    except OSError as error:
        return Skipped(path, (error.strerror or "it cannot be read").lower())
    return _Read(path, stamp, metadata, small)


def _album(path: Path, roots: Sequence[Path]) -> str | None:
    """The name of the folder a photo lies in, unless it lies directly in an indexed one."""
    return None if path.parent in roots or path in roots else path.parent.name
