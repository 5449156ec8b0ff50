"""The connections of those who call, before there is a request for the guard to look at."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 256
"""Of one address, pages and requests under way; a proxy brings those of everybody."""
_HEADERS_WITHIN = 10.0
"""Seconds from the first byte of a request, or of the connection, to the end of the request's headers."""


class Caller(H11Protocol):
    """A connection that is closed where a request's headers do not come in time, or where its address has too many."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        callers = [client[0] for other in self.connections if (client := getattr(other, "client", None))]
        if self.client and callers.count(self.client[0]) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()
        elif self._patience is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._patience = self.loop.call_later(_HEADERS_WITHIN, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
