"""A sentence's words as a small network reads them: what they mean where they stand, and what the grammars know of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicephoto.vision import WordEncoder

Floats = NDArray[np.float32]
FLAGS = 6
_WORD = re.compile(r"\S*[^\s,.;:!?]|(?<!\S)[,.;:!?]+(?!\S)")
_SQUASHED = np.float32(np.sqrt(2 / np.pi))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, without the punctuation behind them."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def breaks(self, place: int) -> bool:
        """Whether the speaker pauses behind a word, as the punctuation tells."""
        return self.text[self.spans[place][1] : self.spans[place][1] + 1] not in ("", " ")


def split(text: str) -> Words:
    found = [match for match in _WORD.finditer(text) if match[0].strip(",.;:!?")]
    return Words(text, tuple(match[0] for match in found), tuple(match.span() for match in found))


def inputs(
    encoder: WordEncoder, words: Words, *, shown: bool = False, filtered: bool = False, places: Sequence[str] = ()
) -> Floats:
    """What the networks take, [words, 384 + FLAGS]: each word in its sentence, then what else is known of it.

    `shown`: photos are on display; `filtered`: a date or a place was taken out of the text; `places` says of each
    word whether a place's name may begin ("B") or go on ("I") there.
    """
    states = encoder.encode_words(words.text.lower(), words.spans)
    flags = np.zeros((len(words.words), FLAGS), np.float32)
    flags[:, 0], flags[:, 1] = shown, filtered
    for place in range(len(words.words)):
        flags[place, 2:] = (
            bool(places) and places[place] == "B",
            bool(places) and places[place] == "I",
            words.breaks(place),
            place == 0,
        )
    return np.concatenate([states, flags], axis=1)


@dataclass(frozen=True, slots=True)
class Trunk:
    """What both networks begin with: a layer for each word, one that looks at its neighbours, one at the whole sentence,
    and one at the neighbours again, each added to the last.

    `word` [d, h], the `near` ones [h, h, 3]: output, input, the word before, itself and the one behind; `whole` [2 * h, h]
    takes the most and the mean of all words.
    """

    word: Floats
    word_bias: Floats
    near: tuple[Floats, Floats]
    near_bias: tuple[Floats, Floats]
    whole: Floats
    whole_bias: Floats

    @classmethod
    def read(cls, kept: Mapping[str, NDArray[np.float16]]) -> "Trunk":
        names = ("word", "word_bias", "near", "near_bias", "whole", "whole_bias")
        word, word_bias, near, near_bias, whole, whole_bias = (kept[name].astype(np.float32) for name in names)
        return cls(word, word_bias, tuple(near), tuple(near_bias), whole, whole_bias)

    def run(self, x: Floats) -> Floats:
        """[words, d] -> [words, h]."""
        x = gelu(x @ self.word + self.word_bias)
        x = self._beside(x, 0)
        x = x + gelu(np.concatenate([x.max(axis=0), x.mean(axis=0)]) @ self.whole + self.whole_bias)
        return self._beside(x, 1)

    def _beside(self, x: Floats, layer: int) -> Floats:
        weight, padded = self.near[layer], np.pad(x, ((1, 1), (0, 0)))
        mixed = sum(padded[shift : shift + len(x)] @ weight[:, :, shift].T for shift in range(3))
        return x + gelu(mixed + self.near_bias[layer])


def gelu(x: Floats) -> Floats:
    """Hendrycks and Gimpel 2016, in the approximation by tanh."""
    passed: Floats = np.float32(0.5) * x * (1 + np.tanh(_SQUASHED * (x + np.float32(0.044715) * x * x * x)))
    return passed
