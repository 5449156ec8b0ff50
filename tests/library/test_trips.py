from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.library import latest_trip

DAYS = st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)))


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("taken", "first", "until"),
    [
        (days("2024-05-03"), "2024-05-03", "2024-05-04"),
        (days("2024-05-03", "2024-05-05", "2024-05-09"), "2024-05-03", "2024-05-10"),
        (days("2024-05-03", "2022-08-01", "2022-08-02"), "2024-05-03", "2024-05-04"),
        (days("2024-05-03", "2024-05-08"), "2024-05-08", "2024-05-09"),
    ],
)
def test_the_latest_trip_is_the_last_days_in_a_row(taken: list[date], first: str, until: str) -> None:
    assert latest_trip(taken) == (date.fromisoformat(first), date.fromisoformat(until))


def test_where_somebody_lives_is_no_trip() -> None:
    assert latest_trip([date(2024, 1, 1) + timedelta(days=2 * count) for count in range(60)]) is None
    assert latest_trip([]) is None


@given(DAYS)
def test_a_trip_ends_with_the_newest_photo_and_begins_with_one(taken: list[date]) -> None:
    trip = latest_trip(taken)
    if trip is not None:
        assert trip[0] in taken
        assert trip[1] == max(taken) + timedelta(days=1)
