"""The page in a browser, against the real server over the demo library."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.web.conftest import Served, application, serving
from voicephoto.assembly import Assembly
from voicephoto.audio import SAMPLE_RATE, Sound, read_sound, resample, write_sound
from voicephoto.config import Settings
from voicephoto.demo import QUESTIONS
from voicephoto.library import index
from voicephoto.web.conversations import Conversations
from voicephoto.web.server import paired

SUNSETS = "show me sunsets from last summer"
Names = Callable[[Page], list[str]]
Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Open]:
    """Opens the page in a browser that was never here; nothing may be complained about in its console."""
    complaints: list[str] = []
    contexts = []

    def opened(query: str = "", host: str = served.host, **how: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **how})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://{host}/{query}")
        expect(page.locator("#word")).to_have_text("Ready")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


@pytest.fixture
def names(demo_parts: Assembly) -> Names:
    """What photos can be called by a number, by their files' names."""

    def named(page: Page) -> list[str]:
        ids = [int(link.get_attribute("data-photo") or "") for link in tiles(page).all()]
        return [photo.path.stem for photo in demo_parts.photos.photos(ids)]

    return named


def tiles(page: Page) -> Locator:
    return page.locator("[data-group=numbered] a")


def ask(page: Page, text: str) -> None:
    page.get_by_label("Ask for photos").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#log .heard").last).to_have_text(text)
    expect(page.locator("#log .said").last).not_to_be_empty()


def speak(spoken: Path, question: str) -> None:
    """Let the next page that opens its microphone hear one of the recorded questions, in a quiet room."""
    sound = resample(read_sound(next(QUESTIONS.glob(f"*-{question.replace(' ', '-')}.flac"))), SAMPLE_RATE)
    quiet = np.random.default_rng(7).normal(0, 12, 2 * SAMPLE_RATE).astype(np.int16)
    write_sound(spoken, Sound(np.concatenate([quiet[:SAMPLE_RATE], sound.samples, quiet]), SAMPLE_RATE))


def anew(parts: Assembly) -> ASGIApp:
    """A server of its own over a library, that has no conversation yet."""
    return application(parts, Conversations(parts), paired(parts.settings))


class Wire:
    """What goes to and fro on a page's WebSocket."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        self.sound_sent = self.sound_received = 0
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framesent", self._out)
        socket.on("framereceived", self._in)

    def _out(self, data: str | bytes) -> None:
        if isinstance(data, str):
            self.sent.append(json.loads(data))
        else:
            self.sound_sent += len(data) - 4

    def _in(self, data: str | bytes) -> None:
        if isinstance(data, str):
            self.told.append(json.loads(data))
        else:
            self.sound_received += len(data) - 4


# Written questions


def test_a_written_question_brings_the_right_photos(page: Page, names: Names) -> None:
    ask(page, SUNSETS)
    expect(tiles(page)).to_have_count(4)
    assert sorted(names(page)) == ["amalfi", "positano", "santorini", "sorrento"]
    expect(page.locator("#asked")).to_have_text(f"“{SUNSETS}”")
    expect(page.locator("#line")).to_contain_text("Four sunsets")
    assert page.locator(".tile .number").all_inner_texts() == ["1", "2", "3", "4"]
    assert all("July" in text or "August" in text for text in page.locator(".tile .caption").all_inner_texts())
    for picture in page.locator(".tile img").all():
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0


def test_a_photo_that_is_tapped_is_seen_large_with_its_facts(page: Page, names: Names) -> None:
    ask(page, SUNSETS)
    second = names(page)[1]
    tiles(page).nth(1).click()
    expect(page.get_by_role("heading", name="Photo 2")).to_be_focused()
    expect(page.locator("#facts")).to_contain_text(f"{second}.jpg")
    expect(page.locator("#facts")).to_contain_text("2026" if "2026" in page.locator("#chips").inner_text() else "20")
    expect(page.locator("#picture img")).to_have_js_property("complete", True)
    ask(page, "when was this taken")
    expect(page.locator("#answer")).to_contain_text("It was taken on")
    for _ in range(3):
        # Out of the field, out of the answer, out of the photo.
        page.keyboard.press("Escape")
    expect(page.locator("#photo")).to_be_hidden()
    expect(tiles(page).nth(1)).to_be_focused()


def test_a_question_goes_on_from_what_is_seen_and_a_part_of_it_can_be_tapped_away(page: Page, names: Names) -> None:
    ask(page, SUNSETS)
    ask(page, "only the ones from Italy")
    expect(tiles(page)).to_have_count(3)
    assert sorted(names(page)) == ["amalfi", "positano", "sorrento"]
    page.get_by_role("button", name="remove Italy").click()
    expect(tiles(page)).to_have_count(4)
    expect(page.locator("#asked")).to_be_focused()
    expect(page.get_by_role("button", name="remove Italy")).to_have_count(0)


def test_an_example_asks_itself(page: Page) -> None:
    example = page.locator("#start .example").first
    text = example.inner_text()
    example.click()
    expect(page.locator("#asked")).to_have_text(f"“{text}”")
    expect(tiles(page).first).to_be_visible()


def test_where_nothing_is_found_other_questions_are_offered(page: Page) -> None:
    ask(page, "show me photos of elephants")
    expect(page.locator("#start h1")).to_have_text("“show me photos of elephants”")
    expect(page.locator("#start .lead")).to_contain_text("nothing")
    page.locator("#start").get_by_role("button", name="Show me a sunset").click()
    expect(tiles(page).first).to_be_visible()


def test_more_photos_come_into_view_when_the_page_turns(page: Page) -> None:
    ask(page, "photos from europe")
    expect(tiles(page)).to_have_count(12)
    first = tiles(page).first.get_attribute("data-photo")
    page.get_by_role("button", name="Show more").click()
    expect(tiles(page).first).not_to_have_attribute("data-photo", first or "")
    expect(tiles(page).first).to_be_in_viewport()
    expect(page.locator("[data-group=before] a").first).not_to_be_in_viewport()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type(SUNSETS)
    page.keyboard.press("Enter")
    expect(tiles(page)).to_have_count(4)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Photo 2")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Photo 3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tiles(page).nth(2)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(tiles(page).nth(1)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(tiles(page).nth(0)).not_to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#photo")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(page.locator("#photo")).to_be_visible()


def test_one_can_leave_a_photo_that_was_found_alone(page: Page) -> None:
    ask(page, "show me a motorcycle")
    expect(page.locator("#photo")).to_be_visible()
    page.get_by_role("button", name="Back to all photos").click()
    expect(page.locator("#photo")).to_be_hidden()
    expect(page.locator("#line")).to_contain_text("nothing before")
    expect(page.locator("#photo")).to_be_hidden()
    expect(tiles(page)).to_have_count(1)


def test_the_slideshow_goes_on_by_itself_and_stops_at_a_key(page: Page) -> None:
    ask(page, SUNSETS)
    ask(page, "start a slideshow")
    slides = page.locator("#slides")
    expect(slides.locator(".where")).to_contain_text("Italy")
    first = slides.locator(".when").inner_text()
    expect(slides.locator(".when")).not_to_have_text(first, timeout=10_000)
    page.locator("#question").blur()
    page.keyboard.press("Space")
    expect(slides.get_by_text("Paused")).to_be_visible()
    page.keyboard.press("Escape")
    expect(slides).to_be_hidden()
    expect(page.get_by_role("heading", name="Photo 2")).to_be_focused()


# Spoken questions


def test_a_spoken_question_brings_the_right_photos_and_the_page_answers_aloud(
    open_page: Open, names: Names, spoken: Path
) -> None:
    page = open_page()
    wire = Wire(page)
    page.reload()
    speak(spoken, SUNSETS)
    page.locator("#microphone").click()
    expect(page.locator("#word")).to_have_text("Listening")
    expect(page.locator("#word")).to_have_text("Hearing you", timeout=10_000)
    expect(tiles(page)).to_have_count(4, timeout=15_000)
    assert sorted(names(page)) == ["amalfi", "positano", "santorini", "sorrento"]
    expect(page.locator("#word")).to_have_text("Speaking")
    expect(page.locator("#line .lit").first).to_have_text("Four")
    expect(page.locator("#word")).to_have_text("Listening", timeout=10_000)
    announced = [message for message in wire.told if message["type"] == "sound"]
    assert wire.sound_received == 2 * sum(message["samples"] for message in announced) > 0
    played = [(message["sound"], message["state"]) for message in wire.sent if message["type"] == "played"]
    assert {(announced[-1]["id"], "begun"), (announced[-1]["id"], "over")} <= set(played)
    assert wire.told[-1].get("lost", 0) == 0

    # Hands off again: nothing more is heard, and the sign says so.
    page.locator("#microphone").click()
    expect(page.locator("#word")).to_have_text("Ready")
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")


def test_a_key_that_is_held_is_enough_to_ask_on(page: Page, names: Names, spoken: Path) -> None:
    ask(page, SUNSETS)
    page.locator("#question").blur()
    hold_and_say(page, spoken, "only the ones from italy")
    if tiles(page).count() != 3:
        # What a browser's gain and noise suppression make of a word differs between runs; people say it again as well.
        hold_and_say(page, spoken, "only the ones from italy")
    expect(page.locator("#log .heard").last).to_have_text("only the ones from italy")
    expect(tiles(page)).to_have_count(3)
    assert sorted(names(page)) == ["amalfi", "positano", "sorrento"]
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")


def hold_and_say(page: Page, spoken: Path, question: str) -> None:
    """Hold the key while a recorded question is spoken; returns when the answer, if there is one, is over."""
    speak(spoken, question)
    page.keyboard.down("Space")
    expect(page.locator("#word")).to_have_text("Hearing you", timeout=10_000)
    page.wait_for_timeout(2_500)
    page.keyboard.up("Space")
    expect(page.locator("#word")).to_have_text("Ready", timeout=15_000)


def test_a_page_that_is_silenced_is_sent_no_sound(open_page: Open) -> None:
    page = open_page()
    wire = Wire(page)
    page.reload()
    page.locator("#question").click()
    speaker = page.get_by_role("button", name="Play the replies")
    expect(speaker).to_have_attribute("aria-pressed", "true")
    speaker.click()
    expect(speaker).to_have_attribute("aria-pressed", "false")
    ask(page, SUNSETS)
    expect(page.locator("#word")).to_have_text("Ready")
    assert wire.sound_received == 0


def test_a_page_that_is_not_secure_says_how_it_can_be(browser: Browser, demo_parts: Assembly, tmp_path: Path) -> None:
    browsers = paired(Settings(data=tmp_path))
    token = browsers.admit(browsers.invite(), "a phone")
    assert token is not None
    with serving(application(demo_parts, Conversations(demo_parts), browsers)) as host:
        address = f"http://{host.replace('127.0.0.1', 'photos.test')}/"
        page = browser.new_page()
        page.context.add_cookies([{"name": "voicephoto", "value": token, "url": address}])
        page.goto(address)
        expect(page.locator("#word")).to_have_text("Ready")
        page.locator("#microphone").click()
        expect(page.get_by_role("status")).to_contain_text("only to a secure page")
        link = page.get_by_role("link", name="How to make this one secure")
        expect(link).to_have_attribute("href", "/trust")
        ask(page, SUNSETS)
        expect(tiles(page)).to_have_count(4)
        page.close()


def test_a_browser_that_is_let_in_no_more_is_shown_the_door(
    browser: Browser, demo_parts: Assembly, tmp_path: Path
) -> None:
    browsers = paired(Settings(data=tmp_path))
    token = browsers.admit(browsers.invite(), "a phone")
    assert token is not None
    with serving(application(demo_parts, Conversations(demo_parts), browsers)) as host:
        address = f"http://{host.replace('127.0.0.1', 'photos.test')}/"
        page = browser.new_page()
        page.context.add_cookies([{"name": "voicephoto", "value": token, "url": address}])
        page.goto(f"{address}?room=attic")
        expect(page.locator("#word")).to_have_text("Ready")
        browsers.revoke(browsers.all()[0].id)
        expect(page).to_have_url(f"{address}pair?room=attic", timeout=15_000)
        page.close()


def test_a_microphone_that_is_refused_is_said_to_be(browser: Browser, demo_parts: Assembly) -> None:
    app = anew(demo_parts)

    async def forbidding(scope: Scope, receive: Receive, send: Send) -> None:
        async def forbid(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Permissions-Policy"] = "microphone=()"
            await send(message)

        await app(scope, receive, forbid)

    with serving(forbidding) as host:
        page = browser.new_page()
        page.goto(f"http://{host}/")
        expect(page.locator("#word")).to_have_text("Ready")
        page.locator("#microphone").click()
        expect(page.locator("#word")).to_have_text("No microphone")
        expect(page.locator("#hint")).to_contain_text("Allow it in the browser's address bar")
        ask(page, SUNSETS)
        expect(tiles(page)).to_have_count(4)
        page.close()


def test_only_one_screen_of_a_room_listens(open_page: Open, spoken: Path) -> None:
    speak(spoken, SUNSETS)
    kitchen, wall = open_page("?room=hall"), open_page("?room=hall")
    kitchen.locator("#microphone").click()
    expect(kitchen.locator("#microphone")).to_have_attribute("aria-pressed", "true")
    wall.locator("#microphone").click()
    expect(wall.locator("#word")).to_have_text("Listening")
    expect(kitchen.get_by_role("status")).to_contain_text("Another page listens now")
    expect(kitchen.locator("#microphone")).to_have_attribute("aria-pressed", "false")


# Coming back


def test_the_conversation_is_there_again_after_a_reload(page: Page) -> None:
    ask(page, SUNSETS)
    tiles(page).nth(2).click()
    expect(page.locator("#line")).to_contain_text("Oía")
    page.reload()
    expect(page.get_by_role("heading", name="Photo 3")).to_be_visible()
    expect(page.locator("#log .heard")).to_have_text(SUNSETS)
    page.keyboard.press("Escape")
    expect(tiles(page)).to_have_count(4)
    ask(page, "only the ones from Italy")
    expect(tiles(page)).to_have_count(3)


def test_a_server_that_comes_back_finds_the_page_again(browser: Browser, demo_parts: Assembly, spoken: Path) -> None:
    speak(spoken, SUNSETS)
    page = browser.new_page()
    with serving(anew(demo_parts)) as host:
        page.goto(f"http://{host}/")
        expect(page.locator("#word")).to_have_text("Ready")
        ask(page, SUNSETS)
        # A tap while it speaks would only end that.
        expect(page.locator("#word")).to_have_text("Speaking")
        expect(page.locator("#word")).to_have_text("Ready", timeout=10_000)
        page.locator("#microphone").click()
        expect(page.locator("#word")).to_have_text("Listening")
    expect(page.locator("#word")).to_have_text("Not connected")
    expect(tiles(page)).to_have_count(4)
    with serving(anew(demo_parts), int(host.partition(":")[2])):
        expect(page.locator("#word")).to_have_text("Listening", timeout=20_000)
        expect(page.get_by_text("voicephoto was started anew")).to_be_visible()
        # They cannot be called by a number any more, and are only seen.
        assert page.locator("#grid a").count() == 4
        assert page.locator(".tile .number").all_inner_texts() == [""] * 4
        ask(page, "snowy mountains")
        expect(tiles(page).first).to_be_visible()
        page.close()


def test_hands_free_goes_on_after_the_page_is_loaded_anew(open_page: Open, spoken: Path) -> None:
    page = open_page()
    page.locator("#microphone").click()
    expect(page.locator("#word")).to_have_text("Listening")
    speak(spoken, SUNSETS)
    with page.expect_navigation():
        page.evaluate("location.reload()")
    expect(tiles(page)).to_have_count(4, timeout=20_000)
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "true")

    # Who loads it anew by hand may have to tap as well: Chromium decides when the last touch is too long ago.
    page.wait_for_timeout(5_500)
    page.reload()
    expect(page.locator("#word")).to_have_text(re.compile("Tap to listen|Listening|Hearing you"))
    page.locator("#asked").click()
    expect(page.locator("#word")).to_have_text("Listening", timeout=20_000)

    page.locator("#microphone").click()
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.locator("#asked").click()
    expect(page.locator("#word")).to_have_text("Ready")


def test_screens_of_one_room_show_the_same(open_page: Open) -> None:
    kitchen, wall = open_page("?room=kitchen"), open_page("?room=kitchen&kiosk")
    expect(wall.locator("#question")).to_be_hidden()
    ask(kitchen, SUNSETS)
    expect(tiles(wall)).to_have_count(4)
    expect(wall.locator("#room")).to_have_text("kitchen")


# For everybody


def violations(page: Page) -> list[str]:
    """What axe-core finds serious, or worse."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(
    ("scheme", "width", "height"), [("light", 1280, 860), ("dark", 390, 844)], ids=["desk-light", "phone-dark"]
)
def test_who_cannot_see_or_point_can_use_it(open_page: Open, scheme: str, width: int, height: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": height}, reduced_motion="reduce")
    assert not violations(page)
    ask(page, "photos from europe")
    assert not violations(page)
    tiles(page).nth(1).click()
    expect(page.locator("#photo")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_label("Earcons")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("Escape")
    ask(page, "start a slideshow")
    expect(page.locator("#slides .where")).not_to_be_empty()
    assert not violations(page)
    page.keyboard.press("Escape")
    ask(page, "show me photos of elephants")
    assert not violations(page)


def test_everything_that_can_be_tapped_is_large_enough_for_a_finger(open_page: Open) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    ask(page, SUNSETS)
    for button in [*page.get_by_role("button").all(), *tiles(page).all()]:
        if button.is_visible():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44, button.evaluate("element => element.outerHTML")
    page.get_by_role("button", name="Settings").click()
    for control in page.locator("#settings :is(input, select, button)").all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """200 photos of January 2024, no two of which look alike."""
    folder = tmp_path_factory.mktemp("many")
    random = np.random.default_rng(7)
    for number in range(200):
        colours = random.integers(0, 255, (random.integers(2, 7), random.integers(2, 7), 3), dtype=np.uint8)
        size = ((900, 600), (600, 900), (800, 800), (1200, 500))[number % 4]
        name = f"IMG_202401{number % 28 + 1:02}_{number // 28 + 8:02}3000.jpg"
        Image.fromarray(colours).resize(size, Image.Resampling.NEAREST).save(folder / name)
    parts = Assembly(Settings(data=tmp_path_factory.mktemp("data")))
    index([folder], parts.catalog, parts.encoder)
    return parts


WATCH_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: "longtask" });
"""


def test_a_grid_of_two_hundred_photos_never_halts_the_page(open_page: Open, many: Assembly) -> None:
    with serving(anew(many)) as host:
        page = open_page(host=host)
        page.evaluate(WATCH_LONG_TASKS)
        longest = []
        # On a busy machine others may have had the processor.
        for _ in range(2):
            page.evaluate("longTasks.length = 0")
            ask(page, "photos from January 2024")
            expect(page.locator("#grid .tile")).to_have_count(200)
            for _ in range(25):
                page.mouse.move(500, 400)
                page.mouse.wheel(0, 600)
                page.wait_for_timeout(40)
            expect(page.locator("#grid .tile").last).to_be_in_viewport()
            longest.append(max(page.evaluate("longTasks"), default=0))
            if longest[-1] <= 100:
                break
            page.get_by_role("button", name="start afresh").click()
            expect(page.locator("#start")).to_be_visible()
        assert min(longest) <= 100
        page.context.close()
