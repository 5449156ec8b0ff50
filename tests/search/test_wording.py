from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicephoto import hub
from voicephoto.library import fold
from voicephoto.search.contexts import split
from voicephoto.search.naming import named_places
from voicephoto.search.wording import Wanted, Wording, likeliest
from voicephoto.vision import StarterEncoder

PLACES = {fold(name): name for name in ("Italy", "Kyoto", "Lisbon", "Turkey", "Norway", "Bergen")}


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording.load(StarterEncoder(hub.locate("starter")))


def read(wording: Wording, text: str) -> Wanted:
    words = split(text)
    return wording.read(words, named_places(words, lambda name: PLACES.get(fold(name)), ()), filtered=False)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("show me the lighthouse", "the lighthouse"),
        ("dude that taco truck, pull it up", "taco truck"),
        ("my granddaughter says you can find anything, so let's see you find brass bands", "brass bands"),
        ("i'm making a card for my mum, could i have the one with the sunflowers please", "the sunflowers"),
        ("a man with a dog on the beach", "a man with a dog on the beach"),
        ("whatever you have of the old steam engine, if it's not too much trouble", "the old steam engine"),
        ("we saw penguins, show me those", "penguins"),
        ("everything", ""),
        ("show me all of them please", ""),
        ("the loom, the big floor loom", "the big floor loom"),
    ],
)
def test_what_is_looked_for_is_told_from_the_words_around_it(wording: Wording, said: str, wanted: str) -> None:
    assert read(wording, said) == Wanted(wanted, (), (), ())


@pytest.mark.parametrize(
    ("said", "text", "without"),
    [
        ("beaches without people", "beaches", ("people",)),
        ("dogs but not on the beach", "dogs", ("beach",)),
        ("no spiders, seriously", "", ("spiders",)),
        ("costumes, but leave the pumpkin out", "costumes", ("pumpkin",)),
        ("flowers without roses or tulips", "flowers", ("roses", "tulips")),
    ],
)
def test_what_must_not_be_seen_is_told_from_what_must(
    wording: Wording, said: str, text: str, without: tuple[str, ...]
) -> None:
    assert read(wording, said) == Wanted(text, without, (), ())


@pytest.mark.parametrize(
    ("said", "text", "places", "without_places"),
    [
        ("temples, kyoto", "temples", ("Kyoto",), ()),
        ("lisbon trams", "trams", ("Lisbon",), ()),
        ("only the ones from italy", "", ("Italy",), ()),
        ("fjords in norway but not in bergen", "fjords", ("Norway",), ("Bergen",)),
        ("a turkey sandwich", "a turkey sandwich", (), ()),
        ("only the italian ones", "", ("Italy",), ()),
        ("the french photos with a dog", "a dog", ("France",), ()),
        ("italian food", "italian food", (), ()),
    ],
)
def test_a_places_name_is_a_place_where_it_is_meant_as_one(
    wording: Wording, said: str, text: str, places: tuple[str, ...], without_places: tuple[str, ...]
) -> None:
    assert read(wording, said) == Wanted(text, (), places, without_places)


def test_no_words_ask_for_nothing(wording: Wording) -> None:
    assert read(wording, " , . ") == Wanted("", (), (), ())


@given(
    st.integers(1, 5).flatmap(lambda n: arrays(np.float32, (n, 3), elements=st.floats(-4, 4, width=16))),
    arrays(np.float32, (3, 3), elements=st.floats(-4, 4, width=16)),
)
def test_the_likeliest_path_is_the_best_of_all(scores: np.ndarray, links: np.ndarray) -> None:  # type: ignore[type-arg]
    def worth(path: tuple[int, ...]) -> float:
        return float(sum(scores[at, use] for at, use in enumerate(path)) + sum(links[one] for one in pairwise(path)))

    best = max(map(worth, product(range(3), repeat=len(scores))))
    assert worth(tuple(likeliest(scores, links))) == pytest.approx(best, abs=1e-3)
