"""A small vision-language model that is talked into things, checked by a small encoder: both know coloured shapes only."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.fixtures.calibrating import calibration
from tests.fixtures.shapes import ALL, paint
from voicephoto.errors import MissingError
from voicephoto.hub import locate
from voicephoto.vision import Calibration, CheckedAnswerer, OpenClipEncoder, Picture, StarterAnswerer, VlmAnswerer
from voicephoto.vision.spoken import LONGER

FIXTURES = Path(__file__).parent.parent / "fixtures"
RED_SQUARE = Picture(paint("red", "square"))

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(scope="module")
def encoder() -> StarterAnswerer:
    clip = OpenClipEncoder(FIXTURES / "clip")
    return StarterAnswerer(clip, calibration(clip), [" ".join(each) for each in ALL])


@pytest.fixture(scope="module")
def model() -> VlmAnswerer:
    return VlmAnswerer(FIXTURES / "vlm", seconds=60.0)


class Says:
    """Answers whatever is asked with the same sentences."""

    name = "says"

    def __init__(self, *sentences: str) -> None:
        self._sentences = sentences

    def describe(self, photo: Picture) -> Iterator[str]:
        return iter(self._sentences)

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        return iter(self._sentences)


def test_a_yes_that_the_encoder_takes_for_impossible_is_not_sure(model: VlmAnswerer, encoder: StarterAnswerer) -> None:
    """The model knows no colours in such questions and sees a square; the encoder sees none that is green."""
    question = "is there a green square in it"
    assert list(model.answer([RED_SQUARE], question)) == ["Yes, there is a square."]
    assert encoder.probability(RED_SQUARE, "a green square") < 0.01
    assert list(CheckedAnswerer(model, encoder).answer([RED_SQUARE], question)) == [
        "I'm not sure whether I see a green square."
    ]


def test_where_both_agree_the_answer_is_plain(model: VlmAnswerer, encoder: StarterAnswerer) -> None:
    checked = CheckedAnswerer(model, encoder)
    assert checked.name == "vlm"
    assert list(checked.answer([RED_SQUARE], "is there a square in it")) == ["Yes, there is a square."]
    assert list(checked.answer([RED_SQUARE], "is there a circle in it")) == ["No, I see no circle."]


def test_what_is_not_asked_of_a_thing_in_one_photo_is_not_checked(model: VlmAnswerer, encoder: StarterAnswerer) -> None:
    checked = CheckedAnswerer(model, encoder)
    assert list(checked.answer([RED_SQUARE], "what colour is it")) == ["It is red."]
    assert list(checked.describe(RED_SQUARE)) == ["It shows a red square.", "The background is grey."]
    both = [RED_SQUARE, Picture(paint("blue", "circle"))]
    assert len(list(checked.answer(both, "compare them"))) == 1


@pytest.mark.parametrize(
    "said", ["No.", "No, I see no red square.", "There is no red square.", "I don't see a red square."]
)
def test_a_no_that_the_encoder_takes_for_impossible_is_not_sure(encoder: StarterAnswerer, said: str) -> None:
    answer = list(
        CheckedAnswerer(Says(LONGER, said, "It is grey."), encoder).answer([RED_SQUARE], "is there a red square")
    )
    assert answer == [LONGER, "I'm not sure whether I see a red square."]


@pytest.mark.parametrize("said", ["Yes.", "There is a green square.", "I can see a green square."])
def test_a_yes_has_many_forms(encoder: StarterAnswerer, said: str) -> None:
    answer = list(CheckedAnswerer(Says(said), encoder).answer([RED_SQUARE], "can you see a green square"))
    assert answer == ["I'm not sure whether I see a green square."]


@pytest.mark.parametrize(
    "thing", ["anybody", "anything else", "no green square", "another one", "a green square on the left"]
)
def test_what_the_encoder_was_not_measured_on_it_does_not_judge(encoder: StarterAnswerer, thing: str) -> None:
    for said in ("Yes.", "No."):
        assert list(CheckedAnswerer(Says(said), encoder).answer([RED_SQUARE], f"is there {thing} in it")) == [said]


def test_without_an_encoder_that_can_look_the_answer_stays(tmp_path: Path) -> None:
    gone = StarterAnswerer(OpenClipEncoder(tmp_path), Calibration.read(locate("starter") / "calibration.npz"), ())
    with pytest.raises(MissingError):
        gone.probability(RED_SQUARE, "a green square")
    assert list(CheckedAnswerer(Says("Yes."), gone).answer([RED_SQUARE], "is there a green square")) == ["Yes."]
