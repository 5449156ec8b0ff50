from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.errors import MissingError
from voicephoto.vision import Calibration


def unit(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


CALIBRATION = Calibration(unit(40, 0), (8.0, 4.0, 1.0), -4.0, (0.0, 0.2), 0.9)


@given(st.integers(0, 1000), st.integers(0, 50))
def test_probabilities_are_probabilities_for_libraries_of_every_size(seed: int, size: int) -> None:
    library = unit(size, seed)
    found = CALIBRATION.probabilities(unit(1, seed + 1)[0], library, library)
    assert found.shape == (size,)
    assert ((found >= 0) & (found <= 1)).all()


def test_a_photo_that_looks_more_like_it_is_more_probable() -> None:
    text, other = unit(2, 1)
    towards = [text * weight + other * (1 - weight) for weight in (0.2, 0.5, 0.8)]
    photos = np.stack([vector / np.linalg.norm(vector) for vector in towards])
    found = CALIBRATION.probabilities(text, photos, unit(200, 2))
    assert found[0] < found[1] < found[2]


def test_a_score_that_is_usual_in_the_library_counts_less() -> None:
    text = unit(1, 1)[0]
    photo = text[np.newaxis]
    rare = CALIBRATION.probabilities(text, photo, unit(500, 2))
    common = CALIBRATION.probabilities(text, photo, np.repeat(photo, 500, axis=0))
    assert rare[0] > common[0]


def test_it_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    CALIBRATION.write(tmp_path / "calibration.npz")
    read = Calibration.read(tmp_path / "calibration.npz")
    assert (read.weights, read.bias, read.usual, read.synonym) == (
        CALIBRATION.weights,
        CALIBRATION.bias,
        CALIBRATION.usual,
        CALIBRATION.synonym,
    )
    assert read.bank == pytest.approx(CALIBRATION.bank, abs=1e-3)


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_missing_or_damaged_file_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "calibration.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MissingError, match="untouched; install"):
        Calibration.read(path)
