import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.web.access.hosts import host_name, is_loopback, own_addresses, own_names


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8150", "localhost"),
        ("127.0.0.1:8150", "127.0.0.1"),
        ("[::1]:8150", "::1"),
        ("[0:0::0:1]", "::1"),
        ("kitchen.local:443", "kitchen.local"),
        ("", None),
        (":8150", None),
        ("::1", None),
        ("[kitchen]", None),
        ("[::1", None),
        ("kitchen local", None),
        ("kitchen:port", None),
        ("kitchen:80:81", None),
        ("user@kitchen", None),
        ("kitchen/", None),
        ("küche.local", None),
        ("kitchen\n", None),
    ],
)
def test_the_name_in_a_host_header(host: str, name: str | None) -> None:
    assert host_name(host) == name


@given(st.ip_addresses(), st.none() | st.integers(0, 65_535))
def test_every_address_is_read_as_it_was_written(address: object, port: int | None) -> None:
    written = f"[{address}]" if ":" in str(address) else str(address)
    assert host_name(written if port is None else f"{written}:{port}") == str(address)


@given(st.text())
def test_whatever_is_read_is_one_name(host: str) -> None:
    name = host_name(host)
    assert name is None or (host_name(f"[{name}]" if ":" in name else name) == name and "/" not in name)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.3.2.1", "::1"])
def test_what_means_the_machine_itself(name: str) -> None:
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name", [None, "", "localhost.evil.example", "127.0.0.1.evil.example", "localhost.", "127.1", "0.0.0.0", "10.0.0.1"]
)
def test_what_only_looks_like_it(name: str | None) -> None:
    assert not is_loopback(name)


def test_what_this_machine_is_called() -> None:
    short = socket.gethostname().lower().partition(".")[0]
    assert {short, f"{short}.local"} <= set(own_names())


def test_its_addresses_are_its_own() -> None:
    for address in own_addresses():
        assert not is_loopback(str(address))
        with socket.socket() as one:
            one.bind((str(address), 0))
            assert ip_address(one.getsockname()[0]) == address
