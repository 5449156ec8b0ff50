"""Words about photos that are looked at."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from voicephoto.errors import MissingError
from voicephoto.vision.bank import Standing
from voicephoto.vision.calibration import Calibration
from voicephoto.vision.encoder import Encoder

log = logging.getLogger(__name__)

_PRESENCE = re.compile(r"(?:(?:is|are|was|were) there|(?:do|can) you (?:see|spot|notice)) (?:any |some )?(?P<thing>.+)")
_IN_THE_PHOTO = re.compile(
    r" (?:(?:in|on|at) (?:it|here|there|this|that|(?:the|this|that) (?:photo|picture|image|shot|one))|here|there)$"
)
_YES, _HARDLY, _NO = 0.6, 0.15, 0.02
"""Probabilities from which on, or up to which, a thing is said to be there, hardly, or not. With the starter encoder 4.7 % of
what is there has at most 0.02, and 22.5 % at most 0.15 (`python -m benchmarks.presence`)."""
_SURE = 0.6
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo to be looked at, upright, and what is known of it besides, as it goes on after "was"."""

    image: Image.Image
    facts: str = ""
    """"taken on Sunday, July 12, 2026 in Positano, Italy", or nothing."""


class Answerer(Protocol):
    """Looks at photos and says what it is asked, in short sentences fit to be spoken."""

    name: str

    def describe(self, photo: Picture) -> Iterator[str]:
        """What a photo shows, sentence by sentence; raises MissingError before the first where it cannot look."""
        ...

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        """The answer to a question about one photo, or several to be compared; otherwise as `describe`."""
        ...


class FallbackAnswerer:
    """Asks the `best` answerer, and the `other` where that one cannot look; why it cannot is logged."""

    def __init__(self, best: Answerer, other: Answerer) -> None:
        self.name = best.name
        self._best = best
        self._other = other

    def describe(self, photo: Picture) -> Iterator[str]:
        return self._ask(lambda answerer: answerer.describe(photo))

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        return self._ask(lambda answerer: answerer.answer(photos, question))

    def _ask(self, ask: Callable[[Answerer], Iterator[str]]) -> Iterator[str]:
        try:
            yield from ask(self._best)
        except MissingError as error:
            log.warning("%s", error)
            yield from ask(self._other)


class StarterAnswerer:
    """Answers from an image-text encoder: is a thing there, and what is surely to be seen.

    `things` are the calibration's bank as words: row i of the bank is the sentence `things[i]`.
    """

    name = "starter"

    def __init__(self, encoder: Encoder, calibration: Calibration, things: Sequence[str]) -> None:
        self._encoder = encoder
        self._calibration = calibration
        self._things = things

    def describe(self, photo: Picture) -> Iterator[str]:
        vector = self._encoder.encode_images([photo.image])
        bank = self._calibration.bank.vectors
        standing = self._calibration.bank.standing(vector)
        seen = np.array([self._probability(vector, standing, thing) for thing in bank])
        named: list[int] = []
        for index in np.argsort(-seen):
            if seen[index] < _SURE or len(named) == _NAMED:
                break
            # A dog and a puppy are one thing said twice.
            if all(bank[index] @ bank[other] < self._calibration.synonym for other in named):
                named.append(int(index))
        if named:
            yield f"I think it shows {_listed([self._things[index] for index in named])}."
        else:
            yield "I can't tell what it shows. A vision model could look closer."

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        thing = presence(question)
        if thing is None or len(photos) > 1:
            yield "I can't look that closely yet. A vision model would let me answer that."
            return
        probability = self.probability(photos[0], thing)
        if probability >= _YES:
            yield f"Yes, I think so: {thing}."
        elif probability <= _NO:
            yield f"No, I don't see {thing} in it."
        elif probability <= _HARDLY:
            yield f"I don't think that I see {thing} in it, but I'm not sure."
        else:
            yield f"I'm not sure whether I see {thing}."

    def probability(self, photo: Picture, thing: str) -> float:
        """That a photo shows a thing."""
        vector = self._encoder.encode_images([photo.image])
        standing = self._calibration.bank.standing(vector)
        return self._probability(vector, standing, self._encoder.encode_texts([thing])[0])

    def _probability(self, photo: NDArray[np.float32], standing: Standing, thing: NDArray[np.float32]) -> float:
        """That a photo [1, d] of no library shows a thing [d]."""
        return float(self._calibration.probabilities(thing, photo @ thing, standing, np.empty(0, np.float32))[0])


def presence(question: str) -> str | None:
    """The thing in "is there a dog in the picture", or None where another question is asked."""
    match = _PRESENCE.fullmatch(_IN_THE_PHOTO.sub("", question.lower().strip(" ?.!")))
    return match["thing"] if match else None


def _listed(things: Sequence[str]) -> str:
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
