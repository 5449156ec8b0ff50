"""Photo files to upright pixels."""

import stat
import warnings
from pathlib import Path

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from voicephoto.errors import VoicephotoError

SUFFIXES = frozenset((".jpg", ".jpeg", ".jfif", ".png", ".webp", ".heic", ".heif"))
"""File names that are taken for photos."""
_MOST_PIXELS = 250_000_000
"""Larger than any camera's; beyond it a file is more likely made to exhaust the memory."""

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow refuses what has twice as many.


class UnreadablePhoto(VoicephotoError):  # noqa: N818 - named for the file, not for a fault of ours
    """A file that cannot be decoded; the message is the reason, without the path."""


def open_image(path: Path) -> Image.Image:
    """The file's image as it is stored, its pixels not yet read. Raises UnreadablePhoto."""
    try:
        # Opening a pipe would wait for a writer for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadablePhoto("it is not a regular file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(path)
    except UnreadablePhoto:
        raise
    except UnidentifiedImageError:
        reason = "the file is empty" if path.stat().st_size == 0 else "it is not a photo this program can read"
    except Image.DecompressionBombError:
        reason = "it claims to have too many pixels to be a photo"
    except OSError as error:
        reason = error.strerror.lower() if error.strerror else "its data is damaged"
    # Decoders meet hostile files with every kind of exception.
    except Exception as error:
        reason = f"its data is damaged ({type(error).__name__})"
    raise UnreadablePhoto(reason)


def upright(image: Image.Image, side: int | None = None) -> Image.Image:
    """The pixels as one looks at them, RGB; with `side`, at least that many pixels on the shorter side suffice.

    HEIF files come upright from their decoder, which resets their orientation. Raises UnreadablePhoto.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if side is not None:
                image.draft("RGB", (side, side))
            image.load()
            turned = ImageOps.exif_transpose(image)
            if "transparency" in turned.info or turned.mode in ("RGBA", "LA", "PA"):
                seen = turned.convert("RGBA")
                turned = Image.new("RGB", seen.size, "white")
                turned.paste(seen, mask=seen.getchannel("A"))
            return turned.convert("RGB")
    except Image.DecompressionBombError:
        raise UnreadablePhoto("it claims to have too many pixels to be a photo") from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        short = "truncated" in str(error) or "Truncated" in str(error)
        raise UnreadablePhoto("the file ends too early" if short else "its data is damaged") from None
    except Exception as error:
        raise UnreadablePhoto(f"its data is damaged ({type(error).__name__})") from None


def load_image(path: Path, side: int | None = None) -> Image.Image:
    """A photo upright and in RGB; `side` as for `upright`. Raises UnreadablePhoto."""
    with open_image(path) as image:
        return upright(image, side)
