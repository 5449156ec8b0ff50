from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.errors import MissingError
from voicephoto.vision import Assessment, Bank, Calibration
from voicephoto.vision.calibration import LIBRARY_EVIDENCE, Regression


def unit(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


USUAL = unit(400, 9)
CALIBRATION = Calibration(
    bank=Bank(unit(40, 0)),
    mean=USUAL.mean(axis=0),
    covariance=np.cov(USUAL.T).astype(np.float32),
    synonym=0.9,
    by_photo=Regression((8.0, 4.0, 0.2, 0.3, 0.5), -4.0),
    by_library=Regression((1.0,) + (0.0,) * (len(LIBRARY_EVIDENCE) - 1), 0.0),
    sure=0.6,
    hopeless=0.3,
)


def assess(text: np.ndarray, photos: np.ndarray, library: np.ndarray) -> Assessment:
    return CALIBRATION.assess(text, photos @ text, CALIBRATION.bank.standing(photos), library @ text, len(photos))


@given(st.integers(0, 1000), st.integers(0, 50))
def test_probabilities_are_probabilities_for_libraries_of_every_size(seed: int, size: int) -> None:
    library = unit(size, seed)
    assessed = assess(unit(1, seed + 1)[0], library, library)
    assert assessed.probabilities.shape == (size,)
    assert ((assessed.probabilities >= 0) & (assessed.probabilities <= 1)).all()
    assert 0 <= assessed.present <= 1
    assert assessed.present > 0 or not size


def test_a_photo_that_looks_more_like_it_is_more_probable() -> None:
    text, other = unit(2, 1)
    towards = [text * weight + other * (1 - weight) for weight in (0.2, 0.5, 0.8)]
    photos = np.stack([vector / np.linalg.norm(vector) for vector in towards])
    found = assess(text, photos, unit(200, 2)).probabilities
    assert found[0] < found[1] < found[2]


def test_a_score_that_is_usual_in_the_library_counts_less() -> None:
    text = unit(1, 1)[0]
    photo = text[np.newaxis]
    rare = assess(text, photo, unit(500, 2)).probabilities
    common = assess(text, photo, np.repeat(photo, 500, axis=0)).probabilities
    assert rare[0] > common[0]


def test_a_library_has_something_as_surely_as_its_best_photo_shows_it() -> None:
    text = unit(1, 1)[0]
    others = unit(100, 5)
    without = assess(text, others, others)
    with_it = assess(text, np.vstack([others, text]), others)
    assert with_it.present > without.present


def test_it_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    CALIBRATION.write(tmp_path / "calibration.npz")
    read = Calibration.read(tmp_path / "calibration.npz")
    assert (read.by_photo, read.by_library) == (CALIBRATION.by_photo, CALIBRATION.by_library)
    assert (read.synonym, read.sure, read.hopeless) == (0.9, 0.6, 0.3)
    assert read.bank.vectors == pytest.approx(CALIBRATION.bank.vectors, abs=1e-3)
    for name in ("mean", "covariance"):
        assert getattr(read, name) == pytest.approx(getattr(CALIBRATION, name), abs=1e-3)


def test_it_is_written_under_the_very_name_that_was_given(tmp_path: Path) -> None:
    CALIBRATION.write(tmp_path / "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert Calibration.read(tmp_path / "mine").sure == 0.6


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_missing_or_damaged_file_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "calibration.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MissingError, match="untouched; install"):
        Calibration.read(path)


def test_a_calibration_of_another_version_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "calibration.npz"
    CALIBRATION.write(path)
    with np.load(path) as saved:
        np.savez(path, **{**saved, "numbers": saved["numbers"][:-1]})
    with pytest.raises(MissingError, match="ValueError"):
        Calibration.read(path)
