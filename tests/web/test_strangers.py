"""Clients that are no page of ours: whatever they send, or do not take, the others are served as before."""

import json
import random
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.web.conftest import Served
from voicephoto.web.messages import VERSION

HELLO = json.dumps({"type": "hello", "version": VERSION})
GOOD: tuple[dict[str, Any], ...] = (
    {"type": "ask", "text": "Show me photos from Bavaria."},
    {"type": "look", "photo": 3},
    {"type": "do", "what": "next"},
    {"type": "drop", "chip": "text"},
    {"type": "listen", "on": True, "held": False},
    {"type": "listen", "on": False},
    {"type": "sounding", "on": False},
    {"type": "played", "sound": 1, "state": "over"},
)


def garbled(chance: random.Random) -> str | bytes:
    """A message of a page with something wrong about it; now and then nothing is."""
    message = dict(chance.choice(GOOD))
    match chance.randrange(8):
        case 0:
            return json.dumps(message)
        case 1:
            return json.dumps(message)[: chance.randrange(20)]
        case 2:
            message[chance.choice(list(message))] = chance.choice([None, -1, 2**70, [], {}, "\0", "x" * 5_000, 1e308])
            return json.dumps(message)
        case 3:
            return json.dumps({**message, chance.choice(["type", "room", "__proto__"]): "hello"})
        case 4:
            return json.dumps([message] * chance.randrange(5))
        case 5:
            return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(200)))
        case 6:
            return chance.randbytes(chance.choice([0, 1, 3, 4, 5, 644, 16_384, 16_385, 40_000]))
    return chance.randrange(2**32).to_bytes(4, "little") + chance.randbytes(2 * chance.randrange(2_000))


def answered(served: Served) -> str:
    """What a page of ours is answered."""
    with connect(served.socket) as page:
        page.send(HELLO)
        page.send(json.dumps({"type": "ask", "text": "Show me photos from Bavaria."}))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            data = page.recv(30)
            if isinstance(data, str) and (message := json.loads(data))["type"] == "answered":
                return str(message["said"])
    raise TimeoutError("no answer within 30 s")


def test_garbage_harms_nobody(served: Served) -> None:
    chance = random.Random(20261125)
    for visit in range(40):
        with suppress(WebSocketException, OSError), connect(served.socket) as stranger:
            if visit % 4:
                stranger.send(HELLO)
            for _ in range(30):
                stranger.send(garbled(chance))
            if visit % 3 == 0:
                stranger.socket.shutdown(socket.SHUT_RDWR)
    assert answered(served) == "Three photos from Bavaria."


def test_who_asks_and_never_listens_is_let_go(served: Served) -> None:
    before = {conversation.key for conversation in served.conversations.all}
    stranger = socket.create_connection(served.host.split(":"))
    stranger.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {served.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    stranger.recv(1_000)
    stranger.sendall(frame(HELLO))
    for _ in range(60):
        stranger.sendall(frame(json.dumps({"type": "ask", "text": "What can I say?"})))
        time.sleep(0.1)
        mine = [one for one in served.conversations.all if one.key not in before]
        if mine and not mine[0].watched:
            break
    else:
        raise AssertionError("it is still sent everything")
    assert answered(served) == "Three photos from Bavaria."
    stranger.close()


def test_who_connects_and_says_nothing_costs_nothing(served: Served) -> None:
    threads = threading.active_count()
    strangers = [socket.create_connection(served.host.split(":")) for _ in range(50)]
    assert answered(served) == "Three photos from Bavaria."
    assert threading.active_count() < threads + 10
    for stranger in strangers:
        stranger.close()


def unfinished(served: Served, chance: random.Random) -> socket.socket:
    """A stranger who begins a request, with some of its headers, and lets the rest wait."""
    head = f"GET / HTTP/1.1\r\nHost: {served.host}\r\nX-Much: {'x' * 60}\r\n"
    stranger = socket.create_connection(served.host.split(":"))
    if chance.randrange(3) == 0:
        stranger.sendall(f"{head}\r\n".encode())
        assert stranger.recv(65_536).startswith(b"HTTP/1.1 200")
    stranger.sendall(head[: chance.randrange(len(head))].encode())
    return stranger


def test_who_never_finishes_a_request_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicephoto.web.access.caller._HEADERS_WITHIN", 1.0)
    chance = random.Random(20261125)
    strangers = [unfinished(served, chance) for _ in range(60)]
    assert answered(served) == "Three photos from Bavaria."
    waiting, until = strangers, time.monotonic() + 20
    while waiting and time.monotonic() < until:
        # A byte now and then is no reason to wait on.
        waiting = [stranger for stranger in waiting if goes_on(stranger)]
        time.sleep(0.1)
    assert not waiting


def goes_on(stranger: socket.socket) -> bool:
    """Whether its connection is still open after one more byte."""
    try:
        stranger.sendall(b"x")
        stranger.setblocking(False)
        while stranger.recv(65_536):
            pass
    except BlockingIOError:
        return True
    except OSError:
        pass
    stranger.close()
    return False


def test_who_has_too_many_connections_gets_no_more_and_others_do(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicephoto.web.access.caller.MOST_CONNECTIONS", 20)
    address = served.host.split(":")
    strangers = [socket.create_connection(address, source_address=("127.0.0.9", 0)) for _ in range(30)]
    time.sleep(0.2)
    assert sum(goes_on(stranger) for stranger in strangers) == 20
    assert answered(served) == "Three photos from Bavaria."
    for stranger in strangers:
        stranger.close()


def frame(text: str) -> bytes:
    """A text frame as a client sends it, RFC 6455 5.2, masked with zeros."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + data
