"""Exact search over every photo: codes propose, rows decide, and a bound says that nobody was overlooked."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicephoto.search.index.segment import MOST, Candidates, DamagedIndex, Ids, Places, Segment, Vectors
from voicephoto.vision import STANDING, Bank, Standing

_BACKGROUND = 2000
"""Photos that stand for the whole library when a score is compared with the usual ones."""
_FEW = 2048
"""So many photos are compared with the sentence row by row."""
_LARGE, _MANY = 200_000, 1000
"""Where there are more photos than the first, and at most the second are wanted of all of them, sketches come first;
for more of them too many rows would have to be read."""
_PARALLEL = 32_768
"""From so many photos on it is worth to divide the work among the processor's cores."""
_AT_ONCE = 8192


class VectorIndex(Protocol):
    """Photos as unit vectors; every score is a cosine."""

    def __len__(self) -> int: ...

    def nearest(self, vector: Vectors, count: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        """The `count` photos nearest to `vector` [d]: ids and scores, best first, out of `among` if given."""
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors [n, d] of photos in the index; of one that is no longer there, zeros."""
        ...

    def standing(self, ids: Ids) -> Standing:
        """The photos' scores [n] against the bank of common things; of one that is no longer there, zeros."""
        ...

    def background(self) -> Vectors:
        """Vectors [m, d] of a fixed random sample of the library, m at most 2000."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, and which of its rows [n] still count; None where all do."""

    segment: Segment
    alive: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.segment) if self.alive is None else int(self.alive.sum())

    def ids(self) -> Ids:
        return self.segment.ids if self.alive is None else self.segment.ids[self.alive]

    def rows(self, ids: Ids) -> tuple[Places, Places]:
        """Which of the ids are here, and where, in the order in which they lie."""
        places, here = self.segment.places(ids)
        if self.alive is not None:
            here &= self.alive[places]
        rows = np.flatnonzero(here)
        rows = rows[np.argsort(places[rows], kind="stable")]
        return rows, places[rows]

    def without(self, ids: Ids) -> "Part":
        places, here = self.segment.places(ids)
        if not here.any():
            return self
        alive = np.ones(len(self.segment), bool) if self.alive is None else self.alive.copy()
        alive[places[here]] = False
        return Part(self.segment, alive)

    def chosen(self, among: Ids) -> NDArray[np.bool_]:
        """Which rows [n] are alive and among these, which ascend."""
        ids = self.segment.ids
        among = among[np.searchsorted(among, ids[0]) : np.searchsorted(among, ids[-1], side="right")]
        if 4 * len(among) > len(ids):
            chosen: NDArray[np.bool_] = np.isin(ids, among, assume_unique=True)
        else:
            places, here = self.segment.places(among)
            chosen = np.zeros(len(ids), bool)
            chosen[places[here]] = True
        return chosen if self.alive is None else chosen & self.alive


class FlatIndex:
    """Every photo is looked at, and the ranking is that of the float32 rows.

    A photo is first scored by its code, a quarter of its size. Only those whose score, with the code's largest error,
    reaches the last place are scored by their rows; that the rest cannot reach it is checked each time, and where it is
    not so more are taken. Among more than 200,000 photos without a filter a sketch of a sixteenth of the size goes
    first, whose error is no certain bound; docs/search.md has its measured recall.
    """

    def __init__(self, ids: Ids, embeddings: Vectors, bank: Bank) -> None:
        """An index in memory of photos `ids` [n], each once, and `embeddings` [n, d] of unit length.

        A photo whose vector has a component that is no finite number is left out.
        """
        finite = np.isfinite(embeddings).all(axis=1)
        ids, embeddings = ids[finite], embeddings[finite]
        starts = range(0, len(ids), MOST)
        parts = [
            Part(Segment.of(ids[start : start + MOST], embeddings[start : start + MOST], bank)) for start in starts
        ]
        self._hold(parts, embeddings.shape[1])

    @classmethod
    def of(cls, parts: Sequence[Part], dimension: int) -> "FlatIndex":
        self = cls.__new__(cls)
        self._hold(parts, dimension)
        return self

    def _hold(self, parts: Sequence[Part], dimension: int) -> None:
        self.parts = tuple(part for part in parts if len(part))
        self.dimension = dimension
        self._size = sum(map(len, self.parts))
        self._workers = ThreadPoolExecutor(min(4, os.cpu_count() or 1)) if self._size > _PARALLEL else None

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _ids(self) -> Ids:
        return np.sort(np.concatenate([part.ids() for part in self.parts]))

    def nearest(self, vector: Vectors, count: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        """As VectorIndex has it. Raises DamagedIndex where a row is not what its code says."""
        if not self._size or count <= 0 or not np.isfinite(vector).all():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        vector = np.ascontiguousarray(vector, np.float32)
        chosen, within = self._chosen(among)
        count = min(count, within)
        if not count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if within <= max(_FEW, count):
            places = [np.arange(len(part.segment)) if rows is None else np.flatnonzero(rows)
                      for part, rows in zip(self.parts, chosen, strict=True)]  # fmt: skip
            return _best(*self._by_rows(places, vector), count)
        share = count // len(self.parts)
        found = None
        if within == self._size > _LARGE and count <= _MANY:
            found = self._proposed(vector, count, 6 * share + 500, chosen, sketched=True)
        wanted = 2 * share + 500
        while found is None:
            found = self._proposed(vector, count, wanted, chosen, sketched=False)
            wanted *= 4
        return found

    def _chosen(self, among: Ids | None) -> tuple[list[NDArray[np.bool_] | None], int]:
        """For each part the rows to look at, None where it is all of them; and how many they are together."""
        if among is not None:
            if len(among) > 1 and not (among[1:] > among[:-1]).all():
                among = np.unique(among)
            if len(among) != self._size or not np.array_equal(among, self._ids):
                chosen = [part.chosen(among) for part in self.parts]
                return list(chosen), sum(int(rows.sum()) for rows in chosen)
        return [part.alive for part in self.parts], self._size

    def _proposed(
        self, vector: Vectors, count: int, wanted: int, chosen: Sequence[NDArray[np.bool_] | None], sketched: bool
    ) -> tuple[Ids, Vectors] | None:
        """The nearest, out of the `wanted` best of each part by codes or sketches; None where others may be nearer."""

        def look(part: Part, rows: NDArray[np.bool_] | None) -> Candidates:
            codes = part.segment.sketch if sketched else None
            return (codes or part.segment.codes).nearest(vector, wanted, rows)

        parts = list((self._workers.map if self._workers else map)(look, self.parts, chosen))
        scores = np.concatenate([part.scores for part in parts])
        if len(scores) < count:
            return None
        limit = np.partition(scores, -count)[-count]
        first = [np.sort(part.places[: int((part.scores >= limit).sum())]) for part in parts]
        ids, cosines = self._by_rows(first, vector)
        worst = np.partition(cosines, -count)[-count]
        if any(not part.whole and part.scores[-1] + part.error >= worst for part in parts):
            return None
        near = [(part.scores < limit) & (part.scores + part.error >= worst) for part in parts]
        more = self._by_rows([np.sort(part.places[rows]) for part, rows in zip(parts, near, strict=True)], vector)
        self._compare(parts, first, cosines)
        return _best(np.concatenate([ids, more[0]]), np.concatenate([cosines, more[1]]), count)

    def _compare(self, parts: Sequence[Candidates], places: Sequence[Places], cosines: Vectors) -> None:
        """Raise DamagedIndex where a cosine is further from its score than a code can be."""
        start = 0
        for part, rows in zip(parts, places, strict=True):
            best = part.scores[np.argsort(part.places[: len(rows)])]
            away = np.abs(best - cosines[start : start + len(rows)])
            if part.certain and not (away <= part.error).all():
                raise DamagedIndex("rows and codes differ")
            start += len(rows)

    def _by_rows(self, places: Sequence[Places], vector: Vectors) -> tuple[Ids, Vectors]:
        """Ids [m] and cosines [m] of rows of each part."""
        ids, cosines = [], []
        for part, rows in zip(self.parts, places, strict=True):
            ids.append(part.segment.ids[rows])
            for start in range(0, len(rows), _AT_ONCE):
                cosines.append(part.segment.rows[rows[start : start + _AT_ONCE]] @ vector)
        return np.concatenate(ids), np.concatenate([*cosines, np.empty(0, np.float32)])

    def vectors(self, ids: Ids) -> Vectors:
        found = np.zeros((len(ids), self.dimension), np.float32)
        for part in self.parts:
            rows, places = part.rows(ids)
            found[rows] = part.segment.rows[places]
        return found

    def standing(self, ids: Ids) -> Standing:
        found = np.zeros(len(ids), STANDING)
        for part in self.parts:
            rows, places = part.rows(ids)
            found[rows] = part.segment.standing[places]
        return found

    def background(self) -> Vectors:
        return self._background

    @cached_property
    def _background(self) -> Vectors:
        """The photos whose numbers are the smallest when scattered: few change when photos come and go."""
        if not self._size:
            return np.empty((0, self.dimension), np.float32)
        scattered = self._ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        scattered = (scattered ^ (scattered >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        scattered ^= scattered >> np.uint64(32)
        if self._size <= _BACKGROUND:
            return self.vectors(self._ids)
        return self.vectors(np.sort(self._ids[np.argpartition(scattered, _BACKGROUND)[:_BACKGROUND]]))


def _best(ids: Ids, cosines: Vectors, count: int) -> tuple[Ids, Vectors]:
    """The `count` best, best first; of equals the one that was catalogued first."""
    order = np.lexsort((ids, -cosines))[:count]
    return ids[order], cosines[order]
