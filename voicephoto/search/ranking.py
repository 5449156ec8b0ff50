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
    """Photos by falling probability: `ids` and `probabilities` [n].

    `sure` and `hopeless` say whether any of them surely matches, or surely none.
    """

    ids: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    sure: bool
    hopeless: bool


class Ranker:
    """Ranks one catalog's photos with one encoder's index."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder, calibration: Calibration) -> None:
        self._catalog = catalog
        self._index = index
        self._calibration = calibration
        self.vector = lru_cache(_REMEMBERED)(lambda text: encoder.encode_texts([text])[0])
        """The unit vector [d] of a text; what was asked for lately is remembered."""

    def rank(self, text: str, inside: NDArray[np.int64]) -> Ranking:
        """The photos `inside` that may show `text`, which is not empty.

        A word that stands beside a photo need not be seen in it: with "anna" among its keywords, "anna on the beach"
        asks of its looks for a beach alone. Words and looks are independent witnesses: where both speak for a photo it
        is wrong only if both are.
        """
        looks = self._looks(text, inside)
        probabilities = _by_photo(looks)
        sure, hopeless = looks.sure, looks.hopeless
        for rest, ids in self._beside(text, inside):
            if not rest:
                for id_ in ids.tolist():
                    probabilities[id_] = 1 - (1 - probabilities.get(id_, 0.0)) * (1 - _WORDED)
                sure, hopeless = True, False
                continue
            seen = self._looks(rest, ids)
            for id_, probability in _by_photo(seen).items():
                probabilities[id_] = max(probabilities.get(id_, 0.0), _WORDED * probability)
            sure, hopeless = sure or seen.sure, hopeless and seen.hopeless
        return _ranking(probabilities, sure, hopeless)

    def _looks(self, text: str, inside: NDArray[np.int64]) -> Ranking:
        """By looks alone: one of the alternatives, and of it every subject."""
        rankings = [self._together(one, inside) for one in alternatives(text)]
        best: dict[int, float] = {}
        for ranking in rankings:
            for id_, probability in _by_photo(ranking).items():
                best[id_] = max(best.get(id_, 0.0), probability)
        return _ranking(best, any(each.sure for each in rankings), all(each.hopeless for each in rankings))

    def _together(self, text: str, inside: NDArray[np.int64]) -> Ranking:
        """The whole phrase ranks; each of its subjects must be there on its own too."""
        whole, vectors = self._judged(self.vector(text), inside)
        parts = [self.vector(subject) for subject in subjects(text)]
        if not parts:
            return whole
        alone = [self._judged(part, inside)[0] for part in parts]
        background = self._index.background()
        each = [self._calibration.probabilities(part, vectors, background) for part in parts]
        probabilities = np.min([whole.probabilities, *each], axis=0)
        sure = whole.sure and all(part.sure for part in alone)
        return Ranking(whole.ids, probabilities, sure, whole.hopeless or any(part.hopeless for part in alone))

    def _judged(self, vector: NDArray[np.float32], inside: NDArray[np.int64]) -> tuple[Ranking, NDArray[np.float32]]:
        """The photos nearest to `vector` [d], in this order, and their vectors [n, d]."""
        background, count = self._index.background(), _NEAREST
        while True:
            ids, _ = self._index.nearest(vector, count, among=inside)
            if len(ids) < count or count >= _LONGEST:
                break
            # Whether to go on hangs on the last one alone; all are judged once their number is known.
            if self._calibration.probabilities(vector, self._index.vectors(ids[-1:]), background)[0] < MATCH:
                break
            count *= 4
        vectors = self._index.vectors(ids)
        assessed = self._calibration.assess(vector, vectors, background, len(inside))
        sure, hopeless = assessed.present >= self._calibration.sure, assessed.present < self._calibration.hopeless
        return Ranking(ids, assessed.probabilities, sure, hopeless), vectors

    def _beside(self, text: str, inside: NDArray[np.int64]) -> list[tuple[str, NDArray[np.int64]]]:
        """What of `text` is left to be seen, and in which photos, where the rest stands beside them."""
        words = telling_words(text)
        said: dict[int, set[str]] = defaultdict(set)
        for word in dict.fromkeys(words):
            for id_ in _within(self._catalog.worded(word), inside).tolist():
                said[id_].add(word)
        groups: dict[str, list[int]] = defaultdict(list)
        for id_, found in said.items():
            everything = found.issuperset(words)
            left = [] if everything else [word for word in text.split() if found.isdisjoint(telling_words(word))]
            groups[_trimmed(" ".join(left))].append(id_)
        largest = sorted(groups.items(), key=lambda group: (group[0] != "", -len(group[1])))[:_READINGS]
        return [(rest, np.array(sorted(ids), np.int64)) for rest, ids in largest]


def _by_photo(ranking: Ranking) -> dict[int, float]:
    return dict(zip(ranking.ids.tolist(), ranking.probabilities.tolist(), strict=True))


def _ranking(probabilities: dict[int, float], sure: bool, hopeless: bool) -> Ranking:
    ids = np.fromiter(probabilities, np.int64, len(probabilities))
    values = np.fromiter(probabilities.values(), np.float32, len(probabilities))
    order = np.argsort(-values, kind="stable")
    return Ranking(ids[order], values[order], sure, hopeless)


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
