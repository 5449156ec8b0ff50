import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.dialogue.tidying import LONGEST, corrected, spliced, tidy


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Okay so, um, photos of, uh, bridges please", "okay so, photos of bridges please"),
        ("show me the, the red car", "show me the red car"),
        ("show me a city at night, thank you very much", "show me a city at night"),
        ("no thank you", "no thank you"),
        ("nineteen oh five", "nineteen oh five"),
        ("show me the fucking dog", "show me the dog"),
        ("the cat – the black one", "the cat, the black one"),
        ("um, er, uh", ""),
        ("\x07hello\u200b", "hello"),
    ],
)
def test_what_says_nothing_is_left_out(said: str, left: str) -> None:
    assert tidy(said) == left


@given(st.text(max_size=300))
def test_any_text_becomes_one_plain_line(text: str) -> None:
    line = tidy(text)
    assert "\n" not in line
    assert len(line.split()) <= LONGEST
    before, after = corrected(line)
    assert after or not line
    assert len(before) + len(after) <= len(line)


@pytest.mark.parametrize(
    ("sentence", "before", "after"),
    [
        ("dogs, no wait, cats", "dogs", "cats"),
        ("the lake, not the lake, the river", "the lake", "the river"),
        ("flowers, roses actually", "flowers", "roses"),
        ("no, i meant cats", "", "cats"),
        ("mountains, but not in spain", "", "mountains, but not in spain"),
        ("no thanks", "", "no thanks"),
    ],
)
def test_a_correction_is_told_from_what_it_corrects(sentence: str, before: str, after: str) -> None:
    assert corrected(sentence) == (before, after)


@pytest.mark.parametrize(
    ("before", "after", "together"),
    [
        ("a dog in the snow", "in the water", "a dog in the water"),
        ("kids playing football", "tennis", "kids playing tennis"),
        ("the man with the hat", "the beard", "the man with the beard"),
        ("dogs", "cats", "cats"),
    ],
)
def test_the_corrected_end_takes_the_old_ones_place(before: str, after: str, together: str) -> None:
    assert spliced(before, after, after) == together
