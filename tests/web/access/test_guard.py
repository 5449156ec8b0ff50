"""Who gets past the guard, over real connections. Other devices are those that come by another name than loopback's."""

import json
import socket
from contextlib import suppress

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.web.access.conftest import Door, opened
from voicephoto.assembly import Assembly
from voicephoto.web.access import own_addresses
from voicephoto.web.access.guard import LARGEST_BODY, OFTEN, is_open
from voicephoto.web.messages import VERSION

SECRET = (
    "/",
    "/api/library",
    "/api/search?q=dogs",
    "/photos/1/thumbnail",
    "/photos/1/original",
    "/api/browsers",
    "/openapi.json",
)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def why(answer: httpx2.Response) -> str:
    """The one line of a refusal, which is all that it says."""
    assert answer.headers["content-type"] == "application/json"
    shape = answer.json()
    assert list(shape) == ["error"]
    assert "\n" not in shape["error"]
    return str(shape["error"])


def ws(door: Door, *, host: str | None = None, origin: str | None = None, **headers: str) -> ClientConnection:
    """A WebSocket by the name `host` of the server."""
    return connect(
        f"ws://{host or f'127.0.0.1:{door.port}'}/ws",
        sock=socket.create_connection(("127.0.0.1", door.port)),
        origin=origin,  # type: ignore[arg-type]
        additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        proxy=None,
    )


def websocket_status(door: Door) -> int:
    """101 for a WebSocket that is opened, else the status of its refusal."""
    try:
        ws(door).close()
    except InvalidStatus as refused:
        return refused.response.status_code
    return 101


def refused_ws(door: Door, **given: str) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as refused:
        ws(door, **given)
    return refused.value.response.status_code, json.loads(refused.value.response.body or b"")["error"]


# This machine itself, and others


def test_this_machine_itself_needs_no_pairing(door: Door) -> None:
    with door.here() as here:
        assert here.get("/api/library").json()["photos"] > 30
        assert here.get("/photos/1/thumbnail").status_code == 200
        for name in ("localhost", f"localhost:{door.port}", "127.0.0.1"):
            assert here.get("/api/library", headers={"host": name}).status_code == 200
    ws(door).close()


@pytest.mark.parametrize("path", SECRET)
def test_another_device_sees_nothing_before_it_is_paired(door: Door, path: str) -> None:
    with door.device() as stranger:
        answer = stranger.get(path)
        if path == "/":
            assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/pair", b"")
        else:
            assert (answer.status_code, why(answer)) == (401, "this browser is not paired; open /pair on this server")
        assert stranger.head(path).status_code == answer.status_code


def test_what_was_asked_of_the_page_is_kept_while_pairing(door: Door) -> None:
    with door.device() as stranger:
        assert stranger.get("/?kiosk&room=kitchen").headers["location"] == "/pair?kiosk&room=kitchen"


def test_a_paired_device_sees_everything(door: Door) -> None:
    token = door.paired()
    with door.device(token) as device:
        assert device.get("/api/library").status_code == 200
        assert device.get("/photos/1/original").status_code == 200
        assert device.post("/api/ask", json={"text": "how many photos do I have"}).status_code == 200
    ws(door, host=door.kitchen, origin=f"http://{door.kitchen}", cookie=f"voicephoto={token}").close()


def test_what_pairing_needs_is_open_to_all(door: Door) -> None:
    with door.device() as stranger:
        for path in ("/pair", "/static/pair.js", "/static/access.css", "/trust"):
            assert stranger.get(path).status_code == 200
        assert stranger.get("/trust/voicephoto.crt").status_code == 404
        assert stranger.get("/static/").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-proto": "https"},
        {"x-forwarded-host": "photos.example"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 proxy"},
        {"x-real-ip": "127.0.0.1"},
    ],
)
def test_what_came_through_a_proxy_is_not_this_machine(door: Door, headers: dict[str, str]) -> None:
    with door.here(**headers) as through:
        assert through.get("/api/library").status_code == 401


def test_a_proxy_on_this_machine_says_whether_the_browser_came_over_tls(door: Door) -> None:
    token = door.paired()
    with door.device(
        x_forwarded_for="192.168.1.30", x_forwarded_proto="https", origin=f"https://{door.kitchen}"
    ) as device:
        assert device.get("/api/library", headers={"cookie": f"__Host-voicephoto={token}"}).status_code == 200
        # A page without TLS may have put it there.
        assert device.get("/api/library", headers={"cookie": f"voicephoto={token}"}).status_code == 401
        answer = device.post("/api/pair", json={"code": door.browsers.invite()})
        assert answer.headers["set-cookie"].startswith("__Host-voicephoto=")


def test_a_revoked_token_opens_nothing_from_the_next_request_on(door: Door) -> None:
    token = door.paired()
    with door.device(token) as device:
        assert device.get("/api/library").status_code == 200
        door.browsers.revoke(door.browsers.all()[-1].id)
        assert device.get("/api/library").status_code == 401
        assert device.get("/photos/1/thumbnail").status_code == 401
    status, _ = refused_ws(door, host=door.kitchen, origin=f"http://{door.kitchen}", cookie=f"voicephoto={token}")
    assert status == 401


def test_an_open_page_of_a_browser_that_is_revoked_is_closed(door: Door) -> None:
    token = door.paired()
    with ws(door, host=door.kitchen, origin=f"http://{door.kitchen}", cookie=f"voicephoto={token}") as page:
        page.send(json.dumps({"type": "hello", "version": VERSION}))
        assert json.loads(page.recv(30))["type"] == "welcome"
        door.browsers.revoke(door.browsers.all()[-1].id)
        with suppress(ConnectionClosed):
            while True:
                page.recv(30)
        assert page.close_code == 4401


@many
@given(token=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80))
def test_no_token_is_guessed(door: Door, token: str) -> None:
    with door.device() as guest:
        assert guest.get("/api/library", headers={"cookie": f"voicephoto={token}"}).status_code == 401


# Paths


@many
@given(
    parts=st.lists(
        st.sampled_from(
            ["static", "pair", "trust", "photos", "1", "original", "api", "library", "..", ".", "", "%2e%2e", "%2f",
             "..%2f", "%5c..", "%00", "index.html", "catalog.sqlite", "etc", "passwd", ";", "voicephoto.crt"]
        ),
        max_size=7,
    ),
    end=st.sampled_from(["", "/", "?", "#", "?/static/"]),
)  # fmt: skip
def test_no_path_leads_around_the_guard(door: Door, parts: list[str], end: str) -> None:
    path = f"/{'/'.join(parts)}{end}"
    request = f"GET {path} HTTP/1.1\r\nHost: {door.kitchen}\r\nConnection: close\r\n\r\n"
    head, _, body = door.raw(request.encode()).partition(b"\r\n\r\n")
    status = int(head.split()[1])
    if status == 200:
        assert body.startswith((b"<!doctype html>", b"//", b"/*")), f"{path} is no file of the page"
    else:
        assert status in (303, 307, 400, 401, 404, 405)
    assert b"root:" not in body
    assert b"SQLite" not in body
    assert not body.startswith(b"\xff\xd8"), "a photo"


def test_only_what_has_to_be_is_open() -> None:
    assert [path for path in SECRET if is_open(path)] == []
    assert not is_open("/static")
    assert not is_open("/pair/")
    assert not is_open("/trust/authority.pem")


# Names: DNS rebinding


@pytest.mark.parametrize(
    "name", ["evil.example", "localhost.evil.example", "photos.test.evil.example", "10.0.0.1", "a b"]
)
def test_by_a_name_that_is_not_its_own_nobody_is_answered(door: Door, name: str) -> None:
    with door.here(host=f"{name}:{door.port}") as rebound:
        for path in ("/", "/api/library", "/pair", "/static/pair.js"):
            answer = rebound.get(path)
            assert answer.status_code == 421
            assert "is not served under the name" in why(answer)
    if " " not in name:
        assert refused_ws(door, host=f"{name}:{door.port}", origin=f"http://{name}:{door.port}")[0] == 421


def test_a_request_without_a_name_or_with_two_is_not_answered(door: Door) -> None:
    assert door.raw(b"GET /api/library HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421 ")
    two = b"GET /api/library HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert door.raw(two).split()[1] in (b"400", b"421")


def test_on_a_network_it_is_found_by_the_address_at_which_it_was_reached(
    demo_parts: Assembly, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with opened(demo_parts, tmp_path_factory.mktemp("lan"), bind="0.0.0.0", lan=True) as lan:
        for address in own_addresses():
            with httpx2.Client(base_url=f"http://{address}:{lan.port}") as by_address:
                assert by_address.get("/pair").status_code == 200
                assert by_address.get("/api/library").status_code == 401, "this machine, but not by a name of loopback"
                assert by_address.get("/pair", headers={"host": "10.255.255.1"}).status_code == 421
        with lan.here() as here:
            assert here.get("/api/library").status_code == 200


# Other pages: cross-site requests and WebSockets


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1", "https://evil.example#", "file://"],
)
def test_another_page_can_neither_change_anything_nor_open_a_websocket(door: Door, origin: str) -> None:
    with door.here(origin=origin) as page:
        answer = page.post("/api/ask", json={"text": "show me dogs"})
        assert (answer.status_code, why(answer)) == (403, "only this server's own pages may send that")
        assert page.delete("/api/browsers/1").status_code == 403
        assert page.options("/api/ask").status_code == 403
    assert refused_ws(door, origin=origin)[0] == 403


def test_a_page_of_this_machine_is_one_of_ours(door: Door) -> None:
    own = f"http://127.0.0.1:{door.port}"
    with door.here(origin=own) as page:
        assert page.post("/api/ask", json={"text": "how many photos do I have"}).status_code == 200
    ws(door, origin=own).close()


def test_only_this_machine_may_leave_out_where_it_comes_from(door: Door) -> None:
    token = door.paired()
    with door.here() as program:
        assert program.post("/api/ask", json={"text": "how many photos do I have"}).status_code == 200
    with door.device(token) as device:
        del device.headers["origin"]
        assert device.post("/api/ask", json={"text": "how many photos do I have"}).status_code == 403
        assert device.get("/api/library").status_code == 200
    assert refused_ws(door, host=door.kitchen, cookie=f"voicephoto={token}")[0] == 403


def test_over_tls_a_page_without_it_is_another_page(door: Door) -> None:
    with door.device(x_forwarded_proto="https") as page:
        assert page.post("/api/pair", json={"code": "AAAA-AAAA"}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_browsers_say_of_another_page_is_believed(door: Door, site: str) -> None:
    asked = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    framed = asked | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    link = asked | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    with door.here() as browser:
        for headers in (asked, framed):
            answer = browser.get("/photos/1/thumbnail", headers=headers)
            assert (answer.status_code, why(answer)) == (403, "only this server's own pages may ask for that")
        assert browser.get("/api/library", headers=link).status_code == 200
        assert browser.post("/api/wake", headers=link).status_code == 403
    assert refused_ws(door, sec_fetch_site=site)[0] == 403


# How often and how much


def test_a_large_grid_passes_and_ten_thousand_requests_do_not(new_door: Door) -> None:
    with new_door.here() as page:
        assert {page.get("/photos/1/thumbnail").status_code for _ in range(300)} == {200}
        answers = [page.get("/static/pair.js") for _ in range(10_000 - 300)]
    allowed = sum(answer.status_code == 200 for answer in answers)
    # While they come, time passes, and gives leave for some more.
    assert OFTEN.amount - 300 <= allowed < 2 * OFTEN.amount
    last = next(answer for answer in reversed(answers) if answer.status_code == 429)
    assert 1 <= int(last.headers["retry-after"]) <= 60
    assert "more requests than a page sends" in why(last)
    assert 429 in {websocket_status(new_door) for _ in range(20)}
    with new_door.device(new_door.paired(), peer="127.0.0.2") as another:
        assert another.get("/api/library").status_code == 200, "others are served as before"


def test_a_giant_body_is_refused_by_its_length_and_while_it_comes(door: Door) -> None:
    with door.here() as program:
        answer = program.post("/api/ask", content=b"x" * (LARGEST_BODY + 1))
        assert (answer.status_code, why(answer)) == (413, "that is more than 65,536 bytes")

        def on_and_on():  # type: ignore[no-untyped-def]
            while True:
                yield b"x" * 4_096

        # The connection may be closed before the answer was read.
        with suppress(httpx2.WriteError, httpx2.ReadError, httpx2.RemoteProtocolError):
            assert program.post("/api/ask", content=on_and_on()).status_code == 413
        assert program.get("/api/library").status_code == 200


def test_a_length_that_is_a_lie_changes_nothing(door: Door) -> None:
    head = f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nContent-Type: application/json\r\n".encode()
    chunk = b"%x\r\n%s\r\n" % (60_000, b"x" * 60_000)
    answer = door.raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")
    for length in (b"-1", b"1e3", b"9" * 30, b"0x10"):
        answer = door.raw(head + b"Connection: close\r\nContent-Length: " + length + b"\r\n\r\n{}")
        assert answer.split()[1] in (b"400", b"413")


def test_a_body_that_does_not_come_is_not_waited_for(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicephoto.web.access.guard._BODY_WITHIN", 0.2)
    slow = f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nContent-Length: 9\r\n\r\n{{"
    assert door.raw(slow.encode()).startswith(b"HTTP/1.1 408 ")


def test_who_goes_in_the_middle_of_a_body_does_no_harm(door: Door) -> None:
    with socket.create_connection(("127.0.0.1", door.port)) as gone:
        gone.sendall(f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nContent-Length: 999\r\n\r\n{{".encode())
    with door.here() as program:
        assert program.get("/api/library").status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b'{"text": 7}', b'{"text": ""}', b"\xff\xfe", b"[" * 60_000]
)
def test_what_is_no_question_is_refused_in_one_line(door: Door, body: bytes) -> None:
    with door.here() as program:
        answer = program.post("/api/ask", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500
        assert why(answer)


def test_a_refused_websocket_is_no_fault_of_the_program(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    assert refused_ws(door, origin="http://evil.example")[0] == 403
    with door.here() as here:
        assert here.get("/api/library").status_code == 200
    assert caplog.records == []


# Headers


def test_only_a_secure_page_is_told_to_open_alone(door: Door) -> None:
    """Of others browsers ignore it, with a complaint."""
    with door.here() as here, door.device() as plain, door.device(x_forwarded_proto="https") as secure:
        headers = [client.get("/pair").headers for client in (here, plain, secure)]
    policies = [each.get("cross-origin-opener-policy") for each in headers]
    assert policies == ["same-origin", None, "same-origin"]


def test_every_answer_keeps_browsers_careful(door: Door) -> None:
    with door.here() as here, door.device() as stranger, door.here(host="evil.example") as rebound:
        answers = [
            here.get("/api/library"),
            here.get("/nothing"),
            here.post("/api/ask", json={}),
            stranger.get("/"),
            stranger.get("/pair"),
            stranger.get("/api/library"),
            rebound.get("/"),
        ]
    assert [answer.status_code for answer in answers] == [200, 404, 422, 303, 200, 401, 421]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "microphone=(self)" in answer.headers["permissions-policy"]
        assert "strict-transport-security" not in answer.headers
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
