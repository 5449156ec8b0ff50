"""How loud somebody has to be to be heard over a reply."""

import numpy as np
import pytest

from voicephoto.assistant.echo import Echo
from voicephoto.audio import FRAME_SAMPLES, SILENT, Frame
from voicephoto.speech import dbfs

PLAYED = -20.0


def frame(heard: float, left: float | None = None) -> Frame:
    """A frame that the microphone heard so loud (dBFS), and what a canceller left of it."""
    return Frame(samples(heard), 0.0) if left is None else Frame(samples(left), 0.0, echoing=samples(heard))


def samples(level: float) -> np.ndarray:
    return np.full(FRAME_SAMPLES, round(32768 * 10 ** (level / 20)), np.int16)


def taught(each: Frame, frames: int = 120) -> Echo:
    echo = Echo()
    for _ in range(frames):
        echo.learn(each, PLAYED)
    return echo


def test_somebody_has_to_be_louder_than_the_echo_that_was_heard() -> None:
    _, unknown = Echo().best(frame(-50.0), PLAYED)
    echo = taught(frame(-50.0))
    _, floor = echo.best(frame(-50.0), PLAYED)
    _, quieter = echo.best(frame(-60.0), PLAYED - 10.0)
    assert (unknown, floor, quieter) == pytest.approx((PLAYED, -44.0, -54.0), abs=0.1)


def test_half_a_second_is_enough_to_know_a_room() -> None:
    _, floor = taught(frame(-50.0), frames=40).best(frame(-50.0), PLAYED)
    assert floor == pytest.approx(-44.0, abs=0.1)


def test_what_a_canceller_leaves_counts_where_it_took_the_echo_out() -> None:
    echo = taught(frame(heard=-22.0, left=-55.0))
    best, floor = echo.best(frame(heard=-21.0, left=-40.0), PLAYED)
    assert dbfs(best.samples) == pytest.approx(-40.0, abs=0.1)
    assert floor == pytest.approx(-49.0, abs=0.1)


def test_a_canceller_is_not_trusted_before_it_has_learnt_the_room() -> None:
    _, floor = taught(frame(heard=-22.0, left=-60.0), frames=40).best(frame(heard=-22.0, left=-60.0), PLAYED)
    assert floor > -45.0


def test_who_is_louder_than_the_whole_echo_is_heard_as_they_are() -> None:
    echo = taught(frame(heard=-60.0, left=-70.0))
    best, _ = echo.best(frame(heard=-25.0, left=-38.0), PLAYED)
    assert dbfs(best.samples) == pytest.approx(-25.0, abs=0.1)


def test_before_a_sound_reaches_the_microphone_there_is_nothing_to_learn_from() -> None:
    echo = Echo()
    for _ in range(10):
        echo.learn(frame(-65.0), PLAYED)
    for _ in range(100):
        echo.learn(frame(-65.0), SILENT)
    assert echo.best(frame(-65.0), PLAYED)[1] == Echo().best(frame(-65.0), PLAYED)[1]
