"""faster-whisper: OpenAI's Whisper as CTranslate2 runs it, from a folder on this machine."""

import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import MissingError, one_line
from voicephoto.memory import require_memory
from voicephoto.speech.recognition import DROPPED, Dropped, Transcript, never, phantom, unheard
from voicephoto.speech.words import spoken_words

if TYPE_CHECKING:
    from ctranslate2 import StorageView
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

log = logging.getLogger(__name__)

_FILES = ("model.bin", "config.json", "tokenizer.json")
_WINDOW, _HALF, _SHORT = 3000, 1500, 500
"""Frames (10 ms). Whisper was trained on windows of 30 s. Up to 5 s are as well understood in a window of 15 s (25 % of the
words wrong in both, mostly in noisy rooms) in a third of the time; shorter windows make it say everything twice."""
_BEAM = 2
_MOST_TOKENS = 96
"""Nobody says more to photos in one breath; where it goes round in circles, it ends here."""
_HOT_WORDS = 20
_DOUBTFUL = 0.6
"""Less confident than this, it is asked again without hot words."""
_SURE_ENOUGH = 0.2
"""With the base model no right one of 146 sentences and single words has less, and 38 of 42 noises have."""
_LOOP = 2.4
"""Text that zlib makes so many times smaller goes round in circles (Whisper's own compression_ratio_threshold)."""


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """What was made of one window.

    log_probability: mean over its tokens; no_speech: Whisper's own probability that nobody speaks; compression: how
    many times smaller zlib makes the text.
    """

    words: list[str]
    log_probability: float
    no_speech: float
    compression: float

    @property
    def confidence(self) -> float:
        """The geometric mean of the tokens' probabilities, times the probability of speech; nothing for a loop.

        One without the other is not enough: it may be sure of its words for a noise, and of a voice that it does not understand.
        """
        return exp(min(0.0, self.log_probability)) * (1 - self.no_speech) if self.compression <= _LOOP else 0.0


class WhisperRecognizer:
    """Recognises free speech with a Whisper of any size, in the form of CTranslate2 (a folder with model.bin)."""

    def __init__(
        self, folder: Path, names: Sequence[str] = (), *, device: str | None = None, language: str = "en"
    ) -> None:
        """`names` of the library, the most useful first; about twenty words of them are hot words. `device`: cpu or cuda; the
        GPU where there is one if None. Where a GPU fails it goes on on the processor for good, and says so.

        Raises MissingError where the model is not whole, is no Whisper, or does not fit into memory.
        """
        self.name = f"whisper {folder.name}"
        self._folder = folder
        self._language = language
        self._names = tuple(_few(names))
        _require(folder)
        self._device = device or _best_device()
        self._begin()

    def _begin(self) -> None:
        try:
            self._model, self._tokenizer = _load(self._folder, self._device, self._language)
            # What loads may still not decode: a tokenizer or a front end of another model, a GPU without its libraries.
            self._hear(self._features(np.zeros(_HALF, np.int16)), never)
        except Exception as error:
            # The tokenizers package raises nothing narrower.
            if self._device == "cpu":
                raise _unusable(self._folder, error) from None
            self._leave_gpu(error)

    def _leave_gpu(self, error: Exception) -> None:
        log.warning("%s cannot use %s (%s); it goes on on the processor", self.name, self._device, one_line(str(error)))
        self._device = "cpu"
        self._begin()

    def transcribe(self, samples: NDArray[np.int16], dropped: Dropped = never) -> Transcript:
        """Decode int16 [n] at 16 kHz; an utterance without understandable words is rejected with a reason.

        A window of half a minute has three steps: it is listened to, written down with the hot words, and without them.
        Raises MissingError where the processor fails.
        """
        rejected = unheard(samples)
        if rejected is not None:
            return rejected
        features = self._features(samples)
        try:
            return self._transcribe(features, dropped)
        except RuntimeError as error:
            if self._device == "cpu":
                raise MissingError(
                    f"{self.name} broke off ({one_line(str(error))}); choose another recogniser"
                ) from None
            self._leave_gpu(error)
        return self.transcribe(samples, dropped)

    def _transcribe(self, features: NDArray[np.float32], dropped: Dropped) -> Transcript:
        judged = []
        for start in range(0, features.shape[1], _WINDOW):
            hypothesis = None if dropped() else self._hear(features[:, start : start + _WINDOW], dropped)
            if hypothesis is None:
                return DROPPED
            judged.append(_judged(hypothesis))
        heard = [each for each in judged if each.reason is None]
        if not heard:
            return judged[0]
        return Transcript(" ".join(each.text for each in heard), min(each.confidence for each in heard))

    def _features(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """The logarithmic mel spectrum, float32 [bands, frames]."""
        features: NDArray[np.float32] = self._model.feature_extractor(samples.astype(np.float32) / 32768)
        return features

    def _hear(self, features: NDArray[np.float32], dropped: Dropped) -> _Hypothesis | None:
        """Decode one window; hot words make names out of other words, so it is asked without them where it is in doubt.

        None where it is dropped meanwhile.
        """
        from faster_whisper.audio import pad_or_trim

        sound = self._model.encode(pad_or_trim(features, _HALF if features.shape[1] <= _SHORT else _WINDOW))
        if dropped():
            return None
        biased = self._decode(sound, ", ".join(self._names))
        echo = self._is_echo(biased.words)
        if not self._names or (biased.confidence >= _DOUBTFUL and not echo):
            return biased
        if dropped():
            return None
        plain = self._decode(sound, "")
        return plain if echo or plain.confidence >= biased.confidence else biased

    def _decode(self, sound: "StorageView", hot_words: str) -> _Hypothesis:
        prompt = self._model.get_prompt(self._tokenizer, [], without_timestamps=True, hotwords=hot_words)
        [result] = self._model.model.generate(
            sound, [prompt], beam_size=_BEAM, max_length=len(prompt) + _MOST_TOKENS,
            return_scores=True, return_no_speech_prob=True, suppress_tokens=[-1],
        )  # fmt: skip
        tokens = result.sequences_ids[0]
        text = self._tokenizer.decode(tokens).strip()
        written = text.encode()
        return _Hypothesis(
            words=spoken_words(text),
            # The score is a mean without the end of the text, the sum over all with it.
            log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
            no_speech=result.no_speech_prob,
            compression=len(written) / len(zlib.compress(written)),
        )

    def _is_echo(self, words: list[str]) -> bool:
        """Whether nothing but hot words came back, more than one name of them."""
        names = [spoken_words(name) for name in self._names]
        known = {word for name in names for word in name}
        return known.issuperset(words) and len(words) > max(map(len, names), default=0)


def _judged(hypothesis: _Hypothesis) -> Transcript:
    """The transcript, or why there is none; what nobody said at all is for `sifted` to tell, who knows the sound."""
    text, confidence = " ".join(hypothesis.words), hypothesis.confidence
    if phantom(text, confidence):
        return Transcript("", confidence, "noise")
    if confidence < _SURE_ENOUGH:
        return Transcript("", confidence, "noise" if hypothesis.no_speech > 0.5 else "not understood")
    return Transcript(text, confidence)


def _few(names: Sequence[str]) -> Iterator[str]:
    """The first names, without repetition, up to _HOT_WORDS words: longer lists come back as what was said."""
    words = 0
    for name in dict.fromkeys(names):
        words += len(name.split())
        if words > _HOT_WORDS:
            return
        yield name


def _best_device() -> str:
    from ctranslate2 import get_cuda_device_count

    return "cuda" if get_cuda_device_count() else "cpu"


def _require(folder: Path) -> None:
    """Raise MissingError where the package is not there, a file is missing, or memory is short."""
    try:
        import faster_whisper  # noqa: F401
    except ImportError as error:
        raise MissingError(f"Whisper cannot listen ({error}); run: pip install faster-whisper") from None
    for file in _FILES:
        # Without a tokenizer faster-whisper would ask the network for one.
        if not (folder / file).is_file():
            raise MissingError(
                f"the speech model {folder.name} is not complete: {folder / file} is missing; nothing was changed; "
                "get the model again"
            )
    # The file's own weights, mostly float16, and what is made of them lie in memory side by side for a moment.
    require_memory(2 * (folder / "model.bin").stat().st_size / 2**20 + 150, f"the speech model {folder.name}")


def _load(folder: Path, device: str, language: str) -> "tuple[WhisperModel, Tokenizer]":
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

    model = WhisperModel(
        str(folder), device=device, compute_type="float16" if device == "cuda" else "int8",
        cpu_threads=_threads(), local_files_only=True,
    )  # fmt: skip
    return model, Tokenizer(model.hf_tokenizer, model.model.is_multilingual, "transcribe", language)


def _threads() -> int:
    """All cores but one, which is left to the voice and the photos; more than four do not make it faster.

    On two cores one thread takes a fifth longer than two, and a reply can be made meanwhile.
    """
    return max(1, min(4, len(os.sched_getaffinity(0)) - 1))


def _unusable(folder: Path, error: Exception) -> MissingError:
    reason = one_line(str(error).splitlines()[0]) if str(error) else type(error).__name__
    return MissingError(f"the speech model in {folder} cannot be used ({reason}); nothing was changed; get it again")
