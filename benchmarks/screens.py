"""The page and many of them: `python -m benchmarks.screens [--browsers N] [--seconds N]`, with the starter profile.

How long it takes in Chromium from a search being done to its first photo on the page; and what becomes of a server
to which many browsers stream their microphones at once, each asking a recorded question twice a minute: what is lost, how
long answers take, memory and processor. Needs Chromium; takes three minutes.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.demo import demo
from voicephoto.audio import SAMPLE_RATE, read_sound, resample
from voicephoto.demo import QUESTIONS
from voicephoto.web.messages import VERSION

CHROMIUM = "/usr/bin/chromium"
ASKED = (
    "photos from Italy",
    "sunsets",
    "snowy mountains",
    "photos from Bavaria",
    "cats",
    "the sea",
    "a city at night",
    "flowers",
)
PIECE = 640
"""Samples in one message, 40 ms."""
ASKS_EVERY = 30.0
"""Seconds; until then each has asked once."""
MEASURED = """
const Plain = WebSocket;
window.waits = [];
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => {
      if (typeof data === "string" && JSON.parse(data).type === "answered") window.answered = performance.now();
    });
  }
};
document.addEventListener("load", ({target}) => {
  if (target.tagName !== "IMG" || !window.answered) return;
  const began = window.answered;
  window.answered = 0;
  requestAnimationFrame(() => window.waits.push(performance.now() - began));
}, true);
"""
"""Notes how long after an answer the first photo is there, to the next frame."""


@contextmanager
def served(data: Path) -> Iterator[tuple[int, int]]:
    """`voicephoto serve` in a process of its own; yields its port and its number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "voicephoto", "--data", str(data), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            yield port, server.pid
        finally:
            server.terminate()


def first_photos(port: int) -> list[float]:
    """Milliseconds from the answer to its first photo, each query asked once with cold thumbnails and once more."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, bypass_csp=True)
        page.add_init_script(MEASURED)
        page.goto(f"http://127.0.0.1:{port}/")
        for asked in (*ASKED, *ASKED):
            before = page.evaluate("window.waits.length")
            page.get_by_label("Ask for photos").fill(asked)
            page.keyboard.press("Enter")
            page.wait_for_function(f"window.waits.length > {before}")
            page.wait_for_timeout(800)
        waits: list[float] = page.evaluate("window.waits")
        browser.close()
    return waits


class Talker:
    """A browser whose microphone is on: a quiet room, and a question now and then."""

    def __init__(self, seed: int, question: NDArray[np.int16]) -> None:
        self._noise = np.random.default_rng(seed)
        self._question = question
        self._after = seed * ASKS_EVERY / 20
        self.asked: list[float] = []
        """When the questions were over."""
        self.answered: list[float] = []
        self.lost = 0
        self.failed = ""

    async def run(self, port: int, seconds: float) -> None:
        try:
            async with connect(f"ws://127.0.0.1:{port}/ws", max_size=None) as page:
                await page.send(json.dumps({"type": "hello", "version": VERSION}))
                await page.send(json.dumps({"type": "listen", "on": True}))
                reading = asyncio.create_task(self._read(page))
                await self._speak(page, seconds)
                await asyncio.sleep(1)
                reading.cancel()
        except Exception as error:  # What ends a connection is what is measured.
            self.failed = f"{type(error).__name__}: {error}"

    async def _speak(self, page: ClientConnection, seconds: float) -> None:
        room = (self._noise.normal(0, 12, int(seconds * SAMPLE_RATE))).astype(np.int16)
        ends = []
        for at in np.arange(self._after % ASKS_EVERY + 1, seconds - 8, ASKS_EVERY):
            start = int(at * SAMPLE_RATE)
            room[start : start + len(self._question)] += self._question
            ends.append(start + len(self._question))
        began = time.monotonic()
        for start in range(0, len(room), PIECE):
            await asyncio.sleep(max(0.0, began + (start + PIECE) / SAMPLE_RATE - time.monotonic()))
            await page.send(start.to_bytes(4, "little") + room[start : start + PIECE].tobytes())
            if ends and start + PIECE >= ends[0]:
                ends.pop(0)
                self.asked.append(time.monotonic())

    async def _read(self, page: ClientConnection) -> None:
        async for data in page:
            if isinstance(data, bytes):
                continue
            message = json.loads(data)
            if message["type"] == "answered":
                self.answered.append(time.monotonic())
            elif message["type"] == "listening":
                self.lost = message["lost"]
            elif message["type"] == "sound":
                # It is not played here, and a reply that is being played is spoken over.
                await page.send(json.dumps({"type": "played", "sound": message["id"], "state": "over"}))


def resident(process: int) -> float:
    """Megabytes of memory that a process has."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def busy(process: int) -> float:
    """Seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def crowd(port: int, process: int, browsers: int, seconds: float) -> tuple[list[Talker], list[float], float]:
    """Browsers that talk at once: they, the server's memory every ten seconds, and the cores that it kept busy."""
    question = resample(read_sound(min(QUESTIONS.glob("*.flac"))), SAMPLE_RATE).samples
    # Up to its last sound.
    question = question[: np.flatnonzero(np.abs(question) > 0.02 * 32_768)[-1] + 1]
    talkers = [Talker(number, question) for number in range(browsers)]
    memory: list[float] = []

    async def watch() -> None:
        while True:
            await asyncio.sleep(10)
            memory.append(resident(process))

    watching = asyncio.create_task(watch())
    before, began = busy(process), time.monotonic()
    await asyncio.gather(*(talker.run(port, seconds) for talker in talkers))
    watching.cancel()
    return talkers, memory, (busy(process) - before) / (time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", type=int, default=20, help="how many talk at once")
    parser.add_argument("--seconds", type=float, default=120.0, help="for how long")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        demo(Path(folder))
        with served(Path(folder) / "data") as (port, process):
            waits = first_photos(port)
            cold, warm = waits[: len(ASKED)], waits[len(ASKED) :]
            for name, some in (("thumbnails to be made", cold), ("thumbnails kept", warm)):
                print(f"answer to first photo, {name}: median {np.median(some):.0f} ms, worst {max(some):.0f} ms")
            talkers, memory, cores = asyncio.run(crowd(port, process, arguments.browsers, arguments.seconds))
    asked = sum(len(talker.asked) for talker in talkers)
    late = [
        1000 * (min((at for at in talker.answered if at > end - 1), default=np.inf) - end)
        for talker in talkers
        for end in talker.asked
    ]
    there = [ms for ms in late if ms < 10_000]
    print(
        f"{len(talkers)} browsers, {arguments.seconds:.0f} s: {sum(bool(one.failed) for one in talkers)} connections failed, ",
        end="",
    )
    print(f"{sum(one.lost for one in talkers)} ms of sound lost, {len(there)} of {asked} questions answered, ", end="")
    print(f"median {np.median(there):.0f} ms and p95 {np.percentile(there, 95):.0f} ms after their end")
    settled = memory[min(len(memory) - 1, int(ASKS_EVERY / 10))]
    print(f"memory {memory[0]:.0f} MB after 10 s, {settled:.0f} MB when all have asked once, ", end="")
    print(f"{memory[-1]:.0f} MB at the end; {cores:.2f} cores busy")
    for talker in talkers:
        if talker.failed:
            print(talker.failed)


if __name__ == "__main__":
    main()
