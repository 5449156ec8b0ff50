"""How probable it is that a photo matches a sentence: its looks, and the words that stand beside it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog, telling_words
from voicephoto.search.index import VectorIndex
from voicephoto.search.subjects import alternatives, subjects
from voicephoto.vision import Calibration, Encoder

MATCH = 0.5
"""A photo matches from this probability on."""
_WORDED = 0.95
"""How probable it is that a photo shows what its album, keywords, caption, file name or place say."""
_NEAREST = 500
_LONGEST = 8000
"""So many photos are judged by their looks at least, and at most; more as long as even the last of them match."""
_READINGS = 6
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Ranking:
    """Photos by falling probability: `ids`, cosine `scores` and `probabilities` [n].

    `sure` and `hopeless` say whether any of them surely matches, or surely none.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    sure: bool
    hopeless: bool


class Ranker:
    """Ranks one catalog's photos with one encoder's index."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder, calibration: Calibration) -> None:
        self._catalog = catalog
        self._index = index
        self._calibration = calibration
        self._encoded = lru_cache(_REMEMBERED)(lambda text: encoder.encode_texts([text])[0])

    def rank(self, text: str, inside: NDArray[np.int64]) -> Ranking:
        """The photos `inside` that may show `text`, which is not empty.

        A word that stands beside a photo need not be seen in it: with "anna" among its keywords, "anna on the beach"
        asks of its looks for a beach alone. Words and looks are independent witnesses: where both speak for a photo it
        is wrong only if both are.
        """
        looks = self._looks(text, inside)
        probabilities = dict(zip(looks.ids.tolist(), looks.probabilities.tolist(), strict=True))
        sure, hopeless = looks.sure, looks.hopeless
        for rest, ids in self._beside(text, inside):
            if not rest:
                for id_ in ids.tolist():
                    probabilities[id_] = 1 - (1 - probabilities.get(id_, 0.0)) * (1 - _WORDED)
                sure, hopeless = True, False
                continue
            seen = self._looks(rest, ids)
            for id_, probability in zip(seen.ids.tolist(), seen.probabilities.tolist(), strict=True):
                probabilities[id_] = max(probabilities.get(id_, 0.0), _WORDED * probability)
            sure, hopeless = sure or seen.sure, hopeless and seen.hopeless
        found = np.fromiter(probabilities, np.int64, len(probabilities))
        probable = np.fromiter(probabilities.values(), np.float32, len(probabilities))
        order = np.argsort(-probable, kind="stable")
        ids = found[order]
        scores = self._index.vectors(ids) @ self._encoded(text)
        return Ranking(ids, scores, probable[order], sure, hopeless)

    def _looks(self, text: str, inside: NDArray[np.int64]) -> Ranking:
        """By looks alone: one of the alternatives, and of it every subject."""
        rankings = [self._together(one, inside) for one in alternatives(text)]
        if len(rankings) == 1:
            return rankings[0]
        best: dict[int, tuple[float, float]] = {}
        for ranking in rankings:
            rows = zip(ranking.ids.tolist(), ranking.probabilities.tolist(), ranking.scores.tolist(), strict=True)
            for id_, probability, score in rows:
                best[id_] = max(best.get(id_, (0.0, -1.0)), (probability, score))
        order = sorted(best, key=lambda id_: best[id_], reverse=True)
        values = np.array([best[id_] for id_ in order], np.float32).reshape(-1, 2)
        sure, hopeless = any(r.sure for r in rankings), all(r.hopeless for r in rankings)
        return Ranking(np.array(order, np.int64), values[:, 1], values[:, 0], sure, hopeless)

    def _together(self, text: str, inside: NDArray[np.int64]) -> Ranking:
        """The whole phrase ranks; each of its subjects must be there on its own too."""
        whole, *parts = map(self._encoded, [text, *subjects(text)])
        background = self._index.background()
        ids, scores, probabilities, sure, hopeless = self._judged(whole, inside, background)
        vectors = self._index.vectors(ids)
        for part in parts:
            _, _, _, part_sure, part_hopeless = self._judged(part, inside, background)
            probabilities = np.minimum(probabilities, self._calibration.probabilities(part, vectors, background))
            sure, hopeless = sure and part_sure, hopeless or part_hopeless
        if parts and probabilities.max(initial=0.0) < MATCH:
            # Each subject may be there, and yet no photo have them together.
            sure = False
        order = np.argsort(-probabilities, kind="stable")
        return Ranking(ids[order], scores[order], probabilities[order], sure, hopeless)

    def _judged(
        self, vector: NDArray[np.float32], inside: NDArray[np.int64], background: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], bool, bool]:
        count = _NEAREST
        while True:
            ids, scores = self._index.nearest(vector, count, among=inside)
            if len(ids) < count or count >= _LONGEST:
                break
            # Whether to go on hangs on the last one alone; all are judged once their number is known.
            if self._calibration.probabilities(vector, self._index.vectors(ids[-1:]), background)[0] < MATCH:
                break
            count *= 4
        assessed = self._calibration.assess(vector, self._index.vectors(ids), background, len(inside))
        probabilities = assessed.probabilities
        sure, hopeless = assessed.present >= self._calibration.sure, assessed.present < self._calibration.hopeless
        return ids, scores, probabilities, sure, hopeless

    def _beside(self, text: str, inside: NDArray[np.int64]) -> list[tuple[str, NDArray[np.int64]]]:
        """What of `text` is left to be seen, and in which photos, where the rest stands beside them."""
        words = telling_words(text)
        said: dict[int, set[str]] = defaultdict(set)
        for word in dict.fromkeys(words):
            for id_ in _within(self._catalog.worded(word), inside).tolist():
                said[id_].add(word)
        groups: dict[str, list[int]] = defaultdict(list)
        for id_, found in said.items():
            left = (
                [] if found >= set(words) else [word for word in text.split() if not found & set(telling_words(word))]
            )
            groups[_trimmed(" ".join(left))].append(id_)
        largest = sorted(groups.items(), key=lambda group: (group[0] != "", -len(group[1])))[:_READINGS]
        return [(rest, np.array(sorted(ids), np.int64)) for rest, ids in largest]


def _within(ids: NDArray[np.int64], inside: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of a few `ids` that are `inside` too; both ascend, and the second may be a million."""
    if not len(inside):
        return ids[:0]
    places = np.minimum(np.searchsorted(inside, ids), len(inside) - 1)
    found: NDArray[np.int64] = ids[inside[places] == ids]
    return found


def _trimmed(text: str) -> str:
    """Without the small words that stand for nothing once their neighbours are gone."""
    small = r"(?:and|or|with|without|in|on|at|of|by|near|from|for|the|a|an|my|our|to)"
    return re.sub(rf"^(?:{small}\b ?)+|(?: ?\b{small})+$", "", text).strip(" ,")
