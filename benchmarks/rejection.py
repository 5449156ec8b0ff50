"""What is answered that nobody said, and what is cut off that somebody did: `python -m benchmarks.rejection`.

Noises and silence of ../shared/data, looped to at least a minute each, and the assistant's own replies played back into
the microphone, go through the whole loop. A false turn is one that is answered. Then recorded speech goes through the
endpointer: an utterance survives if it holds the first and the last word. Their times are those that came with the recording,
else those of PocketSphinx aligning what is known to be said with the sound; where it cannot, the recording is left out.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.demo import demo
from benchmarks.room import Room
from voicephoto.assembly import Assembly
from voicephoto.audio import SAMPLE_RATE, Sound, frames, read_sound, resample
from voicephoto.speech import Endpointer, EndpointSettings, Utterance
from voicephoto.speech.pronunciation import pronunciations

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
MISSING = 0.02
"""Seconds of a word that may be missing at either end."""
FRAME = 0.01
"""The aligner's step, s."""


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
    quiet, endpointer, found = _quiet(1.0), Endpointer(), []
    for frame in frames(Sound(np.concatenate([quiet, samples, quiet]), SAMPLE_RATE)):
        found.append(endpointer.feed(frame))
    return [utterance for utterance in (*found, endpointer.flush()) if utterance is not None]


class Aligner:
    """Tells where known words are in a recording (Viterbi alignment by the starter recogniser's acoustic model)."""

    def __init__(self) -> None:
        import pocketsphinx

        shipped = Path(pocketsphinx.get_model_path(), "en-us")
        self._dictionary = shipped / "cmudict-en-us.dict"
        self._decoder = pocketsphinx.Decoder(
            hmm=str(shipped / "en-us"), dict=str(self._dictionary), lm=None, loglevel="FATAL"
        )

    def extent(self, samples: NDArray[np.int16], text: str) -> tuple[float, float] | None:
        """Where the first word begins and the last one ends, s; None where the words do not fit the sound.

        Words that reach out of the recording into the silence around it do not: noise was taken for them.
        """
        decoder, words = self._decoder, text.lower().split()
        unknown = [word for word in words if decoder.lookup_word(word) is None]
        for word, phones in pronunciations(unknown, self._dictionary):
            decoder.add_word(word, phones, True)
        decoder.set_align_text(" ".join(words))
        decoder.start_utt()
        # Silence around it keeps the aligner from stretching the words to the ends.
        decoder.process_raw(np.concatenate([_quiet(0.5), samples, _quiet(0.5)]).tobytes(), full_utt=True)
        decoder.end_utt()
        spoken = [part for part in decoder.seg() or () if not part.word.startswith(("<", "["))]
        if not spoken:
            return None
        begin, end = spoken[0].start_frame / 100 - 0.5, (spoken[-1].end_frame + 1) / 100 - 0.5
        inside = begin > -2 * FRAME and end < len(samples) / SAMPLE_RATE + 2 * FRAME
        return (begin, end) if inside else None


def _quiet(seconds: float) -> NDArray[np.int16]:
    return np.rint(3 * np.random.default_rng(1).standard_normal(round(seconds * SAMPLE_RATE))).astype(np.int16)


def survival(recordings: Mapping[Path, str], aligner: Aligner) -> tuple[int, int]:
    """Of how many recordings the first and the last word are whole, and of how many it can be told."""
    whole = told = 0
    settings = EndpointSettings()
    before, after = settings.pre_roll_ms / 1000, settings.tail_ms / 1000
    for file, text in recordings.items():
        samples = at_16_khz(file)
        extent = noted(file) or aligner.extent(samples, text)
        if extent is None:
            continue
        told += 1
        found = utterances(samples)
        # The recording begins after a second of the quiet room.
        whole += (
            bool(found)
            and found[0].start - before <= 1 + extent[0] + MISSING
            and found[-1].end + after >= 1 + extent[1] - MISSING
        )
    return whole, told


def noted(file: Path) -> tuple[float, float] | None:
    """Where the first word begins and the last one ends, s, where it was written down beside the recording."""
    notes = file.with_suffix(".json")
    if not notes.is_file():
        return None
    words = [word for word in json.loads(notes.read_text())["w"] if not word["t"].startswith(("<", "["))]
    return float(words[0]["b"]), float(words[-1]["b"] + words[-1]["d"])


def recordings() -> dict[str, dict[Path, str]]:
    """What is said in each recorded file, by the collection it is from."""
    found: dict[str, dict[Path, str]] = {}
    for line in (DATA / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] in ("speech", "word") and entry.get("transcript"):
            found.setdefault(entry["file"].split("/")[1], {})[DATA / entry["file"]] = entry["transcript"]
    return found


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
    print(f"{'speech':34}{'recordings':>12}{'aligned':>9}{'first and last word whole':>28}")
    aligner, spoken = Aligner(), recordings()
    for name, files in spoken.items():
        whole, told = survival(files, aligner)
        print(f"{name:34}{len(files):12}{told:9}{100 * whole / max(1, told):26.1f} %", flush=True)
    short = [file for files in spoken.values() for file, text in files.items() if text in SHORT]
    missed = sum(not utterances(at_16_khz(file)) for file in short)
    print(f"{', '.join(SHORT)}: {missed} of {len(short)} not found ({100 * missed / max(1, len(short)):.1f} %)")


if __name__ == "__main__":
    main()
