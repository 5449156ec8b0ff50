"""What is on its way to one page."""

import asyncio
from collections import deque

from voicephoto.web.messages import ToPage

_MOST_BYTES = 8 * 2**20
"""Of sound and text that a page has not taken yet: a minute and a half of speech; who is further behind is gone."""


class Outbox:
    """A queue that any thread may put into, and the connection's task takes from. Made on the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[str | bytes] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._overflown = asyncio.Event()

    def send(self, message: ToPage | bytes) -> None:
        """Add a message; returns at once."""
        data = message if isinstance(message, bytes) else message.model_dump_json()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._add, data)

    def _add(self, data: str | bytes) -> None:
        if self._bytes + len(data) > _MOST_BYTES:
            self._overflown.set()
            return
        self._bytes += len(data)
        self._waiting.append(data)
        self._filled.set()

    async def take(self) -> str | bytes:
        """The next message, when there is one."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        data = self._waiting.popleft()
        self._bytes -= len(data)
        return data

    async def overflow(self) -> None:
        """Wait until the page is too far behind, from when on something is missing."""
        await self._overflown.wait()
