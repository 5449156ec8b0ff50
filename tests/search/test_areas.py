import pytest

from voicephoto.search.areas import area, covered, town_after_in


@pytest.mark.parametrize(
    ("said", "name"), [("scandinavia", "Scandinavia"), ("the baltics", "the Baltics"), ("Majorca", "Majorca")]
)
def test_an_area_is_known_by_its_name(said: str, name: str) -> None:
    assert area(said) == name


def test_an_area_covers_what_the_catalog_knows() -> None:
    assert covered(("Scandinavia",)) == ("Scandinavia", "Norway", "Sweden", "Denmark")
    assert covered(("Italy",)) == ("Italy",)
    assert area("italy") is None


def test_a_town_named_like_a_word_needs_its_preposition() -> None:
    assert town_after_in("nice") == "Nice"
    assert town_after_in("beach") is None
