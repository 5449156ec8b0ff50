"""Which encoder answers after another one was chosen, when a program starts."""

import json
import shutil

import pytest

from tests.eyes.conftest import Answers, Home, LeaveMemory
from voicephoto.errors import MissingError

pytestmark = pytest.mark.usefixtures("no_network")


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name == "voicephoto"]
    assert not any("\n" in line for line in lines)
    caplog.clear()
    return lines


def test_the_one_before_answers_and_says_once_how_far_the_chosen_one_is(
    calibrated: Home, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    calibrated.index(calibrated.photos / "Italy")
    italy, everything = (len(list(calibrated.photos.glob(files))) for files in ("Italy/*", "*/*"))
    far = f"{italy} of {everything} photos are looked at with clip so far; until then the starter searches; "
    [line] = said(caplog)
    assert line.startswith(far)
    parts = calibrated.parts()
    assert parts.find("sunsets").results.status == "confident"
    assert answers(parts) == "starter"
    with parts.assistant() as assistant:
        assert assistant.typed("show me sunsets").reply
    [line] = said(caplog)
    assert line == f"{far}voicephoto talk looks on beside your questions, voicephoto index FOLDER at once"


def test_the_chosen_one_answers_when_all_photos_are_indexed_with_it(
    calibrated: Home, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    calibrated.index()
    [line] = said(caplog)
    assert line.endswith(" photos are looked at with clip, which searches from now on")
    assert answers(calibrated.parts()) == "open_clip"
    assert said(caplog) == []


def test_the_way_back_is_the_same_way(changed: Home, answers: Answers, caplog: pytest.LogCaptureFixture) -> None:
    later = changed.photos / "later.png"
    shutil.copy(next(changed.photos.glob("Shapes/*")), later)
    later.write_bytes(later.read_bytes() + b"another file")
    changed.index()
    assert answers(changed.parts("starter")) == "open_clip"
    [line] = said(caplog)
    assert " photos are looked at with the starter so far; until then clip searches; " in line
    changed.index(encoder="starter")
    assert answers(changed.parts("starter")) == "starter"


def test_without_a_cut_off_of_its_own_the_chosen_one_does_not_take_over(
    home: Home, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    home.index()
    lines = said(caplog)
    parts = home.parts()
    assert answers(parts) == "starter"
    lines += said(caplog)
    assert lines == 2 * [
        "the photos are looked at with clip, but it has no cut-off of its own; until then the starter searches; "
        "run: voicephoto models calibrate FOLDER"
    ]
    home.calibrate()
    assert answers(home.parts()) == "open_clip"


def test_a_cut_off_beside_the_weights_counts(home: Home, answers: Answers) -> None:
    home.index()
    home.calibrate()
    [fitted] = (home.data / "calibrations").iterdir()
    fitted.rename(home.clip / "calibration.npz")
    assert answers(home.parts()) == "open_clip"


def test_where_nothing_can_answer_it_says_what_to_do(home: Home) -> None:
    (home.data / "catalog.sqlite").rename(home.data / "elsewhere")
    home.index()
    with pytest.raises(
        MissingError, match=r"^clip has no cut-off of its own.*; run: voicephoto models calibrate FOLDER$"
    ):
        home.parts().find("sunsets")


@pytest.mark.parametrize("how", ["gone", "cut short", "another file", "no settings", "another cut-off"])
def test_a_model_that_cannot_be_used_leaves_the_one_before(
    changed: Home, answers: Answers, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    weights, settings = changed.clip / "open_clip_model.safetensors", changed.clip / "open_clip_config.json"
    match how:
        case "gone":
            shutil.rmtree(changed.clip)
        case "cut short":
            weights.write_bytes(weights.read_bytes()[:100_000])
        case "another file":
            weights.write_bytes(b"no weights")
        case "no settings":
            settings.write_text("{}")
        case "another cut-off":
            [fitted] = (changed.data / "calibrations").iterdir()
            fitted.write_bytes(b"no cut-off")
    parts = changed.parts()
    assert answers(parts) == "starter"
    with parts.assistant() as assistant:
        assert assistant.typed("show me sunsets").reply
    [line] = said(caplog)
    assert "until then the starter searches" in line


def test_a_model_whose_files_are_there_and_of_no_use_leaves_the_one_before(
    changed: Home, answers: Answers, caplog: pytest.LogCaptureFixture, leave_memory: LeaveMemory
) -> None:
    leave_memory(100_000)
    assert answers(changed.parts()) == "starter"
    [line] = said(caplog)
    assert line.startswith("the image model needs ")
    assert line.endswith("; until then the starter searches")


def test_a_question_that_photos_need_not_be_looked_at_for_loads_no_model(
    changed: Home, caplog: pytest.LogCaptureFixture, leave_memory: LeaveMemory
) -> None:
    leave_memory(100_000)
    with changed.parts().assistant() as assistant:
        for question in ("show me photos from Italy", "how many photos do I have", "when was the first one taken"):
            reply = assistant.typed(question).reply
            assert reply is not None
            assert reply.status == "confident"
        assert said(caplog) == []
        reply = assistant.typed("show me sunsets").reply
        assert reply is not None
        assert reply.status == "confident"
    [line] = said(caplog)
    assert line.startswith("the image model needs ")
    assert line.endswith("; until then the starter searches")


def test_another_model_in_the_same_place_starts_from_nothing(
    changed: Home, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    settings = changed.clip / "open_clip_config.json"
    other = json.loads(settings.read_text())
    other["preprocess_cfg"]["mean"] = [0.5, 0.5, 0.5]
    settings.write_text(json.dumps(other))
    changed.calibrate()
    assert answers(changed.parts()) == "starter"
    [line] = said(caplog)
    assert line.startswith("0 of ")


def test_a_photo_that_is_damaged_by_now_is_not_waited_for(calibrated: Home, answers: Answers) -> None:
    next(calibrated.photos.glob("Shapes/*")).write_bytes(b"\x89PNG\r\n\x1a\n and nothing else")
    calibrated.index()
    assert answers(calibrated.parts()) == "open_clip"


def test_photos_that_are_not_there_are_waited_for(calibrated: Home, answers: Answers) -> None:
    shutil.move(calibrated.photos / "Italy", calibrated.data / "a disk that is not plugged in")
    calibrated.index(calibrated.photos / "Shapes")
    assert answers(calibrated.parts()) == "starter"
    shutil.move(calibrated.data / "a disk that is not plugged in", calibrated.photos / "Italy")
    calibrated.index()
    assert answers(calibrated.parts()) == "open_clip"


def test_what_answered_last_may_be_forgotten(changed: Home, answers: Answers) -> None:
    for noted in ("", "[]", "{}", '{"setting": "/nowhere", "name": "open_clip-of-old"}'):
        (changed.data / "encoder.json").write_text(noted)
        assert answers(changed.parts()) == "open_clip"
