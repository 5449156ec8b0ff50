"""From cosines to the probability that a photo shows what a sentence says, and that a library has such a photo."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import MissingError
from voicephoto.vision.bank import Bank, Standing, Vectors

PHOTO_EVIDENCE = ("cosine", "margin", "standout", "unusual", "deviation")
LIBRARY_EVIDENCE = ("best", "gap", "size", *(f"top {name}" for name in PHOTO_EVIDENCE))
_TOP = 3
_BEHIND = 20
_PRIOR_WEIGHT = 50
"""A library counts against the usual photos as if those were this many, so that ten photos cannot make a score
look usual or unusual."""


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression: evidence [n, k] -> logits [n]."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, evidence: Vectors) -> NDArray[np.float64]:
        logits: NDArray[np.float64] = evidence @ np.array(self.weights) + self.bias
        return logits


@dataclass(frozen=True, slots=True)
class Assessment:
    """`probabilities` [n] that each photo matches, and the probability `present` that the library has any match."""

    probabilities: Vectors
    present: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two logistic regressions over several pieces of evidence, fitted for one encoder.

    `by_photo` weighs, in the order of PHOTO_EVIDENCE, for one photo and one sentence:
    the cosine; its margin over the mean of the photo's three best scores against the `bank`; how far it stands above
    the photo's scores against the whole bank; above the scores of usual photos for this very sentence, whose vectors
    have `mean` [d] and `covariance` [d, d]; and above the library's own scores for it; these three in standard
    deviations. Sentences of the bank closer than `synonym` to the one asked for are no rivals in the margin.

    `by_library` weighs, in the order of LIBRARY_EVIDENCE, for a sentence and a whole library: the best photo's logit,
    how far it is above the twentieth best, the logarithm of the library's size, and the mean of the three largest
    values of each piece of evidence. From the probability `sure` on a match is taken for certain, and below
    `hopeless` its absence.
    """

    bank: Bank
    mean: Vectors
    covariance: Vectors
    synonym: float
    by_photo: Regression
    by_library: Regression
    sure: float
    hopeless: float

    @classmethod
    def read(cls, path: Path, mend: str = "install voicephoto again to get it back") -> "Calibration":
        """Read a calibration as `write` left it; raises MissingError, which ends in `mend`, where it is missing or damaged."""
        photo, library = len(PHOTO_EVIDENCE), len(LIBRARY_EVIDENCE)
        try:
            with np.load(path, allow_pickle=False) as saved:
                numbers = [float(number) for number in saved["numbers"]]
                bank, mean, covariance = (saved[name].astype(np.float32) for name in ("bank", "mean", "covariance"))
            if len(numbers) != photo + library + 5:
                raise ValueError("another version")
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise MissingError(
                f"the calibration {path} cannot be read ({type(error).__name__}); your photos and catalog are "
                f"untouched; {mend}"
            ) from None
        by_photo = Regression(tuple(numbers[:photo]), numbers[photo])
        by_library = Regression(tuple(numbers[photo + 1 : photo + 1 + library]), numbers[photo + 1 + library])
        return cls(Bank(bank), mean, covariance, numbers[-3], by_photo, by_library, *numbers[-2:])

    def write(self, path: Path) -> None:
        """Write to `path`, whole or not at all, the arrays in float16."""
        numbers = [
            *self.by_photo.weights, self.by_photo.bias, *self.by_library.weights, self.by_library.bias,
            self.synonym, self.sure, self.hopeless,
        ]  # fmt: skip
        bank, mean, covariance = (array.astype(np.float16) for array in (self.bank.vectors, self.mean, self.covariance))
        growing = path.with_name(f"{path.name}.part")
        # Given a name, NumPy would add an ending to it.
        with growing.open("wb") as file:
            np.savez_compressed(file, numbers=np.array(numbers), bank=bank, mean=mean, covariance=covariance)
        growing.replace(path)

    def evidence(self, text: Vectors, cosine: Vectors, standing: Standing, library: Vectors) -> Vectors:
        """PHOTO_EVIDENCE [n, 5] that photos show `text` [d].

        `cosine` [n] is theirs with the text, `standing` [n] theirs against the bank, and `library` [m] the cosines of a
        sample of the library.
        """
        if len(self.bank):
            margin = cosine - self.bank.rivals(standing, self.bank.vectors @ text >= self.synonym)
            standout = (cosine - standing["mean"]) / (standing["spread"].astype(np.float32) + 1e-6)
        else:
            margin, standout = cosine, np.zeros_like(cosine)
        mean, variance = self.mean @ text, text @ self.covariance @ text + 1e-12
        unusual = (cosine - mean) / np.sqrt(variance)
        total = len(library) + _PRIOR_WEIGHT
        centre = (library.sum() + _PRIOR_WEIGHT * mean) / total
        spread = (np.square(library - centre).sum() + _PRIOR_WEIGHT * (variance + (mean - centre) ** 2)) / total
        deviation = (cosine - centre) / np.sqrt(spread)
        return np.stack([cosine, margin, standout, unusual, deviation], axis=1).astype(np.float32)

    def probabilities(self, text: Vectors, cosine: Vectors, standing: Standing, library: Vectors) -> Vectors:
        """The probability [n] that each photo matches; arguments as for `evidence`."""
        if not len(cosine):
            return np.empty(0, np.float32)
        return _probability(self.by_photo(self.evidence(text, cosine, standing, library)))

    def assess(self, text: Vectors, cosine: Vectors, standing: Standing, library: Vectors, among: int) -> Assessment:
        """What speaks for the nearest of `among` photos; the other arguments as for `evidence`."""
        if not len(cosine):
            return Assessment(np.empty(0, np.float32), 0.0)
        evidence = self.evidence(text, cosine, standing, library)
        logits = self.by_photo(evidence)
        present = self.by_library(self.library_evidence(evidence, logits, among)[np.newaxis])
        return Assessment(_probability(logits), float(_probability(present)[0]))

    def library_evidence(self, evidence: Vectors, logits: NDArray[np.float64], among: int) -> Vectors:
        """LIBRARY_EVIDENCE [8] from the PHOTO_EVIDENCE and logits of the nearest of `among` photos."""
        ranked = np.sort(logits)[::-1]
        gap = ranked[0] - ranked[min(_BEHIND, len(ranked)) - 1]
        top = np.sort(evidence, axis=0)[-_TOP:].mean(axis=0)
        return np.array([ranked[0], gap, np.log(among), *top], np.float32)


def _probability(logits: NDArray[np.float64]) -> Vectors:
    probability: Vectors = (1 / (1 + np.exp(-np.clip(logits, -50, 50)))).astype(np.float32)
    return probability
