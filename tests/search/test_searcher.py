from collections.abc import Callable
from datetime import date

import pytest

from voicephoto.assembly import Assembly
from voicephoto.search import PhotoQuery, Results

Search = Callable[..., Results]


@pytest.fixture(scope="module")
def search(demo_parts: Assembly) -> Search:
    """Finds photos of the demo library: by a query's text and its other fields."""

    def find(text: str = "", **asked: object) -> Results:
        return demo_parts.sight.searcher.search(PhotoQuery(text, **asked))  # type: ignore[arg-type]

    return find


def names(results: Results) -> list[str]:
    return [f"{photo.path.parent.name}/{photo.path.stem}" for photo in results.photos]


ALPS = {"Alps/zermatt", "Alps/grindelwald", "Alps/innsbruck"}
CATS = {"Home/chelsea", "Home/chelsea awake"}
ITALIAN_SUNSETS = {"Italy/positano", "Italy/sorrento", "Italy/amalfi"}
SUNSETS = ITALIAN_SUNSETS | {
    "Greece/santorini", "Portugal/lagos", "Thailand/palms", "California/pier", "Croatia/evening",
}  # fmt: skip


# What photos show


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("snowy mountains", ALPS),
        ("cats", CATS),
        ("a cat", CATS),
        ("sunsets", SUNSETS),
        ("coffee", {"Italy/coffee"}),
        ("a motorcycle", {"Home/motorcycle"}),
        ("hot air balloons", {"Turkey/balloons"}),
    ],
)
def test_the_right_photos_come_first(search: Search, text: str, right: set[str]) -> None:
    results = search(text)
    first = names(results)[: min(3, len(right), max(1, results.total))]
    assert first
    assert set(first) <= right


@pytest.mark.parametrize("text", ["elephants", "giraffe"])
def test_what_no_photo_shows_is_not_found(search: Search, text: str) -> None:
    results = search(text)
    assert (results.status, results.hits, results.total) == ("none", (), 0)
    assert results.considered == 36


def test_the_best_come_first_and_each_says_how_probable_it_is(search: Search) -> None:
    for text in ("snowy mountains", "sunsets", "a motorcycle"):
        results = search(text)
        probabilities = [hit.probability for hit in results.hits]
        assert probabilities == sorted(probabilities, reverse=True)
        assert all(0 <= probability <= 1 for probability in probabilities)
        assert all(-1.001 <= hit.score <= 1.001 for hit in results.hits)
        assert results.status == "confident"
        assert probabilities[-1] >= 0.5


# Exact filters, before any ranking


def test_a_filter_is_never_overruled_by_how_well_a_photo_fits(search: Search) -> None:
    results = search("sunsets", places=("Italy",))
    assert set(names(results)[:2]) < ITALIAN_SUNSETS
    assert {photo.place.country for photo in results.photos if photo.place} == {"Italy"}
    assert results.considered == 6


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"places": ("Norway",)}, {"Norway/aurora"}),
        ({"places": ("norway", "TURKEY")}, {"Norway/aurora", "Turkey/balloons"}),
        ({"places": ("Tromso",)}, {"Norway/aurora"}),
        ({"camera": "pixel", "album": "Alps"}, {"Alps/innsbruck"}),
        ({"album": "bavaria"}, {"Bavaria/autumn", "Bavaria/forest", "Bavaria/meadow"}),
        ({"orientation": "portrait", "places": ("Germany", "Chile")}, {"Bavaria/forest", "Chile/milky way"}),
        ({"orientation": "square"}, {"Florida/astronaut", "Home/moon"}),
        ({"album": "Alps", "without_places": ("Austria",)}, {"Alps/zermatt", "Alps/grindelwald"}),
        ({"places": ("Antarctica",)}, set()),
    ],
)
def test_filters_alone_are_exact(search: Search, asked: dict[str, object], found: set[str]) -> None:
    results = search(**asked)
    assert set(names(results)) == found
    assert results.total == results.considered == len(found)
    assert results.status == ("confident" if found else "none")
    assert {(hit.score, hit.probability) for hit in results.hits} <= {(1.0, 1.0)}


def test_dates_are_half_open_local_days(search: Search, demo_parts: Assembly) -> None:
    [midnight] = [photo for photo in search(album="Home").photos if photo.path.stem == "new year"]
    assert midnight.taken is not None
    day = midnight.taken.date()
    assert "Home/new year" in names(search(from_=day, until=date(day.year + 1, 1, 1)))
    assert "Home/new year" not in names(search(from_=date(day.year + 1, 1, 1)))
    assert "Home/new year" not in names(search(until=day))
    # A file's own time is no capture, whatever day it is.
    assert "Home/hubble" not in names(search(from_=date(1900, 1, 1)))
    assert "Home/hubble" in names(search())


def test_every_filter_at_once_leaves_the_photo_that_fulfils_all(search: Search) -> None:
    [wanted] = search(places=("Sorrento",)).photos
    assert wanted.taken is not None
    results = search(
        "a boat", places=("Italy",), camera="canon", album="Italy", orientation="landscape",
        from_=wanted.taken.date(), until=date(wanted.taken.year, 7, 16),
    )  # fmt: skip
    assert results.considered == 1
    assert set(results.photos) <= {wanted}


def test_nothing_inside_the_filters_is_told_apart_from_nothing_that_looks_like_it(search: Search) -> None:
    assert search("sunsets", places=("Antarctica",)).considered == 0
    assert search("elephants", places=("Italy",)).considered == 6


# Taking away


def test_what_is_not_wanted_is_taken_out(search: Search) -> None:
    everything, fewer = search(album="Home"), search(album="Home", without=("cats",))
    assert "Home/chelsea" in set(names(everything)) - set(names(fewer))
    assert fewer.considered == everything.considered == 7
    assert {"Home/motorcycle", "Home/hubble"} <= set(names(fewer))


@pytest.mark.parametrize(("text", "without"), [("sunsets", "mountains"), ("mountains", "sunsets")])
def test_taking_away_leaves_out_exactly_what_a_search_for_it_would_find(
    search: Search, text: str, without: str
) -> None:
    taken = search(without)
    assert taken.status == "confident"
    fewer = search(text, without=(without,))
    assert set(names(fewer)) == set(names(search(text))) - set(names(taken))
    assert fewer.status == ("confident" if fewer.hits else "none")


# Words around the photo


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("chelsea", CATS),
        ("Chelsea!", CATS),
        ("positano", {"Italy/positano"}),
        ("tromso", {"Norway/aurora"}),
        ("provence", {"Provence/lavender"}),
        ("summer palace", {"China/summer palace"}),
    ],
)
def test_words_of_album_file_name_and_place_count(search: Search, text: str, found: set[str]) -> None:
    results = search(text)
    assert results.status == "confident"
    assert found <= {name for name, hit in zip(names(results), results.hits, strict=True) if hit.probability > 0.949}


# Orders and limits


def test_without_words_the_newest_come_first(search: Search) -> None:
    taken = [photo.taken for photo in search(places=("Italy",)).photos if photo.taken]
    assert len(taken) == 6
    assert taken == sorted(taken, reverse=True)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_photo_that_has_only_its_files_time_comes_last(search: Search, order: str) -> None:
    assert names(search(album="Home", order=order))[-1] == "Home/hubble"
    assert len(search(order=order).hits) == 36


def test_newest_and_oldest_are_each_others_mirror(search: Search) -> None:
    newest, oldest = search("sunsets", order="newest"), search("sunsets", order="oldest")
    assert names(newest) == names(oldest)[::-1]
    assert set(names(newest)) == set(names(search("sunsets")))
    taken = [photo.taken for photo in oldest.photos if photo.taken]
    assert taken == sorted(taken)


def test_a_limit_cuts_what_is_shown_but_not_what_is_counted(search: Search) -> None:
    everything = search("sunsets")
    two = search("sunsets", limit=2)
    assert names(two) == names(everything)[:2]
    assert two.total == everything.total == len(everything.hits)
    assert names(search("sunsets", order="newest", limit=1)) == names(search("sunsets", order="newest"))[:1]


# More of the same


def test_what_looks_like_a_photo_comes_without_the_photo_itself(search: Search, demo_parts: Assembly) -> None:
    [zermatt] = [photo for photo in search(album="Alps").photos if photo.path.stem == "zermatt"]
    similar = demo_parts.sight.searcher.similar(zermatt)
    assert "Alps/zermatt" not in names(similar)
    assert set(names(similar)[:2]) <= ALPS
    assert len(similar.hits) == 12
    assert demo_parts.sight.searcher.similar(zermatt, count=3).photos == similar.photos[:3]
