"""A small SmolVLM, trained on a few questions about coloured shapes."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from tests.fixtures.shapes import ALL, COLOURS, paint
from voicephoto.errors import MissingError
from voicephoto.vision import Picture, VlmAnswerer, vlm
from voicephoto.vision.prompts import prompt
from voicephoto.vision.spoken import LONGER, UNSURE

VLM = Path(__file__).parent.parent / "fixtures" / "vlm"
PATIENT = 60.0
RED_SQUARE, BLUE_CIRCLE = Picture(paint("red", "square")), Picture(paint("blue", "circle"))

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(scope="module")
def answerer() -> VlmAnswerer:
    return VlmAnswerer(VLM, seconds=PATIENT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model that may be damaged."""
    return Path(shutil.copytree(VLM, tmp_path / "vlm"))


def refused(folder: Path) -> str:
    """The one line that says why the model of a folder cannot look."""
    with pytest.raises(MissingError) as error:
        next(VlmAnswerer(folder, seconds=PATIENT).describe(RED_SQUARE))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("colour", COLOURS)
def test_what_colour_is_it(answerer: VlmAnswerer, colour: str) -> None:
    assert list(answerer.answer([Picture(paint(colour, "circle"))], "what colour is it")) == [f"It is {colour}."]


def test_a_description_is_short_and_in_sentences(answerer: VlmAnswerer) -> None:
    assert answerer.name == "vlm"
    assert list(answerer.describe(RED_SQUARE)) == ["It shows a red square.", "The background is grey."]


@pytest.mark.parametrize(("colour", "shape"), ALL)
def test_what_it_was_trained_on_is_described_rightly(answerer: VlmAnswerer, colour: str, shape: str) -> None:
    assert next(answerer.describe(Picture(paint(colour, shape)))) == f"It shows a {colour} {shape}."


def test_is_something_there(answerer: VlmAnswerer) -> None:
    assert next(answerer.answer([RED_SQUARE], "is there a square in it")).startswith("Yes")
    assert next(answerer.answer([RED_SQUARE], "is there a circle in it")).startswith("No")


@pytest.mark.parametrize("city", ["Rome", "Lisbon"])
def test_what_is_known_of_a_photo_need_not_be_guessed(answerer: VlmAnswerer, city: str) -> None:
    photo = Picture(RED_SQUARE.image, f"taken on Sunday, July 12, 2026 in {city}, Italy")
    assert list(answerer.answer([photo], "in which city is it")) == [f"It was taken in {city}."]


def test_two_photos_are_compared(answerer: VlmAnswerer) -> None:
    asked = "compare the first and the second one"
    assert list(answerer.answer([RED_SQUARE, BLUE_CIRCLE], asked)) == [
        "The first one is red and the second one is blue."
    ]
    assert list(answerer.answer([BLUE_CIRCLE, RED_SQUARE], asked)) == [
        "The first one is blue and the second one is red."
    ]


def test_where_it_cannot_tell_it_is_not_sure(answerer: VlmAnswerer) -> None:
    assert list(answerer.answer([RED_SQUARE], "who painted it")) == [UNSURE, "It is impossible to tell."]


def test_size_and_mode_of_a_photo_do_not_matter(answerer: VlmAnswerer) -> None:
    for image in (paint("red", "square", size=2000), paint("red", "square", size=40), RED_SQUARE.image.convert("P")):
        assert list(answerer.answer([Picture(image)], "what colour is it")) == ["It is red."]


def test_when_it_takes_long_it_says_so_first() -> None:
    hurried = VlmAnswerer(VLM, seconds=0.0)
    assert list(hurried.answer([RED_SQUARE], "what colour is it")) == [LONGER, "It is red."]


def test_it_ends_when_nobody_listens_any_more(answerer: VlmAnswerer) -> None:
    sentences = answerer.describe(RED_SQUARE)
    assert next(sentences) == "It shows a red square."
    sentences.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name == "looking":
            thread.join(PATIENT)
            assert not thread.is_alive()
    assert list(answerer.answer([RED_SQUARE], "what colour is it")) == ["It is red."]


@pytest.mark.parametrize("device", ["cuda", "meta"])
def test_a_device_that_fails_is_left_for_the_processor(device: str, caplog: pytest.LogCaptureFixture) -> None:
    answerer = VlmAnswerer(VLM, device=device, seconds=PATIENT)
    assert list(answerer.answer([RED_SQUARE], "what colour is it")) == ["It is red."]
    assert f"cannot use {device}" in caplog.text


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_the_precision_sees_the_same(monkeypatch: pytest.MonkeyPatch, dtype: str) -> None:
    """What a GPU computes with, on the processor."""
    import torch

    monkeypatch.setattr(vlm, "processor_dtype", lambda: getattr(torch, dtype))
    assert list(VlmAnswerer(VLM, seconds=PATIENT).answer([RED_SQUARE], "what colour is it")) == ["It is red."]


@pytest.mark.parametrize(
    "file", ["config.json", "model.safetensors", "processor_config.json", "tokenizer.json", "chat_template.jinja"]
)
def test_without_one_of_its_files_it_cannot_look(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert "your photos and catalog are untouched" in refused(folder)


def test_pickled_weights_are_never_read(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "model.safetensors" in refused(folder)


@pytest.mark.parametrize("length", [0, 1000, 500_000])
def test_weights_that_are_cut_short_are_noticed(folder: Path, length: int) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:length])
    assert "cut short" in refused(folder)


def test_a_missing_part_of_the_weights_is_noticed(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    parts = {"weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}, "metadata": {}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(parts))
    assert "cannot be used" in refused(folder)


def test_weights_of_another_model_are_refused(folder: Path) -> None:
    shutil.copy(VLM.parent / "clip" / "open_clip_model.safetensors", folder / "model.safetensors")
    assert "cannot be used" in refused(folder)


def test_a_model_that_brings_its_own_code_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "unheard_of",
        "auto_map": {"AutoConfig": "code.Config", "AutoModelForImageTextToText": "code.Model"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "code.py").write_text("raise SystemExit('this was run')")
    assert "cannot be used" in refused(folder)


def test_too_little_memory_is_noticed_before_loading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vlm, "_BESIDES", 10**9)
    assert "looks at photos" in refused(folder)


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    assert "model.safetensors" in refused(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("question", "facts", "told"),
    [
        ("what is it", ["taken in Rome"], "This photo was taken in Rome. What is it? "),
        ("is it red?", [""], "Is it red? "),
        (
            "compare them",
            ["taken in Rome", "", "taken in Oslo"],
            "Photo 1 was taken in Rome. Photo 3 was taken in Oslo. Compare",
        ),
    ],
)
def test_a_prompt_tells_what_is_known_and_asks(question: str, facts: list[str], told: str) -> None:
    assert prompt(question, facts).startswith(told)
