"""One turn: what was heard, what was meant, what was answered, and how long each step took."""

from collections.abc import Mapping
from dataclasses import dataclass

from voicephoto.audio import Sound
from voicephoto.dialogue import Intent, Reply
from voicephoto.speech import Transcript


@dataclass(frozen=True, slots=True)
class Turn:
    """A finished turn.

    `intent` and `reply` are None where the utterance was rejected, and `transcript.reason` says why.
    `ms` holds milliseconds. Durations of steps: `endpoint` (end of speech until it was believed), `recognize`,
    `understand`, `answer`, `synthesize` (first sentence). Moments, counted from the end of speech or from the
    typed line: `first_photo`, `first_sound`, `total`.
    """

    number: int
    transcript: Transcript
    intent: Intent | None
    reply: Reply | None
    sounds: tuple[Sound, ...]
    ms: Mapping[str, float]

    @property
    def heard(self) -> str:
        return self.transcript.text
