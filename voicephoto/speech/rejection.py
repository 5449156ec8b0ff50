"""Whether words were said at all: a recogniser makes some of every noise."""

from dataclasses import replace

from voicephoto.speech.endpointing import Utterance
from voicephoto.speech.recognition import Transcript

_CLEAR_MS = 96
_GROUNDS = ((0.6, 0.3), (0.75, 0.1))
"""What makes up for little speech beyond doubt: Silero's mean probability, and the confidence in the words.

By these a third of a second of barking, sneezing and ticking is none of a person's; of 132 sentences of synthetic voices
none is lost, of single words in a second of noise one in seven.
"""


def sifted(transcript: Transcript, utterance: Utterance) -> Transcript:
    """The transcript, rejected as noise where neither the sound nor the words are surely speech."""
    if transcript.reason is not None or utterance.clear_ms >= _CLEAR_MS:
        return transcript
    grounds = any(utterance.probability >= p and transcript.confidence >= c for p, c in _GROUNDS)
    return transcript if grounds else replace(transcript, text="", reason="noise")
