"""The microphone of a page: what arrives of its sound, as the frames of one stream."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, Frame

_MOST_WAITING = 2 * SAMPLE_RATE
"""Samples that may wait to be heard; who sends faster than people speak, or is heard too slowly, loses the rest."""


class Ear:
    """Gives frames to `hear` on a thread of its own, and calls `finish` with the time of the stream where it is let go."""

    def __init__(self, hear: Callable[[Frame], None], finish: Callable[[float], None]) -> None:
        self._hear = hear
        self._finish = finish
        self._arriving: SimpleQueue[tuple[int, NDArray[np.int16]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._waiting = 0
        self._expected = 0
        self.open = False
        self.lost = 0
        """Samples that never arrived, or were too many, since it was opened."""

    @property
    def lost_ms(self) -> int:
        return self.lost * 1000 // SAMPLE_RATE

    def begin(self) -> None:
        """Open it: the page counts its samples from here on."""
        self.end()
        self.open, self._expected, self.lost = True, 0, 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="listen", daemon=True)
            self._thread.start()

    def take(self, offset: int, samples: NDArray[np.int16]) -> None:
        """Add int16 samples [n] at 16 kHz, of which `offset` came before; returns at once.

        Raises ValueError for what came already.
        """
        missing = offset - self._expected
        if missing < 0:
            raise ValueError(f"sound from sample {offset} on, where {self._expected} came already")
        self._expected = offset + len(samples)
        self.lost += missing
        with self._lock:
            if self._waiting + len(samples) > _MOST_WAITING:
                self.lost += len(samples)
                return
            self._waiting += len(samples)
        self._arriving.put((missing, samples))

    def end(self) -> None:
        """Let it go: what was being said is over."""
        if self.open:
            self.open = False
            self._arriving.put(None)

    def close(self) -> None:
        """End the thread; nothing is heard after it."""
        self._closed = True
        self._arriving.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        at, rest = 0, np.zeros(0, np.int16)
        while (arrived := self._arriving.get()) is not None or not self._closed:
            if self._closed:
                continue
            if arrived is None:
                rest = rest[:0]
                self._finish(at / SAMPLE_RATE)
                continue
            missing, samples = arrived
            with self._lock:
                self._waiting -= len(samples)
            if missing:
                at, rest = at + len(rest) + missing, rest[:0]
            rest = np.concatenate([rest, samples])
            while len(rest) >= FRAME_SAMPLES and not self._closed:
                self._hear(Frame(rest[:FRAME_SAMPLES], at / SAMPLE_RATE))
                at, rest = at + FRAME_SAMPLES, rest[FRAME_SAMPLES:]
