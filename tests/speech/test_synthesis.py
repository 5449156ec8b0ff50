import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.speech.synthesis import LONGEST_SENTENCE, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Here they are. There are three.", ["Here they are.", "There are three."]),
        ("Which one? The first! Okay", ["Which one?", "The first!", "Okay"]),
        ("Well… here it is", ["Well…", "here it is"]),
        ('He said "look!" Then he left.', ['He said "look!"', "Then he left."]),
        ("one line\nanother line", ["one line", "another line"]),
        ("no end at all", ["no end at all"]),
        ("It was I. You saw.", ["It was I.", "You saw."]),
    ],
)
def test_sentences_end_where_a_reader_would_pause(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith and Dr. Jones came.",
        "Photographed by J. R. Smith in Rome.",
        "About 3.5 km away.",
        "IMG_0042.jpg is the one.",
        "Mt. Fuji on Dec. 3rd.",
        "No. 5 is the sharpest.",
        "Animals, e.g. dogs.",
        "Taken at 5 p.m. in Rome.",
    ],
)
def test_full_stops_inside_a_sentence_do_not_end_it(text: str) -> None:
    assert list(split_sentences(text)) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Taken at 5 p.m. The sun was low.", ["Taken at 5 p.m.", "The sun was low."]),
        ("No. I have none.", ["No.", "I have none."]),
        ("Dogs, cats etc. Which ones?", ["Dogs, cats etc.", "Which ones?"]),
    ],
)
def test_an_abbreviation_can_end_a_sentence(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "...", "?!", "😀🎉", "— • *", "\u200b\ufeff\x00"])
def test_there_is_nothing_to_say_without_words(text: str) -> None:
    assert list(split_sentences(text)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A dog 🐕 on the beach 🏖️", "A dog on the beach"),
        ("tab\tand  many   spaces", "tab and many spaces"),
        ("bell\x07 and zero\x00 width\u200b", "bell and zero width"),
        ("Cafe\u0301 in Lisbon", "Café in Lisbon"),
        ("20 % of 5 € & more", "20 % of 5 € & more"),
    ],
)
def test_only_what_can_be_spoken_is_left(text: str, sentence: str) -> None:
    assert list(split_sentences(text)) == [sentence]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    dogs = ", ".join(["a brown dog near the water"] * 30)
    parts = list(split_sentences(dogs))
    assert len(parts) > 1
    assert all(part.endswith(",") for part in parts[:-1])
    assert " ".join(parts) == dogs


def test_a_long_sentence_without_commas_is_cut_between_words() -> None:
    text = "photograph " * 100
    parts = list(split_sentences(text))
    assert " ".join(parts) == text.strip()
    assert min(len(part) for part in parts[:-1]) > LONGEST_SENTENCE - len("photograph ")


def test_the_first_sentence_is_there_before_the_text_is_read_through() -> None:
    assert next(split_sentences("First. " + "word " * 100_000)) == "First."


@given(st.text(max_size=2_000))
def test_no_part_is_too_long_or_wordless(text: str) -> None:
    for part in split_sentences(text):
        assert 0 < len(part) <= LONGEST_SENTENCE
        assert any(character.isalnum() for character in part)
        assert part == " ".join(part.split())
        assert part.isprintable()


@given(st.lists(st.sampled_from(["dog", "Dr.", "p.m.", "I.", "3.5", "Stop!", "why?", "a, b", "no.", "x" * 400])))
def test_no_word_is_lost_and_the_order_stays(words: list[str]) -> None:
    text = " ".join(words)
    assert "".join(split_sentences(text)).replace(" ", "") == text.replace(" ", "")
