"""Dates that are told by the days that are talked about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.search.dates import DateRange, find_relative

TODAY = date(2026, 11, 23)
SUMMER = (date(2026, 6, 1), date(2026, 9, 1))
A_DAY = (date(2026, 7, 12), date(2026, 7, 13))


@pytest.mark.parametrize(
    ("said", "days", "from_", "until", "spoken"),
    [
        ("and the year before", SUMMER, "2025-06-01", "2025-09-01", "June to August 2025"),
        ("the year before that", SUMMER, "2025-06-01", "2025-09-01", "June to August 2025"),
        ("the summer before", SUMMER, "2025-06-01", "2025-09-01", "June to August 2025"),
        ("a year later", A_DAY, "2027-01-01", "2028-01-01", "2027"),
        ("the month before", A_DAY, "2026-06-01", "2026-07-01", "June 2026"),
        ("the following week", A_DAY, "2026-07-13", "2026-07-20", "July 13 to 19, 2026"),
        ("and the next day", A_DAY, "2026-07-13", "2026-07-14", "Monday, July 13"),
        ("what about the weekend after", A_DAY, "2026-07-18", "2026-07-20", "July 18 to 19, 2026"),
        ("the winter before", A_DAY, "2025-12-01", "2026-03-01", "December 2025 to February 2026"),
        ("the year after", (date(2015, 1, 1), date(2017, 1, 1)), "2017-01-01", "2018-01-01", "2017"),
    ],
)
def test_what_lies_beside_the_days_that_are_talked_about(
    said: str, days: tuple[date, date], from_: str, until: str, spoken: str
) -> None:
    found = find_relative(said, days, TODAY)
    assert found is not None
    assert found[1] == DateRange(date.fromisoformat(from_), date.fromisoformat(until), spoken)


@pytest.mark.parametrize("said", ["next", "the one before", "the day before yesterday", "before the year 2000", "dogs"])
def test_other_words_are_left_alone(said: str) -> None:
    assert find_relative(said, SUMMER, TODAY) is None


@given(
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.integers(1, 40),
    st.sampled_from(["day", "week", "month", "summer"]),
)
def test_what_is_before_ends_before_and_what_is_after_begins_after(first: date, days: int, unit: str) -> None:
    shown = (first, date.fromordinal(first.toordinal() + days))
    before, after = (find_relative(f"the {unit} {way}", shown, TODAY) for way in ("before", "after"))
    assert before is not None
    assert after is not None
    assert before[1].until is not None
    assert after[1].from_ is not None
    assert before[1].until <= shown[1]
    assert after[1].from_ >= shown[0]
    assert before[1].from_ < shown[0]  # type: ignore[operator]
    assert after[1].until > shown[1]  # type: ignore[operator]
