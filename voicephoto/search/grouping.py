"""Many photos of one moment as one, and moments side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Photo

_BURST_SECONDS = 20.0
_BURST, _COPY = 0.9, 0.985
"""Cosines from which photos of one burst, and photos of the same or an unknown moment, count as the same picture."""
_SAME_DAY = 0.85
"""What each further photo of a day counts, against one of a day not yet seen."""
_SPREAD = 48
_UNTIMED = 2000
"""Photos of no known time that are compared each with each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo with its cosine `score` and the `probability` that it matches; both 1 where only filters were asked.

    `alike` are other photos that match and show the same moment, which this one stands for.
    """

    photo: Photo
    score: float
    probability: float
    alike: tuple[Photo, ...] = ()


def stacked(hits: Sequence[Hit], vectors: NDArray[np.float32]) -> list[Hit]:
    """One hit for each burst or set of copies, in the place of its most probable photo.

    `vectors` [n, d] belong to the hits. The photo with most pixels stands for the others; among like ones the most
    probable. Each photo is compared with those taken up to 20 seconds before it, and with all of no known time.
    """
    leader = list(range(len(hits)))

    def root(row: int) -> int:
        while leader[row] != row:
            row = leader[row]
        return row

    for one, other in _pairs(hits, vectors):
        first, second = sorted((root(one), root(other)))
        leader[second] = first
    stacks: dict[int, list[Hit]] = defaultdict(list)
    for row, hit in enumerate(hits):
        stacks[root(row)].append(hit)
    found = []
    for stack in stacks.values():
        best = max(stack, key=lambda hit: (hit.photo.width * hit.photo.height, hit.probability))
        alike = tuple(hit.photo for hit in stack if hit is not best)
        found.append(replace(best, probability=max(hit.probability for hit in stack), alike=alike))
    return found


def _pairs(hits: Sequence[Hit], vectors: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Rows of hits that show the same picture."""
    times = [hit.photo.captured for hit in hits]
    timed = sorted((moment, row) for row, moment in enumerate(times) if moment is not None)
    pairs = []
    for place, (moment, row) in enumerate(timed):
        for earlier, other in reversed(timed[max(0, place - 30) : place]):
            seconds = (moment - earlier).total_seconds()
            if seconds > _BURST_SECONDS:
                break
            # Where only the day is known, midnight is no moment.
            unknown = hits[row].photo.taken_from == "name" and moment.time() == moment.min.time()
            if vectors[row] @ vectors[other] >= (_COPY if unknown else _BURST):
                pairs.append((row, other))
    untimed = np.array([row for row, moment in enumerate(times) if moment is None][:_UNTIMED], np.int64)
    if len(untimed) > 1:
        alike = np.triu(vectors[untimed] @ vectors[untimed].T >= _COPY, 1)
        pairs += [(int(untimed[one]), int(untimed[other])) for one, other in np.argwhere(alike)]
    return pairs


def spread(hits: Sequence[Hit]) -> list[Hit]:
    """The most probable first, but the first ones from many days: each further photo of a day counts a little less."""
    days = np.array([hit.photo.captured.toordinal() if hit.photo.captured else -row for row, hit in enumerate(hits)])
    worth = np.array([hit.probability for hit in hits])
    chosen = []
    for _ in range(min(_SPREAD, len(hits))):
        best = int(np.argmax(worth))
        chosen.append(best)
        worth[days == days[best]] *= _SAME_DAY
        worth[best] = -1.0
    rest = sorted(set(range(len(hits))).difference(chosen))
    return [hits[row] for row in (*chosen, *rest)]
