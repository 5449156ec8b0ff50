"""How probable it is that a photo matches a sentence: its looks, and the words that stand beside it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
"""So many photos are judged by their looks; more, where every match is wanted, as long as any of the last match."""
_READINGS, _WORDS = 6, 60
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Ranking:
    """Photos by falling probability: `ids` and `probabilities` [n].

    `sure` and `hopeless` say whether any of them surely matches, or surely none; with `more` others may match that were
    not looked at.
    """

    ids: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    sure: bool
    hopeless: bool
    more: bool


class Ranker:
    """Ranks one catalog's photos with one encoder's index."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder, calibration: Calibration) -> None:
        self._catalog = catalog
        self._index = index
        self._calibration = calibration
        self.vector = lru_cache(_REMEMBERED)(lambda text: encoder.encode_texts([text])[0])
        """The unit vector [d] of a text; what was asked for lately is remembered."""

    def rank(self, text: str, inside: NDArray[np.int64], *, every: bool) -> Ranking:
        """The photos `inside` that may show `text`, which is not empty; the best of them, or `every` one.

        A word that stands beside a photo need not be seen in it: with "anna" among its keywords, "anna on the beach"
        asks of its looks for a beach alone. Words and looks are independent witnesses: where both speak for a photo it
        is wrong only if both are.
        """
        looks = self._looks(text, inside, every)
        rankings = [looks]
        for rest, ids in self._beside(text, inside):
            if rest:
                seen = self._looks(rest, ids, every)
                rankings.append(replace(seen, probabilities=_WORDED * seen.probabilities))
            else:
                doubt = 1 - _of(looks, ids)
                rankings.append(Ranking(ids, 1 - doubt * np.float32(1 - _WORDED), True, False, False))
        return _either(rankings)

    def _looks(self, text: str, inside: NDArray[np.int64], every: bool) -> Ranking:
        """By looks alone: one of the alternatives, and of it every subject."""
        return _either([self._together(one, inside, every) for one in alternatives(text)])

    def _together(self, text: str, inside: NDArray[np.int64], every: bool) -> Ranking:
        """The whole phrase ranks; each of its subjects must be there on its own too."""
        whole = self._judged(self.vector(text), inside, every)
        parts = [self.vector(subject) for subject in subjects(text)]
        if not parts:
            return whole
        alone = [self._judged(part, inside, every=False) for part in parts]
        vectors, standing = self._index.vectors(whole.ids), self._index.standing(whole.ids)
        library = self._index.background()
        each = [self._calibration.probabilities(part, vectors @ part, standing, library @ part) for part in parts]
        return replace(
            whole,
            probabilities=np.min([whole.probabilities, *each], axis=0),
            sure=whole.sure and all(part.sure for part in alone),
            hopeless=whole.hopeless or any(part.hopeless for part in alone),
        )

    def _judged(self, vector: NDArray[np.float32], inside: NDArray[np.int64], every: bool) -> Ranking:
        """The photos nearest to `vector` [d], in this order."""
        library = self._index.background() @ vector
        count = _NEAREST
        while True:
            ids, cosines = self._index.nearest(vector, count, among=inside)
            assessed = self._calibration.assess(vector, cosines, self._index.standing(ids), library, len(inside))
            # Where of the last ones none matches, of those behind them hardly any does.
            last = assessed.probabilities[-max(1, len(ids) // 10) :]
            more = len(ids) < len(inside) and bool((last >= MATCH).any())
            if not more or not every:
                break
            count *= 4
        sure, hopeless = assessed.present >= self._calibration.sure, assessed.present < self._calibration.hopeless
        return Ranking(ids, assessed.probabilities, sure, hopeless, more)

    def _beside(self, text: str, inside: NDArray[np.int64]) -> list[tuple[str, NDArray[np.int64]]]:
        """What of `text` is left to be seen, and in which photos, where the rest stands beside them."""
        words = list(dict.fromkeys(telling_words(text)))[:_WORDS]
        beside = [_within(self._catalog.worded(word), inside) for word in words]
        said = np.concatenate([np.full(len(ids), 1 << number) for number, ids in enumerate(beside)] or [np.empty(0)])
        ids, place = np.unique(np.concatenate([*beside, np.empty(0, np.int64)]), return_inverse=True)
        # Each photo's words as the bits of a number.
        bits = np.zeros(len(ids), np.int64)
        np.add.at(bits, place, said.astype(np.int64))
        groups: dict[str, list[NDArray[np.int64]]] = defaultdict(list)
        for pattern in np.unique(bits).tolist():
            found = {word for number, word in enumerate(words) if pattern >> number & 1}
            left = [word for word in text.split() if found.isdisjoint(telling_words(word))]
            rest = _trimmed(" ".join(left)) if len(found) < len(words) else ""
            groups[rest].append(ids[bits == pattern])
        joined = [(rest, np.sort(np.concatenate(parts))) for rest, parts in groups.items()]
        return sorted(joined, key=lambda group: (group[0] != "", -len(group[1])))[:_READINGS]


def _of(ranking: Ranking, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """The probabilities [n] that a ranking gives photos; of one that it does not have, 0."""
    if not len(ranking.ids):
        return np.zeros(len(ids), np.float32)
    order = np.argsort(ranking.ids)
    places = order[np.minimum(np.searchsorted(ranking.ids, ids, sorter=order), len(order) - 1)]
    return np.where(ranking.ids[places] == ids, ranking.probabilities[places], np.float32(0))


def _either(rankings: Sequence[Ranking]) -> Ranking:
    """Each photo as probable as the ranking says that thinks most of it."""
    if len(rankings) == 1:
        [ids, values] = rankings[0].ids, rankings[0].probabilities
    else:
        ids, place = np.unique(np.concatenate([ranking.ids for ranking in rankings]), return_inverse=True)
        values = np.zeros(len(ids), np.float32)
        np.maximum.at(values, place, np.concatenate([ranking.probabilities for ranking in rankings]))
    order = np.argsort(-values, kind="stable")
    return Ranking(
        ids[order],
        values[order],
        any(ranking.sure for ranking in rankings),
        all(ranking.hopeless for ranking in rankings),
        any(ranking.more for ranking in rankings),
    )


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
