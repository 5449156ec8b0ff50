"""`voicephoto serve` as a person runs it."""

import json
import os
import pty
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from ipaddress import IPv4Address
from pathlib import Path

import httpx2
import pytest
import segno
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from voicephoto.assembly import Assembly
from voicephoto.web.access import Authority, Browsers, own_names, pairing_url
from voicephoto.web.access.browsers import WRONG_TRIES
from voicephoto.web.doorman import Doorman
from voicephoto.web.server import configuration, listening, show_certificate
from voicephoto.web.site import Site

CODE = re.compile(r"pairing code ([A-Z2-9]{4}-[A-Z2-9]{4}), until \d\d:\d\d")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "voicephoto", *map(str, arguments)]


def voicephoto(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=60, check=False)


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a process of its own, whose output goes into files."""

    process: subprocess.Popen[bytes]
    data: Path
    out: Path
    err: Path

    def until(self, pattern: str) -> str:
        """What it has said when a line like that is among it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            if re.search(pattern, said := self.out.read_text()):
                return said
            time.sleep(0.05)
        raise AssertionError(f"no {pattern!r} in {self.out.read_text()!r}; {self.err.read_text()[-2000:]}")

    @property
    def port(self) -> int:
        return int(re.findall(r"127\.0\.0\.1:(\d+)/ on this machine", self.out.read_text())[0])

    def stopped_by(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def running(data: Path, folder: Path, *arguments: object, **environment: str) -> Iterator[Running]:
    out, err = folder / "out", folder / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command("--debug", "--data", data, "serve", "--port", 0, *arguments),
            stdout=stdout, stderr=stderr, env=os.environ | environment,
        )  # fmt: skip
        try:
            yield Running(process, data, out, err)
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def lan(demo_parts: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(demo_parts.settings.data, tmp_path_factory.mktemp("lan"), "--lan") as server:
        server.until("pairing code")
        yield server


def device(server: Running, token: str | None = None) -> httpx2.Client:
    """Another device, which finds the server by its name."""
    name = f"{own_names()[0]}:{server.port}"
    headers = {"host": name, "origin": f"http://{name}"} | ({"cookie": f"voicephoto={token}"} if token else {})
    return httpx2.Client(base_url=f"http://127.0.0.1:{server.port}", headers=headers)


def paired(server: Running, code: str) -> str:
    with device(server) as guest:
        answer = guest.post("/api/pair", json={"code": code})
    assert answer.status_code == 204
    return str(answer.headers["set-cookie"]).split(";")[0].partition("=")[2]


# On the network


def test_it_says_where_it_is_and_how_to_get_in(lan: Running) -> None:
    here, others, microphone, code = lan.out.read_text().splitlines()
    assert here == f"voicephoto is at http://127.0.0.1:{lan.port}/ on this machine; Ctrl-C stops it"
    assert re.fullmatch(rf"other devices find it at http://[\w.-]+:{lan.port}/", others)
    assert "--tls" in microphone
    assert CODE.match(code)
    with httpx2.Client(base_url=f"http://127.0.0.1:{lan.port}") as client:
        assert client.get("/api/library").json()["photos"] > 30
        assert client.get("/pair").status_code == 200


def test_who_is_let_in_is_said_and_the_next_code_shown(lan: Running) -> None:
    code = CODE.findall(lan.out.read_text())[-1]
    paired(lan, code)
    said = lan.until(r"a browser is paired now; voicephoto serve --revoke \d+ sends it away\npairing code")
    assert CODE.findall(said)[-1] != code


def test_beside_it_browsers_are_invited_listed_and_sent_away(lan: Running) -> None:
    shown = voicephoto("--data", lan.data, "serve", "--pair")
    assert shown.returncode == 0
    [code] = CODE.findall(shown.stdout)
    token = paired(lan, code)
    with device(lan, token) as guest:
        assert guest.get("/api/library").status_code == 200
        listed = voicephoto("--data", lan.data, "serve", "--paired")
        assert re.search(
            r"^ +\d+  a browser, paired 20\d\d-\d\d-\d\d \d\d:\d\d, last seen", listed.stdout, re.MULTILINE
        )
        lines = voicephoto("--data", lan.data, "serve", "--paired", "--json").stdout.splitlines()
        last = json.loads(lines[-1])
        assert list(last) == ["id", "name", "paired", "seen"]
        revoked = voicephoto("--data", lan.data, "serve", "--revoke", last["id"])
        assert (revoked.returncode, revoked.stdout, revoked.stderr) == (0, "", "")
        assert guest.get("/api/library").status_code == 401
    again = voicephoto("--data", lan.data, "serve", "--revoke", last["id"])
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr


def test_no_log_holds_a_token_or_a_code(lan: Running) -> None:
    code = voicephoto("--data", lan.data, "serve", "--pair").stdout.split()[2].rstrip(",")
    token = paired(lan, code)
    with device(lan, token) as guest:
        assert guest.get("/api/library").status_code == 200
    name = f"{own_names()[0]}:{lan.port}"
    with connect(
        f"ws://{name}/ws",
        sock=socket.create_connection(("127.0.0.1", lan.port)),
        origin=f"http://{name}",  # type: ignore[arg-type]
        additional_headers={"cookie": f"voicephoto={token}"},
        proxy=None,
    ) as page:
        page.send("no hello")
        with suppress(ConnectionClosed):
            while True:
                page.recv(20)
    # It is told to write down all that it does.
    logged = lan.err.read_text()
    assert "/ws" in logged
    for secret in (token, code, code.replace("-", "")):
        assert secret not in logged
        assert secret not in lan.out.read_text()


def test_a_port_that_is_taken_is_said_in_one_line(lan: Running, tmp_path: Path) -> None:
    second = voicephoto("--data", tmp_path, "serve", "--port", lan.port)
    assert (second.returncode, second.stdout) == (2, "")
    [line] = second.stderr.splitlines()
    assert line.startswith(
        f"voicephoto: the port {lan.port} cannot be had (Address already in use); nothing was served;"
    )
    assert list(tmp_path.iterdir()) == []


def test_being_ended_is_no_failure_even_while_a_page_is_open(lan: Running) -> None:
    with connect(f"ws://127.0.0.1:{lan.port}/ws", proxy=None) as page:
        assert lan.stopped_by(signal.SIGTERM) == 0
        with pytest.raises(ConnectionClosed):
            page.recv(20)
    nobody = voicephoto("--data", lan.data, "serve", "--pair")
    assert (nobody.returncode, nobody.stdout) == (3, "")
    assert "no server runs that other devices can reach; no code was made" in nobody.stderr


# Over TLS, and behind a proxy


def test_over_tls_with_a_certificate_of_its_own(demo_parts: Assembly, tmp_path: Path) -> None:
    data = demo_parts.settings.data
    with running(data, tmp_path, "--tls", VOICEPHOTO_WEB_HOSTS='["photos.example"]') as server:
        said = server.until("pairing code")
        assert f"voicephoto is at https://127.0.0.1:{server.port}/ on this machine" in said
        assert "other devices find it at https://photos.example/\n" in said
        assert ": type it at https://photos.example/pair\n" in said
        authority = Authority(data / "tls", ["photos.example"])
        assert f"SHA-256 fingerprint {authority.fingerprint}\n" in said

        trusting = ssl.create_default_context(cadata=authority.certificate.decode())
        with httpx2.Client(base_url=f"https://localhost:{server.port}", verify=trusting) as client:
            assert client.get("/api/library").status_code == 200
            assert client.get("/trust").status_code == 200
            given = client.get("/trust/voicephoto.crt")
            assert given.headers["content-type"] == "application/x-x509-ca-cert"
            assert given.content == authority.certificate
            code = CODE.findall(said)[0]
            name = {"host": "photos.example", "origin": "https://photos.example"}
            cookie = client.post("/api/pair", json={"code": code}, headers=name).headers["set-cookie"]
            assert cookie.startswith("__Host-voicephoto=")
            assert cookie.endswith("; Secure")
        with pytest.raises(httpx2.ConnectError, match="certificate"):
            httpx2.get(f"https://localhost:{server.port}/")
        with pytest.raises(httpx2.RemoteProtocolError):
            httpx2.get(f"http://localhost:{server.port}/")
        assert server.stopped_by(signal.SIGINT) == 130


def test_a_certificate_that_is_signed_anew_is_shown_while_the_server_runs(tmp_path: Path) -> None:
    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nobody asks for anything")

    authority = Authority(tmp_path, ["kitchen"])
    config = configuration(nothing, authority)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    trusting = ssl.create_default_context(cadata=authority.certificate.decode())
    with listening("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()

        def greet(name: str) -> None:
            with socket.create_connection(listener.getsockname(), timeout=20) as connection:
                trusting.wrap_socket(connection, server_hostname=name).close()

        greet("kitchen")
        with pytest.raises(ssl.SSLCertVerificationError, match=r"10\.0\.0\.7"):
            greet("10.0.0.7")
        assert authority.renew(["kitchen", "10.0.0.7"])
        show_certificate(config, authority)
        greet("10.0.0.7")
        server.should_exit = True
        thread.join(10)


def test_without_any_photo_yet_it_is_served_as_well(tmp_path: Path) -> None:
    with running(tmp_path / "data", tmp_path) as server:
        said = server.until("on this machine")
        assert "pairing code" not in said
        assert httpx2.get(f"http://127.0.0.1:{server.port}/api/library").json()["photos"] == 0


# The terminal


def test_in_a_terminal_the_code_can_be_scanned(tmp_path: Path) -> None:
    browsers = Browsers(tmp_path / "access.sqlite")
    browsers.address = "https://192.168.1.20:8150"
    browsers.close()
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        done = subprocess.Popen(command("--data", tmp_path, "serve", "--pair"), stdout=theirs)
        os.close(theirs)
        shown = b""
        try:
            while some := screen.read(65_536):
                shown += some
        except OSError:
            pass  # So a terminal ends whose program has ended.
        assert done.wait(60) == 0
    text = shown.decode().replace("\r\n", "\n")
    picture = StringIO()
    segno.make_qr(pairing_url("https://192.168.1.20:8150", CODE.findall(text)[0])).terminal(
        picture, border=2, compact=True
    )
    assert picture.getvalue() in text


@pytest.mark.parametrize(
    "wrong", [["--pair", "--paired"], ["--paired", "--revoke", 1], ["--port", 70_000], ["--revoke", "x"]]
)
def test_wrong_use_is_one_line(tmp_path: Path, wrong: list[object]) -> None:
    run = voicephoto("--data", tmp_path, "serve", *wrong)
    assert (run.returncode, run.stdout) == (2, "")
    [line] = run.stderr.splitlines()
    assert line.startswith("voicephoto: ")


# The doorman


@pytest.fixture
def doorman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Doorman]:
    """On a network where this machine is 192.168.1.20, until it moves."""
    monkeypatch.setattr("voicephoto.web.site.own_addresses", lambda: (IPv4Address("192.168.1.20"),))
    site = Site(8150, lan=True, tls=True, web_hosts=())
    browsers = Browsers(tmp_path / "access.sqlite")
    authority = Authority(tmp_path / "tls", site.hosts)
    man = Doorman(browsers, site, authority, renewed=lambda: print("renewed"))
    man.invite()
    capsys.readouterr()
    yield man
    browsers.close()


def test_while_nothing_happens_nothing_is_said(doorman: Doorman, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        doorman.look()
    assert capsys.readouterr().out == ""


def test_that_codes_were_guessed_is_said(doorman: Doorman, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    browsers = Browsers(tmp_path / "access.sqlite")
    for _ in range(WRONG_TRIES):
        browsers.admit("AAAA-AAAA", "a guess")
    doorman.look()
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("too many wrong codes were tried, so that none counts any more")
    doorman.look()
    assert capsys.readouterr().out == ""


def test_when_the_machine_moves_it_says_where_to_and_has_a_certificate_for_it(
    doorman: Doorman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("voicephoto.web.site.own_addresses", lambda: (IPv4Address("192.168.1.77"),))
    doorman.look()
    assert capsys.readouterr().out.splitlines() == [
        "other devices find it at https://192.168.1.77:8150/ now",
        "renewed",
    ]
    assert Browsers(tmp_path / "access.sqlite").address == "https://192.168.1.77:8150"
    doorman.look()
    assert capsys.readouterr().out == ""


def test_what_fails_while_it_watches_is_said_once(
    doorman: Doorman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tls" / "server.new").mkdir()
    monkeypatch.setattr("voicephoto.web.site.own_addresses", lambda: (IPv4Address("192.168.1.77"),))
    doorman.look()
    doorman.look()
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert "no certificate was made" in said[1]
