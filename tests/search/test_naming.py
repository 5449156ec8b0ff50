import pytest

from voicephoto.library import fold
from voicephoto.search.contexts import split
from voicephoto.search.naming import Named, marks, named_places

PLACES = {fold(name): name for name in ("New York", "New York City", "York", "Thailand", "US", "Italy")}


def named(text: str) -> tuple[Named, ...]:
    return named_places(split(text), lambda name: PLACES.get(fold(name)), ("Thailand", "Italy"))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("taxis in new york city at night", ["New York City"]),
        ("italy's lakes", ["Italy"]),
        ("tell us about it", []),
        ("road trip through the us", ["US"]),
        ("beaches in tie land", ["Thailand"]),
        ("tie land", []),
        ("beaches in nice", ["Nice"]),
        ("a nice beach", []),
        ("only the italian ones", ["Italy"]),
        ("italian food", []),
        ("thai pictures", ["Thailand"]),
        ("an english teacher", []),
    ],
)
def test_what_may_be_a_place(text: str, places: list[str]) -> None:
    assert [one.name for one in named(text)] == places


def test_every_word_of_a_name_is_marked() -> None:
    words = split("taxis in new york, italy")
    assert marks(words, named(words.text)) == ["", "", "B", "I", "B"]
