"""The WebSocket of one page: what it says is read strictly, and what it is sent waits in its outbox."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from voicephoto import __version__
from voicephoto.assembly import Assembly
from voicephoto.errors import VoicephotoError, one_line
from voicephoto.web import messages
from voicephoto.web.conversation import Conversation
from voicephoto.web.conversations import Conversations
from voicephoto.web.messages import Beat, FromPage, Hello, Refused, ToPage, Welcome
from voicephoto.web.outbox import Outbox
from voicephoto.web.shown import library

_HELLO_WITHIN = 10.0
"""Seconds."""
_BEAT_EVERY = 5.0
_LONGEST = 8_192
"""Characters of a message."""
_MOST_REFUSED = 20
"""Messages of one page that could not be used; after that it is no page of ours."""
_MOST_AT_ONCE, _A_SECOND = 60, 20
"""Messages beside sound: more come from no person."""
_POLICY, _TRY_LATER, _REVOKED = 1008, 1013, 4401
"""Why a connection is closed: codes of RFC 6455, and one of our own."""


class Connection:
    """A page that is connected, and what it is sent."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._outbox = Outbox()
        self._refused = 0
        self._allowance = float(_MOST_AT_ONCE)
        self._last = asyncio.get_running_loop().time()

    def send(self, message: ToPage | bytes) -> None:
        self._outbox.send(message)

    async def run(self, parts: Assembly, conversations: Conversations, admitted: Callable[[], bool]) -> None:
        """Serve the page until it goes; it is sent away as soon as it is not `admitted` any more."""
        try:
            async with asyncio.timeout(_HELLO_WITHIN):
                hello = await self._hello()
        except (TimeoutError, WebSocketDisconnect):
            return
        if hello is None:
            return
        try:
            conversation, resumed = conversations.join(hello.conversation, hello.room)
        except VoicephotoError as error:
            await self._end(_TRY_LATER, str(error))
            return
        conversation.join(self)
        try:
            self.send(_welcome(parts, conversation, resumed))
            await _first_of(self._read(conversation), self._write(), self._outbox.overflow(), self._beat(admitted))
        finally:
            conversation.leave(self)

    async def _hello(self) -> Hello | None:
        said = await self._receive()
        try:
            message = messages.from_page.validate_json(said) if isinstance(said, str) else None
        except ValidationError as error:
            await self._end(_POLICY, _why(error))
            return None
        if not isinstance(message, Hello):
            await self._end(_POLICY, "the first message has to be a hello")
        elif message.version != messages.VERSION:
            await self._end(
                _POLICY, f"version {messages.VERSION} is spoken here, not {message.version}; reload the page"
            )
        else:
            return message
        return None

    async def _read(self, conversation: Conversation) -> None:
        while True:
            said = await self._receive()
            try:
                if isinstance(said, bytes):
                    conversation.sound(self, said)
                    continue
                if not self._in_time():
                    await self._end(_POLICY, "more messages than a person sends; open the page again")
                    return
                if len(said) > _LONGEST:
                    raise ValueError(f"a message of {len(said):,} characters, where {_LONGEST:,} are the most")
                _act(self, conversation, messages.from_page.validate_json(said))
            except ValueError as error:
                # Among them what pydantic finds wrong.
                self._refused += 1
                self.send(Refused(why=_why(error)))
                if self._refused >= _MOST_REFUSED:
                    await self._end(_POLICY, "too many messages that cannot be used")
                    return

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text: str | None = message.get("text")
        return text if text is not None else bytes(message["bytes"])

    async def _write(self) -> None:
        while True:
            data = await self._outbox.take()
            if isinstance(data, bytes):
                await self._socket.send_bytes(data)
            else:
                await self._socket.send_text(data)

    async def _beat(self, admitted: Callable[[], bool]) -> None:
        while await asyncio.to_thread(admitted):
            self.send(Beat())
            await asyncio.sleep(_BEAT_EVERY)
        await self._end(_REVOKED, "this browser is not paired any more")

    def _in_time(self) -> bool:
        """Whether messages come no faster than a person makes them: a bucket that fills again by the second."""
        now = asyncio.get_running_loop().time()
        self._allowance = min(_MOST_AT_ONCE, self._allowance + (now - self._last) * _A_SECOND) - 1
        self._last = now
        return self._allowance >= 0

    async def _end(self, code: int, why: str) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_text(Refused(why=one_line(why)).model_dump_json())
            # A reason has 123 bytes at most.
            await self._socket.close(code, why.encode()[:120].decode(errors="ignore"))


def _welcome(parts: Assembly, conversation: Conversation, resumed: bool) -> Welcome:
    return Welcome(
        program=__version__,
        conversation=conversation.key,
        resumed=resumed,
        room=conversation.room,
        microphone="page" if conversation.by_page else "here",
        wake_word=parts.settings.awaited_word,
        library=library(parts.photos.summary()),
        exchanges=conversation.exchanges,
        shown=conversation.shown,
    )


def _act(page: Connection, conversation: Conversation, message: FromPage) -> None:
    match message:
        case messages.Ask():
            conversation.ask(page, message.text)
        case messages.Look():
            conversation.look(page, message.photo)
        case messages.Do():
            conversation.do(page, message.what)
        case messages.Drop():
            conversation.drop(page, message.chip)
        case messages.Listen():
            conversation.listen(page, message.on, held=message.held)
        case messages.Sounding():
            conversation.mute(page, not message.on)
        case messages.Played():
            conversation.played(page, message.sound, over=message.state == "over")
        case messages.Hello():
            raise ValueError("hello was said already")


def _why(error: ValueError) -> str:
    """What is wrong with a message, in one line that repeats nothing of it."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return one_line(f"{where}: {first['msg']}" if where else first["msg"])[:300]


async def _first_of(*jobs: Awaitable[None]) -> None:
    """Run them together until one is done; the others end with it. What one of them fails of is raised."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            # Who goes, at whatever moment, has only gone.
            with suppress(WebSocketDisconnect):
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
