"""The real server over the demo library, on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI

from voicephoto.assembly import Assembly
from voicephoto.web.app import create_app
from voicephoto.web.conversations import Conversations


@dataclass(frozen=True, slots=True)
class Served:
    """A server under way."""

    host: str
    """With its port."""
    conversations: Conversations

    @property
    def page(self) -> str:
        return f"http://{self.host}/"

    @property
    def socket(self) -> str:
        return f"ws://{self.host}/ws"


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Run an application on loopback, on a port of the system's choice unless one is given; yields host and port."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    config = uvicorn.Config(
        app, log_level="warning", ws="websockets-sansio", ws_max_size=65_536, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture(scope="module")
def served(demo_parts: Assembly) -> Iterator[Served]:
    """The program over the demo library, with its engines loaded."""
    demo_parts.warm_up()
    conversations = Conversations(demo_parts)
    with serving(create_app(demo_parts, conversations)) as host:
        yield Served(host, conversations)
