"""Frames: the unit in which live sound moves through the program."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio.resampling import resample
from voicephoto.audio.sound import Sound

SAMPLE_RATE = 16_000
"""Hz."""
FRAME_SAMPLES = 320
"""20 ms."""


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of a stream: int16 samples [320] at 16 kHz, and when they start (s since the stream started)."""

    samples: NDArray[np.int16]
    start: float
    echoing: NDArray[np.int16] | None = None
    """The samples as the microphone gave them, where an echo was taken out of them."""

    @property
    def whole(self) -> NDArray[np.int16]:
        """The samples as the microphone gave them."""
        return self.samples if self.echoing is None else self.echoing


def frames(sound: Sound, start: float = 0.0) -> Iterator[Frame]:
    """Cut a recording of any rate into frames; the last one is filled up with zeros."""
    samples = resample(sound, SAMPLE_RATE).samples
    for offset in range(0, len(samples), FRAME_SAMPLES):
        part = samples[offset : offset + FRAME_SAMPLES]
        if len(part) < FRAME_SAMPLES:
            part = np.pad(part, (0, FRAME_SAMPLES - len(part)))
        yield Frame(part, start + offset / SAMPLE_RATE)
