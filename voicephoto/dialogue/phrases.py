"""Numbers, days and places in spoken English, as parts of sentences."""

from collections.abc import Sequence
from datetime import datetime

from voicephoto.library import Place

NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
PREPOSITIONS = tuple("with in on at near by under where next behind without from".split())


def say_number(value: int) -> str:
    return NUMBERS[value] if value < len(NUMBERS) else f"{value:,}"


def listed(names: Sequence[str], joint: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joint} {names[-1]}" if names else ""


def as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def with_a(name: str) -> str:
    return f"{'an' if name[0].upper() in 'AEIO' or name.split()[0] in ('HTC', 'LG', 'HMD') else 'a'} {name}"


def say_place(place: Place) -> str:
    return ", ".join(map(with_the, place.name.split(", ")))


def with_the(place: str) -> str:
    """A place with the article that English gives it: "the United States"."""
    return (
        f"the {place}" if place.split()[0] in ("United", "Netherlands", "Philippines", "Maldives", "Bahamas") else place
    )


def say_position(latitude: float, longitude: float) -> str:
    north, east = "north" if latitude >= 0 else "south", "east" if longitude >= 0 else "west"
    return f"{abs(latitude):.1f} degrees {north} and {abs(longitude):.1f} degrees {east}"


def say_day(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"


def say_clock(moment: datetime) -> str:
    if moment.minute == 0 and moment.hour in (0, 12):
        return "noon" if moment.hour else "midnight"
    hour = moment.hour % 12 or 12
    parts = (
        (5, "at night"),
        (12, "in the morning"),
        (18, "in the afternoon"),
        (22, "in the evening"),
        (24, "at night"),
    )
    part = next(part for until, part in parts if moment.hour < until)
    return f"{hour}:{moment.minute:02} {part}" if moment.minute else f"{hour} o'clock {part}"


def say_ago(moment: datetime, now: datetime) -> str:
    """The largest unit that is right to a seventh: 600 days are twenty months and not two years."""
    days = (now.date() - moment.date()).days
    if days < 2:
        return ("today", "yesterday")[max(0, days)]
    sizes = ((365.25, "year"), (30.44, "month"), (7.0, "week"), (1.0, "day"))
    size, unit = next((size, unit) for size, unit in sizes if abs(days - round(days / size) * size) <= days / 7)
    count = round(days / size)
    return f"{'a' if count == 1 else say_number(count)} {unit}{'s' if count != 1 else ''} ago"
