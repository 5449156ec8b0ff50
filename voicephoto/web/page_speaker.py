"""A speaker that is a page somewhere in the house: sentences go there, and it says how far it has played them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock

import numpy as np

from voicephoto.assistant import Event, Said
from voicephoto.audio import SILENT, Sound
from voicephoto.speech import dbfs
from voicephoto.web.messages import Quiet, SoundComing, ToPage

_PIECE = 16_000
"""Samples in one message, so that a long sentence does not hold up what comes after it."""
_BEGINS_WITHIN, _OVERDUE = 5.0, 2.0
"""Seconds that a page has to begin with a sound, and to say that it is over: a page that sleeps says nothing."""
_LOUDEST_S = 0.02


@dataclass(frozen=True, slots=True)
class _Coming:
    """A sound that a page has not finished: how long it takes (s), how loud it gets (dBFS), and until when to believe in it."""

    seconds: float
    level: float
    until: float
    begun: bool = False


class PageSpeaker:
    """A Speaker whose sounds go to `send`; without anybody to play them (None) they count as played.

    It watches the assistant before anything else does, so that it knows which sentence a sound says.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._numbers = count(1)
        self._coming: dict[int, _Coming] = {}
        self._paused = False
        self._said: Said | None = None
        self.send: Callable[[ToPage | bytes], None] | None = None

    def happened(self, event: Event) -> None:
        if isinstance(event, Said):
            self._said = event

    def play(self, sound: Sound) -> None:
        send = self.send
        if send is None or not len(sound.samples):
            return
        said = self._said if self._said is not None and self._said.sound is sound else None
        number = next(self._numbers)
        with self._lock:
            before = max((coming.until for coming in self._coming.values()), default=0.0)
            until = max(self._clock() + _BEGINS_WITHIN, before) + sound.seconds
            self._coming[number] = _Coming(sound.seconds, _loudest(sound), until)
        send(
            SoundComing(
                id=number,
                turn=said.turn if said else None,
                text=said.sentence if said else "",
                rate=sound.rate,
                samples=len(sound.samples),
            )
        )
        head = number.to_bytes(4, "little")
        for start in range(0, len(sound.samples), _PIECE):
            send(head + sound.samples[start : start + _PIECE].astype("<i2").tobytes())

    def played(self, number: int, *, over: bool) -> None:
        """The page has begun with a sound, or it is over; numbers of sounds that were stopped are nobody's."""
        with self._lock:
            coming = self._coming.get(number)
            if coming is None:
                return
            if over:
                # They are played in a row.
                self._coming = {other: left for other, left in self._coming.items() if other > number}
            else:
                self._coming[number] = replace(coming, begun=True, until=self._clock() + coming.seconds + _OVERDUE)

    def pause(self) -> None:
        self._paused = True
        self._tell("pause")

    def resume(self) -> None:
        self._paused = False
        with self._lock:
            # A pause makes everything late.
            late = self._clock() + _OVERDUE
            self._coming = {
                number: replace(coming, until=late + coming.seconds) for number, coming in self._coming.items()
            }
        self._tell("resume")

    def stop(self) -> None:
        with self._lock:
            waiting, self._coming = self._coming, {}
        if waiting or self._paused:
            self._paused = False
            self._tell("stop")

    def _tell(self, how: str) -> None:
        if self.send is not None:
            self.send(Quiet.model_validate({"how": how}))

    @property
    def playing(self) -> bool:
        with self._lock:
            if not self._paused:
                now = self._clock()
                self._coming = {number: coming for number, coming in self._coming.items() if coming.until > now}
            return bool(self._coming)

    @property
    def level(self) -> float:
        with self._lock:
            return max((coming.level for coming in self._coming.values() if coming.begun), default=SILENT)


def _loudest(sound: Sound) -> float:
    """The level of its loudest 20 ms, dBFS."""
    window = max(1, int(sound.rate * _LOUDEST_S))
    whole = len(sound.samples) // window * window
    if not whole:
        return dbfs(sound.samples)
    return max(dbfs(part) for part in np.split(sound.samples[:whole], whole // window))
