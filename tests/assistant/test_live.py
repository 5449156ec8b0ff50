"""Whole scenes in a room: who says what when, how loud the reply comes back, and what must and must not happen."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from benchmarks.room import FRAME_SECONDS, Room, speech
from voicephoto.assembly import Assembly
from voicephoto.assistant import Attention, Replied
from voicephoto.assistant.live import is_echo
from voicephoto.speech import MicroWakeWord

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


def lead(text: str) -> float:
    """How long a synthetic voice waits before its first word, s."""
    loud = np.abs(speech(text).astype(np.int32))
    return int(np.argmax(loud > 0.05 * loud.max())) / 16_000


def silent_after(room: Room, moment: float) -> float:
    """How long after a moment the speaker fell silent, for three frames at least."""
    first = round(moment / FRAME_SECONDS)
    for frame in range(first, len(room.audible) - 2):
        if not any(room.audible[frame : frame + 3]):
            return (frame - first) * FRAME_SECONDS
    return np.inf


def play(room: Room, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        if "wait" in step:
            room.wait(step["wait"])
        elif "press" in step:
            room.wake()
        elif "wait_for" in step:
            {"reply": room.wait_for_reply, "silence": room.wait_for_silence}[step["wait_for"]]()
        else:
            began = room.now + lead(step["say"])
            room.say(step["say"])
            if "silence_within_ms" in step:
                room.wait(0.5)
                assert silent_after(room, began) * 1000 <= step["silence_within_ms"]


def attention(scene: dict[str, Any]) -> Attention | None:
    listening = scene.get("listening")
    if listening is None:
        return None
    word = listening.get("wake_word")
    return Attention(wake_word=MicroWakeWord(word) if word else None, follow_up=listening["follow_up"])


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_scene(file: Path, demo_parts: Assembly) -> None:
    scene = yaml.safe_load(file.read_text(encoding="utf-8"))
    with demo_parts.assistant() as assistant:
        room = Room(assistant, pace=scene.get("paced", False), attention=attention(scene), **scene.get("room", {}))
        play(room, scene["steps"])
    assert len(room.heard) == len(scene["heard"]), room.heard
    for heard, expected in zip(room.heard, scene["heard"], strict=True):
        assert re.search(expected, heard), room.heard
    replies = [happened.event for happened in room.events if isinstance(happened.event, Replied)]
    assert len(replies) == len(scene["heard"])
    if scene.get("silent_at_the_end"):
        assert not any(room.audible[-100:])


@pytest.mark.parametrize("echo_db", [-15.0, 0.0, 6.0])
def test_it_does_not_answer_its_own_word_that_the_microphone_is_back(echo_db: float, demo_parts: Assembly) -> None:
    with demo_parts.assistant() as assistant:
        room = Room(assistant, echo_db=echo_db, pace=True)
        room.live.found_microphone()
        room.wait_for_reply()
        assert room.speaker.playing
        room.wait_for_silence()
        room.wait(1.5)
    assert any(room.audible)
    assert room.heard == []


@pytest.mark.parametrize(
    ("heard", "echo"),
    [
        ("three photos from bavaria", True), ("photos bavaria", True), ("free photos from bavaria", True), ("photos from bav", True),
        ("show me photos of snowy mountains", False), ("stop", False), ("only the ones from bavaria please", False), ("", False),
    ],
)  # fmt: skip
def test_its_own_words_are_told_from_a_persons(heard: str, echo: bool) -> None:
    assert is_echo(heard, "Three photos from Bavaria.") == echo
