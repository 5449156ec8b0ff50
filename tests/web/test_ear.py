"""What a page's microphone sends becomes the frames of one stream."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, Frame
from voicephoto.web.ear import Ear


class Listener:
    """Keeps what an ear gives it."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.ended = threading.Semaphore(0)
        self.times: list[float] = []
        self.free = threading.Event()
        self.free.set()
        self.ear = Ear(self.hear, self.finish)

    def hear(self, frame: Frame) -> None:
        assert self.free.wait(10)
        self.frames.append(frame)

    def finish(self, at: float) -> None:
        self.times.append(at)
        self.ended.release()

    def end(self) -> None:
        """Let the ear go, and wait until all is heard."""
        self.ear.end()
        assert self.ended.acquire(timeout=10)


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=12))
def test_sound_in_pieces_of_any_length_is_one_stream(lengths: list[int]) -> None:
    listener = Listener()
    sound = np.arange(sum(lengths), dtype=np.int64).astype(np.int16)
    listener.ear.begin()
    start = 0
    for length in lengths:
        listener.ear.take(start, sound[start : start + length])
        start += length
    listener.end()
    listener.ear.close()
    heard = np.concatenate([frame.samples for frame in listener.frames]) if listener.frames else sound[:0]
    assert heard.tolist() == sound[: len(heard)].tolist()
    assert len(sound) - len(heard) < FRAME_SAMPLES
    assert [frame.start for frame in listener.frames] == [
        place * FRAME_SAMPLES / SAMPLE_RATE for place in range(len(listener.frames))
    ]
    assert listener.ear.lost == 0


def test_what_never_came_is_lost_and_the_stream_goes_on_in_time() -> None:
    listener = Listener()
    listener.ear.begin()
    listener.ear.take(0, np.ones(FRAME_SAMPLES + 100, np.int16))
    listener.ear.take(SAMPLE_RATE, np.ones(FRAME_SAMPLES, np.int16))
    listener.end()
    assert [frame.start for frame in listener.frames] == [0.0, 1.0]
    assert listener.ear.lost == SAMPLE_RATE - FRAME_SAMPLES - 100
    listener.ear.close()


def test_who_sends_faster_than_it_can_be_heard_loses_the_rest() -> None:
    listener = Listener()
    listener.free.clear()
    listener.ear.begin()
    for place in range(10):
        listener.ear.take(place * 8_000, np.ones(8_000, np.int16))
    assert 5 * 8_000 <= listener.ear.lost <= 6 * 8_000
    listener.free.set()
    listener.end()
    listener.ear.close()


def test_opened_again_it_counts_anew_and_time_goes_on() -> None:
    listener = Listener()
    for _ in range(2):
        listener.ear.begin()
        listener.ear.take(0, np.ones(FRAME_SAMPLES, np.int16))
        listener.end()
    assert [frame.start for frame in listener.frames] == [0.0, FRAME_SAMPLES / SAMPLE_RATE]
    assert listener.times == [0.02, 0.04]
    listener.ear.close()


def test_what_came_already_is_refused() -> None:
    listener = Listener()
    listener.ear.begin()
    listener.ear.take(0, np.ones(100, np.int16))
    with pytest.raises(ValueError, match="from sample 50 on, where 100 came already"):
        listener.ear.take(50, np.ones(100, np.int16))
    listener.ear.close()
