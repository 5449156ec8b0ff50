"""The whole loop by voice: `python -m benchmarks.voice [--turns N]`, with the starter profile.

How long a person waits from the end of speech to the first photo and the first sound, the pause that tells the end
included; how soon a reply falls silent when somebody speaks over it, beside speakers of several loudnesses, without and
with the canceller that the machine's own microphone has, and how often it does so when nobody speaks; what listening costs
while nobody speaks; and how much memory a thousand turns leave behind. Needs flite; takes a quarter of an hour.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from benchmarks.demo import demo
from benchmarks.recognition import edits, response, rooms
from benchmarks.room import FRAME_SECONDS, Room, speech
from benchmarks.turn import measure
from voicephoto.assembly import Assembly
from voicephoto.audio import read_sound
from voicephoto.demo import QUESTIONS

ECHOES = (-40.0, -30.0, -20.0, -10.0, 0.0)
"""How loud the microphone hears the speaker beside it, dB."""
OVER = ("stop", "stop it", "show me photos of cats", "only the ones from Italy", "when was the first one taken")
VOICES = ("slt", "awb", "rms", "kal16")
LISTENED = 120.0
"""Seconds of a room in which nobody speaks."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """What saying `text` over a conversation's third reply did: ms from the first sound to the reply's silence, None where
    it was not heard, and as which words it was taken, so that the reply did not go on; none where it went on. The two
    replies before took their own echo for somebody so often, and hesitated."""

    text: str
    silent_ms: float | None
    words: str
    hesitations: int

    @property
    def right(self) -> bool:
        """Whether it was understood: an end as an end, anything else up to a third of its words."""
        said = "stop" if self.text.startswith("stop") else self.text.lower()
        return bool(self.words) and 3 * edits(said.split(), self.words.split()) <= len(said.split())


def interruptions(parts: Assembly, echo: float, *, canceller: bool) -> Iterator[Interruption]:
    """Every sentence in every voice over the reply to "help", each in the next of the measured rooms."""
    answers = cycle(response(file) for file in rooms())
    for voice in VOICES:
        for text in OVER:
            with parts.assistant() as assistant:
                room = Room(assistant, echo_db=echo, answer=next(answers), canceller=canceller)
                for _ in range(2):
                    room.wait(0.5)
                    room.say("help")
                    room.wait_for_reply()
                    room.wait_for_silence()
                hesitations = room.speaker.paused
                room.say("help")
                room.wait_for_reply()
                room.wait(1.0)
                spoken = speech(text, voice)
                onset = int(np.argmax(np.abs(spoken) > 0.02 * 32768)) / 16_000
                began, before = len(room.audible) + round(onset / FRAME_SECONDS), len(room.heard)
                room.hear(spoken)
                room.wait(1.0)
                heard = room.audible[began:]
                silent = next((at for at in range(len(heard)) if not any(heard[at : at + 5])), None)
                over = silent is not None and silent * FRAME_SECONDS < len(spoken) / 16_000 + 0.5
                ms = 1000 * silent * FRAME_SECONDS if silent is not None and over else None
                yield Interruption(text, ms, " ".join(room.heard[before:]), hesitations)


def listening(parts: Assembly) -> float:
    """The share of one core that listening to a quiet room takes."""
    with parts.assistant() as assistant:
        room = Room(assistant, noise_db=-60)
        room.wait(5)
        started = time.process_time()
        room.wait(LISTENED)
        return (time.process_time() - started) / LISTENED


def over(parts: Assembly, echo: float, *, canceller: bool) -> list[Interruption]:
    spoken = list(interruptions(parts, echo, canceller=canceller))
    print_over(f"{echo:+.0f} dB", canceller, spoken)
    return spoken


def print_over(echo: str, canceller: bool, spoken: Sequence[Interruption]) -> None:
    times = [one.silent_ms for one in spoken if one.silent_ms is not None]
    shown = f"{np.median(times):6.0f}{np.percentile(times, 95):6.0f}" if times else f"{'':12}"
    taken, right = sum(bool(one.words) for one in spoken), sum(one.right for one in spoken)
    which, hesitations = "with" if canceller else "without", sum(one.hesitations for one in spoken)
    print(
        f"{echo:>8}{which:>11}{len(times):6} of {len(spoken):3}{shown}{taken:7}{right:7}{hesitations:8} of {2 * len(spoken)}",
        flush=True,
    )


def turns(parts: Assembly) -> Iterator[float]:
    """Megabytes of memory in use after each turn, the questions of the demonstration over and over."""
    sounds = [read_sound(file) for file in sorted(QUESTIONS.glob("*.flac"))]
    with parts.assistant() as assistant:
        while True:
            for sound in sounds:
                for _ in assistant.listen(sound):
                    yield _megabytes()


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--turns", type=int, default=1000, help="turns after which memory is compared with that after 10"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        parts = demo(Path(folder))
        asked = measure(parts, rounds=3)
        for stage in ("first_photo", "first_sound"):
            times = [turn.ms[stage] for turn in asked if stage in turn.ms]
            p50, p95 = np.median(times), np.percentile(times, 95)
            print(f"end of speech to {stage:12} p50 {p50:5.0f} ms  p95 {p95:5.0f} ms", flush=True)
        print(f"listening to a quiet room: {100 * listening(parts):.1f} % of one core", flush=True)
        print("over a reply: how often it fell silent, after how many ms, how often for good, and for the right words;")
        print("and how often a reply hesitated that nobody spoke over")
        print(
            f"{'echo':>8}{'canceller':>11}{'silent':>13}{'p50':>6}{'p95':>6}{'taken':>7}{'right':>7}{'hesitated':>11}"
        )
        for canceller in (False, True):
            every = [spoken for echo in ECHOES for spoken in over(parts, echo, canceller=canceller)]
            print_over("all", canceller, every)
        used = list(islice(turns(parts), arguments.turns))
        early = used[min(9, len(used) - 1)]
        print(
            f"memory: {early:.0f} MB after 10 turns, {used[-1]:.0f} MB after {len(used)} ({used[-1] - early:+.1f} MB)"
        )


if __name__ == "__main__":
    main()
