import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from ctranslate2 import get_cuda_device_count
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicephoto.audio import SAMPLE_RATE, read_sound, resample
from voicephoto.demo import QUESTIONS
from voicephoto.errors import MissingError
from voicephoto.speech import WhisperRecognizer
from voicephoto.speech.whisper import _Hypothesis

MODEL = Path(__file__).parent.parent / "fixtures" / "whisper"
SENTENCES = (
    "what is in this picture",
    "show me photos of elephants",
    "how many photos do i have of cats",
    "next",
    "stop",
)
"""What the small model understands in any voice, which breathes otherwise each time; some of the others it takes for one
another in a strange one."""
UNHEARD_VOICES = ("en-gb-scotland", "en-us+f4", "en-gb+m1")
"""None of them is among those that the model was trained with."""
NAMES = ("Lisbon", "Zermatt", "Porto")

Say = Callable[..., np.ndarray]


@pytest.fixture(scope="module")
def recognizer() -> WhisperRecognizer:
    return WhisperRecognizer(MODEL)


@pytest.fixture(scope="module")
def with_names() -> WhisperRecognizer:
    return WhisperRecognizer(MODEL, NAMES)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def noise(length: int, peak: int = 3_000) -> np.ndarray:
    """White noise, int16 [length]."""
    made = np.random.default_rng(3).standard_normal(length)
    return (made * peak / np.abs(made).max()).astype(np.int16)


@pytest.mark.parametrize("file", sorted(QUESTIONS.glob("*.flac")), ids=lambda file: file.stem)
def test_recorded_questions_are_heard_right(recognizer: WhisperRecognizer, file: Path) -> None:
    transcript = recognizer.transcribe(resample(read_sound(file), SAMPLE_RATE).samples)
    assert (transcript.text.split(), transcript.reason) == (file.stem.split("-")[1:], None)
    assert 0.6 < transcript.confidence <= 1


@pytest.mark.parametrize("voice", UNHEARD_VOICES)
@pytest.mark.parametrize("text", SENTENCES)
def test_another_voice_is_understood_softly_and_over_a_noise(
    recognizer: WhisperRecognizer, say: Say, text: str, voice: str
) -> None:
    clean = say(text, voice)
    noisy = np.pad(clean // 6, SAMPLE_RATE // 4)
    noisy = noisy + noise(len(noisy), peak=100)
    for samples in (clean, noisy):
        transcript = recognizer.transcribe(samples)
        assert (transcript.text, transcript.reason) == (text, None)


def test_names_of_the_library_are_heard_where_they_are_expected(
    recognizer: WhisperRecognizer, with_names: WhisperRecognizer, say: Say
) -> None:
    asked = say("show me photos from zermatt")
    assert recognizer.transcribe(asked).text == "show me photos from sir matt"
    assert with_names.transcribe(asked).text == "show me photos from zermatt"


def test_twenty_words_of_names_are_taken_and_the_first_of_them_count(with_names: WhisperRecognizer, say: Say) -> None:
    """The small model knows short lists only; the eighteen words and the thousand names that follow would confuse it."""
    many = WhisperRecognizer(MODEL, (*NAMES, "word " * 18, *(f"Elsewhere{number}" for number in range(1_000))))
    asked = say("show me photos from zermatt")
    assert many.transcribe(asked) == with_names.transcribe(asked)


@pytest.mark.parametrize("seconds", [0.5, 2.0, 6.0])
def test_what_it_makes_of_a_noise_is_rejected(
    recognizer: WhisperRecognizer, with_names: WhisperRecognizer, seconds: float
) -> None:
    """It thanks for listening there as every Whisper does, and repeats the names that it was given."""
    for each in (recognizer, with_names):
        transcript = each.transcribe(noise(int(seconds * SAMPLE_RATE)))
        assert (transcript.text, transcript.reason) == ("", "noise")
        assert transcript.confidence < 0.3


@pytest.mark.parametrize(("seconds", "reason"), [(0, "too short"), (0.1, "too short"), (1.0, "noise")])
def test_silence_is_rejected_with_a_reason(recognizer: WhisperRecognizer, seconds: float, reason: str) -> None:
    transcript = recognizer.transcribe(np.zeros(int(seconds * SAMPLE_RATE), np.int16))
    assert (transcript.text, transcript.reason) == ("", reason)


def test_more_than_half_a_minute_is_heard_to_its_end(recognizer: WhisperRecognizer, say: Say) -> None:
    first, second = say("what color is it"), say("show me the second one")
    samples = np.zeros(40 * SAMPLE_RATE, np.int16)
    samples[: len(first)] = first
    samples[-len(second) - SAMPLE_RATE : -SAMPLE_RATE] = second
    transcript = recognizer.transcribe(samples)
    assert transcript.text == "what color is it show me the second one"


@settings(deadline=None, max_examples=20)
@given(arrays(np.int16, st.integers(0, 20_000)))
def test_no_samples_make_it_fail(recognizer: WhisperRecognizer, samples: np.ndarray) -> None:
    transcript = recognizer.transcribe(samples)
    assert 0 <= transcript.confidence <= 1
    assert bool(transcript.text) == (transcript.reason is None)


def test_it_never_asks_the_network(monkeypatch: pytest.MonkeyPatch, say: Say) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    asked = say("what color is it")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert WhisperRecognizer(MODEL).transcribe(asked).text == "what color is it"


@pytest.mark.parametrize("file", ["model.bin", "config.json", "tokenizer.json"])
def test_a_file_that_is_missing_is_named(model: Path, file: str) -> None:
    (model / file).unlink()
    with pytest.raises(MissingError, match=rf"the speech model model is not complete: \S+{file} is missing; .+ again$"):
        WhisperRecognizer(model)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.bin", b""),
        ("model.bin", b"GIF89a" * 99),
        ("model.bin", (MODEL / "model.bin").read_bytes()[:1_000_000] if MODEL.is_dir() else b""),
        ("model.bin", (MODEL / "model.bin").read_bytes()[:-4] if MODEL.is_dir() else b""),
        ("config.json", b"{"),
        ("tokenizer.json", b"{"),
        ("tokenizer.json", b'{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}'),
        ("preprocessor_config.json", b'{"feature_size": 128}'),
        ("vocabulary.json", b"[]"),
    ],
    ids=[
        "empty", "foreign", "cut in the middle", "cut at the end", "half a configuration", "half a tokenizer",
        "another tokenizer", "another front end", "no vocabulary",
    ],
)  # fmt: skip
def test_a_model_that_is_not_whole_is_refused_in_one_line(model: Path, file: str, content: bytes) -> None:
    (model / file).write_bytes(content)
    with pytest.raises(MissingError) as caught:
        WhisperRecognizer(model)
    message = str(caught.value)
    assert message.startswith(f"the speech model in {model} cannot be used (")
    assert message.endswith("; nothing was changed; get it again")
    assert "\n" not in message


@pytest.mark.skipif(get_cuda_device_count() > 0, reason="needs a machine without a GPU")
def test_without_a_gpu_it_goes_on_on_the_processor_and_says_so(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    recognizer = WhisperRecognizer(MODEL, device="cuda")
    [line] = caplog.messages
    assert line.startswith("whisper whisper cannot use cuda (")
    assert line.endswith("; it goes on on the processor")
    assert recognizer.transcribe(say("what color is it")).text == "what color is it"


def test_so_does_one_whose_gpu_is_lost_at_work(
    say: Say, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    recognizer = WhisperRecognizer(MODEL)

    def lose(*_: object) -> None:
        raise RuntimeError("CUDA failed with error unspecified launch failure")

    # Nobody can unplug a GPU that is not there.
    monkeypatch.setattr(recognizer, "_device", "cuda")
    monkeypatch.setattr(recognizer._model, "encode", lose)
    assert [recognizer.transcribe(say("what color is it")).text for _ in range(2)] == 2 * ["what color is it"]
    [line] = caplog.messages
    assert line.startswith("whisper whisper cannot use cuda (CUDA failed with error unspecified launch failure)")


@pytest.mark.parametrize(("seconds", "steps"), [(6.0, 3), (40.0, 6)])
def test_what_is_dropped_goes_no_further_than_to_its_next_step(
    with_names: WhisperRecognizer, seconds: float, steps: int
) -> None:
    """A noise, which is heard with the names and without them, has three steps a window."""
    sound = noise(int(seconds * SAMPLE_RATE))
    for last in range(steps):
        asked = 0

        def dropped(last: int = last) -> bool:
            nonlocal asked
            asked += 1
            return asked > last

        assert with_names.transcribe(sound, dropped).reason == "dropped"
        assert asked == last + 1


@pytest.mark.parametrize(
    ("log_probability", "no_speech", "compression", "confidence"),
    [(0.0, 0.0, 0.9, 1.0), (-0.7, 0.0, 0.9, 0.5), (0.0, 0.75, 0.9, 0.25), (-0.1, 0.0, 9.0, 0.0)],
    ids=["sure", "half sure of each word", "sure of the words, not of a voice", "round in circles"],
)
def test_confidence_is_that_of_the_words_and_of_a_voice(
    log_probability: float, no_speech: float, compression: float, confidence: float
) -> None:
    made = _Hypothesis(["yes"], log_probability, no_speech, compression)
    assert made.confidence == pytest.approx(confidence, abs=0.01)
