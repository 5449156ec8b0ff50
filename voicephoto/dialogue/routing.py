"""The fallback that scores free wording: a linear model over word and letter sequences.

It is trained on the project's own sentences by scripts/train_routing.py, and is independent of the image-text encoder.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from voicephoto.dialogue.intent import Kind
from voicephoto.search import ImpossibleDate, QueryContext, find_dates

BUCKETS = 1 << 15
"""Features are hashed into so many; at some 60 features a sentence a collision matters little."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|&")
_NUMBERS = frozenset(
    (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
    ).split()
)
_TALK = frozenset(
    (
        "i you he she it we they me him us them my your his our their mine yours this that these those what who whom whose "
        "which when where why how is are was were am be been do does did can could will would shall should may might must "
        "has have had there not if whether because so please let tell give set turn put make play call send get go buy book "
        "order take add find show open start stop help need want say speak ask keep write read change check"
    ).split()
)
"""What sentences to somebody are made of, and names of things are not."""


@dataclass(frozen=True, slots=True)
class Router:
    """Which intent a sentence has; `weights` float32 [BUCKETS, kinds], `bias` float32 [kinds]."""

    kinds: tuple[Kind, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def load(cls, language: str = "en") -> "Router":
        """The trained weights of a language, which are kept as whole numbers and one scale for each intent."""
        with resources.files(__package__).joinpath(f"routing.{language}.npz").open("rb") as file, np.load(file) as kept:
            weights = np.zeros((BUCKETS, len(kept["kinds"])), np.float32)
            weights[kept["buckets"]] = kept["weights"].astype(np.float32) * kept["scale"]
            return cls(tuple(kept["kinds"].tolist()), weights, kept["bias"])

    def probabilities(self, sentence: str, showing: int) -> Mapping[Kind, float]:
        """How probable each intent is, with `showing` photos on display."""
        buckets = np.fromiter(set(features(sentence, showing > 0)), np.int64)
        scores = self.weights[buckets].sum(axis=0) / np.sqrt(max(1, len(buckets))) + self.bias
        shares = np.exp(scores - scores.max())
        return dict(zip(self.kinds, (shares / shares.sum()).tolist(), strict=True))


def outline(sentence: str, context: QueryContext) -> str:
    """The sentence with one word for every date and every place, since which one it is says nothing of what is wanted."""
    try:
        dates = find_dates(sentence, context.now, context.hemisphere, context.country, context.named_days)
    except ImpossibleDate:
        dates = ()
    for match in reversed(dates):
        sentence = f"{sentence[: match.start]} somewhen {sentence[match.end :]}"
    words = sentence.split()
    told: list[str] = []
    while words:
        length = next((n for n in (3, 2, 1) if len(words) >= n and _is_place(words[:n], told, context)), 0)
        told.append("somewhere" if length else words[0])
        del words[: length or 1]
    return " ".join(told)


def _is_place(words: list[str], before: list[str], context: QueryContext) -> bool:
    name = " ".join(words).strip(",.?!'")
    return (len(name) > 2 or before[-1:] == ["the"]) and context.places(name.removesuffix("'s")) is not None


def talks(sentence: str) -> bool:
    """Whether it is a sentence to somebody rather than the name of a thing."""
    words = _WORD.findall(sentence)
    return len(words) > 4 and any(word in _TALK or "'" in word for word in words)


def names_things(sentence: str) -> bool:
    """Whether no word of it belongs to talking to somebody: "upside down car"."""
    words = _WORD.findall(sentence)
    return bool(words) and not any(word in _TALK or "'" in word for word in words)


def features(sentence: str, showing: bool) -> Iterator[int]:
    """The buckets of a sentence: its runs of one to three words, its letters four by four, and the display."""
    words = ["#" if word[0].isdigit() or word in _NUMBERS else word for word in _WORD.findall(sentence.lower())]
    words = ["^", *(word for place, word in enumerate(words) if word != "#" or words[place - 1 : place] != ["#"]), "$"]
    seen = "shown" if showing else "dark"
    yield _bucket(seen)
    for length in (1, 2, 3):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            yield _bucket(run)
            if length < 3:
                yield _bucket(f"{seen} {run}")
    # What a command does and what it does it to stand at its two ends: "print ... one".
    if len(words) > 4:
        yield _bucket(f"{words[1]} .. {words[-2]}")
        yield _bucket(f"{words[1]} .. {words[-3]} {words[-2]}")
    for word in words[1:-1]:
        letters = f"<{word}>"
        for start in range(max(1, len(letters) - 3)):
            yield _bucket(f"*{letters[start : start + 4]}")
    talk = min(3, sum(word in _TALK or "'" in word for word in words))
    yield _bucket(f"={min(len(words) - 2, 12)}")
    yield _bucket(f"talk {talk}")
    yield _bucket(f"talk {talk} {seen}")
    yield _bucket(f"talk {talk} {min(len(words) - 2, 5)}")


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS
