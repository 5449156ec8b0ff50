"""Fit the starter encoder's calibration: `python -m models.starter.calibrate --data ../shared/data`.

What a photo shows is known from its captions: a word all but one of them mention is there, one that none mentions
is taken for absent. Libraries of many sizes are drawn from photos that training never saw, half of the photos
and words to fit, the other half to report: false accepts (something absent is said to be there) and false rejects
(something present is not found).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.starter.data import LABEL_WORDS, LABELS, Photo, photos
from models.starter.evaluate import NOUNS, SCENES, development, embedded, mentions
from voicephoto.vision import Calibration, StarterEncoder

_SYNONYM = 0.75
_SIZES = (30, 100, 300, 500)
_DRAWS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """One query over some photos: `shows` [n] is 1 where a photo shows it, 0 where not, -1 where nobody knows."""

    words: str
    vector: NDArray[np.float32]
    shows: NDArray[np.int8]


def queries(encoder: StarterEncoder, of: Sequence[Photo]) -> list[Asked]:
    """Everyday words with what is known of each photo."""
    words = [*NOUNS, *SCENES, *dict.fromkeys(word for many in LABEL_WORDS.values() for word in many[:2])]
    found = []
    for word, vector in zip(words, encoder.encode_texts(words), strict=True):
        shows = np.array([_shows(photo, word) for photo in of], np.int8)
        found.append(Asked(word, vector, shows))
    return found


def _shows(photo: Photo, word: str) -> int:
    if photo.label is not None:
        # Of a labelled photo only its own label is known.
        return 1 if word in LABEL_WORDS[photo.label] else -1
    return 1 if _mentioned_often(photo, word) else -1 if mentions(photo, word) else 0


def _mentioned_often(photo: Photo, word: str) -> bool:
    single = [Photo("", False, (caption,), ()) for caption in photo.captions]
    return sum(mentions(one, word) for one in single) >= 2


def libraries(count: int, random: np.random.Generator) -> list[NDArray[np.int64]]:
    """Rows of many small libraries."""
    return [random.choice(count, min(size, count), replace=False) for size in _SIZES for _ in range(_DRAWS)]


def fit(
    bank: NDArray[np.float32],
    asked: Sequence[Asked],
    images: NDArray[np.float32],
    random: np.random.Generator,
) -> Calibration:
    """The regression's weights, its bias such that false accepts and false rejects are as frequent."""
    absent = np.concatenate([images[one.shows == 0] @ one.vector for one in asked])
    usual = float(absent.mean()), float(absent.std())
    start = Calibration(bank, (1.0, 0.0, 0.0), 0.0, usual, _SYNONYM)
    evidence, shows = [], []
    for rows in libraries(len(images), random):
        library = images[rows]
        for one in asked:
            known = one.shows[rows] >= 0
            evidence.append(start.evidence(one.vector, library, library)[known])
            shows.append(one.shows[rows][known])
    regression = LogisticRegression(C=100.0, max_iter=1000).fit(np.concatenate(evidence), np.concatenate(shows))
    weights: tuple[float, float, float] = tuple(regression.coef_[0].tolist())
    fitted = Calibration(bank, weights, float(regression.intercept_[0]), usual, _SYNONYM)
    absent, present = best_logits(fitted, asked, images, random)
    # Where the curves of false accepts and false rejects cross.
    shifts = np.linspace(-6, 6, 241)
    accepts = np.array([(absent + shift >= 0).mean() for shift in shifts])
    rejects = np.array([(present + shift < 0).mean() for shift in shifts])
    shift = float(shifts[np.argmin(np.abs(accepts - rejects))])
    return Calibration(bank, weights, fitted.bias + shift, usual, _SYNONYM)


def best_logits(
    calibration: Calibration, asked: Sequence[Asked], images: NDArray[np.float32], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The best photo's logit for every query in every library that does not have it, and in every one that does.

    A library without it is made by leaving out the photos that show it or may show it.
    """
    absent: list[float] = []
    present: list[float] = []
    for rows in libraries(len(images), random):
        for one in asked:
            shows = one.shows[rows]
            without = rows[shows == 0]
            if len(without) > 10:
                absent.append(_best(calibration, one, images[without]))
            if (shows == 1).any():
                present.append(_best(calibration, one, images[rows]))
    return np.array(absent), np.array(present)


def _best(calibration: Calibration, one: Asked, library: NDArray[np.float32]) -> float:
    evidence = calibration.evidence(one.vector, library, library)
    return float((evidence @ np.array(calibration.weights) + calibration.bias).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with captions/ and labels/")
    parser.add_argument("--models", type=Path, default=Path(__file__).parent, help="folder of the exported models")
    arguments = parser.parse_args()
    encoder = StarterEncoder(arguments.models)
    labelled = [photo for photo in photos(arguments.data) if not photo.train and photo.path.startswith(LABELS)]
    of = [*development(arguments.data), *labelled]
    images = embedded(encoder, arguments.data, of)
    things = resources.files("voicephoto.vision").joinpath("things.txt").read_text(encoding="utf-8").splitlines()
    bank = encoder.encode_texts(things)
    random = np.random.default_rng(0)
    asked = queries(encoder, of)
    order = random.permutation(len(of))
    halves = np.array_split(order, 2)
    words = np.array_split(random.permutation(len(asked)), 2)
    parts = [
        [Asked(asked[i].words, asked[i].vector, asked[i].shows[rows]) for i in chosen]
        for rows, chosen in zip(halves, words, strict=True)
    ]
    checked = fit(bank, parts[0], images[halves[0]], random)
    absent, present = best_logits(checked, parts[1], images[halves[1]], np.random.default_rng(2))
    print(
        f"fitted on half, measured on the other: false accepts {(absent >= 0).mean():.1%} of {len(absent):,}, "
        f"false rejects {(present < 0).mean():.1%} of {len(present):,}"
    )
    calibration = fit(bank, asked, images, random)
    calibration.write(arguments.models / "calibration.npz")
    print(f"weights {calibration.weights}, bias {calibration.bias:.2f}, usual {calibration.usual}")


if __name__ == "__main__":
    main()
