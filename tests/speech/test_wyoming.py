import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.server import AsyncEventHandler, AsyncTcpServer
from wyoming.tts import Synthesize

from voicephoto.audio import Sound
from voicephoto.errors import MissingError
from voicephoto.speech import WyomingRecognizer, WyomingSynthesizer

UTTERANCE = (3_000 * np.sin(np.arange(16_000) / 5)).astype(np.int16)


class Server(AsyncEventHandler):
    """Answers as servers of the protocol do, and remembers what it was asked."""

    def __init__(self, text: str, asked: list[Event], *streams: object) -> None:
        super().__init__(*streams)
        self.text = text
        self.asked = asked

    async def handle_event(self, event: Event) -> bool:
        self.asked.append(event)
        if AudioStop.is_type(event.type):
            await self.write_event(Transcript(self.text).event())
        if Synthesize.is_type(event.type):
            sound = {"rate": 16_000, "width": 2, "channels": 1}
            await self.write_event(AudioStart(**sound).event())
            for _ in range(3):
                await self.write_event(AudioChunk(audio=UTTERANCE[:4_000].tobytes(), **sound).event())
            await self.write_event(AudioStop().event())
        return True


@contextmanager
def serving(text: str = "") -> Iterator[tuple[int, list[Event]]]:
    """The port of a server that hears `text`, and what it is asked."""
    asked: list[Event] = []
    loop = asyncio.new_event_loop()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = AsyncTcpServer("127.0.0.1", port)
    loop.run_until_complete(server.start(partial(Server, text, asked)))
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield port, asked
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """The port of a server that takes one connection and does with it as told."""

    def serve() -> None:
        with listener.accept()[0] as connection:
            try:
                answer(connection)
                while connection.recv(65_536):
                    pass
            except OSError:
                # The client had enough of it.
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_what_the_server_heard_becomes_words_as_every_recogniser_gives_them() -> None:
    with serving("Show me photos from 2019!") as (port, asked):
        recognizer = WyomingRecognizer("127.0.0.1", port)
        transcript = recognizer.transcribe(UTTERANCE)
    assert recognizer.name == f"wyoming 127.0.0.1:{port}"
    assert (transcript.text, transcript.reason) == ("show me photos from twenty nineteen", None)
    assert [event.type for event in asked] == ["transcribe", "audio-start", "audio-chunk", "audio-stop"]
    assert Transcribe.from_event(asked[0]).language == "en"
    assert np.array_equal(np.frombuffer(AudioChunk.from_event(asked[2]).audio, "<i2"), UTTERANCE)


@pytest.mark.parametrize("text", ["", "...", "[BLANK_AUDIO]", "(wind blowing)", "Thank you."])
def test_what_servers_write_of_a_noise_is_rejected(text: str) -> None:
    with serving(text) as (port, _):
        transcript = WyomingRecognizer("127.0.0.1", port).transcribe(UTTERANCE)
    assert (transcript.text, transcript.reason) == ("", "noise")


def test_silence_is_not_sent_at_all() -> None:
    with serving("Yes.") as (port, asked):
        recognizer = WyomingRecognizer("127.0.0.1", port)
        assert recognizer.transcribe(np.zeros(16_000, np.int16)).reason == "noise"
        assert recognizer.transcribe(UTTERANCE[:100]).reason == "too short"
    assert asked == []


def test_every_sentence_is_asked_for_when_it_is_needed_and_is_one_sound() -> None:
    with serving() as (port, asked):
        sounds = WyomingSynthesizer("127.0.0.1", port).synthesize("It was taken in May 2019. Shall I go on?")
        first = next(sounds)
        assert [Synthesize.from_event(event).text for event in asked] == ["It was taken in May twenty nineteen."]
        [second] = sounds
    assert [Synthesize.from_event(event).text for event in asked][1:] == ["Shall I go on?"]
    for sound in (first, second):
        assert sound.rate == 16_000
        assert np.array_equal(sound.samples, np.tile(UTTERANCE[:4_000], 3))


def said(event: Event, **other: object) -> bytes:
    line = {"type": event.type, "data": event.data, **other}
    return json.dumps(line).encode() + b"\n" + (event.payload or b"")


WRONG = {
    "closes at once": lambda connection: connection.shutdown(socket.SHUT_RDWR),
    "speaks another protocol": lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "no object": lambda connection: connection.sendall(b"[1, 2]\n"),
    "no type": lambda connection: connection.sendall(b'{"data": {}}\n'),
    "no text": lambda connection: connection.sendall(b'{"type": "transcript"}\n{"type": "audio-stop"}\n'),
    "says why it cannot": lambda connection: connection.sendall(said(Error("no model is loaded").event())),
    "promises too much": lambda connection: connection.sendall(
        b'{"type": "audio-chunk", "payload_length": 1000000000000}\n'
    ),
    "never ends a line": lambda connection: [connection.sendall(b" " * 2**20) for _ in range(99)],
    "cut off in the middle": lambda connection: (
        connection.sendall(b'{"type": "transcript", "data_length": 99}\n{"te'),
        connection.shutdown(socket.SHUT_RDWR),
    ),
    "is silent": lambda connection: None,
}


def transcribe(port: int) -> object:
    return WyomingRecognizer("127.0.0.1", port).transcribe(UTTERANCE)


def synthesize(port: int) -> list[Sound]:
    return list(WyomingSynthesizer("127.0.0.1", port).synthesize("Yes."))


@pytest.mark.parametrize("ask", [transcribe, synthesize])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_server_that_does_wrong_is_given_up_in_one_line(
    wrong: Callable[[socket.socket], object], ask: Callable[[int], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicephoto.speech.wyoming._ANSWERING_SECONDS", 1.0)
    with answering(wrong) as port, pytest.raises(MissingError) as caught:
        ask(port)
    message = str(caught.value)
    assert f"127.0.0.1:{port}" in message
    assert "\n" not in message


@pytest.mark.parametrize("ask", [transcribe, synthesize])
def test_a_server_that_dribbles_is_given_up_as_well(
    ask: Callable[[int], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is always a next byte, and never an answer."""
    monkeypatch.setattr("voicephoto.speech.wyoming._ANSWERING_SECONDS", 0.3)

    def dribble(connection: socket.socket) -> None:
        connection.settimeout(0.05)
        while True:
            with suppress(TimeoutError):
                connection.recv(65_536)
            connection.sendall(b" ")

    with answering(dribble) as port, pytest.raises(MissingError, match=r"did not answer within 0\.3 seconds"):
        ask(port)


@pytest.mark.parametrize("ask", [transcribe, synthesize])
def test_a_server_that_is_not_there_is_said_to_be_missing(ask: Callable[[int], object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(MissingError, match="refused"):
        ask(port)


@pytest.mark.parametrize(("width", "rate"), [(4, 16_000), (2, 0), (2, 10**9)])
def test_sound_that_cannot_be_played_is_refused(width: int, rate: int) -> None:
    chunk = AudioChunk(rate, width, 1, b"\0" * 64).event()
    wrong = said(chunk, payload_length=64) + said(AudioStop().event())
    with answering(lambda connection: connection.sendall(wrong)) as port, pytest.raises(MissingError, match="bits at"):
        synthesize(port)
