"""Who watches the door while the page is served: codes, newcomers, addresses, the certificate."""

from collections.abc import Callable
from datetime import datetime

from voicephoto.errors import VoicephotoError
from voicephoto.web.access import VALID_FOR, Authority, Browsers
from voicephoto.web.announcing import say, say_code
from voicephoto.web.site import Site


class Doorman:
    """Shows a code to whoever reads the terminal, another one when it was used, and says who was let in.

    `renewed` is called after the certificate was signed anew, as this machine has another address or it ends soon.
    """

    def __init__(
        self, browsers: Browsers, site: Site, authority: Authority | None, renewed: Callable[[], None]
    ) -> None:
        self._browsers = browsers
        self._site = site
        self._authority = authority
        self._renewed = renewed
        self._newest = max((browser.id for browser in browsers.all()), default=0)
        self._address = site.others
        self._code: str | None = None
        self._until = datetime.now()
        self._said = ""
        browsers.address = self._address

    def invite(self) -> None:
        """Show a code, where other devices can reach the page."""
        if self._address is not None:
            self._until, self._code = datetime.now() + VALID_FOR, self._browsers.invite()
            say_code(self._address, self._code, self._until)

    def look(self) -> None:
        """What is done every other second; of what fails is said, once, what it is."""
        try:
            self._greet()
            self._move()
            self._said = ""
        except VoicephotoError as error:
            if str(error) != self._said:
                self._said = str(error)
                say(self._said)

    def _greet(self) -> None:
        newcomers = [browser for browser in self._browsers.all() if browser.id > self._newest]
        for browser in newcomers:
            self._newest = browser.id
            say(f"{browser.name} is paired now; voicephoto serve --revoke {browser.id} sends it away")
        if self._code is None or self._browsers.invites(self._code):
            return
        self._code = None
        if newcomers:
            self.invite()
        elif datetime.now() < self._until:
            say(
                "too many wrong codes were tried, so that none counts any more; voicephoto serve --pair shows a new one"
            )

    def _move(self) -> None:
        address = self._site.others
        if address != self._address:
            self._browsers.address = self._address = address
            say(f"other devices find it at {address}/ now")
        if self._authority and self._authority.renew(self._site.hosts):
            self._renewed()
