"""Text as a voice should say it, where eSpeak NG's own reading of figures is not how people speak."""

import re

from voicephoto.speech.words import number, ordinal, year

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"\b({_MONTHS}) (\d\d?)\b(?![:.]\d)")
_TIME = re.compile(r"\b(\d\d?):([0-5]\d)\b(?!:)")
_DECADE = re.compile(r"(?<![\w.,])((?:1[1-9]|20)?\d0)s\b")
_YEAR = re.compile(r"(?<![\w.,:])(1[1-9]\d\d|20\d\d)(?![\w:]|[.,]\d)")


def aloud(text: str) -> str:
    """`text` with days of the month, times, decades and years in words; all else as it is.

    "July 12, 2026, at 8:05" -> "July twelfth, twenty twenty six, at eight oh five". Larger counts have their commas
    ("1,234"), so that four figures without one are a year.
    """
    text = _DAY.sub(lambda day: f"{day[1]} {_said(ordinal(int(day[2])))}", text)
    text = _TIME.sub(lambda time: f"{_said(number(int(time[1])))} {_minutes(time[2])}", text)
    text = _DECADE.sub(lambda decade: _plural(_said(year(int(decade[1])))), text)
    return _YEAR.sub(lambda found: _said(year(int(found[1]))), text)


def _minutes(figures: str) -> str:
    if figures == "00":
        return "o'clock"
    return ("oh " if figures[0] == "0" else "") + _said(number(int(figures)))


def _plural(words: str) -> str:
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def _said(words: list[str]) -> str:
    return " ".join(words)
