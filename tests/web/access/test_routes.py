"""Pairing, listing and revoking, over real connections."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.web.access.conftest import Door
from voicephoto.web.access.browsers import WRONG_TRIES
from voicephoto.web.access.routes import browser_name

PIXEL = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"


def test_a_code_becomes_a_token_that_only_the_browser_itself_sends_back(door: Door) -> None:
    with door.device(user_agent=PIXEL) as device:
        answer = device.post("/api/pair", json={"code": door.browsers.invite()})
        assert (answer.status_code, answer.content) == (204, b"")
        cookie, *attributes = answer.headers["set-cookie"].split("; ")
        assert {part.lower() for part in attributes} == {"httponly", "samesite=strict", "path=/", "max-age=31536000"}
        assert device.get("/api/library", headers={"cookie": cookie}).status_code == 200
    name, _, token = cookie.partition("=")
    assert name == "voicephoto"
    assert len(token) >= 43, "256 bits"
    browser = door.browsers.who(token)
    assert browser
    assert browser.name == "Chrome on Android"


def test_a_code_is_taken_however_it_is_typed_and_once(door: Door) -> None:
    code = door.browsers.invite()
    with door.device() as device:
        assert device.post("/api/pair", json={"code": f" {code.lower().replace('-', ' ')} "}).status_code == 204
        again = device.post("/api/pair", json={"code": code})
        assert again.status_code == 403
        assert again.json() == {"error": "that code does not count (any more); voicephoto serve --pair shows a new one"}
        assert "set-cookie" not in again.headers


def test_a_code_that_has_expired_does_not_count(door: Door) -> None:
    with door.device() as device:
        code = door.browsers.invite(datetime.now() - timedelta(minutes=11))
        assert device.post("/api/pair", json={"code": code}).status_code == 403


def test_each_device_has_five_tries_a_minute(new_door: Door) -> None:
    code = new_door.browsers.invite()
    with new_door.device(peer="127.0.0.2") as device:
        answers = [device.post("/api/pair", json={"code": f"AAAA-AAA{n}"}) for n in range(2, 8)]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429]
        assert answers[-1].headers["retry-after"] == "60"
        assert device.post("/api/pair", json={"code": code}).status_code == 429, "nor is the right one taken"
    with new_door.device(peer="127.0.0.3") as another:
        assert another.post("/api/pair", json={"code": code}).status_code == 204


def test_many_devices_together_void_the_code(new_door: Door) -> None:
    code = new_door.browsers.invite()
    for n in range(WRONG_TRIES):
        with new_door.device(peer=f"127.0.1.{1 + n // 5}") as device:
            assert device.post("/api/pair", json={"code": "AAAA-AAAA"}).status_code == 403
    with new_door.device(peer="127.0.2.1") as honest:
        assert honest.post("/api/pair", json={"code": code}).status_code == 403


def test_who_mistypes_and_then_gets_it_right_has_all_tries_again(new_door: Door) -> None:
    with new_door.device() as device:
        for _ in range(3):
            for _ in range(4):
                assert device.post("/api/pair", json={"code": "AAAA-AAAA"}).status_code == 403
            assert device.post("/api/pair", json={"code": new_door.browsers.invite()}).status_code == 204


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code": 7}', b'{"code": null}', b'{"code": ["A"]}', b'"AAAA-AAAA"', b"code=AAAA-AAAA",
                                  b'{"code": "%s"}' % (b"A" * 41)])  # fmt: skip
def test_what_is_no_code_is_no_try(new_door: Door, body: bytes) -> None:
    with new_door.device() as device:
        answer = device.post("/api/pair", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert list(answer.json()) == ["error"]
        assert "set-cookie" not in answer.headers


def test_a_browser_that_is_in_sees_the_others_and_sends_one_away(new_door: Door) -> None:
    phone, tablet = new_door.paired("Safari on iPhone"), new_door.paired("Chrome on Android")
    with new_door.device(phone) as first, new_door.device(tablet) as second, new_door.here() as here:
        house = first.get("/api/browsers").json()
        assert house["address"] == f"http://{new_door.kitchen}"
        shown = house["browsers"]
        assert [(each["id"], each["name"], each["this"]) for each in shown] == [
            (1, "Safari on iPhone", True),
            (2, "Chrome on Android", False),
        ]
        for moment in ("paired", "seen"):
            assert abs(datetime.now(UTC) - datetime.fromisoformat(shown[0][moment])) < timedelta(minutes=5)
        house = here.get("/api/browsers").json()
        assert house["address"] is None, "where no other machine can reach it"
        assert [each["this"] for each in house["browsers"]] == [False, False]
        assert "token" not in first.get("/api/browsers").text

        assert first.delete("/api/browsers/2").status_code == 204
        assert second.get("/api/browsers").status_code == 401
        gone = first.delete("/api/browsers/2")
        assert gone.status_code == 404
        assert gone.json()["error"].startswith("there is no paired browser number 2; nothing was changed")
        for wrong in ("x", "1.5", "9" * 30, "-1", "1%20or%201"):
            assert first.delete(f"/api/browsers/{wrong}").status_code in (404, 422)
        assert first.delete("/api/browsers/1").status_code == 204
        assert first.get("/api/browsers").status_code == 401, "also oneself"


def test_a_browser_that_is_in_invites_another(new_door: Door) -> None:
    with new_door.device(new_door.paired()) as device:
        invitation = device.post("/api/browsers/invite").json()
        assert invitation["url"] == f"http://{new_door.kitchen}/pair#{invitation['code']}"
        picture = ElementTree.fromstring(invitation["qr"])
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert "style" not in invitation["qr"], "which the page's policy forbids"
    with new_door.device() as guest:
        assert guest.post("/api/pair", json={"code": urlsplit(invitation["url"]).fragment}).status_code == 204


def test_this_machine_invites_to_the_address_that_others_know(new_door: Door) -> None:
    with new_door.here() as here:
        answer = here.post("/api/browsers/invite")
        assert answer.status_code == 409
        assert "voicephoto serve --lan" in answer.json()["error"]
        new_door.browsers.address = "https://192.168.1.20:8150"
        invitation = here.post("/api/browsers/invite").json()
        assert invitation["url"] == f"https://192.168.1.20:8150/pair#{invitation['code']}"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (PIXEL, "Chrome on Android"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
            "Safari on Mac",
        ),
        ("curl/8.0", "a browser"),
        ("<script>\n", "a browser"),
        ("", "a browser"),
    ],
)
def test_a_browser_is_called_by_what_it_says_that_it_is(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
