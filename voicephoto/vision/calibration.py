"""From cosines to the probability that a photo shows what a sentence says."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import MissingError

Vectors = NDArray[np.float32]

EVIDENCE = ("cosine", "margin", "deviation")
_PRIOR_WEIGHT = 50
"""A library counts against the prior as if the prior had seen this many photos, so that ten photos cannot
make a score look usual or unusual."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over three pieces of evidence, fitted for one encoder.

    `cosine`: the score itself. `margin`: the score less the photo's best scores against `bank` [m, d], sentences
    for common things; sentences closer than `synonym` to the one asked for do not compete with it. `deviation`:
    how far the score stands above the library's own scores for that sentence, in standard deviations.
    `weights` has one number for each, in this order. `usual` is the mean and deviation of scores over photos
    that do not match, measured when fitting, for libraries too small to tell.
    """

    bank: Vectors
    weights: tuple[float, float, float]
    bias: float
    usual: tuple[float, float]
    synonym: float

    @classmethod
    def read(cls, path: Path) -> "Calibration":
        """Read a calibration as `write` left it; raises MissingError where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as saved:
                cosine, margin, deviation, bias, mean, spread, synonym = (float(x) for x in saved["numbers"])
                bank = saved["bank"].astype(np.float32)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise MissingError(
                f"the calibration {path} cannot be read ({type(error).__name__}); your photos and catalog are "
                "untouched; install voicephoto again to get it back"
            ) from None
        return cls(bank, (cosine, margin, deviation), bias, (mean, spread), synonym)

    def write(self, path: Path) -> None:
        numbers = np.array([*self.weights, self.bias, *self.usual, self.synonym], np.float64)
        np.savez_compressed(path, numbers=numbers, bank=self.bank.astype(np.float16))

    def evidence(self, text: Vectors, photos: Vectors, library: Vectors) -> Vectors:
        """Evidence [n, 3] that `photos` [n, d] show `text` [d], seen against a sample of the `library` [m, d]."""
        cosine = photos @ text
        rivals = self.bank[self.bank @ text < self.synonym]
        # Beside a sentence like all the common things at once nothing competes.
        strongest = np.partition(photos @ rivals.T, -3, axis=1)[:, -3:].mean(axis=1) if len(rivals) > 2 else cosine
        mean, spread = self.usual
        if len(library):
            seen = library @ text
            total = len(seen) + _PRIOR_WEIGHT
            centre = (seen.sum() + _PRIOR_WEIGHT * mean) / total
            variance = (np.square(seen - centre).sum() + _PRIOR_WEIGHT * (spread**2 + (mean - centre) ** 2)) / total
            mean, spread = float(centre), float(np.sqrt(variance))
        return np.stack([cosine, cosine - strongest, (cosine - mean) / spread], axis=1).astype(np.float32)

    def probabilities(self, text: Vectors, photos: Vectors, library: Vectors) -> Vectors:
        """The probability [n] that each photo matches; arguments as for `evidence`."""
        if not len(photos):
            return np.empty(0, np.float32)
        logit = self.evidence(text, photos, library) @ np.array(self.weights) + self.bias
        probability: Vectors = (1 / (1 + np.exp(-logit))).astype(np.float32)
        return probability
