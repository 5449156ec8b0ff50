"""Words to photos: exact filters first, then ranking inside them, then an honest cut-off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog, Columns, Photo
from voicephoto.search.grouping import Hit, spread, stacked
from voicephoto.search.index import VectorIndex
from voicephoto.search.query import PhotoQuery
from voicephoto.search.ranking import MATCH, Ranker, Ranking
from voicephoto.vision import Calibration, Encoder

Status = Literal["confident", "maybe", "none"]

_CLOSEST = 6
"""How many are shown when none is sure."""
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for a query.

    `total` photos match, which are `pictures` when those that are alike count once; with `more` others may match that
    were not looked at. `hits` are the pictures that were asked for: a limit cuts them, and each stands for those alike.
    With status `maybe` none surely matches and `hits` come closest. `considered` photos were inside the filters at all.
    """

    query: PhotoQuery
    status: Status
    hits: tuple[Hit, ...]
    total: int
    pictures: int
    more: bool
    considered: int

    @property
    def cut(self) -> bool:
        """Whether there are more pictures than the hits, though nobody set a limit."""
        return self.query.limit is None and (self.more or len(self.hits) < self.pictures)

    @property
    def photos(self) -> tuple[Photo, ...]:
        return tuple(hit.photo for hit in self.hits)


class Searcher:
    """Searches one catalog with one encoder's index."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder, calibration: Calibration) -> None:
        self._catalog = catalog
        self._index = index
        self._ranker = Ranker(catalog, index, encoder, calibration)

    def search(self, query: PhotoQuery, *, every: bool = False) -> Results:
        """Find the photos of `query`, most relevant first or in the order that it names.

        These are at most 300 hits, and where relevance decides out of the 500 photos that look most like it; or `every`
        match, which takes its time in a large library.
        """
        inside = self._catalog.select(query.filter())
        considered = len(inside)
        if not considered:
            return Results(query, "none", (), 0, 0, False, 0)
        for phrase in query.without:
            inside = np.setdiff1d(inside, self._showing(phrase, inside))
        if query.text:
            ranking = self._ranker.rank(query.text, inside, every=every or query.order != "relevance")
            status, keep = _kept(ranking)
            ids, probabilities = ranking.ids[keep], ranking.probabilities[keep]
            more = ranking.more and status == "confident"
        else:
            query = replace(query, order="newest" if query.order == "relevance" else query.order)
            status, ids, probabilities, more = "confident", inside, np.ones(len(inside), np.float32), False
        photos = self._catalog.columns(ids)
        # What was removed meanwhile has no row any more.
        probabilities = probabilities[np.isin(ids, photos.ids)]
        rows = np.arange(len(photos.ids))
        alike: dict[int, list[int]] = {}
        if query.text and status == "confident":
            rows, alike = stacked(photos, probabilities, self._index.vectors)
            for row, others in alike.items():
                probabilities[row] = max(probabilities[row], *probabilities[others])
        pictures = len(rows)
        if query.order != "relevance":
            rows = rows[_by_date(photos.at(rows), newest=query.order == "newest")]
        elif status == "confident" and query.from_ is None and query.until is None:
            rows = rows[spread(photos.at(rows), probabilities[rows])]
        rows = rows[: query.limit if every else min(query.limit or _SHOWN, _SHOWN)]
        hits = self._hits(query.text, photos.ids, probabilities, rows, alike)
        return Results(query, status if hits else "none", hits, len(photos.ids), pictures, more, considered)

    def _hits(
        self,
        text: str,
        ids: NDArray[np.int64],
        probabilities: NDArray[np.float32],
        rows: NDArray[np.int64],
        alike: Mapping[int, Sequence[int]],
    ) -> tuple[Hit, ...]:
        """Rows of `ids` and `probabilities` as hits, each with the rows that are alike."""
        others = {row: ids[alike[row]].tolist() for row in rows.tolist() if row in alike}
        wanted = chain(ids[rows].tolist(), *others.values())
        photos = {photo.id: photo for photo in self._catalog.photos(wanted)}
        scores = self._index.vectors(ids[rows]) @ self._ranker.vector(text) if text else np.ones(len(rows), np.float32)
        return tuple(
            Hit(
                photos[id_],
                float(score),
                float(probabilities[row]),
                tuple(photos[other] for other in others.get(row, ()) if other in photos),
            )
            for row, id_, score in zip(rows.tolist(), ids[rows].tolist(), scores, strict=True)
            if id_ in photos
        )

    def similar(self, photo: Photo, count: int = 12) -> Results:
        """The photos that look most like `photo`, without it; those of the same moment are among the first."""
        ids, scores = self._index.nearest(self._index.vectors(np.array([photo.id]))[0], count + 1)
        others = ids != photo.id
        query = PhotoQuery(ids=tuple(ids[others].tolist()))
        photos = {other.id: other for other in self._catalog.photos(ids[others].tolist())}
        rows = zip(ids[others].tolist(), scores[others].tolist(), strict=True)
        hits = [Hit(photos[id_], score, 1.0) for id_, score in rows if id_ in photos][:count]
        status: Status = "confident" if hits else "none"
        return Results(query, status, tuple(hits), len(hits), len(hits), False, len(self._index))

    def _showing(self, phrase: str, inside: NDArray[np.int64]) -> NDArray[np.int64]:
        """Ids of the photos that show something, nobody asking whether they show it well."""
        ranking = self._ranker.rank(phrase, inside, every=True)
        return ranking.ids[ranking.probabilities >= MATCH]


def _kept(ranking: Ranking) -> tuple[Status, NDArray[np.bool_]]:
    """How sure the ranking is, and which of its photos are kept."""
    rows = np.arange(len(ranking.ids))
    if not len(rows) or ranking.hopeless:
        return "none", rows < 0
    if ranking.sure and ranking.probabilities[0] >= MATCH:
        return "confident", ranking.probabilities >= MATCH
    return "maybe", rows < _CLOSEST


def _by_date(photos: Columns, *, newest: bool) -> NDArray[np.int64]:
    """Rows in the order of their capture; those of which nobody knows it come last."""
    return np.lexsort((-photos.taken if newest else photos.taken, ~photos.dated))
