"""The certificate of this machine, and the authority of its own that signs it."""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from voicephoto.errors import MissingError
from voicephoto.web.access.hosts import address_of

_AUTHORITY_LASTS = timedelta(days=3650)
_LASTS = timedelta(days=397)
"""Browsers take no certificate of a server that is valid for more than 398 days (CA/Browser Forum, ballot SC31)."""
_RENEWED_BEFORE = timedelta(days=30)
_EARLIER = timedelta(days=1)
"""Certificates count since then, for devices whose clock is behind."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PRIVATE = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip


class Authority:
    """A certificate authority that lies in `folder`, and the certificate that it signs for `hosts`.

    Hosts are names and addresses; those of loopback are always among them. The authority is made where there is none.
    It may sign for these hosts, for names below them and for private addresses, and for nothing else: whoever trusts
    it need not fear for other sites, even if its key is stolen. For a host that it may not sign for, and towards the
    end of its ten years, another authority takes its place, which devices have to trust anew.

    Raises MissingError where the folder cannot be used, or the authority in it is damaged.
    """

    def __init__(self, folder: Path, hosts: Iterable[str], now: datetime | None = None) -> None:
        self._file = folder / "authority.pem"
        self.server = folder / "server.pem"
        """The server's key and certificate, for `ssl.SSLContext.load_cert_chain`."""
        wanted, moment = {*_LOOPBACK, *hosts}, now or datetime.now(UTC)
        with self._told():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._key, self._certificate = self._kept(wanted, moment) or self._made(wanted, moment)
        self.renew(wanted, moment)

    @property
    def certificate(self) -> bytes:
        """What devices are to trust, PEM."""
        return self._certificate.public_bytes(Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """Its SHA-256, "AB:CD:...", as devices show it."""
        return self._certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def renew(self, hosts: Iterable[str], now: datetime | None = None) -> bool:
        """Sign another certificate where the present one lacks one of `hosts`, or ends within 30 days.

        Returns whether it did.
        """
        wanted, moment = {*_LOOPBACK, *hosts}, now or datetime.now(UTC)
        with self._told():
            if self._suffices(wanted, moment):
                return False
            self._sign(wanted, moment)
        return True

    def _sign(self, wanted: set[str], now: datetime) -> None:
        key = generate_private_key(SECP256R1())
        certificate = (
            _certificate(f"voicephoto on {socket.gethostname()}", key, now, _LASTS)
            .issuer_name(self._certificate.subject)
            .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in sorted(wanted)]), False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(_usage(signs_certificates=False), True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False)
            .sign(self._key, hashes.SHA256())
        )
        _write(self.server, key, certificate)

    def _kept(self, wanted: set[str], now: datetime) -> tuple[EllipticCurvePrivateKey, x509.Certificate] | None:
        """The authority that there is, if it may go on and sign for all that is wanted."""
        try:
            content = self._file.read_bytes()
            key, certificate = load_pem_private_key(content, None), x509.load_pem_x509_certificate(content)
            permitted = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
            if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
                raise ValueError
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, x509.ExtensionNotFound):
            raise MissingError(
                f"the certificate authority {self._file} is damaged; nothing was served; "
                "remove it, start again and trust the new one"
            ) from None
        lasts = certificate.not_valid_after_utc - now > _LASTS
        return (key, certificate) if lasts and set(_subtrees(wanted)) <= set(permitted or ()) else None

    def _made(self, wanted: set[str], now: datetime) -> tuple[EllipticCurvePrivateKey, x509.Certificate]:
        key = generate_private_key(SECP256R1())
        # The moment tells two authorities of the same machine apart, in the lists of the devices that trust one.
        name = f"voicephoto authority {now:%Y-%m-%d %H:%M:%S}, {socket.gethostname()}"
        certificate = (
            _certificate(name, key, now, _AUTHORITY_LASTS)
            .issuer_name(_name(name))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .add_extension(_usage(signs_certificates=True), True)
            .add_extension(x509.NameConstraints(_subtrees(wanted), None), True)
            .sign(key, hashes.SHA256())
        )
        _write(self._file, key, certificate)
        return key, certificate

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise MissingError(
                f"{self._file.parent} cannot be used ({error.strerror}); no certificate was made; "
                "check its permissions and free space"
            ) from None

    def _suffices(self, wanted: set[str], now: datetime) -> bool:
        """Whether the server's certificate is there, is this authority's, and will do for a while."""
        try:
            certificate = x509.load_pem_x509_certificate(self.server.read_bytes())
            certificate.verify_directly_issued_by(self._certificate)
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (FileNotFoundError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return False
        lasts = certificate.not_valid_after_utc - now > _RENEWED_BEFORE
        return lasts and wanted <= {str(name.value) for name in names}


def _certificate(name: str, key: EllipticCurvePrivateKey, now: datetime, lasts: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now - _EARLIER + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _name(text: str) -> x509.Name:
    # A common name has 64 characters at most (RFC 5280, ub-common-name).
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _general_name(host: str) -> x509.GeneralName:
    address = address_of(host)
    return x509.IPAddress(address) if address else x509.DNSName(host)


def _subtrees(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """What an authority may sign for: private addresses, and these hosts."""
    names = {host for host in hosts if not address_of(host)}
    public = {
        address
        for host in hosts
        if (address := address_of(host)) and not any(address in network for network in _PRIVATE)
    }
    return [
        *map(x509.DNSName, sorted(names)),
        *map(x509.IPAddress, _PRIVATE),
        *(x509.IPAddress(ip_network(address)) for address in sorted(public, key=str)),
    ]


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(file: Path, key: EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Key and certificate in one file that only its owner may read, and that is there as a whole or not at all."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        target.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        target.write(certificate.public_bytes(Encoding.PEM))
    new.replace(file)
