"""A conversation through every engine of the full profile: Whisper hears, open_clip compares, a vision-language model
looks, Piper speaks. The models are the small ones of tests/fixtures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.shapes import ALL, paint
from voicephoto.assembly import Assembly
from voicephoto.assistant import Turn
from voicephoto.audio import SAMPLE_RATE, Sound, resample
from voicephoto.config import Settings
from voicephoto.hub import locate
from voicephoto.library import index
from voicephoto.speech import EspeakSynthesizer
from voicephoto.vision import Bank, Calibration

FIXTURES = Path(__file__).parent / "fixtures"

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The program with all these engines over a library of painted shapes.

    The regressions of its cut-off are the starter's, for the shapes are too few to fit others.
    """
    folder = tmp_path_factory.mktemp("shapes")
    for number, (colour, shape) in enumerate(ALL * 3):
        paint(colour, shape, at=(0.4 + 0.1 * (number % 3), 0.5)).save(folder / f"{number}.png")
    parts = Assembly(
        Settings(
            data=tmp_path_factory.mktemp("data"),
            recognizer=str(FIXTURES / "whisper"),
            voice=str(FIXTURES / "piper" / "en_US-tones-low.onnx"),
            encoder=str(FIXTURES / "clip"),
            answerer=str(FIXTURES / "vlm"),
            offline=True,
        )
    )
    looks = parts.encoder.encode_images([paint(colour, shape) for colour, shape in ALL])
    bank = Bank(parts.encoder.encode_texts([f"{colour} {shape}" for colour, shape in ALL]))
    starter = Calibration.read(locate("starter") / "calibration.npz")
    own = parts.settings.data / "calibrations" / f"{parts.encoder.name}.npz"
    own.parent.mkdir()
    replace(starter, bank=bank, mean=looks.mean(axis=0), covariance=np.cov(looks.T), hopeless=0.0).write(own)
    index([folder], parts.catalog, parts.encoder)
    return parts


def spoken(text: str) -> Sound:
    """Somebody says something between two pauses."""
    said = np.concatenate([sound.samples for sound in EspeakSynthesizer("en-us+f3").synthesize(text)])
    voice = resample(Sound(said, 22_050), SAMPLE_RATE).samples
    return Sound(np.concatenate([np.zeros(SAMPLE_RATE, np.int16), voice, np.zeros(SAMPLE_RATE, np.int16)]), SAMPLE_RATE)


def test_a_spoken_question_about_a_photo_that_was_found_by_its_looks(parts: Assembly) -> None:
    with parts.assistant() as assistant:
        found = assistant.typed("show me a red square")
        assert found.reply is not None
        first = found.reply.photos[0]
        assert ALL[int(first.path.stem) % len(ALL)] == ("red", "square")
        [turn] = list(assistant.listen(spoken("What color is it?")))
    assert turn.heard == "what color is it"
    assert turn.intent is not None
    assert turn.intent.kind == "ask_photo"
    assert turn.reply is not None
    assert turn.reply.say == "It is red."
    assert turn.reply.focus == first
    _is_aloud(turn)


def _is_aloud(turn: Turn) -> None:
    assert turn.sounds
    assert all(sound.rate == 22_050 for sound in turn.sounds)
    assert max(int(np.abs(sound.samples.astype(int)).max()) for sound in turn.sounds) > 8_000
