import sqlite3
import threading
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicephoto.errors import MissingError, VoicephotoError
from voicephoto.library import Catalog, Filter, index, schema


@pytest.fixture
def full(photos: Path, catalog: Catalog, encoder: Any) -> Catalog:
    index([photos], catalog, encoder)
    return catalog


def names(catalog: Catalog, wanted: Filter) -> set[str]:
    return {photo.path.stem for photo in catalog.photos(catalog.select(wanted))}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), {"forum", "colosseo", "IMG_20250514_080000"}),
        (Filter(from_=date(2024, 7, 4), until=date(2024, 7, 5)), {"colosseo"}),
        (Filter(until=date(2024, 7, 4)), {"forum"}),
        (Filter(places=("italy",)), {"forum", "colosseo"}),
        (Filter(places=("ROME",)), {"forum", "colosseo"}),
        (Filter(places=("lazio", "france")), {"forum", "colosseo"}),
        (Filter(without_places=("Italy",)), {"IMG_20250514_080000"}),
        (Filter(camera="canon"), {"forum"}),
        (Filter(camera="iphone"), {"colosseo"}),
        (Filter(camera="phone"), set()),
        (Filter(camera="100%"), set()),
        (Filter(album="rome"), {"forum", "colosseo"}),
        (Filter(orientation="portrait"), {"IMG_20250514_080000"}),
        (Filter(places=("italy",), camera="canon", from_=date(2025, 1, 1)), set()),
    ],
)
def test_filters_are_exact(full: Catalog, wanted: Filter, found: set[str]) -> None:
    assert names(full, wanted) == found
    assert full.count(wanted) == len(found)


def test_a_file_s_own_time_is_no_date_of_a_photo(photos: Path, catalog: Catalog, encoder: Any) -> None:
    (photos / "garden" / "IMG_20250514_080000.jpg").rename(photos / "garden" / "roses.jpg")
    index([photos], catalog, encoder)
    assert "roses" not in names(catalog, Filter(from_=date(1900, 1, 1)))


def test_words_around_a_photo_are_found_by_their_stem(full: Catalog) -> None:
    assert [photo.path.stem for photo in full.photos(full.worded("the forums"))] == ["forum"]
    assert len(full.worded("rome")) == 2
    assert len(full.worded("forum garden")) == 0
    assert len(full.worded("the")) == len(full.worded('"')) == 0


def test_places_are_known_by_the_library_s_own_spelling(full: Catalog) -> None:
    assert full.find_place("rome") == "Rome"
    assert full.find_place("paris") is None


def test_the_summary_counts(full: Catalog) -> None:
    summary = full.summary()
    assert (summary.photos, summary.located, summary.southern) == (3, 2, 0)
    assert summary.places == {"Rome, Italy": 2}
    assert summary.albums == {"Rome": 2, "garden": 1}
    assert {"Rome", "Italy", "garden", "Canon EOS R6"} <= set(full.names())


def test_embeddings_come_back_as_they_went_in(full: Catalog) -> None:
    ids, vectors = full.embeddings("colours")
    assert ids.tolist() == sorted(ids.tolist())
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert full.embeddings("another")[1].shape == (0, 0)


def test_removed_photos_take_everything_along(full: Catalog) -> None:
    ids = full.select(Filter(places=("italy",)))
    full.remove(ids.tolist())
    assert full.count(Filter()) == len(full.embeddings("colours")[0]) == 1
    assert len(full.worded("rome")) == 0
    with pytest.raises(VoicephotoError, match="search again"):
        full.photo(int(ids[0]))


def test_many_threads_may_read_while_one_writes(full: Catalog) -> None:
    counts: list[int] = []
    readers = [threading.Thread(target=lambda: counts.append(full.count(Filter()))) for _ in range(8)]
    for reader in readers:
        reader.start()
    full.remove([])
    for reader in readers:
        reader.join()
    assert counts == [3] * 8


def test_a_damaged_catalog_is_kept_aside_and_said_so(full: Catalog) -> None:
    full.close()
    full.path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(MissingError, match=r"damaged; it was kept as catalog-damaged-.*index"):
        Catalog(full.path)
    assert [path.read_bytes()[:7] for path in full.path.parent.glob("catalog-damaged-*")] == [b"this is"]
    assert Catalog(full.path).count(Filter()) == 0


def test_a_catalog_in_use_is_left_alone(full: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(full.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(VoicephotoError, match="in use by another"):
        Catalog(full.path).remove([1])
    other.execute("ROLLBACK")
    assert full.count(Filter()) == 3


def test_opening_and_reading_never_wait_for_somebody_who_writes(full: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(full.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert Catalog(full.path).count(Filter()) == 3
    other.execute("ROLLBACK")


def test_the_journal_of_a_damaged_catalog_is_kept_with_it(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"this is no database at all" * 100)
    (tmp_path / "catalog.sqlite-wal").write_bytes(b"what was written last")
    with pytest.raises(MissingError, match="damaged"):
        Catalog(path)
    [kept] = tmp_path.glob("catalog-damaged-*.sqlite-wal")
    assert kept.read_bytes() == b"what was written last"


def test_a_catalog_of_another_version_is_left_as_it_is(full: Catalog) -> None:
    full.close()
    other = sqlite3.connect(full.path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(MissingError, match="another version"):
        Catalog(full.path)


def test_every_catalog_has_an_identity_of_its_own(tmp_path: Path, full: Catalog) -> None:
    assert Catalog(tmp_path / "other.sqlite").identity != full.identity
