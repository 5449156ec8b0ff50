"""A room without hardware: what people say in it, and what the microphone hears of the speaker, frame by frame."""

import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from voicephoto.assistant import Assistant, Attention, Event, Interruption, Live, Turn
from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, EchoCanceller, Frame, Playout, Sound, read_sound, resample

FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_PEAK = 0.3
_ECHO_DELAY = 4
"""Frames from the speaker to the microphone: the buffers of both devices, and the air."""
_SAID_BY = "slt"


class RoomSpeaker:
    """A Speaker in a room: what it plays in each frame is asked for by the room's clock."""

    def __init__(self) -> None:
        self.playout = Playout(SAMPLE_RATE)
        self.paused = 0
        """How often it was."""

    def play(self, sound: Sound) -> None:
        self.playout.add(sound)

    def pause(self) -> None:
        self.paused += 1
        self.playout.pause(True)

    def resume(self) -> None:
        self.playout.pause(False)

    def stop(self) -> None:
        self.playout.clear()

    @property
    def playing(self) -> bool:
        return self.playout.left

    @property
    def level(self) -> float:
        return self.playout.level


@lru_cache(maxsize=256)
def speech(text: str, voice: str = _SAID_BY) -> NDArray[np.int16]:
    """`text` said by a flite voice, int16 [n] at 16 kHz, as loud as somebody two metres away."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(file)], check=True)
        samples = resample(read_sound(file), SAMPLE_RATE).samples.astype(np.float64)
    said: NDArray[np.int16] = np.rint(samples * _PEAK * 32767 / np.abs(samples).max()).astype(np.int16)
    return said


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, and when it happened (s since the room was entered)."""

    at: float
    event: Event


class Room:
    """An assistant in a room, at the pace of its frames or, with `pace`, at that of the clock.

    `echo_db` is how loud the microphone hears the speaker, through the room's `answer` to a clap if there is one,
    `noise_db` (dBFS) the noise of the room. With a `canceller` the echo is taken out, as it is at this machine's own
    devices. With frames as fast as they go the program thinks in no time: each turn is over before the next frame comes.
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        interruption: Interruption = "full",
        echo_db: float = -15.0,
        answer: NDArray[np.float64] | None = None,
        canceller: bool = False,
        noise_db: float = -70.0,
        pace: bool = False,
        attention: Attention | None = None,
    ) -> None:
        self.speaker = RoomSpeaker()
        self.events: list[Happened] = []
        self.turns: list[Turn] = []
        self.audible: list[bool] = []
        """For every frame whether a reply came out of the speaker."""
        self.live = Live(assistant, self.speaker, interruption, earcons=False, attention=attention)
        assistant.watch(lambda event: self.events.append(Happened(self.now, event)))
        answer = np.ones(1) if answer is None else answer
        self._answer = 10 ** (echo_db / 20) * answer / np.linalg.norm(answer)
        self._lasting = np.zeros(len(answer) - 1)
        self._canceller = EchoCanceller() if canceller else None
        self._noise = 10 ** (noise_db / 20) * 32768
        self._random = np.random.default_rng(1)
        self._delayed = [np.zeros(FRAME_SAMPLES)] * _ECHO_DELAY
        self._pace = pace
        self._started = time.perf_counter()
        self._frame = 0

    @property
    def now(self) -> float:
        return self._frame * FRAME_SECONDS

    def hear(self, samples: Sequence[float] | NDArray[np.int16]) -> None:
        """Let the microphone hear a sound, and the echo of what is played meanwhile."""
        for start in range(0, len(samples), FRAME_SAMPLES):
            part = np.zeros(FRAME_SAMPLES)
            said = np.asarray(samples[start : start + FRAME_SAMPLES])
            part[: len(said)] = said
            self._next(part)

    def say(self, text: str, voice: str = _SAID_BY) -> float:
        """Somebody says something; returns when the last word was over."""
        self.hear(speech(text, voice))
        return self.now

    def wait(self, seconds: float) -> None:
        """Nobody speaks."""
        self.hear(np.zeros(round(seconds * SAMPLE_RATE), np.int16))

    def wake(self) -> None:
        """Somebody presses the key."""
        self.live.wake()

    def wait_for_silence(self, longest: float = 20.0) -> None:
        """Nobody speaks until the reply is over."""
        for _ in range(round(longest / FRAME_SECONDS)):
            self.wait(FRAME_SECONDS)
            if not self.speaker.playing and not self.live.audible:
                return

    def wait_for_reply(self, longest: float = 5.0) -> None:
        """Nobody speaks until a reply begins."""
        for _ in range(round(longest / FRAME_SECONDS)):
            self.wait(FRAME_SECONDS)
            if self.speaker.playing:
                return

    @property
    def heard(self) -> list[str]:
        """What was taken for a sentence, in order."""
        return [turn.heard for turn in self.turns if turn.transcript.reason is None]

    def _next(self, person: NDArray[np.float64]) -> None:
        if self._pace:
            time.sleep(max(0.0, self._started + self.now - time.perf_counter()))
        played = self.speaker.playout.take(FRAME_SAMPLES)
        self.audible.append(bool(np.abs(played).max() > 60))
        echo = fftconvolve(played.astype(np.float64), self._answer)
        echo[: len(self._lasting)] += self._lasting
        self._lasting = echo[FRAME_SAMPLES:]
        self._delayed.append(echo[:FRAME_SAMPLES])
        mixed = person + self._delayed.pop(0) + self._noise * self._random.standard_normal(FRAME_SAMPLES)
        frame = Frame(np.clip(np.rint(mixed), -32768, 32767).astype(np.int16), self.now)
        if self._canceller is not None:
            frame = self._canceller.clean(frame, played)
        self._frame += 1
        turn = self.live.hear(frame)
        if turn is not None:
            if self._pace:
                turn.add_done_callback(lambda done: self.turns.append(done.result()))
            else:
                self.turns.append(turn.result())
