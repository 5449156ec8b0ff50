"""What a page says and is told, over a real WebSocket."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.web.conftest import Served
from voicephoto.audio import SAMPLE_RATE, Sound, read_sound, resample
from voicephoto.demo import QUESTIONS
from voicephoto.web.messages import VERSION

PATIENCE = 20.0
HELLO = {"type": "hello", "version": VERSION}


class Page:
    """The other end of a socket, without a browser."""

    def __init__(self, socket: ClientConnection, **hello: Any) -> None:
        self._socket = socket
        self.sound: dict[int, int] = {}
        """Samples that came of each sound."""
        self.say(**HELLO, **hello)
        self.welcome = self.until("welcome")

    def say(self, **message: Any) -> None:
        self._socket.send(json.dumps(message))

    def send(self, data: str | bytes) -> None:
        self._socket.send(data)

    def next(self, timeout: float = PATIENCE) -> dict[str, Any]:
        while True:
            data = self._socket.recv(timeout)
            if isinstance(data, str):
                message: dict[str, Any] = json.loads(data)
                if message["type"] != "beat":
                    return message
            else:
                number = int.from_bytes(data[:4], "little")
                self.sound[number] = self.sound.get(number, 0) + len(data[4:]) // 2

    def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of a kind, and with these fields; others are passed over."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = self.next()
            if message["type"] == kind and all(message[name] == fields[name] for name in fields):
                return message
        raise TimeoutError(f"no {kind} within {PATIENCE} s")

    def ask(self, text: str) -> dict[str, Any]:
        self.say(type="ask", text=text)
        return self.until("answered")

    def speak(self, recording: Sound, *, after: int = 24_000) -> None:
        """Send a recording as fast as it is spoken, with silence before it, and so many samples `after` it."""
        samples = resample(recording, SAMPLE_RATE).samples
        samples = np.concatenate([np.zeros(8_000, np.int16), samples, np.zeros(after, np.int16)])
        for start in range(0, len(samples), 800):
            piece = samples[start : start + 800]
            self.send(start.to_bytes(4, "little") + piece.astype("<i2").tobytes())
            time.sleep(len(piece) / SAMPLE_RATE)


@pytest.fixture
def open_page(served: Served) -> Iterator[Any]:
    sockets: list[ClientConnection] = []

    def open_one(**hello: Any) -> Page:
        sockets.append(connect(served.socket))
        return Page(sockets[-1], **hello)

    yield open_one
    for socket in sockets:
        socket.close()


def names(shown: dict[str, Any]) -> list[str]:
    return [photo["name"] for photo in shown["photos"]]


def test_a_page_is_told_how_things_stand(open_page: Any) -> None:
    welcome = open_page().welcome
    assert welcome["version"] == VERSION
    assert welcome["library"]["photos"] > 30
    assert welcome["microphone"] == "page"
    assert (welcome["resumed"], welcome["room"], welcome["exchanges"]) == (False, None, [])
    assert welcome["shown"]["photos"] == []
    assert welcome["library"]["examples"]


def test_a_typed_question_is_answered_with_photos_and_speech(open_page: Any) -> None:
    page = open_page()
    answer = page.ask("Show me photos from Bavaria.")
    assert (answer["intent"], answer["said"]) == ("search", "Three photos from Bavaria.")
    assert [photo["number"] for photo in answer["shown"]["photos"]] == [1, 2, 3]
    assert all("Bavaria" in photo["album"] for photo in answer["shown"]["photos"])
    assert answer["shown"]["chips"] == [{"id": "place Bavaria", "text": "Bavaria"}]
    coming = page.until("sound")
    assert (coming["turn"], coming["text"]) == (answer["turn"], "Three photos from Bavaria.")
    assert page.until("ended")["said"] == "Three photos from Bavaria."
    assert page.sound[coming["id"]] == coming["samples"]


def test_a_spoken_question_is_heard_and_answered(open_page: Any) -> None:
    page = open_page()
    page.say(type="listen", on=True)
    page.speak(read_sound(min(QUESTIONS.glob("*.flac"))))
    assert page.until("heard")["text"] == "show me sunsets from last summer"
    answer = page.until("answered")
    assert answer["said"].startswith("Four sunsets from June to August")
    page.say(type="listen", on=False)
    assert page.until("listening", on=False)["lost"] == 0


def test_letting_go_of_the_key_ends_the_sentence(open_page: Any) -> None:
    page = open_page()
    page.say(type="listen", on=True, held=True)
    page.speak(
        Sound(resample(read_sound(min(QUESTIONS.glob("*.flac"))), SAMPLE_RATE).samples[:-9_600], SAMPLE_RATE), after=0
    )
    page.say(type="listen", on=False)
    assert page.until("heard")["text"] == "show me sunsets from last summer"


def test_a_photo_is_touched_a_chip_removed_and_all_without_a_word(open_page: Any) -> None:
    page = open_page()
    shown = page.ask("Show me photos from Bavaria.")["shown"]
    page.until("ended")
    page.say(type="look", photo=shown["photos"][1]["id"])
    answer = page.until("answered")
    assert answer["shown"]["focus"] == shown["photos"][1]["id"]
    page.say(type="do", what="next")
    assert page.until("answered")["shown"]["focus"] == shown["photos"][2]["id"]
    page.say(type="do", what="back")
    assert page.until("answered")["shown"]["focus"] is None
    page.say(type="drop", chip="place Bavaria")
    everything = page.until("answered")["shown"]
    assert len(everything["photos"]) > 30
    page.until("ended")
    assert len(page.sound) == 1


def test_a_photo_that_is_not_on_display_is_not_looked_at(open_page: Any) -> None:
    page = open_page()
    page.ask("Show me photos from Bavaria.")
    page.say(type="look", photo=10**9)
    answer = page.until("answered")
    assert (answer["shown"]["focus"], answer["shown"]["status"]) == (None, "none")


def test_who_comes_back_with_the_key_finds_all_as_it_was(open_page: Any) -> None:
    first = open_page()
    first.ask("Show me photos from Bavaria.")
    first.until("ended")
    again = open_page(conversation=first.welcome["conversation"])
    assert again.welcome["resumed"]
    assert again.welcome["exchanges"] == [
        {"turn": 1, "heard": "Show me photos from Bavaria.", "said": "Three photos from Bavaria."}
    ]
    assert len(again.welcome["shown"]["photos"]) == 3
    assert again.ask("Show me the second one.")["shown"]["focus"] == again.welcome["shown"]["photos"][1]["id"]
    assert not open_page(conversation="of another day").welcome["resumed"]


def test_the_pages_of_a_room_see_the_same_and_one_of_them_speaks(open_page: Any) -> None:
    tablet, phone = open_page(room="kitchen"), open_page(room="kitchen")
    alone = open_page()
    phone.ask("Show me photos from Bavaria.")
    assert len(tablet.until("answered")["shown"]["photos"]) == 3
    phone.until("ended")
    tablet.until("ended")
    assert (len(phone.sound), len(tablet.sound)) == (1, 0)
    assert alone.ask("Show me the second one.")["shown"]["photos"] == []


def test_one_page_of_a_room_listens_at_a_time(open_page: Any) -> None:
    tablet, phone = open_page(room="hall"), open_page(room="hall")
    tablet.say(type="listen", on=True)
    tablet.speak(Sound(read_sound(min(QUESTIONS.glob("*.flac"))).samples[:0], SAMPLE_RATE))
    phone.say(type="listen", on=True)
    assert tablet.until("notice")["kind"] == "microphone taken"


def test_a_muted_page_is_sent_no_sound(open_page: Any) -> None:
    page = open_page()
    page.say(type="sounding", on=False)
    page.ask("help")
    page.until("ended")
    assert page.sound == {}


@pytest.mark.parametrize(
    "said",
    [
        "no JSON", "[]", '{"type": "nothing"}', '{"type": "ask"}', '{"type": "ask", "text": ""}', '{"type": "ask", "text": 7}',
        '{"type": "look", "photo": -1}', '{"type": "look", "photo": "1"}', '{"type": "ask", "text": "x", "more": 1}',
        json.dumps({"type": "ask", "text": "x" * 2_001}), json.dumps({"type": "ask", "text": "x" * 9_000}), json.dumps(HELLO), b"", b"\0\0\0\0\0",
        bytes(20_000), "\0", '{"type": "do", "what": "clear"}', '{"type": "listen", "on": 1}',
    ],
    ids=lambda said: repr(said)[:40],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_and_the_page_goes_on(open_page: Any, said: str | bytes) -> None:
    page = open_page()
    page.send(said)
    assert page.until("refused")["why"]
    assert page.ask("Show me photos from Bavaria.")["said"] == "Three photos from Bavaria."


def test_sound_that_came_twice_is_refused(open_page: Any) -> None:
    page = open_page()
    page.say(type="listen", on=True)
    page.send((0).to_bytes(4, "little") + bytes(640))
    page.send((0).to_bytes(4, "little") + bytes(640))
    assert "came already" in page.until("refused")["why"]


def test_what_is_lost_on_the_way_is_counted(open_page: Any) -> None:
    page = open_page()
    page.say(type="listen", on=True)
    page.send((0).to_bytes(4, "little") + bytes(640))
    page.send((1_600 + 320).to_bytes(4, "little") + bytes(640))
    page.say(type="listen", on=False)
    assert page.until("listening", on=False)["lost"] == 100


@pytest.mark.parametrize(
    "said", [json.dumps({"type": "ask", "text": "hi"}), "no JSON", b"sound", json.dumps({**HELLO, "version": 99})]
)
def test_who_does_not_say_hello_first_is_sent_away(served: Served, said: str | bytes) -> None:
    with connect(served.socket) as socket:
        socket.send(said)
        assert json.loads(socket.recv(5))["type"] == "refused"
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_a_frame_of_a_megabyte_ends_that_connection_alone(served: Served, open_page: Any) -> None:
    page = open_page()
    page.send(bytes(2**20))
    with pytest.raises(ConnectionClosed):
        page.until("refused")
    assert open_page().ask("help")["said"]


def test_who_sends_faster_than_a_person_is_sent_away(open_page: Any) -> None:
    page = open_page()
    with suppress(ConnectionClosed):
        for _ in range(200):
            page.say(type="do", what="stop")
    with pytest.raises(ConnectionClosed):
        page.until("nothing")
    assert open_page().ask("help")["said"]


def test_touches_in_a_row_all_count(open_page: Any) -> None:
    page = open_page()
    shown = page.ask("Show me photos from Bavaria.")["shown"]
    page.until("ended")
    page.say(type="look", photo=shown["photos"][0]["id"])
    page.say(type="do", what="next")
    page.say(type="do", what="next")
    focus = [page.until("answered")["shown"]["focus"] for _ in range(3)]
    assert focus == [photo["id"] for photo in shown["photos"]]


def test_a_question_that_another_one_overtakes_ends_too(open_page: Any) -> None:
    page = open_page()
    page.say(type="ask", text="Show me photos from Bavaria.")
    page.say(type="ask", text="Show me cats.")
    ended = [page.until("ended") for _ in range(2)]
    assert ended[0]["turn"] < ended[1]["turn"]
    assert ended[1]["said"]
