"""The fallback that scores free wording: a small network over the words as the text model reads them.

It is trained on the project's own sentences by scripts/train_reading.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.dialogue.intent import Kind
from voicephoto.search import Floats, QueryContext, Trunk, inputs, marks, split
from voicephoto.vision import WordEncoder


@dataclass(frozen=True, slots=True)
class Router:
    """Which intent a sentence has.

    `looks` float32 [h, a] says where each of a glances at the sentence rests; what they see, the most that any word
    shows [h] and whether photos are on display are scored by `weights` float32 [a * h + h + 1, kinds].
    """

    encoder: WordEncoder
    kinds: tuple[Kind, ...]
    trunk: Trunk
    looks: Floats
    looks_bias: Floats
    weights: Floats
    bias: Floats

    @classmethod
    def load(cls, encoder: WordEncoder, language: str = "en") -> "Router":
        """The trained weights of a language, for the words as `encoder` gives them."""
        with resources.files(__package__).joinpath(f"routing.{language}.npz").open("rb") as file, np.load(file) as kept:
            return cls.of(kept, encoder)

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[Any]], encoder: WordEncoder) -> "Router":
        """With weights by name."""
        layers = (kept[name].astype(np.float32) for name in ("looks", "looks_bias", "weights", "bias"))
        return cls(encoder, tuple(kept["kinds"].tolist()), Trunk.read(kept), *layers)

    def probabilities(self, sentence: str, showing: int, context: QueryContext) -> Mapping[Kind, float]:
        """How probable each intent is, with `showing` photos on display."""
        words = split(sentence)
        if not words.words:
            return {kind: float(kind == "out_of_scope") for kind in self.kinds}
        places = marks(words, context.named(words))
        x = self.trunk.run(inputs(self.encoder, words, shown=showing > 0, places=places))
        shares = softmax(x @ self.looks + self.looks_bias)
        seen = np.concatenate([(shares.T @ x).ravel(), x.max(axis=0), [np.float32(showing > 0)]])
        return dict(zip(self.kinds, softmax(seen @ self.weights + self.bias).tolist(), strict=True))


def softmax(scores: Floats) -> Floats:
    """Shares along the first axis."""
    raised = np.exp(scores - scores.max(axis=0))
    shares: Floats = raised / raised.sum(axis=0)
    return shares
