"""What is played is taken out of what is heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.room import speech
from voicephoto.audio import FRAME_SAMPLES, EchoCanceller, Frame
from voicephoto.audio.echo import Reference

REPLY = "Here are forty two photos from the summer of twenty nineteen, in the mountains and at the lake."


def power(samples: np.ndarray) -> float:
    """dB."""
    return 10 * float(np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-9))


def echo_of(played: np.ndarray, gain: float = 0.5) -> np.ndarray:
    """What a small room makes of it 70 ms later."""
    answer = np.random.default_rng(3).normal(0, 1, 1600) * np.exp(-np.arange(1600) / 300)
    answer[0] = 3
    late = np.concatenate([np.zeros(1120), np.convolve(played, gain * answer / np.linalg.norm(answer))])
    return late[: len(played)]


def cleaned(heard: np.ndarray, played: np.ndarray) -> np.ndarray:
    canceller = EchoCanceller()
    steps = range(0, len(heard) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    return np.concatenate(
        [
            canceller.clean(
                Frame(np.rint(heard[at : at + FRAME_SAMPLES]).astype(np.int16), at / 16_000),
                played[at : at + FRAME_SAMPLES],
            ).samples
            for at in steps
        ]
    )


def test_the_echo_of_a_reply_is_gone_and_a_person_is_not() -> None:
    reply = speech(REPLY)
    person = np.zeros(len(reply))
    words = speech("show me photos of cats", "awb")
    person[3 * 16_000 :][: len(words)] = words
    echo = echo_of(reply.astype(float))
    spoken = slice(3 * 16_000, 3 * 16_000 + len(words))
    alone = slice(2 * 16_000, 3 * 16_000)
    clean = cleaned(echo + person, reply)
    assert power(echo[alone]) - power(clean[alone]) > 15
    assert abs(power(clean[spoken]) - power(person[spoken])) < 6


def test_without_a_sound_of_its_own_it_touches_nothing() -> None:
    heard = speech("show me photos of cats")
    heard = heard[: len(heard) // FRAME_SAMPLES * FRAME_SAMPLES]
    assert np.array_equal(cleaned(heard, np.zeros_like(heard)), heard)


@given(st.lists(st.integers(1, 300), min_size=40, max_size=80))
def test_the_stream_is_what_was_played_without_a_gap_whatever_the_blocks(blocks: list[int]) -> None:
    played = 1 + np.arange(sum(blocks), dtype=np.int16)
    reference, given, taken = Reference(16_000), 0, np.zeros(0, np.int16)
    for length in blocks:
        reference.add(played[given : given + length])
        given += length
        while given - len(taken) >= 1200:
            taken = np.concatenate([taken, reference.take(FRAME_SAMPLES)])
    stream = taken[taken > 0]
    assert np.all(np.diff(stream) == 1)
    assert len(stream) == len(taken)


def test_what_comes_late_is_left_out_and_the_delay_stays() -> None:
    rng = np.random.default_rng(5)
    played = rng.integers(-9000, 9000, 16_000).astype(np.int16)
    reference = Reference(16_000)
    blocks = [played[at : at + FRAME_SAMPLES] for at in range(0, len(played), FRAME_SAMPLES)]
    taken = []
    for number, block in enumerate(blocks):
        held_back = number in (20, 21)
        if not held_back:
            for late in blocks[20:22] if number == 22 else ():
                reference.add(late)
            reference.add(block)
        taken.append(reference.take(FRAME_SAMPLES))
    stream = np.concatenate(taken)

    def delay(part: slice) -> int:
        return int(np.correlate(stream[part].astype(float), played[part][:3000].astype(float), "valid").argmax())

    assert delay(slice(0, 6000)) == pytest.approx(delay(slice(9000, 16_000)), abs=2)
    assert not stream[:FRAME_SAMPLES].any()


def test_a_loudspeaker_that_stands_still_gives_silence() -> None:
    reference = Reference(44_100)
    reference.add(np.full(4410, 1000, np.int16))
    for _ in range(20):
        last = reference.take(FRAME_SAMPLES)
    assert not last.any()
