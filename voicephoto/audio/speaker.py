"""The loudspeaker: sounds in a row, that can be paused and stopped at once, and how loud it is just now."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio.echo import Reference
from voicephoto.audio.portaudio import Device, PortAudio
from voicephoto.audio.resampling import resample
from voicephoto.audio.sound import Sound

_LEVEL_MS = 20
_RECENT_S = 0.5
SILENT = -120.0
"""dBFS of no sound at all."""


class Speaker(Protocol):
    """Plays sounds one after the other."""

    def play(self, sound: Sound) -> None:
        """Add a sound to what is played; returns at once."""
        ...

    def pause(self) -> None:
        """Fall silent within a block of the device, and keep what is left."""
        ...

    def resume(self) -> None: ...

    def stop(self) -> None:
        """Fall silent, and forget what is left."""
        ...

    @property
    def playing(self) -> bool:
        """Whether something is left to be played, or the device has not finished it."""
        ...

    @property
    def level(self) -> float:
        """How loud the last half second that was really played is at its loudest, dBFS."""
        ...


class Playout:
    """What is left to be played at `rate`, and how loud what was played is; a device takes block after block."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._waiting: deque[NDArray[np.int16]] = deque()
        self._paused = False
        self._window = max(1, rate * _LEVEL_MS // 1000)
        self._levels: deque[float] = deque(maxlen=int(_RECENT_S * 1000 / _LEVEL_MS))
        self._part = np.zeros(0, np.int16)
        self.played = 0
        """Samples of sounds that a device took."""

    def add(self, sound: Sound) -> None:
        with self._lock:
            self._waiting.append(resample(sound, self.rate).samples)

    def pause(self, paused: bool) -> None:
        with self._lock:
            self._paused = paused

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
            self._paused = False

    @property
    def left(self) -> bool:
        with self._lock:
            return bool(self._waiting)

    @property
    def level(self) -> float:
        with self._lock:
            return max(self._levels, default=SILENT)

    def take(self, count: int) -> NDArray[np.int16]:
        """The next samples int16 [count], zeros where nothing is left or it is paused."""
        block = np.zeros(count, np.int16)
        with self._lock:
            filled = 0
            while not self._paused and self._waiting and filled < count:
                part = self._waiting[0]
                taken = min(len(part), count - filled)
                block[filled : filled + taken] = part[:taken]
                filled += taken
                if taken == len(part):
                    self._waiting.popleft()
                else:
                    self._waiting[0] = part[taken:]
            self.played += filled
            self._measure(block)
        return block

    def _measure(self, block: NDArray[np.int16]) -> None:
        self._part = np.concatenate([self._part, block])
        while len(self._part) >= self._window:
            window, self._part = self._part[: self._window], self._part[self._window :]
            power = float(np.mean(np.square(window, dtype=np.float64))) / 32768.0**2
            self._levels.append(10 * float(np.log10(power + 1e-12)))


class DeviceSpeaker:
    """A Speaker on a device of this machine, by name or part of it; None is the system's default.

    The device is opened when something is first played, and again when PortAudio was started anew meanwhile.
    """

    def __init__(self, portaudio: PortAudio, name: str | None = None) -> None:
        """Raises MissingError where there is no such device, or it cannot be opened."""
        self._portaudio = portaudio
        self._name = name
        self.flags: Counter[str] = Counter()
        """What PortAudio complained of: "underflow" is a gap in the sound, "other" anything else."""
        self._open()

    def play(self, sound: Sound) -> None:
        if self._gone:
            self._open()
        self._playout.add(sound)

    def pause(self) -> None:
        self._playout.pause(True)

    def resume(self) -> None:
        self._playout.pause(False)

    def stop(self) -> None:
        self._playout.clear()

    def played(self, count: int) -> NDArray[np.int16]:
        """What the device plays, as a stream: the next int16 [count] at 16 kHz, zeros where it does not go on."""
        return self._reference.take(count)

    def finish(self) -> None:
        """Wait until everything is played."""
        while self.playing:
            time.sleep(0.02)

    def close(self) -> None:
        self._portaudio.close(self._stream)

    @property
    def playing(self) -> bool:
        if self._gone:
            return False
        if self._playout.left:
            self._ends = time.monotonic() + float(self._stream.latency)
        return time.monotonic() < self._ends

    @property
    def level(self) -> float:
        return SILENT if self._gone else self._playout.level

    @property
    def _gone(self) -> bool:
        """Whether PortAudio was started anew since: the device takes no block any more, and nothing of it changes."""
        return self._generation != self._portaudio.generation

    def _open(self) -> None:
        self._generation = self._portaudio.generation
        self._ends = 0.0
        self._stream: Any = self._portaudio.open_output(self._name, self._begin)

    def _begin(self, device: Device) -> Callable[[Any, Any], None]:
        playout = self._playout = Playout(device.rate)
        reference = self._reference = Reference(device.rate)

        def fill(block: Any, flags: Any) -> None:
            # On PortAudio's own thread: nothing here may wait.
            if flags:
                self.flags["underflow" if flags.output_underflow else "other"] += 1
            samples = playout.take(len(block))
            reference.add(samples)
            block[:] = samples[:, np.newaxis]

        return fill
