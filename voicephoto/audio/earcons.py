"""Short sounds that say what the program is doing, made of sines."""

from typing import Literal

import numpy as np

from voicephoto.audio.frames import SAMPLE_RATE
from voicephoto.audio.sound import Sound, to_int16

Earcon = Literal["heard", "working", "not understood"]

_NOTES: dict[Earcon, tuple[tuple[float, float], ...]] = {
    "heard": ((660.0, 0.07), (880.0, 0.09)),
    "working": ((520.0, 0.06),),
    "not understood": ((440.0, 0.10), (330.0, 0.14)),
}
"""Frequencies (Hz) and lengths (s): rising for yes, falling for no."""
_LOUDNESS = 0.12
"""Of full scale: softer than the replies."""


def earcon(what: Earcon) -> Sound:
    """The sound for `what`: notes that swell and fade, so that none of them clicks."""
    notes = []
    for frequency, seconds in _NOTES[what]:
        time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        notes.append(np.sin(2 * np.pi * frequency * time) * np.hanning(len(time)) * _LOUDNESS)
    return Sound(to_int16(np.concatenate(notes).astype(np.float32)), SAMPLE_RATE)
