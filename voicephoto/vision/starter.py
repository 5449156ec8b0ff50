"""The encoder that ships with the package: two small towers on ONNX Runtime."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from voicephoto.errors import MissingError

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

_SIDE = 224
_TOKENS, _POSITIONS = 64, 512
_REMEMBERED = 8
_IMAGES_AT_ONCE = 16
_TEXTS_AT_ONCE = 64
_UNTOUCHED = "your photos and catalog are untouched; install voicephoto again to get it back"


class StarterEncoder:
    """Runs image.onnx and text.onnx with tokenizer.json from `folder`; each is read when it is first needed.

    `threads` is the number of processor threads for one call. Raises MissingError, in one line, where a file
    is missing or damaged.
    """

    dimension = 512
    side = _SIDE

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        # What is wanted in a sentence and which of its words are looked for is asked one after the other.
        self._read_once = lru_cache(maxsize=_REMEMBERED)(self._states)

    @cached_property
    def name(self) -> str:
        weights = sha256()
        for file in ("image.onnx", "text.onnx"):
            weights.update(self._read(file))
        return f"starter-1-{weights.hexdigest()[:8]}"

    def prepare(self, image: Image.Image) -> Image.Image:
        """RGB, 224 x 224; the whole photo is kept and its sides stretched, as in training."""
        if image.mode != "RGB":
            image = image.convert("RGB")
        if image.size != (_SIDE, _SIDE):
            image = image.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return image

    def encode_images(self, images: Sequence[Image.Image]) -> Vectors:
        """Upright photos of any size and mode -> unit vectors [n, 512]."""
        vectors = np.empty((len(images), self.dimension), np.float32)
        for start in range(0, len(images), _IMAGES_AT_ONCE):
            batch = images[start : start + _IMAGES_AT_ONCE]
            pixels = np.stack([np.asarray(self.prepare(image), np.uint8) for image in batch])
            (vectors[start : start + len(batch)],) = self._image_tower.run(None, {"pixels": pixels})
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Sentences, of which the first 64 tokens count -> unit vectors [n, 512]."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # Sentences of like length go together, so that few tokens are padding.
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        for start in range(0, len(order), _TEXTS_AT_ONCE):
            rows = order[start : start + _TEXTS_AT_ONCE]
            (vectors[rows],) = self._text_tower.run(["vectors"], _padded([_cut(encodings[row].ids) for row in rows]))
        return vectors

    def encode_words(self, text: str, spans: Sequence[tuple[int, int]]) -> Vectors:
        """The words at `spans` of a text as they are meant in it -> [n, 384]; a span without a letter is all zeros."""
        states, tokens = self._read_once(text)
        inside = [
            (tokens[:, 0] >= start) & (tokens[:, 1] <= end) & (tokens[:, 1] > tokens[:, 0]) for start, end in spans
        ]
        words = np.zeros((len(spans), states.shape[-1]), np.float32)
        for place, its in enumerate(inside):
            if its.any():
                words[place] = states[its].mean(axis=0)
        return words

    def _states(self, text: str) -> tuple[Vectors, NDArray[np.int64]]:
        """The tokens of a text in their sentence [t, 384], and where each begins and ends [t, 2]."""
        encoding = self._tokenizer.encode(text)
        (states,) = self._text_tower.run(["words"], _padded([encoding.ids[:_POSITIONS]]))
        return states[0], np.array(encoding.offsets[:_POSITIONS])

    @cached_property
    def _image_tower(self) -> "onnxruntime.InferenceSession":
        return self._session("image.onnx")

    @cached_property
    def _text_tower(self) -> "onnxruntime.InferenceSession":
        return self._session("text.onnx")

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        saved = self._read("tokenizer.json")
        try:
            tokenizer = Tokenizer.from_buffer(saved)
        # The library raises a bare Exception for whatever is wrong with the file.
        except Exception as error:
            raise self._damaged("tokenizer.json", error) from None
        tokenizer.no_padding()
        return tokenizer

    def _session(self, file: str) -> "onnxruntime.InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        saved = self._read(file)
        try:
            return onnxruntime.InferenceSession(saved, options, providers=["CPUExecutionProvider"])
        # ONNX Runtime has an exception of its own for every kind of damage, and no common base among them.
        except Exception as error:
            raise self._damaged(file, error) from None

    def _read(self, file: str) -> bytes:
        path = self._folder / file
        try:
            return path.read_bytes()
        except OSError as error:
            raise MissingError(f"the starter model cannot be read: {path}: {error.strerror}; {_UNTOUCHED}") from None

    def _damaged(self, file: str, error: Exception) -> MissingError:
        return MissingError(
            f"the starter model is damaged: {self._folder / file} is not what it should be "
            f"({type(error).__name__}); {_UNTOUCHED}"
        )


def _cut(ids: list[int]) -> list[int]:
    """At most _TOKENS of a sentence, its end mark among them."""
    return ids if len(ids) <= _TOKENS else [*ids[: _TOKENS - 1], ids[-1]]


def _padded(sentences: Sequence[list[int]]) -> dict[str, NDArray[np.int64]]:
    """What the text tower takes, tokens and mask [n, t]."""
    tokens = np.zeros((len(sentences), max(map(len, sentences))), np.int64)
    mask = np.zeros_like(tokens)
    for row, ids in enumerate(sentences):
        tokens[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return {"tokens": tokens, "mask": mask}
