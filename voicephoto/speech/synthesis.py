"""Speech from text, sentence by sentence."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Protocol

from voicephoto.audio import Sound

LONGEST_SENTENCE = 300
"""Characters; longer ones are cut at a comma or a space, so that speaking starts soon whatever the text."""

_ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr st prof sr jr vs etc e.g i.e a.m p.m no mt ft approx fig vol u.s u.k jan feb mar apr "
        "jun jul aug sep sept oct nov dec"
    ).split()
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+")


class Synthesizer(Protocol):
    """Turns text into speech."""

    @property
    def name(self) -> str:
        """Names the engine and its model or voice."""
        ...

    def synthesize(self, text: str) -> Iterator[Sound]:
        """Speak `text`, one sound for each sentence, made only when it is asked for."""
        ...


def split_sentences(text: str) -> Iterator[str]:
    """Sentences of `text` fit to be spoken: without emoji, control characters and needless space.

    Abbreviations, initials and decimals do not end a sentence; no part is longer than LONGEST_SENTENCE.
    """
    speakable = _speakable(text)
    start = 0
    for end in _END.finditer(speakable):
        if _ends_sentence(speakable, start, end):
            yield from _parts(speakable[start : end.end()])
            start = end.end()
    yield from _parts(speakable[start:])


def _ends_sentence(text: str, start: int, end: re.Match[str]) -> bool:
    if end.group() != ".":
        return True
    words = text[start : end.start()].split()
    if not words:
        return False
    last = words[-1].lstrip("(\"'“‘")
    following = text[end.end() :].lstrip()[:1]
    if not following:
        return True
    # An initial ("J. Smith") or an abbreviation goes on; "at 5 p.m. The" does not.
    is_initial = len(last) == 1 and last.isalpha() and last.isupper() and last != "I"
    is_abbreviation = last.lower() in _ABBREVIATIONS
    if last.lower() in ("a.m", "p.m", "etc", "u.s", "u.k"):
        return following.isupper()
    if last.lower() == "no":
        return not following.isdigit()
    return not (is_initial or is_abbreviation)


def _speakable(text: str) -> str:
    kept = []
    for character in unicodedata.normalize("NFC", text):
        if character in "\n\t\r":
            kept.append("\n" if character == "\n" else " ")
        elif (
            unicodedata.category(character) in ("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Me") or character == "\ufe0f"
        ):
            kept.append(" ")
        else:
            kept.append(character)
    return "".join(kept)


def _parts(sentence: str) -> Iterator[str]:
    sentence = " ".join(sentence.split())
    while len(sentence) > LONGEST_SENTENCE:
        head = sentence[:LONGEST_SENTENCE]
        at = max(head.rfind(", "), head.rfind("; ")) + 1 or head.rfind(" ") or LONGEST_SENTENCE
        at = at if at > 0 else LONGEST_SENTENCE
        yield from _spoken(sentence[:at].strip())
        sentence = sentence[at:].strip()
    yield from _spoken(sentence)


def _spoken(part: str) -> Iterator[str]:
    if any(character.isalnum() for character in part):
        yield part
