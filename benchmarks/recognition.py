"""How well the starter recogniser hears: `python -m benchmarks.recognition [--quick] [--errors]`.

Synthetic voices ask about photos, clean and through measured room responses with noise 20, 10 and 5 dB below the voice,
through the endpointer. The sentences were written before anybody looked at what the language model is made of; it and the
beam search were tuned on TUNED only, so the numbers to believe are those of HELD_OUT. Then people read books, whose words are
not the language model's: that says how it fares with what is no question about photos. Beside ours (Moonshine with the
density ratio) stand, with every eighth sentence, PocketSphinx with our language model, which hears where the machine cannot
run Moonshine, and, clean and at 10 dB, the rivals: both as they come. Needs the commands flite and espeak-ng (apt install
flite espeak-ng); takes half an hour.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from voicephoto.audio import SAMPLE_RATE, Sound, frames, read_sound, resample
from voicephoto.speech import (
    Endpointer,
    MoonshineRecognizer,
    PocketSphinxRecognizer,
    Transcript,
    load_sentences,
    moonshine_folder,
)
from voicephoto.speech.words import spoken_words

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
NOISES_DB = (20.0, 10.0, 5.0)
SILENCE_SECONDS = 0.7
PEAK = 0.4
Recognize = Callable[[NDArray[np.int16]], Transcript]

LIBRARY = (
    "Positano", "Zermatt", "Innsbruck", "New York City", "Cape Canaveral", "Canon EOS R6", "Chelsea", "Italy", "Austria",
    "Switzerland", "Lisbon", "Portugal", "Kyoto", "Japan", "Campania", "Tyrol", "Valais", "Reykjavik", "Iceland",
    "United States", "Florida", "Wedding", "Birthday", "Garden", "Apple iPhone 12", "Nikon D750", "Porto", "Dublin",
    "Ireland", "Cornwall", "Hiking", "Grandma", "Oliver",
)  # fmt: skip
"""Names of a library as the catalog gives them."""

TUNED = (
    "show me pictures of a red bicycle", "find photos of a dog running on the beach",
    "show me a child with an umbrella", "do i have any photos of waterfalls", "i want to see the castle pictures",
    "show me photos from positano", "pictures of the mountains in zermatt", "show me innsbruck in winter",
    "find photos taken in new york city last year", "show me photos from march twenty twenty one",
    "what did i photograph in august", "show me everything from last week", "photos of grandma at christmas",
    "show me boats on the lake at sunset", "find me a picture of an old church",
    "are there any pictures of horses in iceland", "let me see our trip to japan", "pictures from the summer of twenty nineteen",
    "show me photos with snow but without people", "show me pictures taken with the canon eos r six",
    "only the ones from austria", "just the ones with a dog", "and the ones from two thousand eighteen",
    "what about last winter", "no i meant in lisbon", "without people", "only the black and white ones", "newest first",
    "the third one please", "show me number seven", "open the last one", "zoom in on the fourth photo",
    "where was this taken", "when did i take this picture", "which camera was used for this",
    "what year is this from", "where was the fifth one taken", "how old is this picture",
    "how many photos do i have from italy", "how many pictures of birds are there", "how many photos did i take in june",
    "how many photos are there", "what is in this picture", "describe the second photo", "is there a cat in this picture",
    "what color is the car in the first one", "who is in this photo", "show me more like this", "show me more",
    "go back to the results", "next photo please", "start a slideshow", "never mind", "say that again",
    "what can you do", "stop", "next", "yes", "no", "back", "help", "cancel",
)  # fmt: skip

HELD_OUT = (
    "show me photos of a yellow train", "find the pictures of kids playing football in the park",
    "get me some photos of flowers", "did i take any pictures of a lighthouse", "can you show me the birthday cake",
    "show me photos from cape canaveral", "images of rockets in florida", "show me chelsea in the rain",
    "pictures taken in reykjavik two years ago", "show me photos from october twenty seventeen",
    "what pictures did i take yesterday", "show me all the photos from last month", "photos of oliver in the garden",
    "show me a bridge over a river at night", "find an airplane in a blue sky",
    "are there photos of sheep in ireland", "let me see the wedding in cornwall", "photos from the spring of twenty twenty",
    "show me a street without cars", "show me pictures taken with the iphone",
    "only the ones from switzerland", "just the ones with children", "and those from twenty twenty two",
    "how about new year's eve", "actually i meant porto", "leave out the selfies", "only those with water", "oldest first",
    "the second one", "show me number twelve", "open the first picture", "take the one on the left",
    "where did i take this one", "when was the third photo taken", "what camera took this picture",
    "what month was this", "in which city was the last one taken", "what time was this taken",
    "how many photos do i have of my dog", "how many pictures did i take in kyoto", "count the photos from dublin",
    "how many are there", "what do you see in this photo", "tell me about the third one", "are there any people in it",
    "what kind of animal is that", "what is she holding in this picture", "find similar pictures", "more of them please",
    "take me back", "skip this one", "play these as a slideshow", "forget it", "please repeat that",
    "what do you understand", "pause", "previous", "yes please", "no thanks", "okay", "start over", "enough",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """A synthetic voice, by the command that speaks: its own name of it and how fast (1: its usual speed)."""

    program: str
    name: str
    speed: float = 1.0

    def __str__(self) -> str:
        return f"{self.program} {self.name} x{self.speed:g}"

    def speak(self, text: str, file: Path) -> None:
        command = (
            ["flite", "-voice", self.name, "--setf", f"duration_stretch={1 / self.speed}", "-t", text, "-o", str(file)]
            if self.program == "flite"
            else ["espeak-ng", "-v", self.name, "-s", str(round(170 * self.speed)), "-w", str(file), text]
        )
        subprocess.run(command, check=True)


VOICES = (
    Voice("flite", "awb"), Voice("flite", "kal16"), Voice("flite", "rms", 0.95), Voice("flite", "slt", 1.1),
    Voice("espeak", "en-us"), Voice("espeak", "en-gb", 0.9), Voice("espeak", "en-us+f3", 0.85),
    Voice("espeak", "en-gb-scotland", 0.95),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clip:
    """One spoken sentence in its room, int16 at 16 kHz."""

    voice: Voice
    text: str
    samples: NDArray[np.int16]


def clips(
    texts: Sequence[str],
    voices: Sequence[Voice],
    noises: Sequence[Path],
    noise_db: float = 45.0,
    rooms: Sequence[Path] = (),
) -> Iterator[Clip]:
    """Every text in every voice; over the `noises` by turns, over a quiet room's faint one where there are none.

    The noise lies `noise_db` under the voice, which comes through the responses of the `rooms` by turns.
    """
    rng = np.random.default_rng(1)
    around = cycle([_noise(file) for file in noises] or [rng.standard_normal(SAMPLE_RATE)])
    responses = cycle([response(file) for file in rooms] or [np.ones(1)])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spoken.wav"
        for voice in voices:
            for text in texts:
                voice.speak(text, file)
                speech = fftconvolve(
                    resample(read_sound(file), SAMPLE_RATE).samples.astype(np.float64), next(responses)
                )
                speech *= PEAK * 32767 / np.abs(speech).max()
                quiet = np.zeros(int(SILENCE_SECONDS * SAMPLE_RATE))
                level = np.sqrt(np.mean(speech**2)) * 10 ** (-noise_db / 20)
                whole = np.concatenate([quiet, speech, quiet])
                whole += level * np.resize(next(around), len(whole))
                yield Clip(voice, text, np.clip(np.rint(whole), -32768, 32767).astype(np.int16))


def response(file: Path) -> NDArray[np.float64]:
    """A room's answer to a clap, from the direct sound on."""
    samples = resample(read_sound(file), SAMPLE_RATE).samples.astype(np.float64)
    direct = int(np.abs(samples).argmax())
    answer: NDArray[np.float64] = samples[direct : direct + SAMPLE_RATE] / np.abs(samples[direct])
    return answer


def rooms() -> list[Path]:
    """The measured responses of rooms."""
    return sorted(path for path in (DATA / "rir").rglob("*") if path.suffix in {".wav", ".flac"})


def read_aloud() -> Iterator[tuple[str, NDArray[np.int16]]]:
    """What people read from books, and the recordings."""
    for line in (DATA / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["file"].startswith("speech/librispeech") and entry.get("transcript"):
            yield entry["transcript"], resample(read_sound(DATA / entry["file"]), SAMPLE_RATE).samples


def _noise(file: Path) -> NDArray[np.float64]:
    samples = resample(read_sound(file), SAMPLE_RATE).samples.astype(np.float64)
    rms: NDArray[np.float64] = samples / np.sqrt(np.mean(samples**2))
    return rms


def noises() -> list[Path]:
    """Steady noises that people talk over; a dog barking or a saw is another question."""
    return sorted(
        file
        for kind in ("rain", "sea_waves", "clock_tick", "fire_crackling", "helicopter")
        for file in (DATA / "noise" / "esc10" / kind).glob("*.ogg")
    )


def utterances(samples: NDArray[np.int16]) -> list[NDArray[np.int16]]:
    """What the endpointer takes for speech."""
    endpointer = Endpointer()
    found = [endpointer.feed(frame) for frame in frames(Sound(samples, SAMPLE_RATE))]
    return [utterance.samples for utterance in [*found, endpointer.flush()] if utterance]


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to insert, delete or replace."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


@dataclass(slots=True)
class Score:
    """Sums over clips; `wrong` says what was heard instead."""

    words: int = 0
    errors: int = 0
    clips: int = 0
    right: int = 0
    rejected: int = 0
    spoken_seconds: float = 0.0
    seconds: float = 0.0

    def add(self, other: "Score") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self, name: str) -> str:
        return (
            f"{name:<30}{self.clips:6}{100 * self.errors / self.words:8.1f}{100 * self.right / self.clips:10.1f}"
            f"{100 * self.rejected / self.clips:10.1f}{self.seconds / max(self.spoken_seconds, 1e-9):8.3f}"
        )


_OTHERS = 8
"""Of so many sentences the other recognisers hear one."""
HEADER = f"{'':<30}{'clips':>6}{'WER %':>8}{'right %':>10}{'refused %':>10}{'x real':>8}"


def judge(text: str, heard: Sequence[NDArray[np.int16]], recognize: Recognize) -> tuple[Score, str]:
    """The score of one sentence that was cut into utterances, and what was understood."""
    started = time.process_time()
    transcripts = [recognize(samples) for samples in heard]
    seconds = time.process_time() - started
    understood = " ".join(transcript.text for transcript in transcripts if transcript.reason is None)
    said = spoken_words(text)
    wrong = edits(said, understood.split())
    spoken = sum(len(samples) for samples in heard) / SAMPLE_RATE
    refused = bool(transcripts) and all(transcript.reason for transcript in transcripts)
    return Score(len(said), wrong, 1, int(wrong == 0), int(refused), spoken, seconds), understood


def engines(cache: Path) -> dict[str, Recognize]:
    """Ours, the one in its place, and the rivals, by name."""
    folder = moonshine_folder()
    assert folder is not None, "pip install moonshine-voice==0.1.0"
    return {
        "ours": MoonshineRecognizer(folder, load_sentences(), LIBRARY, cache).transcribe,
        "PocketSphinx": PocketSphinxRecognizer(load_sentences(), LIBRARY, cache).transcribe,
        "Moonshine as it comes": moonshine_as_it_comes(folder),
        "PocketSphinx as it comes": pocketsphinx_as_it_comes(),
    }


def moonshine_as_it_comes(folder: Path) -> Recognize:
    """The package's own transcriber, with its own voice activity detection and greedy decoding."""
    from moonshine_voice import ModelArch, Transcriber

    transcriber = Transcriber(str(folder), ModelArch.TINY)

    def recognize(samples: NDArray[np.int16]) -> Transcript:
        lines = transcriber.transcribe_without_streaming((samples / 32768).tolist(), SAMPLE_RATE).lines
        return Transcript(" ".join(spoken_words(" ".join(line.text for line in lines))), 1.0)

    return recognize


def pocketsphinx_as_it_comes() -> Recognize:
    """Its own general English trigrams and CMUdict, its default parameters."""
    import pocketsphinx

    decoder = pocketsphinx.Decoder(loglevel="FATAL", samprate=SAMPLE_RATE)

    def recognize(samples: NDArray[np.int16]) -> Transcript:
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return Transcript(hypothesis.hypstr if hypothesis else "", 1.0)

    return recognize


def chosen(texts: Sequence[str], voice: int, step: int) -> list[str]:
    """Every `step`th sentence, others for each voice."""
    return [text for place, text in enumerate(texts) if (place + voice) % step == 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="every eighth sentence in every voice for ours as well, not every second"
    )
    parser.add_argument("--errors", action="store_true", help="print what was misheard of the tuned sentences")
    arguments = parser.parse_args()
    step = _OTHERS if arguments.quick else 2
    print(HEADER)
    with tempfile.TemporaryDirectory() as cache:
        ears = engines(Path(cache))
        for title, texts in (("tuned", TUNED), ("held out", HELD_OUT)):
            misheard: Counter[str] = Counter()
            for level in (None, *NOISES_DB):
                around, here = (noises(), rooms()) if level else ([], [])
                compared = [name for name in ears if level in (None, 10.0) or "as it comes" not in name]
                totals = {name: Score() for name in compared}
                for number, voice in enumerate(VOICES):
                    mine = Score()
                    # Each voice begins with other rooms and noises.
                    shift = number * len(chosen(texts, 0, step))
                    said = clips(
                        chosen(texts, number, step),
                        [voice],
                        _turned(around, shift),
                        level or 45.0,
                        _turned(here, shift),
                    )
                    for place, clip in enumerate(said):
                        heard = utterances(clip.samples)
                        for name in compared if place % (_OTHERS // step) == 0 else ["ours"]:
                            score, understood = judge(clip.text, heard, ears[name])
                            totals[name].add(score)
                            if name == "ours":
                                mine.add(score)
                                if not score.right:
                                    misheard[f"{clip.text} -> {understood}"] += 1
                    if level is None:
                        print(mine.row(f"  {voice}"), flush=True)
                where = f"{title}, in a room, {level:g} dB" if level else f"{title}, clean"
                print(where)
                for name, total in totals.items():
                    print(total.row(f"    {name}"), flush=True)
            if arguments.errors and title == "tuned":
                print("\n".join(f"  {count} {line}" for line, count in misheard.most_common()))
        print("read from books")
        for name, recognize in ears.items():
            total = Score()
            for text, samples in read_aloud():
                total.add(judge(text, utterances(samples), recognize)[0])
            if total.clips:
                print(total.row(f"    {name}"), flush=True)


def _turned(files: Sequence[Path], shift: int) -> list[Path]:
    return [files[(place + shift) % len(files)] for place in range(len(files))]


if __name__ == "__main__":
    main()
