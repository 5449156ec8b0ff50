"""Pairing in a real browser, and what a page of somebody else can do in one."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.access.conftest import KITCHEN, Door, opened
from voicephoto.assembly import Assembly
from voicephoto.web.access import Authority


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that was never here."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What it writes into its console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_the_address_of_a_qr_code_lets_the_browser_in(door: Door, page: Page) -> None:
    page.goto(f"http://{door.kitchen}/pair#{door.browsers.invite()}")
    page.wait_for_url(f"http://{door.kitchen}/")
    expect(page.locator("#word")).to_have_text("Ready")
    page.go_back()
    assert "#" not in page.url, "the code is not kept"
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("voicephoto", True, "Strict")


def test_a_code_is_typed_after_a_wrong_one(door: Door, page: Page, complaints: list[str]) -> None:
    page.goto(f"http://{door.kitchen}/?kiosk&room=kitchen")
    assert page.url == f"http://{door.kitchen}/pair?kiosk&room=kitchen"
    field = page.get_by_label("Pairing code")
    expect(field).to_be_focused()
    page.keyboard.type("aaaabbbb")
    expect(field).to_have_value("AAAA-BBBB")
    assert complaints == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "that code does not count (any more); voicephoto serve --pair shows a new one"
    )
    page.keyboard.type(door.browsers.invite().replace("-", "").lower())
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url(f"http://{door.kitchen}/?kiosk&room=kitchen")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/pair", "/trust"])
def test_everybody_can_use_these_pages(door: Door, page: Page, complaints: list[str], path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"http://127.0.0.1:{door.port}{path}")
    for details in page.locator("summary").all():
        details.click()
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing lies beside the screen"
    assert complaints == []


def test_the_certificate_can_be_taken_from_its_page(demo_parts: Assembly, page: Page, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls", [KITCHEN])
    with opened(demo_parts, tmp_path, authority=authority) as door:
        page.goto(f"http://{door.kitchen}/trust")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the certificate").click()
        assert download.value.suggested_filename == "voicephoto.crt"
        assert Path(download.value.path()).read_bytes() == authority.certificate


# Pages of somebody else


class Elsewhere(BaseHTTPRequestHandler):
    """The site of somebody else: an empty page, from which the test does what its script would do."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of another site, which the browser visits while the page is open beside it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_another_site_gets_nothing_from_this_machine(door: Door, page: Page, elsewhere: str) -> None:
    """The browser runs on this machine, where the page needs no pairing; the other site asks in its name."""
    own = f"127.0.0.1:{door.port}"
    page.goto(f"http://{own}/pair")
    page.goto(elsewhere)
    tried = page.evaluate(
        """async (own) => {
          const end = (what) => new Promise((done) => {
            what.onload = what.onopen = () => done("let in");
            what.onerror = () => done("kept out");
          });
          const image = end(Object.assign(new Image(), { src: `http://${own}/photos/1/thumbnail` }));
          const element = Object.assign(document.createElement("script"), { src: `http://${own}/static/pair.js` });
          const script = end(element);
          document.head.append(element);
          const socket = end(new WebSocket(`ws://${own}/ws`));
          const read = fetch(`http://${own}/api/library`).then(() => "let in", () => "kept out");
          return Promise.all([image, script, socket, read]);
        }""",
        own,
    )
    assert tried == ["kept out"] * 4


def test_another_site_changes_nothing_on_this_machine(door: Door, page: Page, elsewhere: str) -> None:
    def invitations() -> int:
        with closing(sqlite3.connect(door.browsers.path)) as connection:
            return int(connection.execute("SELECT count(*) FROM invitations").fetchone()[0])

    door.browsers.address = "https://192.168.1.20:8150"
    token, before = door.paired("not to be sent away"), invitations()
    own = f"http://127.0.0.1:{door.port}/api/browsers"
    page.goto(elsewhere)
    page.evaluate(
        """async ([invite, browser]) => {
          await fetch(invite, { method: "POST", mode: "no-cors" }).catch(() => null);
          await fetch(browser, { method: "DELETE" }).catch(() => null);
        }""",
        [f"{own}/invite", f"{own}/{door.browsers.all()[-1].id}"],
    )
    assert door.browsers.who(token)
    assert invitations() == before


def test_another_site_cannot_show_the_page_inside_of_itself(door: Door, page: Page, elsewhere: str) -> None:
    page.goto(elsewhere)
    page.evaluate(
        "url => new Promise((done) => { const frame = document.createElement('iframe');"
        " frame.onload = done; frame.src = url; document.body.append(frame); })",
        f"http://127.0.0.1:{door.port}/pair",
    )
    [_, frame] = page.frames
    assert frame.locator("#code").count() == 0


def test_a_name_that_is_pointed_here_shows_nothing(demo_parts: Assembly, page: Page, tmp_path: Path) -> None:
    """DNS rebinding: the browser is told that somebody else's name has the address of this machine."""
    with opened(demo_parts, tmp_path, hosts=frozenset()) as door:
        answer = page.goto(f"http://{KITCHEN}:{door.port}/api/library")
        assert answer
        assert answer.status == 421
        assert "Hamburg" not in page.content()
        assert page.goto(f"http://localhost:{door.port}/api/library").status == 200  # type: ignore[union-attr]


def test_a_link_from_another_site_opens_the_page(door: Door, page: Page, elsewhere: str) -> None:
    page.goto(elsewhere)
    page.evaluate("url => { location.href = url; }", f"http://127.0.0.1:{door.port}/")
    expect(page.locator("#word")).to_have_text("Ready")
