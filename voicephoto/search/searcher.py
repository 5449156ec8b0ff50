"""Words to photos: exact filters first, then ranking inside them, then an honest cut-off."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog, Photo
from voicephoto.search.index import VectorIndex
from voicephoto.search.query import PhotoQuery
from voicephoto.vision import Calibration, Encoder

Status = Literal["confident", "maybe", "none"]

_RANKED = 1000
"""How many of the nearest photos are looked at closely; beyond them nothing that matches was ever seen."""
MATCH = 0.5
"""A photo matches from this probability on."""
PERHAPS = 0.2
"""Below this even the best photo is not worth showing."""
_CLOSEST = 6
"""How many are shown when none is sure."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo with its cosine `score` and the `probability` that it matches; both 1 where only filters were asked."""

    photo: Photo
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for a query.

    `total` photos match, of which `hits` are the ones asked for (a limit cuts them); with status `maybe` none
    surely matches and `hits` come closest. `considered` photos were inside the filters at all.
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
        self._encoder = encoder
        self._calibration = calibration

    def search(self, query: PhotoQuery) -> Results:
        """Find the photos of `query`, most relevant first or in the order that it names."""
        inside = self._catalog.select(query.filter())
        considered = len(inside)
        for phrase in query.without:
            inside = np.setdiff1d(inside, self._matching(phrase, inside))
        if not query.text:
            hits = [Hit(photo, 1.0, 1.0) for photo in self._catalog.photos(inside.tolist())]
            status: Status = "confident" if hits else "none"
            order = "newest" if query.order == "relevance" else query.order
            return _results(replace(query, order=order), status, hits, considered)
        ids, scores, probabilities = self._rank(query.text, inside)
        best = float(probabilities.max(initial=0.0))
        if best >= MATCH:
            status, keep = "confident", probabilities >= MATCH
        elif best >= PERHAPS:
            status, keep = "maybe", np.arange(len(ids)) < _CLOSEST
        else:
            status, keep = "none", np.zeros(len(ids), bool)
        photos = self._catalog.photos(ids[keep].tolist())
        hits = [
            Hit(photo, float(score), float(probability))
            for photo, score, probability in zip(photos, scores[keep], probabilities[keep], strict=True)
        ]
        return _results(query, status, hits, considered)

    def similar(self, photo: Photo, count: int = 12) -> Results:
        """The photos that look most like `photo`, without it."""
        ids, scores = self._index.nearest(self._index.vectors(np.array([photo.id]))[0], count + 1)
        others = ids != photo.id
        query = PhotoQuery(ids=tuple(ids[others].tolist()))
        photos = self._catalog.photos(ids[others].tolist())
        hits = [Hit(other, float(score), 1.0) for other, score in zip(photos, scores[others], strict=True)]
        return Results(query, "confident" if hits else "none", tuple(hits), len(hits), len(self._index))

    def _rank(
        self, text: str, inside: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
        """Ids, cosines and probabilities of the photos `inside` that may show `text`, most probable first."""
        sentence = self._encoder.encode_texts([text])[0]
        ids, scores = self._index.nearest(sentence, _RANKED, among=inside)
        probabilities = self._calibration.probabilities(sentence, self._index.vectors(ids), self._index.background())
        named = np.isin(ids, self._catalog.worded(text))
        probabilities[named] = np.maximum(probabilities[named], 0.95)
        order = np.argsort(-probabilities, kind="stable")
        return ids[order], scores[order], probabilities[order]

    def _matching(self, text: str, inside: NDArray[np.int64]) -> NDArray[np.int64]:
        ids, _, probabilities = self._rank(text, inside)
        return ids[probabilities >= MATCH]


def _results(query: PhotoQuery, status: Status, hits: list[Hit], considered: int) -> Results:
    total = len(hits)
    if query.order != "relevance":
        # A file's own time may be that of a copy; it does not make a photo the newest.
        taken = [None if hit.photo.taken_from == "file" else hit.photo.taken for hit in hits]
        by_date = sorted((moment, place) for place, moment in enumerate(taken) if moment is not None)
        dated = [hits[place] for _, place in (by_date if query.order == "oldest" else reversed(by_date))]
        hits = dated + [hit for hit, moment in zip(hits, taken, strict=True) if moment is None]
    return Results(query, status, tuple(hits[: query.limit]), total, considered)
