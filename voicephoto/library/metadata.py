"""When, where and with what a photo was taken, as its file says it."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, IptcImagePlugin

from voicephoto.library.images import open_image
from voicephoto.library.photo import Exposure, Metadata, TakenFrom

# Tags of Exif 2.32 (CIPA DC-008-2019) and records of IPTC-IIM 4.2.
_MAKE, _MODEL, _DESCRIPTION, _CHANGED, _EXIF, _GPS = 0x010F, 0x0110, 0x010E, 0x0132, 0x8769, 0x8825
_ORIGINAL, _DIGITIZED, _ORIENTATION = 0x9003, 0x9004, 0x0112
_SECONDS, _F_NUMBER, _ISO, _FLASH, _FOCAL_LENGTH = 0x829A, 0x829D, 0x8827, 0x9209, 0x920A
_KEYWORDS, _CAPTION = (2, 25), (2, 120)

_FACTORY_CAPTIONS = re.compile(r"(?i)olympus digital camera|sony dsc|dcim|default|minolta digital camera|samsung|\W*")
_NAME = re.compile(
    r"(?<!\d)(?P<y>19[89]\d|20\d\d)[-_.]?(?P<m>0[1-9]|1[0-2])[-_.]?(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:(?:[-_ T]|[ _]at[ _])(?P<H>[01]\d|2[0-3])[-_.:]?(?P<M>[0-5]\d)[-_.:]?(?P<S>[0-5]\d)(?:\d{3})?)?(?!\d)"
)


def read_metadata(image: Image.Image, path: Path) -> Metadata:
    """The metadata of an opened file; whatever in it is damaged counts as absent.

    The time is the camera's local time: DateTimeOriginal, else DateTimeDigitized, else DateTime, else the file's
    name, else the file's modification time; a moment that no calendar or no camera can have had counts as absent.
    """
    exif = _exif(image)
    inner = _part(exif, _EXIF)
    taken = next(filter(None, (_exif_time(tags.get(tag)) for tags, tag in (
        (inner, _ORIGINAL), (inner, _DIGITIZED), (exif, _CHANGED)
    ))), None)  # fmt: skip
    taken_from: TakenFrom = "exif"
    if taken is None:
        taken, taken_from = _time_in_name(path.stem), "name"
    if taken is None:
        taken, taken_from = _time_of_file(path), "file"
    width, height = image.size
    if exif.get(_ORIENTATION) in (5, 6, 7, 8):
        width, height = height, width
    latitude, longitude = _position(_part(exif, _GPS))
    iptc = _iptc(image)
    caption = _text(exif.get(_DESCRIPTION)) or next(iter(iptc.get(_CAPTION, ())), None)
    return Metadata(
        taken=taken,
        taken_from=taken_from if taken else None,
        width=width,
        height=height,
        latitude=latitude,
        longitude=longitude,
        camera=_camera(_text(exif.get(_MAKE)), _text(exif.get(_MODEL))),
        caption=None if caption is None or _FACTORY_CAPTIONS.fullmatch(caption) else caption,
        keywords=tuple(dict.fromkeys(iptc.get(_KEYWORDS, ()))),
    )


def read_exposure(path: Path) -> Exposure:
    """How the photo in a file was exposed; whatever is damaged counts as absent. Raises UnreadablePhoto."""
    with open_image(path) as image:
        tags = _part(_exif(image), _EXIF)
    iso, flash = _positive(tags.get(_ISO)), tags.get(_FLASH)
    return Exposure(
        f_number=_positive(tags.get(_F_NUMBER)),
        seconds=_positive(tags.get(_SECONDS)),
        iso=round(iso) if iso else None,
        focal_length=_positive(tags.get(_FOCAL_LENGTH)),
        # The lowest bit says whether it fired, the next ones what was measured and set.
        flash=bool(flash & 1) if isinstance(flash, int) else None,
    )


def _positive(value: Any) -> float | None:
    """A number that a camera can have meant; several sensitivities are given as a series."""
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    return number if 0 < number < 1e6 else None


def _exif(image: Image.Image) -> Mapping[int, Any]:
    try:
        return image.getexif()
    # A damaged block raises whatever its first wrong byte leads to.
    except Exception:
        return {}


def _part(exif: Mapping[int, Any], tag: int) -> Mapping[int, Any]:
    if not isinstance(exif, Image.Exif):
        return {}
    try:
        return exif.get_ifd(tag)
    except Exception:
        return {}


def _iptc(image: Image.Image) -> dict[tuple[int, int], list[str]]:
    try:
        records = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]
    except Exception:
        return {}
    found: dict[tuple[int, int], list[str]] = {}
    for tag, value in records.items():
        values = value if isinstance(value, list) else [value]
        found[tag] = [text for text in map(_text, values) if text]
    return found


def _text(value: object) -> str | None:
    """A tag as text: until the first NUL, one line, or None where nothing is in it."""
    if isinstance(value, bytes):
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = value.decode("latin-1")
    elif isinstance(value, str):
        text = value
    else:
        return None
    printable = "".join(letter if letter.isprintable() else " " for letter in text.split("\0")[0])
    return " ".join(printable.split()) or None


def _exif_time(value: object) -> datetime | None:
    text = _text(value)
    match = re.match(r"(\d{4})[:/-](\d\d)[:/-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?", text) if text else None
    return _moment(*match.groups("0")) if match else None


def _time_in_name(stem: str) -> datetime | None:
    match = _NAME.search(stem)
    return _moment(*match.group("y", "m", "d"), *(match[part] or "0" for part in "HMS")) if match else None


def _time_of_file(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None


def _moment(*parts: str) -> datetime | None:
    try:
        moment = datetime(*map(int, parts))  # type: ignore[arg-type]
    except ValueError:
        return None
    # Before the first photograph or after today, in whatever time zone, is no capture; clocks that were never set
    # begin with 1980.
    too_late = moment > datetime.now() + timedelta(days=1)
    if moment.year < 1826 or too_late or moment.date() == date(1980, 1, 1):
        return None
    return moment


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    latitude, longitude = _degrees(gps.get(2), gps.get(1), 90), _degrees(gps.get(4), gps.get(3), 180)
    # Zero and zero is what receivers without a fix write.
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    return latitude, longitude


def _degrees(angle: Any, side: object, most: float) -> float | None:
    try:
        parts = [float(part) for part in angle]
        degrees = sum(part / 60.0**place for place, part in enumerate(parts[:3]))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not parts or not math.isfinite(degrees) or not 0 <= degrees <= most:
        return None
    name = _text(side) or ""
    return -degrees if name[:1].upper() in ("S", "W") else degrees


def _camera(make: str | None, model: str | None) -> str | None:
    """ "Canon EOS 7D" out of "Canon" and "Canon EOS 7D", "Apple iPhone 8" out of "Apple" and "iPhone 8"."""
    if not model:
        return make
    brand = (make or "").split(" ")[0]
    if not brand or model.lower().startswith(brand.lower()):
        return model
    return f"{brand.title() if brand.isupper() and len(brand) > 3 else brand} {model}"
