"""Photos and queries as a page is told of them."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.dialogue import Reply, Screen
from voicephoto.library import Photo, Place, Summary
from voicephoto.search import PhotoQuery
from voicephoto.web.messages import Chip, Shown
from voicephoto.web.shown import chips, library, photo_shown, shown, without

CAPRI = Photo(
    id=7,
    path=Path("/home/anna/photos/Italy/capri.jpg"),
    taken=datetime(2026, 6, 14, 18, 30),
    taken_from="exif",
    width=4_000,
    height=3_000,
    latitude=40.55,
    longitude=14.24,
    place=Place("Capri", "Campania", "Italy", "IT"),
    camera="Canon EOS R6",
    album="Italy",
    caption="Anna on the terrace",
    keywords=("anna",),
)
WHOLE = PhotoQuery(
    text="sunsets",
    from_=date(2026, 6, 1),
    until=date(2026, 9, 1),
    when="June to August 2026",
    places=("Italy", "Spain"),
    without=("people",),
    without_places=("Rome",),
    camera="canon",
    album="Holidays",
    orientation="portrait",
    order="oldest",
    limit=5,
)


def test_a_photo_is_told_without_where_its_file_lies() -> None:
    told = photo_shown(CAPRI, 1, "ab12cd34")
    assert (told.when, told.where, told.name) == ("14 June 2026, 18:30", "Capri, Italy", "capri.jpg")
    assert told.alt == "Anna on the terrace: Capri, Italy, 14 June 2026, 18:30"
    assert "anna/photos" not in told.model_dump_json()


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({"taken": datetime(2026, 6, 14)}, "14 June 2026"),
        ({"taken_from": "file"}, ""),
        ({"taken": None, "taken_from": None}, ""),
    ],
)
def test_only_what_is_known_of_the_time_is_said(changes: dict[str, object], when: str) -> None:
    assert photo_shown(replace(CAPRI, **changes), None, "").when == when


def test_a_name_that_is_no_text_can_be_sent() -> None:
    odd = replace(CAPRI, path=Path("/photos/caf\udce9.jpg"), caption=None, keywords=(), place=None, taken=None)
    told = photo_shown(odd, None, "")
    assert told.model_dump_json()
    assert told.alt == "a photo of which nothing is known"


def test_only_the_page_that_is_talked_about_has_numbers() -> None:
    photos = tuple(replace(CAPRI, id=number) for number in range(30))
    told = shown(Reply("More.", screen=Screen(PhotoQuery("cats"), photos, cut=True, start=12)), {3: "v3"})
    assert [photo.number for photo in told.photos] == [*[None] * 12, *range(1, 13), *[None] * 6]
    assert (told.photos[3].version, told.cut) == ("v3", True)


def test_nothing_on_display() -> None:
    assert shown(Reply("Nothing yet.", status="none"), {}) == Shown(status="none")


def test_every_part_of_a_query_is_a_chip() -> None:
    assert [chip.text for chip in chips(WHOLE)] == [
        "sunsets", "June to August 2026", "Italy", "Spain", "without people", "without Rome",
        "canon", "Holidays", "portrait", "oldest first", "at most 5",
    ]  # fmt: skip


@given(st.permutations(chips(WHOLE)))
def test_chips_may_be_taken_away_in_any_order_until_nothing_is_asked(order: list[Chip]) -> None:
    query = WHOLE
    for taken, chip in enumerate(order, 1):
        query = without(query, chip.id)
        assert len(chips(query)) == len(order) - taken
    assert query == PhotoQuery()


@given(st.text(max_size=30))
def test_a_chip_that_is_none_changes_nothing(chip: str) -> None:
    assert without(PhotoQuery("cats"), chip) in (PhotoQuery("cats"), PhotoQuery())


def test_the_newest_first_is_no_chip_where_nothing_is_looked_for() -> None:
    assert chips(PhotoQuery(order="newest")) == ()
    assert [chip.id for chip in chips(PhotoQuery("cats", order="newest"))] == ["text", "order"]


def test_examples_are_made_of_what_the_library_has() -> None:
    summary = Summary(
        photos=40,
        earliest=datetime(2019, 1, 1),
        latest=datetime(2026, 8, 29),
        places={"Hamburg, Germany": 5, "Capri, Italy": 2},
        albums={},
        cameras={},
        located=7,
        southern=0,
    )
    told = library(summary)
    assert told.examples[:3] == (
        "Show me photos from Germany",
        "Show me photos from August 2026",
        "How many photos do I have from Capri?",
    )
    assert library(replace(summary, photos=0)).examples == ()
