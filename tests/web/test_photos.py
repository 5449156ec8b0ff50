import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote

import numpy as np
import pillow_heif
import pytest
from fastapi import FastAPI
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.library import index
from voicephoto.web.photos import photos

FOR_EVER = "private, max-age=31536000, immutable"
ASKED_AGAIN = "private, no-cache"


class Colour:
    """The smallest real encoder: the mean colour of a photo."""

    name = "colour"
    side = 64

    def prepare(self, image: Image.Image) -> Image.Image:
        return image

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        return np.array([np.asarray(image, np.float32).mean((0, 1)) for image in images], np.float32).reshape(-1, 3)


@pytest.fixture
def parts(tmp_path: Path) -> Assembly:
    return Assembly(Settings(data=tmp_path / "data"))


@pytest.fixture
def browser(parts: Assembly) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(photos(parts))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


Add = Callable[[Path], int]


@pytest.fixture
def add(parts: Assembly) -> Add:
    """Reads a photo into the library; its id."""

    def read(path: Path) -> int:
        assert index([path], parts.catalog, Colour()).skipped == ()
        [id_] = [known.id for known in parts.catalog.known("colour") if known.path == path.resolve()]
        return id_

    return read


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """1800 x 1200 pixels, lying on its side, with its place."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 53.0, 0.0), 3: "E", 4: (12.0, 29.0, 0.0)})
    Image.effect_noise((1200, 1800), 40).convert("RGB").save(tmp_path / "photo.jpg", exif=exif)
    return tmp_path / "photo.jpg"


def refused(response: Response, status: int) -> str:
    """The one line of a refusal, which says nothing of where things lie."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    [(key, line)] = response.json().items()
    assert key == "error"
    assert line
    assert "\n" not in line
    assert "/" not in line
    return str(line)


def test_a_photo_s_pictures_are_jpeg_that_a_page_shows_as_they_are(browser: TestClient, add: Add, photo: Path) -> None:
    id_ = add(photo)
    for size, pixels in (("thumbnail", (960, 640)), ("screen", (1800, 1200))):
        answer = browser.get(f"/photos/{id_}/{size}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        picture = Image.open(BytesIO(answer.content))
        assert (picture.format, picture.size) == ("JPEG", pixels)
        assert not picture.getexif()


def test_the_original_is_the_file_itself(browser: TestClient, add: Add, photo: Path) -> None:
    answer = browser.get(f"/photos/{add(photo)}/original")
    assert answer.content == photo.read_bytes()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == 'inline; filename="photo.jpg"'
    assert str(photo.parent) not in str(answer.headers)


@pytest.mark.parametrize("size", ["thumbnail", "screen", "original"])
def test_browsers_keep_a_version_for_ever_and_ask_again_about_the_rest(
    browser: TestClient, parts: Assembly, add: Add, photo: Path, size: str
) -> None:
    id_ = add(photo)
    version = parts.photos.versions([id_])[id_]
    assert browser.get(f"/photos/{id_}/{size}?v={version}").headers["cache-control"] == FOR_EVER
    for other in ("", "?v=", "?v=00000000", f"?v={version}0", "?v=%00%ff", "?w=1"):
        assert browser.get(f"/photos/{id_}/{size}{other}").headers["cache-control"] == ASKED_AGAIN


@pytest.mark.parametrize("size", ["thumbnail", "screen", "original"])
def test_what_a_browser_has_is_not_sent_again(browser: TestClient, add: Add, photo: Path, size: str) -> None:
    address = f"/photos/{add(photo)}/{size}"
    tag = browser.get(address).headers["etag"]
    for known in (tag, f"W/{tag}", f'"another", {tag}', "*"):
        answer = browser.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert (answer.headers["etag"], answer.headers["cache-control"]) == (tag, ASKED_AGAIN)
    for other in ('"another"', tag.strip('"'), ""):
        assert browser.get(address, headers={"If-None-Match": other}).status_code == 200


def test_each_picture_has_a_tag_of_its_own(browser: TestClient, add: Add, photo: Path) -> None:
    id_ = add(photo)
    tags = {browser.get(f"/photos/{id_}/{size}").headers["etag"] for size in ("thumbnail", "screen", "original")}
    assert len(tags) == 3


@pytest.mark.parametrize("size", ["thumbnail", "screen", "original"])
def test_head_says_what_get_would(browser: TestClient, add: Add, photo: Path, size: str) -> None:
    address = f"/photos/{add(photo)}/{size}"
    whole, head = browser.get(address), browser.head(address)
    assert head.status_code == 200
    assert dict(head.headers) == dict(whole.headers)
    assert int(head.headers["content-length"]) == len(whole.content)


def test_parts_of_an_original_are_given(browser: TestClient, add: Add, photo: Path) -> None:
    content = photo.read_bytes()
    address = f"/photos/{add(photo)}/original"
    for asked, part in (("0-99", content[:100]), ("100-", content[100:]), ("-50", content[-50:])):
        answer = browser.get(address, headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-type"] == "image/jpeg"
    tag = browser.get(address).headers["etag"]
    half = {"Range": "bytes=0-9", "If-Range": tag}
    assert browser.get(address, headers=half).content == content[:10]
    assert browser.get(address, headers=half | {"If-Range": '"older"'}).content == content


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=5-1", "bytes=", "letters=0-1", "bytes", "bytes=--5"])
def test_parts_that_there_are_not_are_refused(browser: TestClient, add: Add, photo: Path, asked: str) -> None:
    answer = browser.get(f"/photos/{add(photo)}/original", headers={"Range": asked})
    refused(answer, 416)
    assert answer.headers["content-range"] == f"bytes */{photo.stat().st_size}"


def test_a_heic_photo_is_shown_as_jpeg_and_given_as_it_is(browser: TestClient, add: Add, tmp_path: Path) -> None:
    path = tmp_path / "photo.heic"
    pillow_heif.from_pillow(Image.new("RGB", (640, 480), "green")).save(path)
    id_ = add(path)
    assert Image.open(BytesIO(browser.get(f"/photos/{id_}/screen").content)).size == (640, 480)
    answer = browser.get(f"/photos/{id_}/original")
    assert (answer.headers["content-type"], answer.content) == ("image/heic", path.read_bytes())


@pytest.mark.parametrize(("format_", "type_"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("MPO", "image/jpeg")])
def test_the_type_is_that_of_the_content(
    browser: TestClient, add: Add, tmp_path: Path, format_: str, type_: str
) -> None:
    image = Image.new("RGB", (64, 48), "red")
    more = {"save_all": True, "append_images": [image]} if format_ == "MPO" else {}
    image.save(tmp_path / "photo.heic", format_, **more)
    answer = browser.get(f"/photos/{add(tmp_path / 'photo.heic')}/original")
    assert answer.headers["content-type"] == type_


@pytest.mark.parametrize(
    "name", ["été à Zürich.jpg", "写真.jpg", 'a "b"; c.jpg', "two\nlines\r\n.jpg", "100%.jpg", "\\..\\x.jpg"]
)
def test_file_names_arrive_as_they_are(browser: TestClient, add: Add, photo: Path, name: str) -> None:
    path = photo.rename(photo.with_name(name))
    said = browser.get(f"/photos/{add(path)}/original").headers["content-disposition"]
    assert said == f"inline; filename*=utf-8''{quote(name)}"
    assert unquote(said.partition("''")[2]) == name


def test_a_name_of_another_encoding_is_no_obstacle(browser: TestClient, add: Add, photo: Path) -> None:
    path = photo.rename(photo.with_name(os.fsdecode(b"caf\xe9.jpg")))
    answer = browser.get(f"/photos/{add(path)}/original")
    assert answer.content == path.read_bytes()
    assert answer.headers["content-disposition"] == f"inline; filename*=utf-8''{quote('caf�.jpg')}"


def test_a_photo_that_is_not_there_is_said_to_be_unknown(browser: TestClient, add: Add, photo: Path) -> None:
    id_ = add(photo)
    for unknown in (0, id_ + 1, 2**63 - 1):
        assert "no photo number" in refused(browser.get(f"/photos/{unknown}/thumbnail"), 404)
    for size in ("thumbnails", "Original", "512", "t%C3%A9", "%0d%0aX: y", "%2e%2e"):
        refused(browser.get(f"/photos/{id_}/{size}", headers={"If-None-Match": "*"}), 404)


def test_before_anything_is_indexed_the_reason_is_written_down(
    browser: TestClient, parts: Assembly, add: Add, photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refused(browser.get("/photos/1/thumbnail"), 503)
    assert "no photos are indexed yet" in caplog.text
    assert browser.get(f"/photos/{add(photo)}/thumbnail").status_code == 200


@pytest.mark.parametrize("size", ["thumbnail", "screen", "original"])
@pytest.mark.parametrize("replace", [lambda path: None, os.mkdir, os.mkfifo], ids=["nothing", "folder", "pipe"])
def test_a_file_that_is_gone_is_said_to_be_gone(
    browser: TestClient, add: Add, photo: Path, size: str, replace: Callable[[Path], None]
) -> None:
    id_ = add(photo)
    assert browser.get(f"/photos/{id_}/{size}").status_code == 200
    photo.unlink()
    replace(photo)
    assert "index its folder again" in refused(browser.get(f"/photos/{id_}/{size}"), 410)


def test_a_damaged_file_has_no_picture(browser: TestClient, add: Add, photo: Path) -> None:
    id_, content = add(photo), photo.read_bytes()
    photo.write_bytes(content[: len(content) // 2])
    for size in ("thumbnail", "screen"):
        assert "ends too early" in refused(browser.get(f"/photos/{id_}/{size}"), 415)
    assert browser.get(f"/photos/{id_}/original").content == content[: len(content) // 2]


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"%PDF-1.7"])
def test_what_is_no_photo_any_more_is_not_given_away(
    browser: TestClient, add: Add, photo: Path, content: bytes
) -> None:
    id_ = add(photo)
    photo.write_bytes(content)
    for size in ("thumbnail", "screen", "original"):
        refused(browser.get(f"/photos/{id_}/{size}"), 415)


def test_a_changed_file_has_another_version(browser: TestClient, parts: Assembly, add: Add, photo: Path) -> None:
    id_ = add(photo)
    version = parts.photos.versions([id_])[id_]
    before = browser.get(f"/photos/{id_}/thumbnail?v={version}")
    Image.new("RGB", (500, 400), "blue").save(photo)
    for _ in range(2):
        after = browser.get(f"/photos/{id_}/thumbnail?v={version}", headers={"If-None-Match": before.headers["etag"]})
        assert (after.status_code, after.headers["cache-control"]) == (200, ASKED_AGAIN)
        assert Image.open(BytesIO(after.content)).size == (500, 400)
    add(photo)
    [renewed] = parts.photos.versions([id_]).values()
    assert browser.get(f"/photos/{id_}/thumbnail?v={renewed}").headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize(
    "id_", ["-1", "1.0", "1e3", "+1", "1_0", "0x1", "nan", "%20 1", "１", "9" * 19, "1" * 5000, "%00"]
)
def test_what_is_no_id_is_refused(browser: TestClient, add: Add, photo: Path, id_: str) -> None:
    add(photo)
    assert "whole number" in refused(browser.get(f"/photos/{id_}/thumbnail"), 422)


TRICKS = st.lists(
    st.one_of(
        st.sampled_from(
            ["..", ".", "%2e%2e", "%2f", "/", "//", "%5c", "\\", "%00", "%0d%0a", "etc", "passwd", "1", "~"]
        ),
        st.text(max_size=4).map(quote),
    ),
    min_size=1,
    max_size=8,
).map("".join)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trick=TRICKS)
def test_no_trick_with_paths_leads_anywhere(browser: TestClient, parts: Assembly, trick: str, method: str) -> None:
    parts.catalog  # noqa: B018 - an empty library
    for address in (f"/photos/{trick}/original", f"/photos/1/{trick}", f"/photos/{trick}"):
        answer = browser.request(method, address)
        assert answer.status_code in (404, 422), address
        assert answer.headers["content-type"] == "application/json"
        assert len(answer.content) < 100


def test_only_looking_is_allowed(browser: TestClient, add: Add, photo: Path) -> None:
    id_ = add(photo)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert browser.request(method, f"/photos/{id_}/original").status_code == 405
    assert photo.is_file()


def test_a_grid_asked_for_at_once_arrives_whole(browser: TestClient, add: Add, tmp_path: Path) -> None:
    ids = []
    for number in range(8):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (200, 100), (30 * number, 0, 0)).save(path)
        ids.append(add(path))
    with ThreadPoolExecutor(16) as asking:
        answers = list(asking.map(lambda id_: browser.get(f"/photos/{id_}/thumbnail"), ids * 8))
    assert {answer.status_code for answer in answers} == {200}
    reds = [Image.open(BytesIO(answer.content)).getpixel((50, 50))[0] for answer in answers]
    assert all(abs(red - 30 * number) < 4 for number, red in zip(list(range(8)) * 8, reds, strict=True))
