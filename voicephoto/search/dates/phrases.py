"""The date phrases people say, each as its patterns and one function that reads them."""

import re
from datetime import date
from functools import lru_cache

from voicephoto.search.dates import holidays
from voicephoto.search.dates.patterns import (
    Calendar,
    Node,
    Standing,
    day_number,
    how_many,
    is_vague,
    month_number,
    pattern,
    phrase,
    weekday_number,
)
from voicephoto.search.dates.spans import (
    DAY,
    Recurring,
    Span,
    day_of_year,
    make_day,
    month_of,
    one_day,
    shift_months,
    year_of,
)
from voicephoto.search.dates.units import WEEKEND, back, half_back, part_of, season, unit_of, weekday
from voicephoto.search.dates.words import full_year

_DAY_FIRST = (
    "GB IE AU NZ IN ZA FR DE IT ES PT NL BE AT CH PL CZ SK SI HR RO BG GR DK NO FI TR BR AR MX CL CO PE SG"
    " MY ID TH VN IL EG MA RU UA"
)
"""Countries where 7/4/2019 is the seventh of April."""


# Written dates


@phrase(r"<year> <sep> <n> <sep2> <n2>")
def iso(_: Calendar, m: re.Match[str]) -> Node:
    return one_day(make_day(int(m["year"]), int(m["n"]), int(m["n2"])))


@phrase(r"<year> [-/] <n>", r"<n> [-/] <year>")
def month_in_figures(_: Calendar, m: re.Match[str]) -> Node | None:
    month = int(m["n"])
    return month_of(int(m["year"]), month) if 1 <= month <= 12 else None


@phrase(r"<n> <sep> <n2> (?P=sep) (?:<year>|<yy>)", r"<n> <n2> <year>")
def numeric(calendar: Calendar, m: re.Match[str]) -> Node:
    year = int(m["year"]) if m["year"] else full_year(int(m["yy"]))
    month, day = _month_and_day(calendar, int(m["n"]), int(m["n2"]))
    return one_day(make_day(year, month, day))


@phrase(r"<n> / <n2>", standing=Standing.BOUND)
def numeric_without_year(calendar: Calendar, m: re.Match[str]) -> Node | None:
    month, day = _month_and_day(calendar, int(m["n"]), int(m["n2"]))
    return day_of_year(month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _month_and_day(calendar: Calendar, first: int, second: int) -> tuple[int, int]:
    day_first = calendar.country in _DAY_FIRST.split()
    if first > 12 >= second or (day_first and not second > 12 >= first):
        return second, first
    return first, second


@phrase(
    r"(?:<wday> )?<mon> (?:the )?(?:<nth>|<n>(?! <unit>))(?: day)?(?: <year>)?",
    r"(?:<wday> )?(?:the )?(?:<nth>|<n> of)(?: day)?(?: of)? <mon>(?:(?: of)? <year>)?",
    r"(?:<wday> )?(?:the )?<n>(?: day)? (?!may|march)<mon>",
    r"(?:<wday> )?<n> <mon>(?: of)? <year>",
    r"<n> [-/]? ?<mon> [-/]? ?(?:<year>|<yy>)",
)
@phrase(r"(?:<wday> )?(?:the )?<n> <mon>", standing=Standing.BOUND)
def day_of_month(_: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    day = day_number(groups.get("nth") or m["n"])
    if not groups.get("nth") and day > 31:
        return None
    month = month_number(m["mon"])
    year = groups.get("year") or (groups.get("yy") and full_year(int(m["yy"])))
    return one_day(make_day(int(year), month, day)) if year else day_of_year(month, day)


@phrase(
    r"(?:between )?<mon> (?:the )?(?:<nth>|<n>) <to> (?:the )?(?:<nth2>|<n2>)(?: <year>)?",
    r"(?:between )?(?:the )?(?:<nth>|<n>) <to> (?:the )?(?:<nth2>|<n2>)(?: of)? <mon>(?:(?: of)? <year>)?",
)
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


@phrase(r"<month>", standing=Standing.BARE)
@phrase(r"<maymonth>", standing=Standing.BOUND)
@phrase(r"(?:the )?month of (?:<month>|<maymonth>)")
def month_alone(_: Calendar, m: re.Match[str]) -> Node:
    month = month_number(str(m[m.lastgroup or 0]))
    return Recurring("year", lambda year: month_of(year, month))


@phrase(r"<mon> (?:of )?<year>")
def month_and_year(_: Calendar, m: re.Match[str]) -> Node:
    return month_of(int(m["year"]), month_number(m["mon"]))


@phrase(r"(?:the )?year <year>", r"(?:the )?(?P<year>19[2-9]\d|20(?!00)[0-3]\d)")
@phrase(r"(?:the )?(?P<year>2000)", standing=Standing.BARE)
@phrase(r"(?:the )?<year>", standing=Standing.BOUND)
@phrase(r"(?:(?<=^in )|(?<= in ))(?P<yy>[4-9]\d)", standing=Standing.BOUND | Standing.NAME)
def year_alone(_: Calendar, m: re.Match[str]) -> Node:
    said = m.groupdict()
    return year_of(int(said["year"]) if "year" in said else full_year(int(said["yy"])))


@phrase(r"<year> [-/] <yy>")
def years(_: Calendar, m: re.Match[str]) -> Node | None:
    first, last = int(m["year"]), int(m["year"]) // 100 * 100 + int(m["yy"])
    return Span(date(first, 1, 1), date(last + 1, 1, 1)) if first < last and int(m["yy"]) > 12 else None


@phrase(r"(?:the )?(?P<decade>(?:1[89]|20)\d0)s", standing=Standing.BARE)
def decade(_: Calendar, m: re.Match[str]) -> Node:
    first = int(m["decade"])
    return Span(date(first, 1, 1), date(first + 10, 1, 1))


# Days, weeks, seasons as seen from today


@phrase(r"(?:the )?day before yesterday(?: <part>)?")
def two_days_back(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(calendar.today - 2 * DAY)


@phrase(r"last nights?", r"(?:the )?night before last")
def last_night(calendar: Calendar, m: re.Match[str]) -> Node:
    """The evening and what came after midnight."""
    nights = 2 if m[0].endswith("last") else 1
    return Span(calendar.today - nights * DAY, calendar.today - (nights - 2) * DAY)


@phrase(r"yesterdays?(?: <part>s?)?")
def yesterday(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(calendar.today - DAY)


@phrase(r"todays?", r"tonight", r"(?:earlier )?this <part>s?", r"(?:earlier|later) today", r"at this time")
@phrase(r"now", standing=Standing.INNER)
def today(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(calendar.today)


@phrase(r"tomorrows?(?: <part>)?", r"(?P<after>the day after tomorrow)")
def tomorrow(calendar: Calendar, m: re.Match[str]) -> Node:
    return one_day(calendar.today + (2 if m.groupdict().get("after") else 1) * DAY)


@phrase(r"(?:a|one|1) year ago today", r"(?:this|same) day last year", r"today last year")
def a_year_ago_today(calendar: Calendar, _: re.Match[str]) -> Node:
    return one_day(shift_months(calendar.today, -12))


@phrase(r"(?:on )?(?:this|the same) (?:very )?day (?:in|of) <year>")
def this_day_of_a_year(calendar: Calendar, m: re.Match[str]) -> Node:
    # The last day of a February that has no 29th.
    return one_day(shift_months(calendar.today, 12 * (int(m["year"]) - calendar.today.year)))


@phrase(r"(?:this|the same) time last year", r"around this time last year")
def about_a_year_ago(calendar: Calendar, _: re.Match[str]) -> Node | None:
    return unit_of("month", shift_months(calendar.today, -12))


@phrase(r"(?:the )?<weekday>", standing=Standing.BARE)
@phrase(r"<weekday>s", standing=Standing.INNER)
@phrase(r"<wd>", standing=Standing.BOUND | Standing.NAME)
def weekday_alone(_: Calendar, m: re.Match[str]) -> Node:
    return weekday(weekday_number(str(m[m.lastgroup or 0])))


@phrase(r"(?:the )?<wday> <nth>", r"<wday> the <nth>")
@phrase(r"on (?:the )?<nth>", r"from the (?P<nth>(?!1st|2nd|3rd)\d{1,2}(?:st|nd|rd|th))", standing=Standing.NAME)
@phrase(r"the <nth>", standing=Standing.INNER | Standing.NAME)
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


@phrase(r"(?:the )?weekend", standing=Standing.BOUND | Standing.NAME)
@phrase(r"weekends", standing=Standing.INNER)
def weekend(_: Calendar, __: re.Match[str]) -> Node:
    return WEEKEND


@phrase(
    r"(?:the )?<season>(?: ?time)?",
    r"(?:the )?(?P<season>spring|summer|winter)time",
    standing=Standing.BOUND | Standing.NAME,
)
@phrase(r"<season>s", standing=Standing.INNER)
def season_alone(calendar: Calendar, m: re.Match[str]) -> Node:
    return season(m["season"], calendar.hemisphere)


@phrase(r"(?:the )?<season> (?:of )?<year>(?: (?:[-/]|to|and) (?P<next>\d\d|20\d\d))?", r"(?:the )?<season> of <yy>")
def season_and_year(calendar: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    if groups.get("next") and int(groups["next"]) % 100 != (int(groups["year"]) + 1) % 100:
        return None
    year = int(groups["year"]) if groups.get("year") else full_year(int(m["yy"]))
    return season(m["season"], calendar.hemisphere).occurrence(year)


@phrase(r"(?:the )?leap day")
def leap_day(_: Calendar, __: re.Match[str]) -> Node:
    return day_of_year(2, 29)


@phrase(r"(?:at )?(?:the )?(?:bom|(?P<end>eom))")
def edge_of_month(calendar: Calendar, m: re.Match[str]) -> Node:
    month = month_of(calendar.today.year, calendar.today.month)
    return part_of(month, "late" if m["end"] else "early")


@phrase(r"(?:the )?<holiday>", standing=Standing.NAME)
@phrase(r"(?P<holiday>christmas|easter|halloween|thanksgiving|birthday)e?s", standing=Standing.INNER)
@phrase(r"<mayholiday>", standing=Standing.BOUND | Standing.NAME)
def holiday_alone(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return holidays.holiday(str(m[m.lastgroup or 0]), calendar.country)


@phrase(r"(?:the )?easter weekend")
def easter_weekend(calendar: Calendar, _: re.Match[str]) -> Node | None:
    return holidays.holiday("easter weekend", calendar.country)


@phrase(r"(?:the )?(?!easter)<holiday> weekend", r"(?:the )?(?:4th of july|july 4th|july 4) weekend")
def holiday_weekend(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """The weekend with a holiday that touches it or is a day away: "Memorial Day weekend" is Saturday to Monday."""
    named = m.groupdict().get("holiday")
    node = holidays.holiday(named, calendar.country) if named else day_of_year(7, 4)
    return None if node is None else Recurring("year", lambda year: _with_weekend(node.occurrence(year)))


def _with_weekend(feast: Span | None) -> Span | None:
    if feast is None:
        return None
    day = feast.from_
    # From Thursday on it is the coming weekend, until Tuesday the one before; a Wednesday belongs to the coming one.
    saturday = day + (5 - day.weekday()) * DAY if day.weekday() >= 2 else day - (day.weekday() + 2) * DAY
    monday = saturday + 2 * DAY
    joined = day.weekday() != 2 or feast.until > day + DAY
    return Span(min(saturday, day) if joined else saturday, max(monday, feast.until) if joined else monday)


@phrase(
    r"(?!(?:last|past) day )(?<!the )(?<!my )(?<!our )(?<!his )(?<!her )(?:<this>|<last>|<next>) <unit>",
    r"the (?:(?P<last>previous)|<this>|<next>) <unit>",
)
@phrase(r"(?:the )?<unit>", standing=Standing.INNER)
def calendar_unit(calendar: Calendar, m: re.Match[str]) -> Node | None:
    groups = m.groupdict()
    return unit_of(m["unit"], calendar.today, -1 if groups.get("last") else 1 if groups.get("next") else 0)


@phrase(r"(?:the )?<unit> (?:before|prior to) last")
def before_last(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return unit_of(m["unit"], calendar.today, -2)


@phrase(r"(?:<last>|<next>) (?P<number>\d{1,3}|couple of|few|several) <unit>")
def whole_units(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "Last two weeks", as "last week": whole ones, before the current one."""
    count, sign = how_many(m["number"]), 1 if m["next"] else -1
    near, far = unit_of(m["unit"], calendar.today, sign), unit_of(m["unit"], calendar.today, sign * count)
    if not (near and far and count):
        return None
    return Span(min(near.from_, far.from_), max(near.until, far.until))


@phrase(
    r"(?:the|these) (?P<last>last|past) (?!day )<unit>(?! of )",
    r"(?:the|these) (?P<last>last|past) (?P<number>\d{1,3}|couple of|few|several) <unit>(?! of )",
    r"this past <unit>",
)
def up_to_today(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "The last two weeks": the stretch that ends with today."""
    groups = m.groupdict()
    count = how_many(groups["number"]) if groups.get("number") else 1
    return Span(back(m["unit"], calendar.today, count), calendar.today + DAY)


@phrase(
    r"(?:the |on )?(?:<weekday>|(?P<end>weekend)) <number> weeks? <ago>",
    r"<number> weeks? <ago> (?:on )?(?:<weekday>|(?P<end>(?:at |on )?the weekend))",
)
def day_of_week_ago(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "Monday two weeks ago"."""
    week = unit_of("week", calendar.today, -how_many(m["number"]))
    if week is None or is_vague(m["number"]):
        return None
    return WEEKEND.within(week) if m["end"] else weekday(weekday_number(m["weekday"])).within(week)


@phrase(r"<number> (?:<last> )?<unit> <ago>(?: today)?", r"<number> <unit> (?:before|earlier than) (?:today|now)")
def units_ago(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "Three months ago": the whole month; of weeks and days the day so far back; "a few" may be two to five."""
    if is_vague(m["number"]):
        first, last = (
            unit_of(m["unit"], back(m["unit"], calendar.today, 5)),
            unit_of(m["unit"], calendar.today, -2),
        )
        return Span(first.from_, last.until) if first and last else None
    day = back(m["unit"], calendar.today, how_many(m["number"]))
    return one_day(day) if m["unit"].startswith(("week", "fortnight")) else unit_of(m["unit"], day)


@phrase(
    r"(?:an? )?half (?:an? )?<unit> <ago>",
    r"(?P<number>\d{1,3}) and a half <unit> <ago>",
    r"(?P<number>an?|1) <unit> and a half <ago>",
)
def units_and_a_half_ago(calendar: Calendar, m: re.Match[str]) -> Node | None:
    """ "A year and a half ago": the month so far back, of months the week, of weeks the day."""
    smaller = {"decade": "year", "year": "month", "yr": "month", "month": "week"}.get(m["unit"].rstrip("s"), "day")
    return unit_of(smaller, _and_a_half_back(calendar, m))


@phrase(
    r"(?:the |this )?<last> half (?:an? )?<unit>",
    r"(?:the )?<last> <unit> and a half",
    r"(?:the )?<last> (?P<number>\d{1,3}) and a half <unit>",
)
def units_and_a_half_up_to_today(calendar: Calendar, m: re.Match[str]) -> Node:
    count = 1 if m[0].endswith("and a half") else None
    return Span(_and_a_half_back(calendar, m, count), calendar.today + DAY)


def _and_a_half_back(calendar: Calendar, m: re.Match[str], count: int | None = None) -> date:
    number = m.groupdict().get("number")
    whole = count or (how_many(number) if number else 0)
    return half_back(m["unit"], back(m["unit"], calendar.today, whole))


@phrase(r"<number> <unit> (?:from now|from today|hence)", r"in <number> <unit>")
def units_ahead(calendar: Calendar, m: re.Match[str]) -> Node | None:
    return unit_of(m["unit"], back(m["unit"], calendar.today, -how_many(m["number"])))


@phrase(r"(?:the )?<nth> (?:quarter|qtr) (?:of )?<year>", r"q ?(?P<nth>[1-4]) <year>", r"<year> q (?P<nth>[1-4])")
def quarter(_: Calendar, m: re.Match[str]) -> Node | None:
    number = day_number(m["nth"])
    return month_of(int(m["year"]), 3 * number - 2, 3, "quarter") if 1 <= number <= 4 else None


@phrase(
    r"(?:the )?(?:<nth>|<n>) (?:of|day of) (?:the )?(?:<last>|<this>|<next>) month",
    r"(?:the )?<nth> (?:of|day of) the month",
)
def day_of_that_month(calendar: Calendar, m: re.Match[str]) -> Node:
    groups = m.groupdict()
    months = -1 if groups.get("last") else 1 if groups.get("next") else 0
    first = shift_months(calendar.today.replace(day=1), months)
    return one_day(make_day(first.year, first.month, day_number(groups["nth"] or m["n"])))


@lru_cache(maxsize=256)
def _named(name: str) -> re.Pattern[str]:
    owner, space, rest = name.partition(" ")
    qualifier = "(?:(?:<last>|<this>|<next>) )?" if space else "(?P<last>(?!))?(?P<next>(?!))?"
    return pattern(re.escape(owner) + space + qualifier + re.escape(rest))


def named_day(calendar: Calendar, text: str, position: int) -> tuple[int, Node] | None:
    """A day with a name of its own: where its words end, and the day in every year or in the one meant.

    A qualifier may stand inside the name: "my last birthday".
    """
    for name, (month, day) in calendar.named_days.items():
        found = _named(name).match(text, position)
        if found is None:
            continue
        every = day_of_year(month, day)
        if found["last"]:
            return found.end(), every.ended(calendar.today)
        return found.end(), every.coming(calendar.today) if found["next"] else every
    return None
