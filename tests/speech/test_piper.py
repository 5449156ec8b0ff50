import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.audio import Sound
from voicephoto.errors import MissingError
from voicephoto.speech import EspeakSynthesizer, PiperSynthesizer

VOICE = Path(__file__).parent.parent / "fixtures" / "piper" / "en_US-tones-low.onnx"
TEXT = "I found twelve photos of the beach."


@pytest.fixture(scope="module")
def synthesizer() -> PiperSynthesizer:
    return PiperSynthesizer(VOICE)


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    for ending in ("", ".json"):
        shutil.copy(f"{VOICE}{ending}", tmp_path)
    return tmp_path / VOICE.name


def loudest(sound: Sound) -> int:
    return int(np.abs(sound.samples.astype(int)).max())


def test_a_sentence_becomes_tones_of_a_natural_length_and_loudness(synthesizer: PiperSynthesizer) -> None:
    [sound] = synthesizer.synthesize(TEXT)
    assert synthesizer.name == "piper en_US-tones-low"
    assert (sound.rate, sound.samples.dtype) == (22_050, np.int16)
    assert 1.5 < sound.seconds < 4
    assert 16_000 < loudest(sound) < 32_767


def test_different_words_are_different_tones_and_the_same_words_are_the_same(synthesizer: PiperSynthesizer) -> None:
    [sea], [bee], [again] = (list(synthesizer.synthesize(word)) for word in ("sea", "bee", "sea"))
    assert not np.array_equal(sea.samples, bee.samples)
    assert np.array_equal(sea.samples, again.samples)


def test_every_sentence_is_a_sound_of_its_own(synthesizer: PiperSynthesizer) -> None:
    assert len(list(synthesizer.synthesize("Here they are. There are three. Which one?"))) == 3


def test_a_sentence_is_made_only_when_it_is_asked_for(synthesizer: PiperSynthesizer) -> None:
    assert next(synthesizer.synthesize("One. " * 100_000)).seconds > 0.1


@pytest.mark.parametrize("text", ["", " \n ", "...", "😀", "—", "\0"])
def test_a_text_without_words_is_silence(synthesizer: PiperSynthesizer, text: str) -> None:
    assert list(synthesizer.synthesize(text)) == []


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=40))
def test_any_text_can_be_spoken(synthesizer: PiperSynthesizer, text: str) -> None:
    for sound in synthesizer.synthesize(text):
        assert sound.samples.dtype == np.int16


def test_a_sentence_of_soft_sounds_stays_soft(synthesizer: PiperSynthesizer) -> None:
    """No vowel is in it; made as loud as it can be, it would jump out among the others."""
    [soft], [usual] = synthesizer.synthesize("Psst!"), synthesizer.synthesize(TEXT)
    assert loudest(soft) == pytest.approx(loudest(usual) / 2, rel=0.05)


def test_a_higher_rate_is_shorter_and_a_lower_volume_is_softer(synthesizer: PiperSynthesizer) -> None:
    [usual] = synthesizer.synthesize(TEXT)
    [other] = PiperSynthesizer(VOICE, rate=2, volume=0.5).synthesize(TEXT)
    assert other.seconds == pytest.approx(usual.seconds / 2, rel=0.02)
    assert loudest(other) == pytest.approx(loudest(usual) / 2, rel=0.02)


def test_too_high_a_volume_is_cut_off_at_full_scale() -> None:
    [sound] = PiperSynthesizer(VOICE, volume=50).synthesize(TEXT)
    assert loudest(sound) == 32_767


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("July 12, 2026, at 8:05", "July twelfth, twenty twenty six, at eight oh five"),
        ("[[ʃʃʃ]]", "[ʃʃʃ]"),
    ],
)
def test_what_is_written_sounds_like_what_people_say(synthesizer: PiperSynthesizer, written: str, said: str) -> None:
    """Figures as words, and nothing in double brackets as phonemes."""
    [one], [other] = synthesizer.synthesize(written), synthesizer.synthesize(said)
    assert np.array_equal(one.samples, other.samples)


def test_it_does_not_disturb_the_voice_of_the_starter(synthesizer: PiperSynthesizer) -> None:
    """Both have an eSpeak NG, each with one voice and one text for the whole process."""
    espeak = EspeakSynthesizer("de")
    [alone], [german] = synthesizer.synthesize(TEXT), espeak.synthesize(TEXT)
    with ThreadPoolExecutor(2) as pool:
        tones = [pool.submit(lambda: list(synthesizer.synthesize(TEXT))) for _ in range(8)]
        words = [pool.submit(lambda: list(espeak.synthesize(TEXT))) for _ in range(8)]
    assert all(np.array_equal(future.result()[0].samples, alone.samples) for future in tones)
    assert [future.result()[0].seconds for future in words] == pytest.approx([german.seconds] * 8, rel=0.02)


def changed(voice: Path, **entries: object) -> None:
    description = Path(f"{voice}.json")
    description.write_text(json.dumps(json.loads(description.read_text(encoding="utf-8")) | entries), encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda voice: voice.unlink(), id="no network"),
        pytest.param(lambda voice: Path(f"{voice}.json").unlink(), id="no description"),
        pytest.param(lambda voice: Path(f"{voice}.json").write_text("{"), id="half a description"),
        pytest.param(lambda voice: Path(f"{voice}.json").write_text("[]"), id="another file's description"),
        pytest.param(lambda voice: changed(voice, espeak={"voice": "no such"}), id="unknown language"),
        pytest.param(lambda voice: changed(voice, phoneme_type="pinyin"), id="phonemes from the network"),
        pytest.param(lambda voice: changed(voice, phoneme_id_map={"a": [1]}), id="phonemes of another"),
        pytest.param(lambda voice: voice.write_bytes(b""), id="empty"),
        pytest.param(lambda voice: voice.write_bytes(b"GIF89a" * 99), id="foreign"),
        pytest.param(lambda voice: voice.write_bytes(voice.read_bytes()[:1500]), id="cut in the middle"),
        pytest.param(lambda voice: voice.write_bytes(voice.read_bytes()[:-40]), id="cut at the end"),
    ],
)
def test_a_voice_that_is_not_whole_is_refused_in_one_line(voice: Path, damage: Callable[[Path], object]) -> None:
    damage(voice)
    with pytest.raises(MissingError) as caught:
        PiperSynthesizer(voice)
    message = str(caught.value)
    assert VOICE.name.removesuffix(".onnx") in message
    assert "\n" not in message
    assert message.endswith(("get it again", "get the voice again"))


def test_a_voice_that_makes_no_sound_is_refused(voice: Path) -> None:
    """It has a name for every phoneme and they are all the one of silence."""
    changed(voice, phoneme_id_map={name: [0] for name in "_^$ abcdefghijklmnopqrstuvwxyz"})
    with pytest.raises(MissingError, match="makes no sound"):
        PiperSynthesizer(voice)
