"""An evening of hundreds of turns on the room's own clock: questions, interruptions, noises, silence, in any order.

The loop, the endpointer and the conversation are the real ones. Only the words are known by heart and the voice is a hum,
so that an evening takes seconds.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from benchmarks.room import Room, speech
from voicephoto.assembly import Assembly
from voicephoto.assistant import Assistant, Heard, Replied, Said, SpeechEnded, TurnEnded
from voicephoto.audio import SAMPLE_RATE, Sound
from voicephoto.dialogue import Dialogue
from voicephoto.speech import Endpointer, Transcript
from voicephoto.speech.synthesis import split_sentences

SENTENCES = (
    "show me the beach",
    "next",
    "stop",
    "only the ones from italy",
    "how many are there",
    "when was this taken",
)
TURNS = 400


class ByHeart:
    """Knows a few recordings, and finds them again in what it hears."""

    name = "by heart"

    def __init__(self, sentences: Sequence[str]) -> None:
        self._known = {text: self._unit(speech(text)) for text in sentences}

    def transcribe(self, samples: NDArray[np.int16], dropped: object = None) -> Transcript:
        heard = self._unit(samples)
        alike = {text: float(np.abs(fftconvolve(heard, known[::-1])).max()) for text, known in self._known.items()}
        text = max(alike, key=lambda each: alike[each])
        return Transcript(text, alike[text]) if alike[text] > 0.5 else Transcript("", alike[text], "noise")

    @staticmethod
    def _unit(samples: NDArray[np.int16]) -> NDArray[np.float32]:
        # Sentences begin at a frame, so that the same every fourth sample is met again.
        few = samples[::4].astype(np.float32)
        unit: NDArray[np.float32] = few / max(1.0, float(np.linalg.norm(few)))
        return unit


class Hum:
    """Half a second of a low tone for every sentence."""

    name = "hum"

    def synthesize(self, text: str) -> Iterator[Sound]:
        for _ in split_sentences(text):
            wave = 6000 * np.sin(2 * np.pi * 150 * np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE)
            yield Sound(np.rint(wave).astype(np.int16), SAMPLE_RATE)


def test_hundreds_of_turns(demo_parts: Assembly) -> None:
    rng = random.Random(1)
    dialogue = Dialogue(demo_parts.understander(), demo_parts.succession.sight, demo_parts.photos, now=datetime.now)
    knows, said = ByHeart(SENTENCES), []
    with Assistant(Endpointer, lambda: knows, dialogue, Hum) as assistant:
        room = Room(assistant, echo_db=-30.0)
        while len(said) < TURNS:
            match rng.choice(("ask", "ask", "ask", "interrupt", "click", "wait")):
                case "ask":
                    room.wait_for_silence()
                    said.append(rng.choice(SENTENCES))
                    room.say(said[-1])
                    room.wait(0.6)
                case "interrupt" if room.speaker.playing:
                    said.append(rng.choice(SENTENCES))
                    room.say(said[-1])
                    room.wait(0.6)
                case "click":
                    room.hear(np.full(160, 9000, np.int16))
                    room.wait(rng.uniform(0.1, 0.6))
                case "wait":
                    room.wait(rng.uniform(0.1, 0.8))
        room.wait(1.3)
    assert room.heard == said
    _in_order([happened.event for happened in room.events])


def _in_order(events: Sequence[object]) -> None:
    """Every sentence is heard once and ends once, and nothing of a turn comes after the next one has begun."""
    newest, seen = 0, Counter[tuple[type, int]]()
    for event in events:
        match event:
            case SpeechEnded(turn=turn):
                assert turn > newest
                newest = turn
            case Heard(turn=turn) | Replied(turn=turn) | Said(turn=turn):
                assert turn == newest
            case TurnEnded(turn=ended):
                turn = ended.number
            case _:
                continue
        seen[type(event), turn] += 1
    assert all(count == 1 for (kind, _), count in seen.items() if kind is not Said)
    ended = {turn for kind, turn in seen if kind is TurnEnded}
    assert (
        ended == {turn for kind, turn in seen if kind is SpeechEnded} == {turn for kind, turn in seen if kind is Heard}
    )


@pytest.mark.parametrize("text", SENTENCES)
def test_what_is_known_by_heart_is_found_again(text: str) -> None:
    samples = np.concatenate([np.zeros(8000, np.int16), speech(text), np.zeros(4000, np.int16)])
    assert ByHeart(SENTENCES).transcribe(samples).text == text
