"""The conversation at this machine's microphone and speaker, and its quiet display in the terminal."""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
from rich.console import Console, Group
from rich.live import Live as Screen
from rich.text import Text

from voicephoto import output
from voicephoto.assembly import Assembly
from voicephoto.assistant import Event, Heard, Live, Replied, Said, SpeechEnded, SpeechStarted, Turn, TurnEnded
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
from voicephoto.errors import one_line
from voicephoto.speech import dbfs

_BACK = "The microphone is back."
_HOW_TO_WAKE = {
    "wake word": 'Asleep: say "{word}", or press Enter.',
    "key": "Asleep: press Enter, then speak.",
}
_KEPT = 40
_BAR = 24


class Display:
    """What somebody at the terminal sees: the state, how loud it is, and the turns so far."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = "listening"
        self._level = -120.0
        self._lines: deque[Text] = deque(maxlen=_KEPT)

    def hear(self, frame: Frame, *, audible: bool = False, awake: bool = True) -> None:
        """Take a frame of the microphone; a reply may be `audible` long after its turn is over."""
        self._level = dbfs(frame.samples)
        if self._state in ("listening", "speaking", "asleep"):
            self._state = "speaking" if audible else "listening" if awake else "asleep"

    def happened(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self._state = "hearing"
            case SpeechEnded():
                self._state = "thinking"
            case Heard() if event.transcript.reason is not None:
                self._state = "listening"
            case Replied():
                self._state = "answering"
            case Said():
                self._state = "speaking"
            case TurnEnded():
                self._state = "listening"
                self._show(event.turn)

    def tell(self, line: str) -> None:
        self._lines.append(Text(line, style="yellow"))

    def _show(self, turn: Turn) -> None:
        if turn.reply is None:
            self._lines.append(Text(f"({turn.transcript.reason})", style="dim"))
            return
        self._lines.append(Text(f"> {turn.heard}", style="bold"))
        self._lines.append(Text(turn.reply.say))
        for number, photo in enumerate(turn.reply.photos, 1):
            if turn.reply.focus in (None, photo):
                self._lines.append(Text(f"{number:4}  {output.photo_line(photo)}", style="cyan"))
        times = "  ".join(f"{stage} {ms:.0f}" for stage, ms in turn.ms.items())
        self._lines.append(Text(f"      ms: {times}", style="dim"))

    def __rich__(self) -> Group:
        filled = int(np.clip((self._level + 60) / 60, 0, 1) * _BAR)
        status = Text.assemble(
            (f" {self._state:10}", "bold green" if self._state == "listening" else "bold magenta"),
            ("█" * filled + "·" * (_BAR - filled), "green"),
            (f" {max(self._level, -99):4.0f} dBFS    Ctrl-C ends", "dim"),
        )
        room = max(4, self._console.height - 3)
        return Group(*list(self._lines)[-room:], status)


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
    portaudio = PortAudio()
    mouth = DeviceSpeaker(portaudio, speaker or settings.speaker)
    console = Console()
    display = Display(console)

    def told(happening: Happening) -> None:
        if isinstance(happening, Lost):
            tell(f"The microphone is lost: {happening.why}. Looking for it.")
            return
        tell(f"The microphone is back: {happening.name}, after {happening.seconds:.1f} s.")
        for sound in parts.synthesizer.synthesize(_BACK):
            mouth.play(sound)

    tell = display.tell if each is None else _complain
    parts.warm_up()
    ear = Microphone(portaudio, microphone or settings.microphone, told)
    try:
        with parts.assistant() as assistant:
            live = Live(assistant, mouth, settings.interruption, earcons=settings.earcons, attention=parts.attention())
            if settings.listening != "always":
                tell(_HOW_TO_WAKE[settings.listening].format(word=settings.wake_word))
                threading.Thread(target=_wake_by_key, args=(live,), daemon=True).start()
            if each is not None:
                watcher = each
                assistant.watch(lambda event: watcher(event.turn) if isinstance(event, TurnEnded) else None)
                for frame in ear.frames():
                    _care(live.hear(frame), tell)
                return
            assistant.watch(display.happened)
            with Screen(display, console=console, refresh_per_second=8):
                for frame in ear.frames():
                    display.hear(frame, audible=live.audible, awake=live.awake)
                    _care(live.hear(frame), tell)
    finally:
        ear.close()
        mouth.close()


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
