"""What this machine plays is taken out of what it hears."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio.frames import SAMPLE_RATE, Frame
from voicephoto.audio.sound import to_int16

_LEAD = 480
"""Samples of 16 kHz that are kept in hand, for the two devices do not take and give their blocks at the same moments."""
_MOST = 1920
"""Samples in hand from which on the microphone has lost some of its own."""
_LATE = 800
"""Samples that may still come late; a speaker that is later has stood still."""
_BLOCKS = 400
"""Blocks that are kept for whoever reads: some seconds. Nobody may read, where there is a speaker and no microphone."""
_LASTS = 50
"""Frames (1 s) after the last sound in which its echo may still come: the devices' buffers, and the room."""


class Reference:
    """What a device plays, as a stream of 16 kHz that is read as fast as the microphone's, so that an echo is always as late."""

    def __init__(self, rate: int) -> None:
        """`rate` is that of the device, Hz."""
        import soxr

        self._resampler = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        self._blocks: deque[NDArray[np.int16]] = deque(maxlen=_BLOCKS)
        self._coming = np.zeros(0, np.int16)
        self._owed = 0
        self._begun = False

    def add(self, block: NDArray[np.int16]) -> None:
        """The device took int16 [n]; on its own thread, where nothing may wait."""
        self._blocks.append(block)

    def take(self, count: int) -> NDArray[np.int16]:
        """The next samples int16 [count]; zeros where the device has not gone on."""
        self._receive()
        if not self._begun or len(self._coming) > count + _MOST:
            if len(self._coming) < count + _LEAD:
                return np.zeros(count, np.int16)
            self._begun = True
            self._coming = self._coming[-(count + _LEAD) :]
        taken, self._coming = self._coming[:count], self._coming[count:]
        missing = count - len(taken)
        if missing == 0:
            return taken
        self._owed += missing
        if self._owed > _LATE:
            self._owed, self._begun = 0, False
        return np.pad(taken, (0, missing))

    def _receive(self) -> None:
        while self._blocks:
            block = self._blocks.popleft()
            if self._resampler is not None:
                block = to_int16(self._resampler.resample_chunk(block.astype(np.float32) / 32768.0))
            self._coming = np.concatenate([self._coming, block])
        # In the place of what came late there were zeros; its time is over.
        late = min(self._owed, len(self._coming))
        self._owed -= late
        self._coming = self._coming[late:]


class EchoCanceller:
    """Subtracts the echo of what is played, as a room makes it, by WebRTC's AEC3; it learns the room while it plays.

    While nothing was played for a second the frames are left as they are.
    """

    def __init__(self) -> None:
        import pywebrtc_audio

        self._canceller = pywebrtc_audio.EchoCanceller(SAMPLE_RATE)
        self._quiet = _LASTS

    def clean(self, frame: Frame, played: NDArray[np.int16]) -> Frame:
        """The frame without the echo of `played`, int16 [320], which is what was played meanwhile or shortly before."""
        self._quiet = 0 if played.any() else self._quiet + 1
        if self._quiet >= _LASTS:
            return frame
        return Frame(self._canceller.process(frame.samples, played), frame.start, echoing=frame.samples)
