"""Days, weeks, seasons and their parts, counted from a day or inside a span."""

from datetime import date
from typing import Literal

from voicephoto.search.dates.spans import (
    DAY,
    Recurring,
    Span,
    month_of,
    one_day,
    shift_months,
    week_of,
    year_of,
)

_SEASON = {"spring": 0, "summer": 1, "autumn": 2, "fall": 2, "winter": 3}
Part = Literal["early", "mid", "late"]


def season(name: str, hemisphere: str) -> Recurring:
    """Meteorological seasons, of whole months; a year's winter (or southern summer) begins in December."""
    start = (3, 6, 9, 12)[(_SEASON[name] + (2 if hemisphere == "south" else 0)) % 4]
    return Recurring("year", lambda year: month_of(year, start, 3, "season"))


def weekday(number: int, days: int = 1) -> Recurring:
    """The weekday of a week, or the run of days that begins with it."""
    return Recurring("week", lambda week: _run(date.fromordinal(week * 7 + 1 + number), days))


def _run(first: date, days: int) -> Span:
    return Span(first, first + days * DAY, "day" if days == 1 else "stretch")


WEEKEND = weekday(5, 2)


def unit_of(unit: str, day: date, shift: int = 0) -> Span | None:
    """The calendar unit that holds a day, or one that is `shift` units later; None if it is no unit."""
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
        case "quarter" | "qtr":
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
        case "quarter" | "qtr":
            return shift_months(day, -3 * count)
        case "decade":
            return shift_months(day, -120 * count)
    return shift_months(day, -12 * count)


def half_back(unit: str, day: date) -> date:
    """The day that lies half a unit before, to the month for years and decades, to the day for what is shorter."""
    match unit.rstrip("s"):
        case "decade":
            return shift_months(day, -60)
        case "year" | "yr":
            return shift_months(day, -6)
    days = (day - back(unit, day, 1)).days
    return day - days // 2 * DAY


def nth_unit(outer: Span, unit: str, nth: int) -> Span | None:
    """The nth unit that lies wholly inside a span, from its end where nth is negative; None if there is none.

    A week is one from Monday to Sunday, so the first week of a month begins with its first Monday.
    """
    edge = unit_of(unit, outer.from_ if nth > 0 else outer.until - DAY)
    if edge is None:
        return None
    shift = nth - 1 if nth > 0 else nth + 1
    if edge.from_ < outer.from_ or edge.until > outer.until:
        shift += 1 if nth > 0 else -1
    found = unit_of(unit, edge.from_, shift)
    return found if found and found.from_ >= outer.from_ and found.until <= outer.until else None


def nth_inside(outer: Span, what: Recurring, nth: int) -> Span | None:
    """The nth of what comes round that begins inside a span, from its end where nth is negative."""
    day = outer.from_ - DAY
    found: list[Span] = []
    while len(found) < 600:
        span = what.coming(day)
        if span.from_ >= outer.until:
            break
        found.append(span)
        day = span.from_
    index = nth - 1 if nth > 0 else nth
    return found[index] if -len(found) <= index < len(found) else None


def part_of(outer: Span, part: Part) -> Span:
    """A third of a span: of whole months where it has at least three of them, of days otherwise.

    The thirds of a month are its days up to the 10th, up to the 20th and the rest; of a week, Monday to
    Wednesday, Wednesday to Friday and Friday to Sunday; of a decade, four, three and three years.
    """
    months = (outer.until.year - outer.from_.year) * 12 + outer.until.month - outer.from_.month
    if outer.from_.day == outer.until.day == 1 and months >= 3:
        ends = (48, 84) if months == 120 else (months // 3, months * 2 // 3)
        cuts = [shift_months(outer.from_, end) for end in ends]
    elif outer.grain == "week":
        return {
            "early": Span(outer.from_, outer.from_ + 3 * DAY),
            "mid": Span(outer.from_ + 2 * DAY, outer.from_ + 5 * DAY),
            "late": Span(outer.from_ + 4 * DAY, outer.until),
        }[part]
    elif outer.grain == "month":
        cuts = [outer.from_ + 10 * DAY, outer.from_ + 20 * DAY]
    else:
        days = max(1, (outer.until - outer.from_).days // 3)
        cuts = [outer.from_ + days * DAY, outer.from_ + 2 * days * DAY]
    edges = [outer.from_, *cuts, outer.until]
    index = ("early", "mid", "late").index(part)
    return Span(edges[index], edges[index + 1]) if edges[index] < edges[index + 1] else outer


def half_of(outer: Span, second: bool) -> Span:
    """One half of a span: of whole months where they are even in number, of days otherwise."""
    months = (outer.until.year - outer.from_.year) * 12 + outer.until.month - outer.from_.month
    if outer.from_.day == outer.until.day == 1 and months % 2 == 0:
        middle = shift_months(outer.from_, months // 2)
    else:
        middle = outer.from_ + (outer.until - outer.from_).days // 2 * DAY
    if middle == outer.from_:
        return outer
    return Span(middle, outer.until) if second else Span(outer.from_, middle)
