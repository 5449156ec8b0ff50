"""Words to photos: exact filters first, then ranking inside them, then an honest cut-off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog, Photo
from voicephoto.search.grouping import Hit, spread, stacked
from voicephoto.search.index import VectorIndex
from voicephoto.search.query import PhotoQuery
from voicephoto.search.ranking import MATCH, Ranker, Ranking
from voicephoto.vision import Calibration, Encoder

Status = Literal["confident", "maybe", "none"]

_CLOSEST = 6
"""How many are shown when none is sure."""


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for a query.

    `total` photos match, of which `hits` are the ones asked for: a limit cuts them, and each stands for those alike;
    with status `maybe` none surely matches and `hits` come closest. `considered` photos were inside the filters at all.
    """

    query: PhotoQuery
    status: Status
    hits: tuple[Hit, ...]
    total: int
    considered: int

    @property
    def photos(self) -> tuple[Photo, ...]:
        return tuple(hit.photo for hit in self.hits)


class Searcher:
    """Searches one catalog with one encoder's index."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder, calibration: Calibration) -> None:
        self._catalog = catalog
        self._index = index
        self._ranker = Ranker(catalog, index, encoder, calibration)

    def search(self, query: PhotoQuery) -> Results:
        """Find the photos of `query`, most relevant first or in the order that it names."""
        inside = self._catalog.select(query.filter())
        considered = len(inside)
        for phrase in query.without:
            inside = np.setdiff1d(inside, self._showing(phrase, inside))
        if not query.text:
            hits = [Hit(photo, 1.0, 1.0) for photo in self._catalog.photos(inside.tolist())]
            by_date = _by_date(hits, newest=query.order != "oldest")
            order = "newest" if query.order == "relevance" else query.order
            return Results(
                replace(query, order=order),
                "confident" if hits else "none",
                tuple(by_date[: query.limit]),
                len(hits),
                considered,
            )
        ranking = self._ranker.rank(query.text, inside)
        status, keep = _kept(ranking)
        photos = {photo.id: photo for photo in self._catalog.photos(ranking.ids[keep].tolist())}
        # What was removed meanwhile has no photo any more.
        keep &= np.isin(ranking.ids, list(photos))
        ids, vectors = ranking.ids[keep], self._index.vectors(ranking.ids[keep])
        rows = zip(ids.tolist(), vectors @ self._ranker.vector(query.text), ranking.probabilities[keep], strict=True)
        hits = [Hit(photos[id_], float(score), float(probability)) for id_, score, probability in rows]
        total = len(hits)
        if status == "confident":
            hits = stacked(hits, vectors)
        if query.order != "relevance":
            hits = _by_date(hits, newest=query.order == "newest")
        elif status == "confident" and query.from_ is None and query.until is None:
            hits = spread(hits)
        return Results(query, status if hits else "none", tuple(hits[: query.limit]), total, considered)

    def similar(self, photo: Photo, count: int = 12) -> Results:
        """The photos that look most like `photo`, without it; those of the same moment are among the first."""
        ids, scores = self._index.nearest(self._index.vectors(np.array([photo.id]))[0], count + 1)
        others = ids != photo.id
        query = PhotoQuery(ids=tuple(ids[others].tolist()))
        photos = {other.id: other for other in self._catalog.photos(ids[others].tolist())}
        rows = zip(ids[others].tolist(), scores[others].tolist(), strict=True)
        hits = [Hit(photos[id_], score, 1.0) for id_, score in rows if id_ in photos][:count]
        return Results(query, "confident" if hits else "none", tuple(hits), len(hits), len(self._index))

    def _showing(self, phrase: str, inside: NDArray[np.int64]) -> NDArray[np.int64]:
        """Ids of the photos that show something, nobody asking whether they show it well."""
        ranking = self._ranker.rank(phrase, inside)
        return ranking.ids[ranking.probabilities >= MATCH]


def _kept(ranking: Ranking) -> tuple[Status, NDArray[np.bool_]]:
    """How sure the ranking is, and which of its photos are shown."""
    rows = np.arange(len(ranking.ids))
    if not len(rows) or ranking.hopeless:
        return "none", rows < 0
    if ranking.sure and ranking.probabilities[0] >= MATCH:
        return "confident", ranking.probabilities >= MATCH
    return "maybe", rows < _CLOSEST


def _by_date(hits: Sequence[Hit], *, newest: bool) -> list[Hit]:
    """In the order of their capture; those of which nobody knows it come last."""
    dated = [hit for hit in hits if hit.photo.captured]
    dated.sort(key=lambda hit: hit.photo.captured or datetime.min)
    return (dated[::-1] if newest else dated) + [hit for hit in hits if hit.photo.captured is None]
