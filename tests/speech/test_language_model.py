import io
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.speech import Sentences
from voicephoto.speech.language_model import sample, write_arpa
from voicephoto.speech.words import spoken_words

Grams = dict[tuple[str, ...], tuple[float, float]]

TALK = st.lists(st.lists(st.sampled_from(["show", "me", "the", "dogs", "cats"]), min_size=1, max_size=6), min_size=1)


def arpa(talk: list[list[str]], unigrams: dict[str, float], background: float = 0.05) -> str:
    file = io.StringIO()
    write_arpa(iter(talk), unigrams, background, file)
    return file.getvalue()


def parse(text: str) -> list[Grams]:
    """The n-grams of an ARPA file, by order: probability and back-off weight."""
    orders: list[Grams] = []
    for line in text.splitlines():
        if line.endswith("-grams:"):
            orders.append({})
        elif orders and line and not line.startswith("\\"):
            logarithm, *words = line.split(" ")
            back_off = float(words.pop()) if len(words) > len(orders) else 0.0
            orders[-1][tuple(words)] = (10 ** float(logarithm), 10**back_off)
    return orders


def probability(orders: list[Grams], *words: str) -> float:
    """Of the last word after the others, as every reader of the ARPA format computes it."""
    if words in orders[len(words) - 1]:
        return orders[len(words) - 1][words][0]
    _, back_off = orders[len(words) - 2].get(words[:-1], (0.0, 1.0))
    return back_off * probability(orders, *words[1:])


def histories(orders: list[Grams]) -> list[tuple[str, ...]]:
    return [(), *(gram for order in orders[:2] for gram in order if gram[-1] != "</s>")]


def total(orders: list[Grams], history: tuple[str, ...]) -> float:
    return sum(probability(orders, *history, word) for (word,) in orders[0])


@settings(deadline=None)
@given(talk=TALK, background=st.floats(0.0, 0.5))
def test_the_probabilities_after_every_history_sum_to_one(talk: list[list[str]], background: float) -> None:
    orders = parse(arpa(talk, {"zebra": 0.75, "dogs": 0.25}, background))
    for history in histories(orders):
        assert total(orders, history) == pytest.approx(1, abs=2e-3)


@settings(deadline=None)
@given(talk=TALK)
def test_the_header_counts_what_follows(talk: list[list[str]]) -> None:
    text = arpa(talk, {"zebra": 1.0})
    header = [line for line in text.splitlines() if line.startswith("ngram ")]
    assert header == [f"ngram {n}={len(order)}" for n, order in enumerate(parse(text), 1)]
    assert text.startswith("\\data\\\n")
    assert text.endswith("\n\\end\\\n")


@settings(deadline=None)
@given(talk=TALK)
def test_it_holds_the_trigrams_that_were_said_and_no_others(talk: list[list[str]]) -> None:
    said = {
        gram
        for words in talk
        for padded in [["<s>", *words, "</s>"]]
        for gram in zip(padded, padded[1:], padded[2:], strict=False)
    }
    assert set(parse(arpa(talk, {"zebra": 1.0}))[2]) == said


def test_what_was_said_follows_witten_and_bell() -> None:
    """p(dogs | the) = (c(the dogs) + t(the) p(dogs)) / (c(the) + t(the))."""
    talk = [["the", "dogs"], ["the", "dogs"], ["the", "cats"]]
    orders = parse(arpa(talk, {}, background=0.0))
    dogs = orders[0]["dogs",][0]
    assert probability(orders, "the", "dogs") == pytest.approx((2 + 2 * dogs) / (3 + 2), rel=1e-3)
    assert orders[0]["the",][1] == pytest.approx(2 / (3 + 2), rel=1e-3)


def test_a_sentence_that_was_said_is_likelier_than_the_same_words_in_disorder() -> None:
    orders = parse(arpa([["show", "me", "the", "dogs"], ["show", "me", "cats"]], {}))

    def likelihood(*words: str) -> float:
        padded = ["<s>", *words, "</s>"]
        grams = [tuple(padded[max(0, at - 2) : at + 1]) for at in range(1, len(padded))]
        return float(np.prod([probability(orders, *gram) for gram in grams]))

    assert likelihood("show", "me", "the", "dogs") > 100 * likelihood("dogs", "the", "me", "show") > 0


def test_everyday_words_have_the_share_that_is_given_to_them() -> None:
    orders = parse(arpa([["show", "dogs"]] * 1_000, {"zebra": 0.75, "yak": 0.25}, background=0.1))
    assert orders[0]["zebra",][0] == pytest.approx(0.075, abs=2e-3)
    assert orders[0]["yak",][0] == pytest.approx(0.025, abs=2e-3)


def test_no_sentence_begins_in_the_middle() -> None:
    assert parse(arpa([["show", "dogs"]], {}))[0]["<s>",][0] == pytest.approx(0, abs=1e-9)


def test_the_vocabulary_has_every_word_once() -> None:
    vocabulary = write_arpa(iter([["show", "dogs"], ["dogs"]]), {"zebra": 1.0, "dogs": 1.0}, 0.1, io.StringIO())
    assert vocabulary == ["show", "dogs", "zebra"]


def test_the_same_sentences_are_drawn_every_time(english: Sentences) -> None:
    assert list(sample(english, ["lisbon"], 200)) == list(sample(english, ["lisbon"], 200))


def test_drawn_sentences_are_words_that_can_be_said(english: Sentences) -> None:
    for words in sample(english, ["lisbon"], 500):
        assert words
        assert spoken_words(" ".join(words)) == words


def test_every_template_has_its_share_the_short_ones_too(english: Sentences) -> None:
    drawn = Counter(" ".join(words) for words in sample(english, ["lisbon"], 20_000))
    for text in ("stop", "yes", "next", "back", "go on", "never mind", "newest first"):
        assert drawn[text] >= 2, text


def test_the_names_of_the_library_are_said(english: Sentences) -> None:
    names = ["lisbon", "Łódź", "anna"]
    drawn = Counter(word for words in sample(english, names, 5_000) for word in words)
    assert min(drawn[word] for word in ("lisbon", "lodz", "anna")) > 20


def test_a_library_without_names_can_be_talked_about(english: Sentences) -> None:
    assert len(list(sample(english, [], 1_000))) > 950


def test_real_sentences_make_a_sound_model(english: Sentences) -> None:
    orders = parse(arpa(list(sample(english, ["lisbon"], 1_000)), {"zebra": 1.0}))
    followers: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for gram in orders[2]:
        followers[gram[:2]] += 1
    busiest = sorted(followers, key=followers.__getitem__, reverse=True)[:20]
    for history in [(), ("show",), ("<s>",), *busiest]:
        assert total(orders, history) == pytest.approx(1, abs=5e-3)
