"""`voicephoto serve`: the page on a port of this machine, for itself or for its network, until it is stopped."""

import asyncio
import logging
import signal
import socket
from contextlib import nullcontext
from datetime import datetime

import uvicorn
from starlette.types import ASGIApp

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.errors import MissingError, UsageError
from voicephoto.web import here
from voicephoto.web.access import VALID_FOR, Access, Authority, Browsers, Caller, Guard, routes
from voicephoto.web.announcing import say, say_code, say_where
from voicephoto.web.app import create_app
from voicephoto.web.conversations import Conversations
from voicephoto.web.doorman import Doorman
from voicephoto.web.site import Site

_LARGEST_MESSAGE = 64 * 1024
"""Bytes of a WebSocket message."""
_STOPS_WITHIN = 2
"""Seconds that connections have to end in."""


def paired(settings: Settings) -> Browsers:
    """The browsers that may use the page of this data folder."""
    return Browsers(settings.data / "access.sqlite")


def pair(browsers: Browsers) -> None:
    """Show a code that lets one more browser into the server that runs. Raises MissingError where there is none."""
    address = browsers.address
    if address is None:
        raise MissingError(
            "no server runs that other devices can reach; no code was made; start one with voicephoto serve --lan"
        )
    say_code(address, browsers.invite(), datetime.now() + VALID_FOR)


def serve(parts: Assembly, *, port: int, lan: bool, tls: bool, microphone: bool) -> None:
    """Serve the page until somebody interrupts the program or ends it.

    With `lan` the network may reach it, and a code lets its browsers in. With `tls` it has a certificate of this
    machine's own. With `microphone` this machine listens and speaks itself, too. Raises UsageError for a port that
    cannot be had, and MissingError for a microphone or a speaker.
    """
    settings = parts.settings
    with listening("0.0.0.0" if lan else "127.0.0.1", port) as listener:
        site = Site(listener.getsockname()[1], lan, tls, settings.web_hosts)
        authority = Authority(settings.data / "tls", site.hosts) if tls else None
        browsers = paired(settings)
        # Made where there is none: the page of an empty library says how photos come into it.
        _ = parts.catalog
        parts.warm_up()
        access = Access(browsers, frozenset(site.hosts), lan, authority)
        conversations = Conversations(parts)
        app = create_app(parts, conversations)
        app.include_router(routes(access))
        config = configuration(Guard(app, access), authority)

        doorman = Doorman(browsers, site, authority, lambda: show_certificate(config, authority))
        say_where(site.here, site.others, authority.fingerprint if authority else None)
        doorman.invite()
        config.callback_notify, config.timeout_notify = lambda: asyncio.to_thread(doorman.look), 2
        # A service is stopped with it, which is no interruption.
        signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with parts.looking(say), here.listening(parts, conversations) if microphone else nullcontext():
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            browsers.address = None
            browsers.close()


def configuration(app: ASGIApp, authority: Authority | None = None) -> uvicorn.Config:
    """How an application is served: over TLS where there is an authority, and so that no log holds a secret."""
    debugging = logging.getLogger().isEnabledFor(logging.DEBUG)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Config(
        app,
        http=Caller,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        log_config=None,
        # At DEBUG the headers of a WebSocket are written, and the cookie is among them.
        log_level=logging.INFO if debugging else logging.ERROR,
        access_log=False,
        server_header=False,
        # A reverse proxy on this machine says who asks, and whether over TLS.
        forwarded_allow_ips=["127.0.0.1", "::1"],
        timeout_graceful_shutdown=_STOPS_WITHIN,
        ssl_certfile=authority.server if authority else None,
    )


def show_certificate(config: uvicorn.Config, authority: Authority | None) -> None:
    """Show the present certificate to whoever connects from now on, while the server runs."""
    if config.ssl and authority:
        config.ssl.load_cert_chain(authority.server)


def listening(host: str, port: int) -> socket.socket:
    """A socket on which whoever connects waits until the server runs. Raises UsageError where the port cannot be had."""
    # With the protocol named, which it need not be, asyncio sends at once (TCP_NODELAY); otherwise answers take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"the port {port} cannot be had ({error.strerror}); nothing was served; "
            "end the program that has it, or choose another one with --port"
        ) from None
    return listener


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's says something: it takes every WebSocket that is refused for a fault of ours."""
    return record.msg != "ASGI callable returned without completing handshake."
