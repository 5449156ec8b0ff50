"""What a photo's metadata says, aloud: exact, never guessed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from voicephoto.dialogue.intent import Asked
from voicephoto.dialogue.phrases import (
    as_sentence,
    listed,
    say_ago,
    say_clock,
    say_day,
    say_number,
    say_place,
    say_position,
    with_a,
)
from voicephoto.library import Exposure, Photo

_UNKNOWN = {"where": "where it was taken", "camera": "with which camera", "exposure": "how it was exposed"}


def facts(photo: Photo) -> str:
    """What is surely known of a photo, for one that looks at it: "taken on Sunday, July 12, 2026 in Positano, Italy"."""
    when = f"on {photo.captured:%A}, {say_day(photo.captured)}" if photo.captured else ""
    where = f"in {say_place(photo.place)}" if photo.place else ""
    known = " ".join(filter(None, (when, where)))
    return f"taken {known}" if known else ""


def told(photo: Photo, asked: Asked, now: datetime) -> str:
    """When, where, with what or as what file a photo was taken."""
    if asked == "file":
        return _file(photo)
    if asked in ("where", "camera"):
        known = _shortly(photo, asked)
        if not known and asked == "where" and photo.latitude is not None and photo.longitude is not None:
            return f"It was taken far from any town, at {say_position(photo.latitude, photo.longitude)}."
        return f"It {known}." if known else f"The photo doesn't say {_UNKNOWN[asked]}."
    if photo.taken is None:
        return "I don't know when this was taken."
    if photo.captured is None:
        return f"I don't know when this was taken; the file is from {say_day(photo.taken)}."
    if asked == "when_and_where":
        where = f" in {say_place(photo.place)}" if photo.place else ", but I don't know where"
        return f"It was taken on {photo.taken:%A}, {say_day(photo.taken)}{where}."
    if asked == "how_long_ago":
        return f"It was taken {say_ago(photo.taken, now)}, on {say_day(photo.taken)}."
    at = (
        ""
        if photo.taken_from == "name" and photo.taken.hour == photo.taken.minute == 0
        else f", at {say_clock(photo.taken)}"
    )
    return f"It was taken on {photo.taken:%A}, {say_day(photo.taken)}{at}."


def checked(photo: Photo, fits: bool, asked: Asked, now: datetime) -> str:
    """Whether a photo was taken where, or with the camera that, somebody thinks: "No, it was taken in Rome, Italy"."""
    said = told(photo, asked, now)
    return f"{'Yes' if fits else 'No'}, {said[0].lower()}{said[1:]}" if _shortly(photo, asked) else said


def compared(photos: Sequence[tuple[int, Photo]], asked: Asked) -> str:
    """What several photos, each with its place on the display, have in common, or what each of them says."""
    said = [_shortly(photo, asked) for _, photo in photos]
    if not any(said):
        return f"None of them says {_UNKNOWN.get(asked, 'when it was taken')}."
    if len(set(said)) == 1:
        return f"{'Both' if len(said) == 2 else 'All of them'} {said[0].replace('was taken', 'were taken')}."
    each = zip(photos, said, strict=True)
    return as_sentence(listed([f"number {place} {words or 'does not say'}" for (place, _), words in each]))


def exposed(exposure: Exposure) -> str:
    """How a photo was exposed: "f 2.8, a 200th of a second, ISO 400, 35 millimetres, without flash"."""
    parts = []
    if exposure.f_number is not None:
        parts.append(f"f {exposure.f_number:g}")
    if exposure.seconds is not None:
        parts.append(_seconds(exposure.seconds))
    if exposure.iso is not None:
        parts.append(f"ISO {exposure.iso}")
    if exposure.focal_length is not None:
        parts.append(f"{exposure.focal_length:g} millimetres")
    if not parts:
        return f"The photo doesn't say {_UNKNOWN['exposure']}."
    if exposure.flash is not None:
        parts.append("with flash" if exposure.flash else "without flash")
    return f"It was taken at {', '.join(parts)}."


def summary(photos: Sequence[Photo], asked: Asked | None) -> str:
    """Where and when the photos on display were taken."""
    places = Counter(say_place(photo.place) for photo in photos if photo.place)
    dates = sorted(photo.captured for photo in photos if photo.captured)
    where = listed([f"{say_number(count)} in {place}" for place, count in places.most_common(4)])
    if len(places) == 1 and sum(places.values()) == len(photos):
        where = f"all of them in {next(iter(places))}"
    elif len(places) > 4:
        where += f", and the others in {say_number(len(places) - 4)} more places"
    when = ""
    if dates:
        first, last = say_day(dates[0]), say_day(dates[-1])
        when = f"on {first}" if first == last else f"between {first} and {last}"
    if asked == "where":
        return as_sentence(where) if where else "None of them says where it was taken."
    if asked == "when":
        return f"They were taken {when}." if when else "None of them says when it was taken."
    said = f"{say_number(len(photos))} photo{'s' if len(photos) != 1 else ''}"
    return as_sentence(", ".join(filter(None, (said, f"taken {when}" if when else "", where))))


def _file(photo: Photo) -> str:
    pixels = photo.width * photo.height / 1e6
    size = f"{photo.width:,} by {photo.height:,} pixels"
    if pixels >= 1:
        size += f", {pixels:.0f} megapixel{'s' if round(pixels) != 1 else ''}"
    album = f" in {photo.album}" if photo.album else ""
    return f"It is the file {photo.path.name}{album}, {size}."


def _shortly(photo: Photo, asked: Asked) -> str:
    """The fact alone, or nothing where it is not known: "was taken in Rome, Italy"."""
    if asked == "where":
        return f"was taken in {say_place(photo.place)}" if photo.place else ""
    if asked == "camera":
        return f"was taken with {with_a(photo.camera)}" if photo.camera else ""
    return f"was taken on {say_day(photo.captured)}" if photo.captured else ""


def _seconds(seconds: float) -> str:
    """As photographers say it: fractions below a third of a second, decimals from there on."""
    if seconds < 0.3:
        part = round(1 / seconds)
        return f"{'an' if part in (11, 18) or str(part)[0] == '8' else 'a'} {_ordinal(part)} of a second"
    return f"{seconds:.1f}".removesuffix(".0") + f" second{'s' if seconds != 1 else ''}"


def _ordinal(value: int) -> str:
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"
