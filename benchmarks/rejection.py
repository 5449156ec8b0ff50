"""What is answered that nobody said, and what is cut off that somebody did: `python -m benchmarks.rejection`.

Noises and silence of ../shared/data, looped to at least a minute each, and the assistant's own replies played back into
the microphone, go through the whole loop. A false turn is one that is answered. Then recorded speech goes through the
endpointer: an utterance survives if it holds the first and the last word, by their times where somebody wrote them down,
else by where the sound is within 30 dB of its loudest; of single words, if it is found at all.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.demo import demo
from benchmarks.room import Room
from voicephoto.assembly import Assembly
from voicephoto.audio import SAMPLE_RATE, Sound, frames, read_sound, resample
from voicephoto.speech import Endpointer, Utterance

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
SECONDS = 60.0
ASKED = (
    "help",
    "show me photos from bavaria",
    "show me snowy mountains",
    "how many photos do I have",
    "what can you do",
)
ECHOES = (-20.0, -10.0, 0.0)
"""How loud the replies come back, dB."""
SHORT = ("stop", "yes", "no")
MISSING = 0.05
"""Seconds of a word that may be missing at either end."""


def at_16_khz(file: Path) -> NDArray[np.int16]:
    return resample(read_sound(file), SAMPLE_RATE).samples


def noises(parts: Assembly) -> Iterator[tuple[str, float, list[str]]]:
    """For each kind of noise its name, how many seconds of it were heard, and what was answered."""
    kinds: dict[str, list[Path]] = {}
    for file in sorted((DATA / "noise").rglob("*")):
        if file.suffix in {".wav", ".ogg", ".flac"}:
            kinds.setdefault(str(file.parent.relative_to(DATA / "noise")), []).append(file)
    for kind, files in kinds.items():
        seconds, answered = 0.0, []
        with parts.assistant() as assistant:
            for file in files:
                samples = at_16_khz(file)
                if not len(samples):
                    continue
                room = Room(assistant)
                room.hear(np.tile(samples, max(1, round(SECONDS * SAMPLE_RATE / len(samples)))))
                room.wait(2)
                seconds += room.now
                answered += room.heard
        yield kind, seconds, answered


def echoes(parts: Assembly) -> Iterator[tuple[str, float, list[str]]]:
    """The same for replies that come back out of the speaker."""
    for echo in ECHOES:
        with parts.assistant() as assistant:
            room = Room(assistant, echo_db=echo)
            room.wait(1)
            for text in ASKED:
                turn = assistant.typed(text)
                assert turn.reply is not None
                room.wait_for_silence()
                room.wait(1)
            yield f"own replies, {echo:+.0f} dB", room.now, room.heard


def utterances(samples: NDArray[np.int16]) -> list[Utterance]:
    """What the endpointer finds of a recording between two pauses in a quiet room."""
    quiet = np.rint(3 * np.random.default_rng(1).standard_normal(SAMPLE_RATE)).astype(np.int16)
    endpointer, found = Endpointer(), []
    for frame in frames(Sound(np.concatenate([quiet, samples, quiet]), SAMPLE_RATE)):
        found.append(endpointer.feed(frame))
    return [utterance for utterance in (*found, endpointer.flush()) if utterance is not None]


def extent(samples: NDArray[np.int16], file: Path) -> tuple[float, float]:
    """Where the first word begins and the last one ends, s of the recording."""
    noted = file.with_suffix(".json")
    if noted.is_file():
        words = [word for word in json.loads(noted.read_text())["w"] if not word["t"].startswith(("<", "["))]
        return float(words[0]["b"]), float(words[-1]["b"] + words[-1]["d"])
    windows = samples[: len(samples) // 160 * 160].astype(np.float64).reshape(-1, 160)
    levels = 10 * np.log10(np.mean(np.square(windows), axis=1) + 1e-9)
    loud = np.flatnonzero(levels > levels.max() - 30)
    return float(loud[0] * 0.01), float((loud[-1] + 1) * 0.01)


def survival(files: Sequence[Path]) -> tuple[int, int]:
    """Of how many recordings the first and the last word are whole, and how many there are."""
    whole = 0
    for file in files:
        samples = at_16_khz(file)
        first, last = extent(samples, file)
        found = utterances(samples)
        kept = [(each.start, each.end) for each in found]
        settings = Endpointer().settings
        before, after = settings.pre_roll_ms / 1000, settings.tail_ms / 1000
        # The recording begins after a second of the quiet room.
        whole += bool(kept) and kept[0][0] - before <= 1 + first + MISSING and kept[-1][1] + after >= 1 + last - MISSING
    return whole, len(files)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        parts = demo(Path(folder))
        print(f"{'heard':34}{'minutes':>9}{'false turns':>13}{'an hour':>9}")
        total, wrong = 0.0, 0
        for kind, seconds, answered in (*noises(parts), *echoes(parts)):
            total, wrong = total + seconds, wrong + len(answered)
            print(
                f"{kind:34}{seconds / 60:9.1f}{len(answered):13}{3600 * len(answered) / seconds:9.1f}  {', '.join(answered[:5])}",
                flush=True,
            )
        print(f"{'all':34}{total / 60:9.1f}{wrong:13}{3600 * wrong / total:9.1f}\n")
    speech = DATA / "speech"
    sets = {
        "librivox, with word times": sorted((speech / "pocketsphinx_librivox").glob("*.wav")),
        "librispeech": [
            file for folder in sorted(speech.glob("librispeech_*")) for file in sorted(folder.rglob("*.flac"))
        ],
        "single words": sorted(
            path for path in (speech / "speech_commands").rglob("*") if path.suffix in {".wav", ".flac", ".ogg"}
        ),
    }
    print(f"{'speech':34}{'recordings':>12}{'first and last word whole':>28}")
    for name, files in sets.items():
        whole, count = survival(files)
        print(f"{name:34}{count:12}{100 * whole / max(1, count):26.1f} %", flush=True)
    short = [file for file in sets["single words"] if file.parent.name in SHORT or file.stem.split("_")[0] in SHORT]
    missed = sum(not utterances(at_16_khz(file)) for file in short)
    print(f"{', '.join(SHORT)}: {missed} of {len(short)} not found ({100 * missed / max(1, len(short)):.1f} %)")


if __name__ == "__main__":
    main()
