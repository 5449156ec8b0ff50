"""What a Host header names, and what this machine is called."""

import fcntl
import re
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::[0-9]{1,5})?", re.ASCII)
_SIOCGIFADDR = 0x8915
"""Asks Linux for an interface's address: man 7 netdevice."""


def host_name(host: str) -> str | None:
    """The name or address in a Host header, without its port and as it is written best; None where it is neither."""
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return None
    inside_brackets, name = found.groups()
    address = address_of(inside_brackets or name)
    return str(address) if address else name


def address_of(name: str | None) -> IPv4Address | IPv6Address | None:
    """The address that is written there, None where it is none."""
    try:
        return ip_address(name or "")
    except ValueError:
        return None


def is_loopback(name: str | None) -> bool:
    """Whether it means the machine itself."""
    address = address_of(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def own_names() -> tuple[str, ...]:
    """What others on the network call this machine: "kitchen", and "kitchen.local" where names are found by mDNS."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return tuple(dict.fromkeys(each for each in (name, short, f"{short}.local") if host_name(each) and short))


def own_addresses() -> tuple[IPv4Address, ...]:
    """The IPv4 addresses of this machine but for loopback, first the one by which it reaches others."""
    found: list[IPv4Address] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, interface in socket.if_nameindex():
            with suppress(OSError):
                answer = fcntl.ioctl(asking, _SIOCGIFADDR, interface.encode()[:15].ljust(32, b"\0"))
                found.append(IPv4Address(answer[20:24]))
        with suppress(OSError):
            # A datagram socket that is connected has sent nothing; 192.0.2.0/24 belongs to nobody (RFC 5737).
            asking.connect(("192.0.2.1", 9))
            found.insert(0, IPv4Address(asking.getsockname()[0]))
    return tuple(dict.fromkeys(address for address in found if not address.is_loopback))
