"""One picture of one turn: the question, how it was read, the answer, and the photos."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from voicephoto.assistant import Turn
from voicephoto.dialogue import reading
from voicephoto.library import Photo, load_image

WIDTH, MARGIN, GAP = 1200, 56, 20
PAPER, INK, QUIET, ACCENT, LINE = "#f6f4ef", "#23262b", "#7b7f86", "#d9622b", "#dcd7cc"
ROW_HEIGHT = 262
"""Pixels that a row of photos aims at; a photo alone may be twice as high."""
CAPTION = 62
MOST = 12
"""Photos on one sheet; the rest is counted."""


_WITHOUT_STROKE = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
    }
)


@dataclass(frozen=True, slots=True)
class _Tile:
    number: int
    """As one asks for it, "the second one"; 0 where there is no other."""
    photo: Photo
    image: Image.Image
    left: int


def contact_sheet(turn: Turn) -> Image.Image:
    """The turn as an RGB picture 1200 pixels wide and as high as it needs."""
    shown = turn.reply.photos[:MOST] if turn.reply else ()
    rows = _rows(shown)
    page = Image.new("RGB", (WIDTH, 700 + sum(row[0].image.height + CAPTION + GAP for row in rows)), PAPER)
    pen = ImageDraw.Draw(page)
    y = _words(pen, turn)
    for row in rows:
        for tile in row:
            _place(page, pen, tile, y, focus=turn.reply is not None and turn.reply.focus == tile.photo)
        y += row[0].image.height + CAPTION + GAP
    if turn.reply is None or turn.reply.status == "none":
        y = _nothing(pen, y, "Nothing was understood." if turn.reply is None else "No photo to show.")
    elif len(turn.reply.photos) > MOST:
        pen.text((MARGIN, y), f"and {len(turn.reply.photos) - MOST} more", QUIET, _font(20))
        y += 40
    pen.line([(MARGIN, y + 8), (WIDTH - MARGIN, y + 8)], LINE, 1)
    pen.text((MARGIN, y + 24), _times(turn), QUIET, _font(17))
    return page.crop((0, 0, WIDTH, y + 24 + 22 + MARGIN // 2))


def _words(pen: ImageDraw.ImageDraw, turn: Turn) -> int:
    """Question, reading and answer; returns the row below them."""
    y = MARGIN - 8
    pen.text((MARGIN, y), "HEARD", ACCENT, _font(15))
    y = _paragraph(pen, f"“{turn.heard or '…'}”", y + 24, 40, INK)
    understood = reading(turn.intent)["spoken"] if turn.intent else turn.transcript.reason
    y = _paragraph(pen, f"understood as:  {understood}", y + 6, 20, QUIET)
    if turn.reply is not None:
        top = y + 26
        y = _paragraph(pen, turn.reply.say, top, 27, INK, indent=24)
        pen.rounded_rectangle([MARGIN, top - 1, MARGIN + 5, y - 3], 2, ACCENT)
    return y + 34


def _paragraph(pen: ImageDraw.ImageDraw, text: str, y: int, size: int, colour: str, indent: int = 0) -> int:
    """Write `text` in lines that fit; returns the row below."""
    font, line = _font(size), ""
    for word in _legible(text).split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > WIDTH - 2 * MARGIN - indent:
            pen.text((MARGIN + indent, y), line, colour, font)
            y, line = y + int(size * 1.35), word
        else:
            line = longer
    pen.text((MARGIN + indent, y), line, colour, font)
    return y + int(size * 1.35)


def _rows(photos: Sequence[Photo]) -> list[list[_Tile]]:
    """Photos in rows as wide as the sheet, each row of one height and every photo whole."""
    images = [load_image(photo.path) for photo in photos]
    if len(images) == 1:
        return [_row(photos, images, 0, 2 * ROW_HEIGHT)]
    rows, start, room = [], 0, WIDTH - 2 * MARGIN
    for end in range(1, len(images) + 1):
        shapes = sum(image.width / image.height for image in images[start:end])
        height = (room - GAP * (end - start - 1)) / shapes
        if height <= ROW_HEIGHT * 1.15 or end == len(images):
            rows.append(_row(photos[start:end], images[start:end], start + 1, min(height, ROW_HEIGHT * 1.15)))
            start = end
    return rows


def _row(photos: Sequence[Photo], images: Sequence[Image.Image], first: int, height: float) -> list[_Tile]:
    tiles, left = [], MARGIN
    for number, (photo, image) in enumerate(zip(photos, images, strict=True), first):
        width = min(max(1, round(image.width * height / image.height)), WIDTH - MARGIN - left)
        tiles.append(_Tile(number, photo, image.resize((width, round(height)), Image.Resampling.LANCZOS), left))
        left += width + GAP
    return tiles


def _place(page: Image.Image, pen: ImageDraw.ImageDraw, tile: _Tile, y: int, *, focus: bool) -> None:
    width, height = tile.image.size
    corners = Image.new("L", (width * 2, height * 2))
    ImageDraw.Draw(corners).rounded_rectangle([0, 0, width * 2 - 1, height * 2 - 1], 20, 255)
    page.paste(tile.image, (tile.left, y), corners.resize((width, height), Image.Resampling.BOX))
    if focus:
        pen.rounded_rectangle(
            [tile.left - 4, y - 4, tile.left + width + 3, y + height + 3], 13, outline=ACCENT, width=3
        )
    below = y + height + 12
    left = tile.left
    if tile.number:
        pen.text((left, below), str(tile.number), ACCENT, _font(19))
        left += 14 + int(_font(19).getlength(str(tile.number)))
    room = tile.left + width - left
    taken = tile.photo.captured
    when = f"{taken.day} {taken:%B %Y}" if taken else "no date"
    pen.text((left, below + 1), _fitting(when, 18, room), INK, _font(18))
    where = tile.photo.place.name if tile.photo.place else "no place"
    pen.text((left, below + 25), _fitting(where, 16, room), QUIET, _font(16))


def _fitting(text: str, size: int, room: int) -> str:
    """As much of `text` as fits into `room` pixels."""
    font, whole = _font(size), _legible(text)
    text = whole
    while text and font.getlength(text if text == whole else f"{text}…") > room:
        text = text[:-1]
    return text if text == whole else f"{text.rstrip(' ,')}…"


def _legible(text: str) -> str:
    """`text` without accents, for which the font inside Pillow has no glyphs."""
    letters = unicodedata.normalize("NFD", text.translate(_WITHOUT_STROKE))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _nothing(pen: ImageDraw.ImageDraw, y: int, text: str) -> int:
    bottom = y + 190
    pen.rounded_rectangle([MARGIN, y, WIDTH - MARGIN, bottom], 14, outline=LINE, width=2)
    font = _font(23)
    pen.text(((WIDTH - font.getlength(text)) / 2, (y + bottom) / 2 - 16), text, QUIET, font)
    return bottom + GAP


def _times(turn: Turn) -> str:
    moments = (("first photo", "first_photo"), ("first sound", "first_sound"))
    parts = [f"{name} {turn.ms[key] / 1000:.2f} s" for name, key in moments if key in turn.ms]
    return "voicephoto" + (f"   ·   {', '.join(parts)} after the end of speech" if parts else "")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
