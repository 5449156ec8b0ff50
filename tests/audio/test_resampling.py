import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.audio import Sound, resample

RATES = st.sampled_from([8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])


def sine(hertz: float, rate: int, seconds: float = 0.5, level: float = 0.5) -> Sound:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return Sound(np.rint(wave * 32767).astype(np.int16), rate)


def frequency(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound.samples * np.hanning(len(sound.samples))))
    return float(spectrum.argmax()) / sound.seconds


def level(sound: Sound) -> float:
    """Of the middle, away from the edges."""
    quarter = len(sound.samples) // 4
    return float(np.sqrt(2 * np.mean((sound.samples[quarter:-quarter] / 32768) ** 2)))


@settings(deadline=None)
@given(length=st.integers(0, 20_000), old=RATES, new=RATES)
def test_the_duration_stays_to_half_a_sample(length: int, old: int, new: int) -> None:
    sound = resample(Sound(np.full(length, 1_000, np.int16), old), new)
    assert sound.rate == new
    assert sound.samples.dtype == np.int16
    assert abs(len(sound.samples) - length * new / old) <= 0.5


@settings(deadline=None, max_examples=50)
@given(hertz=st.integers(100, 3_500), old=RATES, new=RATES)
def test_a_tone_keeps_its_pitch_and_its_level(hertz: int, old: int, new: int) -> None:
    before = sine(hertz, old)
    after = resample(before, new)
    assert frequency(after) == pytest.approx(hertz, abs=2)
    assert level(after) == pytest.approx(level(before), rel=0.01)


@settings(deadline=None, max_examples=50)
@given(hertz=st.integers(100, 3_000), old=RATES, new=RATES)
def test_there_and_back_again_is_the_same_sound(hertz: int, old: int, new: int) -> None:
    before = sine(hertz, old)
    again = resample(resample(before, new), old)
    quarter = len(before.samples) // 4
    difference = again.samples[quarter : 3 * quarter] - before.samples[quarter : 3 * quarter]
    assert np.abs(difference).max() <= 60


def test_a_tone_above_the_new_band_disappears_instead_of_folding_back() -> None:
    assert level(resample(sine(12_000, 44_100), 16_000)) < 0.001


def test_full_scale_is_clipped_and_never_wraps() -> None:
    square = np.where(np.arange(44_100) % 100 < 50, 32767, -32768).astype(np.int16)
    samples = resample(Sound(square, 44_100), 16_000).samples
    when = (np.arange(len(samples)) * 44_100 / 16_000) % 100
    assert samples[(when > 10) & (when < 40)].min() > 25_000
    assert samples[(when > 60) & (when < 90)].max() < -25_000


def test_the_same_rate_leaves_the_sound_alone() -> None:
    sound = sine(440, 16_000)
    assert resample(sound, 16_000) is sound
