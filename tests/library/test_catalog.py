import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.errors import MissingError, VoicephotoError
from voicephoto.library import Catalog, Filter, Photo, Place, fold, index, schema
from voicephoto.library.photo import Entry, Metadata, Orientation, Stamp


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


def test_a_county_is_a_place(catalog: Catalog) -> None:
    newquay = Place("Newquay", "England", "United Kingdom", "GB", "Cornwall")
    catalog.put([replace(plain(1, [0, 1]), place=newquay), plain(2, [1, 0])], "a")
    assert catalog.find_place("cornwall") == "Cornwall"
    [photo] = catalog.photos(catalog.select(Filter(places=("Cornwall",))))
    assert photo.place == newquay
    assert catalog.worded("cornwall").tolist() == [photo.id]


def test_keywords_are_known_word_for_word(catalog: Catalog) -> None:
    may = plain(1, [0, 1])
    catalog.put([replace(may, metadata=replace(may.metadata, keywords=("May Miller", "garden")))], "a")
    assert catalog.mentions("MAY", as_keyword=True)
    assert not catalog.mentions("june", as_keyword=True)
    assert not catalog.mentions('"')


def test_the_summary_counts(full: Catalog) -> None:
    summary = full.summary()
    assert (summary.photos, summary.located, summary.southern) == (3, 2, 0)
    assert summary.places == {"Rome, Italy": 2}
    assert summary.albums == {"Rome": 2, "garden": 1}


def test_names_that_many_photos_carry_come_first_recent_ones_before_old_ones_and_cameras_last(catalog: Catalog) -> None:
    def named(number: int, year: int, album: str, keywords: tuple[str, ...] = ()) -> Entry:
        photo = plain(number, [0, 1])
        taken = datetime(year, 5, 1)
        metadata = replace(photo.metadata, taken=taken, taken_from="exif", camera="Canon", keywords=keywords)
        return replace(photo, album=album, metadata=metadata)

    catalog.put(
        [
            *(named(number, 2010, "Old") for number in range(4)),
            *(named(number, 2025, "New", ("Anna",)) for number in range(4, 6)),
            named(6, 2025, "Single"),
            replace(named(7, 2025, "Rome"), place=Place("Rome", "Latium", "Italy", "IT")),
        ],
        "a",
    )
    assert catalog.names() == ("Anna", "New", "Rome", "Italy", "Latium", "Single", "Old", "Canon")


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


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(MissingError, match="database of another program"):
        Catalog(path)
    assert path.read_bytes() == before


def test_every_catalog_has_an_identity_of_its_own(tmp_path: Path, full: Catalog) -> None:
    assert Catalog(tmp_path / "other.sqlite").identity != full.identity


# Filters against their meaning, photo by photo


def fulfils(photo: Photo, wanted: Filter) -> bool:
    day = photo.taken.date() if photo.taken and photo.taken_from != "file" else None
    names = (
        {fold(name) for name in (photo.place.city, photo.place.region, photo.place.country) if name}
        if photo.place
        else set()
    )
    return (
        (wanted.from_ is None or (day is not None and day >= wanted.from_))
        and (wanted.until is None or (day is not None and day < wanted.until))
        and not any(
            day is not None and (from_ is None or day >= from_) and (until is None or day < until)
            for from_, until in wanted.without_days
        )
        and (not wanted.places or bool(names & {fold(place) for place in wanted.places}))
        and not names & {fold(place) for place in wanted.without_places}
        and (
            wanted.camera is None
            or (photo.camera is not None and f" {fold(wanted.camera)} " in f" {fold(photo.camera)} ")
        )
        and (wanted.album is None or (photo.album is not None and fold(photo.album) == fold(wanted.album)))
        and (wanted.orientation is None or wanted.orientation == shape(photo))
        and (wanted.ids is None or photo.id in wanted.ids)
    )


def shape(photo: Photo) -> Orientation:
    return "square" if photo.width == photo.height else "portrait" if photo.height > photo.width else "landscape"


days = st.dates(date(1999, 12, 30), date(2000, 1, 3))
cities = st.sampled_from(
    [
        Place("Rome", "Lazio", "Italy", "IT"),
        Place(None, None, "Italy", "IT"),
        Place("Zürich", None, "Switzerland", "CH"),
    ]
)
cameras = st.sampled_from(["Canon EOS 7D", "canon", "Sony 100% α"])
albums = st.sampled_from(["Rome", "Été"])
sides = st.integers(1, 2)


@st.composite
def photos_of_a_library(draw: st.DrawFn) -> list[Entry]:
    entries = []
    for number in range(draw(st.integers(0, 8))):
        taken = draw(st.none() | days.map(lambda day: datetime(day.year, day.month, day.day, 23, 59)))
        facts = Metadata(
            taken, draw(st.sampled_from(["exif", "name", "file"])) if taken else None, draw(sides), draw(sides),
            None, None, draw(st.none() | cameras), None, (),
        )  # fmt: skip
        place, album = draw(st.none() | cities), draw(st.none() | albums)
        # The same path again renews a photo.
        path = Path(f"/photos/{draw(st.integers(0, 6))}.jpg")
        entries.append(Entry(path, Stamp(1, 1, bytes([number])), facts, place, album, np.ones(2, np.float32)))
    return entries


filters = st.builds(
    Filter,
    from_=st.none() | days,
    until=st.none() | days,
    places=st.just(()) | st.lists(st.sampled_from(["rome", "ITALY", "zurich", "Paris"]), max_size=2).map(tuple),
    without_places=st.just(()) | st.lists(st.sampled_from(["Lazio", "Switzerland"]), max_size=2).map(tuple),
    without_days=st.just(()) | st.lists(st.tuples(st.none() | days, st.none() | days), max_size=2).map(tuple),
    camera=st.none() | st.sampled_from(["canon", "eos 7d", "100%", "7", ""]),
    album=st.none() | st.sampled_from(["rome", "ete", ""]),
    orientation=st.none() | st.sampled_from(["portrait", "landscape", "square"]),
    ids=st.none() | st.lists(st.integers(1, 8), max_size=4).map(tuple),
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(
    photos_of_a_library(),
    photos_of_a_library(),
    st.lists(st.integers(1, 8), max_size=3),
    st.lists(filters, min_size=4, max_size=8),
)
def test_a_filter_selects_exactly_the_photos_that_fulfil_it(
    first: list[Entry], later: list[Entry], removed: list[int], wanted: list[Filter]
) -> None:
    with TemporaryDirectory() as folder, Catalog(Path(folder) / "catalog.sqlite") as catalog:
        # What filters know of the photos is kept in memory and must follow each of these.
        for change in (
            lambda: catalog.put(first, "e"),
            lambda: catalog.put(later, "e"),
            lambda: catalog.remove(removed),
        ):
            change()
            everyone = catalog.photos(catalog.select(Filter()).tolist())
            assert {photo.path for photo in everyone} == {photo.path for photo in catalog.known("e")}
            for one in wanted:
                found = catalog.select(one).tolist()
                assert found == [photo.id for photo in everyone if fulfils(photo, one)]
                assert catalog.count(one) == len(found)


def test_another_process_changes_what_filters_find(full: Catalog) -> None:
    assert full.count(Filter(places=("rome",))) == 2
    with Catalog(full.path) as other:
        other.remove(other.select(Filter(places=("rome",))).tolist()[:1])
    assert full.count(Filter(places=("rome",))) == 1


# What changed


def plain(number: int, vector: Sequence[float], content: int = 0) -> Entry:
    facts = Metadata(None, None, 4, 3, None, None, None, None, ())
    embedding = np.array(vector, np.float32)
    return Entry(Path(f"/photos/{number}.jpg"), Stamp(1, 1, bytes([content])), facts, None, None, embedding)


def taken_in(copy: dict[int, list[float]], catalog: Catalog, encoder: str, since: Any) -> Any:
    """Bring a copy of an encoder's embeddings up to date as `Changes` says; the moment it is as of."""
    changes = catalog.changes(encoder, since)
    if changes.whole:
        copy.clear()
    for id_ in changes.gone.tolist():
        copy.pop(id_, None)
    for ids, vectors in changes.added:
        for id_, vector in zip(ids.tolist(), vectors.tolist(), strict=True):
            assert id_ not in copy
            copy[id_] = vector
    return changes.moment


def test_a_copy_that_takes_in_what_changed_is_like_the_catalog(catalog: Catalog) -> None:
    copy: dict[int, list[float]] = {}
    moment = taken_in(copy, catalog, "a", None)
    assert copy == {}
    catalog.put([plain(1, [1, 0]), plain(2, [0, 1])], "a")
    moment = taken_in(copy, catalog, "a", moment)
    assert copy == {1: [1, 0], 2: [0, 1]}
    assert catalog.moment == moment
    catalog.put([plain(2, [0.6, 0.8], content=1), plain(3, [1, 0])], "a")
    catalog.remove([1])
    moment = taken_in(copy, catalog, "a", moment)
    assert [copy[id_] for id_ in sorted(copy)] == [pytest.approx([0.6, 0.8]), [1, 0]]
    catalog.put([plain(3, [float("nan"), 0], content=1)], "a")
    moment = taken_in(copy, catalog, "a", moment)
    assert set(copy) == {2}
    assert not catalog.known("a")[1].embedded


def test_new_content_makes_what_other_encoders_saw_void(catalog: Catalog) -> None:
    copies: dict[str, dict[int, list[float]]] = {"a": {}, "b": {}}
    for encoder in copies:
        catalog.put([plain(1, [1, 0])], encoder)
    moments = {encoder: taken_in(copy, catalog, encoder, None) for encoder, copy in copies.items()}
    assert copies == {"a": {1: [1, 0]}, "b": {1: [1, 0]}}
    catalog.put([plain(1, [0, 1], content=1)], "b")
    for encoder, copy in copies.items():
        taken_in(copy, catalog, encoder, moments[encoder])
    assert copies == {"a": {}, "b": {1: [0, 1]}}
    assert [photo.embedded for encoder in copies for photo in catalog.known(encoder)] == [False, True]


def test_another_encoder_looks_at_what_is_catalogued(full: Catalog, encoder: Any) -> None:
    assert full.coverage(encoder.name) == (3, 3)
    assert full.coverage("another") == (0, 3)
    first, second, third = full.lacking("another", 0, 10)
    assert full.lacking("another", 0, 2) == (first, second)
    assert full.lacking("another", second.id, 2) == (third,)
    vectors = np.eye(3, 5, dtype=np.float32)
    full.embed([(first, vectors[0]), (third, vectors[2])], "another")
    assert full.lacking("another", 0, 10) == (second,)
    assert full.unseen("another", encoder.name) == 1
    assert full.unseen("another", encoder.name, without=[second.id]) == 0
    assert full.unseen(encoder.name, "another") == 0
    ids, written = full.embeddings("another")
    assert ids.tolist() == [first.id, third.id]
    assert (written == vectors[[0, 2]]).all()


def test_what_was_seen_of_a_photo_that_is_another_by_now_does_not_count(
    full: Catalog, photos: Path, encoder: Any
) -> None:
    changed, removed, kept = full.lacking("another", 0, 3)
    changed.path.write_bytes((photos / "Rome" / "forum.jpg").read_bytes() + b"another file")
    removed.path.unlink()
    index([photos], full, encoder)
    full.embed([(photo, np.ones(5, np.float32)) for photo in (changed, removed, kept)], "another")
    assert full.embeddings("another")[0].tolist() == [kept.id]
    assert [photo.id for photo in full.lacking("another", 0, 3)] == [changed.id]


def test_vectors_of_another_length_replace_all_of_their_encoder(catalog: Catalog) -> None:
    catalog.put([plain(1, [1, 0]), plain(2, [1, 0])], "a")
    copy: dict[int, list[float]] = {}
    moment = taken_in(copy, catalog, "a", None)
    catalog.put([plain(1, [0, 0, 1])], "a")
    assert catalog.changes("a", moment).dimension == 3
    taken_in(copy, catalog, "a", moment)
    assert copy == {1: [0, 0, 1]}


def test_a_moment_of_another_catalog_or_another_past_brings_everything(catalog: Catalog, tmp_path: Path) -> None:
    catalog.put([plain(1, [1, 0])], "a")
    with Catalog(tmp_path / "other.sqlite") as other:
        other.put([plain(1, [1, 0])], "a")
        assert catalog.changes("a", other.moment).whole
    assert not catalog.changes("a", catalog.moment).whole


# Catalogs of earlier versions

VERSION_1 = """
CREATE TABLE state (identity TEXT NOT NULL, revision INTEGER NOT NULL);
CREATE TABLE places (
    id INTEGER PRIMARY KEY, city TEXT, region TEXT, country TEXT, country_code TEXT,
    city_key TEXT, region_key TEXT, country_key TEXT
);
CREATE UNIQUE INDEX places_whole ON places (
    ifnull(city, ''), ifnull(region, ''), ifnull(country, ''), ifnull(country_code, '')
);
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest BLOB NOT NULL, taken TEXT, taken_from TEXT,
    width INTEGER NOT NULL, height INTEGER NOT NULL,
    latitude REAL, longitude REAL, place_id INTEGER REFERENCES places (id),
    camera TEXT, camera_key TEXT, album TEXT, album_key TEXT, caption TEXT, keywords TEXT NOT NULL
);
CREATE INDEX photos_taken ON photos (taken);
CREATE INDEX photos_place ON photos (place_id);
CREATE INDEX photos_album ON photos (album_key);
CREATE INDEX photos_digest ON photos (digest);
CREATE VIRTUAL TABLE words USING fts5 (
    album, keywords, caption, file_name, place, tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE TABLE encoders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL);
CREATE TABLE embeddings (
    encoder_id INTEGER NOT NULL REFERENCES encoders (id),
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE, vector BLOB NOT NULL,
    UNIQUE (encoder_id, photo_id)
);
CREATE INDEX embeddings_photo ON embeddings (photo_id);
INSERT INTO state VALUES ('the first', 7);
INSERT INTO places VALUES (1, 'Rome', 'Lazio', 'Italy', 'IT', 'rome', 'lazio', 'italy');
INSERT INTO photos VALUES (5, x'2f612e6a7067', 1, 2, x'00', '2024-07-03T10:00:00', 'exif', 4, 3, 41.9, 12.5, 1,
    'Canon EOS R6', 'canon eos r6', 'Rome', 'rome', NULL, '["forum"]');
INSERT INTO words (rowid, album, keywords, caption, file_name, place) VALUES (5, 'rome', 'forum', '', 'a', 'rome lazio italy');
INSERT INTO encoders VALUES (1, 'a', 2);
INSERT INTO embeddings VALUES (1, 5, x'0000803f00000000');
PRAGMA user_version = 1;
"""


def test_a_catalog_of_version_1_becomes_one_of_today_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    old = sqlite3.connect(path)
    old.executescript(VERSION_1)
    old.close()
    for _ in range(2):
        with Catalog(path) as catalog:
            assert (catalog.identity, catalog.revision) == ("the first", 7)
            [photo] = catalog.photos(catalog.select(Filter(places=("Italy",), camera="canon", from_=date(2024, 7, 3))))
            assert (photo.id, photo.path, photo.keywords) == (5, Path("/a.jpg"), ("forum",))
            assert catalog.worded("forum").tolist() == [5]
            assert catalog.embeddings("a")[1].tolist() == [[1, 0]]
            assert catalog.known("a")[0].embedded
            # It is read again when its folder is indexed, for nobody knew its county.
            assert catalog.known("a")[0].stamp.mtime_ns == -1
            copy: dict[int, list[float]] = {}
            moment = taken_in(copy, catalog, "a", None)
            assert copy == {5: [1, 0]}
    with Catalog(path) as catalog:
        catalog.put([plain(6, [0, 1])], "a")
        taken_in(copy, catalog, "a", moment)
        assert sorted(copy.values()) == [[0, 1], [1, 0]]
        assert catalog.count(Filter()) == 2


def test_a_catalog_that_cannot_be_brought_up_to_date_stays_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    old = sqlite3.connect(path)
    old.executescript(VERSION_1 + "CREATE TABLE gone (x);")
    before = list(old.iterdump())
    with pytest.raises(MissingError, match="nothing was changed"):
        Catalog(path)
    assert list(old.iterdump()) == before
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    old.close()


def test_many_threads_may_open_a_new_catalog_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with Catalog(tmp_path / "catalog.sqlite") as catalog:
                catalog.put([plain(number, [1, 0])], "a")
                assert catalog.count(Filter()) >= 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Catalog(tmp_path / "catalog.sqlite").count(Filter()) == 8
