import socket
from pathlib import Path

import pytest
from PIL import Image

from voicephoto.assembly import Assembly
from voicephoto.errors import MissingError
from voicephoto.vision import ChatAnswerer, FallbackAnswerer, Picture
from voicephoto.vision.answers import presence

GREY = Picture(Image.new("RGB", (64, 64), "grey"))


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
    mountains = [Picture(Image.open(paths["zermatt.jpg"]))]
    assert next(demo_parts.sight.answerer.answer(mountains, "is there a mountain")).startswith("Yes")
    assert not next(demo_parts.sight.answerer.answer(mountains, "is there a pizza in the photo")).startswith("Yes")


def test_what_it_cannot_answer_is_said_in_one_honest_sentence(demo_parts: Assembly, shared_data: Path) -> None:
    [sentence] = demo_parts.sight.answerer.answer([GREY], "what is she holding?")
    assert "vision model" in sentence


def test_the_starter_compares_no_photos(demo_parts: Assembly) -> None:
    [sentence] = demo_parts.sight.answerer.answer([GREY, GREY], "is there a dog in it")
    assert "vision model" in sentence


def test_where_the_best_cannot_look_the_other_answers(demo_parts: Assembly, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        absent = ChatAnswerer(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "small", seconds=60.0)
        with pytest.raises(MissingError):
            next(absent.describe(GREY))
        answerer = FallbackAnswerer(absent, demo_parts.sight.answerer)
        assert list(answerer.describe(GREY)) == list(demo_parts.sight.answerer.describe(GREY))
        assert "vision model" in next(answerer.answer([GREY], "what is she holding"))
    assert "cannot be reached" in caplog.text


def test_a_description_is_one_sentence_to_be_spoken(demo_parts: Assembly, demo_library: object) -> None:
    for path in demo_library.paths[:6]:  # type: ignore[attr-defined]
        [sentence] = demo_parts.sight.answerer.describe(Picture(Image.open(path).convert("RGB")))
        assert sentence.startswith(("I think it shows", "I can't tell"))
        assert sentence.endswith(".")
