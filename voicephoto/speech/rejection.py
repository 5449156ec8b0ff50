"""Whether words were said at all: a recogniser makes some of every noise."""

from collections.abc import Callable
from dataclasses import replace

from voicephoto.speech.endpointing import Utterance
from voicephoto.speech.recognition import Transcript

_CLEAR_MS = 96
_GROUNDS = ((0.6, 0.3), (0.75, 0.1))
"""What makes up for little speech beyond doubt: Silero's mean probability, and the confidence in the words.

By these a third of a second of sneezing and ticking is none of a person's; with PocketSphinx none of 132 sentences of
synthetic voices was lost, of single words in a second of noise one in seven.
"""

_FEW_WORDS, _CONFIDENT = 3, 0.5


def sifted(
    transcript: Transcript, utterance: Utterance, means_something: Callable[[str], bool] = lambda text: True
) -> Transcript:
    """The transcript, rejected as noise where neither the sound nor the words are surely speech.

    Up to three words that mean nothing as things stand ("what", "go back" where nothing is shown) are what a decoder
    makes of a bark or a saw: they need twice as much clear voice, and sure words.
    """
    if transcript.reason is not None:
        return transcript
    clear = utterance.clear_ms >= _CLEAR_MS
    if len(transcript.text.split()) <= _FEW_WORDS and not means_something(transcript.text):
        grounds = utterance.clear_ms >= 2 * _CLEAR_MS and transcript.confidence >= _CONFIDENT
    else:
        grounds = clear or any(utterance.probability >= p and transcript.confidence >= c for p, c in _GROUNDS)
    return transcript if grounds else replace(transcript, text="", reason="noise")
