"""The guard before the application: who asks, under which name, from which page, how often and how much."""

import asyncio
import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voicephoto.errors import VoicephotoError, one_line
from voicephoto.web.access.browsers import Browsers
from voicephoto.web.access.certificate import Authority
from voicephoto.web.access.hosts import address_of, host_name, is_loopback

OFTEN = RateLimitItemPerMinute(3_000)
"""Requests of one peer. A grid of 300 thumbnails every six seconds, more than anybody looks at, is as many."""
LARGEST_BODY = 64 * 1024
"""Bytes."""
_BODY_WITHIN = 10.0
"""Seconds."""
_COOKIE, _SECURE_COOKIE = "voicephoto", "__Host-voicephoto"
_COOKIE_SECONDS = 365 * 24 * 3600
_OPEN = {"/pair", "/api/pair", "/trust", "/trust/voicephoto.crt", "/manifest.webmanifest"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), accelerometer=(), camera=(), display-capture=(), encrypted-media=(), "
    "geolocation=(), gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), serial=(), usb=(), "
    "xr-spatial-tracking=()",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use the page, and under which names it is found."""

    browsers: Browsers
    hosts: frozenset[str] = frozenset()
    """Names beside those of loopback, lower-case, without a port."""
    lan: bool = False
    """Whether this machine's own addresses are names of it as well."""
    authority: Authority | None = None
    """What signs the certificate, where the page comes over TLS."""


class _RefusedError(Exception):
    """A request that goes no further, and its answer."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def _refused(status: int, why: str, headers: dict[str, str] | None = None) -> _RefusedError:
    # Otherwise a body that nobody wants would go on coming.
    closing = {"Connection": "close", **(headers or {})}
    return _RefusedError(JSONResponse({"error": one_line(why)}, status, closing))


class Guard:
    """ASGI middleware around everything, which lets nobody through whom `access` does not know.

    The machine itself needs no pairing: the connection comes from loopback, to a name of loopback, through no proxy.
    Everybody else shows the token that pairing gave, as a cookie.

    Behind it `scope["state"]` has `browser`, the Browser that asks, or None for the machine itself, and `admitted`, a
    function that tells, for as long as a WebSocket lasts, whether it is still let in. It blocks for a moment.
    On the paths that are open to all neither is there.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._often = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            await self._count(scope)
            here = self._check_host(scope, headers)
            _check_origin(scope, headers, here)
            if not is_open(scope["path"]):
                await self._identify(scope, headers, here)
            if scope["type"] == "http":
                receive = await _with_whole_body(headers, receive)
        except _RefusedError as refused:
            if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refused.answer(scope, receive, _with_headers(scope, send))
            return
        await self._app(scope, receive, _with_headers(scope, send))

    async def _count(self, scope: Scope) -> None:
        peer = _peer(scope)
        if not await self._often.hit(OFTEN, peer):
            until, _ = await self._often.get_window_stats(OFTEN, peer)
            wait = max(1, math.ceil(until - time.time()))
            raise _refused(429, f"more requests than a page sends; try again in {wait} s", {"Retry-After": str(wait)})

    def _check_host(self, scope: Scope, headers: Headers) -> bool:
        """Whether this machine itself asks. Raises _RefusedError for a name that is not ours: DNS rebinding."""
        hosts = headers.getlist("host")
        name = host_name(hosts[0]) if len(hosts) == 1 else None
        if is_loopback(name):
            return is_loopback(_peer(scope)) and not any(_of_a_proxy(header) for header in headers)
        # An address needs no name's server to be found, so that nobody can point it here.
        address = self._access.lan and address_of(name) is not None and scope["server"] and name == scope["server"][0]
        if name is None or not (address or name in self._access.hosts):
            raise _refused(421, f"this page is not served under the name {name or '(none)'}; see the setting web_hosts")
        return False

    async def _identify(self, scope: Scope, headers: Headers, here: bool) -> None:
        """Raises _RefusedError for whoever is neither paired nor the machine itself."""
        browser, admitted = None, _always
        if not here:
            token = cookie_parser(headers.get("cookie", "")).get(_cookie(is_secure(scope)), "")
            try:
                browser = await asyncio.to_thread(self._access.browsers.who, token)
            except VoicephotoError as error:
                raise _refused(503, str(error)) from None
            if browser is None:
                if scope["path"] == "/" and scope["type"] == "http":
                    query = scope["query_string"].decode("latin-1")
                    raise _RefusedError(RedirectResponse(f"/pair?{query}" if query else "/pair", 303))
                raise _refused(401, "this browser is not paired; open /pair on this server")

            def admitted() -> bool:
                return self._access.browsers.who(token) is not None

        scope.setdefault("state", {}).update(browser=browser, admitted=admitted)


def let_in(answer: Response, token: str, *, secure: bool) -> None:
    """Give a browser its token with this answer; `secure` where it came over TLS."""
    answer.set_cookie(
        _cookie(secure), token, max_age=_COOKIE_SECONDS, path="/", secure=secure, httponly=True, samesite="strict"
    )


def is_secure(scope: Scope) -> bool:
    """Whether the browser reaches us over TLS, ours or that of a proxy on this machine."""
    return scope["scheme"] in ("https", "wss")


def is_open(path: str) -> bool:
    """Whether everybody may have what is there: what pairing and trusting the certificate need."""
    return path in _OPEN or path.startswith("/static/")


def _check_origin(scope: Scope, headers: Headers, here: bool) -> None:
    """Raises _RefusedError for what another page sends: cross-site requests and WebSockets.

    Browsers say which page asks, whatever that page wants. https://web.dev/articles/fetch-metadata
    """
    reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
    origins = headers.getlist("origin")
    if not reads and (origins or not here):
        scheme, _, host = (origins[0] if len(origins) == 1 else "").lower().partition("://")
        if scheme not in (("https",) if is_secure(scope) else ("http", "https")) or host != headers["host"].lower():
            raise _refused(403, "only this server's own pages may send that")
    opens_page = reads and (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not opens_page:
        raise _refused(403, "only this server's own pages may ask for that")


def _peer(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _of_a_proxy(header: str) -> bool:
    return header.startswith("x-forwarded-") or header in ("forwarded", "via", "x-real-ip")


def _cookie(secure: bool) -> str:
    """Its name: a browser takes one with __Host- only from this very host, over TLS."""
    return _SECURE_COOKIE if secure else _COOKIE


def _always() -> bool:
    return True


async def _with_whole_body(headers: Headers, receive: Receive) -> Receive:
    """`receive` with all of the body in its first message. Raises _RefusedError for a body that is large or slow."""
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return receive
    too_large = _refused(413, f"that is more than {LARGEST_BODY:,} bytes")
    if int(headers.get("content-length", 0)) > LARGEST_BODY:
        raise too_large
    body = b""
    message: Message = {}
    try:
        async with asyncio.timeout(_BODY_WITHIN):
            while message.get("more_body", True):
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                body += message.get("body", b"")
                if len(body) > LARGEST_BODY:
                    raise too_large
    except TimeoutError:
        raise _refused(408, f"the rest of the request did not come within {_BODY_WITHIN:.0f} s") from None
    waiting = [message if message["type"] == "http.disconnect" else {**message, "body": body}]

    async def whole() -> Message:
        return waiting.pop() if waiting else await receive()

    return whole


def _with_headers(scope: Scope, send: Send) -> Send:
    """`send` that gives every answer the headers that keep browsers careful."""
    headers = dict(_HEADERS)
    if is_secure(scope) or is_loopback(host_name(Headers(scope=scope).get("host", ""))):
        # Of a page that is not secure browsers ignore it, and complain.
        headers["Cross-Origin-Opener-Policy"] = "same-origin"

    async def careful(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            answer = MutableHeaders(scope=message)
            for name, value in headers.items():
                answer.setdefault(name, value)
        await send(message)

    return careful
