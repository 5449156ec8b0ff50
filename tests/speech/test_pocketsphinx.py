from pathlib import Path

import numpy as np
import pytest

from benchmarks.recognition import edits
from voicephoto.audio import SAMPLE_RATE, read_sound, resample
from voicephoto.demo import QUESTIONS
from voicephoto.speech import PocketSphinxRecognizer, load_sentences

NAMES = ("Italy", "Positano", "Zermatt", "New York City", "Chelsea")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def recognizer(cache: Path) -> PocketSphinxRecognizer:
    return PocketSphinxRecognizer(load_sentences(), NAMES, cache)


@pytest.mark.parametrize("file", sorted(QUESTIONS.glob("*.flac")), ids=lambda file: file.stem)
def test_recorded_questions_are_heard_right_up_to_one_word(recognizer: PocketSphinxRecognizer, file: Path) -> None:
    transcript = recognizer.transcribe(resample(read_sound(file), SAMPLE_RATE).samples)
    assert transcript.reason is None
    assert edits(file.stem.split("-")[1:], transcript.text.split()) <= 1
    assert 0 < transcript.confidence <= 1


def test_names_of_the_library_get_a_pronunciation_and_a_place_in_the_language_model(
    recognizer: PocketSphinxRecognizer, cache: Path
) -> None:
    [dictionary], [model] = (cache / "speech").glob("*.dict"), (cache / "speech").glob("*.arpa")
    pronounced = {line.split(" ")[0] for line in dictionary.read_text(encoding="utf-8").splitlines()}
    assert {"italy", "positano", "zermatt", "york", "chelsea"} <= pronounced
    assert " in zermatt" in model.read_text(encoding="utf-8")


def test_what_was_made_once_is_kept_until_the_words_change(recognizer: PocketSphinxRecognizer, cache: Path) -> None:
    made = {file: file.stat().st_mtime_ns for file in (cache / "speech").iterdir()}
    PocketSphinxRecognizer(load_sentences(), NAMES[::-1], cache)
    assert {file: file.stat().st_mtime_ns for file in (cache / "speech").iterdir()} == made
    PocketSphinxRecognizer(load_sentences(), (*NAMES, "Innsbruck"), cache)
    assert not set((cache / "speech").iterdir()) & set(made)


@pytest.mark.parametrize(("seconds", "reason"), [(0, "too short"), (0.1, "too short"), (1.0, "noise")])
def test_silence_is_rejected_with_a_reason(recognizer: PocketSphinxRecognizer, seconds: float, reason: str) -> None:
    transcript = recognizer.transcribe(np.zeros(int(seconds * SAMPLE_RATE), np.int16))
    assert (transcript.text, transcript.reason) == ("", reason)


@pytest.mark.parametrize("ending", ["arpa", "dict"])
@pytest.mark.parametrize("kept", [0, 5_000, 150_000])
def test_a_damaged_language_model_is_made_again(
    recognizer: PocketSphinxRecognizer, cache: Path, ending: str, kept: int
) -> None:
    """The decoder itself would crash, or hear nothing, without a word."""
    PocketSphinxRecognizer(load_sentences(), NAMES, cache)
    [file] = (cache / "speech").glob(f"*.{ending}")
    whole = file.read_bytes()
    file.write_bytes(whole[:kept])
    PocketSphinxRecognizer(load_sentences(), NAMES, cache)
    assert file.read_bytes() == whole


def test_what_another_process_is_still_making_is_left_to_it(tmp_path: Path) -> None:
    (tmp_path / "speech").mkdir()
    other = tmp_path / "speech" / "0123456789abcdef.99.part"
    other.write_text("half a model")
    PocketSphinxRecognizer(load_sentences(), NAMES, tmp_path)
    assert other.read_text() == "half a model"
