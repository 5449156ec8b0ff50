"""The real server over the demo library, on loopback, and a browser to look at it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp

from voicephoto.assembly import Assembly
from voicephoto.web.access import Access, Browsers, Guard, routes
from voicephoto.web.app import create_app
from voicephoto.web.conversations import Conversations
from voicephoto.web.server import configuration, listening, paired


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


def application(parts: Assembly, conversations: Conversations, browsers: Browsers) -> ASGIApp:
    """The program over a library, behind its guard; photos.test is a name under which other devices find it."""
    access = Access(browsers, frozenset({"photos.test"}))
    app = create_app(parts, conversations)
    app.include_router(routes(access))
    return Guard(app, access)


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Run an application on loopback, on a port of the system's choice unless one is given; yields host and port."""
    listener = listening("127.0.0.1", port)
    server = uvicorn.Server(configuration(app))
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
    with serving(application(demo_parts, conversations, paired(demo_parts.settings))) as host:
        yield Served(host, conversations)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound file that the browser's microphone hears from the moment on when a page opens it."""
    return tmp_path_factory.mktemp("microphone") / "spoken.wav"


@pytest.fixture(scope="module")
def browser(spoken: Path) -> Iterator[Browser]:
    """Chromium, of the system where it has one, with a microphone that hears `spoken`, and that any page may use.

    It knows this machine as photos.test as well, which is no secure name.
    """
    system = shutil.which("chromium")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--host-resolver-rules=MAP photos.test 127.0.0.1",
        f"--use-file-for-fake-audio-capture={spoken}%noloop",
    ]
    with sync_playwright() as playwright:
        if system is None and not Path(playwright.chromium.executable_path).is_file():
            pytest.skip("needs Chromium: apt install chromium, or playwright install chromium")
        chromium = playwright.chromium.launch(executable_path=system, args=flags)
        yield chromium
        chromium.close()
