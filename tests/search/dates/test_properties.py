"""What holds for every sentence and on every day."""

from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicephoto.search.dates import DateMatch, ImpossibleDate, find_dates

WORDS = (
    "last this next the past summer winter may march december friday sunday weekend christmas easter new year "
    "day week month quarter years ago before after two three few a of in on from to until since between and or "
    "early late mid beginning end first second third half 2015 1999 90s 5 31 29 february 2019-05-03 - / . 3/4 "
    "yesterday today now night photos dress my birthday 999 's ! ramadan sundays winters back onwards all lent "
    "nineteen twenty thousand"
).split()

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 12, 31))
hemispheres = st.sampled_from(("north", "south"))
countries = st.sampled_from(("US", "GB", "DE", "AU", "XX"))


def read(text: str, now: datetime, hemisphere: str, country: str) -> tuple[DateMatch, ...]:
    try:
        return tuple(find_dates(text, now, hemisphere, country, {"my birthday": "02-29"}))
    except ImpossibleDate:
        return ()


@given(st.text(max_size=60), moments)
@example("²’ 30\x00", datetime(2026, 11, 23))
@settings(deadline=None)
def test_any_text_is_read_or_impossible(text: str, now: datetime) -> None:
    for match in read(text, now, "north", "US"):
        assert 0 <= match.start < match.end <= len(text)


@given(sentences, moments, hemispheres, countries)
@settings(deadline=None, max_examples=300)
def test_what_is_said_is_read_as_the_same_days(text: str, now: datetime, hemisphere: str, country: str) -> None:
    for match in read(text, now, hemisphere, country):
        (again,) = find_dates(match.range.spoken, now, hemisphere, country)
        assert again == DateMatch(match.range, 0, len(match.range.spoken))


@given(sentences, moments, hemispheres, countries)
@settings(deadline=None, max_examples=200)
def test_matches_come_in_order_and_hold_days(text: str, now: datetime, hemisphere: str, country: str) -> None:
    end = 0
    for match in read(text, now, hemisphere, country):
        assert end <= match.start < match.end <= len(text)
        end = match.end
        from_, until = match.range.from_, match.range.until
        assert from_ or until
        assert from_ is None or until is None or from_ < until


@pytest.mark.parametrize("depth", [3, 30, 300])
def test_deep_sentences_end(depth: int) -> None:
    find_dates("the day before " * depth + "christmas", datetime(2026, 11, 23))
