import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.recognition import edits
from tests.speech.conftest import Say
from voicephoto.audio import SAMPLE_RATE, read_sound, resample
from voicephoto.demo import QUESTIONS
from voicephoto.errors import MissingError
from voicephoto.speech import MoonshineRecognizer, load_sentences, moonshine_folder

NAMES = ("Italy", "Positano", "Zermatt", "Oaxaca", "New York City", "Chelsea")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def folder() -> Path:
    found = moonshine_folder()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def recognizer(folder: Path, cache: Path) -> MoonshineRecognizer:
    return MoonshineRecognizer(folder, load_sentences(), NAMES, cache)


@pytest.mark.parametrize("file", sorted(QUESTIONS.glob("*.flac")), ids=lambda file: file.stem)
def test_recorded_questions_are_heard_right_up_to_one_word(recognizer: MoonshineRecognizer, file: Path) -> None:
    transcript = recognizer.transcribe(resample(read_sound(file), SAMPLE_RATE).samples)
    assert edits(file.stem.split("-")[1:], transcript.text.split()) <= 1
    assert 0.2 < transcript.confidence <= 1


def test_people_are_heard_who_speak_of_something_else(recognizer: MoonshineRecognizer, shared_data: Path) -> None:
    said = resample(read_sound(shared_data / "speech" / "misc" / "jfk.flac"), SAMPLE_RATE).samples
    assert "ask not what your country can do for you" in recognizer.transcribe(said).text


def test_a_name_is_heard_where_the_library_has_it(
    recognizer: MoonshineRecognizer, folder: Path, tmp_path: Path, say: Say
) -> None:
    asked = say("show me photos from oaxaca")
    stranger = MoonshineRecognizer(folder, load_sentences(), (), tmp_path)
    assert recognizer.transcribe(asked).text.endswith("from oaxaca")
    assert "oaxaca" not in stranger.transcribe(asked).text


def test_years_are_words(recognizer: MoonshineRecognizer, say: Say) -> None:
    assert recognizer.transcribe(say("pictures from the summer of 2019")).text.endswith("summer of twenty nineteen")


@pytest.mark.parametrize(("seconds", "reason"), [(0, "too short"), (0.1, "too short"), (1.0, "noise"), (31.0, "noise")])
def test_silence_is_rejected_with_a_reason(recognizer: MoonshineRecognizer, seconds: float, reason: str) -> None:
    transcript = recognizer.transcribe(np.zeros(int(seconds * SAMPLE_RATE), np.int16))
    assert (transcript.text, transcript.reason) == ("", reason)


def test_what_was_said_before_and_after_half_a_minute_is_heard(recognizer: MoonshineRecognizer) -> None:
    [file] = QUESTIONS.glob("*-show-me-snowy-mountains.flac")
    asked, pause = resample(read_sound(file), SAMPLE_RATE).samples, np.zeros(30 * SAMPLE_RATE, np.int16)
    assert recognizer.transcribe(np.concatenate([asked, pause, asked])).text.count("snowy mountains") == 2


def test_it_ends_at_the_next_word_when_nobody_wants_to_know_any_more(recognizer: MoonshineRecognizer, say: Say) -> None:
    asked = 0

    def dropped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert recognizer.transcribe(say("show me pictures of boats"), dropped).reason == "dropped"
    assert asked == 4


@pytest.mark.parametrize("file", ["encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"])
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_a_model_that_is_not_whole_is_refused_in_one_line(
    folder: Path, cache: Path, tmp_path: Path, file: str, damage: str
) -> None:
    copy = tmp_path / "tiny-en"
    shutil.copytree(folder, copy)
    whole = (copy / file).read_bytes()
    if damage == "missing":
        (copy / file).unlink()
    else:
        (copy / file).write_bytes(whole[:-1] if damage == "cut" else whole[:1000] + b"?" + whole[1001:])
    with pytest.raises(MissingError, match=f"{file} is .*; nothing was changed; run: pip install") as refusal:
        MoonshineRecognizer(copy, load_sentences(), NAMES, cache)
    assert "\n" not in str(refusal.value)
