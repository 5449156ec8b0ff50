import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.audio import Device, DeviceSpeaker, Playout, PortAudio, Sound, earcon
from voicephoto.errors import MissingError


def sound(samples: int, value: int = 1000, rate: int = 16_000) -> Sound:
    return Sound(np.full(samples, value, np.int16), rate)


def test_a_speaker_that_does_not_exist_is_said_to_be_missing_in_one_line() -> None:
    with pytest.raises(MissingError, match="no loudspeaker has this name") as caught:
        DeviceSpeaker(PortAudio(), "no loudspeaker has this name")
    assert "\n" not in str(caught.value)
    assert "voicephoto devices" in str(caught.value)


def test_without_portaudio_the_message_says_how_to_get_it() -> None:
    hidden = (
        "import ctypes.util; ctypes.util.find_library = lambda name: None\n"
        "from voicephoto.audio import PortAudio\n"
        "try: PortAudio()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    printed = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True).stdout
    assert printed.startswith("MissingError")
    assert "apt install libportaudio2" in printed


def test_recordings_are_read_without_portaudio() -> None:
    check = "import sys; import voicephoto.audio; sys.exit('sounddevice' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


class Desk:
    """A PortAudio with one loudspeaker, that takes a block when it is told to."""

    generation = 0

    def open_output(self, _name: str | None, begin: Callable[[Device], Callable[[Any, Any], None]]) -> None:
        self._fill = begin(Device("desk", 0, 2, 16_000))

    def play(self, samples: int) -> None:
        self._fill(np.zeros((samples, 2), np.int16), None)


def test_a_loudspeaker_that_is_gone_is_silent_and_no_longer_as_loud_as_it_was() -> None:
    desk = Desk()
    speaker = DeviceSpeaker(desk)  # type: ignore[arg-type]
    speaker.play(sound(1600))
    desk.play(1600)
    assert speaker.level > -40
    desk.generation += 1
    assert (speaker.level < -100, speaker.playing) == (True, False)


# What is played


@given(st.lists(st.integers(0, 300), max_size=5), st.integers(1, 100))
def test_every_sample_is_played_once_and_in_order(lengths: list[int], block: int) -> None:
    playout = Playout(16_000)
    sounds = [np.arange(1, length + 1, dtype=np.int16) for length in lengths]
    for samples in sounds:
        playout.add(Sound(samples, 16_000))
    played = [playout.take(block) for _ in range(sum(lengths) // block + 2)]
    expected = np.concatenate([*sounds, np.zeros(0, np.int16)])
    assert np.array_equal(np.concatenate(played)[: len(expected)], expected)
    assert not np.concatenate(played)[len(expected) :].any()
    assert playout.played == len(expected)
    assert not playout.left


def test_a_pause_keeps_what_is_left_and_a_stop_does_not() -> None:
    playout = Playout(16_000)
    playout.add(sound(1000))
    assert playout.take(400).all()
    playout.pause(True)
    assert not playout.take(400).any()
    playout.pause(False)
    assert playout.take(400).all()
    playout.clear()
    assert not playout.take(400).any()


def test_another_rate_is_played_at_the_devices_own() -> None:
    playout = Playout(48_000)
    playout.add(sound(1600))
    playout.take(4800)
    assert playout.played == 4800


def test_its_level_is_that_of_the_last_half_second() -> None:
    playout = Playout(16_000)
    playout.add(sound(3200, 3277))
    playout.take(3200)
    assert playout.level == pytest.approx(-20, abs=0.1)
    playout.take(4800)
    assert playout.level == pytest.approx(-20, abs=0.1)
    playout.take(4800)
    assert playout.level < -100


def test_earcons_are_short_and_soft_and_never_click() -> None:
    for what in ("heard", "working", "not understood"):
        samples = earcon(what).samples.astype(np.int32)  # type: ignore[arg-type]
        assert 0.04 < len(samples) / 16_000 < 0.3
        assert 1000 < np.abs(samples).max() < 5000
        assert np.abs(np.diff(samples, prepend=0, append=0)).max() < 1600
