"""A library in which more photos match than anybody looks at."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from voicephoto.library import Catalog
from voicephoto.library.photo import Entry, Metadata, Stamp
from voicephoto.search import PhotoQuery, Searcher, open_index
from voicephoto.vision import Bank, Calibration
from voicephoto.vision.calibration import LIBRARY_EVIDENCE, PHOTO_EVIDENCE, Regression

PHOTOS, DOGS = 3000, 1700
FIRST = datetime(2020, 1, 1, 12)


class Animals:
    """An encoder that knows dogs and cats, whose directions are square to each other."""

    name, dimension = "animals", 16

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return np.eye(16, dtype=np.float32)[[0 if "dog" in text else 1 for text in texts]]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Of 3,000 photos, an hour apart, the first 1,700 show dogs and the others cats."""
    folder = tmp_path_factory.mktemp("large")
    catalog = Catalog(folder / "catalog.sqlite")
    animals = np.eye(16, dtype=np.float32)[[0] * DOGS + [1] * (PHOTOS - DOGS)]
    looks = animals + 0.05 * np.random.default_rng(1).standard_normal((PHOTOS, 16)).astype(np.float32)
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    entries = []
    for number, vector in enumerate(looks):
        facts = Metadata(FIRST + timedelta(hours=number), "exif", 400, 300, None, None, None, None, ())
        path = Path(f"/photos/{number}.jpg")
        entries.append(Entry(path, Stamp(1, 1, number.to_bytes(2, "big")), facts, None, None, vector))
    catalog.put(entries, Animals.name)
    by_photo = Regression((20.0,) + (0.0,) * (len(PHOTO_EVIDENCE) - 1), -10.0)
    by_library = Regression((0.0,) * len(LIBRARY_EVIDENCE), 5.0)
    bank = Bank(np.empty((0, 16), np.float32))
    calibration = Calibration(
        bank, np.zeros(16, np.float32), np.eye(16, dtype=np.float32), 0.9, by_photo, by_library, 0.5, 0.5
    )
    index = open_index(catalog, Animals.name, folder / "cache", bank)
    return Searcher(catalog, index, Animals(), calibration)  # type: ignore[arg-type]


def test_the_best_are_shown_and_it_is_said_that_there_are_more(searcher: Searcher) -> None:
    results = searcher.search(PhotoQuery("dogs"))
    assert (results.status, results.more, len(results.hits)) == ("confident", True, 300)
    assert results.total == results.pictures == 500


def test_whoever_wants_every_match_gets_it(searcher: Searcher) -> None:
    results = searcher.search(PhotoQuery("dogs"), every=True)
    assert (results.more, results.total, len(results.hits)) == (False, DOGS, DOGS)


def test_the_newest_is_the_newest_of_all_that_match(searcher: Searcher) -> None:
    [newest] = searcher.search(PhotoQuery("dogs", order="newest", limit=1)).photos
    assert newest.path.stem == str(DOGS - 1)
    [oldest] = searcher.search(PhotoQuery("cats", order="oldest", limit=1)).photos
    assert oldest.path.stem == str(DOGS)


def test_what_must_not_be_seen_is_gone_however_often_it_is_there(searcher: Searcher) -> None:
    results = searcher.search(PhotoQuery(without=("dogs",)), every=True)
    assert {int(photo.path.stem) for photo in results.photos} == set(range(DOGS, PHOTOS))


def test_filters_alone_count_everything_and_show_the_newest(searcher: Searcher) -> None:
    results = searcher.search(PhotoQuery())
    assert (results.total, results.pictures, results.more) == (PHOTOS, PHOTOS, False)
    assert [photo.path.stem for photo in results.photos] == [str(number) for number in range(2999, 2699, -1)]
