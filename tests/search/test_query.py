from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto import hub
from voicephoto.errors import VoicephotoError
from voicephoto.library import fold
from voicephoto.search import ImpossibleDate, PhotoQuery, QueryContext, Wording, parse_query, refine
from voicephoto.vision import StarterEncoder

PLACES = {fold(name): name for name in ("Italy", "Rome", "Paris", "France", "New York", "Norway", "Turkey", "Reading")}
CONTEXT = QueryContext(
    now=datetime(2026, 11, 23, 12),
    wording=Wording.load(StarterEncoder(hub.locate("starter"))),
    places=lambda words: PLACES.get(fold(words)),
    albums=("Summer camp", "Rome"),
    cameras=("Canon EOS R6", "Apple iPhone 15"),
)


def read(text: str) -> PhotoQuery:
    return parse_query(text, CONTEXT)


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("sunsets", {"text": "sunsets"}),
        ("me all my photos of a dog please", {"text": "a dog"}),
        ("photos that I took of the harbor", {"text": "the harbor"}),
        ("me skiing", {"text": "me skiing"}),
        ("photos of me skiing", {"text": "me skiing"}),
        ("a city at night", {"text": "a city at night"}),
        ("Dogs on the beach!", {"text": "Dogs on the beach"}),
        ("beach photos", {"text": "beach"}),
        ("everything", {"text": ""}),
        ("sunsets in Italy", {"text": "sunsets", "places": ("Italy",)}),
        ("photos of rome", {"text": "", "places": ("Rome",)}),
        ("paris at night", {"text": "night", "places": ("Paris",)}),
        ("churches in rome or paris", {"text": "churches", "places": ("Rome", "Paris")}),
        ("pictures from our trip to new york", {"text": "", "places": ("New York",)}),
        ("turkey sandwiches", {"text": "turkey sandwiches"}),
        ("someone reading", {"text": "someone reading"}),
        ("photos not from France", {"text": "", "without_places": ("France",)}),
        ("beaches without people", {"text": "beaches", "without": ("people",)}),
        ("dogs but not on the beach", {"text": "dogs", "without": ("beach",)}),
        ("cats without dogs or children in Rome", {"text": "cats", "without": ("dogs", "children"), "places": ("Rome",)}),
        ("flowers taken with my canon", {"text": "flowers", "camera": "canon"}),
        ("photos from my iphone 15", {"text": "", "camera": "iphone 15"}),
        ("a man with a dog", {"text": "a man with a dog"}),
        ("horses in the summer camp album", {"text": "horses", "album": "Summer camp"}),
        ("flowers in portrait format", {"text": "flowers", "orientation": "portrait"}),
        ("my last five photos", {"order": "newest", "limit": 5}),
        ("the newest photos of the cat", {"text": "the cat", "order": "newest"}),
        ("the oldest picture of a bike", {"text": "a bike", "order": "oldest", "limit": 1}),
        ("three photos of boats", {"text": "boats", "limit": 3}),
        ("two dogs", {"text": "two dogs"}),
        ("boats newest first", {"text": "boats", "order": "newest"}),
        ("put the oldest at the front", {"order": "oldest"}),
        ("oldest at the top if you don't mind", {"order": "oldest"}),
        ("newest from Rome", {"places": ("Rome",), "order": "newest"}),
        ("newest thirty", {"order": "newest", "limit": 30}),
        ("five of them will do, the most recent", {"order": "newest", "limit": 5}),
        ("keep only five of them", {"limit": 5}),
        ("open the summer camp album", {"album": "Summer camp"}),
        ("rooftops, Paris", {"text": "rooftops", "places": ("Paris",)}),
        ("boats, Norway", {"text": "boats", "places": ("Norway",)}),
        ("beach in Italy photo", {"text": "beach", "places": ("Italy",)}),
        ("what did the garden look like", {"text": "the garden"}),
    ],
)  # fmt: skip
def test_a_sentence_becomes_filters_and_what_is_left_to_look_for(sentence: str, wanted: dict[str, Any]) -> None:
    assert read(sentence) == PhotoQuery(**wanted)


@pytest.mark.parametrize(
    ("sentence", "text", "from_", "until", "spoken"),
    [
        ("sunsets from last summer", "sunsets", date(2026, 6, 1), date(2026, 9, 1), "sunsets, June to August 2026"),
        ("dogs in july 2024", "dogs", date(2024, 7, 1), date(2024, 8, 1), "dogs, July 2024"),
        ("since 2020", "", date(2020, 1, 1), None, "photos, since 2020"),
        ("cake in may or june", "cake", date(2026, 5, 1), date(2026, 7, 1), "cake, May to June 2026"),
        (
            "boats in Italy from last summer",
            "boats",
            date(2026, 6, 1),
            date(2026, 9, 1),
            "boats in Italy, June to August 2026",
        ),
        ("a summer dress", "a summer dress", None, None, "a summer dress"),
    ],
)
def test_dates_are_taken_out_and_said_back(
    sentence: str, text: str, from_: date | None, until: date | None, spoken: str
) -> None:
    query = read(sentence)
    assert (query.text, query.from_, query.until, query.spoken()) == (text, from_, until, spoken)


def test_a_month_that_is_somebody_the_library_knows_is_no_date() -> None:
    known = replace(CONTEXT, keyword=lambda word: word == "may")
    assert parse_query("photos of may", known) == PhotoQuery("may")
    assert parse_query("may", known) == PhotoQuery("may")
    assert parse_query("may", CONTEXT).from_ is not None
    assert parse_query("dogs in may", known).from_ is not None


def test_a_day_that_no_calendar_has_is_said_so() -> None:
    with pytest.raises(ImpossibleDate, match="There is no February 30"):
        read("photos from february 30")


@pytest.mark.parametrize(
    ("said", "how", "spoken"),
    [
        ("the ones from Italy", "narrow", "sunsets in Italy, June to August 2026"),
        ("with a boat", "narrow", "sunsets and a boat, June to August 2026"),
        ("palm trees", "narrow", "sunsets and palm trees, June to August 2026"),
        ("last winter", "change", "sunsets, December 2025 to February 2026"),
        ("cats", "change", "cats, June to August 2026"),
        ("people", "without", "sunsets, June to August 2026, without people"),
        ("from france", "without", "sunsets, June to August 2026, without France"),
        ("", "oldest", "sunsets, June to August 2026, oldest first"),
    ],
)
def test_follow_ups_compose(said: str, how: Any, spoken: str) -> None:
    assert refine(read("sunsets from last summer"), read(said), how).spoken() == spoken


WORDS = st.lists(
    st.sampled_from(
        "show me photos of the dogs in Rome from last summer without people not or and Paris newest first five my album "
        "with canon 2019 may 31 february at , . ? ! the with in".split()
    ),
    max_size=12,
)


@given(WORDS)
def test_any_words_are_read_or_refused_in_one_sentence(words: list[str]) -> None:
    try:
        query = read(" ".join(words))
    except VoicephotoError as error:
        assert "\n" not in str(error)
    else:
        assert query.from_ is None or query.until is None or query.from_ < query.until
        assert query.spoken()


@given(WORDS, WORDS)
def test_taking_away_never_adds(first: list[str], then: list[str]) -> None:
    try:
        previous, new = read(" ".join(first)), read(" ".join(then))
    except VoicephotoError:
        return
    less = refine(previous, new, "without")
    assert (less.text, less.places, less.from_, less.until) == (
        previous.text,
        previous.places,
        previous.from_,
        previous.until,
    )
    assert set(previous.without) <= set(less.without)
