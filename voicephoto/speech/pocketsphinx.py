"""The starter recogniser: PocketSphinx, with a language model made of our own sentence templates."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import MissingError
from voicephoto.speech.language_model import SAMPLES, sample, write_arpa
from voicephoto.speech.pronunciation import pronunciations
from voicephoto.speech.recognition import DROPPED, Dropped, Transcript, never, unheard
from voicephoto.speech.sentences import Sentences

_FORMAT = 1
"""Raise it whenever the way in which models are made changes, so that cached ones are made again."""

EVERYDAY_WORDS = 12_000
"""Words of general English that can be said besides those of the templates."""
BACKGROUND = 0.05
"""Their share of the unigram probability."""

_PARTIAL = ".part"
"""Ending of a file that is still being made, maybe by another process."""
_NEVER_ALONE = frozenset("a an and at for from in of on or the to with".split())
"""What the decoder makes of mumbling; nobody says these and nothing else."""
_SURE_ENOUGH = 0.02
"""Geometric mean of the words' posteriors; mumbling and much speech about other things has less."""


class PocketSphinxRecognizer:
    """Recognises what people say to their photos, offline, at a fraction of real time."""

    name = "pocketsphinx"

    def __init__(self, sentences: Sentences, words: Sequence[str], cache: Path) -> None:
        """`words`: names from the library that people may say; `cache`: folder for the language model made of it all."""
        try:
            import pocketsphinx
        except ImportError:
            raise MissingError(
                "speech cannot be recognised without pocketsphinx; run: pip install pocketsphinx"
            ) from None
        pocketsphinx.set_loglevel("FATAL")
        shipped = Path(pocketsphinx.get_model_path(), "en-us")
        model, dictionary = _prepare(sentences, words, shipped, cache)
        self._decoder = pocketsphinx.Decoder(
            hmm=str(shipped / "en-us"), lm=str(model), dict=str(dictionary), loglevel="FATAL", cmn="batch",
        )  # fmt: skip
        self._lock = Lock()

    def transcribe(self, samples: NDArray[np.int16], dropped: Dropped = never) -> Transcript:
        """Decode int16 [n] at 16 kHz; an utterance without understandable words is rejected with a reason.

        It has one step, a small part of the time that the words took to say.
        """
        rejected = DROPPED if dropped() else unheard(samples)
        if rejected is not None:
            return rejected
        with self._lock:
            words = self._decode(samples)
        spoken = [word for word, _ in words]
        if not spoken:
            return Transcript("", 0.0, "noise")
        # The decoder's posteriors are rounded, also to a little over one.
        confidence = min(1.0, float(np.exp(np.mean(np.log([max(posterior, 1e-9) for _, posterior in words])))))
        if confidence < _SURE_ENOUGH or _NEVER_ALONE.issuperset(spoken):
            return Transcript("", confidence, "not understood")
        return Transcript(" ".join(spoken), confidence)

    def _decode(self, samples: NDArray[np.int16]) -> list[tuple[str, float]]:
        """Words with their posterior probability in the lattice."""
        decoder = self._decoder
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
        return [
            (segment.word.partition("(")[0], segment.prob)
            for segment in decoder.seg() or ()
            if not segment.word.startswith(("<", "["))
        ]


def _prepare(sentences: Sentences, words: Sequence[str], shipped: Path, cache: Path) -> tuple[Path, Path]:
    """The language model and the dictionary for these sentences and words, made where the cache has none.

    Raises MissingError where the cache cannot be written.
    """
    names = sorted(set(words))
    asked = [_FORMAT, SAMPLES, EVERYDAY_WORDS, BACKGROUND, version("pocketsphinx"), sentences.digest, names]
    key = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
    folder = cache / "speech"
    model, dictionary, note = (folder / f"{key}.{ending}" for ending in ("arpa", "dict", "crc32"))
    with suppress(OSError):
        # The decoder takes a damaged model for a whole one, and crashes or hears nothing.
        if note.read_bytes() == _checksum(model, dictionary):
            return model, dictionary
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _whole(model) as file:
            vocabulary = write_arpa(sample(sentences, names), _everyday(shipped), BACKGROUND, file)
        with _whole(dictionary) as file:
            file.writelines(f"{word} {phones}\n" for word, phones in pronunciations(vocabulary, _dictionary(shipped)))
        note.write_bytes(_checksum(model, dictionary))
        for old in folder.glob("*.*"):
            if old.stem != key and old.suffix != _PARTIAL:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise MissingError(
            f"the language model for speech cannot be kept in {folder} ({error.strerror}); nothing was changed; "
            "check its permissions and free space, or name another folder with --data"
        ) from None
    return model, dictionary


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that appears only when it is complete."""
    partial = path.with_suffix(f".{os.getpid()}{_PARTIAL}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _checksum(*files: Path) -> bytes:
    return b" ".join(b"%08x" % zlib.crc32(file.read_bytes()) for file in files)


def _everyday(shipped: Path) -> dict[str, float]:
    """The most probable words of general English, by the recogniser's own large model."""
    from pocketsphinx import LogMath, NGramModel

    logmath = LogMath()
    model = NGramModel(None, logmath, str(shipped / "en-us.lm.bin"))
    with _dictionary(shipped).open(encoding="utf-8") as lines:
        words = sorted({line.split(" ", 1)[0].partition("(")[0] for line in lines})
    likely = {word: logmath.exp(model.prob([word])) for word in words if word}
    best = sorted(likely, key=lambda word: -likely[word])[:EVERYDAY_WORDS]
    return {word: likely[word] for word in best}


def _dictionary(shipped: Path) -> Path:
    return shipped / "cmudict-en-us.dict"
