"""Where the page is found."""

from dataclasses import dataclass

from voicephoto.web.access import own_addresses, own_names


@dataclass(frozen=True, slots=True)
class Site:
    """The page on one port of this machine: for itself, for its network (`lan`), over TLS or not.

    `web_hosts` are the names under which a reverse proxy serves it, over TLS.
    """

    port: int
    lan: bool
    tls: bool
    web_hosts: tuple[str, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names and addresses that are its own at the moment, beside those of loopback."""
        return (*self.web_hosts, *(own_names() if self.lan else ()), *(map(str, own_addresses()) if self.lan else ()))

    @property
    def here(self) -> str:
        """Its address for this machine, without a slash at its end."""
        return self._at("127.0.0.1")

    @property
    def others(self) -> str | None:
        """Its address for other devices at the moment; None where they cannot reach it."""
        if self.lan:
            return self._at([*map(str, own_addresses()), *own_names()][0])
        return f"https://{self.web_hosts[0]}" if self.web_hosts else None

    def _at(self, host: str) -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"
