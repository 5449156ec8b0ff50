from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, read_sound
from voicephoto.speech.voice_activity import CHUNK_SAMPLES, SileroVoiceActivity, WebRtcVoiceActivity

Say = Callable[..., np.ndarray]


def chunks(samples: np.ndarray, length: int) -> list[np.ndarray]:
    return [samples[at : at + length] for at in range(0, len(samples) - length + 1, length)]


def probabilities(silero: SileroVoiceActivity, samples: np.ndarray) -> list[float]:
    return [silero.probability(chunk) for chunk in chunks(samples, CHUNK_SAMPLES)]


@pytest.fixture(scope="module")
def silero() -> SileroVoiceActivity:
    return SileroVoiceActivity()


@pytest.mark.parametrize("aggressiveness", [0, 1, 2, 3])
def test_webrtc_hears_speech_and_passes_over_silence(say: Say, aggressiveness: int) -> None:
    webrtc = WebRtcVoiceActivity(aggressiveness)
    quiet = [webrtc.is_speech(np.zeros(FRAME_SAMPLES, np.int16)) for _ in range(50)]
    spoken = [webrtc.is_speech(frame) for frame in chunks(say("show me the garden"), FRAME_SAMPLES)]
    assert sum(quiet) == 0
    assert sum(spoken) > 0.5 * len(spoken)


def test_the_more_aggressive_webrtc_is_the_less_it_lets_through() -> None:
    hiss = np.random.default_rng(1).normal(0, 2_000, 5 * SAMPLE_RATE).astype(np.int16)
    passed = []
    for aggressiveness in (0, 3):
        webrtc = WebRtcVoiceActivity(aggressiveness)
        passed.append(sum(webrtc.is_speech(frame) for frame in chunks(hiss, FRAME_SAMPLES)))
    assert passed[1] <= passed[0]


def test_silero_is_sure_of_speech(silero: SileroVoiceActivity, say: Say) -> None:
    silero.reset()
    heard = probabilities(silero, say("show me the garden"))
    assert np.median(heard) > 0.9
    assert all(0 <= probability <= 1 for probability in heard)


@pytest.mark.parametrize("level", [0, 30, 3_000])
def test_silero_is_sure_that_hiss_is_none(silero: SileroVoiceActivity, level: float) -> None:
    silero.reset()
    hiss = np.random.default_rng(1).normal(0, level, 2 * SAMPLE_RATE).astype(np.int16)
    assert max(probabilities(silero, hiss)) < 0.35


def test_silero_tells_real_speech_from_real_rain(silero: SileroVoiceActivity, shared_data: Path) -> None:
    def share_of_speech(path: Path) -> float:
        silero.reset()
        heard = probabilities(silero, read_sound(path).samples)
        return float(np.mean(np.array(heard) > 0.5))

    speech = sorted((shared_data / "speech" / "librispeech_test-clean").glob("*.flac"))[0]
    assert share_of_speech(speech) > 0.5
    for rain in sorted((shared_data / "noise" / "esc10" / "rain").glob("*.ogg")):
        assert share_of_speech(rain) < 0.05


def test_silero_remembers_the_stream_until_it_is_reset(silero: SileroVoiceActivity, say: Say) -> None:
    speech = say("show me the garden")
    silero.reset()
    first = probabilities(silero, speech)
    onwards = probabilities(silero, speech)
    silero.reset()
    again = probabilities(silero, speech)
    assert again == first
    assert onwards != first


def test_silero_judges_as_it_does_in_faster_whisper(silero: SileroVoiceActivity, say: Say) -> None:
    from faster_whisper.vad import get_vad_model

    speech = say("show me the garden")
    speech = speech[: len(speech) // CHUNK_SAMPLES * CHUNK_SAMPLES]
    silero.reset()
    theirs = get_vad_model()(speech.astype(np.float32) / 32768.0).squeeze()
    assert probabilities(silero, speech) == pytest.approx(theirs.tolist(), abs=1e-3)
