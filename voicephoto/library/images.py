"""Photo files to upright pixels."""

import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from voicephoto.errors import VoicephotoError

SUFFIXES = frozenset((".jpg", ".jpeg", ".jfif", ".png", ".webp", ".heic", ".heif"))
"""File names that are taken for photos."""
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP")
"""What a file may be, whatever its name; Pillow knows others, some of them programs."""
_MOST_PIXELS = 250_000_000
"""Larger than any camera's; beyond it a file is more likely made to exhaust the memory."""
_ENOUGH = 1.5
"""How many pixels, across and down, are left for each that is wanted when a photo is quickly made smaller before it is made
smaller well: two and Lanczos take half as long again, and nobody sees the difference (SSIM 0.997)."""
_SRGB = ImageCms.createProfile("sRGB")

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow refuses what has twice as many.


class UnreadablePhoto(VoicephotoError):  # noqa: N818 - named for the file, not for a fault of ours
    """A file that cannot be decoded; the message is the reason, without the path."""


class GonePhoto(VoicephotoError):  # noqa: N818 - named for the file, not for a fault of ours
    """A catalogued photo whose file is no longer there, or no longer what it was; the message is the reason, without the path."""


def open_image(path: Path) -> ImageFile.ImageFile:
    """The file's image as it is stored, its pixels not yet read. Raises UnreadablePhoto."""
    try:
        # Opening a pipe would wait for a writer for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadablePhoto("it is not a regular file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(path, formats=_FORMATS)
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


def media_type(path: Path) -> str:
    """What the file is by its content, whatever its name: "image/jpeg". Raises UnreadablePhoto."""
    with open_image(path) as image:
        # Several pictures in one file, of which every program that knows JPEG shows the first.
        return "image/jpeg" if image.format == "MPO" else image.get_format_mimetype() or "application/octet-stream"


def upright(image: Image.Image, side: int | None = None) -> Image.Image:
    """The pixels as one looks at them, RGB; with `side`, at least that many pixels on the shorter side suffice.

    HEIF files come upright from their decoder, which resets their orientation. Raises UnreadablePhoto.
    """
    with _decoding():
        if side is not None:
            image.draft("RGB", (side, side))
        return _opaque(image).convert("RGB")


def fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    """The pixels as a screen shows them: upright, RGB in the colours of sRGB, within `width` x `height`, never enlarged.

    Raises UnreadablePhoto.
    """
    with _decoding():
        profile = image.info.get("icc_profile")
        lying = image.getexif().get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
        across, down = image.size[::-1] if lying else image.size
        scale = min(width / across, height / down, 1.0)
        # A JPEG is decoded at a half, a quarter or an eighth of its size, where that leaves enough to shrink it well.
        enough = (max(1, round(_ENOUGH * scale * image.width)), max(1, round(_ENOUGH * scale * image.height)))
        image.draft("RGB", enough)
        seen = _opaque(image)
        if seen.mode not in ("RGB", "L", "CMYK"):
            seen = seen.convert("RGB")
        size = (max(1, round(scale * across)), max(1, round(scale * down)))
        return _srgb(seen.resize(size, Image.Resampling.BICUBIC, reducing_gap=_ENOUGH), profile)


def load_image(path: Path, side: int | None = None) -> Image.Image:
    """A photo upright and in RGB; `side` as for `upright`. Raises UnreadablePhoto."""
    with open_image(path) as image:
        return upright(image, side)


def _opaque(image: Image.Image) -> Image.Image:
    """Its pixels, upright; what is transparent lies on white."""
    image.load()
    turned = ImageOps.exif_transpose(image)
    if "transparency" in turned.info or turned.mode in ("RGBA", "LA", "PA"):
        seen = turned.convert("RGBA")
        turned = Image.new("RGB", seen.size, "white")
        turned.paste(seen, mask=seen.getchannel("A"))
    return turned


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB, from the colours of an ICC profile; one that is damaged or of other colours than the image's does not count."""
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB") or image
    return image.convert("RGB")


@contextmanager
def _decoding() -> Iterator[None]:
    """Turns what decoders raise into one reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError:
        raise UnreadablePhoto("it claims to have too many pixels to be a photo") from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        short = "truncated" in str(error) or "Truncated" in str(error)
        raise UnreadablePhoto("the file ends too early" if short else "its data is damaged") from None
    except Exception as error:
        raise UnreadablePhoto(f"its data is damaged ({type(error).__name__})") from None
