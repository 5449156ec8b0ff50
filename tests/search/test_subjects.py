import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.search.subjects import alternatives, subjects


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a dog and a cat", ["a dog", "a cat"]),
        ("dog and cat together", ["dog", "cat"]),
        ("both children and dogs", ["children", "dogs"]),
        ("a boat, a lighthouse and people", ["a boat", "a lighthouse", "people"]),
        ("a horse as well as a rider", ["a horse", "a rider"]),
        ("a black and white dog", []),
        ("trick and treat", []),
        ("a dog on the beach", []),
        ("sand", []),
    ],
)
def test_several_subjects_are_told_from_one(text: str, named: list[str]) -> None:
    assert subjects(text) == named


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a cat or a dog", ["a cat", "a dog"]),
        ("mountains", ["mountains"]),
        ("an orchid", ["an orchid"]),
        ("or", ["or"]),
    ],
)
def test_one_of_several_is_enough(text: str, parts: list[str]) -> None:
    assert alternatives(text) == parts


@given(st.text())
def test_whatever_is_said_something_is_left_to_look_for(text: str) -> None:
    assert alternatives(text)
    assert len(subjects(text)) != 1
    assert all(subjects(text))
