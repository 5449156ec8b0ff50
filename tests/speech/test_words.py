import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.speech.words import number, ordinal, spoken_words, year


def said(text: str) -> str:
    return " ".join(spoken_words(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Show me the BEACH, please!", "show me the beach please"),
        ("don't", "don't"),
        ("don’t", "don't"),
        ("o'clock", "o'clock"),
        ("my parents' house", "my parents house"),
        ("rock & roll", "rock and roll"),
        ("well-known", "well known"),
        ("IMG_1234.jpg", "img twelve thirty four jpg"),
        ("", ""),
        ("?! 😀", ""),
    ],
)
def test_words_are_lower_case_without_punctuation(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("São Tomé", "sao tome"),
        ("Łódź", "lodz"),
        ("Øresund", "oresund"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("Đà Nẵng", "da nang"),
        ("Þingvellir", "thingvellir"),
        ("İzmir", "izmir"),
        ("Diyarbakır", "diyarbakir"),
        ("ﬁsh", "fish"),
    ],
)
def test_names_from_abroad_keep_all_their_letters(name: str, words: str) -> None:
    assert said(name) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "zero"),
        ("7", "seven"),
        ("15", "fifteen"),
        ("40", "forty"),
        ("42", "forty two"),
        ("100", "one hundred"),
        ("342", "three hundred forty two"),
        ("2500000", "two five zero zero zero zero zero"),
        ("12000", "twelve thousand"),
        ("007", "zero zero seven"),
        ("20km", "twenty km"),
        ("iPhone 15", "iphone fifteen"),
        ("mp3", "mp three"),
        ("4x4", "four x four"),
        ("5%", "five"),
    ],
)
def test_figures_are_spelt(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019", "twenty nineteen"),
        ("2000", "two thousand"),
        ("2007", "two thousand seven"),
        ("2010", "twenty ten"),
        ("1999", "nineteen ninety nine"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("the 1990s", "the nineteen nineties"),
        ("the 80s", "the eighties"),
        ("1900s", "nineteen hundreds"),
    ],
)
def test_years_are_said_as_people_say_them(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1st", "first"),
        ("2nd", "second"),
        ("3rd", "third"),
        ("5th", "fifth"),
        ("8th", "eighth"),
        ("9th", "ninth"),
        ("12th", "twelfth"),
        ("20th", "twentieth"),
        ("21st", "twenty first"),
        ("30th", "thirtieth"),
        ("101st", "one hundred first"),
        ("May 3rd, 2019", "may third twenty nineteen"),
    ],
)
def test_ordinals_are_spelt(text: str, words: str) -> None:
    assert said(text) == words


@given(st.text())
def test_any_text_becomes_plain_words(text: str) -> None:
    for word in spoken_words(text):
        assert re.fullmatch(r"[a-z]+('[a-z]+)*", word)


@given(st.text())
def test_spoken_words_are_spoken_as_they_are(text: str) -> None:
    words = spoken_words(text)
    assert spoken_words(" ".join(words)) == words


@given(st.integers(0, 10**9))
def test_different_numbers_sound_different(value: int) -> None:
    assert number(value) != number(value + 1)
    assert ordinal(value) != ordinal(value + 1)
    assert ordinal(value)[:-1] == number(value)[:-1]


def test_all_years_of_photography_sound_different() -> None:
    assert len({" ".join(year(value)) for value in range(1826, 2100)}) == 2100 - 1826
