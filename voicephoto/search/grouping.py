"""Many photos of one moment as one, and moments side by side."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Columns, Photo

_BURST_SECONDS = 20
_BURST, _COPY = 0.9, 0.985
"""Cosines from which photos of one burst, and photos of the same or an unknown moment, count as the same picture."""
_NEIGHBOURS = 30
_SAME_DAY = 0.85
"""What each further photo of a day counts, against one of a day not yet seen."""
_DAY = 86_400
_SPREAD = 48
_UNTIMED = 2000
"""Photos of no known time that are compared each with each."""

Rows = NDArray[np.int64]
LookUp = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""From ids [n] to vectors [n, d]."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo with its cosine `score` and the `probability` that it matches; both 1 where only filters were asked.

    `alike` are other photos that match and show the same moment, which this one stands for.
    """

    photo: Photo
    score: float
    probability: float
    alike: tuple[Photo, ...] = ()


def stacked(photos: Columns, probabilities: NDArray[np.float32], vectors: LookUp) -> tuple[Rows, dict[int, list[int]]]:
    """The row of one photo for each burst or set of copies, and the rows of the others by it.

    `photos` fall in probability; a stack has the place of its most probable one, and the photo with most pixels stands
    for the others, among like ones the most probable. Each photo is compared with those taken up to 20 seconds before
    it, and with all of no known time.
    """
    leader: dict[int, int] = {}

    def root(row: int) -> int:
        while row in leader:
            row = leader[row]
        return row

    for one, other in _pairs(photos, vectors):
        first, second = sorted((root(one), root(other)))
        if first != second:
            leader[second] = first
    stacks: dict[int, list[int]] = defaultdict(list)
    for row in leader:
        stacks[root(row)].append(row)
    standing, alike = np.arange(len(photos.ids)), {}
    for first, others in stacks.items():
        stack = sorted((first, *others))
        best = max(stack, key=lambda row: (photos.pixels[row], probabilities[row]))
        standing[first] = best
        alike[best] = [row for row in stack if row != best]
    return np.delete(standing, list(leader)), alike


def _pairs(photos: Columns, vectors: LookUp) -> list[tuple[int, int]]:
    """Rows of photos that show the same picture."""
    timed, untimed = np.flatnonzero(photos.dated), np.flatnonzero(~photos.dated)[:_UNTIMED]
    timed = timed[np.argsort(photos.taken[timed], kind="stable")]
    taken = photos.taken[timed]
    near = []
    for further in range(1, min(_NEIGHBOURS, len(timed) - 1) + 1):
        later = np.flatnonzero(taken[further:] - taken[:-further] <= _BURST_SECONDS)
        if not len(later):
            break
        near.append(np.stack([timed[later + further], timed[later]], axis=1))
    pairs: list[tuple[int, int]] = []
    if near:
        both = np.concatenate(near)
        rows, places = np.unique(both, return_inverse=True)
        one, other = vectors(photos.ids[rows])[places.reshape(both.shape)].swapaxes(0, 1)
        alike = np.einsum("nd,nd->n", one, other) >= np.where(photos.hourless[both[:, 0]], _COPY, _BURST)
        pairs += [(int(first), int(second)) for first, second in both[alike]]
    if len(untimed) > 1:
        looks = vectors(photos.ids[untimed])
        same = np.triu(looks @ looks.T >= _COPY, 1)
        pairs += [(int(untimed[first]), int(untimed[second])) for first, second in np.argwhere(same)]
    return pairs


def spread(photos: Columns, worth: NDArray[np.float32]) -> Rows:
    """Rows by falling `worth` [n], but the first ones from many days: each further photo of a day counts a little less."""
    rows = np.arange(len(photos.ids))
    days = np.where(photos.dated, photos.taken // _DAY, np.iinfo(np.int64).min + rows)
    left, chosen = worth.astype(np.float64), []
    for _ in range(min(_SPREAD, len(rows))):
        best = int(np.argmax(left))
        chosen.append(best)
        left[days == days[best]] *= _SAME_DAY
        left[best] = -1.0
    rest = np.delete(rows, chosen)
    return np.concatenate([np.array(chosen, np.int64), rest])
