"""What is on its way to one page."""

import asyncio
from collections import deque

from voicephoto.web.messages import ToPage

_MOST_BYTES = 8 * 2**20
"""Of sound and text that a page has not taken yet: a minute and a half of speech; who is further behind is gone."""


class Outbox:
    """A queue that any thread may put into, and the connection's task takes from.

    Made on the event loop. Where a page does not take what it is sent it is `full`, and nothing more is kept.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[str | bytes] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self.full = False

    def send(self, message: ToPage | bytes) -> None:
        """Add a message; returns at once."""
        data = message if isinstance(message, bytes) else message.model_dump_json()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._add, data)

    def _add(self, data: str | bytes) -> None:
        self._bytes += len(data)
        if self._bytes > _MOST_BYTES:
            self.full = True
            self._waiting.clear()
        else:
            self._waiting.append(data)
        self._filled.set()

    async def take(self) -> str | bytes | None:
        """The next message, when there is one; None where the page is too far behind."""
        while not self._waiting and not self.full:
            self._filled.clear()
            await self._filled.wait()
        if self.full:
            return None
        data = self._waiting.popleft()
        self._bytes -= len(data)
        return data
