"""How date phrases are written down: patterns over the words of `read_words`, with names for what varies.

A pattern says <month> or <year> for the vocabularies below, and <n2> where a vocabulary comes a second time.
Its reading gets the calendar of the person who speaks and the match, and gives a span of days, something that
comes round again, or None where the words turn out to be no date.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Flag, auto
from typing import NamedTuple

from voicephoto.search.dates import holidays
from voicephoto.search.dates.spans import MONTHS, WEEKDAYS, Recurring, Span


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where and when somebody speaks."""

    today: date
    hemisphere: str = "north"
    country: str = "US"
    named_days: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Days with a name of their own, in `read_words` spelling: "my birthday" -> (month, day)."""


Node = Span | Recurring
Reading = Callable[[Calendar, re.Match[str]], Node | None]


class Standing(Flag):
    """What a phrase wants around it before it is a date; as part of a longer one it wants nothing."""

    FREE = 0
    BOUND = auto()
    """A preposition, or nothing else in the text: "may" and "fall" are verbs, "june" is a name."""
    NAME = auto()
    """No noun after it: "christmas tree", "summer dress"."""
    BARE = auto()
    """No noun after it where no preposition comes before it: "sunday roast", but "on sunday dad and I"."""
    INNER = auto()
    """Only ever part of a longer phrase: "the month", "two sundays ago"."""


class Phrase(NamedTuple):
    pattern: re.Pattern[str]
    reading: Reading
    standing: Standing


PHRASES: list[Phrase] = []

_MONTH = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_SHORT = {name[:3]: number for name, number in _MONTH.items()} | {"sept": 9}
_WEEKDAY = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
_WEEKDAY_SHORT = {name[:3]: number for name, number in _WEEKDAY.items()} | {"tues": 1, "thur": 3, "thurs": 3}
_COUNT = {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
_OTHER_SENSES = ("may", "march", "april", "june")
"""Months that are verbs or first names as well."""
_OTHER_SENSES_OF_HOLIDAYS = ("lent", "carnival", "epiphany")


def _any(words: Collection[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_VOCABULARY = {
    "month": _any(_MONTH.keys() - _OTHER_SENSES),
    "maymonth": _any(_OTHER_SENSES),
    "mon": _any(_MONTH.keys() | _MONTH_SHORT.keys()),
    "weekday": _any(_WEEKDAY),
    "wday": _any(_WEEKDAY.keys() | _WEEKDAY_SHORT.keys()),
    "wd": _any(_WEEKDAY_SHORT.keys() - {"sun", "sat", "wed"}),
    "season": "spring|summer|autumn|fall|winter",
    "year": r"1[89]\d\d|20\d\d",
    "yy": r"\d\d",
    "nth": r"\d{1,2}(?:st|nd|rd|th)",
    "n": r"\d{1,2}",
    "number": r"\d{1,3}|an?(?: (?:few|couple(?: of)?))?|(?:the )?couple of|few|several",
    "unit": r"days?|weeks?|fortnights?|months?|years?|yrs?|decades?|quarters?|qtrs?",
    "last": "last|past|previous",
    "next": "next|coming|upcoming|following",
    "this": "this|current",
    "ago": "ago|back",
    "holiday": _any(set(holidays.NAMES).difference(_OTHER_SENSES_OF_HOLIDAYS)),
    "mayholiday": _any(_OTHER_SENSES_OF_HOLIDAYS),
    "sep": r"[-/.]",
    "to": "to|-|through|thru|until|till|and",
    "part": "morning|afternoon|evening|night|noon|midday|midnight",
}


def pattern(text: str) -> re.Pattern[str]:
    """A pattern with the vocabularies filled in; it begins where it is put and ends at the end of a word."""
    filled = re.sub(r"(?<!\?P)<(\w+?)(\d?)>", lambda m: f"(?P<{m[1]}{m[2]}>{_VOCABULARY[m[1]]})", text)
    return re.compile(rf"(?:{filled})(?= |$)")


def phrase(*texts: str, standing: Standing = Standing.FREE) -> Callable[[Reading], Reading]:
    """Registers the reading of these patterns."""

    def register(reading: Reading) -> Reading:
        PHRASES.extend(Phrase(pattern(text), reading, standing) for text in texts)
        return reading

    return register


def month_number(name: str) -> int:
    return _MONTH.get(name) or _MONTH_SHORT[name]


def weekday_number(name: str) -> int:
    """0 for Monday."""
    return _WEEKDAY[name] if name in _WEEKDAY else _WEEKDAY_SHORT[name]


def day_number(text: str) -> int:
    """15 for "15" and "15th"."""
    return int(text.rstrip("stndrh"))


def how_many(words: str) -> int:
    """The number that "2", "a" or "a couple of" stands for."""
    said = words.split()
    return next((_COUNT[word] for word in reversed(said) if word in _COUNT), 0) or int(said[-1])


def is_vague(words: str) -> bool:
    return words.endswith(("few", "several"))
