import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.speech.pronunciation import pronunciations

PHONES = {
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH",
    "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V",
    "W", "Y", "Z", "ZH",
}  # fmt: skip
"""What the acoustic model knows: the 39 of CMUdict without stress."""


@pytest.fixture(scope="module")
def cmudict() -> Path:
    """The dictionary that ships with pocketsphinx."""
    import pocketsphinx

    return Path(pocketsphinx.get_model_path(), "en-us", "cmudict-en-us.dict")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("dictionary") / "empty.dict"
    path.touch()
    return path


def test_known_words_come_from_the_dictionary_with_all_their_ways(cmudict: Path) -> None:
    assert list(pronunciations(["stop", "read"], cmudict)) == [
        ("stop", "S T AA P"),
        ("read", "R EH D"),
        ("read(2)", "R IY D"),
    ]


def test_unknown_words_are_spelt_out_by_espeak(cmudict: Path) -> None:
    said = dict(pronunciations(["gaudi", "ljubljana", "bjork", "szczecin"], cmudict))
    assert list(said) == ["gaudi", "ljubljana", "bjork", "szczecin"]
    assert said["gaudi"] == "G AO D IY"
    assert said["bjork"] == "B Y AO R K"


def test_the_phone_set_is_that_of_the_acoustic_model(cmudict: Path) -> None:
    lines = cmudict.read_text(encoding="utf-8").splitlines()
    assert {phone for line in lines for phone in line.split()[1:]} == PHONES


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("cat", "K AE T"),
        ("beach", "B IY CH"),
        ("photo", "F OW T OW"),
        ("judge", "JH AH JH"),
        ("thing", "TH IH NG"),
        ("boy", "B OY"),
        ("house", "HH AW S"),
        ("night", "N AY T"),
        ("she", "SH IY"),
        ("yes", "Y EH S"),
        ("bird", "B ER D"),
        ("car", "K AA R"),
    ],
)
def test_espeak_and_the_dictionary_agree_on_plain_words(word: str, phones: str, empty: Path, cmudict: Path) -> None:
    assert list(pronunciations([word], empty)) == [(word, phones)]
    assert (word, phones) in list(pronunciations([word], cmudict))


def test_most_phones_that_espeak_gives_are_those_of_the_dictionary(empty: Path, cmudict: Path) -> None:
    words = [
        "mountain", "forest", "garden", "dog", "picture", "birthday", "wedding", "summer", "water",
        "sunset", "castle", "window", "flower", "bridge", "river", "island", "market", "station", "church",
        "camera", "football", "children", "family", "winter", "yellow",
    ]  # fmt: skip
    known = dict(pronunciations(words, cmudict))
    made = dict(pronunciations(words, empty))
    right = sum(len(set(made[word].split()) & set(known[word].split())) for word in words)
    assert right >= 0.85 * sum(len(set(known[word].split())) for word in words)


@settings(deadline=None)
@given(st.text(string.ascii_lowercase + "'", min_size=1, max_size=20).filter(lambda word: word.strip("'")))
def test_any_word_is_made_of_known_phones(empty: Path, word: str) -> None:
    for name, phones in pronunciations([word], empty):
        assert name == word
        assert phones
        assert set(phones.split()) <= PHONES


def test_what_nothing_can_pronounce_is_left_out(empty: Path) -> None:
    assert [word for word, _ in pronunciations(["'", "beach", "..."], empty)] == ["beach"]
