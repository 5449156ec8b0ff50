"""Dates told by others: "the year before that", "and the next day", "a week later"."""

import re
from datetime import date

from voicephoto.search.dates.spans import DAY, DateRange, Span, say, shift_months
from voicephoto.search.dates.units import WEEKEND, season, unit_of

_UNIT = r"year|month|week|weekend|day|quarter|spring|summer|autumn|fall|winter"
_RELATIVE = re.compile(
    rf"\b(?:in |from |of |on |for )?(?:the |that |a |an |one )?(?:"
    rf"(?P<unit>{_UNIT}) (?P<way>before|after|earlier|later|previous)(?: (?:that|it|this|then))?"
    rf"|(?P<way_first>previous|preceding|following|next) (?P<unit_behind>{_UNIT}))$"
)
_BACK = frozenset(("before", "earlier", "previous", "preceding"))


def is_relative(text: str) -> bool:
    """Whether the end of a sentence names days beside others."""
    return _RELATIVE.search(text) is not None


def find_relative(
    text: str, days: tuple[date, date], today: date, hemisphere: str = "north"
) -> tuple[int, DateRange] | None:
    """Where the end of a sentence names the days beside `days` (half-open), and which these are; None where it does not.

    "The year before" last summer is the summer before, for the same months are meant; the year before a day, or the
    month, is a whole one.
    """
    found = _RELATIVE.search(text)
    if found is None:
        return None
    unit = found["unit"] or found["unit_behind"]
    span = _beside(unit, days, hemisphere, back=(found["way"] or found["way_first"]) in _BACK)
    return found.start(), DateRange(span.from_, span.until, say(span.from_, span.until, today))


def _beside(unit: str, days: tuple[date, date], hemisphere: str, *, back: bool) -> Span:
    from_, until = days
    last = until - DAY
    if unit == "year" and shift_months(from_, 1) <= until <= shift_months(from_, 12):
        months = -12 if back else 12
        return Span(shift_months(from_, months), shift_months(until, months))
    if unit == "weekend":
        return WEEKEND.ended(from_) if back else WEEKEND.coming(last)
    span = unit_of(unit, from_, -1) if back else unit_of(unit, last, 1)
    if span is not None:
        return span
    every = season(unit, hemisphere)
    return every.ended(from_) if back else every.coming(last)
