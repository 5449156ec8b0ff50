"""Photos over HTTP, by their id and never by a path: a thumbnail, a picture as large as a screen, and the file itself."""

import logging
import os
import re

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from voicephoto.assembly import Assembly
from voicephoto.errors import VoicephotoError
from voicephoto.library import SIZES, GonePhoto, Original, UnreadablePhoto, media_type

_THREADS = 16
"""Requests for photos that are worked on at once; others wait without a thread, which the rest of the program needs too."""
_LARGEST_ID = 2**63 - 1

log = logging.getLogger(__name__)


def photos(parts: Assembly) -> APIRouter:
    """The pictures of the library's photos."""
    router = APIRouter()
    threads = CapacityLimiter(_THREADS)

    @router.get("/photos/{id}/{size}", response_class=Response)
    @router.head("/photos/{id}/{size}", include_in_schema=False)
    async def photo(request: Request, id: str, size: str, v: str = "") -> Response:  # noqa: A002 - the photo's id
        """A `thumbnail` or `screen` as JPEG, or the `original` file. With its version as `v` it may be kept for ever."""
        return await to_thread.run_sync(_answer, parts, request, id, size, v, limiter=threads)

    return router


def _answer(parts: Assembly, request: Request, id_: str, size: str, version: str) -> Response:
    if not re.fullmatch(r"[0-9]{1,19}", id_) or int(id_) > _LARGEST_ID:
        return _refusal(422, f"a photo is called by a whole number, from 0 to {_LARGEST_ID}")
    if size not in {*SIZES, "original"}:
        return _refusal(404, "there is no picture of that size; ask for thumbnail, screen or original")
    try:
        original = parts.thumbnails.original(int(id_))
        if original is None:
            return _refusal(404, f"there is no photo number {id_} (any more); search again")
        headers = _headers(original, size, version)
        if _is_known(headers["ETag"], request.headers.get("If-None-Match", "")):
            return Response(status_code=304, headers=headers)
        if size == "original":
            return _File(original, headers)
        return Response(parts.thumbnails.picture(original, size), headers=headers, media_type="image/jpeg")
    except GonePhoto as error:
        return _refusal(410, f"the file of photo {id_} cannot be read any more ({error}); index its folder again")
    except UnreadablePhoto as error:
        return _refusal(415, f"photo {id_} cannot be shown ({error}); its file was left as it is")
    except VoicephotoError as error:
        log.warning("%s", error)
        return _refusal(503, "the library cannot be read at the moment; the output of voicephoto serve says why")


def _headers(original: Original, size: str, version: str) -> dict[str, str]:
    """How long browsers may keep a picture: for ever under its version, and else until they ask again."""
    lasting = version == original.stamp.version
    return {
        "ETag": f'"{original.stamp.digest.hex()}-{size}"',
        "Cache-Control": "private, max-age=31536000, immutable" if lasting else "private, no-cache",
    }


def _is_known(tag: str, known: str) -> bool:
    """Whether a tag is among those of an If-None-Match, RFC 9110, 13.1.2."""
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    return tag in tags or "*" in tags


def _refusal(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": why}, status, {"Cache-Control": "no-store", **(headers or {})})


class _File(FileResponse):
    """The file itself or a part of it; a part that it does not have is refused in JSON. Raises UnreadablePhoto."""

    def __init__(self, original: Original, headers: dict[str, str]) -> None:
        super().__init__(
            original.path,
            headers=headers,
            media_type=media_type(original.path),
            # File names of other encodings hold what cannot be said in UTF-8.
            filename=os.fsencode(original.path.name).decode("utf-8", "replace"),
            stat_result=original.stat,
            content_disposition_type="inline",
        )
        self._size = original.stat.st_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def tell(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused = True
                why = f"there is no such part of a file of {self._size} bytes"
                await _refusal(416, why, {"Content-Range": f"bytes */{self._size}"})(scope, receive, send)
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, tell)
