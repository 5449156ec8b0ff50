"""Who may use the page: pairing, the guard before the application, and the certificate."""

from voicephoto.web.access.browsers import VALID_FOR, Browser, Browsers
from voicephoto.web.access.caller import Caller
from voicephoto.web.access.certificate import Authority
from voicephoto.web.access.guard import Access, Guard
from voicephoto.web.access.hosts import host_name, own_addresses, own_names
from voicephoto.web.access.routes import pairing_url, routes

__all__ = [
    "VALID_FOR",
    "Access",
    "Authority",
    "Browser",
    "Browsers",
    "Caller",
    "Guard",
    "host_name",
    "own_addresses",
    "own_names",
    "pairing_url",
    "routes",
]
