from datetime import datetime
from typing import Any

import pytest

from voicephoto.dialogue import metadata
from voicephoto.dialogue.intent import Asked
from voicephoto.library import Exposure, Place

from .conftest import AMALFI, NEW_YORK, photo

NOW = datetime(2026, 11, 23, 12)


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
    assert metadata.told(photo(**known), "when", NOW) == said


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
    assert metadata.told(photo(taken=taken), "how_long_ago", NOW) == f"It was taken {ago}."


def test_a_file_that_only_has_its_own_time_does_not_say_how_long_ago_it_was_taken() -> None:
    said = metadata.told(photo(taken_from="file"), "how_long_ago", NOW)
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
    assert metadata.told(photo(**known), "where", NOW) == said


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
    assert metadata.told(photo(camera=camera), "camera", NOW) == said


def test_where_and_when_the_photos_were_taken() -> None:
    shown = (
        photo(1),
        photo(2, place=AMALFI, taken=datetime(2026, 7, 17, 20, 31)),
        photo(3, place=AMALFI, taken_from="file", taken=datetime(2001, 1, 1)),
        photo(4, place=None, taken=None, taken_from=None),
    )
    assert metadata.summary(shown, "where") == "Two in Amalfi, Italy and one in Sorrento, Italy."
    assert metadata.summary(shown, "when") == "They were taken between July 14, 2026 and July 17, 2026."
    assert metadata.summary(shown, None) == (
        "Four photos, taken between July 14, 2026 and July 17, 2026, two in Amalfi, Italy and one in Sorrento, Italy."
    )


def test_photos_of_one_place_and_day_are_summed_up_in_few_words() -> None:
    shown = (photo(1), photo(2))
    assert metadata.summary(shown, "where") == "All of them in Sorrento, Italy."
    assert metadata.summary(shown, "when") == "They were taken on July 14, 2026."


def test_many_places_are_not_all_listed() -> None:
    shown = tuple(photo(number, place=Place(f"Town {number}", None, "Italy")) for number in range(1, 8))
    assert metadata.summary(shown, "where").endswith("and one in Town 4, Italy, and the others in three more places.")


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
    assert metadata.facts(photo(**known)) == told


def test_photos_without_metadata_say_so() -> None:
    shown = (photo(place=None, taken=None, taken_from=None),)
    assert metadata.summary(shown, "where") == "None of them says where it was taken."
    assert metadata.summary(shown, "when") == "None of them says when it was taken."
    assert metadata.summary(shown, None) == "One photo."


# What is asked beside when and where


def test_a_photo_is_a_file_with_a_name_and_a_size() -> None:
    taken = photo(7, album="Amalfi Coast", width=4032, height=3024)
    assert (
        metadata.told(taken, "file", NOW)
        == "It is the file 7.jpg in Amalfi Coast, 4,032 by 3,024 pixels, 12 megapixels."
    )
    assert metadata.told(photo(7), "file", NOW) == "It is the file 7.jpg, 64 by 48 pixels."


@pytest.mark.parametrize(
    ("exposure", "said"),
    [
        (Exposure(2.8, 1 / 200, 400, 35, False), "It was taken at f 2.8, a 200th of a second, ISO 400, 35 millimetres, without flash."),
        (Exposure(8, 1 / 8, 100, None, True), "It was taken at f 8, an 8th of a second, ISO 100, with flash."),
        (Exposure(None, 1 / 1003, None, 4.25, None), "It was taken at a 1003rd of a second, 4.25 millimetres."),
        (Exposure(None, 0.5, None, None, None), "It was taken at 0.5 seconds."),
        (Exposure(None, 30, None, None, None), "It was taken at 30 seconds."),
        (Exposure(None, None, None, None, False), "The photo doesn't say how it was exposed."),
    ],
)  # fmt: skip
def test_how_a_photo_was_exposed(exposure: Exposure, said: str) -> None:
    assert metadata.exposed(exposure) == said


@pytest.mark.parametrize(
    ("known", "fits", "asked", "said"),
    [
        ({}, True, "where", "Yes, it was taken in Sorrento, Italy."),
        ({}, False, "where", "No, it was taken in Sorrento, Italy."),
        ({"place": None}, False, "where", "The photo doesn't say where it was taken."),
        ({"camera": "Canon EOS R6"}, False, "camera", "No, it was taken with a Canon EOS R6."),
        ({}, False, "camera", "The photo doesn't say with which camera."),
    ],
)
def test_what_somebody_thinks_is_confirmed_or_put_right(
    known: dict[str, Any], fits: bool, asked: Asked, said: str
) -> None:
    assert metadata.checked(photo(**known), fits, asked, NOW) == said


@pytest.mark.parametrize(
    ("first", "third", "asked", "said"),
    [
        ({}, {}, "where", "Both were taken in Sorrento, Italy."),
        ({}, {"place": AMALFI}, "where", "Number 1 was taken in Sorrento, Italy and number 3 was taken in Amalfi, Italy."),
        ({}, {"place": None}, "where", "Number 1 was taken in Sorrento, Italy and number 3 does not say."),
        ({"place": None}, {"place": None}, "where", "None of them says where it was taken."),
        ({}, {"taken": datetime(2026, 7, 14, 9)}, "when", "Both were taken on July 14, 2026."),
        ({}, {"taken": datetime(2025, 7, 14)}, "when", "Number 1 was taken on July 14, 2026 and number 3 was taken on July 14, 2025."),
        ({"taken_from": "file"}, {"taken": None}, "when", "None of them says when it was taken."),
        ({"camera": "Canon"}, {"camera": "Canon"}, "camera", "Both were taken with a Canon."),
    ],
)  # fmt: skip
def test_photos_are_compared_by_what_they_say(
    first: dict[str, Any], third: dict[str, Any], asked: Asked, said: str
) -> None:
    assert metadata.compared([(1, photo(1, **first)), (3, photo(3, **third))], asked) == said


def test_all_of_several_photos_may_have_the_same_in_common() -> None:
    assert (
        metadata.compared([(n, photo(n)) for n in (1, 2, 3)], "where") == "All of them were taken in Sorrento, Italy."
    )
