"""What `voicephoto serve` says in the terminal."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime

import segno

from voicephoto.errors import one_line
from voicephoto.web.access import Browser, pairing_url

_MINUTE = "%Y-%m-%d %H:%M"


def say(line: str) -> None:
    print(one_line(line), flush=True)


def say_where(here: str, others: str | None, fingerprint: str | None) -> None:
    """The addresses of the page, for this machine and for `others`, and how to know the certificate's authority."""
    say(f"voicephoto is at {here}/ on this machine; Ctrl-C stops it")
    if others:
        say(f"other devices find it at {others}/")
    if fingerprint:
        say(
            f"how they trust its certificate is explained at {others or here}/trust; it belongs to the authority with the"
        )
        say(f"SHA-256 fingerprint {fingerprint}")
    elif others and others.startswith("http:"):
        say("browsers give their microphone only to pages that come over TLS; --tls makes a certificate for that")


def say_code(address: str, code: str, until: datetime) -> None:
    """A pairing code; where it is read in a terminal, also to be scanned."""
    scannable = sys.stdout.isatty()
    say(f"pairing code {code}, until {until:%H:%M}: {'scan it, or ' if scannable else ''}type it at {address}/pair")
    if scannable:
        segno.make_qr(pairing_url(address, code)).terminal(compact=True, border=2)
        sys.stdout.flush()


def say_browsers(browsers: Sequence[Browser], as_json: bool) -> None:
    """The browsers that are let in."""
    for browser in browsers:
        if as_json:
            shape = {"id": browser.id, "name": browser.name, "paired": browser.paired.isoformat(timespec="seconds"),
                     "seen": browser.seen.isoformat(timespec="seconds")}  # fmt: skip
            print(json.dumps(shape, ensure_ascii=False), flush=True)
        else:
            say(
                f"{browser.id:4}  {browser.name}, paired {browser.paired:{_MINUTE}}, last seen {browser.seen:{_MINUTE}}"
            )
    if not browsers and not as_json:
        say("no browser is paired")
