"""Every filter alone and in pairs, against the same condition written in Python."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from voicephoto.library import Catalog, Photo, Place, index
from voicephoto.library.photo import Entry, Metadata, Stamp
from voicephoto.search import PhotoQuery, Searcher, open_index
from voicephoto.search.dates import DateRange
from voicephoto.vision import Bank, Calibration
from voicephoto.vision.calibration import LIBRARY_EVIDENCE, PHOTO_EVIDENCE, Regression

MOMENTS = (
    datetime(2025, 12, 31, 23, 59, 59),
    datetime(2026, 1, 1, 0, 0, 0),
    datetime(2026, 1, 1, 23, 59, 59),
    datetime(2024, 2, 29, 12, 0),
    datetime(2026, 6, 30, 23, 59, 59),
    datetime(2026, 7, 1, 0, 0, 0),
    None,
)
PLACES = (Place("Rome", "Lazio", "Italy", "IT"), Place("Kyoto", "Kyoto", "Japan", "JP"), None)
CAMERAS = ("Canon EOS 7D", "Apple iPhone 15", None)
ALBUMS = ("Holiday", "Home", None)
SIZES = ((400, 300), (300, 400), (300, 300))


class Words:
    """A text encoder that knows no picture: a fixed direction for each sentence."""

    name, dimension = "words", 8

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return np.stack([unit(sum(map(ord, text))) for text in texts])


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).standard_normal(8).astype(np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("filters")
    catalog = Catalog(folder / "catalog.sqlite")
    entries = []
    for number, taken in enumerate(moment for moment in MOMENTS for _ in range(9)):
        width, height = SIZES[number % 3]
        facts = Metadata(
            taken, "exif" if taken else None, width, height, None, None, CAMERAS[number // 2 % 3], None, ()
        )
        stamp = Stamp(number, number, bytes([number]) * 16)
        path = Path(f"/photos/{number}.jpg")
        entries.append(Entry(path, stamp, facts, PLACES[number // 3 % 3], ALBUMS[number // 5 % 3], unit(number)))
    catalog.put(entries, "words")
    calibration = Calibration(
        Bank(np.empty((0, 8), np.float32)), np.zeros(8, np.float32), np.eye(8, dtype=np.float32), 0.9,
        Regression((0.0,) * len(PHOTO_EVIDENCE), 5.0), Regression((0.0,) * len(LIBRARY_EVIDENCE), 5.0), 0.5, 0.5,
    )  # fmt: skip
    return Searcher(catalog, open_index(catalog, "words", folder / "cache", calibration.bank), Words(), calibration)  # type: ignore[arg-type]


def lies_in(photo: Photo, name: str) -> bool:
    return photo.place is not None and name in (photo.place.city, photo.place.region, photo.place.country)


def taken_between(photo: Photo, first: date | None, until: date | None) -> bool:
    if photo.taken is None:
        return False
    return (first is None or photo.taken.date() >= first) and (until is None or photo.taken.date() < until)


Condition = tuple[PhotoQuery, Callable[[Photo], bool]]
FILTERS: dict[str, Condition] = {
    "the last day of a year": (
        PhotoQuery(from_=date(2025, 12, 31), until=date(2026, 1, 1)),
        lambda photo: taken_between(photo, date(2025, 12, 31), date(2026, 1, 1)),
    ),
    "since a midnight": (
        PhotoQuery(from_=date(2026, 7, 1)),
        lambda photo: taken_between(photo, date(2026, 7, 1), None),
    ),
    "before a midnight": (
        PhotoQuery(until=date(2026, 1, 1)),
        lambda photo: taken_between(photo, None, date(2026, 1, 1)),
    ),
    "a leap day": (
        PhotoQuery(from_=date(2024, 2, 29), until=date(2024, 3, 1)),
        lambda photo: taken_between(photo, date(2024, 2, 29), date(2024, 3, 1)),
    ),
    "a country": (PhotoQuery(places=("Italy",)), lambda photo: lies_in(photo, "Italy")),
    "one of two places": (
        PhotoQuery(places=("Rome", "Japan")),
        lambda photo: lies_in(photo, "Rome") or lies_in(photo, "Japan"),
    ),
    "not a country": (PhotoQuery(without_places=("Japan",)), lambda photo: not lies_in(photo, "Japan")),
    "not a day": (
        PhotoQuery(without_days=(DateRange(date(2026, 1, 1), date(2026, 1, 2), "January 1"),)),
        lambda photo: not taken_between(photo, date(2026, 1, 1), date(2026, 1, 2)),
    ),
    "a camera": (PhotoQuery(camera="canon"), lambda photo: photo.camera == "Canon EOS 7D"),
    "an album": (PhotoQuery(album="holiday"), lambda photo: photo.album == "Holiday"),
    "portraits": (PhotoQuery(orientation="portrait"), lambda photo: photo.height > photo.width),
    "squares": (PhotoQuery(orientation="square"), lambda photo: photo.height == photo.width),
}


def together(one: PhotoQuery, other: PhotoQuery) -> PhotoQuery:
    """Both filters in one query."""
    plain = PhotoQuery()
    fields = ("from_", "until", "places", "without_places", "without_days", "camera", "album", "orientation")
    return replace(one, **{n: getattr(other, n) for n in fields if getattr(other, n) != getattr(plain, n)})


def found(searcher: Searcher, query: PhotoQuery) -> set[int]:
    results = searcher.search(query)
    stacked = {photo.id for hit in results.hits for photo in (hit.photo, *hit.alike)}
    assert results.total == len(stacked) == results.considered
    return stacked


def right(searcher: Searcher, *conditions: Callable[[Photo], bool]) -> set[int]:
    every = searcher.search(PhotoQuery()).photos
    assert len(every) == 9 * len(MOMENTS)
    return {photo.id for photo in every if all(condition(photo) for condition in conditions)}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("text", ["", "anything at all"])
def test_each_filter_alone(searcher: Searcher, name: str, text: str) -> None:
    query, condition = FILTERS[name]
    assert found(searcher, replace(query, text=text)) == right(searcher, condition) != set()


def combine(first: PhotoQuery, second: PhotoQuery) -> bool:
    """Whether both fit in a query, which has one range of dates, one format and one list of places."""
    dated = all(query.from_ or query.until for query in (first, second))
    return not (dated or (first.orientation and second.orientation) or (first.places and second.places))


PAIRS = [pair for pair in combinations(FILTERS, 2) if combine(*(FILTERS[name][0] for name in pair))]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_filters_in_pairs(searcher: Searcher, one: str, other: str) -> None:
    (first, holds), (second, also) = FILTERS[one], FILTERS[other]
    assert found(searcher, together(first, second)) == right(searcher, holds, also)


def test_the_day_is_that_of_the_place_where_the_photo_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    # Half past eleven at night in Tokyo; in Auckland the new year has begun.
    exif.get_ifd(0x8769).update({0x9003: "2025:12:31 23:30:00", 0x9011: "+09:00"})
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (64, 48), "navy").save(tmp_path / "photos" / "tokyo.jpg", exif=exif)

    class Plain:
        name = "plain"
        side = 64

        def prepare(self, image: Image.Image) -> Image.Image:
            return image

        def encode_images(self, images: list[Image.Image]) -> np.ndarray:
            return np.ones((len(images), 1), np.float32)

    catalog = Catalog(tmp_path / "catalog.sqlite")
    index([tmp_path / "photos"], catalog, Plain())  # type: ignore[arg-type]
    assert len(catalog.select(PhotoQuery(from_=date(2025, 12, 31), until=date(2026, 1, 1)).filter())) == 1
    assert len(catalog.select(PhotoQuery(from_=date(2026, 1, 1)).filter())) == 0
