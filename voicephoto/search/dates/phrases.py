"""The date phrases people say, each as one pattern and one function that reads it.

A pattern is written over the words that `read_words` gives, with <names> for the vocabularies below. Its function
gets the calendar of the person who speaks and the match, and gives a span of days, something that comes round
again, or None where the words turn out to be no date.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from voicephoto.search.dates import holidays
from voicephoto.search.dates.spans import (
    DAY,
    ImpossibleDate,
    MONTHS,
    Recurring,
    Span,
    WEEKDAYS,
    day_of_year,
    make_day,
    month_of,
    one_day,
    shift_months,
    week_of,
    year_of,
)
from voicephoto.search.dates.words import full_year


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

_MONTH = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_SHORT = {name[:3]: number for name, number in _MONTH.items()} | {"sept": 9}
_WEEKDAY = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
_WEEKDAY_SHORT = {name[:3]: number for name, number in _WEEKDAY.items()} | {"tues": 1, "wednes": 2, "thur": 3, "thurs": 3}
_SEASON = {"spring": 0, "summer": 1, "autumn": 2, "fall": 2, "winter": 3}
_COUNT = {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
_SHIFT = {"this": 0, "current": 0, "the": 0, "last": -1, "past": -1, "previous": -1}
_NEXT = ("next", "coming", "upcoming", "following")
DAY_FIRST = frozenset(
    "GB IE AU NZ IN ZA FR DE IT ES PT NL BE AT CH PL CZ SK SI HR RO BG GR DK NO FI TR BR AR MX CL CO PE SG MY ID TH VN "
    "IL EG MA RU UA".split()
)
"""Countries where 7/4/2019 is the seventh of April."""


def _any(words: object) -> str:
    return "|".join(sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


VOCABULARY = {
    "month": _any(_MONTH),
    "mon": _any(_MONTH | _MONTH_SHORT),
    "weekday": _any(_WEEKDAY),
    "wday": _any(_WEEKDAY | _WEEKDAY_SHORT),
    "season": _any(_SEASON),
    "year": r"1[89]\d\d|20\d\d",
    "yy": r"\d\d",
    "nth": r"\d{1,2}(?:st|nd|rd|th)",
    "n": r"\d{1,2}",
    "number": r"\d{1,4}|an?(?: (?:few|couple(?: of)?))?|(?:the )?couple of|few|several",
    "unit": r"days?|weeks?|fortnights?|months?|years?|yrs?|decades?|quarters?",
    "last": "last|past|previous",
    "next": _any(_NEXT),
    "this": "this|current",
    "ago": "ago|back",
    "holiday": _any(holidays.NAMES),
    "sep": r"[-/.]",
    "part": "morning|afternoon|evening|night|noon|midday|midnight",
}


def pattern(text: str) -> re.Pattern[str]:
    """A pattern with the vocabularies filled in; it begins where it is put and ends at the end of a word."""
    filled = re.sub(r"<(\w+?)(\d?)>", lambda m: f"(?P<{m[1]}{m[2]}>{VOCABULARY[m[1]]})", text)
    return re.compile(rf"{filled}(?= |$)")


PHRASES: list[tuple[re.Pattern[str], Reading]] = []


def phrase(*texts: str) -> Callable[[Reading], Reading]:
    """Registers the reading of these patterns."""

    def register(reading: Reading) -> Reading:
        PHRASES.extend((pattern(text), reading) for text in texts)
        return reading

    return register


def month_number(name: str) -> int:
    return _MONTH.get(name) or _MONTH_SHORT[name]


def day_number(text: str) -> int:
    return int(text.rstrip("stndrh"))


def season(name: str, hemisphere: str) -> Recurring:
    """Meteorological seasons: whole months; the winter (in the south the summer) of a year begins in its December."""
    start = (3, 6, 9, 12)[(_SEASON[name] + (2 if hemisphere == "south" else 0)) % 4]
    return Recurring("year", lambda year: month_of(year, start, 3, "season"))


def weekday(number: int, days: int = 1) -> Recurring:
    """The weekday of a week, or the run of days that begins with it."""
    return Recurring("week", lambda week: _run(date.fromordinal(week * 7 + 1 + number), days))


def _run(first: date, days: int) -> Span:
    return Span(first, first + days * DAY, "day" if days == 1 else "stretch")


WEEKEND = weekday(5, 2)


def unit_of(unit: str, day: date, shift: int = 0) -> Span | None:
    """The calendar unit that holds a day, or another one `shift` units later; None for a word that is no unit."""
    match unit.rstrip("s"):
        case "day":
            return one_day(day + shift * DAY)
        case "week":
            return week_of(day + 7 * shift * DAY)
        case "fortnight":
            first = week_of(day + 14 * shift * DAY)
            return Span(first.from_, first.until + 7 * DAY)
        case "month":
            first_day = shift_months(day.replace(day=1), shift)
            return month_of(first_day.year, first_day.month)
        case "quarter":
            first_day = shift_months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3 * shift)
            return month_of(first_day.year, first_day.month, 3, "quarter")
        case "year" | "yr":
            return year_of(day.year + shift)
        case "decade":
            return year_of(day.year + 10 * shift)
    return None


def back(unit: str, day: date, count: int) -> date:
    """The day that lies `count` units before."""
    match unit.rstrip("s"):
        case "day":
            return day - count * DAY
        case "week":
            return day - 7 * count * DAY
        case "fortnight":
            return day - 14 * count * DAY
        case "month":
            return shift_months(day, -count)
        case "quarter":
            return shift_months(day, -3 * count)
        case "decade":
            return shift_months(day, -120 * count)
    return shift_months(day, -12 * count)


def how_many(words: str) -> int:
    """The number that "2", "a" or "a couple of" stands for."""
    return next((_COUNT[w] for w in reversed(words.split()) if w in _COUNT), 0) or int(words.split()[-1])


def is_vague(words: str) -> bool:
    return words.endswith(("few", "several"))


# Written dates


@phrase(r"<year> <sep> <n> <sep2> <n2>")
def iso(_: Calendar, m: re.Match[str]) -> Node:
    return one_day(make_day(int(m["year"]), int(m["n"]), int(m["n2"])))


@phrase(r"<year> [-/] <n>", r"<n> [-/] <year>")
def month_in_figures(_: Calendar, m: re.Match[str]) -> Node | None:
    month = int(m["n"])
    return month_of(int(m["year"]), month) if 1 <= month <= 12 else None


@phrase(r"<n> <sep> <n2> (?P=sep) (?:<year>|<yy>)")
def numeric(calendar: Calendar, m: re.Match[str]) -> Node:
    year = int(m["year"]) if m["year"] else full_year(int(m["yy"]))
    month, day = _month_and_day(calendar, int(m["n"]), int(m["n2"]))
    return one_day(make_day(year, month, day))


@phrase(r"<n> / <n2>")
def numeric_without_year(calendar: Calendar, m: re.Match[str]) -> Node | None:
    month, day = _month_and_day(calendar, int(m["n"]), int(m["n2"]))
    return day_of_year(month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _month_and_day(calendar: Calendar, first: int, second: int) -> tuple[int, int]:
    day_first = calendar.country in DAY_FIRST
    if first > 12 >= second or (day_first and not second > 12 >= first):
        return second, first
    return first, second


@phrase(r"(?:<wday> )?<mon> (?:the )?(?:<nth>|<n>)(?: day)?(?: <year>)?(?! (?:to|-|through|thru) (?:<n3>|<nth3>) <mon3>)")
@phrase(r"(?:<wday> )?(?:the )?(?:<nth>|<n>)(?: day)?(?: of)? <mon>(?:(?: of)? <year>)?", r"<n> - <mon> - (?:<year>|<yy>)")
@phrase(r"<n> [-/]? ?<mon> [-/]? ?(?:<year>|<yy>)")
def day_of_month(_: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    day = day_number(groups.get("nth") or m["n"])
    if not groups.get("nth") and day > 31:
        return None
    month = month_number(m["mon"])
    year = groups.get("year") or (groups.get("yy") and full_year(int(m["yy"])))
    return one_day(make_day(int(year), month, day)) if year else day_of_year(month, day)


@phrase(r"<mon> (?:the )?(?:<nth>|<n>) (?:to|-|through|thru|until|and) (?:the )?(?:<nth2>|<n2>)(?: <year>)?")
@phrase(r"(?:the )?(?:<nth>|<n>) (?:to|-|through|thru|until|and) (?:the )?(?:<nth2>|<n2>)(?: of)? <mon>(?:(?: of)? <year>)?")
def days_of_month(_: Calendar, m: re.Match[str]) -> Node | None:
    first, last = day_number(m["nth"] or m["n"]), day_number(m["nth2"] or m["n2"])
    month = month_number(m["mon"])
    if first > last:
        return None

    def in_year(year: int) -> Span:
        return Span(make_day(year, month, first), make_day(year, month, last) + DAY)

    if m["year"]:
        return in_year(int(m["year"]))
    day_of_year(month, first), day_of_year(month, last)
    return Recurring("year", in_year)


@phrase(r"<month>", r"(?:the )?month of <month>")
def month_alone(_: Calendar, m: re.Match[str]) -> Node:
    month = month_number(m["month"])
    return Recurring("year", lambda year: month_of(year, month))


@phrase(r"<mon> (?:of )?<year>")
def month_and_year(_: Calendar, m: re.Match[str]) -> Node:
    return month_of(int(m["year"]), month_number(m["mon"]))


@phrase(r"(?:the )?(?:year )?<year>")
def year_alone(_: Calendar, m: re.Match[str]) -> Node:
    return year_of(int(m["year"]))


@phrase(r"(?:the )?(?P<decade>(?:1[89]|20)\d0)s")
def decade(_: Calendar, m: re.Match[str]) -> Node:
    first = int(m["decade"])
    return Span(date(first, 1, 1), date(first + 10, 1, 1))


# Days, weeks, seasons as seen from today


@phrase(r"(?:the )?day before yesterday(?: <part>)?")
def two_days_back(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(calendar.today - 2 * DAY)


@phrase(r"yesterdays?(?: <part>)?", r"last night")
def yesterday(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(calendar.today - DAY)


@phrase(r"todays?", r"tonight", r"(?:earlier )?this <part>", r"(?:earlier|later) today", r"at this time", r"right now", r"now")
def today(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(calendar.today)


@phrase(r"tomorrows?(?: <part>)?", r"(?P<after>the day after tomorrow)")
def tomorrow(calendar: Calendar, m: re.Match[str]) -> Node:
    return one_day(calendar.today + (2 if m.groupdict().get("after") else 1) * DAY)


@phrase(r"(?:a|one|1) year ago today", r"(?:this|same) day last year", r"today last year")
def a_year_ago_today(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(shift_months(calendar.today, -12))


@phrase(r"(?:this|the same) time last year", r"around this time last year")
def about_a_year_ago(calendar: Calendar, _: re.Match[str]) -> Node | None:
    return unit_of("month", shift_months(calendar.today, -12))


@phrase(r"(?:the )?<weekday>s?", r"(?:the )?<wday> <nth>", r"<wday> the <nth>")
def weekday_alone(calendar: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    if groups.get("nth"):
        return _latest_day_number(calendar, day_number(m["nth"]))
    return weekday(_WEEKDAY[m["weekday"]])


@phrase(r"on the <nth>", r"on <nth>")
def day_number_alone(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return _latest_day_number(calendar, day_number(m["nth"]))


def _latest_day_number(calendar: Calendar, day: int) -> Node | None:
    if not 1 <= day <= 31:
        return None
    first = calendar.today.replace(day=1)
    while True:
        month = month_of(first.year, first.month)
        found = first + (day - 1) * DAY
        if found < month.until and found <= calendar.today:
            return one_day(found)
        first = shift_months(first, -1)


@phrase(r"(?:the )?weekends?")
def weekend(_: Calendar, __: re.Match[str]) -> Node:
    return WEEKEND


@phrase(r"(?:the )?<season>s?(?: time)?", r"(?P<season>spring|summer|winter)time")
def season_alone(calendar: Calendar, m: re.Match[str]) -> Node:
    return season(m["season"], calendar.hemisphere)


@phrase(r"(?:the )?<season> (?:of )?<year>(?: [-/] (?:\d\d|20\d\d))?")
@phrase(r"(?:the )?<season> of <yy>")
def season_and_year(calendar: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    year = int(groups["year"]) if groups.get("year") else full_year(int(m["yy"]))
    return season(m["season"], calendar.hemisphere).occurrence(year)


@phrase(r"(?:the )?<holiday>")
def holiday_alone(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return holidays.holiday(m["holiday"], calendar.country)


@phrase(r"(?:<this>|<last>|<next>) <unit>", r"the (?:(?P<last>previous)|<this>|<next>) <unit>")
def calendar_unit(calendar: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    return unit_of(m["unit"], calendar.today, -1 if groups["last"] else 1 if groups["next"] else 0)


@phrase(r"(?:the )?<unit> (?:before|prior to) last")
def before_last(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return unit_of(m["unit"], calendar.today, -2)


@phrase(r"<last> (?P<number>\d{1,4}|couple of|few|several) <unit>")
def whole_units(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "Last two weeks", as "last week": whole ones, before the current one."""
    count = how_many(m["number"])
    first, last = unit_of(m["unit"], calendar.today, -count), unit_of(m["unit"], calendar.today, -1)
    return Span(first.from_, last.until) if first and last and count else None


@phrase(r"(?:the|these) (?P<last>last|past) (?:(?P<number>\d{1,4}|couple of|few|several) )?<unit>", r"this past <unit>")
def up_to_today(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "The last two weeks": the stretch that ends with today."""
    groups = m.groupdict()
    count = how_many(groups["number"]) if groups.get("number") else 1
    return Span(back(m["unit"], calendar.today, count), calendar.today + DAY)


@phrase(r"<number> (?:<last> )?<unit> <ago>(?: today)?", r"<number> <unit> (?:before|earlier than) (?:today|now)")
def units_ago(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "Three months ago": the whole month, as far back as it was said; "a few" may be two to five."""
    if is_vague(m["number"]):
        first, last = unit_of(m["unit"], back(m["unit"], calendar.today, 5)), unit_of(m["unit"], calendar.today, -2)
        return Span(first.from_, last.until) if first and last else None
    return unit_of(m["unit"], back(m["unit"], calendar.today, how_many(m["number"])))


@phrase(r"<number> <unit> (?:from now|from today|hence)", r"in <number> <unit>")
def units_ahead(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return unit_of(m["unit"], back(m["unit"], calendar.today, -how_many(m["number"])))


@phrase(r"(?:the )?<nth> (?:quarter|qtr) (?:of )?<year>", r"q ?(?P<nth>[1-4]) <year>", r"<year> q (?P<nth>[1-4])")
def quarter(_: Calendar, m: re.Match[str]) -> Node | None:
    number = day_number(m["nth"])
    return month_of(int(m["year"]), 3 * number - 2, 3, "quarter") if 1 <= number <= 4 else None


@phrase(r"(?:the )?<nth> (?:of|day of) (?:the )?<last> month", r"(?:the )?<nth> (?:of|day of) (?P<this>this|the current|the) month")
def day_of_that_month(calendar: Calendar, m: re.Match[str]) -> Node:
    first = calendar.today.replace(day=1)
    if m.groupdict().get("last"):
        first = shift_months(first, -1)
    return one_day(make_day(first.year, first.month, day_number(m["nth"])))


def named_day(calendar: Calendar, text: str, position: int) -> tuple[int, Recurring] | None:
    """A day that only this person's settings or this country's holidays know, and where its words end."""
    for name, (month, day) in calendar.named_days.items():
        if text.startswith(name, position) and text[position + len(name) :][:1] in ("", " "):
            return position + len(name), day_of_year(month, day)
    return None


__all__ = ["DAY_FIRST", "PHRASES", "WEEKEND", "Calendar", "ImpossibleDate", "Node", "back", "named_day", "pattern", "unit_of"]
