"""The microphone against a PortAudio of our own, which can do what real devices do only on bad days."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from voicephoto.audio import SAMPLE_RATE, Device, Found, Happening, Lost, Microphone
from voicephoto.audio.microphone import MicrophoneSettings, mono
from voicephoto.errors import MissingError

QUICK = MicrophoneSettings(first_s=0.6, dead_s=0.2, silent_s=0.3, retry_s=0.05, measured_s=0.4)


class Flags:
    def __init__(self, overflow: bool = False) -> None:
        self.input_overflow = overflow

    def __bool__(self) -> bool:
        return self.input_overflow


class Desk:
    """One microphone on a desk: what it records, at which rate it says and which it has, whether it is plugged in, and how late it begins (s)."""

    def __init__(self, rate: int = 16_000, true_rate: int | None = None, tone: float = 440.0, late: float = 0) -> None:
        self.rate, self.true_rate, self.tone, self.late = rate, true_rate or rate, tone, late
        self.there, self.overflowing = True, False
        self.restarts = 0
        self._open: list[threading.Event] = []

    def open_input(self, name: str | None, callback: Callable[[Any, Any], None]) -> tuple[Any, Device]:
        if not self.there:
            raise MissingError("there is no microphone")
        ended = threading.Event()
        self._open.append(ended)
        threading.Thread(target=self._record, args=(callback, ended), daemon=True).start()
        return ended, Device(name or "desk", 2, 0, self.rate)

    def _record(self, callback: Callable[[Any, Any], None], ended: threading.Event) -> None:
        time.sleep(self.late)
        started, sent, block = time.monotonic(), 0, 160
        while not ended.is_set():
            if self.there:
                time_ = (sent + np.arange(block)) / self.true_rate
                wave = np.rint(8000 * np.sin(2 * np.pi * self.tone * time_)).astype(np.int16)
                callback(np.stack([wave, wave], axis=1), Flags(self.overflowing))
            sent += block
            time.sleep(max(0.0, started + sent / self.true_rate - time.monotonic()))

    def close(self, stream: threading.Event) -> None:
        stream.set()

    def restart(self) -> None:
        self.restarts += 1
        for ended in self._open:
            ended.set()


@pytest.fixture
def opened() -> Iterator[Callable[..., Microphone]]:
    """Opens microphones, and closes them at the end."""
    microphones: list[Microphone] = []

    def open_(desk: Desk, told: Callable[[Happening], None] = lambda happening: None) -> Microphone:
        microphones.append(Microphone(desk, "desk", told, QUICK))  # type: ignore[arg-type]
        return microphones[-1]

    yield open_
    for microphone in microphones:
        microphone.close()


def listen(microphone: Microphone, seconds: float) -> np.ndarray:
    """What is recorded from now on for so long, by the clock."""
    until, samples = time.monotonic() + seconds, []
    for frame in microphone.frames():
        samples.append(frame.samples)
        if time.monotonic() > until:
            break
    return np.concatenate(samples)


def pitch(samples: np.ndarray) -> float:
    """The loudest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_frames_are_of_16_khz_whatever_the_device_has(opened: Callable[..., Microphone], rate: int) -> None:
    samples = listen(opened(Desk(rate)), 0.6)
    assert samples.dtype == np.int16
    assert pitch(samples[3200:]) == pytest.approx(440, abs=8)
    assert 5000 < np.abs(samples).max() < 11_000


def test_a_device_that_lies_about_its_rate_is_taken_at_its_true_one(opened: Callable[..., Microphone]) -> None:
    microphone = opened(Desk(rate=16_000, true_rate=48_000))
    listen(microphone, 1.0)
    assert pitch(listen(microphone, 0.4)) == pytest.approx(440, abs=15)


def test_whoever_listens_late_does_not_take_the_device_for_a_faster_one(opened: Callable[..., Microphone]) -> None:
    microphone = opened(Desk(rate=44_100))
    time.sleep(0.09 * QUICK.measured_s)
    listen(microphone, 2 * QUICK.measured_s)
    assert pitch(listen(microphone, 0.4)) == pytest.approx(440, abs=15)


def test_a_device_that_wakes_up_late_is_waited_for(opened: Callable[..., Microphone]) -> None:
    desk, told = Desk(late=2 * QUICK.dead_s), list[Happening]()
    assert listen(opened(desk, told.append), 0.5).any()
    assert (told, desk.restarts) == ([], 0)


def test_a_device_that_is_unplugged_is_found_again_by_its_name(opened: Callable[..., Microphone]) -> None:
    desk, told = Desk(), list[Happening]()
    microphone = opened(desk, told.append)
    listen(microphone, 0.1)
    desk.there = False

    def plug_in() -> None:
        desk.there = True

    threading.Timer(0.6, plug_in).start()
    after = listen(microphone, 1.2)
    assert [type(happening) for happening in told] == [Lost, Found]
    assert isinstance(told[1], Found)
    assert told[1].name == "desk"
    assert 0.2 < told[1].seconds < 1.0
    assert desk.restarts >= 2
    assert np.abs(after[-1600:]).max() > 5000


def test_nothing_but_zeros_is_looked_into_and_is_back_only_with_a_sound(opened: Callable[..., Microphone]) -> None:
    desk, told = Desk(tone=0.0), list[Happening]()
    listen_until = threading.Timer(1.2, lambda: setattr(desk, "tone", 440.0))
    listen_until.start()
    microphone = opened(desk, told.append)
    samples = listen(microphone, 1.8)
    assert 1 <= desk.restarts <= 2
    assert [type(happening) for happening in told] == [Lost, Found]
    assert np.abs(samples[-1600:]).max() > 5000


def test_a_muted_microphone_is_spoken_of_once_however_long_it_is(opened: Callable[..., Microphone]) -> None:
    desk, told = Desk(tone=0.0), list[Happening]()
    listen(opened(desk, told.append), 2.5)
    assert 2 <= desk.restarts <= 3
    assert told == [Lost("it gives nothing but zeros")]


def test_sound_that_was_lost_is_counted(opened: Callable[..., Microphone]) -> None:
    desk = Desk()
    desk.overflowing = True
    microphone = opened(desk)
    listen(microphone, 0.2)
    assert microphone.flags["overflow"] > 0


def test_two_channels_that_cancel_each_other_out_are_one_recording() -> None:
    wave = np.rint(8000 * np.sin(np.arange(320))).astype(np.int16)
    assert np.abs(mono(np.stack([wave, -wave], axis=1))).max() > 0.2
    assert mono(np.stack([wave, wave], axis=1)) == pytest.approx(wave / 32768)
