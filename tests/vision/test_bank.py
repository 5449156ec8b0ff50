import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.vision import Bank


def unit(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


BANK = Bank(unit(40, 0))
PHOTOS = unit(9, 1)
SCORES = PHOTOS @ BANK.vectors.T


def silent(*sentences: int) -> np.ndarray:
    return np.isin(np.arange(len(BANK)), sentences)


def test_a_photos_standing_is_how_it_scores_against_the_whole_bank() -> None:
    standing = BANK.standing(PHOTOS)
    assert standing["mean"] == pytest.approx(SCORES.mean(axis=1), abs=1e-3)
    assert standing["spread"] == pytest.approx(SCORES.std(axis=1), abs=1e-3)
    assert standing["best"] == pytest.approx(-np.sort(-SCORES, axis=1)[:, :8], abs=1e-3)
    assert (standing["of"][:, 0] == SCORES.argmax(axis=1)).all()


@given(st.sets(st.integers(0, 39), max_size=5))
def test_rivals_are_the_three_best_of_the_sentences_that_are_not_silent(out: set[int]) -> None:
    heard = np.where(silent(*out), -np.inf, SCORES)
    expected = -np.sort(-heard, axis=1)[:, :3]
    assert BANK.rivals(BANK.standing(PHOTOS), silent(*out)) == pytest.approx(expected.mean(axis=1), abs=1e-3)


def test_where_all_the_best_are_silent_the_last_known_of_them_stands_for_the_rest() -> None:
    standing = BANK.standing(PHOTOS[:1])
    best = standing["of"][0].tolist()
    assert BANK.rivals(standing, silent(*best)) == pytest.approx(standing["best"][:, -1], abs=1e-3)
    assert BANK.rivals(standing, silent(*best[:-2])) == pytest.approx(standing["best"][:, -2:].mean(axis=1), abs=1e-3)


def test_without_a_bank_there_are_no_scores() -> None:
    assert not Bank(np.empty((0, 16), np.float32)).standing(PHOTOS)["best"].any()


def test_banks_are_told_apart() -> None:
    assert Bank(unit(40, 0)).digest == BANK.digest
    assert Bank(unit(40, 1)).digest != BANK.digest
