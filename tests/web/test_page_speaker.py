"""A speaker that is a page: what is sent, and what is believed of how far it has played."""

import numpy as np
import pytest

from voicephoto.assistant import Said
from voicephoto.audio import SILENT, Sound
from voicephoto.web.messages import Quiet, SoundComing, ToPage
from voicephoto.web.page_speaker import PageSpeaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


Made = tuple[PageSpeaker, list[ToPage | bytes], Clock]


@pytest.fixture
def made() -> Made:
    clock, sent = Clock(), list[ToPage | bytes]()
    speaker = PageSpeaker(clock)
    speaker.send = sent.append
    return speaker, sent, clock


def tone(seconds: float, loudness: float = 0.5, rate: int = 22_050) -> Sound:
    time = np.arange(int(seconds * rate)) / rate
    return Sound((np.sin(2 * np.pi * 440 * time) * loudness * 32_767).astype(np.int16), rate)


def test_a_sentence_is_announced_with_its_words_and_sent_whole(made: Made) -> None:
    speaker, sent, _ = made
    sound = tone(2)
    speaker.happened(Said(7, sound, "Two photos."))
    speaker.play(sound)
    assert sent[0] == SoundComing(id=1, turn=7, text="Two photos.", rate=22_050, samples=44_100)
    pieces = [piece for piece in sent[1:] if isinstance(piece, bytes)]
    assert all(piece[:4] == b"\1\0\0\0" for piece in pieces)
    assert b"".join(piece[4:] for piece in pieces) == sound.samples.tobytes()


def test_a_signal_belongs_to_no_turn(made: Made) -> None:
    speaker, sent, _ = made
    speaker.happened(Said(7, tone(1), "Two photos."))
    speaker.play(tone(0.2))
    assert isinstance(sent[0], SoundComing)
    assert (sent[0].turn, sent[0].text) == (None, "")


def test_it_plays_until_the_page_says_that_it_is_over(made: Made) -> None:
    speaker, _, _ = made
    speaker.play(tone(2))
    assert speaker.playing
    assert speaker.level == SILENT
    speaker.played(1, over=False)
    assert speaker.level == pytest.approx(-9, abs=0.5)
    speaker.played(1, over=True)
    assert not speaker.playing
    assert speaker.level == SILENT


def test_over_means_everything_before_it_too(made: Made) -> None:
    speaker, _, _ = made
    for _ in range(3):
        speaker.play(tone(1))
    speaker.played(2, over=True)
    assert speaker.playing
    speaker.played(3, over=True)
    assert not speaker.playing


@pytest.mark.parametrize("begun", [False, True])
def test_a_page_that_says_nothing_more_does_not_play_for_ever(made: Made, begun: bool) -> None:
    speaker, _, clock = made
    speaker.play(tone(2))
    if begun:
        speaker.played(1, over=False)
    clock.now += 3.9
    assert speaker.playing
    clock.now += 4
    assert not speaker.playing


def test_a_pause_lasts_as_long_as_it_lasts(made: Made) -> None:
    speaker, sent, clock = made
    speaker.play(tone(2))
    speaker.played(1, over=False)
    speaker.pause()
    clock.now += 60
    assert speaker.playing
    speaker.resume()
    clock.now += 3.9
    assert speaker.playing
    clock.now += 1
    assert not speaker.playing
    assert [message.how for message in sent if isinstance(message, Quiet)] == ["pause", "resume"]


def test_stopping_forgets_what_is_left_and_is_said_once(made: Made) -> None:
    speaker, sent, _ = made
    speaker.stop()
    speaker.play(tone(2))
    speaker.stop()
    speaker.stop()
    assert not speaker.playing
    assert [message.how for message in sent if isinstance(message, Quiet)] == ["stop"]
    speaker.played(1, over=False)
    assert not speaker.playing


def test_without_a_page_nothing_is_played(made: Made) -> None:
    speaker, sent, _ = made
    speaker.send = None
    speaker.play(tone(2))
    assert not speaker.playing
    assert sent == []
