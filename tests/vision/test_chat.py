"""A chat server on this very machine, which answers as the likes of llama.cpp do, or fails to."""

import base64
import io
import json
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from PIL import Image

from tests.fixtures.shapes import paint
from voicephoto.errors import MissingError, UsageError
from voicephoto.vision import ChatAnswerer, Picture, chat
from voicephoto.vision.spoken import CUT_OFF, LONGER

PATIENT = 60.0
PHOTO = Picture(paint("red", "square"), "taken in Rome, Italy")


def events(*words: str, end: str = "data: [DONE]\n\n") -> bytes:
    """A stream as OpenAI's interface sends it."""
    chunks = [
        {"choices": [{"delta": {"role": "assistant"}}]},
        *({"choices": [{"delta": {"content": word}}]} for word in words),
    ]
    chunks.append({"choices": [], "usage": {"total_tokens": 9}})
    return ("".join(f": a comment\ndata: {json.dumps(chunk)}\n\n" for chunk in chunks) + end).encode()


class Server:
    """Gives each request to `reply` and keeps what was asked."""

    def __init__(self) -> None:
        self.reply: Callable[[BaseHTTPRequestHandler], object] = lambda handler: None
        self.paths: list[str] = []
        self.requests: list[dict] = []  # type: ignore[type-arg]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.paths.append(self.path)
                outer.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer.reply(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, body: bytes, status: int = 200) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", "text/event-stream")
            handler.end_headers()
            handler.wfile.write(body)

        self.reply = reply

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def refused(url: str) -> str:
    """The one line that says why no answer can come from `url`."""
    with pytest.raises(MissingError) as error:
        next(ChatAnswerer(url, "small", seconds=PATIENT).answer([PHOTO], "what is it"))
    assert "\n" not in str(error.value)
    assert "what ships with voicephoto answers instead" in str(error.value)
    return str(error.value)


def test_a_photo_and_a_question_go_out_and_sentences_come_back(server: Server) -> None:
    server.says(events("A red", " square. It is", " on grey."))
    answerer = ChatAnswerer(server.url, "small", seconds=PATIENT)
    assert answerer.name == f"small at {server.url[7:-3]}"
    assert list(answerer.answer([PHOTO], "what is it")) == ["A red square.", "It is on grey."]
    assert server.paths == ["/v1/chat/completions"]
    [request] = server.requests
    assert (request["model"], request["stream"]) == ("small", True)
    image, text = request["messages"][0]["content"]
    assert text["text"].startswith("This photo was taken in Rome, Italy. What is it? ")
    kind, _, data = image["image_url"]["url"].partition(",")
    assert kind == "data:image/jpeg;base64"
    red, green, blue = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB").getpixel((128, 128))  # type: ignore[misc]
    assert red > 180 > 80 > green
    assert blue < 80


def test_several_photos_go_out_together_none_larger_than_needed(server: Server) -> None:
    server.says(events("They differ."))
    large = Picture(Image.new("RGB", (3000, 2000)))
    assert list(ChatAnswerer(server.url, "small").answer([PHOTO, large], "compare them")) == ["They differ."]
    *images, text = server.requests[0]["messages"][0]["content"]
    assert text["text"].startswith("Photo 1 was taken in Rome, Italy. Compare them?")
    sizes = [
        Image.open(io.BytesIO(base64.b64decode(each["image_url"]["url"].partition(",")[2]))).size for each in images
    ]
    assert sizes == [(256, 256), (1024, 683)]


def test_a_description_is_asked_for_in_words(server: Server) -> None:
    server.says(events("A square."))
    assert list(ChatAnswerer(server.url, "small").describe(Picture(PHOTO.image))) == ["A square."]
    assert server.requests[0]["messages"][0]["content"][1]["text"].startswith("What does this photo show?")


def test_a_slow_server_is_waited_for(server: Server) -> None:
    heard = Event()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        assert heard.wait(PATIENT)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(events("A square."))

    server.reply = reply
    sentences = ChatAnswerer(server.url, "small", seconds=0.0).describe(PHOTO)
    assert next(sentences) == LONGER
    heard.set()
    assert list(sentences) == ["A square."]


def test_a_silent_server_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    server.reply = lambda handler: over.wait(PATIENT)
    monkeypatch.setattr(chat, "_SILENT", 0.2)
    assert "has said nothing for" in refused(server.url)
    over.set()


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "cannot be reached (Connection refused)" in refused(f"http://127.0.0.1:{taken.getsockname()[1]}/v1")


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (404, b"no such model", "answered with 404"),
        (500, b"", "answered with 500"),
        (200, b"", "something else than a chat"),
        (200, b"<!doctype html><html>welcome</html>\n", "something else than a chat"),
        (200, b'{"error": "no such model"}\n', "something else than a chat"),
        (200, b"data: {\n\n", "something else than a chat"),
        (200, b"data: []\n\n", "something else than a chat"),
        (200, b'data: {"choices": [{"delta": 3}]}\n\n', "something else than a chat"),
        (200, b"data: \xff\xfe\n\n", "something else than a chat"),
        (200, events("A re", end=""), "broke off"),
    ],
)
def test_what_is_no_answer_is_one_line(server: Server, status: int, body: bytes, why: str) -> None:
    server.says(body, status)
    assert why in refused(server.url)


def test_what_is_no_http_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def babble() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n")

        Thread(target=babble, daemon=True).start()
        assert "broke off" in refused(f"http://127.0.0.1:{listening.getsockname()[1]}/v1")


def test_a_stream_that_breaks_off_later_ends_the_answer(server: Server) -> None:
    server.says(events("A square. It i", end=""))
    assert list(ChatAnswerer(server.url, "small", seconds=PATIENT).describe(PHOTO)) == ["A square.", CUT_OFF]


def test_a_stream_is_left_when_nobody_listens_any_more(server: Server) -> None:
    ended = Event()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(events("A square. It goes on", end=""))
        except OSError:
            ended.set()

    server.reply = reply
    sentences = ChatAnswerer(server.url, "small", seconds=PATIENT).describe(PHOTO)
    assert next(sentences) == "A square."
    sentences.close()  # type: ignore[attr-defined]
    assert ended.wait(PATIENT)


@pytest.mark.parametrize(
    "url", ["", "myserver", "ftp://10.0.0.1/v1", "http://", "http://10.0.0.1:banana/v1", "http://10.0.0.1:99999/v1"]
)
def test_what_is_no_address_is_wrong_use(url: str) -> None:
    with pytest.raises(UsageError, match="no address of a chat server"):
        ChatAnswerer(url, "small")


def test_photos_go_nowhere_but_to_ones_own_network(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # An address that counts as a public one stands for a server somewhere else.
    monkeypatch.setattr(chat.ipaddress.IPv4Address, "is_global", property(lambda address: True))
    assert "not on your own network" in refused(server.url)
    assert not server.requests
