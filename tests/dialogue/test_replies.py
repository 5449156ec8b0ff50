from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from voicephoto.dialogue import replies
from voicephoto.dialogue.intent import Asked
from voicephoto.library import Photo, Place
from voicephoto.search import Hit, Order, PhotoQuery, Results

NOW = datetime(2026, 11, 23, 12)
SORRENTO = Place("Sorrento", "Campania", "Italy", "IT")
AMALFI = Place("Amalfi", "Campania", "Italy", "IT")
NEW_YORK = Place("New York City", "New York", "United States", "US")
LAGOS = Place("Lagos", "Faro", "Portugal", "PT")
ITALY_LAST_SUMMER: dict[str, Any] = {
    "places": ("Italy",),
    "from_": date(2026, 6, 1),
    "until": date(2026, 9, 1),
    "when": "June to August 2026",
}


def photo(number: int = 1, **known: Any) -> Photo:
    facts: dict[str, Any] = {
        "path": Path(f"/photos/{number}.jpg"), "taken": datetime(2026, 7, 14, 20, 2), "taken_from": "exif", "width": 64,
        "height": 48, "latitude": None, "longitude": None, "place": SORRENTO, "camera": None, "album": None,
        "caption": None, "keywords": (),
    }  # fmt: skip
    return Photo(id=number, **{**facts, **known})


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
        ({}, "It was taken on Tuesday, July 14, 2026, at 8:02 in the evening."),
        ({"taken": datetime(2026, 7, 14, 9, 0)}, "It was taken on Tuesday, July 14, 2026, at 9 o'clock in the morning."),
        ({"taken": datetime(2026, 7, 14, 12, 0)}, "It was taken on Tuesday, July 14, 2026, at noon."),
        ({"taken": datetime(2026, 7, 14, 15, 5)}, "It was taken on Tuesday, July 14, 2026, at 3:05 in the afternoon."),
        ({"taken": datetime(2025, 12, 31, 23, 59)}, "It was taken on Wednesday, December 31, 2025, at 11:59 at night."),
        ({"taken": datetime(2026, 1, 1, 0, 30)}, "It was taken on Thursday, January 1, 2026, at 12:30 at night."),
        ({"taken": datetime(2026, 7, 14), "taken_from": "name"}, "It was taken on Tuesday, July 14, 2026."),
        ({"taken": datetime(2026, 7, 14, 8, 30), "taken_from": "name"}, "It was taken on Tuesday, July 14, 2026, at 8:30 in the morning."),
        ({"taken_from": "file"}, "I don't know when this was taken; the file is from July 14, 2026."),
        ({"taken": None, "taken_from": None}, "I don't know when this was taken."),
    ],
)  # fmt: skip
def test_when_a_photo_was_taken(known: dict[str, Any], said: str) -> None:
    assert replies.metadata(photo(**known), "when", NOW) == said


@pytest.mark.parametrize(
    ("taken", "ago"),
    [
        (datetime(2026, 11, 23, 8), "today, on November 23, 2026"),
        (datetime(2026, 11, 22, 23), "yesterday, on November 22, 2026"),
        (datetime(2026, 11, 19), "four days ago, on November 19, 2026"),
        (datetime(2026, 11, 13), "ten days ago, on November 13, 2026"),
        (datetime(2026, 11, 9), "two weeks ago, on November 9, 2026"),
        (datetime(2026, 10, 23), "a month ago, on October 23, 2026"),
        (datetime(2026, 7, 14), "four months ago, on July 14, 2026"),
        (datetime(2025, 11, 20), "a year ago, on November 20, 2025"),
        (datetime(2025, 4, 2), "twenty months ago, on April 2, 2025"),
        (datetime(2020, 11, 1), "six years ago, on November 1, 2020"),
    ],
)
def test_how_long_ago_a_photo_was_taken(taken: datetime, ago: str) -> None:
    assert replies.metadata(photo(taken=taken), "how_long_ago", NOW) == f"It was taken {ago}."


def test_a_file_that_only_has_its_own_time_does_not_say_how_long_ago_it_was_taken() -> None:
    said = replies.metadata(photo(taken_from="file"), "how_long_ago", NOW)
    assert said == "I don't know when this was taken; the file is from July 14, 2026."


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "It was taken in Sorrento, Italy."),
        ({"place": NEW_YORK}, "It was taken in New York City, the United States."),
        ({"place": Place(country="Norway", country_code="NO")}, "It was taken in Norway."),
        ({"place": None, "latitude": -33.04, "longitude": -30.5}, "It was taken far from any town, at 33.0 degrees south and 30.5 degrees west."),
        ({"place": None}, "The photo doesn't say where it was taken."),
    ],
)  # fmt: skip
def test_where_a_photo_was_taken(known: dict[str, Any], said: str) -> None:
    assert replies.metadata(photo(**known), "where", NOW) == said


@pytest.mark.parametrize(
    ("camera", "said"),
    [
        ("Canon EOS R6", "It was taken with a Canon EOS R6."),
        ("Apple iPhone 15", "It was taken with an Apple iPhone 15."),
        ("iPhone 15", "It was taken with an iPhone 15."),
        ("OLYMPUS E-M5", "It was taken with an OLYMPUS E-M5."),
        ("HTC One", "It was taken with an HTC One."),
        (None, "The photo doesn't say with which camera."),
    ],
)
def test_which_camera_took_a_photo(camera: str | None, said: str) -> None:
    assert replies.metadata(photo(camera=camera), "camera", NOW) == said


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


# What is on display


def test_where_and_when_the_photos_were_taken() -> None:
    shown = (
        photo(1),
        photo(2, place=AMALFI, taken=datetime(2026, 7, 17, 20, 31)),
        photo(3, place=AMALFI, taken_from="file", taken=datetime(2001, 1, 1)),
        photo(4, place=None, taken=None, taken_from=None),
    )
    assert replies.summary(shown, "where") == "Two in Amalfi, Italy and one in Sorrento, Italy."
    assert replies.summary(shown, "when") == "They were taken between July 14, 2026 and July 17, 2026."
    assert replies.summary(shown, None) == (
        "Four photos, taken between July 14, 2026 and July 17, 2026, two in Amalfi, Italy and one in Sorrento, Italy."
    )


def test_photos_of_one_place_and_day_are_summed_up_in_few_words() -> None:
    shown = (photo(1), photo(2))
    assert replies.summary(shown, "where") == "All of them in Sorrento, Italy."
    assert replies.summary(shown, "when") == "They were taken on July 14, 2026."


def test_many_places_are_not_all_listed() -> None:
    shown = tuple(photo(number, place=Place(f"Town {number}", None, "Italy")) for number in range(1, 8))
    assert replies.summary(shown, "where").endswith("and one in Town 4, Italy, and the others in three more places.")


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, "taken on Tuesday, July 14, 2026 in Sorrento, Italy"),
        ({"place": None}, "taken on Tuesday, July 14, 2026"),
        ({"taken_from": "file", "place": NEW_YORK}, "taken in New York City, the United States"),
        ({"taken": None, "place": None}, ""),
    ],
)
def test_who_looks_at_a_photo_is_told_what_is_surely_known(known: dict[str, Any], told: str) -> None:
    assert replies.facts(photo(**known)) == told


def test_photos_without_metadata_say_so() -> None:
    shown = (photo(place=None, taken=None, taken_from=None),)
    assert replies.summary(shown, "where") == "None of them says where it was taken."
    assert replies.summary(shown, "when") == "None of them says when it was taken."
    assert replies.summary(shown, None) == "One photo."


def recalled(photos: Sequence[Photo], asked: Asked, order: Order = "relevance") -> str:
    hits = tuple(Hit(photo, 0.3, 0.9) for photo in photos)
    found = Results(PhotoQuery(), "confident", hits, len(hits), len(hits), False, 36)
    return replies.recollection(found, asked, order, NOW.date())


def test_when_something_was_is_told_by_the_days_in_a_row() -> None:
    may, june = [datetime(2024, 5, day) for day in (3, 4, 7)], [datetime(2026, 6, 14, 18, 30)]
    visits = [photo(number, taken=taken) for number, taken in enumerate((*june, *may))]
    assert recalled(visits[1:], "when") == "That was from May 3 to 7, 2024."
    assert recalled(visits, "when") == "That was from May 3 to 7, 2024 and on Sunday, June 14."
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
