import numpy as np
import pytest

from benchmarks.room import speech
from voicephoto.audio import SAMPLE_RATE, Sound, frames
from voicephoto.speech import WAKE_WORDS, MicroWakeWord


def moments(word: MicroWakeWord, text: str, voice: str) -> list[float]:
    """When the word is heard in a sentence, s after its first frame."""
    quiet = np.rint(np.random.default_rng(1).normal(0, 5, SAMPLE_RATE)).astype(np.int16)
    sound = Sound(np.concatenate([quiet, speech(text, voice), quiet]), SAMPLE_RATE)
    return [frame.start for frame in frames(sound) if word.hear(frame)]


@pytest.mark.parametrize("name", WAKE_WORDS)
@pytest.mark.parametrize("voice", ["slt", "awb"])
def test_a_wake_word_is_heard_once_and_before_the_wish(name: str, voice: str) -> None:
    heard = moments(MicroWakeWord(name), f"{name}, show me sunsets", voice)  # type: ignore[arg-type]
    assert len(heard) == 1
    assert 1.5 < heard[0] < 2.6


@pytest.mark.parametrize(
    "text", ["show me photos of my cat", "stop", "the weather will be fine tomorrow", "okay, next one please"]
)
def test_other_words_do_not_wake(text: str) -> None:
    assert not any(moments(MicroWakeWord(name), text, "slt") for name in WAKE_WORDS)
