"""What every recogniser gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import SAMPLE_RATE

_SHORTEST_SECONDS = 0.15
_QUIETEST = 33
"""A peak under -60 dBFS is the room; every decoder would make a word even of that."""

_PHANTOMS = frozenset(
    (
        "bye", "bye bye", "goodbye", "hmm", "mm", "oh", "please subscribe", "so", "subtitles by the amara org community",
        "thank you", "thank you for watching", "thank you so much", "thank you very much", "thanks", "thanks for watching", "you",
    )
)  # fmt: skip
"""What recognisers hear in noise that learnt from videos on the web, for so do those end."""
_CERTAIN = 0.5
"""Confidence with which somebody says that after all."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, in lower-case words, numbers too ("twenty nineteen").

    confidence: 0..1. A rejected utterance has no text, and a `reason` ("noise", "too short", "not understood", "dropped").
    """

    text: str
    confidence: float
    reason: str | None = None


Dropped = Callable[[], bool]
"""Whether nobody wants the words any more."""
DROPPED = Transcript("", 0.0, "dropped")


def never() -> bool:
    """The words are wanted, whatever happens."""
    return False


class Recognizer(Protocol):
    """Turns one utterance into words; one thread at a time."""

    @property
    def name(self) -> str:
        """Names the engine and its model or voice."""
        ...

    def transcribe(self, samples: NDArray[np.int16], dropped: Dropped = never) -> Transcript:
        """Decode int16 [n] at 16 kHz, and no further than to the next step where it is `dropped`; never raises because of
        what they hold."""
        ...


def phantom(text: str, confidence: float) -> bool:
    """Whether a recogniser that learnt from videos made `text` of no words at all."""
    return not text or (text in _PHANTOMS and confidence < _CERTAIN)


def unheard(samples: NDArray[np.int16]) -> Transcript | None:
    """The rejection of int16 [n] at 16 kHz that are too short or too quiet to hold words; None for all others."""
    if len(samples) < _SHORTEST_SECONDS * SAMPLE_RATE:
        return Transcript("", 0.0, "too short")
    if np.abs(samples.astype(np.int32)).max() < _QUIETEST:
        return Transcript("", 0.0, "noise")
    return None
