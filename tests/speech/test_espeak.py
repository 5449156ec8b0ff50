import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.audio import Sound
from voicephoto.errors import MissingError
from voicephoto.speech import EspeakSynthesizer
from voicephoto.speech.espeak import phonemes

TEXT = "I found twelve photos of the beach."


def spoken(text: str, voice: str = "en-us", **parameters: float) -> Sound:
    [sound] = EspeakSynthesizer(voice, **parameters).synthesize(text)
    return sound


def pitch(sound: Sound) -> float:
    """How often the vocal cords open, Hz: the strongest peak of the autocorrelation."""
    power = np.abs(np.fft.rfft(sound.samples, 2 * len(sound.samples))) ** 2
    shortest, longest = sound.rate // 400, sound.rate // 60
    return sound.rate / (shortest + int(np.fft.irfft(power)[shortest:longest].argmax()))


def alike(one: Sound, other: Sound) -> bool:
    """To the ear, for voices that keep one tone: eSpeak NG wavers a little from one time to the next."""
    length = abs(one.seconds / other.seconds - 1) < 0.02
    return length and abs(pitch(one) / pitch(other) - 1) < 0.05


def test_a_sentence_becomes_sound_of_a_natural_length_and_loudness() -> None:
    sound = spoken(TEXT)
    assert sound.rate == 22_050
    assert sound.samples.dtype == np.int16
    assert 1.5 < sound.seconds < 4
    assert 3_000 < np.abs(sound.samples.astype(int)).max() <= 32_767


def test_every_sentence_is_a_sound_of_its_own() -> None:
    assert len(list(EspeakSynthesizer().synthesize("Here they are. There are three. Which one?"))) == 3


def test_a_sentence_is_made_only_when_it_is_asked_for() -> None:
    sounds = EspeakSynthesizer().synthesize("One. " * 100_000)
    assert next(sounds).seconds > 0.1


@pytest.mark.parametrize("text", ["", " \n ", "...", "😀", "—", "\0"])
def test_a_text_without_words_is_silence(text: str) -> None:
    assert list(EspeakSynthesizer().synthesize(text)) == []


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=40))
def test_any_text_can_be_spoken(text: str) -> None:
    for sound in EspeakSynthesizer().synthesize(text):
        assert sound.samples.dtype == np.int16


def test_the_same_text_sounds_the_same_every_time() -> None:
    assert alike(spoken(TEXT, pitch_range=0), spoken(TEXT, pitch_range=0))


def test_markup_is_read_out_and_not_obeyed() -> None:
    assert spoken('<break time="9s"/> yes').seconds > spoken("yes").seconds + 0.5
    assert spoken('<break time="9s"/> yes').seconds < 6


def test_a_higher_rate_is_shorter_and_a_higher_pitch_is_higher() -> None:
    assert spoken(TEXT, rate=1.6).seconds < 0.8 * spoken(TEXT, rate=0.9).seconds
    assert pitch(spoken(TEXT, pitch=90, pitch_range=0)) > 1.2 * pitch(spoken(TEXT, pitch=30, pitch_range=0))


@pytest.mark.parametrize("voice", ["en-us", "en-gb", "en-us+f3", "en-gb+f3", "en-gb-scotland", "de"])
def test_voices_go_by_their_language_and_variant(voice: str) -> None:
    synthesizer = EspeakSynthesizer(voice)
    assert synthesizer.name == f"espeak-ng {voice}"
    [sound] = synthesizer.synthesize(TEXT)
    assert sound.seconds > 1


@pytest.mark.parametrize("language", ["en-us", "en-gb"])
def test_a_woman_of_either_country_has_the_higher_voice(language: str) -> None:
    woman, man = spoken(TEXT, f"{language}+f3", pitch_range=0), spoken(TEXT, language, pitch_range=0)
    assert pitch(woman) > 1.5 * pitch(man)


def test_two_voices_do_not_disturb_each_other() -> None:
    man = EspeakSynthesizer("en-us", pitch_range=0)
    woman = EspeakSynthesizer("en-us+f3", pitch_range=0, rate=1.5)
    alone = [next(man.synthesize(TEXT)), next(woman.synthesize(TEXT))]
    assert not alike(*alone)
    for _ in range(2):
        assert alike(next(man.synthesize(TEXT)), alone[0])
        phonemes("tomato", "de")
        assert alike(next(woman.synthesize(TEXT)), alone[1])


def test_two_threads_do_not_mix_their_words() -> None:
    expected = {text: spoken(text).seconds for text in ("Two dogs on the beach.", "A red car.")}
    texts = list(expected) * 8
    with ThreadPoolExecutor(4) as pool:
        sounds = list(pool.map(spoken, texts))
    assert [sound.seconds for sound in sounds] == pytest.approx([expected[text] for text in texts], rel=0.02)


@pytest.mark.parametrize("voice", ["no such voice", "", "+f3", "../../etc/passwd", "xx-yy"])
def test_an_unknown_voice_is_refused_with_names_that_exist(voice: str) -> None:
    with pytest.raises(MissingError) as caught:
        EspeakSynthesizer(voice)
    message = str(caught.value)
    assert repr(voice) in message
    assert "\n" not in message
    for suggested in ("en-us", "en-gb", "en-us+f3"):
        assert suggested in message
        EspeakSynthesizer(suggested)


def test_without_espeak_the_message_says_how_to_get_it() -> None:
    check = (
        "import sys; sys.modules['espeakng_loader'] = None\n"
        "from voicephoto.errors import MissingError\n"
        "from voicephoto.speech import EspeakSynthesizer\n"
        "try: EspeakSynthesizer()\n"
        "except MissingError as error: print(error)"
    )
    printed = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout
    assert "pip install --force-reinstall espeakng-loader" in printed
    assert len(printed.splitlines()) == 1


@pytest.mark.parametrize(
    ("word", "expected"),
    [("hello", "h_@_l_'oU"), ("beach", "b_'i:_tS"), ("", ""), ("...", "")],
)
def test_phonemes_are_espeaks_mnemonics(word: str, expected: str) -> None:
    assert phonemes(word) == expected


def test_phonemes_of_all_sentences_are_given() -> None:
    assert phonemes("yes. no.").count(" ") == 1


def test_the_voice_decides_how_a_word_is_said() -> None:
    assert phonemes("tomato", "en-us") != phonemes("tomato", "en-gb")
