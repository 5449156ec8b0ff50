"""Which days a sentence asks for, where it names several or tells of others."""

from datetime import date, datetime

import pytest

from voicephoto.search.dates import find_dates
from voicephoto.search.when import asked_for

NOW = datetime(2026, 7, 15, 12)
"""A Wednesday, at noon."""


def read(text: str, now: datetime = NOW) -> tuple[str, date | None, date | None]:
    rest, asked = asked_for(text, find_dates(text, now), now)
    return (rest, asked.range.from_, asked.range.until) if asked.range else (rest, None, None)


def days(text: str, now: datetime = NOW) -> tuple[str | None, str | None]:
    _, from_, until = read(text, now)
    return from_ and from_.isoformat(), until and until.isoformat()


@pytest.mark.parametrize(
    ("said", "from_", "until"),
    [
        ("the regatta in 2014, or hold on, she says 2015", "2015-01-01", "2016-01-01"),
        ("on friday, no wait, saturday we had the jumble sale", "2026-07-11", "2026-07-12"),
        ("early june 2019, no, 2020, sledging", "2020-06-01", "2020-06-11"),
        ("mid october, say 2021, no hang on, 2020", "2020-10-11", "2020-10-21"),
        ("2018, not 2019", "2018-01-01", "2019-01-01"),
        ("the fair, not this year's, the one in 2024", "2024-01-01", "2025-01-01"),
        ("from 2018 and 2019", "2018-01-01", "2020-01-01"),
        ("in may or june", "2026-05-01", "2026-07-01"),
        ("in march, in 2020", "2020-03-01", "2020-04-01"),
    ],
)
def test_what_is_said_last_counts_unless_dates_go_together(said: str, from_: str, until: str) -> None:
    assert days(said) == (from_, until)


@pytest.mark.parametrize(
    ("said", "from_", "until", "rest"),
    [
        ("nothing older than 2015, just kites", "2015-01-01", None, "just kites"),
        ("get rid of everything before 2018", "2018-01-01", None, ""),
        ("no later than 2005, ledgers", None, "2006-01-01", "ledgers"),
        ("take out the photos after 2019", None, "2020-01-01", ""),
        ("kites from before 2015", None, "2015-01-01", "kites"),
    ],
)
def test_an_open_range_that_is_refused_leaves_the_other_days(
    said: str, from_: str | None, until: str | None, rest: str
) -> None:
    found = read(said)
    assert days(said) == (from_, until)
    assert found[0].strip(" ,") == rest


@pytest.mark.parametrize(
    ("said", "from_", "until"),
    [
        ("she turns ninety next week, look for her on the tractor", None, None),
        ("my in-laws come tomorrow, show them the pond", None, None),
        ("i fancy painting the bridge this evening", None, None),
        ("the surveyor comes tomorrow, the crack from the third of april", "2026-04-03", "2026-04-04"),
        ("my little one starts school monday, show me her first steps", None, None),
        ("we've got a new puppy coming on friday, can I see old Rusty", None, None),
        ("grandma coming through the door on friday", "2026-07-10", "2026-07-11"),
        ("photos from tomorrow", "2026-07-16", "2026-07-17"),
        ("the photos of tonight", "2026-07-15", "2026-07-16"),
    ],
)
def test_days_to_come_only_tell_why_somebody_asks(said: str, from_: str | None, until: str | None) -> None:
    assert days(said) == (from_, until)


def test_an_evening_that_has_come_has_photos() -> None:
    late = datetime(2026, 7, 15, 22)
    assert days("the fire from this evening", late) == ("2026-07-15", "2026-07-16")


@pytest.mark.parametrize(
    ("said", "from_", "until"),
    [
        ("the skyline since we moved to dubai in march", "2026-03-01", None),
        ("since we got the pup, that was valentine's day, all of her", "2026-02-14", None),
        ("grandad on the mower before he had his hip done in october 2023", None, "2023-10-01"),
        ("she moved to auckland in 2020, her balcony since then", "2020-01-01", None),
        ("before i forget, show me the garden in 2019", "2019-01-01", "2020-01-01"),
    ],
)
def test_what_began_on_a_day_opens_the_range(said: str, from_: str | None, until: str | None) -> None:
    assert days(said) == (from_, until)


@pytest.mark.parametrize(
    ("said", "rest", "without"),
    [
        ("photos except from last year", "photos", "2025"),
        ("photos not taken in 2020", "photos", "2020"),
        ("everything but last summer", "", "June to August 2025"),
        ("dogs but not from 2019", "dogs", "2019"),
        ("dogs, but not the ones from 2019 or 2020", "dogs", "2019"),
        ("leave out last week", "", "July 6 to 12, 2026"),
        ("not from yesterday", "", "Tuesday, July 14"),
    ],
)
def test_days_that_are_refused_are_left_out(said: str, rest: str, without: str) -> None:
    found, asked = asked_for(said, find_dates(said, NOW), NOW)
    assert asked.range is None
    assert found == rest
    assert asked.without[0].spoken == without


def test_of_a_year_that_is_asked_for_a_month_may_be_left_out() -> None:
    said = "photos from 2019 but not from July"
    _, asked = asked_for(said, find_dates(said, NOW), NOW)
    assert asked.range is not None
    assert asked.range.spoken == "2019"
    assert [days.spoken for days in asked.without] == ["July 2019"]
    said = "photos from 2018 and 2019, but not from July"
    _, asked = asked_for(said, find_dates(said, NOW), NOW)
    assert [days.spoken for days in asked.without] == ["July 2018", "July 2019"]


@pytest.mark.parametrize(
    "said", ["2018, not 2019", "not this summer, the one before, kayaks", "2008 not 2018, my mistake"]
)
def test_what_is_only_put_right_is_not_left_out(said: str) -> None:
    assert asked_for(said, find_dates(said, NOW), NOW)[1].without == ()
