import pytest

from voicephoto.search.sounds import alike

NAMES = ("Greece", "Thailand", "Rome", "United States", "Spain", "Portugal")


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("grease", "Greece"),
        ("tie land", "Thailand"),
        ("rom", "Rome"),
        ("the united state", "United States"),
        ("Spain", "Spain"),
    ],
)
def test_a_name_is_told_by_its_sound(heard: str, name: str) -> None:
    assert alike(heard.removeprefix("the "), NAMES) == name


@pytest.mark.parametrize("heard", ["", "x", "space", "home", "the garden", "2019", "romance", "猫"])
def test_other_words_are_left_alone(heard: str) -> None:
    assert alike(heard, NAMES) is None
