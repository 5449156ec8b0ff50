"""Fit a calibration to an encoder from photos of which somebody wrote down what they show."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from voicephoto.errors import UsageError
from voicephoto.vision.bank import Bank, Vectors
from voicephoto.vision.calibration import Calibration, Regression
from voicephoto.vision.encoder import Encoder

_SYNONYM = 0.75
_SIZES = (30, 100, 300, 600, 600, 1000)
_FEWEST = 3
"""Photos that must show a thing; what fewer show may be a figure of speech or a print on a shirt."""
_PARTS = 4
_WRONG = 0.08
"""Of queries for something absent so many may be taken for certain, and of those for something present denied."""
_ENDINGS = r"(?:e|ed|er|ers|es|s|ing|[nmpt]ing)?"
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Captioned:
    """A photo, and the sentences that somebody wrote about it."""

    path: Path
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query over some photos: `shows` [n] is 1 where a photo shows it, 0 where not, -1 where nobody knows."""

    words: str
    vector: Vectors
    shows: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Trial:
    """One query asked of one library: whether it is `there`, the logit that it is, and whether any photo `matches`; the
    last two by words never fitted to."""

    words: str
    size: int
    there: bool
    logit: float
    matches: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration with the trials it was judged by; `sure` and `hopeless` are its bounds as logits."""

    calibration: Calibration
    trials: tuple[Trial, ...]
    sure: float
    hopeless: float

    @property
    def largest(self) -> tuple[Trial, ...]:
        """The trials with the largest library."""
        size = max(trial.size for trial in self.trials)
        return tuple(trial for trial in self.trials if trial.size == size)

    @property
    def false_accepts(self) -> float:
        """The share of queries for something absent from the largest library that are taken for certain."""
        return float(np.mean([self.found(trial) for trial in self.largest if not trial.there]))

    @property
    def false_rejects(self) -> float:
        """The share of queries for something in the largest library that are denied."""
        return float(np.mean([self.denied(trial) for trial in self.largest if trial.there]))

    def found(self, trial: Trial) -> bool:
        """Whether the search would say that it found something: one photo at least has to match."""
        return trial.logit >= self.sure and trial.matches

    def denied(self, trial: Trial) -> bool:
        """Whether the search would say that there is nothing."""
        return trial.logit < self.hopeless


def read_captions(folder: Path) -> list[Captioned]:
    """Photos and captions of a folder with a `captions.tsv`: columns image and caption, a line for each caption.

    Images lie in the folder or in `images` inside it. Where there is a column split, only lines whose split is not
    "train" count, for an encoder must be judged by photos it was not trained on. Raises UsageError with one line.
    """
    table = folder / "captions.tsv"
    said: dict[str, list[str]] = defaultdict(list)
    try:
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row.get("split") != "train":
                    said[row["image"]].append(row["caption"])
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{table} cannot be read ({type(error).__name__}); nothing was changed; name a folder with a captions.tsv "
            "that has the columns image and caption"
        ) from None
    images = folder / "images" if (folder / "images").is_dir() else folder
    found = [Captioned(images / image, tuple(captions)) for image, captions in said.items()]
    missing = [photo.path for photo in found if not photo.path.is_file()]
    if missing:
        raise UsageError(f"{table} names {missing[0]}, which is not there ({len(missing)} such); nothing was changed")
    return found


def mentions(caption: str, words: str) -> bool:
    """Whether a caption has the words, one soon after the other, whatever their number."""
    inflected = [re.escape(_stem(word)) + _ENDINGS for word in words.split() if word not in ("a", "an", "the")]
    pattern = r"\b" + r"\W+(?:\w+\W+)?".join(inflected) + r"\b"
    return re.search(pattern, caption.lower()) is not None


def judged(encoder: Encoder, photos: Sequence[Captioned], words: Sequence[str]) -> list[Asked]:
    """Which photos show what: what two captions mention is there; what none mentions, not even by the last word
    alone, is not ("cake" may be a birthday cake). Words that a few photos may show are of no use
    and left out.
    """
    found = []
    for asked, vector in zip(words, encoder.encode_texts(words), strict=True):
        # "Dog" is what "a dog" is called in captions.
        bare = re.sub(r"^(?:an?|the) ", "", asked)
        times = np.array([sum(mentions(caption, bare) for caption in photo.captions) for photo in photos])
        enough = np.array([min(2, len(photo.captions)) for photo in photos])
        last = bare.split()[-1]
        unsaid = np.array([not any(mentions(caption, last) for caption in photo.captions) for photo in photos])
        shows = np.where(times >= enough, 1, np.where(unsaid, 0, -1)).astype(np.int8)
        if (shows == 1).sum() >= _FEWEST or (shows == 0).all():
            found.append(Asked(asked, vector, shows))
    return found


def fit(bank: Vectors, vectors: Vectors, asked: Sequence[Asked], seed: int = 0) -> Fitted:
    """Fit to photos [n, d] and what is asked of them, in libraries of many sizes drawn from them.

    `bank` [m, d] are common things. Every logit of the trials comes from a fit to other words, and the bounds from
    these logits: of the queries for something absent 8 % are taken for certain, and of those for something present
    8 % are denied; where this leaves no doubt between the two, the bounds meet in the middle.
    """
    random = np.random.default_rng(seed)
    libraries = [random.choice(len(vectors), min(size, len(vectors)), replace=False) for size in _SIZES]
    start = Calibration(
        Bank(bank), vectors.mean(axis=0), np.cov(vectors.T).astype(np.float32), _SYNONYM,
        Regression((), 0.0), Regression((), 0.0), 0.5, 0.5,
    )  # fmt: skip
    samples = _samples(start, vectors, asked, libraries)
    there = {sample.query for sample in samples if sample.there}
    if min(len(there), len(asked) - len(there)) < _PARTS:
        raise UsageError(
            "too few of the everyday things are in these captions, or too few are missing from them, to fit a "
            "calibration; nothing was changed; add photos and captions"
        )
    part = _parts([query in there for query in range(len(asked))], random)
    trials: list[Trial] = []
    for number in range(_PARTS):
        fitted = _regressions(start, [sample for sample in samples if part[sample.query] != number])
        for sample in samples:
            if part[sample.query] == number:
                words = asked[sample.query].words
                trials.append(Trial(words, sample.size, sample.there, *_tried(fitted, sample)))
    absent = np.array([trial.logit for trial in trials if not trial.there])
    present = np.array([trial.logit for trial in trials if trial.there])
    sure, hopeless = float(np.quantile(absent, 1 - _WRONG)), float(np.quantile(present, _WRONG))
    if sure < hopeless:
        sure = hopeless = (sure + hopeless) / 2
    bounds = [1 / (1 + np.exp(-logit)) for logit in (sure, hopeless)]
    calibration = replace(_regressions(start, samples), sure=float(bounds[0]), hopeless=float(bounds[1]))
    return Fitted(calibration, tuple(trials), sure, hopeless)


@dataclass(frozen=True, slots=True)
class _Sample:
    """The nearest photos of one library to one query: their evidence [n, 5] and what they show [n]."""

    query: int
    size: int
    there: bool
    evidence: Vectors
    shows: NDArray[np.int8]


def _samples(
    start: Calibration, vectors: Vectors, asked: Sequence[Asked], libraries: Sequence[NDArray[np.int64]]
) -> list[_Sample]:
    found = []
    standing = start.bank.standing(vectors)
    for rows in libraries:
        for query, one in enumerate(asked):
            shows = one.shows[rows]
            there = bool((shows == 1).any())
            # A library without what other photos show may show it unsaid; only what no photo shows is surely absent.
            if there or (one.shows == 0).all():
                cosine = vectors[rows] @ one.vector
                evidence = start.evidence(one.vector, cosine, standing[rows], cosine)
                found.append(_Sample(query, len(rows), there, evidence, shows))
    return found


def _parts(there: Sequence[bool], random: np.random.Generator) -> NDArray[np.int64]:
    """Queries in parts of equal shares of what is there and what is not."""
    part = np.empty(len(there), np.int64)
    for kind in (True, False):
        rows = random.permutation(np.flatnonzero(np.array(there) == kind))
        part[rows] = np.arange(len(rows)) % _PARTS
    return part


def _regressions(start: Calibration, samples: Sequence[_Sample]) -> Calibration:
    # Whether there is any match is the library's question; a photo's is asked where there is one.
    there = [sample for sample in samples if sample.there]
    evidence = np.concatenate([sample.evidence[sample.shows >= 0] for sample in there])
    shows = np.concatenate([sample.shows[sample.shows >= 0] for sample in there])
    natural = regression(evidence, shows, np.ones(len(shows)))
    # As many photos are taken to match as do, so that "how many" is right on the average.
    threshold = float(np.quantile(natural(evidence), 1 - shows.mean()))
    by_photo = replace(start, by_photo=Regression(natural.weights, natural.bias - threshold))
    libraries = np.stack([_library_evidence(by_photo, sample) for sample in samples])
    present = np.array([sample.there for sample in samples])
    return replace(by_photo, by_library=regression(libraries, present, _balance(samples)))


def _balance(samples: Sequence[_Sample]) -> NDArray[np.float64]:
    """Weights [n] by which half of what is asked of libraries of each size is there: a small one has less of what these
    queries ask for, which says nothing of what its owner asks."""
    numbers = Counter((sample.size, sample.there) for sample in samples)
    sizes = Counter(sample.size for sample in samples)
    return np.array([sizes[sample.size] / numbers[sample.size, sample.there] for sample in samples])


def _library_evidence(calibration: Calibration, sample: _Sample) -> Vectors:
    return calibration.library_evidence(sample.evidence, calibration.by_photo(sample.evidence), sample.size)


def _tried(calibration: Calibration, sample: _Sample) -> tuple[float, bool]:
    """The logit that the library has a match, and whether any photo is taken for one."""
    logit = calibration.by_library(_library_evidence(calibration, sample)[np.newaxis])[0]
    return float(logit), bool(calibration.by_photo(sample.evidence).max() >= 0)


def regression(evidence: Vectors, right: NDArray[np.generic], weight: NDArray[np.float64]) -> Regression:
    """The logistic regression of `right` [n] on `evidence` [n, k], each counting by its `weight` [n]."""
    mean, spread = evidence.mean(axis=0), evidence.std(axis=0) + 1e-9
    x, y = ((evidence - mean) / spread).astype(np.float64), right.astype(np.float64)
    weight = weight / weight.sum()

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, bias = parameters[:-1], parameters[-1]
        z = x @ slope + bias
        wrong = weight * (1 / (1 + np.exp(-np.clip(z, -50, 50))) - y)
        value = float(weight @ (np.logaddexp(0, z) - y * z) + _RIDGE * slope @ slope)
        return value, np.append(wrong @ x + 2 * _RIDGE * slope, wrong.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / spread
    return Regression(tuple(float(value) for value in weights), float(found[-1] - weights @ mean))


def _stem(word: str) -> str:
    return re.sub(r"(?:ning|ming|ing|(?<=[sxh])es|(?<!s)s)$", "", word) if len(word) > 4 else word
