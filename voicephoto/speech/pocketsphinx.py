"""The starter recogniser: PocketSphinx, with a language model made of our own sentence templates."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from voicephoto.speech.language_files import prepare, shipped
from voicephoto.speech.recognition import DROPPED, Dropped, Transcript, never, unheard
from voicephoto.speech.sentences import Sentences

_NEVER_ALONE = frozenset("a an and at for from in of on or the to with".split())
"""What the decoder makes of mumbling; nobody says these and nothing else."""
_SURE_ENOUGH = 0.02
"""Geometric mean of the words' posteriors; mumbling and much speech about other things has less."""


class PocketSphinxRecognizer:
    """Recognises what people say to their photos, offline, at a fraction of real time."""

    name = "pocketsphinx"

    def __init__(self, sentences: Sentences, words: Sequence[str], cache: Path) -> None:
        """`words`: names from the library that people may say; `cache`: folder for the language model made of it all."""
        english = shipped()
        from pocketsphinx import Decoder

        model, dictionary = prepare(sentences, words, cache)
        self._decoder = Decoder(
            hmm=str(english / "en-us"), lm=str(model), dict=str(dictionary), loglevel="FATAL", cmn="batch",
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
