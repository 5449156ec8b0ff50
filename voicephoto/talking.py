"""The conversation at this machine's microphone and speaker."""

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
from rich.console import Console
from rich.live import Live as Screen

from voicephoto.assembly import Assembly
from voicephoto.assistant import Live, Turn, TurnEnded
from voicephoto.audio import (
    FRAME_SAMPLES,
    SAMPLE_RATE,
    DeviceSpeaker,
    Frame,
    Happening,
    Lost,
    Microphone,
    PortAudio,
    Sound,
)
from voicephoto.display import Display
from voicephoto.errors import one_line
from voicephoto.room import devices, heard
from voicephoto.speech import dbfs

_HOW_TO_WAKE = {
    "wake word": 'Asleep: say "{word}", or press Enter.',
    "key": "Asleep: press Enter, then speak.",
}


def talk(
    parts: Assembly,
    *,
    microphone: str | None = None,
    speaker: str | None = None,
    each: Callable[[Turn], None] | None = None,
) -> None:
    """Listen and answer until somebody interrupts the program.

    `each` gets every turn in place of the display. Raises MissingError where there is no microphone, no speaker or no
    PortAudio.
    """
    settings = parts.settings
    console = Console()
    display = Display(console)

    def told(happening: Happening) -> None:
        if isinstance(happening, Lost):
            tell(f"The microphone is lost: {happening.why}. Looking for it.")
        else:
            tell(f"The microphone is back: {happening.name}, after {happening.seconds:.1f} s.")
            live.found_microphone()

    tell = display.tell if each is None else _complain
    parts.warm_up()
    try:
        with (
            parts.assistant() as assistant,
            parts.looking(tell),
            # Last, for nobody takes what is said to it before.
            devices(parts, told, microphone, speaker) as (ear, mouth),
        ):
            live = parts.live(assistant, mouth)
            if settings.listening != "always":
                tell(_HOW_TO_WAKE[settings.listening].format(word=settings.wake_word))
                threading.Thread(target=_wake_by_key, args=(live,), daemon=True).start()
            if each is not None:
                watcher = each
                assistant.watch(lambda event: watcher(event.turn) if isinstance(event, TurnEnded) else None)
                for frame in heard(ear, mouth):
                    _care(live.hear(frame), tell)
                return
            assistant.watch(display.happened)
            with Screen(display, console=console, refresh_per_second=8):
                for frame in heard(ear, mouth):
                    display.hear(frame, audible=live.audible, awake=live.awake)
                    _care(live.hear(frame), tell)
    finally:
        display.close()


def _complain(line: str) -> None:
    print(f"voicephoto: {line}", file=sys.stderr)


def _wake_by_key(live: Live) -> None:
    """Every line that is typed, also an empty one, wakes it."""
    for _ in sys.stdin:
        live.wake()


def _care(turn: Future[Turn] | None, tell: Callable[[str], None]) -> None:
    """Say what a turn failed of; the conversation goes on."""

    def done(ended: Future[Turn]) -> None:
        if not ended.cancelled() and (error := ended.exception()) is not None:
            tell(one_line(str(error)))

    if turn is not None:
        turn.add_done_callback(done)


def meter(portaudio: PortAudio, microphone: str | None, seconds: float) -> float:
    """Show how loud the microphone is for some seconds; returns the loudest frame, dBFS."""
    display, loudest = Display(Console()), -120.0
    ear = Microphone(portaudio, microphone)
    until = time.monotonic() + seconds
    try:
        with Screen(display, refresh_per_second=8):
            for frame in ear.frames():
                display.hear(frame)
                loudest = max(loudest, dbfs(frame.samples))
                if time.monotonic() > until:
                    return loudest
    finally:
        ear.close()
    return loudest


def record_and_play(portaudio: PortAudio, microphone: str | None, speaker: str | None, seconds: float) -> float:
    """Record for some seconds and play it back; returns the loudest frame, dBFS."""
    ear = Microphone(portaudio, microphone)
    recorded: list[Frame] = []
    try:
        for frame in ear.frames():
            recorded.append(frame)
            if len(recorded) * FRAME_SAMPLES >= seconds * SAMPLE_RATE:
                break
    finally:
        ear.close()
    mouth = DeviceSpeaker(portaudio, speaker)
    mouth.play(Sound(np.concatenate([frame.samples for frame in recorded]), SAMPLE_RATE))
    mouth.finish()
    mouth.close()
    return max(dbfs(frame.samples) for frame in recorded)
