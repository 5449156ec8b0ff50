"""Two engines of one kind, of which the second takes over where the first fails."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import Sound
from voicephoto.errors import MissingError
from voicephoto.speech.recognition import Dropped, Recognizer, Transcript, never
from voicephoto.speech.synthesis import Synthesizer, split_sentences

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 60.0
"""After a failure the first engine is left alone for so long: nobody should wait for it at every sentence."""

Engine = TypeVar("Engine", Recognizer, Synthesizer)
Result = TypeVar("Result")


class _Pair(Generic[Engine]):
    """Both engines, each made when it is first needed."""

    def __init__(self, best: Callable[[], Engine], other: Callable[[], Engine], clock: Callable[[], float]) -> None:
        self._make: dict[bool, Callable[[], Engine]] = {True: best, False: other}
        self._made: dict[bool, Engine] = {}
        self._clock = clock
        self._left_alone_until = -1.0

    @property
    def now(self) -> Engine:
        """The one whose turn it is. Raises MissingError where it cannot be made."""
        best = self._clock() >= self._left_alone_until
        if best not in self._made:
            self._made[best] = self._make[best]()
        return self._made[best]

    def run(self, work: Callable[[Engine], Result]) -> Result:
        try:
            return work(self.now)
        except MissingError as error:
            if self._clock() < self._left_alone_until:
                raise
            log.warning("%s", error)
        self._left_alone_until = self._clock() + _AGAIN_SECONDS
        return work(self.now)


class FallbackRecognizer:
    """Hears with `best`; for a minute from every failure on, also one of loading it, with `other`."""

    def __init__(
        self,
        best: Callable[[], Recognizer],
        other: Callable[[], Recognizer],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pair: _Pair[Recognizer] = _Pair(best, other, clock)

    @property
    def name(self) -> str:
        return self._pair.run(lambda engine: engine.name)

    def transcribe(self, samples: NDArray[np.int16], dropped: Dropped = never) -> Transcript:
        """Decode int16 [n] at 16 kHz; raises MissingError where both fail."""
        return self._pair.run(lambda engine: engine.transcribe(samples, dropped))


class FallbackSynthesizer:
    """Speaks with `best`; for a minute from every failure on, also within a text, with `other`."""

    def __init__(
        self,
        best: Callable[[], Synthesizer],
        other: Callable[[], Synthesizer],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pair: _Pair[Synthesizer] = _Pair(best, other, clock)

    @property
    def name(self) -> str:
        return self._pair.run(lambda engine: engine.name)

    def synthesize(self, text: str) -> Iterator[Sound]:
        """One sound for each sentence, made when it is asked for; raises MissingError where both fail."""
        for sentence in split_sentences(text):
            yield from self._pair.run(lambda engine, said=sentence: list(engine.synthesize(said)))  # type: ignore[misc]
