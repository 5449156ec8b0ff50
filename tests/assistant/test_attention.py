import numpy as np
import pytest

from voicephoto.assistant import Attention
from voicephoto.assistant.attention import PATIENCE
from voicephoto.audio import FRAME_SAMPLES, Frame


class Said:
    """A wake word that is said at given moments (s)."""

    def __init__(self, *moments: float) -> None:
        self.moments = moments

    def hear(self, frame: Frame) -> bool:
        return any(abs(frame.start - moment) < 0.01 for moment in self.moments)


def attended(
    attention: Attention, seconds: float, heard: tuple[float, float] = (0, 0), answering: tuple[float, float] = (0, 0)
) -> list[tuple[float, float]]:
    """The spans (s) in which frames count, while somebody is `heard` and answered for a time each."""
    spans: list[tuple[float, float]] = []
    for number in range(round(seconds * 50)):
        now = number * 0.02
        frame = Frame(np.zeros(FRAME_SAMPLES, np.int16), now)
        if attention.attends(frame, heard=heard[0] <= now < heard[1], answering=answering[0] <= now < answering[1]):
            first = spans.pop()[0] if spans and now - spans[-1][1] < 0.03 else now
            spans.append((first, now))
    return spans


def test_always_means_every_frame() -> None:
    assert attended(Attention(), 1) == [(0, pytest.approx(0.98))]


def test_a_wake_word_leaves_time_to_begin() -> None:
    assert attended(Attention(wake_word=Said(1.0), follow_up=5), 20) == [(1.0, pytest.approx(1.0 + PATIENCE, abs=0.05))]


def test_after_a_reply_it_goes_on_listening() -> None:
    spans = attended(Attention(wake_word=Said(1.0), follow_up=5), 20, heard=(2, 4), answering=(4, 7))
    assert spans == [(1.0, pytest.approx(12.0, abs=0.05))]


def test_somebody_who_speaks_longer_than_the_patience_is_heard_out() -> None:
    spans = attended(Attention(wake_word=Said(1.0), follow_up=5), 20, heard=(8, 12))
    assert spans == [(1.0, pytest.approx(12.0, abs=0.05))]


def test_asleep_neither_speech_nor_a_reply_wakes_it() -> None:
    assert attended(Attention(wake_word=Said(), follow_up=5), 5, heard=(1, 2), answering=(2, 3)) == []


def test_a_key_is_for_one_sentence() -> None:
    attention = Attention(follow_up=0)
    assert attended(attention, 1) == []
    attention.wake()
    assert attended(attention, 10, heard=(1, 2), answering=(2, 4)) == [(0, pytest.approx(4.5, abs=0.05))]
