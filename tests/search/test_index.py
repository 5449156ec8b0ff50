import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicephoto.library import Catalog
from voicephoto.library.photo import Entry, Metadata, Stamp
from voicephoto.search import FlatIndex, open_index

sizes = st.integers(1, 60)
seeds = st.integers(0, 10_000)


def unit(rows: int, seed: int, dimension: int = 8) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbered(size: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Photos with ids as a catalog has them after years: ascending, with gaps."""
    ids = np.sort(np.random.default_rng(seed).choice(10 * size, size, replace=False)).astype(np.int64)
    return ids, unit(size, seed)


@settings(deadline=None)
@given(sizes, seeds, st.integers(1, 80))
def test_the_nearest_are_those_that_numpy_finds(size: int, seed: int, count: int) -> None:
    ids, vectors = numbered(size, seed)
    asked = unit(1, seed + 1)[0]
    found, scores = FlatIndex(ids, vectors).nearest(asked, count)
    order = np.argsort(-(vectors @ asked))[:count]
    assert found.tolist() == ids[order].tolist()
    assert scores == pytest.approx((vectors @ asked)[order], abs=1e-6)


@settings(deadline=None)
@given(sizes, seeds, st.data())
def test_among_some_photos_only_these_are_found_and_all_of_them(size: int, seed: int, data: st.DataObject) -> None:
    ids, vectors = numbered(size, seed)
    chosen = data.draw(st.lists(st.sampled_from(ids.tolist()), unique=True))
    strangers = [-1, 10 * size + 5]
    asked = unit(1, seed + 1)[0]
    found, scores = FlatIndex(ids, vectors).nearest(asked, 1000, among=np.array([*chosen, *strangers], np.int64))
    assert sorted(found.tolist()) == sorted(chosen)
    assert (np.diff(scores) <= 0).all()


@settings(deadline=None)
@given(sizes, seeds)
def test_vectors_come_back_in_the_order_asked(size: int, seed: int) -> None:
    ids, vectors = numbered(size, seed)
    backwards = FlatIndex(ids, vectors).vectors(ids[::-1].copy())
    assert np.array_equal(backwards, vectors[::-1])


def test_nothing_is_asked_for_or_nothing_is_there_and_nothing_is_found() -> None:
    index, asked = FlatIndex(*numbered(5, 1)), unit(1, 2)[0]
    for found, scores in (
        index.nearest(asked, 0),
        index.nearest(asked, 3, among=np.empty(0, np.int64)),
        index.nearest(np.full(8, np.nan, np.float32), 3),
        FlatIndex(np.empty(0, np.int64), np.empty((0, 0), np.float32)).nearest(asked, 3),
    ):
        assert found.shape == scores.shape == (0,)
    assert index.vectors(np.empty(0, np.int64)).shape == (0, 8)


def test_the_background_is_the_whole_of_a_small_library() -> None:
    ids, vectors = numbered(50, 3)
    background = FlatIndex(ids, vectors).background()
    assert {row.tobytes() for row in background} == {row.tobytes() for row in vectors}


def test_the_background_of_a_large_library_is_a_sample_that_stays_the_same() -> None:
    ids, vectors = np.arange(3000, dtype=np.int64), unit(3000, 4)
    index = FlatIndex(ids, vectors)
    background = index.background()
    assert background.shape == (2000, 8)
    assert len({row.tobytes() for row in background}) == 2000
    assert np.array_equal(background, index.background())
    assert background.mean(axis=0) == pytest.approx(vectors.mean(axis=0), abs=0.05)


# The cache

ENCODER = "encoder-1"


def entry(number: int, vector: NDArray[np.float32]) -> Entry:
    facts = Metadata(None, None, 64, 48, None, None, None, None, ())
    return Entry(Path(f"/photos/{number}.jpg"), Stamp(1, 1, bytes([number])), facts, None, None, vector)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.put([entry(number, vector) for number, vector in enumerate(unit(10, 5))], ENCODER)
    return catalog


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def holds_the_catalog(index: FlatIndex, catalog: Catalog, encoder: str = ENCODER) -> bool:
    ids, vectors = catalog.embeddings(encoder)
    return len(index) == len(ids) and np.array_equal(index.vectors(ids), vectors)


def test_a_cache_that_fits_is_used(catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache)
    path = cache / f"{ENCODER}.vectors"
    written = path.stat()
    assert holds_the_catalog(open_index(catalog, ENCODER, cache), catalog)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_a_photo_more_is_added(catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache)
    catalog.put([entry(99, unit(1, 6)[0])], ENCODER)
    index = open_index(catalog, ENCODER, cache)
    assert len(index) == 11
    assert holds_the_catalog(index, catalog)


def test_a_photo_less_is_not_found_any_more(catalog: Catalog, cache: Path) -> None:
    first, *_ = open_index(catalog, ENCODER, cache).nearest(unit(1, 7)[0], 1)[0].tolist()
    catalog.remove([first])
    assert first not in open_index(catalog, ENCODER, cache).nearest(unit(1, 7)[0], 10)[0]


def test_every_encoder_has_a_cache_of_its_own(catalog: Catalog, cache: Path) -> None:
    catalog.put([entry(number, vector) for number, vector in enumerate(unit(4, 8, 16))], "encoder-2")
    for encoder in (ENCODER, "encoder-2", ENCODER):
        assert holds_the_catalog(open_index(catalog, encoder, cache), catalog, encoder)
    assert len(open_index(catalog, "encoder-3", cache)) == 0


def test_the_cache_of_another_catalog_at_the_same_revision_is_not_used(
    catalog: Catalog, cache: Path, tmp_path: Path
) -> None:
    open_index(catalog, ENCODER, cache)
    other = Catalog(tmp_path / "other.sqlite")
    other.put([entry(number, vector) for number, vector in enumerate(unit(10, 9))], ENCODER)
    assert other.revision == catalog.revision
    assert holds_the_catalog(open_index(other, ENCODER, cache), other)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _one_row_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _scribbled(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _another_header(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:40].replace(b"c", b"x") + content[40:])


def _last_row_lost(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-8:] = bytes(8)
    path.write_bytes(content)


@pytest.mark.parametrize("file", ["vectors", "codes", "npz"])
@pytest.mark.parametrize("damage", [_cut, _one_row_short, _scribbled, _another_header, Path.unlink])
def test_a_damaged_cache_is_made_again(
    damage: Callable[[Path], None], file: str, catalog: Catalog, cache: Path
) -> None:
    open_index(catalog, ENCODER, cache)
    damage(cache / f"{ENCODER}.{file}")
    assert holds_the_catalog(open_index(catalog, ENCODER, cache), catalog)
    inode = (cache / f"{ENCODER}.vectors").stat().st_ino
    assert holds_the_catalog(open_index(catalog, ENCODER, cache), catalog)
    assert (cache / f"{ENCODER}.vectors").stat().st_ino == inode


@pytest.mark.parametrize("file", ["vectors", "codes"])
def test_rows_that_are_not_the_catalog_s_are_not_used(file: str, catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache)
    _last_row_lost(cache / f"{ENCODER}.{file}")
    assert holds_the_catalog(open_index(catalog, ENCODER, cache), catalog)


def test_where_nothing_can_be_written_it_works_without_a_cache(catalog: Catalog, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert holds_the_catalog(open_index(catalog, ENCODER, in_the_way), catalog)
    # A folder where the index should be cannot be replaced, by root neither.
    (tmp_path / "cache" / f"{ENCODER}.vectors").mkdir(parents=True)
    assert holds_the_catalog(open_index(catalog, ENCODER, tmp_path / "cache"), catalog)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 3e38])
def test_what_is_no_unit_vector_never_ranks(value: float, catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache)
    catalog.put([entry(50, np.full(8, value, np.float32))], ENCODER)
    for folder in (cache, cache / "anew"):
        found, scores = open_index(catalog, ENCODER, folder).nearest(unit(1, 7)[0], 100)
        assert len(found) == 10
        assert np.isfinite(scores).all()


changes = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "open"]), st.integers(0, 30), st.integers(0, 1000)), max_size=25
)


@settings(deadline=None, max_examples=40)
@given(changes)
def test_after_any_changes_it_is_as_if_built_anew(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Catalog(Path(folder, "catalog.sqlite")) as catalog:
        cache = Path(folder, "cache")
        catalog.put([entry(number, vector) for number, vector in enumerate(unit(20, 5))], ENCODER)
        for what, number, seed in steps:
            if what == "put":
                catalog.put([entry(number, unit(1, seed)[0])], ENCODER)
            elif what == "remove":
                catalog.remove([number])
            else:
                open_index(catalog, ENCODER, cache)
        index, anew = open_index(catalog, ENCODER, cache), FlatIndex(*catalog.embeddings(ENCODER))
        assert holds_the_catalog(index, catalog)
        asked = unit(1, 9)[0]
        assert index.nearest(asked, 100)[0].tolist() == anew.nearest(asked, 100)[0].tolist()
        assert np.array_equal(index.background(), anew.background()) or len(index) == 0 or _same_rows(index, anew)


def _same_rows(one: FlatIndex, other: FlatIndex) -> bool:
    return sorted(row.tobytes() for row in one.background()) == sorted(row.tobytes() for row in other.background())


def test_photos_are_added_and_removed_without_building_anew(catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache)
    inode = (cache / f"{ENCODER}.vectors").stat().st_ino
    mapped = open_index(catalog, ENCODER, cache)
    before = mapped.background().copy()
    catalog.put([entry(60, unit(1, 11)[0])], ENCODER)
    catalog.remove([1, 2])
    assert holds_the_catalog(open_index(catalog, ENCODER, cache), catalog)
    assert (cache / f"{ENCODER}.vectors").stat().st_ino == inode
    assert len(mapped) == 10
    assert np.array_equal(mapped.background(), before)


# At a size where the scan of codes decides what is compared


@pytest.fixture(scope="module")
def large() -> tuple[NDArray[np.int64], NDArray[np.float32], FlatIndex]:
    generator = np.random.default_rng(3)
    centres = unit(40, 1, 64)
    vectors = centres[generator.integers(0, 40, 30_000)] + 0.05 * generator.standard_normal((30_000, 64))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    ids = np.arange(7, 30_007, dtype=np.int64)
    return ids, vectors, FlatIndex(ids, vectors)


@settings(deadline=None, max_examples=25)
@given(seeds, st.sampled_from([1, 10, 100, 1000, 9000]), st.sampled_from([None, 0.1, 0.5]))
def test_the_nearest_of_many_are_exact(
    large: tuple[NDArray[np.int64], NDArray[np.float32], FlatIndex], seed: int, count: int, share: float | None
) -> None:
    ids, vectors, index = large
    asked = vectors[seed] + 0.3 * unit(1, seed, 64)[0]
    among = None if share is None else ids[np.random.default_rng(seed).random(len(ids)) < share]
    scores = vectors @ asked if among is None else vectors[among - 7] @ asked
    best = np.sort(scores)[::-1][:count]
    found, got = index.nearest(asked, count, among)
    assert len(set(found.tolist())) == len(best)
    assert among is None or np.isin(found, among).all()
    assert got == pytest.approx(best, abs=1e-5)
    assert got == pytest.approx(vectors[found - 7] @ asked, abs=1e-5)
