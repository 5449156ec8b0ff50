import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from difflib import SequenceMatcher

import numpy as np
import pytest

from voicephoto.assembly import Assembly
from voicephoto.assistant import (
    Assistant,
    Event,
    Guessed,
    Heard,
    Replied,
    Said,
    SpeechEnded,
    SpeechStarted,
    Turn,
    TurnEnded,
)
from voicephoto.audio import SAMPLE_RATE, Sound, frames, read_sound, resample
from voicephoto.demo.demo import QUESTIONS
from voicephoto.dialogue import Dialogue
from voicephoto.speech import Endpointer, EndpointSettings, Transcript


@pytest.fixture
def assistant(demo_parts: Assembly) -> Iterator[Assistant]:
    with demo_parts.assistant() as assistant:
        yield assistant


@pytest.fixture
def events(assistant: Assistant) -> list[Event]:
    """What happens, as it happens; without what is guessed in pauses, which only a quick machine has the time for."""
    events: list[Event] = []
    assistant.watch(lambda event: None if isinstance(event, Guessed) else events.append(event))
    return events


def question(number: int) -> Sound:
    [file] = QUESTIONS.glob(f"{number}-*.flac")
    return read_sound(file)


def silence(seconds: float) -> Sound:
    return Sound(np.zeros(int(seconds * SAMPLE_RATE), np.int16), SAMPLE_RATE)


def joined(*sounds: Sound) -> Sound:
    return Sound(np.concatenate([resample(sound, SAMPLE_RATE).samples for sound in sounds]), SAMPLE_RATE)


def wrong_words(heard: str, said: str) -> int:
    """How many words have to be put in, taken out or changed to get from one to the other, at most."""
    changes = SequenceMatcher(a=heard.split(), b=said.split(), autojunk=False).get_opcodes()
    return sum(max(end - start, to - from_) for what, start, end, from_, to in changes if what != "equal")


def names(turn: Turn) -> list[str]:
    return [photo.path.stem for photo in turn.reply.photos] if turn.reply else []


# A typed line


def test_a_typed_line_becomes_photos_and_speech(assistant: Assistant, events: list[Event]) -> None:
    turn = assistant.typed("Show me photos from Bavaria.")
    assert turn.heard == "Show me photos from Bavaria."
    assert turn.intent is not None
    assert turn.intent.kind == "search"
    assert set(names(turn)) == {"autumn", "forest", "meadow"}
    assert turn.reply is not None
    assert turn.reply.say == "Three photos from Bavaria."
    assert [type(event) for event in events] == [Heard, Replied, Said, TurnEnded]
    assert events[1] == Replied(turn.number, turn.intent, turn.reply)
    assert events[-1] == TurnEnded(turn)
    [sound] = turn.sounds
    assert sound.seconds > 1
    assert np.abs(sound.samples).max() > 1000


def test_every_step_says_how_long_it_took(assistant: Assistant) -> None:
    turn = assistant.typed("Show me photos from Bavaria.")
    assert list(turn.ms) == ["understand", "answer", "first_photo", "synthesize", "first_sound", "total"]
    assert all(ms >= 0 for ms in turn.ms.values())
    assert turn.ms["first_photo"] <= turn.ms["first_sound"] <= turn.ms["total"]


def test_every_sentence_of_a_reply_is_a_sound_of_its_own(assistant: Assistant, events: list[Event]) -> None:
    turn = assistant.typed("help")
    assert turn.reply is not None
    assert turn.reply.say.startswith("Tell me what your photos show")
    assert len(turn.sounds) == 2
    assert [event.sound for event in events if isinstance(event, Said)] == list(turn.sounds)


def test_typed_lines_are_one_conversation(assistant: Assistant) -> None:
    first = assistant.typed("Show me photos from Bavaria.")
    second = assistant.typed("Show me the second one.")
    assert first.reply is not None
    assert second.reply is not None
    assert second.reply.focus == first.reply.photos[1]
    assert second.number > first.number


def test_an_empty_line_changes_nothing_and_the_conversation_goes_on(assistant: Assistant) -> None:
    reply = assistant.typed("  ").reply
    assert reply is not None
    assert reply.say.startswith("That was an empty sentence.")
    assert len(names(assistant.typed("Show me photos from Bavaria."))) == 3


# A recording


def test_a_recorded_question_becomes_photos_and_speech(assistant: Assistant, events: list[Event]) -> None:
    [turn] = assistant.listen(question(1))
    assert wrong_words(turn.heard, "show me sunsets from last summer") <= 1
    assert turn.reply is not None
    assert set(names(turn)[:3]) <= {"positano", "sorrento", "amalfi", "santorini", "lagos"}
    kinds = [type(event) for event in events]
    assert kinds == [SpeechStarted, SpeechEnded, Heard, Replied, *[Said] * len(turn.sounds), TurnEnded]
    started, ended, heard, *_ = events
    assert isinstance(started, SpeechStarted)
    assert isinstance(ended, SpeechEnded)
    # There are 0.7 s of a quiet room before the words and after them.
    assert 0.5 < started.at < 1.3
    assert question(1).seconds - 1.2 < ended.at < question(1).seconds - 0.4
    assert heard == Heard(turn.number, turn.transcript)
    assert ended.turn == turn.number
    assert set(turn.ms) >= {"endpoint", "recognize", "understand", "answer", "first_photo", "first_sound", "total"}


def test_at_the_speed_of_speech_the_words_are_known_before_the_sentence_counts_as_over(assistant: Assistant) -> None:
    happened: list[Event] = []
    assistant.watch(happened.append)
    [turn] = assistant.listen(question(1), pace=True)
    guesses = [place for place, event in enumerate(happened) if isinstance(event, Guessed)]
    [ended] = [place for place, event in enumerate(happened) if isinstance(event, SpeechEnded)]
    assert guesses
    assert guesses[-1] < ended
    assert happened[guesses[-1]] == Guessed(turn.transcript)


def test_the_same_recording_at_another_rate_says_the_same(assistant: Assistant) -> None:
    [turn] = assistant.listen(Sound(resample(question(3), 44_100).samples, 44_100))
    assert wrong_words(turn.heard, "show me the second one") <= 1


def test_two_sentences_in_one_recording_are_two_turns_of_one_conversation(
    assistant: Assistant, events: list[Event]
) -> None:
    everything, italian = assistant.listen(joined(question(1), silence(0.5), question(2)))
    assert everything.intent is not None
    assert everything.intent.kind == "search"
    assert italian.intent is not None
    assert italian.intent.kind == "refine"
    assert set(names(italian)) <= {"positano", "sorrento", "amalfi", "beach", "capri", "coffee"}
    assert italian.number > everything.number
    assert [event.turn for event in events if isinstance(event, TurnEnded)] == [everything, italian]


def test_spoken_and_typed_sentences_are_one_conversation(assistant: Assistant) -> None:
    bavaria = assistant.typed("Show me photos from Bavaria.")
    [second] = assistant.listen(question(3))
    assert bavaria.reply is not None
    assert second.reply is not None
    assert second.reply.focus == bavaria.reply.photos[1]


class Slow:
    """Is never done by itself with less than `whole` seconds of sound."""

    name = "slow"

    def __init__(self, whole: float) -> None:
        self._whole = whole
        self.dropped = 0

    def transcribe(self, samples: np.ndarray, dropped: Callable[[], bool]) -> Transcript:
        if len(samples) < self._whole * SAMPLE_RATE:
            while not dropped():
                time.sleep(0.01)
            self.dropped += 1
        return Transcript("next", 1.0)


@pytest.mark.timeout(60)
def test_where_speech_goes_on_what_was_begun_in_the_pause_is_dropped(demo_parts: Assembly) -> None:
    first, second = question(3), question(4)
    sound = joined(first, second)
    slow = Slow(whole=0.75 * sound.seconds)
    dialogue = Dialogue(demo_parts.understander(), demo_parts.succession.sight, demo_parts.photos)
    # The recordings have 0.7 s of a quiet room at either end, which here is a pause within one sentence.
    patient = EndpointSettings(hang_over_ms=2000, hang_over_open_ms=2000, hang_over_complete_ms=2000)
    with Assistant(lambda: Endpointer(patient), lambda: slow, dialogue, lambda: demo_parts.synthesizer) as assistant:
        [turn] = list(assistant.listen(sound))
    assert slow.dropped >= 1
    assert turn.heard == "next"


@pytest.mark.parametrize("loudness", [0, 3, 30])
def test_where_nobody_speaks_there_is_no_turn(assistant: Assistant, events: list[Event], loudness: int) -> None:
    noise = np.random.default_rng(1).normal(0, 1, 4 * SAMPLE_RATE) * loudness
    assert list(assistant.listen(Sound(noise.astype(np.int16), SAMPLE_RATE))) == []
    assert not [event for event in events if isinstance(event, Heard | TurnEnded)]


def test_mumbling_is_a_turn_with_a_reason_and_no_reply(
    assistant: Assistant, events: list[Event], demo_parts: Assembly
) -> None:
    mumbled = joined(silence(0.7), *demo_parts.synthesizer.synthesize("blah blah blah"), silence(1))
    [turn] = assistant.listen(mumbled)
    assert turn.heard == ""
    assert turn.transcript.reason in ("noise", "not understood")
    assert (turn.intent, turn.reply, turn.sounds) == (None, None, ())
    assert [type(event) for event in events] == [SpeechStarted, SpeechEnded, Heard, TurnEnded]
    assert "total" in turn.ms


def test_mumbling_leaves_the_conversation_as_it_was(assistant: Assistant, demo_parts: Assembly) -> None:
    bavaria = assistant.typed("Show me photos from Bavaria.")
    list(assistant.listen(joined(silence(0.7), *demo_parts.synthesizer.synthesize("blah blah blah"), silence(1))))
    second = assistant.typed("Show me the second one.")
    assert bavaria.reply is not None
    assert second.reply is not None
    assert second.reply.focus == bavaria.reply.photos[1]


# Frame by frame


def test_the_frame_that_ends_a_sentence_brings_the_turn(assistant: Assistant) -> None:
    turns = [turn for frame in frames(question(3)) if (turn := assistant.hear(frame)) is not None]
    [turn] = turns
    assert isinstance(turn, Future)
    assert wrong_words(turn.result().heard, "show me the second one") <= 1
    assert assistant.finish(question(3).seconds) is None


def test_a_sentence_that_the_end_of_the_stream_cuts_off_is_answered_too(assistant: Assistant) -> None:
    whole = question(3)
    cut = Sound(whole.samples[: int(2.2 * SAMPLE_RATE)], SAMPLE_RATE)
    assert [turn for frame in frames(cut) if (turn := assistant.hear(frame)) is not None] == []
    turn = assistant.finish(cut.seconds)
    assert turn is not None
    assert wrong_words(turn.result().heard, "show me the second one") <= 1


# Interruption


def test_an_interrupted_reply_falls_silent_after_the_sentence_that_is_being_said(
    assistant: Assistant, events: list[Event]
) -> None:
    assistant.watch(lambda event: assistant.interrupt() if isinstance(event, Said) else None)
    turn = assistant.typed("help")
    assert len(turn.sounds) == 1
    assert [type(event) for event in events] == [Heard, Replied, Said, TurnEnded]


def test_a_turn_that_is_interrupted_before_it_is_understood_does_nothing(
    assistant: Assistant, events: list[Event]
) -> None:
    bavaria = assistant.typed("Show me photos from Bavaria.")
    events.clear()
    assistant.watch(lambda event: assistant.interrupt() if isinstance(event, SpeechEnded) else None)
    [turn] = assistant.listen(question(3))
    assert (turn.intent, turn.reply, turn.sounds) == (None, None, ())
    assert [type(event) for event in events] == [SpeechStarted, SpeechEnded, Heard, TurnEnded]
    again = assistant.typed("Say that again.")
    assert bavaria.reply is not None
    assert again.reply is not None
    assert again.reply.say == bavaria.reply.say


def test_after_an_interruption_the_next_turn_has_a_higher_number_and_is_answered(assistant: Assistant) -> None:
    before = assistant.typed("help")
    assistant.interrupt()
    after = assistant.typed("help")
    assert after.number > before.number + 1
    assert len(after.sounds) == 2
