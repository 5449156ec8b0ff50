"""What every recogniser gives back."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, in lower-case words, numbers too ("twenty nineteen").

    confidence: 0..1. A rejected utterance has no text, and a `reason` ("noise", "too short", "not understood").
    """

    text: str
    confidence: float
    reason: str | None = None


class Recognizer(Protocol):
    """Turns one utterance into words; one thread at a time."""

    name: str

    def transcribe(self, samples: NDArray[np.int16]) -> Transcript:
        """Decode int16 [n] at 16 kHz; never raises because of what they hold."""
        ...
