"""The days that a sentence asks for, of the dates it names: which belong together, and which only tell why somebody asks."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from voicephoto.search.dates import DateMatch, DateRange
from voicephoto.search.dates.spans import say, shift_months
from voicephoto.search.terms import PHOTOS

_JOINED = re.compile(r",? ?(?:and|or)\b", re.IGNORECASE)
_TAKEN_BACK = re.compile(r"\bnot (?:the )?$", re.IGNORECASE)
_REFUSED = re.compile(
    r"\b(?:nothing|none|no|not|without|drop|lose|ditch|skip|hide|remove|exclude|(?:get rid of|(?:take|leave|throw|kick|filter) out))"
    rf"(?: (?:the|any|all|of|ones?|{PHOTOS}|stuff|things|anything|everything|from|that's|that|is|are|taken))* $",
    re.IGNORECASE,
)
"""Said before an open range that is not wanted: "nothing older than 2015"."""
_SINCE_IT = re.compile(
    r"\b(?P<how>since|before) (?:i|we|he|she|they|it|the|my|our|his|her|their)\b"
    r"(?: (?!show|find|see|look|photos?|pictures?|want|need)[\w'-]+){1,8}(?:, (?:that was|it was|so|that's))? $",
    re.IGNORECASE,
)
"""Said before the day on which something began: "since we moved to Dubai in March"."""
_FROM_THEN = re.compile(r"\b(?:since then|ever since|from then on(?:wards)?)\b", re.IGNORECASE)
_AHEAD = re.compile(r"\b(?:tomorrow|next|coming|upcoming)\b", re.IGNORECASE)
_LATER_TODAY = re.compile(r"\b(?:this (?P<afternoon>afternoon)|tonight|this evening)\b", re.IGNORECASE)
_AFTERNOON, _EVENING = 15, 18
"""The hours by which there may be photos of an afternoon or an evening."""
_NOTHING_ELSE = re.compile(
    rf"(?:\W|\b(?:show|find|give|get|let|see|me|us|i|the|my|our|all|any|some|of|from|for|please|what|about|{PHOTOS}|ones?)\b)*",
    re.IGNORECASE,
)


def asked_for(text: str, matches: Sequence[DateMatch], now: datetime) -> tuple[str, DateRange | None]:
    """A sentence without the dates in it, and the days that they mean together."""
    kept = _without_told(text, matches, now)
    rest = text
    range_: DateRange | None = None
    for match in reversed(matches):
        rest = f"{rest[: _start(text, match)]} {rest[match.end :]}"
    for match in kept:
        start = _start(text, match)
        meant = _turned(match.range, now.date()) if start < match.start else match.range
        if range_ is None:
            range_ = meant
        elif _JOINED.match(text, match.start):
            range_ = _either_of(range_, meant, now.date())
        else:
            # "From 2019, no, 2018": what is said last counts.
            range_ = _both(range_, meant, now.date()) or _in_year(range_, meant, now.date()) or meant
    if len(kept) == 1 and range_ and range_.from_ and range_.until:
        range_ = _since_it(text, kept[0], range_, now.date())
    return " ".join(rest.split()).strip(" ,"), range_


def _without_told(text: str, matches: Sequence[DateMatch], now: datetime) -> Sequence[DateMatch]:
    """Without the days that are taken back ("2018, not 2019"), and those to come, of which nobody has photos."""
    said = [match for match in matches if not _TAKEN_BACK.search(text, 0, match.start)] or matches
    past = [match for match in said if not _is_ahead(text[match.start : match.end], now)]
    others = text
    for match in reversed(matches):
        others = others[: match.start] + others[match.end :]
    return past if past or not _NOTHING_ELSE.fullmatch(others) else said


def _is_ahead(said: str, now: datetime) -> bool:
    today = _LATER_TODAY.search(said)
    if today:
        return now.hour < (_AFTERNOON if today["afternoon"] else _EVENING)
    return _AHEAD.search(said) is not None


def _start(text: str, match: DateMatch) -> int:
    """Where a date begins, with the words before it that refuse an open one."""
    refused = (
        _REFUSED.search(text, 0, match.start) if (match.range.from_ is None) != (match.range.until is None) else None
    )
    return refused.start() if refused else match.start


def _turned(range_: DateRange, today: date) -> DateRange:
    """The days that an open range leaves."""
    return DateRange(range_.until, range_.from_, say(range_.until, range_.from_, today))


def _since_it(text: str, match: DateMatch, range_: DateRange, today: date) -> DateRange:
    """From or until the day on which something began, where it is told so."""
    told = _SINCE_IT.search(text, 0, match.start)
    if told and told["how"].lower() == "before":
        return DateRange(None, range_.from_, say(None, range_.from_, today))
    if told or _FROM_THEN.search(text, match.end):
        return DateRange(range_.from_, None, say(range_.from_, None, today))
    return range_


def _either_of(one: DateRange, other: DateRange, today: date) -> DateRange:
    """From the earlier one to the later one: "2018 and 2019", "May or June"."""
    from_ = min(one.from_, other.from_) if one.from_ and other.from_ else None
    until = max(one.until, other.until) if one.until and other.until else None
    return DateRange(from_, until, say(from_, until, today))


def _both(one: DateRange, other: DateRange, today: date) -> DateRange | None:
    """The days that are in both; None where there are none."""
    from_ = max(filter(None, (one.from_, other.from_)), default=None)
    until = min(filter(None, (one.until, other.until)), default=None)
    return None if from_ and until and from_ >= until else DateRange(from_, until, say(from_, until, today))


def _in_year(part: DateRange, year: DateRange, today: date) -> DateRange | None:
    """The same part of another year: "mid October 2021, no, 2020"; None where neither is one."""
    if not (part.from_ and part.until and year.from_ and year.until and year.until == shift_months(year.from_, 12)):
        return None
    if year.from_.month != 1 or year.from_.day != 1 or part.until >= shift_months(part.from_, 12):
        return None
    months = 12 * (year.from_.year - part.from_.year)
    from_, until = shift_months(part.from_, months), shift_months(part.until, months)
    return DateRange(from_, until, say(from_, until, today))
