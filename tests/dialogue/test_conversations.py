"""Whole conversations through the real Assistant, over the demo library as it was on the day of each."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from voicephoto.assembly import Assembly
from voicephoto.assistant import Assistant, Turn
from voicephoto.config import Settings
from voicephoto.demo import build_library
from voicephoto.library import Photo, index

CONVERSATIONS = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
NOW = "2026-07-15T12:00"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Callable[[datetime], Assistant]:
    """A conversation that has just begun at a moment, over the library of that day."""
    libraries: dict[Any, Assembly] = {}

    def begin(now: datetime) -> Assistant:
        if now.date() not in libraries:
            folder = tmp_path_factory.mktemp("library")
            build_library(folder / "photos", now.date())
            libraries[now.date()] = Assembly(Settings(data=folder / "data"))
            index([folder / "photos"], libraries[now.date()].catalog, libraries[now.date()].encoder)
        return libraries[now.date()].assistant(now)

    return begin


def name(photo: Photo) -> str:
    return f"{photo.album}/{photo.path.stem}"


def says(reply: str, wanted: str) -> bool:
    if wanted.startswith("/") and wanted.endswith("/"):
        return re.search(wanted[1:-1], reply, re.IGNORECASE) is not None
    return wanted.lower() in reply.lower()


def faults(turn: Turn, wanted: dict[str, Any], before: list[str]) -> list[str]:
    """Everything in which a turn is not as wanted; `before` was on display until then."""
    assert turn.reply is not None
    assert turn.intent is not None
    shown, said = [name(photo) for photo in turn.reply.photos], turn.reply.say
    focus = name(turn.reply.focus) if turn.reply.focus else None
    accepted = wanted.get("intent", turn.intent.kind)
    first = wanted.get("shows_first", [])
    checks = {
        "intent": turn.intent.kind in ([accepted] if isinstance(accepted, str) else accepted),
        "shows": set(wanted.get("shows", [])) <= set(shown),
        "shows_only": sorted(wanted.get("shows_only", shown)) == sorted(shown),
        "shows_first": shown[: len(first)] == first,
        "hides": not set(wanted.get("hides", [])) & set(shown),
        "count": len(shown) == wanted.get("count", len(shown)),
        "focus": focus == wanted.get("focus", focus),
        "said": all(says(said, each) for each in wanted.get("said", [])),
        "not_said": not any(says(said, each) for each in wanted.get("not_said", [])),
        "photos_kept": (shown == before) == wanted.get("photos_kept", shown == before),
    }
    unknown = wanted.keys() - checks.keys() - {"say"}
    assert not unknown, f"unknown keys {unknown}"
    got = f"{turn.intent.kind}: {said!r} {shown} focus {focus}"
    return [
        f"{wanted['say']!r} {check}: wanted {wanted[check]}, got {got}" for check, right in checks.items() if not right
    ]


@pytest.mark.parametrize("file", CONVERSATIONS, ids=lambda file: file.stem)
def test_a_conversation(file: Path, talk: Callable[[datetime], Assistant]) -> None:
    conversation = yaml.safe_load(file.read_text(encoding="utf-8"))
    wrong: list[str] = []
    shown: list[str] = []
    with talk(datetime.fromisoformat(str(conversation.get("now", NOW)))) as assistant:
        for wanted in conversation["turns"]:
            turn = assistant.typed(wanted["say"])
            wrong += faults(turn, wanted, shown)
            assert turn.reply is not None
            shown = [name(photo) for photo in turn.reply.photos]
    assert not wrong, "\n".join(wrong)


def test_there_are_conversations_enough() -> None:
    assert len(CONVERSATIONS) >= 25
