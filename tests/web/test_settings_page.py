"""The settings and the browsers of the house, on the page."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import application, serving
from voicephoto.assembly import Assembly
from voicephoto.config import load_settings
from voicephoto.web.access import Browsers
from voicephoto.web.conversations import Conversations


@dataclass(frozen=True, slots=True)
class House:
    """A paired browser's page, and what the server behind it keeps."""

    page: Page
    parts: Assembly
    browsers: Browsers
    file: Path

    def open(self) -> None:
        expect(self.page.locator("#word")).to_have_text("Ready")
        self.page.get_by_role("button", name="Settings").click()
        expect(self.page.get_by_label("Earcons")).to_be_visible()


@pytest.fixture
def house(browser: Browser, demo_parts: Assembly, tmp_path: Path) -> Iterator[House]:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n")
    parts = Assembly(load_settings(file, data=demo_parts.settings.data))
    browsers = Browsers(tmp_path / "access.sqlite")
    token = browsers.admit(browsers.invite(), "Chrome on Linux")
    assert token
    with serving(application(parts, Conversations(parts), browsers)) as host:
        address = f"http://{host.replace('127.0.0.1', 'photos.test')}/"
        context = browser.new_context()
        context.add_cookies([{"name": "voicephoto", "value": token, "url": address}])
        page = context.new_page()
        page.goto(address)
        yield House(page, parts, browsers, file)
        context.close()
    browsers.close()


def test_what_is_changed_is_kept_and_what_is_wrong_is_said_beside_it(house: House) -> None:
    house.open()
    page = house.page
    page.get_by_label("Earcons").uncheck()
    page.get_by_label("Listening").select_option("key")
    rate = page.get_by_label("Voice rate")
    rate.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("output").first).to_have_text("1.2")
    page.get_by_label("Follow up seconds").fill("-1")
    page.keyboard.press("Tab")
    expect(page.get_by_text("follow_up_seconds: input should be greater than or equal to 0")).to_be_visible()
    expect(page.get_by_label("Follow up seconds")).to_have_value("8")
    assert tomllib.loads(house.file.read_text()) == {"earcons": False, "listening": "key", "voice_rate": 1.2}
    assert (house.parts.settings.earcons, house.parts.settings.listening) == (False, "key")

    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Settings")).to_be_hidden()
    expect(page.get_by_role("button", name="Settings")).to_be_focused()
    house.open()
    expect(page.get_by_label("Earcons")).not_to_be_checked()
    expect(page.get_by_label("Voice rate")).to_have_value("1.2")


def test_what_a_variable_sets_cannot_be_touched(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPHOTO_EARCONS", "true")
    house.open()
    expect(house.page.get_by_label("Earcons")).to_be_disabled()
    expect(house.page.get_by_text("The variable VOICEPHOTO_EARCONS sets it.")).to_be_visible()


def test_browsers_are_invited_and_sent_away_and_one_that_sends_itself_away_is_out(house: House) -> None:
    house.browsers.admit(house.browsers.invite(), "Safari on iPhone")
    house.open()
    page = house.page
    guests = page.locator("#browsers li")
    expect(guests).to_have_count(2)
    expect(guests.first).to_contain_text("Chrome on Linux (this one)")

    page.get_by_role("button", name="Invite another").click()
    code = page.locator("#invitation .code")
    expect(code).to_be_visible()
    assert page.locator("#invitation img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    house.browsers.admit(code.inner_text(), "Firefox on Android")
    expect(guests).to_have_count(3)
    expect(code).to_be_hidden()

    page.get_by_role("button", name="Send away Safari on iPhone").click()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(guests).to_have_count(3)
    page.get_by_role("button", name="Send away Safari on iPhone").click()
    page.get_by_role("button", name="Really send away Safari on iPhone").click()
    expect(guests).to_have_count(2)
    assert [browser.name for browser in house.browsers.all()] == ["Chrome on Linux", "Firefox on Android"]

    page.get_by_role("button", name="Send away Chrome on Linux").click()
    page.get_by_role("button", name="Really send away Chrome on Linux").click()
    expect(page.get_by_role("heading", name="Pair this browser")).to_be_visible()
