import numpy as np
import pytest

from voicephoto.speech import Transcript, Utterance, sifted


def utterance(probability: float, clear_ms: int) -> Utterance:
    return Utterance(np.zeros(16_000, np.int16), 0.0, 1.0, 300, probability, clear_ms)


@pytest.mark.parametrize(
    ("probability", "clear_ms", "confidence", "kept"),
    [(0.9, 300, 0.02, True), (0.76, 0, 0.2, True), (0.65, 0, 0.9, True), (0.75, 0, 0.06, False), (0.47, 0, 1.0, False)],
)
def test_words_need_a_voice_or_good_grounds(probability: float, clear_ms: int, confidence: float, kept: bool) -> None:
    heard = sifted(Transcript("go on", confidence), utterance(probability, clear_ms))
    assert heard == (Transcript("go on", confidence) if kept else Transcript("", confidence, "noise"))


@pytest.mark.parametrize(
    ("text", "clear_ms", "confidence", "kept"),
    [
        ("what it", 160, 0.14, False), ("that", 0, 0.93, False), ("hello", 300, 0.6, True), ("that's right", 96, 0.9, False),
        ("what the heck", 0, 0.9, False),
        ("what a dull long sentence", 160, 0.14, True),
    ],
)  # fmt: skip
def test_a_few_words_without_meaning_need_both(text: str, clear_ms: int, confidence: float, kept: bool) -> None:
    heard = sifted(Transcript(text, confidence), utterance(0.85, clear_ms), lambda text: False)
    assert heard.reason == (None if kept else "noise")


def test_what_is_rejected_already_stays_so() -> None:
    refused = Transcript("", 0.0, "not understood")
    assert sifted(refused, utterance(0.1, 0)) is refused
