from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from voicephoto.dialogue import replies
from voicephoto.dialogue.intent import Asked
from voicephoto.library import Photo, Place
from voicephoto.search import Hit, Order, PhotoQuery, Results

from .conftest import AMALFI, NEW_YORK, photo

NOW = datetime(2026, 11, 23, 12)
ITALY_LAST_SUMMER: dict[str, Any] = {
    "places": ("Italy",),
    "from_": date(2026, 6, 1),
    "until": date(2026, 9, 1),
    "when": "June to August 2026",
}


def results(
    count: int,
    text: str = "",
    *,
    status: Any = "",
    total: int = 0,
    considered: int = 36,
    more: bool = False,
    **asked: Any,
) -> Results:
    hits = tuple(Hit(photo(number), 0.3, 0.9) for number in range(1, count + 1))
    status = status or ("confident" if hits else "none")
    return Results(PhotoQuery(text, **asked), status, hits, total or count, total or count, more, considered)


# What was found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (results(3, "sunsets", **ITALY_LAST_SUMMER), "Three sunsets in Italy from June to August 2026."),
        (results(1, "sunsets"), "One photo of sunsets."),
        (results(1, "a cat"), "One photo of a cat."),
        (results(2, "a cat"), "Two photos of a cat."),
        (results(2, "cats"), "Two cats."),
        (results(2, "snowy mountains"), "Two snowy mountains."),
        (results(4, "a city at night"), "Four photos of a city at night."),
        (results(2, "dogs and cats"), "Two photos of dogs and cats."),
        (results(2, "two dogs"), "Two photos of two dogs."),
        (results(2, "tall grass"), "Two photos of tall grass."),
        (results(2, "skiing"), "Two photos of skiing."),
        (results(2, "me skiing"), "Two photos of me skiing."),
        (results(2, "with a boat"), "Two photos with a boat."),
        (results(5), "Five photos."),
        (results(5, places=("United States",)), "Five photos from the United States."),
        (results(2, places=("Italy", "Greece")), "Two photos from Italy or Greece."),
        (results(2, when="2025"), "Two photos from 2025."),
        (results(2, when="since 2020"), "Two photos since 2020."),
        (results(2, when="before May 2024"), "Two photos before May 2024."),
        (results(2, album="Summer camp"), "Two photos in the album Summer camp."),
        (results(2, "flowers", camera="canon"), "Two flowers taken with the canon."),
        (results(2, orientation="portrait"), "Two photos in portrait format."),
        (results(3, "beaches", without=("people",)), "Three beaches without people."),
        (results(3, without_places=("Italy", "France")), "Three photos without Italy or France."),
        (results(12, "boats"), "Twelve boats."),
        (results(20, "boats"), "Twenty boats. Here are the best twelve."),
        (results(1234, "boats"), "1,234 boats. Here are the best twelve."),
        (results(300, "boats", total=1234), "1,234 boats. Here are the best twelve."),
        (results(300, "boats", total=486, more=True), "More than 400 boats. Here are the best twelve."),
        (results(45, "a boat", more=True), "More than 40 photos of a boat. Here are the best twelve."),
        (results(3, "boats", total=486, more=True, limit=3), "Three boats."),
        (results(20, "boats", order="newest"), "Twenty boats. Here are the first twelve."),
        (results(3, "boats", order="newest"), "Three boats. The newest come first."),
        (results(3, "boats", order="oldest"), "Three boats. The oldest come first."),
        (results(1, "boats", order="oldest"), "One photo of boats."),
    ],
)  # fmt: skip
def test_what_was_found_is_said_as_it_was_understood(found: Results, said: str) -> None:
    assert replies.found(found) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (results(0, "elephants"), "I found nothing that looks like elephants."),
        (results(0, "elephants", **ITALY_LAST_SUMMER), "I found nothing that looks like elephants in Italy from June to August 2026."),
        (results(0, considered=0, when="March 2026"), "You have no photos from March 2026."),
        (results(0, "cats", considered=0, places=("Norway",)), "You have no photos from Norway."),
        (results(0, without=("people",)), "I found no photos without people."),
        (results(6, "a wedding", status="maybe"), "I'm not sure, but these come closest to a wedding."),
        (results(1, "a wedding", status="maybe"), "I'm not sure, but this comes closest to a wedding."),
    ],
)  # fmt: skip
def test_finding_nothing_and_not_being_sure_are_said_honestly(found: Results, said: str) -> None:
    assert replies.found(found) == said


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (results(2, "cats"), "You have two cats."),
        (results(1, "cats"), "You have one photo of cats."),
        (results(12, "boats", total=40), "You have 40 boats."),
        (results(5, **ITALY_LAST_SUMMER), "You have five photos in Italy from June to August 2026."),
        (results(0, "elephants"), "I found nothing that looks like elephants."),
        (results(6, "a wedding", status="maybe"), "I'm not sure that you have any. These come closest to a wedding."),
        (results(1, "a wedding", status="maybe"), "I'm not sure that you have any. This comes closest to a wedding."),
    ],
)
def test_counting(counted: Results, said: str) -> None:
    assert replies.counted(counted) == said


# One photo


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "Sorrento, July 14, 2026."),
        ({"place": Place(country="Norway")}, "Norway, July 14, 2026."),
        ({"place": None}, "July 14, 2026."),
        ({"taken_from": "file"}, "Sorrento."),
        ({"taken": None, "taken_from": None, "place": None}, "Number 2 of 3."),
    ],
)
def test_a_photo_brought_into_focus_is_introduced_shortly(known: dict[str, Any], said: str) -> None:
    focus = photo(2, **known)
    assert replies.shown(focus, (photo(1), focus, photo(3))) == said


def recalled(photos: Sequence[Photo], asked: Asked, order: Order = "relevance") -> str:
    hits = tuple(Hit(photo, 0.3, 0.9) for photo in photos)
    found = Results(PhotoQuery(), "confident", hits, len(hits), len(hits), False, 36)
    return replies.recollection(found, asked, order, NOW.date())


def test_when_something_was_is_told_by_the_days_in_a_row() -> None:
    may, june = [datetime(2024, 5, day) for day in (3, 4, 7)], [datetime(2026, 6, 14, 18, 30)]
    visits = [photo(number, taken=taken) for number, taken in enumerate((*june, *may))]
    assert recalled(visits[1:], "when") == "That was from May 3 to 7, 2024."
    assert recalled(visits, "when") == "That was from May 3 to 7, 2024 and on Sunday, June 14."
    assert recalled(visits, "how_often") == "That was twice: from May 3 to 7, 2024 and on Sunday, June 14."
    assert recalled(visits[:1], "how_often") == "That was once: on Sunday, June 14."
    assert recalled(visits, "when", "newest") == "The last time was on Sunday, June 14."
    assert recalled(visits, "when", "oldest") == "The first time was from May 3 to 7, 2024."
    often = [photo(year, taken=datetime(year, 8, 1)) for year in range(2018, 2026)]
    assert recalled(often, "when") == (
        "That was eight times: the first time on August 1, 2018, the last time on August 1, 2025."
    )


def test_where_something_was_is_told_by_towns_and_where_there_are_many_by_countries() -> None:
    italy = [photo(1, place=AMALFI), photo(2, place=AMALFI), photo(3)]
    assert recalled(italy[:2], "where") == "That was in Amalfi, Italy."
    assert recalled(italy, "where") == "That was in Amalfi and Sorrento, Italy."
    assert recalled([*italy, photo(4, place=NEW_YORK)], "where") == (
        "That was in Amalfi, Italy, Sorrento, Italy and New York City, the United States."
    )
    lands = [photo(10 + n, place=Place(f"Town {n}", None, land)) for n, land in enumerate("ABCDEFF")]
    assert recalled([*lands, photo(20, place=lands[-1].place)], "where") == (
        "That was in seven places in F, A, B, C and two more countries, most often in Town 6, F."
    )


def test_what_no_photo_says_is_not_told() -> None:
    unknown = [photo(place=None, taken=None, taken_from=None)]
    assert recalled(unknown, "where") == "I found some, but none of them says where it was taken."
    assert recalled(unknown, "when") == "I found some, but none of them says when it was taken."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (replies.have(1), "You have 1 photo."),
        (replies.have(12_345), "You have 12,345 photos."),
        (replies.how_many(0), "No photos."),
        (replies.how_many(1), "One photo."),
        (replies.how_many(21), "21 photos."),
        (replies.more(12, 100), "Here are twelve more, and 100 are left."),
        (replies.more(1, 0), "Here is one more."),
        (replies.back((photo(1), photo(2))), "Back to the two photos."),
        (replies.back((photo(1),)), "Here it is again."),
        (replies.similar(5), "These look most like it."),
        (replies.similar(0), "There is no other photo to compare it with."),
        (replies.slideshow(3), "Here is the first of three. Say next to go on."),
        (replies.slideshow(1), "There is only this one."),
        (replies.no_such_photo(1), "There is only one photo on the screen."),
        (replies.no_such_photo(3), "There are only three photos on the screen."),
    ],
)
def test_numbers_and_plurals(said: str, sentence: str) -> None:
    assert said == sentence


@pytest.mark.parametrize(
    ("alike", "said"),
    [
        ((), "Two photos of a cat."),
        ((photo(3),), "Two photos of a cat. One more is nearly the same."),
        ((photo(3), photo(4)), "Two photos of a cat. Two more are nearly the same."),
    ],
)
def test_photos_that_one_stands_for_are_said(alike: tuple[Photo, ...], said: str) -> None:
    hits = (Hit(photo(1), 0.3, 0.9, alike), Hit(photo(2), 0.3, 0.9))
    assert replies.found(Results(PhotoQuery("a cat"), "confident", hits, 2 + len(alike), 2, False, 9)) == said
