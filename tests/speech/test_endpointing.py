import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, Sound, frames, read_sound, resample
from voicephoto.speech import Endpointer, EndpointSettings, Utterance

Say = Callable[..., np.ndarray]
Hear = Callable[..., list[Utterance]]

SENTENCE = "Show me the photos of the beach from last summer"


def silence(seconds: float, level: float = 3) -> np.ndarray:
    """A quiet room; at level 0 a microphone that is off. `level`: standard deviation in steps of int16."""
    noise = np.random.default_rng(7).normal(0, level, round(seconds * SAMPLE_RATE))
    return noise.astype(np.int16)


def where(part: np.ndarray, whole: np.ndarray) -> int:
    """The sample at which `part` begins in `whole`."""
    at = whole.tobytes().index(part.tobytes())
    assert at % 2 == 0
    return at // 2


def recording(path: Path) -> np.ndarray:
    return resample(read_sound(path), SAMPLE_RATE).samples


def test_a_sentence_is_one_utterance_with_half_a_second_before_and_a_tail_after(say: Say, hear: Hear) -> None:
    speech = say(SENTENCE)
    stream = np.concatenate([silence(2), speech, silence(2)])
    [utterance] = hear(stream)
    assert utterance.start == pytest.approx(2.0, abs=0.15)
    assert utterance.end == pytest.approx(2.0 + len(speech) / SAMPLE_RATE, abs=0.15)
    begin = where(utterance.samples, stream)
    assert begin == round((utterance.start - 0.5) * SAMPLE_RATE)
    assert begin + len(utterance.samples) == round((utterance.end + 0.2) * SAMPLE_RATE)
    assert begin < 2 * SAMPLE_RATE
    assert begin + len(utterance.samples) > 2 * SAMPLE_RATE + len(speech)
    assert not utterance.capped
    assert 1_000 < utterance.voiced_ms <= (utterance.end - utterance.start) * 1000 + 1


def test_where_nothing_was_heard_before_the_pre_roll_is_what_there_is(say: Say, hear: Hear) -> None:
    stream = np.concatenate([say(SENTENCE), silence(1)])
    [utterance] = hear(stream)
    assert np.array_equal(utterance.samples, stream[: len(utterance.samples)])


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    before=st.floats(0, 1.5),
    after=st.floats(0, 1.5),
    gain=st.floats(0.05, 1.0),
    room=st.sampled_from([0, 3, 10]),
    voice=st.sampled_from(["en-us", "en-gb", "en-us+f3"]),
)
def test_a_sentence_is_whole_whenever_and_however_loud_it_is_said(
    say: Say, hear: Hear, before: float, after: float, gain: float, room: float, voice: str
) -> None:
    speech = (say("Where was this picture taken", voice) * gain).astype(np.int16)
    stream = np.concatenate([silence(before, room), speech, silence(after, room)])
    [utterance] = hear(stream)
    begin = where(utterance.samples, np.pad(stream, (0, FRAME_SAMPLES)))
    onset = len(stream) - len(silence(after)) - len(speech)
    assert begin <= onset
    assert begin + len(utterance.samples) >= onset + len(speech)


@pytest.mark.parametrize("pause", [0.8, 1.0, 1.5, 3.0])
def test_two_sentences_with_a_pause_are_two_utterances(say: Say, hear: Hear, pause: float) -> None:
    one, other = say(SENTENCE), say("Only the ones with a dog")
    first, second = hear(np.concatenate([silence(0.7), one, silence(pause), other, silence(1)]))
    onset = 0.7 + len(one) / SAMPLE_RATE + pause
    assert first.end < onset - 0.5
    assert second.start == pytest.approx(onset, abs=0.15)


def test_a_short_breath_does_not_end_a_sentence(say: Say, hear: Hear) -> None:
    breath = [silence(0.5), say("Show me the photos"), silence(0.25), say("of the beach"), silence(1)]
    assert len(hear(np.concatenate(breath))) == 1


@pytest.mark.parametrize("pause", [0.45, 0.5, 0.55, 0.6, 0.7])
def test_a_word_said_just_after_a_sentence_keeps_its_first_sound(say: Say, hear: Hear, pause: float) -> None:
    """The s of "stop" is too soft for the classifiers; without a pre-roll it would be "top"."""
    sentence = say("Show me the beach")
    onset = 0.7 + len(sentence) / SAMPLE_RATE + pause
    stream = np.concatenate([silence(0.7), sentence, silence(pause), say("stop"), silence(1)])
    first, second = hear(stream)
    assert where(second.samples, stream) / SAMPLE_RATE < onset
    assert where(first.samples, stream) + len(first.samples) <= where(second.samples, stream)


@pytest.mark.parametrize("word", ["stop", "yes", "no", "next", "back", "help"])
@pytest.mark.parametrize("before", [0.02, 0.3, 1.0])
def test_one_word_is_not_lost(say: Say, hear: Hear, word: str, before: float) -> None:
    [utterance] = hear(np.concatenate([silence(before), say(word), silence(1)]))
    begin = utterance.end + 0.2 - len(utterance.samples) / SAMPLE_RATE
    assert begin <= before
    assert utterance.end + 0.2 >= before + len(say(word)) / SAMPLE_RATE


@pytest.mark.parametrize("word", ["stop", "yes", "no"])
def test_one_word_of_a_real_person_is_not_lost(shared_data: Path, hear: Hear, word: str) -> None:
    paths = sorted((shared_data / "speech" / "speech_commands" / word).glob("*.wav"))
    assert len(paths) == 10
    heard = {path.name: len(hear(recording(path))) for path in paths}
    assert heard == {path.name: 1 for path in paths}


def test_real_sentences_begin_and_end_where_their_words_do(shared_data: Path, hear: Hear) -> None:
    paths = sorted((shared_data / "speech" / "pocketsphinx_librivox").glob("*.wav"))
    assert len(paths) == 5
    for path in paths:
        words = json.loads(path.with_suffix(".json").read_text())["w"]
        spoken = [word for word in words if not word["t"].startswith(("<", "["))]
        utterances = hear(recording(path))
        assert utterances[0].start == pytest.approx(spoken[0]["b"], abs=0.2)
        assert utterances[-1].end == pytest.approx(spoken[-1]["b"] + spoken[-1]["d"], abs=0.3)


def test_people_ordering_coffee_are_heard_once_each(shared_data: Path, hear: Hear) -> None:
    paths = sorted((shared_data / "speech" / "picovoice_coffee").glob("*.wav"))[:6]
    assert paths
    for path in paths:
        utterances = hear(recording(path))
        assert len(utterances) == 1, path.name
        assert utterances[0].voiced_ms > 1_000


@pytest.mark.parametrize("level", [0, 3, 30, 300, 3_000])
def test_silence_and_hiss_are_not_speech(hear: Hear, level: float) -> None:
    assert hear(silence(5, level)) == []


@pytest.mark.parametrize("hertz", [50, 440, 1_000])
def test_a_hum_is_not_speech(hear: Hear, hertz: int) -> None:
    hum = 6_000 * np.sin(2 * np.pi * hertz * np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE)
    assert hear(hum.astype(np.int16)) == []


def test_a_click_is_not_speech(hear: Hear) -> None:
    stream = silence(3)
    stream[SAMPLE_RATE : SAMPLE_RATE + 160] = np.random.default_rng(1).integers(-20_000, 20_000, 160)
    assert hear(stream) == []


@pytest.mark.parametrize("kind", ["rain", "sea_waves", "helicopter", "fire_crackling", "rooster"])
def test_real_noise_is_not_speech(shared_data: Path, hear: Hear, kind: str) -> None:
    paths = sorted((shared_data / "noise" / "esc10" / kind).glob("*.ogg"))
    assert len(paths) == 5
    assert {path.name: hear(recording(path)) for path in paths} == {path.name: [] for path in paths}


def test_taps_and_rubbing_on_the_microphone_are_not_speech(shared_data: Path, hear: Hear) -> None:
    paths = sorted((shared_data / "noise" / "audiomentations").glob("*.wav"))
    assert len(paths) == 7
    for path in paths:
        stream = np.concatenate([silence(1), recording(path), silence(1)])
        assert hear(stream) == [], path.name


@pytest.mark.parametrize("kind", ["rain", "fire_crackling"])
def test_a_sentence_is_found_in_noise(shared_data: Path, say: Say, hear: Hear, kind: str) -> None:
    noise = recording(sorted((shared_data / "noise" / "esc10" / kind).glob("*.ogg"))[0]).astype(float)
    speech = say("Where was this picture taken")
    at = round(1.5 * SAMPLE_RATE)
    power = np.mean(noise[at : at + len(speech)] ** 2) / np.mean(speech.astype(float) ** 2)
    mixed = noise / np.sqrt(power) * 10 ** (-15 / 20)
    mixed[at : at + len(speech)] += speech
    utterances = hear(np.clip(mixed, -32768, 32767).astype(np.int16))
    assert len(utterances) == 1
    assert utterances[0].start == pytest.approx(1.5, abs=0.3)


def test_who_never_pauses_is_cut_at_the_longest_length_and_loses_nothing(say: Say, hear: Hear) -> None:
    speech = np.concatenate([say(f"{SENTENCE} and number {number}") for number in (1, 2, 3)])
    stream = np.concatenate([silence(1), speech, silence(1)])
    longest = EndpointSettings(longest_ms=4_000)
    *capped, last = hear(stream, longest)
    assert len(capped) >= 2
    assert all(utterance.capped for utterance in capped)
    assert not last.capped
    assert all(len(utterance.samples) <= 4.1 * SAMPLE_RATE for utterance in [*capped, last])
    at = [where(utterance.samples, stream) for utterance in [*capped, last]]
    ends = [begin + len(utterance.samples) for begin, utterance in zip(at, capped, strict=False)]
    assert at[1:] == ends


def test_nobody_can_talk_for_more_than_fifteen_seconds(say: Say, hear: Hear) -> None:
    stream = np.concatenate([say(SENTENCE)] * 8)
    assert len(stream) > 18 * SAMPLE_RATE
    first, *_ = hear(stream)
    assert first.capped
    assert 14 * SAMPLE_RATE < len(first.samples) < 15.5 * SAMPLE_RATE


def test_the_pause_gives_the_same_samples_as_the_end(say: Say) -> None:
    stream = np.concatenate([silence(0.5), say(SENTENCE), silence(1)])
    endpointer = Endpointer()
    paused = ended = None
    for frame in frames(Sound(stream, SAMPLE_RATE)):
        ended = ended or endpointer.feed(frame)
        paused = endpointer.pause() or paused
    assert paused is not None
    assert ended is not None
    assert np.array_equal(paused.samples, ended.samples)
    assert (paused.start, paused.end) == (ended.start, ended.end)


def test_there_is_no_pause_while_somebody_speaks(say: Say) -> None:
    endpointer = Endpointer()
    speech = np.concatenate([silence(0.5), say("photographs")])
    spoken = []
    for frame in frames(Sound(speech[: -SAMPLE_RATE // 10], SAMPLE_RATE)):
        endpointer.feed(frame)
        spoken.append(endpointer.speaking)
        assert endpointer.pause() is None
    assert not spoken[0]
    assert spoken[-1]


def test_what_the_end_of_the_stream_cuts_off_is_handed_over(say: Say) -> None:
    speech = say(SENTENCE)
    endpointer = Endpointer()
    stream = np.concatenate([silence(0.5), speech])[: 2 * SAMPLE_RATE]
    assert all(endpointer.feed(frame) is None for frame in frames(Sound(stream, SAMPLE_RATE)))
    utterance = endpointer.flush()
    assert utterance is not None
    assert utterance.end == pytest.approx(2.0, abs=0.1)
    assert not endpointer.speaking
    assert endpointer.flush() is None


def test_times_are_those_of_the_stream(say: Say) -> None:
    stream = Sound(np.concatenate([silence(0.5), say("next photo please"), silence(1)]), SAMPLE_RATE)
    endpointer = Endpointer()
    found = [utterance for frame in frames(stream, start=100.0) if (utterance := endpointer.feed(frame))]
    assert found[0].start == pytest.approx(100.5, abs=0.15)
    assert found[0].end > found[0].start


def test_speech_is_found_after_a_noise_that_raised_a_false_alarm(say: Say, hear: Hear) -> None:
    clatter = np.random.default_rng(3).integers(-15_000, 15_000, SAMPLE_RATE // 4).astype(np.int16)
    speech = say("What is in this picture")
    stream = np.concatenate([silence(1), clatter, silence(0.4), speech, silence(1)])
    [utterance] = hear(stream)
    assert utterance.start == pytest.approx(1.65, abs=0.2)
    assert where(utterance.samples, stream) <= 1.65 * SAMPLE_RATE


def over_a_reply(stream: np.ndarray, floor_dbfs: float) -> Utterance:
    """The first utterance where somebody has to be louder than `floor_dbfs` to be heard, until the reply pauses for them."""
    endpointer = Endpointer()
    for frame in frames(Sound(stream, SAMPLE_RATE)):
        utterance = endpointer.feed(frame, None if endpointer.alarmed else floor_dbfs)
        if utterance:
            return utterance
    raise AssertionError("nobody was heard")


def test_over_a_reply_what_was_not_as_loud_as_somebody_is_nobodys(say: Say) -> None:
    echo = (say("three photos from Bavaria") * 0.03).astype(np.int16)
    speech = say(SENTENCE)
    utterance = over_a_reply(np.concatenate([silence(0.5), echo, speech, silence(1)]), floor_dbfs=-35.0)
    kept = np.flatnonzero(utterance.samples)[0] / SAMPLE_RATE
    begun = 0.5 - (utterance.start - (0.5 + len(echo) / SAMPLE_RATE))
    assert begun - 0.25 < kept < begun


def test_over_a_reply_a_loud_consonant_long_before_the_first_voice_is_theirs(say: Say) -> None:
    hiss = np.diff(np.random.default_rng(5).normal(0, 1500, SAMPLE_RATE // 25 + 1)).astype(np.int16)
    stream = np.concatenate([silence(1), hiss, silence(0.22), say(SENTENCE), silence(1)])
    utterance = over_a_reply(stream, floor_dbfs=-35.0)
    assert hiss[320:].tobytes() in utterance.samples.tobytes()
