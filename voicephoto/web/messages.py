"""The messages of the WebSocket, version 1: JSON objects told apart by `type`, and sound as bytes.

A page says `hello` first. What it says is small and strictly read: an unknown type, field or value is refused with a
`refused`, and the connection goes on. Sound is binary in both directions, every message with a header of its own:

- from the page, its microphone: uint32 samples since `listen` before this message, then int16 samples, mono, 16 kHz;
- to the page, a reply: uint32 `id` of the `sound` before it, then the next int16 samples of it, mono, at its `rate`.

All numbers are little-endian. A sound may come in several messages, until its `samples` are complete.
"""

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

VERSION = 1
LONGEST_TEXT = 2_000
"""Characters of a typed question."""
LONGEST_SOUND = 16_384
"""Bytes of a binary message from a page, half a second."""


Button = Literal["back", "next", "previous", "more", "similar", "describe", "repeat", "stop", "cancel"]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


# What a page says.


class Hello(Message):
    """The first message of a connection."""

    type: Literal["hello"] = "hello"
    version: int
    conversation: str | None = Field(default=None, max_length=64)
    """The key of an earlier welcome, to go on with that conversation after a reload or a lost connection."""
    room: str | None = Field(default=None, max_length=32, pattern=r"^[\w-]+$")
    """A room that several screens mirror, such as "kitchen"; a conversation of its own where there is none."""


class Ask(Message):
    """A typed question or wish."""

    type: Literal["ask"] = "ask"
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Look(Message):
    """One of the photos on display is tapped."""

    type: Literal["look"] = "look"
    photo: int = Field(ge=0)
    """Its id."""


class Do(Message):
    """A button: what one would say otherwise."""

    type: Literal["do"] = "do"
    what: Button


class Drop(Message):
    """A chip of the understood query is tapped away."""

    type: Literal["drop"] = "drop"
    chip: str = Field(max_length=200)
    """The `id` of the chip."""


class Listen(Message):
    """The page's microphone is about to send, or stops; `on` again counts its samples anew.

    With `held` it is a key that is held down: its release ends the sentence at once.
    """

    type: Literal["listen"] = "listen"
    on: bool
    held: bool = False


class Sounding(Message):
    """Whether this page plays the replies."""

    type: Literal["sounding"] = "sounding"
    on: bool


class Played(Message):
    """How far a reply has been played: the sound with this id has begun, or is over."""

    type: Literal["played"] = "played"
    sound: int = Field(ge=0)
    state: Literal["begun", "over"]


FromPage = Annotated[Hello | Ask | Look | Do | Drop | Listen | Sounding | Played, Field(discriminator="type")]
from_page: TypeAdapter[FromPage] = TypeAdapter(FromPage)


def sound_of(data: bytes) -> tuple[int, NDArray[np.int16]]:
    """The offset and the int16 samples [n] of a binary message from a page. Raises ValueError for anything else."""
    if len(data) > LONGEST_SOUND:
        raise ValueError(f"a sound of {len(data)} bytes, where {LONGEST_SOUND} are the most")
    if len(data) < 6 or len(data) % 2:
        raise ValueError(f"{len(data)} bytes, which are no number and samples")
    return int.from_bytes(data[:4], "little"), np.frombuffer(data, "<i2", offset=4).astype(np.int16, copy=False)


# What a page is told.


class PhotoShown(Message):
    """A photo on display. Its pictures are at /photos/{id}/thumbnail, /screen and /original, with ?v={version}."""

    id: int
    number: int | None
    """By which it can be called, from 1 on; None for a photo that was found and is not on this page of the display."""
    version: str
    """Changes with the file."""
    width: int
    """Pixels, upright."""
    height: int
    when: str
    """As one says it, "14 June 2026, 18:30"; empty where it is not known."""
    where: str
    """As one says it; empty where it is not known."""
    camera: str
    album: str
    caption: str
    name: str
    """Of the file."""
    alt: str
    """For those who cannot see it."""


class Chip(Message):
    """A part of the understood query that may be taken away."""

    id: str
    text: str


class Shown(Message):
    """What is on display."""

    photos: tuple[PhotoShown, ...] = ()
    """All that were found, up to 300; those with a number are the page that is talked about."""
    focus: int | None = None
    """The id of the one photo that is talked about, shown large."""
    cut: bool = False
    """There are more than these in the library."""
    status: Literal["confident", "maybe", "none"] = "confident"
    chips: tuple[Chip, ...] = ()


class Exchange(Message):
    """One turn of the conversation as it is written down."""

    turn: int
    heard: str
    said: str


class Library(Message):
    """What there is to ask for."""

    photos: int
    earliest: str | None
    """ISO 8601."""
    latest: str | None
    examples: tuple[str, ...]
    """Questions that can be asked of this library."""


class Welcome(Message):
    """The answer to `hello`: how things stand."""

    type: Literal["welcome"] = "welcome"
    version: int = VERSION
    program: str
    conversation: str
    """The key to go on with it."""
    resumed: bool
    """Whether it is the conversation that was asked for."""
    room: str | None
    microphone: Literal["page", "here", "none"]
    """Who listens: a page of this conversation, the machine itself, or, as the page may not be heard, nobody."""
    wake_word: str | None
    """What has to be said before a question, where it sleeps otherwise."""
    library: Library
    exchanges: tuple[Exchange, ...]
    shown: Shown


class Listening(Message):
    """Sent four times a second while sound is really received, and once when it ends; nobody is heard without it."""

    type: Literal["listening"] = "listening"
    on: bool
    level: float
    """Loudest of the last frames, dBFS."""
    audible: bool
    """Whether a reply is being played."""
    awake: bool
    """Whether what is said now is taken for a question; otherwise the wake word is waited for."""
    lost: int
    """Milliseconds of sound that never arrived, since `listen`."""


class Hearing(Message):
    """Somebody began to speak."""

    type: Literal["hearing"] = "hearing"


class Words(Message):
    """What was understood so far of a sentence that may go on."""

    type: Literal["words"] = "words"
    text: str


class Thinking(Message):
    """A sentence is over; its answer is looked for."""

    type: Literal["thinking"] = "thinking"
    turn: int


class Heard(Message):
    """The sentence; without text where it was not understood, for this reason."""

    type: Literal["heard"] = "heard"
    turn: int
    text: str
    reason: str | None


class Answered(Message):
    """The answer: what is said, and what is on display now."""

    type: Literal["answered"] = "answered"
    turn: int
    intent: str
    understood: str
    """The reading, in words."""
    said: str
    shown: Shown


class SoundComing(Message):
    """A sentence of a reply, whose samples follow as bytes. `text` is what it says; `turn` is null for a signal."""

    type: Literal["sound"] = "sound"
    id: int
    turn: int | None
    text: str
    rate: int
    samples: int


class Quiet(Message):
    """What to do with the sound that is playing and waiting: hold it, go on with it, or forget it."""

    type: Literal["quiet"] = "quiet"
    how: Literal["pause", "resume", "stop"]


class Ended(Message):
    """The turn is over."""

    type: Literal["ended"] = "ended"
    turn: int
    said: str
    """All that was said, also what was only found out while it was spoken; nothing where the turn was interrupted."""
    ms: float
    """From the end of the question until its answer was known."""


class Notice(Message):
    """Something that a person should know: a microphone is lost, another page listens now, a turn failed."""

    type: Literal["notice"] = "notice"
    kind: Literal["microphone lost", "microphone back", "microphone taken", "failed"]
    text: str


class Changed(Message):
    """The settings were changed, by whatever page."""

    type: Literal["changed"] = "changed"
    wake_word: str | None
    """As in `welcome`."""


class Refused(Message):
    """A message could not be used."""

    type: Literal["refused"] = "refused"
    why: str


class Beat(Message):
    """Every five seconds, so that a page knows that the connection lives."""

    type: Literal["beat"] = "beat"


ToPage = (
    Welcome
    | Listening
    | Hearing
    | Words
    | Thinking
    | Heard
    | Answered
    | SoundComing
    | Quiet
    | Ended
    | Notice
    | Changed
    | Refused
    | Beat
)
