"""Looking at photos with the chosen encoder while nobody waits for an answer."""

import fcntl
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from voicephoto.assistant import Assistant, Event, TurnEnded
from voicephoto.errors import MissingError, VoicephotoError
from voicephoto.eyes.change import Eyes
from voicephoto.eyes.succession import Succession
from voicephoto.library import Catalog, GonePhoto, Known, UnreadablePhoto, look_again

_TOGETHER = 16
"""Photos whose embeddings are committed together; a program that is killed loses at most these."""
_AGAIN = 60.0
"""Seconds until it is asked again whether there is something to do."""
_STOPS_WITHIN = 1.0
_GLANCE = 0.1
_FORGOTTEN = 60.0
"""Seconds without any event after which a turn counts as over: of one that fails no end is told."""
_NICEST = 19


class Turns:
    """Whether anybody speaks or waits for an answer, by what assistants tell."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[int, float] = {}
        self._followed = 0

    def follow(self, assistant: Assistant) -> None:
        self._followed += 1
        number = self._followed

        def happened(event: Event) -> None:
            if isinstance(event, TurnEnded):
                self._last.pop(number, None)
            else:
                self._last[number] = self._clock()

        assistant.watch(happened)

    @property
    def under_way(self) -> bool:
        return any(self._clock() - last < _FORGOTTEN for last in list(self._last.values()))


@dataclass(frozen=True, slots=True)
class _Refused:
    """A photo that could not be looked at, why, and its file as it was then."""

    photo: Known
    why: VoicephotoError
    file: tuple[int, int] | None


class Background:
    """While its `with` block lasts, a thread looks at the photos that the chosen encoder has not seen, which then takes over.

    It looks at one photo after the other, rests as long after each, and goes on only when no turn is under way; where the
    system knows such threads it gets only the processor time that others leave. A photo whose file is not there or has
    changed holds the change up, and is tried again when its file is another; one that is damaged is left out. Of several
    programs one looks, and all change. `tell` gets a line when the chosen encoder takes over, and one when something
    stands in its way.
    """

    def __init__(self, catalog: Catalog, succession: Succession, turns: Turns, tell: Callable[[str], None]) -> None:
        self._catalog = catalog
        self._succession = succession
        self._turns = turns
        self._tell = tell
        self._stop = threading.Event()
        # The command line knows it by its name.
        self._thread = threading.Thread(target=self._work, name="look", daemon=True)
        self._refused: dict[int, _Refused] = {}
        self._told = False
        self._fault: str | None = None

    def __enter__(self) -> Self:
        # Where the chosen encoder cannot be used, whoever asked what answers in its place has said why.
        self._fault = self._succession.change().fault
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(_STOPS_WITHIN)

    def _work(self) -> None:
        _step_back()
        seen = -1
        while not self._stop.is_set():
            try:
                revision = self._catalog.revision
                if revision != seen or self._refused or self._fault is not None:
                    with _alone(self._catalog.path.with_name("looking.lock")) as alone:
                        if alone:
                            self._look()
                            seen = revision
                if self._rested(0.0) and not self._succession.settled:
                    self._take_over()
                self._fault = None
            except MissingError as error:
                # Files may take the place of those that are damaged or not there.
                if str(error) != self._fault:
                    self._say(f"{error}; what answered before goes on")
                self._fault = str(error)
            except VoicephotoError:
                pass  # Another program is writing into the catalog.
            self._stop.wait(_AGAIN)

    def _look(self) -> None:
        """Look at every photo that the chosen encoder lacks, or as many as there is time for."""
        chosen = self._succession.change().chosen
        before, self._refused, last, took = self._refused, {}, 0, 0.0
        while chosen and (photos := self._catalog.lacking(chosen.encoder.name, last, _TOGETHER)):
            last = photos[-1].id
            looks: list[tuple[Known, NDArray[np.float32]]] = []
            try:
                for photo in photos:
                    file = _state(photo.path)
                    if photo.id in before and before[photo.id].file == file:
                        self._refused[photo.id] = before[photo.id]
                        continue
                    if not self._rested(took):
                        return
                    started = time.monotonic()
                    try:
                        with self._succession.judged(chosen):
                            looks.append((photo, _embedded(photo, chosen)))
                    except (GonePhoto, UnreadablePhoto) as why:
                        self._refused[photo.id] = _Refused(photo, why, file)
                    took = time.monotonic() - started
            finally:
                self._catalog.embed(looks, chosen.encoder.name)

    def _rested(self, seconds: float) -> bool:
        """Wait so long, and until no turn is under way; returns whether to go on at all."""
        self._stop.wait(seconds)
        while self._turns.under_way and not self._stop.is_set():
            self._stop.wait(_GLANCE)
        return not self._stop.is_set()

    def _take_over(self) -> None:
        damaged = [id_ for id_, refused in self._refused.items() if isinstance(refused.why, UnreadablePhoto)]
        held = [refused for id_, refused in self._refused.items() if id_ not in damaged]
        line = self._succession.advance(damaged)
        if line is None and held and not self._told:
            self._told = True
            line = (
                f"{len(held):,} of the photos cannot be looked at with the chosen encoder, {held[0].photo.path} first "
                f"({held[0].why}); what answered before goes on; bring their disk back, or run voicephoto index FOLDER"
            )
        if line is not None:
            self._say(line)

    def _say(self, line: str) -> None:
        # Whoever is told may be gone together with the block.
        if not self._stop.is_set():
            self._tell(line)


def _embedded(photo: Known, eyes: Eyes) -> NDArray[np.float32]:
    """The photo's vector [d]. Raises GonePhoto and UnreadablePhoto."""
    [vector] = eyes.encoder.encode_images([look_again(photo, eyes.encoder.side)])
    if not np.isfinite(vector).all():
        raise UnreadablePhoto("its embedding is no finite numbers")
    return np.asarray(vector, np.float32)


def _state(path: Path) -> tuple[int, int] | None:
    """What is another where a file is another; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Whether no other program looks at photos, nor begins to meanwhile; where that cannot be known, none does."""
    with ExitStack() as stack:
        alone = True
        with suppress(OSError):
            file = stack.enter_context(lock.open("w"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                alone = False
        yield alone


def _step_back() -> None:
    """Let this thread, and those that it starts, have what processor time others leave."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICEST)
