"""Speech servers on one's own network that speak Wyoming, the protocol of Home Assistant's voice."""

import io
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import SAMPLE_RATE, Sound
from voicephoto.errors import MissingError, one_line
from voicephoto.speech.aloud import aloud
from voicephoto.speech.recognition import DROPPED, Dropped, Transcript, never, phantom, unheard
from voicephoto.speech.synthesis import split_sentences
from voicephoto.speech.words import spoken_words

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from wyoming.audio import AudioChunk
    from wyoming.event import Event, Eventable

_CONNECTING_SECONDS = 2.0
_ANSWERING_SECONDS = 8.0
"""From the first byte sent to the last one received; nobody waits longer for one sentence."""
_LARGEST = 32 * 2**20
"""Bytes of one answer; five minutes of speech have fewer."""
_CONFIDENCE = 0.5
"""Of words that a server heard; the protocol does not say how sure it is."""
_ASIDE = re.compile(r"\[.*?\]|\(.*?\)|\*.*?\*")
"""What recognisers write of what is no speech: "[BLANK_AUDIO]", "(wind blowing)"."""


class WyomingRecognizer:
    """Recognises speech on a server, for instance a Whisper on a bigger machine."""

    def __init__(self, host: str, port: int) -> None:
        """Connects only when there is an utterance. Raises MissingError where the package wyoming is not there."""
        _require_package()
        self.name = f"wyoming {host}:{port}"
        self._address = (host, port)

    def transcribe(self, samples: NDArray[np.int16], dropped: Dropped = never) -> Transcript:
        """Have int16 [n] at 16 kHz decoded; an utterance without understandable words is rejected with a reason.

        It has one step: what a server has begun cannot be called back.

        Raises MissingError where the server is not there, too slow, or answers what it should not.
        """
        from wyoming.asr import Transcribe
        from wyoming.asr import Transcript as Answer
        from wyoming.audio import AudioChunk, AudioStart, AudioStop

        rejected = DROPPED if dropped() else unheard(samples)
        if rejected is not None:
            return rejected
        pcm = samples.astype("<i2").tobytes()
        request = (
            Transcribe(language="en"),
            AudioStart(SAMPLE_RATE, 2, 1),
            AudioChunk(SAMPLE_RATE, 2, 1, pcm),
            AudioStop(),
        )
        with _in_one_line(self.name):
            [*_, answer] = _exchange(self._address, request, Answer)
            text = " ".join(spoken_words(_ASIDE.sub(" ", Answer.from_event(answer).text)))
        return Transcript("", 0.0, "noise") if phantom(text, 0.0) else Transcript(text, _CONFIDENCE)


class WyomingSynthesizer:
    """Speaks with the voice of a server."""

    def __init__(self, host: str, port: int) -> None:
        """Connects only when there is something to say. Raises MissingError where the package wyoming is not there."""
        _require_package()
        self.name = f"wyoming {host}:{port}"
        self._address = (host, port)

    def synthesize(self, text: str) -> Iterator[Sound]:
        """One sound for each sentence at the server's sample rate, made when it is asked for.

        Raises MissingError where the server is not there, too slow, or answers what it should not.
        """
        from wyoming.audio import AudioChunk, AudioStop
        from wyoming.tts import Synthesize

        for sentence in split_sentences(text):
            with _in_one_line(self.name):
                events = _exchange(self._address, (Synthesize(aloud(sentence)),), AudioStop)
                chunks = [AudioChunk.from_event(event) for event in events if AudioChunk.is_type(event.type)]
                sound = _joined(chunks)
            yield sound


def _joined(chunks: "Sequence[AudioChunk]") -> Sound:
    rate, width, channels = chunks[0].rate, chunks[0].width, chunks[0].channels
    if width != 2 or not 8_000 <= rate <= 192_000:
        raise ValueError(f"it sends sound of {8 * width} bits at {rate} Hz")
    samples = np.frombuffer(b"".join(chunk.audio for chunk in chunks), "<i2").reshape(-1, channels)
    return Sound(samples.mean(axis=1).astype(np.int16), rate)


def _exchange(address: tuple[str, int], request: "Sequence[Eventable]", last: "type[Eventable]") -> "list[Event]":
    """Send the request and return what is answered, up to the first event of the type `last`."""
    from wyoming.error import Error
    from wyoming.event import read_event, write_event

    message = io.BytesIO()
    for part in request:
        write_event(part.event(), message)
    events: list[Event] = []
    with socket.create_connection(address, _CONNECTING_SECONDS) as connection:
        answer = _Answer(connection)
        connection.settimeout(_ANSWERING_SECONDS)
        connection.sendall(message.getvalue())
        while not events or not last.is_type(events[-1].type):
            event = read_event(answer)
            if event is None:
                raise ValueError("it broke off its answer, or speaks another protocol")
            if Error.is_type(event.type):
                raise ValueError(f"it says: {Error.from_event(event).text}")
            events.append(event)
    return events


class _Connection(io.RawIOBase):
    """What a server sends, until the deadline and no more than any honest answer has."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + _ANSWERING_SECONDS
        self._left = _LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        self._connection.settimeout(max(1e-3, self._deadline - time.monotonic()))
        count = self._connection.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError("its answer has no end")
        return count


class _Answer(io.BufferedReader):
    """Refuses to make room for what a server only says that it will send."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(_Connection(connection))

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _LARGEST:
            raise OSError("its answer has no end")
        return super().read(size)


@contextmanager
def _in_one_line(name: str) -> Iterator[None]:
    """Whatever a server does wrong, as MissingError."""
    try:
        yield
    except TimeoutError:
        reason = f"it did not answer within {_ANSWERING_SECONDS:g} seconds"
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        # The package takes whatever JSON comes for an event.
        reason = str(error) if type(error) is ValueError else "it answers what it should not"
    else:
        return
    raise MissingError(
        f"the speech server {name} cannot be used ({one_line(reason[:200])}); see that it runs, or unset it"
    )


def _require_package() -> None:
    if find_spec("wyoming") is None:
        raise MissingError("speech servers need the package wyoming; run: pip install wyoming")
