"""The settings over HTTP, against the real server behind its guard."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.sync.client import connect

from tests.web.conftest import application, serving
from voicephoto.assembly import Assembly
from voicephoto.config import CHANGEABLE, load_settings
from voicephoto.web.access import Browsers
from voicephoto.web.conversations import Conversations
from voicephoto.web.messages import VERSION

FILE = """# mine
voice_rate = 1.2  # for grandmother
port = 8443

[named_days]
"anna's birthday" = "03-14"  # a Thursday
"""
SECRET = ("data", "offline", "port", "web_hosts", "recognizer", "encoder", "answerer", "voice", "microphone", "speaker")


@dataclass(frozen=True, slots=True)
class House:
    """A server over the demo library with a settings file of its own."""

    client: httpx2.Client
    parts: Assembly
    conversations: Conversations
    browsers: Browsers
    file: Path

    def settings(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.client.get("/api/settings").json()}

    def change(self, **changes: object) -> httpx2.Response:
        return self.client.patch("/api/settings", json=changes)


@pytest.fixture
def house(demo_parts: Assembly, tmp_path: Path) -> Iterator[House]:
    file = tmp_path / "config.toml"
    file.write_text(FILE)
    file.chmod(0o600)
    parts = Assembly(load_settings(file, data=demo_parts.settings.data))
    conversations, browsers = Conversations(parts), Browsers(tmp_path / "access.sqlite")
    with (
        serving(application(parts, conversations, browsers)) as host,
        httpx2.Client(base_url=f"http://{host}") as client,
    ):
        yield House(client, parts, conversations, browsers, file)
    browsers.close()


def refused(answer: httpx2.Response, house: House) -> tuple[int, str]:
    """Why, where nothing was changed."""
    assert house.file.read_text() == FILE
    assert (house.parts.settings.earcons, house.parts.settings.voice_rate) == (True, 1.2)
    assert list(answer.json()) == ["error"]
    assert "\n" not in answer.json()["error"]
    assert str(house.file.parent) not in answer.text
    return answer.status_code, answer.json()["error"]


def test_each_says_what_it_is_and_what_it_takes(house: House) -> None:
    shown = house.settings()
    assert shown["voice_rate"]["value"] == 1.2
    assert (shown["voice_rate"]["accepts"]["minimum"], shown["voice_rate"]["accepts"]["maximum"]) == (0.5, 2.0)
    assert shown["listening"]["accepts"]["enum"] == ["always", "wake word", "key"]
    assert shown["earcons"]["accepts"]["type"] == "boolean"
    assert all(each["accepts"]["description"] and each["fixed_by"] is None for each in shown.values())
    assert not {*SECRET, "named_days"} & set(shown)


def test_a_change_is_kept_and_what_the_person_wrote_stays(house: House) -> None:
    answer = house.change(voice_rate=0.8, earcons=False)
    assert answer.status_code == 200
    assert {each["name"]: each["value"] for each in answer.json()}["voice_rate"] == 0.8
    assert house.file.read_text() == FILE.replace("1.2", "0.8").replace("8443\n", "8443\nearcons = false\n")
    assert house.file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in house.file.parent.glob("config*")] == ["config.toml"]
    again = load_settings(house.file)
    assert (again.voice_rate, again.earcons, again.port) == (0.8, False, 8443)


def test_a_change_takes_effect_at_once_in_what_goes_on(house: House) -> None:
    before = house.parts.synthesizer
    address = f"ws://{house.client.base_url.host}:{house.client.base_url.port}/ws"
    with connect(address) as page:
        page.send(json.dumps({"type": "hello", "version": VERSION}))
        assert json.loads(page.recv(30))["wake_word"] is None
        [conversation] = house.conversations.all
        assert conversation.live.awake
        assert house.change(listening="wake word", wake_word="alexa", voice_rate=2.0).status_code == 200
        while (told := json.loads(page.recv(30)))["type"] != "changed":
            pass
        assert told["wake_word"] == "alexa"
        assert not conversation.live.awake
        assert house.change(listening="always").status_code == 200
        assert conversation.live.awake
    slow, fast = (sum(sound.seconds for sound in voice.synthesize("three photos from Bavaria"))
                  for voice in (before, house.parts.synthesizer))  # fmt: skip
    assert fast < 0.8 * slow


WRONG: tuple[dict[str, object], ...] = (
    {"earcons": "false"}, {"earcons": 1}, {"earcons": None}, {"voice_rate": "1.0"}, {"voice_rate": 9},
    {"voice_rate": True}, {"listening": "never"}, {"wake_word": "hey you"}, {"country": "Germany"},
    {"follow_up_seconds": -1}, {"session_minutes": 0}, {"session_minutes": [1]}, {"interruption": {}},
    {"colour": "blue"}, {"": 1}, {"__class__": 1}, *({name: "x"} for name in SECRET),
    # Nothing is half done.
    {"earcons": False, "voice_rate": 9}, {"earcons": False, "data": "/etc"},
)  # fmt: skip


def test_what_is_wrong_or_not_for_a_page_changes_nothing(house: House) -> None:
    for changes in WRONG:
        status, why = refused(house.client.patch("/api/settings", json=changes), house)
        assert status == 422
        assert list(changes)[-1] in why
        assert why.count("nothing was changed") == 1


def test_what_is_no_object_is_refused(house: House) -> None:
    for body in (
        b"",
        b"[]",
        b"null",
        b'"earcons"',
        b"{",
        b'{"session_minutes": Infinity}',
        b'{"voice_rate": NaN}',
        b"\xff",
    ):
        answer = house.client.patch("/api/settings", content=body, headers={"content-type": "application/json"})
        assert refused(answer, house)[0] in (400, 422)


def test_what_a_variable_sets_can_only_be_changed_there(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPHOTO_EARCONS", "true")
    assert house.settings()["earcons"]["fixed_by"] == "VOICEPHOTO_EARCONS"
    status, why = refused(house.change(voice_rate=1.0, earcons=False), house)
    assert status == 409
    assert why == "earcons is set by the variable VOICEPHOTO_EARCONS; nothing was changed; change it there"


def test_a_file_that_was_broken_by_hand_is_left_alone(house: House) -> None:
    broken = f"{FILE}voice_rate = "
    house.file.write_text(broken)
    answer = house.change(earcons=False)
    assert answer.status_code == 503
    assert "nothing was changed" in answer.json()["error"]
    assert house.file.read_text() == broken
    assert house.parts.settings.earcons


def test_a_folder_that_cannot_be_written_to_changes_nothing(house: House) -> None:
    (house.file.parent / "config.toml.partial").mkdir()
    status, why = refused(house.change(earcons=False), house)
    assert status == 503
    assert why.startswith("the settings file cannot be used; nothing was changed")


def test_only_pages_of_ours_that_are_let_in_change_anything(house: House) -> None:
    token = house.browsers.admit(house.browsers.invite(), "a phone")
    name = f"photos.test:{house.client.base_url.port}"
    own = {"host": name, "origin": f"http://{name}", "cookie": f"voicephoto={token}"}
    for wrong, status in (({"cookie": "voicephoto=guess"}, 401), ({"origin": "http://evil.example"}, 403)):
        answer = house.client.patch("/api/settings", json={"earcons": False}, headers=own | wrong)
        assert refused(answer, house)[0] == status
    assert house.client.get("/api/settings", headers=own | {"cookie": ""}).status_code == 401
    assert house.client.patch("/api/settings", json={"earcons": False}, headers=own).status_code == 200
    assert tomllib.loads(house.file.read_text())["earcons"] is False


def test_nobody_changes_them_all_the_time(house: House) -> None:
    statuses = [house.client.patch("/api/settings", json={}).status_code for _ in range(62)]
    assert statuses == [200] * 60 + [429] * 2


def test_what_a_page_may_change_opens_no_door_and_names_no_file() -> None:
    """A setting that is added to them has to be thought about here."""
    assert set(CHANGEABLE) == {
        "hemisphere", "country", "voice_rate", "voice_volume", "interruption", "listening", "wake_word",
        "follow_up_seconds", "earcons", "session_minutes",
    }  # fmt: skip
