"""The real server behind its guard, and those who knock: this machine, other devices, other pages."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from voicephoto.assembly import Assembly
from voicephoto.web.access import Access, Browsers, Guard, routes
from voicephoto.web.app import create_app
from voicephoto.web.conversations import Conversations
from voicephoto.web.server import configuration, listening

KITCHEN = "photos.test"
"""A name under which other devices find the server: whoever uses it is not taken for this machine itself."""


@dataclass(frozen=True, slots=True)
class Door:
    """A server under way. Its browsers know it as photos.test, too."""

    port: int
    browsers: Browsers

    @property
    def kitchen(self) -> str:
        """Its Host for other devices."""
        return f"{KITCHEN}:{self.port}"

    def here(self, **headers: str) -> httpx2.Client:
        """This machine itself, from a program that is no browser."""
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers)

    def device(self, token: str | None = None, *, peer: str = "127.0.0.1", **headers: str) -> httpx2.Client:
        """A page of ours on another device, which came by the name of the server, with the token of its pairing."""
        page = {"host": self.kitchen, "origin": f"http://{self.kitchen}"}
        cookie = {"cookie": f"voicephoto={token}"} if token else {}
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers=page | cookie | {name.replace("_", "-"): value for name, value in headers.items()},
            transport=httpx2.HTTPTransport(local_address=peer),
        )

    def paired(self, name: str = "Chrome on Android") -> str:
        """The token of a browser that is let in."""
        token = self.browsers.admit(self.browsers.invite(), name)
        assert token
        return token

    def raw(self, request: bytes) -> bytes:
        """What is answered to these bytes, as they are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            answer = b""
            # Where the server closes before it has read everything, its answer may be lost.
            with suppress(ConnectionResetError, BrokenPipeError):
                connection.sendall(request)
                while some := connection.recv(65_536):
                    answer += some
            return answer


@contextmanager
def opened(parts: Assembly, folder: Path, *, bind: str = "127.0.0.1", **access: Any) -> Iterator[Door]:
    """The program over a library, served as `voicephoto serve` does, on a port of the system's choice."""
    browsers = Browsers(folder / "access.sqlite")
    granted = Access(browsers, **{"hosts": frozenset({KITCHEN}), **access})
    app = create_app(parts, Conversations(parts))
    app.include_router(routes(granted))
    server = uvicorn.Server(configuration(Guard(app, granted)))
    with listening(bind, 0) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield Door(listener.getsockname()[1], browsers)
        finally:
            server.should_exit = True
            thread.join(10)
    browsers.close()


@pytest.fixture(scope="module")
def door(demo_parts: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(demo_parts, tmp_path_factory.mktemp("access")) as door:
        yield door


@pytest.fixture
def new_door(demo_parts: Assembly, tmp_path: Path) -> Iterator[Door]:
    """A server of its own, for whoever wears its limits out."""
    with opened(demo_parts, tmp_path) as door:
        yield door
