"""How photos score against sentences for common things, which compete with whatever is asked for."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_KEPT = 8
STANDING = np.dtype([("mean", "<f2"), ("spread", "<f2"), ("best", "<f2", (_KEPT,)), ("of", "<u2", (_KEPT,))])
"""A photo's scores against a whole bank: their mean and standard deviation, the best of them, falling, and the numbers
of the sentences that these are `of`."""
Standing = NDArray[np.void]
"""Photos' scores [n] of the type STANDING."""

_AT_ONCE = 4096
_RIVALS = 3


@dataclass(frozen=True)
class Bank:
    """Sentences for common things: unit `vectors` [m, d], at most 65,535."""

    vectors: Vectors

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    @cached_property
    def digest(self) -> str:
        """What tells this bank's scores from those of every other."""
        return hashlib.sha256(self.vectors.tobytes()).hexdigest()

    def standing(self, photos: Vectors) -> Standing:
        """The scores of `photos` [n, d]. What a small bank leaves empty among the best is a score of zero."""
        standing = np.zeros(len(photos), STANDING)
        kept = min(_KEPT, len(self))
        if not kept:
            return standing
        for start in range(0, len(photos), _AT_ONCE):
            part = standing[start : start + _AT_ONCE]
            scores = photos[start : start + _AT_ONCE] @ self.vectors.T
            best = np.argpartition(scores, -kept, axis=1)[:, -kept:]
            values = np.take_along_axis(scores, best, axis=1)
            order = np.argsort(-values, axis=1)
            part["mean"], part["spread"] = scores.mean(axis=1), scores.std(axis=1)
            part["best"][:, :kept] = np.take_along_axis(values, order, axis=1)
            part["of"][:, :kept] = np.take_along_axis(best, order, axis=1)
        return standing

    def rivals(self, standing: Standing, silent: NDArray[np.bool_]) -> Vectors:
        """The mean [n] of the photos' three best scores without those of the sentences that are `silent` [m].

        Only the eight best are known: where fewer than three of them are left these count, or else the eighth itself,
        which no other score exceeds.
        """
        best = standing["best"].astype(np.float32)
        if not silent.any():
            return np.asarray(best[:, :_RIVALS].mean(axis=1), np.float32)
        out = silent[standing["of"]]
        first = np.argsort(out, axis=1, kind="stable")[:, :_RIVALS]
        counts = ~np.take_along_axis(out, first, axis=1)
        total = (np.take_along_axis(best, first, axis=1) * counts).sum(axis=1)
        number = counts.sum(axis=1)
        return np.where(number > 0, total / np.maximum(number, 1), best[:, -1]).astype(np.float32)
