from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.speech.aloud import aloud


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "It was taken on Sunday, July 12, 2026, at 8:24 in the evening.",
            "It was taken on Sunday, July twelfth, twenty twenty six, at eight twenty four in the evening.",
        ),
        ("at 8:05 in the morning", "at eight oh five in the morning"),
        ("at 10:00", "at ten o'clock"),
        ("on October 1, 1999.", "on October first, nineteen ninety nine."),
        ("Twelve photos from March 2021.", "Twelve photos from March twenty twenty one."),
        ("in May 2005", "in May two thousand five"),
        ("from the 1990s", "from the nineteen nineties"),
        ("music of the 80s", "music of the eighties"),
        ("the 1900s", "the nineteen hundreds"),
        ("since 2019", "since twenty nineteen"),
    ],
)
def test_dates_times_and_years_become_the_words_that_people_say(text: str, said: str) -> None:
    assert aloud(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "You have 12,345 photos.",
        "at 46.5 degrees north and 7.4 degrees east",
        "It was taken with a Canon 1200D.",
        "IMG_2019.jpg is 1080 pixels high",
        "8 o'clock at night",
        "iPhone 12",
        "It may 12 times.",
        "0.1999",
        "ratio 16:9",
    ],
)
def test_what_espeak_reads_well_is_left_to_it(text: str) -> None:
    assert aloud(text) == text


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert aloud(aloud(text)) == aloud(text)


@given(st.datetimes(datetime(1826, 1, 1), datetime(2099, 12, 31)))
def test_no_date_keeps_its_figures(moment: datetime) -> None:
    assert not any(map(str.isdigit, aloud(f"{moment:%B} {moment.day}, {moment.year}, at {moment:%H:%M}")))
