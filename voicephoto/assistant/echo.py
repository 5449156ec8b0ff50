"""How loud the microphone hears what the speaker plays, and so how loud somebody has to be to be heard over it."""

from collections import deque
from itertools import repeat

import numpy as np

from voicephoto.audio import Frame
from voicephoto.speech import dbfs

AUDIBLE = -55.0
"""dBFS: what is quieter is not heard any more."""
_LOUDER = 6.0
"""dB by which somebody has to be louder than the echo of the reply."""
_LEARNT = 100
_LATE = 15
"""Frames: so much later, and not more, the sound of a speaker is heard; before it there is nothing to learn from."""
_UNKNOWN_ROOM, _UNKNOWN_FRAMES = -6.0, 1
"""dB from the reply to its echo before any was heard: a speaker close to the microphone; half a second tells more."""
_UNTAUGHT, _UNTAUGHT_FRAMES = -26.0, 6
"""The same of what a canceller leaves of it, for which the first two seconds say little: it learns the room in them.
With less a reply hesitates more, with more nobody is heard over its beginning (benchmarks.voice)."""


class Echo:
    """Learns it while the speaker plays and nobody speaks over it."""

    def __init__(self) -> None:
        self._heard = _Gain(_UNKNOWN_ROOM, _UNKNOWN_FRAMES)
        self._left = _Gain(_UNTAUGHT, _UNTAUGHT_FRAMES)
        self._audible = 0

    def best(self, frame: Frame, played: float) -> tuple[Frame, float]:
        """The frame in which somebody who speaks is heard best, and the dBFS that they have to exceed in it.

        `played` is the level of what was played around it, dBFS. Who is louder than the whole echo is heard as they are:
        a canceller takes something of them too.
        """
        whole = played + self._heard.most + _LOUDER
        if frame.echoing is None or dbfs(frame.echoing) >= whole:
            return Frame(frame.whole, frame.start), whole
        return frame, min(whole, played + self._left.most + _LOUDER)

    def learn(self, frame: Frame, played: float) -> None:
        """Take a frame over which nobody speaks; before a device takes the first block of a reply there is no echo in it."""
        self._audible = self._audible + 1 if played > AUDIBLE else 0
        if self._audible > _LATE:
            self._heard.learn(dbfs(frame.whole) - played)
            self._left.learn(dbfs(frame.samples) - played)


class _Gain:
    """How much louder or quieter something is than what is played, by the last two seconds of it."""

    def __init__(self, expected: float, frames: int) -> None:
        """What is `expected`, dB, counts as so many `frames`."""
        self._frames = deque(repeat(expected, frames), maxlen=_LEARNT)
        self.most = expected
        """dB, but for one frame in twenty."""

    def learn(self, gain: float) -> None:
        self._frames.append(gain)
        self.most = float(np.quantile(self._frames, 0.95))
