"""Where the better engine fails the other one takes over, and a minute later it is tried again."""

from collections.abc import Iterator

import numpy as np
import pytest

from voicephoto.audio import Sound
from voicephoto.errors import MissingError
from voicephoto.speech import (
    EspeakSynthesizer,
    FallbackRecognizer,
    FallbackSynthesizer,
    PiperSynthesizer,
    Recognizer,
    Synthesizer,
    Transcript,
    WyomingRecognizer,
)

SILENCE = np.zeros(16_000, np.int16)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Stubborn:
    """Hears and says the same whatever it gets, and counts how often it was asked; `lost` it is for a while."""

    name = "stubborn"

    def __init__(self) -> None:
        self.asked, self.lost = 0, False

    def _ask(self) -> None:
        self.asked += 1
        if self.lost:
            raise MissingError("the GPU is gone")

    def transcribe(self, samples: np.ndarray, dropped: object = None) -> Transcript:
        self._ask()
        return Transcript("sunsets", 0.9)

    def synthesize(self, text: str) -> Iterator[Sound]:
        self._ask()
        yield Sound(np.ones(len(text), np.int16), 16_000)


class Plain(Stubborn):
    name = "plain"

    def transcribe(self, samples: np.ndarray, dropped: object = None) -> Transcript:
        return Transcript("some sets", 0.3)


def absent() -> Recognizer:
    raise MissingError("the model is damaged")


def test_a_recogniser_that_cannot_be_loaded_is_replaced_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    recognizer = FallbackRecognizer(absent, Plain)
    assert [recognizer.transcribe(SILENCE).text for _ in range(3)] == ["some sets"] * 3
    assert caplog.messages == ["the model is damaged"]
    assert recognizer.name == "plain"


def test_a_failure_is_forgotten_after_a_minute() -> None:
    best, clock = Stubborn(), Clock()
    recognizer = FallbackRecognizer(lambda: best, Plain, clock)
    assert recognizer.transcribe(SILENCE).text == "sunsets"
    best.lost = True
    assert recognizer.transcribe(SILENCE).text == "some sets"
    best.lost = False
    assert recognizer.transcribe(SILENCE).text == "some sets"
    assert best.asked == 2
    clock.now = 61.0
    assert recognizer.transcribe(SILENCE).text == "sunsets"


def test_a_voice_that_is_lost_within_a_reply_leaves_the_rest_to_the_other() -> None:
    best, other = Stubborn(), Stubborn()
    voice = FallbackSynthesizer(lambda: best, lambda: other)
    said = voice.synthesize("Here they are. There are three. Which one?")
    assert len(next(said).samples) == len("Here they are.")
    best.lost = True
    assert [len(sound.samples) for sound in said] == [len("There are three."), len("Which one?")]
    assert (best.asked, other.asked) == (2, 2)


def test_where_both_fail_it_says_why() -> None:
    with pytest.raises(MissingError, match="damaged"):
        FallbackRecognizer(absent, absent).transcribe(SILENCE)


def test_a_server_that_is_not_there_and_a_voice_that_is_damaged(tmp_path, caplog: pytest.LogCaptureFixture) -> None:  # type: ignore[no-untyped-def]
    recognizer = FallbackRecognizer(lambda: WyomingRecognizer("127.0.0.1", 1), Plain)
    loud = np.random.default_rng(1).integers(-9000, 9000, 16_000).astype(np.int16)
    assert recognizer.transcribe(loud).text == "some sets"

    def starter() -> Synthesizer:
        return EspeakSynthesizer()

    voice = FallbackSynthesizer(lambda: PiperSynthesizer(tmp_path / "nobody.onnx"), starter)
    assert next(voice.synthesize("Three sunsets.")).seconds > 0.5
    assert len(caplog.messages) == 2
