"""A conversation through every engine of the full profile: Whisper hears, open_clip compares, a vision-language model
looks, Piper speaks. The models are the small ones of tests/fixtures."""

from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.calibrating import calibration
from tests.fixtures.shapes import ALL, paint
from voicephoto.assembly import Assembly
from voicephoto.assistant import Turn
from voicephoto.audio import SAMPLE_RATE, Sound, resample
from voicephoto.config import Settings
from voicephoto.library import index
from voicephoto.speech import EspeakSynthesizer

FIXTURES = Path(__file__).parent / "fixtures"

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The program with all these engines over a library of painted shapes."""
    folder = tmp_path_factory.mktemp("shapes")
    for colour, shape in ALL:
        paint(colour, shape).save(folder / f"{colour} {shape}.png")
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
    own = parts.settings.data / "calibrations" / f"{parts.encoder.name}.npz"
    own.parent.mkdir()
    calibration(parts.encoder).write(own)
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
        assert first.path.stem == "red square"
        [turn] = list(assistant.listen(spoken("What color is it?")))
    assert turn.heard == "what color is it"
    assert turn.intent is not None
    assert turn.intent.kind == "ask_photo"
    assert turn.reply is not None
    assert turn.reply.say == "It is red."
    assert turn.reply.focus == first
    _is_aloud(turn)


def test_a_thing_that_one_model_sees_and_the_other_does_not(parts: Assembly) -> None:
    """Asked for a green square the small vision-language model says yes to any square; open_clip knows colours."""
    with parts.assistant() as assistant:
        assistant.typed("show me a red square")
        for thing, said in (
            ("a square", "Yes, there is a square."),
            ("a green square", "I'm not sure whether I see a green square."),
        ):
            turn = assistant.typed(f"Is there {thing} in it?")
            assert turn.reply is not None
            assert turn.reply.say == said


def _is_aloud(turn: Turn) -> None:
    assert turn.sounds
    assert all(sound.rate == 22_050 for sound in turn.sounds)
    assert max(int(np.abs(sound.samples.astype(int)).max()) for sound in turn.sounds) > 8_000
