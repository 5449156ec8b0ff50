"""The page's icons as PNG files, drawn from icon.svg: `python -m scripts.draw_icons`.

A browser cuts the maskable one to the shape of its system, and Apple's systems cut theirs: both fill their square.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parent.parent / "voicephoto" / "web" / "static"
_SAFE = "translate(256 256) scale(0.86) translate(-256 -256)"
"""What counts lies in the middle four fifths, https://www.w3.org/TR/appmanifest/#icon-masks."""


def draw_icons(browser: str | None) -> None:
    """Write them with Playwright's own Chromium, or with the one at the path `browser`."""
    svg = (STATIC / "icon.svg").read_text(encoding="utf-8")
    full = svg.replace('rx="116"', "")
    maskable = full.replace("<circle", f'<g transform="{_SAFE}"><circle').replace("</svg>", "</g></svg>")
    pictures = (
        ("icon-192", svg, 192),
        ("icon-512", svg, 512),
        ("icon-maskable-512", maskable, 512),
        ("icon-180", full, 180),
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser)
        for name, picture, side in pictures:
            page = chromium.new_page(viewport={"width": side, "height": side})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{picture}")
            page.screenshot(path=STATIC / f"{name}.png", omit_background=True)
            page.close()
        chromium.close()


if __name__ == "__main__":
    draw_icons(sys.argv[1] if len(sys.argv) > 1 else None)
