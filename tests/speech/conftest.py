from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from voicephoto.audio import SAMPLE_RATE, Sound, frames, resample
from voicephoto.speech import (
    Endpointer,
    EndpointSettings,
    EspeakSynthesizer,
    Sentences,
    Utterance,
    load_sentences,
)

Say = Callable[..., np.ndarray]
Hear = Callable[..., list[Utterance]]


@pytest.fixture(scope="session")
def say() -> Say:
    """Speech from eSpeak NG: int16 samples at 16 kHz."""

    @cache
    def speak(text: str, voice: str = "en-us") -> np.ndarray:
        spoken = np.concatenate([sound.samples for sound in EspeakSynthesizer(voice).synthesize(text)])
        return resample(Sound(spoken, 22_050), SAMPLE_RATE).samples

    return speak


@pytest.fixture(scope="session")
def hear() -> Hear:
    """The utterances that an endpointer finds in int16 samples at 16 kHz, also the one that its end cuts."""

    def listen(samples: np.ndarray, settings: EndpointSettings | None = None) -> list[Utterance]:
        endpointer = Endpointer(settings)
        found = [endpointer.feed(frame) for frame in frames(Sound(samples, SAMPLE_RATE))]
        return [utterance for utterance in [*found, endpointer.flush()] if utterance]

    return listen


@pytest.fixture(scope="session")
def english() -> Sentences:
    return load_sentences("en")
