import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.search.contexts import FLAGS, Trunk, gelu, inputs, split


class Lengths:
    """A word encoder that knows nothing of a word but how long it is."""

    def encode_words(self, text: str, spans: object) -> np.ndarray:  # type: ignore[type-arg]
        return np.array([[end - start] for start, end in spans], np.float32).reshape(-1, 1)  # type: ignore[attr-defined]


def test_words_leave_their_punctuation_behind_and_know_of_the_pause() -> None:
    words = split("snowmen, winter 2021. 3.5 stars")
    assert words.words == ("snowmen", "winter", "2021", "3.5", "stars")
    assert [words.breaks(place) for place in range(5)] == [True, False, True, False, False]


@given(st.text(max_size=60))
def test_the_words_of_any_text_stand_where_they_say(text: str) -> None:
    words = split(text)
    assert [text[start:end] for start, end in words.spans] == list(words.words)
    assert all(word.strip(",.;:!? ") for word in words.words)


def test_a_word_comes_with_what_the_grammars_know() -> None:
    x = inputs(Lengths(), split("lisbon, trams"), shown=True, places=["B", ""])
    assert x.tolist() == [[6, 1, 0, 1, 0, 1, 1], [5, 1, 0, 0, 0, 0, 0]]
    assert x.shape[1] == 1 + FLAGS


def test_a_trunk_adds_what_the_neighbours_say() -> None:
    kept = {
        "word": np.eye(2), "word_bias": np.zeros(2), "near": np.zeros((2, 2, 2, 3)), "near_bias": np.zeros((2, 2)),
        "whole": np.zeros((4, 2)), "whole_bias": np.zeros(2),
    }  # fmt: skip
    kept["near"][0, 0, 0, 0] = 1.0
    trunk = Trunk.read({name: values.astype(np.float16) for name, values in kept.items()})
    x = np.array([[2.0, 1.0], [3.0, 1.0]], np.float32)
    first, second = gelu(x)
    assert trunk.run(x)[0] == pytest.approx(first)
    assert trunk.run(x)[1] == pytest.approx([second[0] + gelu(first[0]), second[1]])


def test_every_word_of_a_trunk_knows_the_whole_sentence() -> None:
    kept = {
        "word": np.eye(2), "word_bias": np.zeros(2), "near": np.zeros((2, 2, 2, 3)), "near_bias": np.zeros((2, 2)),
        "whole": np.zeros((4, 2)), "whole_bias": np.zeros(2),
    }  # fmt: skip
    kept["whole"][0, 1] = 1.0
    trunk = Trunk.read({name: values.astype(np.float16) for name, values in kept.items()})
    x = np.array([[2.0, 1.0], [3.0, 1.0]], np.float32)
    most = gelu(x)[1, 0]
    assert trunk.run(x) - gelu(x) == pytest.approx(np.array([[0, gelu(most)]] * 2))


def test_gelu_is_the_published_one() -> None:
    # Values of x * Phi(x), from tables of the normal distribution.
    assert gelu(np.array([-1.0, 0.0, 1.0, 3.0], np.float32)) == pytest.approx([-0.1587, 0.0, 0.8413, 2.9960], abs=1e-3)
