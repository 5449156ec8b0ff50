"""Stretches of local days, what comes round again, and how both are said."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from voicephoto.errors import VoicephotoError

Grain = Literal["day", "week", "month", "season", "quarter", "year", "stretch"]

MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = timedelta(days=1)


class ImpossibleDate(VoicephotoError):  # noqa: N818 - named for what a person said, not for a fault of ours
    """A date that the calendar does not have; the message can be spoken."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days from `from_` up to, not including, `until`; None is open."""

    from_: date | None
    until: date | None
    spoken: str
    """The reading in words, which means the same range when it is read again on the same day."""


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `from_` up to, not including, `until`, as long as `grain` says."""

    from_: date
    until: date
    grain: Grain = "stretch"


@dataclass(frozen=True, slots=True)
class Recurring:
    """What comes round once in every year or every week: a season, a holiday, a Monday.

    `occurrence` takes the year, or the number of the week counted from 0001-01-01, and gives None where that
    one has no such day (February 29). Asking for one that is in none of the years looked at is a ValueError.
    """

    cycle: Literal["year", "week"]
    occurrence: Callable[[int], Span | None]

    def _index(self, day: date) -> int:
        return day.year if self.cycle == "year" else (day.toordinal() - 1) // 7

    def _backwards(self, day: date) -> Iterator[Span]:
        newest = self._index(day) + 1
        found = (self.occurrence(index) for index in range(newest, newest - 12, -1) if index > 0)
        return (span for span in found if span)

    def begun(self, today: date) -> Span:
        """The newest one that has begun, today included."""
        return _first(span for span in self._backwards(today) if span.from_ <= today)

    def ended(self, today: date, times: int = 1) -> Span:
        """The newest one that is over, or the one `times` back."""
        newest = self._index(today) + 1
        found = (self.occurrence(index) for index in range(newest, max(0, newest - times - 12), -1))
        return _first(islice((span for span in found if span and span.until <= today), times - 1, None))

    def coming(self, today: date) -> Span:
        """The first one that has not begun."""
        index = self._index(today)
        upcoming = (self.occurrence(i) for i in range(index, index + 12))
        return _first(span for span in upcoming if span and span.from_ > today)

    def within(self, outer: Span) -> Span | None:
        """The first one that begins inside `outer`, or None."""
        first, last = self._index(outer.from_), self._index(outer.until)
        found = (self.occurrence(index) for index in range(first, min(last, first + 60) + 1))
        return next((s for s in found if s and outer.from_ <= s.from_ < outer.until), None)


def _first(spans: Iterable[Span]) -> Span:
    found = next(iter(spans), None)
    if found is None:
        raise ValueError("it comes round in none of these years")
    return found


def make_day(year: int, month: int, day: int) -> date:
    """The day, or ImpossibleDate with a sentence to say."""
    if not 1 <= month <= 12:
        raise ImpossibleDate(f"There is no month number {month}.")
    days = monthrange(max(1, min(year, 9999)), month)[1]
    if not 1 <= day <= days:
        name = MONTHS[month - 1]
        most = 29 if month == 2 else days
        when = f" had only 28 days in {year}" if (month, day) == (2, 29) else f" never has more than {most} days"
        raise ImpossibleDate(f"There is no {name} {day}: {name}{when}.")
    return date(year, month, day)


def day_of_year(month: int, day: int) -> Recurring:
    """The same month and day in every year; ImpossibleDate where no year has it."""
    make_day(2000, month, day)
    leap_only = (month, day) == (2, 29)
    return Recurring(
        "year",
        lambda y: None if leap_only and monthrange(y, 2)[1] < 29 else one_day(make_day(y, month, day)),
    )


def one_day(day: date) -> Span:
    return Span(day, day + DAY, "day")


def shift_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(year: int, month: int, count: int = 1, grain: Grain = "month") -> Span:
    first = date(year, month, 1)
    return Span(first, shift_months(first, count), grain)


def year_of(year: int) -> Span:
    return Span(date(year, 1, 1), date(year + 1, 1, 1), "year")


def week_of(day: date) -> Span:
    """The Monday-to-Sunday week with this day in it."""
    monday = day - day.weekday() * DAY
    return Span(monday, monday + 7 * DAY, "week")


def say(from_: date | None, until: date | None, today: date) -> str:
    """The range in words that are read back as the same range; empty where both ends are open."""
    if from_ is None:
        return f"before {_say_start(until, today)}" if until else ""
    if until is None:
        return f"since {_say_start(from_, today)}"
    last = until - DAY
    if (from_.month, from_.day, until.month, until.day) == (1, 1, 1, 1):
        if from_.year % 10 == 0 and until.year - from_.year == 10:
            return f"the {from_.year}s"
        return f"{from_.year}" if last.year == from_.year else f"{from_.year} to {last.year}"
    if from_.day == until.day == 1:
        first, end = MONTHS[from_.month - 1], f"{MONTHS[last.month - 1]} {last.year}"
        if (from_.year, from_.month) == (last.year, last.month):
            return end
        return f"{first} to {end}" if from_.year == last.year else f"{first} {from_.year} to {end}"
    if from_ == last:
        return _say_day(from_, today)
    start = f"{MONTHS[from_.month - 1]} {from_.day}"
    if from_.year != last.year:
        return f"{start}, {from_.year} to {MONTHS[last.month - 1]} {last.day}, {last.year}"
    end = f"{last.day}" if from_.month == last.month else f"{MONTHS[last.month - 1]} {last.day}"
    return f"{start} to {end}, {last.year}"


def _say_start(day: date, today: date) -> str:
    if day.day > 1:
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    return f"{day.year}" if day.month == 1 else f"{MONTHS[day.month - 1]} {day.year}"


def _say_day(day: date, today: date) -> str:
    words = f"{MONTHS[day.month - 1]} {day.day}"
    if day.year == today.year and day <= today:
        return f"{WEEKDAYS[day.weekday()]}, {words}"
    return f"{words}, {day.year}"
