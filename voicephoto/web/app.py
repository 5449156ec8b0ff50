"""The server's routes: the page, the WebSocket, and what other programs may ask."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.websockets import WebSocket

from voicephoto import __version__, output
from voicephoto.assembly import Assembly
from voicephoto.dialogue import reading
from voicephoto.errors import UsageError, VoicephotoError, one_line
from voicephoto.web.conversations import Conversations
from voicephoto.web.messages import LONGEST_TEXT, Chip, PhotoShown, Shown
from voicephoto.web.photos import photos
from voicephoto.web.settings import settings
from voicephoto.web.shown import chips, photo_shown
from voicephoto.web.socket import Connection

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
_TIDIED_EVERY = 60.0
"""Seconds."""


class _Static(StaticFiles):
    """Files of the page, that a browser keeps and asks about again."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response


class LibrarySummary(BaseModel):
    """What the library holds; the counts are largest first."""

    photos: int
    earliest: str | None
    latest: str | None
    places: dict[str, int]
    albums: dict[str, int]
    cameras: dict[str, int]


class Found(BaseModel):
    """What a search found."""

    understood: str
    """The reading, in words."""
    chips: tuple[Chip, ...]
    status: str
    """confident, maybe or none."""
    photos: tuple[PhotoShown, ...]
    ms: float


class Question(BaseModel):
    """What is asked; with the key of an earlier answer it goes on with that conversation."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    conversation: str | None = Field(default=None, max_length=64)


class Answer(BaseModel):
    """What `ask` answers."""

    conversation: str
    intent: str
    said: str
    shown: Shown
    ms: dict[str, float]
    """By stage."""


def create_app(parts: Assembly, conversations: Conversations) -> FastAPI:
    """The application over one library. It is served behind `access.Guard`, which lets in who may use it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_tidy(conversations))
        yield
        tidying.cancel()
        await asyncio.to_thread(conversations.close)

    app = FastAPI(title="voicephoto", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan)

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    @app.get("/manifest.webmanifest", include_in_schema=False)
    async def manifest() -> Response:
        return FileResponse(STATIC / "manifest.webmanifest", media_type="application/manifest+json")

    @app.websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await Connection(socket).run(parts, conversations, socket.state.admitted)

    @app.get("/api/library")
    def library() -> LibrarySummary:
        """How many photos there are, from when and from where."""
        return LibrarySummary(**output.library_shape(parts.photos.summary()))

    @app.get("/api/search")
    def search(q: Annotated[str, Query(min_length=1, max_length=LONGEST_TEXT)]) -> Found:
        """Find photos, as `voicephoto search` does."""
        found = parts.find(q)
        versions = parts.photos.versions([photo.id for photo in found.results.photos])
        return Found(
            understood=reading(found.intent)["spoken"],
            chips=chips(found.results.query),
            status=found.results.status,
            photos=tuple(
                photo_shown(photo, number, versions.get(photo.id, ""))
                for number, photo in enumerate(found.results.photos, 1)
            ),
            ms=found.ms,
        )

    @app.post("/api/ask")
    async def ask(question: Question) -> Answer:
        """Ask as you would aloud, and go on asking with the `conversation` of the answer."""
        conversation, _ = conversations.join(question.conversation, room=None)
        turn = await asyncio.wrap_future(conversation.answer(question.text))
        if turn.intent is None or turn.reply is None:
            raise HTTPException(409, "another question came before this one was answered; ask again")
        return Answer(
            conversation=conversation.key,
            intent=turn.intent.kind,
            said=turn.reply.say,
            shown=conversation.shown,
            ms=dict(turn.ms),
        )

    @app.post("/api/wake", status_code=204)
    async def wake() -> Response:
        """Listen to what is said next at this machine's microphone, where a wake word or a key is waited for."""
        if conversations.here is None:
            raise HTTPException(409, "this machine does not listen; start it with: voicephoto serve --mic")
        conversations.here.live.wake()
        return Response(status_code=204)

    app.include_router(photos(parts))
    app.include_router(settings(parts, conversations))
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(VoicephotoError, _failed)
    app.add_exception_handler(Exception, _at_fault)
    return app


async def _tidy(conversations: Conversations) -> None:
    while True:
        await asyncio.sleep(_TIDIED_EVERY)
        conversations.end_forgotten()


def _error(status: int, why: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": one_line(why)}, status, headers)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    return _error(error.status_code, str(error.detail), error.headers)


async def _unusable(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return _error(422, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")


async def _failed(_: Request, error: Exception) -> Response:
    if isinstance(error, UsageError):
        return _error(400, str(error))
    # It may name folders of this machine.
    log.warning("%s", error)
    return _error(503, "the library cannot be used at the moment; the output of voicephoto serve says why")


async def _at_fault(_: Request, error: Exception) -> Response:
    return _error(500, f"a fault of the program ({type(error).__name__}); the others are served as before")
