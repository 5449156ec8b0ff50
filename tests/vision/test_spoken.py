"""Sentences out of pieces: `write` stands for a model that writes."""

from collections.abc import Callable
from threading import Event

import pytest

from voicephoto.errors import MissingError
from voicephoto.vision.spoken import CUT_OFF, LONGER, UNSURE, Say, spoken

PATIENT = 60.0


def writer(text: str) -> Callable[[Say], None]:
    """Writes `text` a few letters at a time."""

    def write(say: Say) -> None:
        for start in range(0, len(text), 3):
            say(text[start : start + 3])

    return write


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("A dog on a beach. It runs.", ["A dog on a beach.", "It runs."]),
        ("red", ["Red."]),
        ("3", ["3."]),
        ("Is that a cat? Yes! It sleeps.", ["Is that a cat?", "Yes!", "It sleeps."]),
        ("It is 2.5 m high. Dr. Smith and J. Doe stand by.", ["It is 2.5 m high.", "Dr. Smith and J. Doe stand by."]),
        ('The sign says "stop." He waits.', ['The sign says "stop."', "He waits."]),
        ("**A dog** and a `cat`.", ["A dog and a cat."]),
        ("# Photo\nIt shows:\n- a dog\n- two cats.\n", ["Photo.", "It shows.", "A dog.", "Two cats."]),
        ("1. A dog. 2. A cat.", ["A dog.", "A cat."]),
        ("Assistant: A dog.<end_of_utterance>", ["A dog."]),
        ("<|im_start|>A dog.<|im_end|></s>", ["A dog."]),
        ("<think>A cat. No. A dog!</think>\n\nA dog.", ["A dog."]),
        ("<think>I never come to an end.", [UNSURE]),
        ("A dog. It runs over the", ["A dog."]),
        ("A dog runs over the", ["A dog runs over the."]),
        ("A dog. It runs. it runs. It runs. A cat.", ["A dog.", "It runs."]),
        ("One. Two. Three. Four. Five. Six.", ["One.", "Two.", "Three.", "Four."]),
        ("", [UNSURE]),
        (" \n\n ", [UNSURE]),
    ],
)  # fmt: skip
def test_what_is_written_becomes_what_is_said(written: str, said: list[str]) -> None:
    assert list(spoken(writer(written), PATIENT)) == said


@pytest.mark.parametrize(
    "hedge",
    [
        "It is unclear what he holds.",
        "I cannot tell from the photo.",
        "It is difficult to determine the breed.",
        "The name cannot be determined.",
        "His face is not visible.",
    ],
)
def test_a_model_that_hedges_is_not_sure_and_says_so(hedge: str) -> None:
    assert list(spoken(writer(hedge), PATIENT)) == [UNSURE, hedge]


@pytest.mark.parametrize(
    "sentence", ["I'm not sure, but it may be a dog.", "It appears to be a dog.", "You can see a dog."]
)
def test_words_that_hedge_well_enough_stay_as_they_are(sentence: str) -> None:
    assert list(spoken(writer(sentence), PATIENT)) == [sentence]


def test_a_sentence_is_said_while_the_next_is_being_written() -> None:
    heard = Event()

    def write(say: Say) -> None:
        say("A dog. It")
        assert heard.wait(PATIENT)
        say(" runs.")

    sentences = spoken(write, PATIENT)
    assert next(sentences) == "A dog."
    heard.set()
    assert list(sentences) == ["It runs."]


def test_when_the_first_sentence_takes_long_this_is_said_first_and_once() -> None:
    heard = Event()

    def write(say: Say) -> None:
        assert heard.wait(PATIENT)
        say("A dog. It runs.")

    sentences = spoken(write, 0.0)
    assert next(sentences) == LONGER
    heard.set()
    assert list(sentences) == ["A dog.", "It runs."]


def test_when_nobody_listens_any_more_the_writing_ends() -> None:
    left, ended = Event(), Event()

    def write(say: Say) -> None:
        try:
            say("A dog. It")
            assert left.wait(PATIENT)
            while True:
                say(" runs on and on")
        finally:
            ended.set()

    sentences = spoken(write, PATIENT)
    assert next(sentences) == "A dog."
    sentences.close()  # type: ignore[attr-defined]
    left.set()
    assert ended.wait(PATIENT)


def test_one_that_repeats_itself_for_ever_is_stopped() -> None:
    ended = Event()

    def write(say: Say) -> None:
        try:
            while True:
                say("A dog. ")
        finally:
            ended.set()

    assert list(spoken(write, PATIENT)) == ["A dog."]
    assert ended.wait(PATIENT)


def test_what_fails_before_the_first_sentence_is_raised() -> None:
    def write(say: Say) -> None:
        say("A do")
        raise MissingError("no model")

    with pytest.raises(MissingError, match="no model"):
        next(spoken(write, PATIENT))


def test_what_fails_later_ends_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    def write(say: Say) -> None:
        say("A dog. It ru")
        raise MissingError("the plug was pulled")

    assert list(spoken(write, PATIENT)) == ["A dog.", CUT_OFF]
    assert "the plug was pulled" in caplog.text
