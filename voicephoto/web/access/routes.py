"""The routes with which browsers are let in and sent away, and devices learn to trust the certificate."""

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import segno
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, Response
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from pydantic import BaseModel, Field

from voicephoto.errors import VoicephotoError
from voicephoto.web.access.browsers import Browser
from voicephoto.web.access.guard import Access, is_secure, let_in
from voicephoto.web.access.hosts import host_name, is_loopback

_STATIC = Path(__file__).parent.parent / "static"
_FRESH = {"Cache-Control": "no-cache"}
_TRIES = RateLimitItemPerMinute(5)
"""Of one peer to say a code."""
_PROGRAMS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "Chrome": "Chrome", "CriOS": "Chrome", "Safari": "Safari",
}  # fmt: skip
_DEVICES = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "Chromebook", "Windows": "Windows",
    "Macintosh": "Mac", "Linux": "Linux",
}  # fmt: skip
"""By what a browser says of itself; most also name others, which come later here."""


class Code(BaseModel):
    """What lets one browser in."""

    code: str = Field(max_length=40)


class Paired(BaseModel):
    """A browser that was let in."""

    id: int
    name: str
    paired: datetime
    seen: datetime
    this: bool
    """Whether it is the one that asks."""


class House(BaseModel):
    """Where others find the page, None where they cannot, and the browsers that are let in."""

    address: str | None
    browsers: list[Paired]


class Invitation(BaseModel):
    """A code, the address that has it already, and that address as a QR code (SVG)."""

    code: str
    url: str
    qr: str


def routes(access: Access) -> APIRouter:
    """/pair, /trust, and what the page needs to show and change who is let in."""
    router = APIRouter()
    tries = FixedWindowRateLimiter(MemoryStorage())
    browsers = access.browsers

    def address(request: Request) -> str | None:
        host = request.headers["host"]
        return browsers.address if is_loopback(host_name(host)) else f"{request.url.scheme}://{host}"

    @router.get("/pair", include_in_schema=False)
    async def pair_page() -> Response:
        return FileResponse(_STATIC / "pair.html", headers=_FRESH)

    @router.post("/api/pair", status_code=204)
    async def pair(code: Code, request: Request) -> Response:
        """Let this browser in, with a code that the terminal or a browser that is in shows."""
        peer = request.client.host if request.client else ""
        if not await tries.hit(_TRIES, peer):
            raise HTTPException(429, "too many codes at once; try again in a minute", {"Retry-After": "60"})
        name = browser_name(request.headers.get("user-agent", ""))
        token = await asyncio.to_thread(browsers.admit, code.code, name)
        if token is None:
            raise HTTPException(403, "that code does not count (any more); voicephoto serve --pair shows a new one")
        await tries.clear(_TRIES, peer)
        answer = Response(status_code=204)
        let_in(answer, token, secure=is_secure(request.scope))
        return answer

    @router.get("/api/browsers")
    def house(request: Request) -> House:
        """The browsers that are let in, and where others find the page."""
        asking: Browser | None = request.state.browser
        return House(
            address=address(request),
            browsers=[
                Paired(
                    id=each.id,
                    name=each.name,
                    paired=each.paired.astimezone(),
                    seen=each.seen.astimezone(),
                    this=asking is not None and each.id == asking.id,
                )
                for each in browsers.all()
            ],
        )

    @router.delete("/api/browsers/{id}", status_code=204)
    def revoke(id: int) -> Response:  # noqa: A002 - it is the browser's id
        """Let a browser in no more."""
        try:
            browsers.revoke(id)
        except VoicephotoError as error:
            raise HTTPException(404, str(error)) from None
        return Response(status_code=204)

    @router.post("/api/browsers/invite")
    def invite(request: Request) -> Invitation:
        """A code that lets one more browser in within ten minutes."""
        base = address(request)
        if base is None:
            raise HTTPException(409, "no other machine can reach this page; start it with: voicephoto serve --lan")
        code = browsers.invite()
        url = pairing_url(base, code)
        picture = BytesIO()
        segno.make_qr(url).save(picture, kind="svg", xmldecl=False, omitsize=True, light="#fff")
        return Invitation(code=code, url=url, qr=picture.getvalue().decode())

    @router.get("/trust", include_in_schema=False)
    async def trust_page() -> Response:
        return FileResponse(_STATIC / "trust.html", headers=_FRESH)

    @router.get("/trust/voicephoto.crt", include_in_schema=False)
    async def certificate() -> Response:
        if access.authority is None:
            raise HTTPException(404, "there is no certificate to trust; start it with: voicephoto serve --lan --tls")
        return Response(access.authority.certificate, media_type="application/x-x509-ca-cert", headers=_FRESH)

    return router


def pairing_url(base: str, code: str) -> str:
    """The address that has a code already: in its fragment, which browsers keep to themselves."""
    return f"{base}/pair#{quote(code)}"


def browser_name(user_agent: str) -> str:
    """What a browser says that it is, in our words: "Safari on iPhone"."""
    program, device = (
        next((name for sign, name in known.items() if sign in user_agent), None) for known in (_PROGRAMS, _DEVICES)
    )
    return f"{program or 'a browser'} on {device}" if device else program or "a browser"
