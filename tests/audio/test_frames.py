from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, Sound, frames, resample


def noise(samples: int, rate: int = SAMPLE_RATE) -> Sound:
    return Sound(np.random.default_rng(samples).integers(-9_000, 9_000, samples).astype(np.int16), rate)


def test_a_frame_is_20_ms() -> None:
    assert FRAME_SAMPLES / SAMPLE_RATE == 0.020


@given(st.integers(0, 5_000))
def test_frames_cover_the_sound_from_its_first_to_its_last_sample(length: int) -> None:
    sound = noise(length)
    parts = [frame.samples for frame in frames(sound)]
    assert len(parts) == -(-length // FRAME_SAMPLES)
    joined = np.concatenate([*parts, np.zeros(0, np.int16)])
    assert np.array_equal(joined[:length], sound.samples)
    assert not joined[length:].any()


@settings(deadline=None)
@given(st.integers(1, 20_000), st.sampled_from([8_000, 22_050, 44_100, 48_000]))
def test_every_frame_has_320_samples_whatever_the_rate(length: int, rate: int) -> None:
    sound = noise(length, rate)
    parts = list(frames(sound))
    assert all(frame.samples.shape == (FRAME_SAMPLES,) for frame in parts)
    assert all(frame.samples.dtype == np.int16 for frame in parts)
    duration = len(resample(sound, SAMPLE_RATE).samples) / SAMPLE_RATE
    assert duration <= len(parts) * 0.020 + 1e-9 < duration + 0.020 + 1e-9


@given(st.integers(1, 5_000), st.floats(0, 1e6))
def test_frames_start_where_the_frame_before_ends(length: int, start: float) -> None:
    starts = [frame.start for frame in frames(noise(length), start)]
    assert starts[0] == start
    for one, other in pairwise(starts):
        assert other - one == pytest.approx(0.020, abs=1e-6)


def test_no_sound_has_no_frames() -> None:
    assert list(frames(Sound(np.zeros(0, np.int16), 44_100))) == []
