"""What happens during a turn, told to whoever watches, in the order in which it happens."""

from dataclasses import dataclass

from voicephoto.assistant.turn import Turn
from voicephoto.audio import Sound
from voicephoto.dialogue import Intent, Reply
from voicephoto.speech import Transcript


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak, `at` seconds into the stream."""

    at: float


@dataclass(frozen=True, slots=True)
class Guessed:
    """What was said so far, understood in a pause; the sentence may go on."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The end of a sentence, `at` seconds into the stream, is believed; recognition is under way."""

    turn: int
    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The sentence as words; empty, with a reason, when it was rejected."""

    turn: int
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Replied:
    """The sentence is understood and its answer known: photos can be shown now, before a word is spoken."""

    turn: int
    intent: Intent
    reply: Reply


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the reply, or of something that nobody asked for, as sound, ready to be played."""

    turn: int
    sound: Sound
    sentence: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over and nothing more of it will come."""

    turn: Turn


Event = SpeechStarted | Guessed | SpeechEnded | Heard | Replied | Said | TurnEnded
