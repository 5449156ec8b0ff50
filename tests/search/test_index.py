import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicephoto.errors import MissingError
from voicephoto.library import Catalog
from voicephoto.library.photo import Entry, Metadata, Stamp
from voicephoto.search import FlatIndex, VectorIndex, open_index
from voicephoto.search.index import flat, segment
from voicephoto.vision import Bank

sizes = st.integers(1, 60)
seeds = st.integers(0, 10_000)


def unit(rows: int, seed: int, dimension: int = 8) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbered(size: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Photos with ids as a catalog has them after years: ascending, with gaps."""
    ids = np.sort(np.random.default_rng(seed).choice(10 * size, size, replace=False)).astype(np.int64)
    return ids, unit(size, seed)


BANK = Bank(unit(20, 99))


def flat_index(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> FlatIndex:
    return FlatIndex(ids, vectors, Bank(unit(20, 99, vectors.shape[1])))


@settings(deadline=None)
@given(sizes, seeds, st.integers(1, 80))
def test_the_nearest_are_those_that_numpy_finds(size: int, seed: int, count: int) -> None:
    ids, vectors = numbered(size, seed)
    asked = unit(1, seed + 1)[0]
    found, scores = flat_index(ids, vectors).nearest(asked, count)
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
    found, scores = flat_index(ids, vectors).nearest(asked, 1000, among=np.array([*chosen, *strangers], np.int64))
    assert sorted(found.tolist()) == sorted(chosen)
    assert (np.diff(scores) <= 0).all()


@settings(deadline=None)
@given(sizes, seeds)
def test_vectors_come_back_in_the_order_asked(size: int, seed: int) -> None:
    ids, vectors = numbered(size, seed)
    backwards = flat_index(ids, vectors).vectors(ids[::-1].copy())
    assert np.array_equal(backwards, vectors[::-1])


def test_nothing_is_asked_for_or_nothing_is_there_and_nothing_is_found() -> None:
    index, asked = flat_index(*numbered(5, 1)), unit(1, 2)[0]
    for found, scores in (
        index.nearest(asked, 0),
        index.nearest(asked, 3, among=np.empty(0, np.int64)),
        index.nearest(np.full(8, np.nan, np.float32), 3),
        flat_index(np.empty(0, np.int64), np.empty((0, 0), np.float32)).nearest(asked, 3),
    ):
        assert found.shape == scores.shape == (0,)
    assert index.vectors(np.empty(0, np.int64)).shape == (0, 8)


def test_the_background_is_the_whole_of_a_small_library() -> None:
    ids, vectors = numbered(50, 3)
    background = flat_index(ids, vectors).background()
    assert {row.tobytes() for row in background} == {row.tobytes() for row in vectors}


def test_the_background_of_a_large_library_is_a_sample_that_stays_the_same() -> None:
    ids, vectors = np.arange(3000, dtype=np.int64), unit(3000, 4)
    index = flat_index(ids, vectors)
    background = index.background()
    assert background.shape == (2000, 8)
    assert len({row.tobytes() for row in background}) == 2000
    assert np.array_equal(background, index.background())
    assert background.mean(axis=0) == pytest.approx(vectors.mean(axis=0), abs=0.05)


def clustered(rows: int, seed: int, dimension: int = 64) -> NDArray[np.float32]:
    """Unit vectors in a few heaps, as photos of like things are, many so close that codes cannot tell them apart."""
    random = np.random.default_rng(seed)
    heaps = random.standard_normal((12, dimension))
    vectors = heaps[random.integers(0, 12, rows)] + 0.3 * random.standard_normal((rows, dimension))
    vectors[: rows // 10] = vectors[0] + 0.001 * random.standard_normal((rows // 10, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def same_ranking(
    found: tuple[NDArray[np.int64], NDArray[np.float32]],
    ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    asked: NDArray[np.float32],
    count: int,
) -> bool:
    """Whether these are the best of a product with every vector, but for the order of those equal to the last digit."""
    exact = dict(zip(ids.tolist(), (vectors @ asked).tolist(), strict=True))
    best = sorted(exact.values(), reverse=True)[:count]
    return (
        len(set(found[0].tolist())) == len(best)
        and np.allclose(found[1], best, atol=1e-6)
        and np.allclose(found[1], [exact[id_] for id_ in found[0].tolist()], atol=1e-6)
    )


@pytest.mark.parametrize("asked_for", [1, 10, 700, 2500])
@pytest.mark.parametrize("share", [0.3, 0.9, 1.0])
def test_what_codes_propose_and_rows_decide_is_what_all_rows_decide(asked_for: int, share: float) -> None:
    ids, vectors = np.arange(1, 8001, dtype=np.int64), clustered(8000, 1)
    index = flat_index(ids, vectors)
    inside = np.random.default_rng(2).random(len(ids)) < share
    for asked in (vectors[0], vectors[4000], *unit(3, 3, 64)):
        found = index.nearest(asked, asked_for, among=ids[inside])
        assert same_ranking(found, ids[inside], vectors[inside], asked, asked_for)


def test_sketches_of_a_large_library_miss_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat, "_LARGE", 10_000)
    monkeypatch.setattr(segment, "_SKETCHED", 5_000)
    ids, vectors = np.arange(1, 12_001, dtype=np.int64), clustered(12_000, 4, 320)
    index = flat_index(ids, vectors)
    for asked in (*vectors[[5, 9000]], *unit(3, 5, 320)):
        hundredth = np.sort(vectors @ asked)[-100]
        assert (index.nearest(asked, 100)[1] >= hundredth - 1e-6).sum() >= 99


def test_a_vector_that_is_no_numbers_never_ranks() -> None:
    ids, vectors = numbered(20, 6)
    vectors[3, 2], vectors[7, 0], vectors[9] = np.nan, np.inf, -np.inf
    index = flat_index(ids, vectors)
    assert len(index) == 17
    assert sorted(index.nearest(unit(1, 7)[0], 100)[0].tolist()) == sorted(
        set(ids.tolist()) - set(ids[[3, 7, 9]].tolist())
    )


def test_a_photo_that_is_not_there_has_no_looks() -> None:
    ids, vectors = numbered(5, 8)
    assert not flat_index(ids, vectors).vectors(np.array([ids[0], 999], np.int64))[1].any()


def test_the_sample_hardly_changes_when_photos_come_and_go() -> None:
    ids, vectors = np.arange(1, 4001, dtype=np.int64), unit(4000, 9)
    before, after = (flat_index(ids[rows], vectors[rows]).background() for rows in (slice(0, 3900), slice(100, 4000)))
    common = {row.tobytes() for row in before} & {row.tobytes() for row in after}
    assert len(common) > 1850


# The cache

ENCODER = "encoder-1"


def entry(number: int, vector: NDArray[np.float32]) -> Entry:
    facts = Metadata(None, None, 64, 48, None, None, None, None, ())
    return Entry(Path(f"/photos/{number}.jpg"), Stamp(1, 1, vector.tobytes()), facts, None, None, vector)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.put([entry(number, vector) for number, vector in enumerate(unit(10, 5))], ENCODER)
    return catalog


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def holds_the_catalog(index: VectorIndex, catalog: Catalog, encoder: str = ENCODER) -> bool:
    ids, vectors = catalog.embeddings(encoder)
    if not len(ids):
        return len(index) == 0
    finite = np.isfinite(vectors).all(axis=1)
    ids, vectors = ids[finite], vectors[finite]
    found, _ = index.nearest(np.ones(vectors.shape[1], np.float32), len(ids) + 10)
    return sorted(found.tolist()) == ids.tolist() and np.array_equal(index.vectors(ids), vectors)


def files(cache: Path, ending: str = "") -> dict[str, tuple[int, int]]:
    """Which files the index has, and when each was written."""
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in cache.rglob(f"*{ending}") if path.is_file()
    }


steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 30), st.integers(1, 12)),
        st.tuples(st.just("remove"), st.integers(0, 30), st.integers(1, 12)),
        st.tuples(st.just("spoil"), st.integers(0, 30), st.just(1)),
        st.tuples(st.just("open"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=40)
@given(steps, seeds)
def test_after_any_changes_the_index_is_what_one_built_anew_would_be(
    steps: list[tuple[str, int, int]], seed: int
) -> None:
    with TemporaryDirectory() as folder, Catalog(Path(folder) / "catalog.sqlite") as catalog:
        index = open_index(catalog, ENCODER, Path(folder) / "cache", BANK)
        for turn, (step, first, count) in enumerate(steps):
            numbers = range(first, first + count)
            if step == "put":
                catalog.put([entry(n, v) for n, v in zip(numbers, unit(count, seed + turn), strict=True)], ENCODER)
            elif step == "remove":
                ids = {photo.path.name: photo.id for photo in catalog.known(ENCODER)}
                catalog.remove([ids[name] for n in numbers if (name := f"{n}.jpg") in ids])
            elif step == "spoil":
                catalog.put([entry(first, np.full(8, np.nan, np.float32))], ENCODER)
            else:
                index = open_index(catalog, ENCODER, Path(folder) / "cache", BANK)
            if turn % 2:
                assert holds_the_catalog(index, catalog)
        anew = open_index(catalog, ENCODER, Path(folder) / "another cache", BANK)
        for one in (index, open_index(catalog, ENCODER, Path(folder) / "cache", BANK)):
            assert holds_the_catalog(one, catalog)
            assert np.array_equal(one.background(), anew.background())
            for asked in unit(3, seed):
                assert one.nearest(asked, 5)[0].tolist() == anew.nearest(asked, 5)[0].tolist()


def test_a_cache_that_fits_is_used(catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache, BANK)
    written = files(cache)
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)
    assert files(cache) == written


def test_photos_more_and_less_leave_what_is_written_alone(catalog: Catalog, cache: Path) -> None:
    catalog.put([entry(number, vector) for number, vector in enumerate(unit(300, 6), 100)], ENCODER)
    open_index(catalog, ENCODER, cache, BANK)
    written = files(cache, ".rows")
    catalog.put([entry(99, unit(1, 7)[0])], ENCODER)
    catalog.remove([1, 200])
    index = open_index(catalog, ENCODER, cache, BANK)
    assert len(index) == 309
    assert holds_the_catalog(index, catalog)
    assert written.items() < files(cache, ".rows").items()


def test_what_changes_while_it_is_open_is_found_at_once(catalog: Catalog, cache: Path) -> None:
    index = open_index(catalog, ENCODER, cache, BANK)
    asked = unit(1, 8)[0]
    catalog.put([entry(99, asked)], ENCODER)
    [newest], [score] = index.nearest(asked, 1)
    assert score == pytest.approx(1)
    catalog.put([entry(99, -asked)], ENCODER)
    assert index.nearest(-asked, 1)[0].tolist() == [newest]
    catalog.remove([int(newest)])
    assert newest not in index.nearest(-asked, 20)[0]


def test_many_small_changes_do_not_leave_many_files(catalog: Catalog, cache: Path) -> None:
    index = open_index(catalog, ENCODER, cache, BANK)
    for number in range(60):
        catalog.put([entry(1000 + number, unit(1, number)[0])], ENCODER)
        assert len(index) == 11 + number
    assert len(files(cache, ".rows")) <= 8
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)


def test_every_encoder_has_a_cache_of_its_own(catalog: Catalog, cache: Path) -> None:
    vectors = [np.frombuffer(photo.stamp.digest, np.float32) for photo in catalog.known(ENCODER)][:4]
    catalog.put([entry(number, vector) for number, vector in enumerate(vectors)], "org/encoder-2")
    for encoder in (ENCODER, "org/encoder-2", ENCODER):
        assert holds_the_catalog(open_index(catalog, encoder, cache, BANK), catalog, encoder)
    assert [len(open_index(catalog, encoder, cache, BANK)) for encoder in (ENCODER, "org/encoder-2", "encoder-3")] == [
        10,
        4,
        0,
    ]


def test_an_encoder_whose_vectors_have_another_length_starts_anew(catalog: Catalog, cache: Path) -> None:
    index = open_index(catalog, ENCODER, cache, BANK)
    catalog.put([entry(number, vector) for number, vector in enumerate(unit(4, 8, 16))], ENCODER)
    another = r"16 numbers each and the image model has 8; .* run voicephoto index"
    with pytest.raises(MissingError, match=another):
        index.nearest(unit(1, 9)[0], 1)
    with pytest.raises(MissingError, match=another):
        open_index(catalog, ENCODER, cache, BANK)
    longer = open_index(catalog, ENCODER, cache, Bank(unit(20, 99, 16)))
    assert len(longer) == 4
    assert holds_the_catalog(longer, catalog)


def test_scores_against_the_bank_are_kept_with_the_photos(catalog: Catalog, cache: Path) -> None:
    ids, vectors = catalog.embeddings(ENCODER)
    for index in (open_index(catalog, ENCODER, cache, BANK), open_index(catalog, ENCODER, cache, BANK)):
        assert np.array_equal(index.standing(ids[::-1]), BANK.standing(vectors[::-1]))
    assert not index.standing(np.array([999], np.int64))["best"].any()


def test_another_bank_is_another_index(catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache, BANK)
    other = Bank(unit(30, 98))
    ids, vectors = catalog.embeddings(ENCODER)
    assert np.array_equal(open_index(catalog, ENCODER, cache, other).standing(ids), other.standing(vectors))


def test_the_cache_of_another_encoder_under_this_name_is_not_used(catalog: Catalog, cache: Path) -> None:
    vectors = [np.frombuffer(photo.stamp.digest, np.float32) for photo in catalog.known(ENCODER)]
    catalog.put([entry(number, vector) for number, vector in enumerate(vectors[::-1])], "encoder-2")
    for encoder in (ENCODER, "encoder-2"):
        open_index(catalog, encoder, cache, BANK)
    (cache / ENCODER).rename(cache / "aside")
    (cache / "encoder-2").rename(cache / ENCODER)
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)


def test_the_cache_of_another_catalog_at_the_same_revision_is_not_used(
    catalog: Catalog, cache: Path, tmp_path: Path
) -> None:
    open_index(catalog, ENCODER, cache, BANK)
    other = Catalog(tmp_path / "other.sqlite")
    other.put([entry(number, vector) for number, vector in enumerate(unit(10, 9))], ENCODER)
    assert other.revision == catalog.revision
    assert holds_the_catalog(open_index(other, ENCODER, cache, BANK), other)


def test_a_catalog_brought_back_from_a_backup_and_gone_another_way_is_noticed(
    catalog: Catalog, cache: Path, tmp_path: Path
) -> None:
    backup = sqlite3.connect(tmp_path / "backup.sqlite")
    with sqlite3.connect(catalog.path) as source:
        source.backup(backup)
    backup.close()
    catalog.put([entry(50, unit(1, 1)[0])], ENCODER)
    open_index(catalog, ENCODER, cache, BANK)
    returned = Catalog(tmp_path / "backup.sqlite")
    assert returned.identity == catalog.identity
    for number in (60, 61):
        assert holds_the_catalog(open_index(returned, ENCODER, cache, BANK), returned)
        returned.put([entry(number, unit(1, number)[0])], ENCODER)
    assert holds_the_catalog(open_index(returned, ENCODER, cache, BANK), returned)


@pytest.mark.parametrize(
    "bytes_", [b"", b"short", np.full(8, np.nan, "<f4").tobytes(), np.full(9, 0.3, "<f4").tobytes()]
)
def test_an_embedding_that_is_none_is_left_out(bytes_: bytes, catalog: Catalog, cache: Path) -> None:
    with sqlite3.connect(catalog.path) as connection:
        connection.execute("UPDATE embeddings SET vector = ? WHERE photo_id = 3", (bytes_,))
    index = open_index(catalog, ENCODER, cache, BANK)
    assert sorted(index.nearest(unit(1, 2)[0], 20)[0].tolist()) == [1, 2, 4, 5, 6, 7, 8, 9, 10]


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def _scribbled(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("ending", ["rows", "codes", "ids", "json"])
@pytest.mark.parametrize("damage", [_cut, _emptied, _longer, _scribbled, _one_bit, Path.unlink])
def test_a_damaged_file_is_noticed_and_the_index_made_again(
    damage: Callable[[Path], None], ending: str, catalog: Catalog, cache: Path
) -> None:
    open_index(catalog, ENCODER, cache, BANK)
    [path] = cache.rglob(f"*.{ending}")
    damage(path)
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)
    mended = files(cache)
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)
    assert files(cache) == mended


def test_rows_that_are_damaged_while_the_index_is_open_are_noticed_when_they_rank(tmp_path: Path, cache: Path) -> None:
    catalog, vectors = Catalog(tmp_path / "catalog.sqlite"), clustered(5000, 1, 16)
    catalog.put([entry(number, vector) for number, vector in enumerate(vectors)], ENCODER)
    index = open_index(catalog, ENCODER, cache, Bank(unit(20, 99, 16)))
    [path] = cache.rglob("*.rows")
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
    found = index.nearest(vectors[0], 10)
    assert same_ranking(found, *catalog.embeddings(ENCODER), vectors[0], 10)
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, Bank(unit(20, 99, 16))), catalog)


@pytest.mark.parametrize(
    "note", ["", "[]", "{}", "null", "no JSON", '{"format": 4, "crc32": 0, "state": "{}"}', "\udcff"]
)
def test_a_note_that_says_something_else_is_not_believed(note: str, catalog: Catalog, cache: Path) -> None:
    open_index(catalog, ENCODER, cache, BANK)
    [path] = cache.rglob("*.json")
    path.write_bytes(note.encode("utf-8", "surrogateescape"))
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == 4


def test_where_nothing_can_be_written_it_works_without_a_cache(catalog: Catalog, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    index = open_index(catalog, ENCODER, in_the_way, BANK)
    assert holds_the_catalog(index, catalog)
    catalog.put([entry(99, unit(1, 6)[0])], ENCODER)
    assert holds_the_catalog(index, catalog)


def test_what_is_left_of_an_interrupted_writing_is_cleared_away(catalog: Catalog, cache: Path) -> None:
    (cache / ENCODER).mkdir(parents=True)
    left = [cache / ENCODER / name for name in ("0123.rows", "0123.codes", "0123.ids")]
    for path in left:
        path.write_bytes(b"half of it")
    assert holds_the_catalog(open_index(catalog, ENCODER, cache, BANK), catalog)
    assert not any(path.exists() for path in left)
