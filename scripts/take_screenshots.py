"""Take the pictures of the page for the README and docs/web.md: `python -m scripts.take_screenshots`, or `make screenshots`.

They show the demo library as of today. Needs Chromium.
"""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.demo import demo
from benchmarks.screens import CHROMIUM, served

SCREENS = Path(__file__).resolve().parent.parent / "docs" / "screens"
_DESK, _PHONE, _TABLET = ({"width": w, "height": h} for w, h in ((1440, 900), (390, 844), (1280, 800)))
_SHOTS: tuple[tuple[str, tuple[str, ...], str, dict[str, Any]], ...] = (
    ("grid", ("Show me photos from Italy",), "", {"viewport": _DESK}),
    ("photo", ("Show me snowy mountains", "When was the second one taken?"), "", {"viewport": _DESK}),
    ("phone", ("Show me sunsets from last summer",), "", {"viewport": _PHONE, "device_scale_factor": 2}),
    ("kiosk", ("Where did we go last summer?",), "?kiosk", {"viewport": _TABLET}),
    ("settings", (), "", {"viewport": _DESK}),
    ("dark", ("Show me the newest photos from Germany",), "", {"viewport": _DESK, "color_scheme": "dark"}),
)
"""The picture's name, what is asked one after the other (where nothing is, the settings are opened), the page's query, and the browser's window."""


def take(browser: Browser, port: int, name: str, asked: tuple[str, ...], query: str, window: dict[str, Any]) -> None:
    page = browser.new_page(bypass_csp=True, **window)
    page.goto(f"http://127.0.0.1:{port}/{query}")
    page.wait_for_function("document.querySelector('#word').textContent === 'Ready'")
    for text in asked:
        # Also where the page has no field to write into.
        page.evaluate(
            """text => {
              document.querySelector("#question").value = text;
              document.querySelector("#ask").requestSubmit();
            }""",
            text,
        )
        page.wait_for_timeout(1_500)
    page.wait_for_function("[...document.images].every(image => image.complete)")
    # The reply is over.
    page.wait_for_function("document.querySelector('#dock').dataset.state === 'ready'", timeout=15_000)
    if not asked:
        page.get_by_role("button", name="Settings").click()
        page.locator(".field").first.wait_for()
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENS / f"{name}.jpg", type="jpeg", quality=82)
    page.close()


def main() -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo(Path(folder))
        with served(Path(folder) / "data") as (port, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for shot in _SHOTS:
                take(browser, port, *shot)
            browser.close()


if __name__ == "__main__":
    main()
