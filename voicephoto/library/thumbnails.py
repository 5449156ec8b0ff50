"""Pictures of photos, small and as large as a screen: made once, and kept in a folder of bounded size."""

import fcntl
import os
import stat
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from voicephoto.library.catalog import Catalog
from voicephoto.library.images import GonePhoto, UnreadablePhoto, fitted, open_image
from voicephoto.library.photo import Stamp

SIZES = {"thumbnail": (960, 640), "screen": (2048, 2048)}
"""What pictures there are, and the pixels within which they lie: width and height.

A thumbnail is sharp in a grid whose rows are up to 320 CSS pixels high, where the screen has two pixels for each; what is
wider than 3:2, as few cameras make it, has a little less there than it could show.
"""
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Original:
    """The file of a photo as it is now, which may be another one than was catalogued."""

    path: Path
    stat: os.stat_result
    stamp: Stamp


class Thumbnails:
    """The pictures of a catalog's photos, those made so far being kept in the folder `cache`, at most `limit` bytes.

    They are JPEG, upright, never larger than the photo, in sRGB, and without anything else that the photo's file says, such
    as where it was taken. JPEG, for a small machine in one's own network has bandwidth rather than time: a thumbnail as WebP
    is a fifth smaller at the same likeness (SSIM 0.962), but takes twelve times as long to encode and three times to decode.

    Pictures are named by the content of the photo, so that one that changed has others and one that moved keeps its own.
    Any thread may use it, and several processes the same folder. What was not used for longest is removed first; what is
    damaged is made again, and what cannot be written is made every time.
    """

    def __init__(self, catalog: Catalog, cache: Path, limit: int = 1_000_000_000) -> None:
        self._catalog = catalog
        self._folder = cache
        self._limit = limit
        self._room = 0
        """Bytes that may be written until the folder is looked through again."""
        self._guard = threading.Lock()
        self._decoders = threading.BoundedSemaphore(len(os.sched_getaffinity(0)))

    def original(self, id: int) -> Original | None:  # noqa: A002 - it is the photo's id
        """The photo's file, None where the catalog has no such photo. Raises GonePhoto."""
        known = self._catalog.files((id,)).get(id)
        if known is None:
            return None
        path, stamp = known
        try:
            now = path.stat()
            # Opening a pipe would wait for a writer for ever.
            if not stat.S_ISREG(now.st_mode):
                raise GonePhoto("there is no regular file in its place any more")
            return Original(path, now, stamp if stamp.fits(now) else _stamp(path, now.st_size, now.st_mtime_ns))
        except OSError as error:
            raise GonePhoto((error.strerror or "it cannot be read").lower()) from None

    def picture(self, original: Original, size: str) -> bytes:
        """One of the SIZES, as JPEG. Raises UnreadablePhoto, also where the file is another one by now."""
        file = self._folder / f"{original.stamp.digest.hex()}-{size}.jpg"
        if (kept := _kept(file)) is not None:
            return kept
        with _alone(self._folder / "locks" / original.stamp.digest[:1].hex()), self._decoders:
            # Whoever was alone before may have made it.
            if (kept := _kept(file)) is not None:
                return kept
            with open_image(original.path) as image:
                pixels = fitted(image, *SIZES[size])
            if not _is_still(original):
                raise UnreadablePhoto("it is being changed at this moment")
            # Pillow would copy the photo's comment.
            pixels.info.clear()
            encoded = BytesIO()
            pixels.save(encoded, "JPEG", quality=_QUALITY)
            self._keep(file, encoded.getvalue())
            return encoded.getvalue()

    def _keep(self, file: Path, picture: bytes) -> None:
        content = picture + _checksum(picture)
        partial = file.with_suffix(".part")
        with suppress(OSError):
            self._make_room(len(content))
            partial.write_bytes(content)
            partial.replace(file)

    def _make_room(self, wanted: int) -> None:
        """Remove what was not used for longest, so that there is room for a twentieth of the limit."""
        with self._guard:
            self._room -= wanted
            if self._room >= 0:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            with os.scandir(self._folder) as entries:
                files = [(Path(entry), entry.stat()) for entry in entries if entry.name.endswith((".jpg", ".part"))]
            self._room = self._limit // 20
            over = sum(now.st_size for _, now in files) + wanted + self._room - self._limit
            for path, now in sorted(files, key=lambda file: file[1].st_mtime_ns):
                if over <= 0:
                    break
                path.unlink(missing_ok=True)
                over -= now.st_size


def _kept(file: Path) -> bytes | None:
    """The picture in a file of the cache, which counts as used now; None where there is none or it is damaged."""
    try:
        content = file.read_bytes()
        picture = content[:-4]
        if content[-4:] != _checksum(picture):
            return None
        os.utime(file)
    except OSError:
        return None
    return picture


def _checksum(picture: bytes) -> bytes:
    """4 bytes that stand behind a kept picture; programs that show JPEG pass over them."""
    return zlib.crc32(picture).to_bytes(4, "little")


@lru_cache(maxsize=4096)
def _stamp(path: Path, size: int, mtime_ns: int) -> Stamp:
    """The stamp of a file that was of this size and time when it was last looked at; read once for these."""
    return Stamp.of(path)


def _is_still(original: Original) -> bool:
    try:
        return original.stamp.fits(original.path.stat())
    except OSError:
        return False


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Alone among all threads and processes with this lock; where it cannot be locked, not alone."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
