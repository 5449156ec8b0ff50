"""The days that a sentence asks for, of the dates it names: which belong together, and which only tell why somebody asks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
_LEFT_OUT = re.compile(
    r"(?:^|,|\b)\s*(?P<how>(?:(?:but|and|just|only) )?not|except(?: for)?|excluding|without|other than|(?:apart|aside) from|(?:everything|anything|all) but"
    r"|(?:leave|leaving|take|taking|filter) out|skip|drop|hide|remove|exclude)"
    rf" (?:(?:the|any|all|of|ones?|{PHOTOS}|stuff|things|those|from|in|taken|that's|that|is|are|were) )*$",
    re.IGNORECASE,
)
"""Said before days that are not wanted: "but not from last year"."""
_WHICH_YEAR = re.compile(r"\d{4}|'\d\d|\b(?:last|this|ago|before|yesterday|today|previous|past)\b", re.IGNORECASE)
_SINCE_IT = re.compile(
    r"\b(?P<how>since|before) (?:i|we|he|she|they|it|the|my|our|his|her|their)\b"
    r"(?: (?!show|find|see|look|photos?|pictures?|want|need)[\w'-]+){1,8}(?:, (?:that was|it was|so|that's))? $",
    re.IGNORECASE,
)
"""Said before the day on which something began: "since we moved to Dubai in March"."""
_FROM_THEN = re.compile(r"\b(?:since then|ever since|from then on(?:wards)?)\b", re.IGNORECASE)
_AHEAD = re.compile(r"\b(?:tomorrow|next|coming|upcoming)\b", re.IGNORECASE)
_TO_COME = re.compile(
    r"(?:\b(?:starts?|arrives?|will|(?:is|are|am) (?:going to|due|coming|arriving|visiting|getting))|'(?:ll|re going to)|(?:\b(?:is|are|am|have|has|got)|'s|'m|'re) .{0,30}"
    rf"\b(?:coming|arriving|due))\b(?: (?!{PHOTOS}|show|find|see)[\w'-]+){{0,3}}(?: (?:on|in|by|at|this))? $",
    re.IGNORECASE,
)
"""Said before a day that is still to come: "he starts school Monday"."""
_LATER_TODAY = re.compile(r"\b(?:this (?P<afternoon>afternoon)|tonight|this evening)\b", re.IGNORECASE)
_AFTERNOON, _EVENING = 15, 18
"""The hours by which there may be photos of an afternoon or an evening."""
_NOTHING_ELSE = re.compile(
    rf"(?:\W|\b(?:show|find|give|get|let|see|me|us|i|the|my|our|all|any|some|of|from|for|please|what|about|{PHOTOS}|ones?)\b)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that are asked for, None where all are, and those that are not wanted."""

    range: DateRange | None
    without: tuple[DateRange, ...] = ()


def asked_for(text: str, matches: Sequence[DateMatch], now: datetime) -> tuple[str, Asked]:
    """A sentence without the dates in it, and the days that they mean together."""
    left_out: list[DateMatch] = []
    for before, match in zip((None, *matches), matches, strict=False):
        joined = before in left_out and _JOINED.match(text, match.start)
        if joined or _is_left_out(text, match):
            left_out.append(match)
    kept = _without_told(text, [match for match in matches if match not in left_out], now)
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
            range_ = _both(range_, meant, now.date()) or in_year(range_, meant, now.date()) or meant
    if len(kept) == 1 and range_ and range_.from_ and range_.until:
        range_ = _since_it(text, kept[0], range_, now.date())
    without = (
        days for match in left_out for days in _among(text[match.start : match.end], match.range, range_, now.date())
    )
    return " ".join(rest.split()).strip(" ,"), Asked(range_, tuple(without))


def _is_left_out(text: str, match: DateMatch) -> bool:
    """Whether the days between two others are refused; before a comma "not" only puts right what was said."""
    refused = _LEFT_OUT.search(text, 0, match.start)
    if refused is None or match.range.from_ is None or match.range.until is None:
        return False
    return refused["how"].lower() != "not" or not text[match.end :].strip(" .!?")


def _among(said: str, refused: DateRange, asked: DateRange | None, today: date) -> list[DateRange]:
    """The refused days as far as they are asked for, in every year where none is said: "2018 and 2019, but not July"."""
    if asked is None:
        return [refused]
    every = [refused]
    if asked.from_ and asked.until and refused.from_ and not _WHICH_YEAR.search(said):
        years = range(asked.from_.year, asked.until.year + 1)
        every = [_moved(refused, 12 * (year - refused.from_.year), today) for year in years]
    return [days for days in every if _both(asked, days, today)]


def _moved(days: DateRange, months: int, today: date) -> DateRange:
    from_, until = (day and shift_months(day, months) for day in (days.from_, days.until))
    return DateRange(from_, until, say(from_, until, today))


def _without_told(text: str, matches: Sequence[DateMatch], now: datetime) -> Sequence[DateMatch]:
    """Without the days that are taken back ("2018, not 2019"), and those to come, of which nobody has photos."""
    said = [match for match in matches if not _TAKEN_BACK.search(text, 0, match.start)] or matches
    past = [match for match in said if not _is_ahead(text, match, now)]
    others = text
    for match in reversed(matches):
        others = others[: match.start] + others[match.end :]
    return past if past or not _NOTHING_ELSE.fullmatch(others) else said


def _is_ahead(text: str, match: DateMatch, now: datetime) -> bool:
    said = text[match.start : match.end]
    if not _WHICH_YEAR.search(said) and _TO_COME.search(text, 0, match.start):
        return True
    today = _LATER_TODAY.search(said)
    if today:
        return now.hour < (_AFTERNOON if today["afternoon"] else _EVENING)
    return _AHEAD.search(said) is not None


def _start(text: str, match: DateMatch) -> int:
    """Where a date begins, with the words before it that refuse it."""
    if (match.range.from_ is None) != (match.range.until is None):
        refused = _REFUSED.search(text, 0, match.start)
    else:
        refused = _LEFT_OUT.search(text, 0, match.start) if _is_left_out(text, match) else None
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


def in_year(part: DateRange, year: DateRange, today: date) -> DateRange | None:
    """The same part of another year: "mid October 2021, no, 2020"; None where neither is one."""
    if not (part.from_ and part.until and year.from_ and year.until and year.until == shift_months(year.from_, 12)):
        return None
    if year.from_.month != 1 or year.from_.day != 1 or part.until >= shift_months(part.from_, 12):
        return None
    return _moved(part, 12 * (year.from_.year - part.from_.year), today)
