import shutil
import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from voicephoto.errors import MissingError
from voicephoto.web.access import Authority

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
HOSTS = ("kitchen", "kitchen.local", "192.168.1.20")


def certificate(authority: Authority) -> x509.Certificate:
    """The one that the server shows."""
    return x509.load_pem_x509_certificate(authority.server.read_bytes())


def greeted(authority: Authority, host: str, trusted: bytes) -> str | None:
    """What a device that trusts `trusted` says to the server under the name `host`; None where it is content."""
    inside, outside = socket.socketpair()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(authority.server)

    def serve() -> None:
        try:
            served.wrap_socket(inside, server_side=True).close()
        except (OSError, ssl.SSLError):
            inside.close()

    thread = threading.Thread(target=serve)
    thread.start()
    device = ssl.create_default_context(cadata=trusted.decode())
    # Python 3.13 asks for it by default, and devices do.
    device.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        device.wrap_socket(outside, server_hostname=host).close()
        return None
    except ssl.SSLCertVerificationError as error:
        outside.close()
        return error.verify_message
    finally:
        thread.join()


def test_a_device_that_trusts_the_authority_trusts_the_server_by_all_its_names(tmp_path: Path) -> None:
    authority = Authority(tmp_path, HOSTS)
    for host in (*HOSTS, "localhost", "127.0.0.1", "::1"):
        assert greeted(authority, host, authority.certificate) is None
    assert "mismatch" in str(greeted(authority, "evil.example", authority.certificate))


def test_another_authority_is_not_trusted(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "one", HOSTS), Authority(tmp_path / "two", HOSTS)
    assert "unable to get local issuer" in str(greeted(authority, "kitchen", other.certificate))
    assert authority.fingerprint != other.fingerprint


@pytest.mark.parametrize("host", ["bank.example", "local", "8.8.8.8", "192.169.1.1", "2001:db8::1"])
def test_it_may_vouch_for_this_machine_only(tmp_path: Path, host: str) -> None:
    authority = Authority(tmp_path, HOSTS)
    # Whoever steals its key signs for another site.
    authority.renew([host])
    assert host in {str(name.value) for name in names(authority)}
    assert greeted(authority, host, authority.certificate) == "permitted subtree violation"


def names(authority: Authority) -> x509.SubjectAlternativeName:
    return certificate(authority).extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def test_openssl_is_content_with_it(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl here")
    authority = Authority(tmp_path, HOSTS)
    (tmp_path / "voicephoto.crt").write_bytes(authority.certificate)
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "kitchen.local", "-CAfile",
         tmp_path / "voicephoto.crt", authority.server], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip().endswith("OK"), done.stderr
    shown = subprocess.run(
        ["openssl", "x509", "-in", tmp_path / "voicephoto.crt", "-noout", "-fingerprint", "-sha256"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip().partition("=")[2] == authority.fingerprint


def test_keys_are_for_their_owner_alone_and_what_is_given_out_holds_none(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls", HOSTS)
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700
    for file in (tmp_path / "tls").iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in authority.certificate


def test_it_is_made_as_browsers_want_it(tmp_path: Path) -> None:
    server = certificate(Authority(tmp_path, HOSTS))
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=398)
    assert server.not_valid_before_utc < NOW
    constraints = server.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert not constraints.value.ca


def test_starting_again_changes_nothing(tmp_path: Path) -> None:
    first = Authority(tmp_path, HOSTS)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    again = Authority(tmp_path, reversed(HOSTS), NOW + 300 * DAY)
    assert again.fingerprint == first.fingerprint
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == files


def test_a_new_private_address_needs_another_certificate_and_no_other_trust(tmp_path: Path) -> None:
    authority = Authority(tmp_path, HOSTS)
    before = certificate(authority).fingerprint(hashes.SHA256())
    assert not authority.renew(HOSTS)
    assert authority.renew([*HOSTS, "10.0.0.7"])
    assert certificate(authority).fingerprint(hashes.SHA256()) != before
    assert greeted(authority, "10.0.0.7", authority.certificate) is None
    assert Authority(tmp_path, [*HOSTS, "10.0.0.7"]).fingerprint == authority.fingerprint


def test_it_is_renewed_before_it_ends(tmp_path: Path) -> None:
    authority = Authority(tmp_path, HOSTS)
    end = certificate(authority).not_valid_after_utc
    assert not authority.renew(HOSTS, end - 31 * DAY)
    assert authority.renew(HOSTS, end - 30 * DAY)
    assert certificate(authority).not_valid_after_utc > end + 300 * DAY


@pytest.mark.parametrize("hosts", [("pantry", "pantry.local"), (*HOSTS, "203.0.113.9"), (*HOSTS, "photos.example.org")])
def test_for_a_name_that_it_may_not_vouch_for_there_is_another_authority(
    tmp_path: Path, hosts: tuple[str, ...]
) -> None:
    before = Authority(tmp_path, HOSTS)
    after = Authority(tmp_path, hosts)
    assert after.fingerprint != before.fingerprint
    for host in hosts:
        assert greeted(after, host, after.certificate) is None


def test_in_the_last_year_of_its_ten_there_is_another_one(tmp_path: Path) -> None:
    first = Authority(tmp_path, HOSTS)
    assert Authority(tmp_path, HOSTS, NOW + 3_200 * DAY).fingerprint == first.fingerprint
    assert Authority(tmp_path, HOSTS, NOW + 3_300 * DAY).fingerprint != first.fingerprint


@pytest.mark.parametrize(
    "content", [b"", b"no key at all", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_authority_is_said_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    Authority(tmp_path, HOSTS)
    (tmp_path / "authority.pem").write_bytes(content)
    with pytest.raises(MissingError, match=r"authority\.pem is damaged; nothing was served; remove it, start again"):
        Authority(tmp_path, HOSTS)
    assert (tmp_path / "authority.pem").read_bytes() == content


def test_a_key_that_is_not_the_authoritys_is_damage(tmp_path: Path) -> None:
    one, other = Authority(tmp_path / "one", HOSTS), Authority(tmp_path / "two", HOSTS)
    file = tmp_path / "one" / "authority.pem"
    key = (tmp_path / "two" / "authority.pem").read_bytes().partition(b"-----BEGIN CERTIFICATE")[0]
    file.write_bytes(key + one.certificate)
    with pytest.raises(MissingError, match="is damaged"):
        Authority(tmp_path / "one", HOSTS)
    assert other.certificate


@pytest.mark.parametrize("content", [b"", b"no certificate", None])
def test_a_damaged_certificate_of_the_server_is_made_again(tmp_path: Path, content: bytes | None) -> None:
    first = Authority(tmp_path, HOSTS)
    if content is None:
        first.server.unlink()
    else:
        first.server.write_bytes(content)
    again = Authority(tmp_path, HOSTS)
    assert again.fingerprint == first.fingerprint
    assert greeted(again, "kitchen", first.certificate) is None


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MissingError, match=r"cannot be used .* no certificate was made"):
        Authority(tmp_path / "file" / "tls", HOSTS)
