"""Nearest photos by exact inner product: FAISS scans one byte a number, and the float vectors settle the order."""

import mmap
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog
from voicephoto.search.cache import Cache, Scale, sound

_BACKGROUND = 2000
"""Photos that stand for the whole library when a score is compared with the usual ones."""
_SCANNED = 20_000
"""The best of a scan that are kept, for the same sentence is soon asked for more of its photos."""
_SMALL = 2000
"""So few photos are compared by their float vectors at once."""
_BLOCK = 8192
_ROUNDING = 1e-5


class VectorIndex(Protocol):
    """Photos as unit vectors; every score is a cosine."""

    def __len__(self) -> int: ...

    def nearest(
        self, vector: NDArray[np.float32], count: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `count` photos nearest to `vector` [d]: ids and scores, best first, out of `among` if given."""
        ...

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors [n, d] of photos in the index."""
        ...

    def background(self) -> NDArray[np.float32]:
        """Vectors [m, d] of a fixed random sample of the library, m at most 2000."""
        ...


@dataclass(frozen=True, slots=True)
class _Scan:
    """The best rows for `vector` inside `among` by their codes, best first, with their approximate scores."""

    vector: bytes
    among: NDArray[np.int64] | None
    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class FlatIndex:
    """Exact search over every photo: a scan of 8-bit codes, then the float vectors of whatever could be among the best.

    `ids` [n] int64, -1 in rows that are free; `vectors` [n, d] float32 of unit length; `codes` [n, d] uint8, the
    vectors in steps of `scale`. No code is farther from its vector than `scale.error`, so by Cauchy and Schwarz no
    score is farther from its approximation than that times the length of what was asked: a photo that the scan puts
    further than this below the last of those wanted cannot be one of them, and the others are compared exactly.
    The arrays may be mapped files; pages of the float vectors are given back after each use.
    """

    def __init__(
        self,
        ids: NDArray[np.int64],
        vectors: NDArray[np.float32],
        codes: NDArray[np.uint8] | None = None,
        scale: Scale | None = None,
    ) -> None:
        if codes is None or scale is None:
            fit = sound(vectors)
            ids, vectors = ids[fit], np.ascontiguousarray(vectors[fit])
            scale = Scale.of([vectors], vectors.shape[1])
            codes, error = scale.coded(vectors)
            scale = scale.with_error(error)
        self._ids, self._vectors, self._codes, self._scale = ids, vectors, codes, scale
        self._live = np.flatnonzero(ids >= 0)
        self._row_of = np.full(int(ids.max(initial=-1)) + 1, -1, np.int32)
        self._row_of[ids[self._live]] = self._live
        self._mapping: mmap.mmap | None = getattr(vectors, "_mmap", None)
        self._parts: list[tuple[int, int, Any]] | None = None
        self._threads = ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1)), "scan")
        self._guard = threading.Lock()
        self._scan: _Scan | None = None
        self._sample: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self._live)

    def nearest(
        self, vector: NDArray[np.float32], count: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        rows = self._live if among is None else self._rows(np.unique(among) if len(among) < _SMALL else among)
        count = min(count, len(rows))
        if count <= 0 or not np.isfinite(vector).all():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        vector = np.ascontiguousarray(vector, np.float32)
        found = rows if len(rows) <= _SMALL else None
        if found is None and 2 * count < min(len(rows), _SCANNED):
            found = self._certain(vector, count, rows, among)
        scores = self._scores(rows if found is None else found, vector)
        found = rows if found is None else found
        best = np.arange(len(scores))
        if count < len(scores):
            best = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
        best = best[np.lexsort((self._ids[found[best]], -scores[best]))][:count]
        return self._ids[found[best]], scores[best]

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        rows = self._rows(ids)
        if len(rows) != len(ids):
            raise KeyError("a photo that is not in the index")
        return self._gathered(rows)

    def background(self) -> NDArray[np.float32]:
        # The photos with the smallest hashes are a random sample that hardly changes when photos come and go.
        if self._sample is None:
            ids = self._ids[self._live]
            mixed = _mixed(ids)
            size = min(_BACKGROUND, len(ids))
            chosen = np.argpartition(mixed, size - 1)[:size] if 0 < size < len(ids) else np.arange(size)
            self._sample = self._gathered(self._live[np.sort(chosen)])
        return self._sample

    def _rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of those of `ids` that are in the index, in their order."""
        known = ids[(ids >= 0) & (ids < len(self._row_of))]
        rows = self._row_of[known].astype(np.int64)
        return rows[rows >= 0]

    def _certain(
        self, vector: NDArray[np.float32], count: int, rows: NDArray[np.int64], among: NDArray[np.int64] | None
    ) -> NDArray[np.int64] | None:
        """Rows that surely hold the nearest `count`; None where the scan leaves too many that might."""
        scan = self._scan
        if scan is None or scan.vector != vector.tobytes() or scan.among is not among:
            scan = self._scan = self._scanned(vector, rows, among)
        # Certain is all above the worst that the last one wanted can be, less the most that an approximation can err.
        slack = self._scale.error * float(np.linalg.norm(vector)) + _ROUNDING
        best = self._scores(scan.rows[:count], vector).min()
        reach = int(np.searchsorted(-scan.scores, slack - best, side="right"))
        if reach >= len(scan.rows) and len(scan.rows) < len(rows):
            return None
        return scan.rows[:reach]

    def _scanned(self, vector: NDArray[np.float32], rows: NDArray[np.int64], among: NDArray[np.int64] | None) -> _Scan:
        import faiss

        asked = (vector * self._scale.step)[np.newaxis]
        every = len(rows) == len(self._ids)
        inside = np.zeros(len(self._ids), np.bool_)
        if not every:
            inside[rows] = True

        def scan(part: tuple[int, int, Any]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            start, stop, codes = part
            parameters = None
            if not every:
                bits = np.packbits(inside[start:stop], bitorder="little")
                parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
            scores, found = codes.search(asked, min(_SCANNED, stop - start), params=parameters)
            there = found[0] >= 0
            return found[0][there] + start, scores[0][there]

        pieces = list(self._threads.map(scan, self._shares()))
        found = np.concatenate([piece[0] for piece in pieces])
        scores = np.concatenate([piece[1] for piece in pieces]) + np.float32(vector @ self._scale.centre)
        order = np.argsort(-scores)[:_SCANNED]
        return _Scan(vector.tobytes(), among, found[order], scores[order])

    def _shares(self) -> list[tuple[int, int, Any]]:
        """The codes as FAISS sees them, without a copy, a share for each thread; mapped when first searched."""
        import faiss

        with self._guard:
            if self._parts is None:
                shares = self._threads._max_workers
                ends = [len(self._codes) * share // shares for share in range(shares + 1)]
                self._parts = []
                for start, stop in pairwise(ends):
                    part = self._codes[start:stop]
                    index = faiss.IndexScalarQuantizer(
                        part.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
                    )
                    index.codes = faiss.MaybeOwnedVectorUInt8.create_view(part.ctypes.data, part.size, None)  # type: ignore[attr-defined]
                    index.ntotal = stop - start
                    self._parts.append((start, stop, index))
            return self._parts

    def _scores(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _BLOCK):
            scores[start : start + _BLOCK] = self._gathered(rows[start : start + _BLOCK]) @ vector
        return scores

    def _gathered(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.asarray(self._vectors)[rows]
        if self._mapping is not None:
            self._mapping.madvise(mmap.MADV_DONTNEED)
        return found


def _mixed(ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A hash of each id that looks random: multiply, shift, multiply (Fibonacci's constant and its like)."""
    mixed = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    return mixed * np.uint64(0xBF58476D1CE4E5B9)


def open_index(catalog: Catalog, encoder_name: str, cache: Path) -> FlatIndex:
    """The index of `encoder_name`'s embeddings, brought to the catalog's revision.

    A cache that fits is mapped, and only photos that changed since are added to it and removed from it. One of another
    encoder, dimension, catalog or format, or with damage, is built anew from the catalog. A cache that cannot be
    written is done without.
    """
    try:
        return FlatIndex(*Cache(cache, encoder_name).brought_up(catalog))
    except OSError:
        return FlatIndex(*catalog.embeddings(encoder_name))
