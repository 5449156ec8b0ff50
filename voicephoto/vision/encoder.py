"""What an image-text encoder is to the other rooms."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class Encoder(Protocol):
    """Maps photos and sentences into one space; vectors have unit length, so a dot product is the cosine."""

    @property
    def name(self) -> str:
        """Names the vector space: vectors may be compared only where the names are the same."""
        ...

    @property
    def dimension(self) -> int:
        """The length d of a vector."""
        ...

    @property
    def side(self) -> int:
        """Pixels that suffice on the shorter side of a photo."""
        ...

    def prepare(self, image: Image.Image) -> Image.Image:
        """An upright photo of any size and mode as it is looked at: small, squashed or cut as in the encoder's training."""
        ...

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """Upright photos of any size and mode, prepared or not, which is the same -> vectors [n, d]."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Sentences or single words, also empty ones -> vectors [n, d]; what is too long counts from its start."""
        ...


class WordEncoder(Protocol):
    """Tells what words mean where they stand, for the understanding of sentences."""

    def encode_words(self, text: str, spans: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """The words at `spans` of a text, which may be empty -> [n, w]; a span without a letter is all zeros."""
        ...
