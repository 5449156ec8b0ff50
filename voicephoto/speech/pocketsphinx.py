"""The starter recogniser: PocketSphinx, with a language model made of our own sentence templates."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import SAMPLE_RATE
from voicephoto.errors import MissingError
from voicephoto.speech.recognition import Transcript
from voicephoto.speech.sentences import Sentences

_FORMAT = 1
"""Raise it whenever the way in which models are made changes, so that cached ones are made again."""

EVERYDAY_WORDS = 12_000
"""Words of general English that can be said besides those of the templates."""
BACKGROUND = 0.05
"""Their share of the unigram probability."""


class PocketSphinxRecognizer:
    """Recognises what people say to their photos, offline, at a fraction of real time."""

    name = "pocketsphinx"

    def __init__(self, sentences: Sentences, words: Sequence[str], cache: Path) -> None:
        """`words`: names from the library that people may say; `cache`: folder for the language model made of it all."""
        try:
            import pocketsphinx
        except ImportError:
            raise MissingError("speech cannot be recognised without pocketsphinx; run: pip install pocketsphinx") from None
        pocketsphinx.set_loglevel("FATAL")
        shipped = Path(pocketsphinx.get_model_path(), "en-us")
        model, dictionary = _prepare(sentences, words, shipped, cache)
        self._decoder = pocketsphinx.Decoder(
            hmm=str(shipped / "en-us"), lm=str(model), dict=str(dictionary), loglevel="FATAL", cmn="batch",
        )  # fmt: skip
        self._lock = Lock()

    def transcribe(self, samples: NDArray[np.int16]) -> Transcript:
        """Decode int16 [n] at 16 kHz; an utterance without understandable words is rejected with a reason."""
        with self._lock:
            heard = self._decode(samples)
        return Transcript(" ".join(heard), 1.0)

    def _decode(self, samples: NDArray[np.int16]) -> list[str]:
        decoder = self._decoder
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return hypothesis.hypstr.split() if hypothesis else []
