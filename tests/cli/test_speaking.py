from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import Run
from voicephoto.audio import SAMPLE_RATE, read_sound, resample
from voicephoto.audio.sound import Sound
from voicephoto.demo.demo import QUESTIONS

from .conftest import Indexed, Inside, voicephoto


def question(number: int) -> Sound:
    [file] = QUESTIONS.glob(f"{number}-*.flac")
    return read_sound(file)


def test_transcribe_prints_an_object_for_every_file_whatever_it_holds(indexed: Indexed, tmp_path: Path) -> None:
    words = resample(question(3), 44_100).samples
    noise = np.random.default_rng(1).normal(0, 30, 3 * SAMPLE_RATE).astype(np.int16)
    files = {
        name: tmp_path / f"{name}.wav" for name in ("stereo", "silence", "noise", "missing", "nosound", "empty")
    }  # fmt: skip
    soundfile.write(files["stereo"], np.stack([words, words // 2], axis=1), 44_100)
    soundfile.write(files["silence"], np.zeros(3 * SAMPLE_RATE, np.int16), SAMPLE_RATE)
    soundfile.write(files["noise"], noise, SAMPLE_RATE)
    files["nosound"].write_text("these are words, but not spoken ones")
    files["empty"].touch()
    run = voicephoto("--data", indexed.data, "transcribe", *files.values(), "--json")
    assert (run.code, run.err) == (1, "")
    heard = dict(zip(files, run.jsons, strict=True))
    assert [each["file"] for each in heard.values()] == [str(file) for file in files.values()]
    stereo = heard.pop("stereo")
    assert list(stereo) == ["file", "text", "confidence", "seconds", "ms", "engine"]
    assert stereo["text"] == "show me the second one"
    assert 0 < stereo["confidence"] <= 1
    assert stereo["seconds"] == pytest.approx(question(3).seconds, abs=0.1)
    for each in heard.values():
        assert list(each) == ["file", "text", "confidence", "seconds", "ms", "engine", "reason"]
        assert each["text"] == ""
        assert each["reason"]
        assert "\n" not in each["reason"]
    assert heard["silence"]["reason"] == heard["noise"]["reason"] == "nobody speaks in it"
    assert "does not exist" in heard["missing"]["reason"]
    assert "cannot be read as sound" in heard["nosound"]["reason"]
    assert "is empty" in heard["empty"]["reason"]


def test_say_writes_a_wav_file(inside: Inside, tmp_path: Path) -> None:
    target = tmp_path / "said.wav"
    assert inside("--data", tmp_path, "say", "Two photos of a cat.", "-o", target) == Run(0, "", "")
    said = read_sound(target)
    assert 1 < said.seconds < 4
    assert np.abs(said.samples).max() > 1000


def test_talk_hears_recordings_as_one_conversation(indexed: Indexed, inside: Inside, tmp_path: Path) -> None:
    [sunsets] = QUESTIONS.glob("1-*.flac")
    [italian] = QUESTIONS.glob("2-*.flac")
    soundfile.write(tmp_path / "silence.wav", np.zeros(2 * SAMPLE_RATE, np.int16), SAMPLE_RATE)
    run = inside("--data", indexed.data, "talk", "--json", "--wav", sunsets, tmp_path / "silence.wav", italian)
    assert run.code == 1
    assert run.complaint == f"voicephoto: heard nobody speak in {tmp_path / 'silence.wav'}; the conversation goes on"
    first, second = run.jsons
    assert (first["intent"], second["intent"]) == ("search", "refine")
    assert {"endpoint", "recognize", "first_photo", "first_sound"} <= set(first["ms"])
