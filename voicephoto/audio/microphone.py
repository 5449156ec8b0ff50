"""The microphone: frames of 16 kHz from whatever device there is, also after it was gone."""

import queue
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio.frames import FRAME_SAMPLES, SAMPLE_RATE, Frame
from voicephoto.audio.portaudio import PortAudio
from voicephoto.audio.sound import to_int16
from voicephoto.errors import MissingError

_STANDARD_RATES = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000)


@dataclass(frozen=True, slots=True)
class MicrophoneSettings:
    """When a microphone counts as gone, in seconds."""

    first_s: float = 4.0
    """So long a device may take to give its first block: one that was asleep takes a second or two."""
    dead_s: float = 1.0
    """Without another block for so long it is gone."""
    silent_s: float = 10.0
    """Exact zeros for so long are no room, and the device is opened once more."""
    retry_s: float = 0.5
    measured_s: float = 3.0
    """In so long the device's rate is told to a few per cent; twice the same is no accident."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The microphone is gone, and `why`; it is looked for by name from now on."""

    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """The microphone is back, and there is sound in it, after `seconds`."""

    name: str
    seconds: float


Happening = Lost | Found


class Microphone:
    """Records from a device, by its name or a part of it; None is the system's default.

    A device that gives nothing any more, or only zeros, is closed, PortAudio is started anew, and the device is looked
    for by its name until it is there again; `told` is called with Lost, and with Found when there is sound once more: a
    muted microphone, or the silent stand-in of a sound server, is not back. A device whose blocks come at another rate
    than it says is taken at its true one.
    """

    def __init__(
        self,
        portaudio: PortAudio,
        name: str | None = None,
        told: Callable[[Happening], None] = lambda happening: None,
        settings: MicrophoneSettings | None = None,
    ) -> None:
        """Raises MissingError where there is no such device, or it cannot be opened."""
        self._portaudio = portaudio
        self._name = name
        self._told = told
        self._settings = settings or MicrophoneSettings()
        self._blocks: queue.Queue[tuple[float, NDArray[np.int16]]] = queue.Queue(maxsize=400)
        """Each with the moment of its arrival, for whoever takes them may be late."""
        self.flags: Counter[str] = Counter()
        """What PortAudio complained of: "overflow" is sound that was lost, also by us, "other" anything else."""
        self._closed = False
        self._lost_at: float | None = None
        self._open()

    def close(self) -> None:
        """End the recording; `frames` ends with it."""
        self._closed = True
        self._portaudio.close(self._stream)

    def frames(self) -> Iterator[Frame]:
        """The frames as they come, without end; a gap in the stream is a gap in their times."""
        settings, started = self._settings, time.monotonic()
        pending = np.zeros(0, np.int16)
        while not self._closed:
            try:
                arrived, block = self._blocks.get(timeout=settings.first_s if self._since is None else settings.dead_s)
            except queue.Empty:
                if not self._closed:
                    self._recover("it gives no sound any more")
                    pending = pending[:0]
                continue
            if self._is_silent(block):
                self._recover("it gives nothing but zeros")
                continue
            self._find_again(block)
            pending = np.concatenate([pending, self._resampled(arrived, block)])
            end = arrived - started
            while len(pending) >= FRAME_SAMPLES:
                yield Frame(pending[:FRAME_SAMPLES], max(0.0, end - len(pending) / SAMPLE_RATE))
                pending = pending[FRAME_SAMPLES:]

    def _open(self) -> None:
        self._stream, self._device = self._portaudio.open_input(self._name, self._take)
        self._rate = self._device.rate
        self._received, self._zeros = 0, 0
        self._since: float | None = None
        self._rate_known, self._suspected = False, 0
        self._patience = self._settings.silent_s
        self._new_resampler()

    def _new_resampler(self) -> None:
        import soxr

        self._resampler = soxr.ResampleStream(self._rate, SAMPLE_RATE, 1, dtype="float32")

    def _take(self, block: NDArray[np.int16], flags: Any) -> None:
        """On PortAudio's own thread: nothing here may wait."""
        if flags:
            self.flags["overflow" if flags.input_overflow else "other"] += 1
        try:
            self._blocks.put_nowait((time.monotonic(), block))
        except queue.Full:
            self.flags["overflow"] += 1

    def _resampled(self, arrived: float, block: NDArray[np.int16]) -> NDArray[np.int16]:
        if not self._rate_known:
            self._check_rate(arrived, len(block))
        return to_int16(self._resampler.resample_chunk(mono(block)))

    def _check_rate(self, arrived: float, count: int) -> None:
        """Some devices say one rate and record at another. Counted from the first block on, which may be late.

        A sound server may hand over at once what it has held back: another rate has to be seen twice.
        """
        if self._since is None:
            self._since = arrived
            return
        self._received += count
        seconds = arrived - self._since
        if seconds < self._settings.measured_s:
            return
        true = self._received / seconds
        nearest = min(_STANDARD_RATES, key=lambda rate: abs(rate - true))
        other = abs(nearest - true) < 0.04 * nearest and abs(nearest - self._rate) > 0.08 * self._rate
        if other and nearest != self._suspected:
            self._suspected, self._since, self._received = nearest, arrived, 0
            return
        self._rate_known = True
        if other:
            self._rate = nearest
            self._new_resampler()

    def _is_silent(self, block: NDArray[np.int16]) -> bool:
        """Whether there were exact zeros for too long; longer each time, for a muted microphone gives zeros as well."""
        self._zeros = 0 if block.any() else self._zeros + len(block)
        return self._zeros > self._patience * self._device.rate

    def _recover(self, why: str) -> None:
        patience = min(2 * self._patience, 600.0)
        if self._lost_at is None:
            self._lost_at = time.monotonic()
            self._told(Lost(why))
        while not self._closed:
            self._portaudio.restart()
            while not self._blocks.empty():
                self._blocks.get_nowait()
            try:
                self._open()
                _, first = self._blocks.get(timeout=self._settings.dead_s)
            except (MissingError, queue.Empty):
                time.sleep(self._settings.retry_s)
                continue
            self._patience = patience if not first.any() else self._settings.silent_s
            self._find_again(first)
            return

    def _find_again(self, block: NDArray[np.int16]) -> None:
        if self._lost_at is not None and block.any():
            self._told(Found(self._device.name, time.monotonic() - self._lost_at))
            self._lost_at = None


def mono(block: NDArray[np.int16]) -> NDArray[np.float32]:
    """One channel in -1..1 [n] from several [n, channels]: their mean, or the loudest where they cancel each other out."""
    samples = block.astype(np.float32) / 32768.0
    mean: NDArray[np.float32] = samples.mean(axis=1)
    loudest: NDArray[np.float32] = samples[:, int(np.abs(samples).mean(axis=0).argmax())]
    return loudest if np.abs(mean).mean() < 0.1 * np.abs(loudest).mean() else mean
