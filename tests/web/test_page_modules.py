"""Those parts of the page that compute, in the browser that runs them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from tests.web.conftest import serving
from voicephoto.web.app import STATIC


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page beside the modules."""
    app = FastAPI()
    app.get("/", response_class=HTMLResponse)(lambda: "<!doctype html><title>modules</title>")
    app.mount("/static", StaticFiles(directory=STATIC))
    with serving(app) as host:
        page = browser.new_page()
        page.goto(f"http://{host}/")
        yield page
        page.close()


def resampled(page: Page, tone: float, rate: int, pieces: int = 128) -> NDArray[np.float64]:
    """A second of a tone of amplitude 1 (Hz) at a rate, given in pieces of so many samples, at 16 kHz."""
    script = """async ([tone, rate, pieces]) => {
        const { Resampler } = await import("/static/resampler.js");
        const resampler = new Resampler(rate);
        const sound = Float32Array.from({ length: rate }, (_, n) => Math.sin((2 * Math.PI * tone * n) / rate));
        const given = [];
        for (let n = 0; n < rate; n += pieces) resampler.push(sound.subarray(n, n + pieces), (sample) => given.push(sample));
        return given;
    }"""
    return np.array(page.evaluate(script, [tone, rate, pieces]))


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000, 96_000])
def test_speech_passes_the_resampler_as_it_is(page: Page, rate: int) -> None:
    samples = resampled(page, 1_000, rate)
    assert 15_900 < len(samples) <= 16_000
    expected = np.sin(2 * np.pi * 1_000 * np.arange(len(samples)) / 16_000)
    middle = slice(500, -500)
    assert np.abs(samples[middle] - expected[middle]).max() < 1e-3


@pytest.mark.parametrize(("tone", "rate"), [(9_000, 44_100), (8_100, 48_000), (15_000, 48_000), (30_000, 96_000)])
def test_what_lies_above_eight_kilohertz_does_not_fold_back(page: Page, tone: float, rate: int) -> None:
    assert np.abs(resampled(page, tone, rate)[500:-500]).max() < 1e-4


def test_the_pieces_that_sound_comes_in_make_no_difference(page: Page) -> None:
    whole, parts = resampled(page, 440, 44_100, 8_192), resampled(page, 440, 44_100, 128)
    assert np.array_equal(whole, parts[: len(whole)])


def laid_out(page: Page, shapes: list[float], width: int, **how: Any) -> dict[str, Any] | None:
    """The tiles that rows.js makes of shapes, `target` pixels high or fitted into a `height`."""
    script = """async ([shapes, width, how]) => {
        const { arranged, fitted } = await import("/static/rows.js");
        const space = { width, gap: 16, caption: 50 };
        return how.target ? arranged(shapes, space, how.target) : fitted(shapes, space, how.height, how.least);
    }"""
    result: dict[str, Any] | None = page.evaluate(script, [shapes, width, how])
    return result


@pytest.mark.parametrize("width", [320, 1_024, 3_500])
def test_photos_fill_their_rows_in_reading_order(page: Page, width: int) -> None:
    shapes = [float(shape) for shape in np.random.default_rng(7).choice([0.67, 0.75, 1.0, 1.33, 1.5, 2.4], 200)]
    layout = laid_out(page, shapes, width, target=180)
    assert layout is not None
    tiles = layout["tiles"]
    assert len(tiles) == 200
    assert sorted(tiles, key=lambda tile: (tile["top"], tile["left"])) == tiles
    rows = [[tile for tile in tiles if tile["top"] == top] for top in dict.fromkeys(tile["top"] for tile in tiles)]
    for row in rows:
        assert len({tile["height"] for tile in row}) == 1
        assert all(right["left"] - left["left"] - left["width"] == 16 for left, right in pairwise(row))
    for row in rows[:-1]:
        assert row[-1]["left"] + row[-1]["width"] == width or row[0]["height"] == 180 * 1.5
    for tile, shape in zip(tiles, shapes, strict=True):
        assert abs(tile["width"] / tile["height"] - shape) < 0.05 * shape


def test_a_few_photos_are_as_large_as_lets_all_of_them_be_seen(page: Page) -> None:
    layout = laid_out(page, [1.5] * 4, 1_024, height=560, least=150)
    assert layout is not None
    assert layout["height"] <= 560
    assert min(tile["height"] for tile in layout["tiles"]) > 190


def test_photos_that_cannot_all_be_seen_are_not_made_tiny_for_it(page: Page) -> None:
    assert laid_out(page, [1.5] * 12, 360, height=400, least=120) is None
