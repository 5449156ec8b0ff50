from pathlib import Path

import pytest
from PIL import Image

from voicephoto.assembly import Assembly
from voicephoto.vision.answers import presence


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Is there a dog in the picture?", "a dog"),
        ("are there any people in it", "people"),
        ("can you see the sea", "the sea"),
        ("do you see some snow here", "snow"),
        ("what is she holding", None),
        ("is it raining", None),
    ],
)
def test_questions_for_something_being_there(question: str, thing: str | None) -> None:
    assert presence(question) == thing


def test_what_is_surely_there_and_surely_not(demo_parts: Assembly, demo_library: object) -> None:
    paths = {path.name: path for path in demo_library.paths}  # type: ignore[attr-defined]
    mountains = Image.open(paths["zermatt.jpg"])
    assert next(iter(demo_parts.answerer.answer(mountains, "is there a mountain"))).startswith("Yes")
    assert not next(iter(demo_parts.answerer.answer(mountains, "is there a pizza in the photo"))).startswith("Yes")


def test_what_it_cannot_answer_is_said_in_one_honest_sentence(demo_parts: Assembly, shared_data: Path) -> None:
    [sentence] = demo_parts.answerer.answer(Image.new("RGB", (64, 64), "grey"), "what is she holding?")
    assert "vision model" in sentence


def test_a_description_is_one_sentence_to_be_spoken(demo_parts: Assembly, demo_library: object) -> None:
    for path in demo_library.paths[:6]:  # type: ignore[attr-defined]
        [sentence] = demo_parts.answerer.describe(Image.open(path).convert("RGB"))
        assert sentence.startswith(("I think it shows", "I can't tell"))
        assert sentence.endswith(".")
