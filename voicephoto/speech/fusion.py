"""How much likelier words are where somebody speaks to their photos than in English at large."""

from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path

from voicephoto.speech.language_files import shipped

START, END = "<s>", "</s>"
_WISHES = 0.95
"""Share of what is heard that is a wish to photos; the rest is English at large, so that other words lose three nats at most."""
_RAREST = -16.0
"""Natural logarithm of the probability of a word that English at large does not know."""
_MOST = 50.0
_REMEMBERED = 100_000


class DensityRatio:
    """log(a p(w|h) / q(w|h) + 1 - a), in nats: p of the sentences and names that can be said here, q of English at large.

    Added to what an end-to-end recogniser thinks of a word, it puts the one in the place of the other, which such a recogniser
    has learnt with its ear (McDermott, Sak and Variani 2019, "A density ratio approach to language model fusion in end-to-end
    automatic speech recognition"). Both are trigrams.
    """

    def __init__(self, model: Path) -> None:
        """`model`: in ARPA format. Raises MissingError where pocketsphinx, which reads it, is not there."""
        english = shipped()
        from pocketsphinx import LogMath, NGramModel

        logmath = LogMath()
        self._nats = logmath.log_to_ln(1)
        self._wishes, self._english = NGramModel(None, logmath, str(model)), NGramModel(None, logmath, str(english / "en-us.lm.bin"))  # fmt: skip
        self._known = frozenset(_vocabulary(model))
        words = sorted(self._known - {START, END})
        self._beginnings, self._first = (
            _most({word: self._ratio(word, history) for word in words}) for history in ((), (START,))
        )
        self._told: dict[tuple[str, ...], float] = {}

    def of_word(self, word: str, history: tuple[str, ...]) -> float:
        """Of `word`, or END, after `history`: the words before it, the oldest first, START where the sentence begins."""
        asked = (word, *history)
        if asked not in self._told:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            self._told[asked] = self._ratio(word, history)
        return self._told[asked]

    def of_beginning(self, letters: str, first: bool) -> float:
        """The most that a word beginning so can bring, as the `first` one or whatever was said before; 0 where none brings
        anything."""
        return (self._first if first else self._beginnings).get(letters, 0.0)

    def _ratio(self, word: str, history: Sequence[str]) -> float:
        english = max(_RAREST, self._english.prob([word, *history[::-1]]) * self._nats)
        more = self._wish(word, history) - english if word in self._known else -_MOST
        return log(_WISHES * exp(min(more, _MOST)) + 1 - _WISHES)

    def _wish(self, word: str, history: Sequence[str]) -> float:
        known = []
        for before in reversed(history):
            if before not in self._known:
                break
            known.append(before)
        return float(self._wishes.prob([word, *known]) * self._nats)


def _most(ratios: Mapping[str, float]) -> dict[str, float]:
    """The greatest of the ratios of the words with each beginning, where it is above 0."""
    most: dict[str, float] = {}
    for word, ratio in ratios.items():
        for length in range(1, len(word) + 1):
            if ratio > most.get(word[:length], 0.0):
                most[word[:length]] = ratio
    return most


def _vocabulary(model: Path) -> list[str]:
    with model.open(encoding="utf-8") as lines:
        words = []
        for line in lines:
            if line.startswith("\\2-grams:"):
                break
            fields = line.split()
            if len(fields) > 1 and not line.startswith(("\\", "ngram")):
                words.append(fields[1])
    return words
