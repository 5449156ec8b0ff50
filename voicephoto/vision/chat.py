"""Answers from a bigger machine of one's own: any server with OpenAI's chat interface, as llama.cpp, Ollama and vLLM are."""

import base64
import io
import ipaddress
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PIL import Image

from voicephoto.errors import MissingError, UsageError
from voicephoto.vision.answers import Picture
from voicephoto.vision.prompts import DESCRIBE, prompt
from voicephoto.vision.spoken import Say, spoken

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

_LONGEST = 120
"""Tokens of an answer."""
_SIDE, _QUALITY = 1024, 85
_CONNECT, _SILENT = 3.0, 60.0
"""Seconds to wait for the machine, and for its next word: a model may have to be loaded there before the first."""
_LINE = 1_000_000
"""Bytes of a line that are read."""
_TAKES_OVER = "what ships with voicephoto answers instead"


class ChatAnswerer:
    """Asks `model` behind `url`, as "http://192.168.1.20:11434/v1", which must lie on one's own network: photos go nowhere else.

    The API is https://platform.openai.com/docs/api-reference/chat, streamed. Where the first sentence takes longer than
    `seconds`, another one says so. Raises UsageError for what is no address, and before the first sentence MissingError, in
    one line, where the server is not there, refuses, is silent or says what is no answer.
    """

    def __init__(self, url: str, model: str, *, seconds: float = 3.0) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
            raise UsageError(f"{url} is no address of a chat server; nothing was sent; write it as http://HOST:PORT/v1")
        self.name = f"{model} at {parts.netloc}"
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, port
        self._path = f"{parts.path.rstrip('/')}/chat/completions"
        self._model = model
        self._seconds = seconds

    def describe(self, photo: Picture) -> Iterator[str]:
        return self.answer([photo], DESCRIBE)

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        text = {"type": "text", "text": prompt(question, [photo.facts for photo in photos])}
        images = [{"type": "image_url", "image_url": {"url": _data_url(photo.image)}} for photo in photos]
        request = {
            "model": self._model, "messages": [{"role": "user", "content": [*images, text]}],
            "stream": True, "temperature": 0, "max_tokens": _LONGEST,
        }  # fmt: skip
        return spoken(lambda say: self._ask(request, say), self._seconds)

    def _ask(self, request: dict[str, object], say: Say) -> None:
        from http.client import HTTPException

        connection = self._connect()
        try:
            connection.request("POST", self._path, json.dumps(request), {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status != 200:
                raise self._absent(f"answered with {response.status} {response.reason}")
            for piece in _pieces(response):
                say(piece)
        except TimeoutError:
            raise self._absent(f"has said nothing for {_SILENT:.0f} seconds") from None
        except (OSError, HTTPException) as error:
            raise self._absent(f"broke off ({type(error).__name__})") from None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise self._absent("answered with something else than a chat") from None
        finally:
            connection.close()

    def _connect(self) -> "HTTPConnection":
        """A connection to the address that was found to be on one's own network."""
        from http.client import HTTPConnection, HTTPSConnection

        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=_CONNECT)
        try:
            connection.connect()
        except OSError as error:
            raise self._absent(f"cannot be reached ({error.strerror or type(error).__name__})") from None
        if ipaddress.ip_address(connection.sock.getpeername()[0]).is_global:
            connection.close()
            raise self._absent("is not on your own network, and your photos are not sent anywhere else")
        connection.sock.settimeout(_SILENT)
        return connection

    def _absent(self, what: str) -> MissingError:
        return MissingError(
            f"the chat server {self.name} {what}; {_TAKES_OVER}; see that it runs, or change the settings"
        )


def _pieces(response: "HTTPResponse") -> Iterator[str]:
    """The words of a stream of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html.

    Raises ConnectionError for one that breaks off, and ValueError, KeyError, IndexError, TypeError or AttributeError for
    what is none.
    """
    begun = False
    while line := response.readline(_LINE):
        field, _, data = line.decode().partition(":")
        if field != "data":
            continue
        if data.strip() == "[DONE]":
            return
        begun = True
        choices = json.loads(data)["choices"]
        # The last event may only count tokens.
        yield choices[0]["delta"].get("content") or "" if choices else ""
    raise ConnectionError if begun else ValueError


def _data_url(image: Image.Image) -> str:
    sized = image.convert("RGB")
    sized.thumbnail((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    written = io.BytesIO()
    sized.save(written, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode()}"
