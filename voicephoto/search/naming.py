"""Where words may name a place; whether they do there is for `wording` to tell."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicephoto.search.areas import home_of, town_after_in
from voicephoto.search.contexts import Words
from voicephoto.search.sounds import alike
from voicephoto.search.terms import PHOTOS

_LONGEST = 4
_MISHEARD = 3
"""Words at the end of a phrase that may be a place's name as a recogniser heard it."""
_FROM_THERE = re.compile(rf"{PHOTOS}|ones?|trips?|holidays?|vacations?|honeymoon|journeys?|getaway|album")
"""Behind an adjective they say where photos are from: "the Italian ones", but "Italian food"."""


@dataclass(frozen=True, slots=True)
class Named:
    """The words from `start` to before `end`, and the name of a place that they may be; an adjective is one for sure."""

    start: int
    end: int
    name: str
    adjective: bool = False


def named_places(words: Words, place: Callable[[str], str | None], said: Sequence[str]) -> tuple[Named, ...]:
    """What may be a place, from left to right, the longest names first; `said` are those that people are expected to say."""
    found: list[Named] = []
    start = 0
    while start < len(words.words):
        named = _at(words, start, place, said)
        if named:
            found.append(named)
        start = named.end if named else start + 1
    return tuple(found)


def marks(words: Words, named: Sequence[Named]) -> list[str]:
    """For each word whether a place's name may begin ("B") or go on ("I") there, or neither ("")."""
    marked = [""] * len(words.words)
    for one in named:
        marked[one.start : one.end] = ["B"] + ["I"] * (one.end - one.start - 1)
    return marked


def _at(words: Words, start: int, place: Callable[[str], str | None], said: Sequence[str]) -> Named | None:
    before = words.words[start - 1].lower() if start else ""
    for end in range(min(start + _LONGEST, len(words.words)), start, -1):
        text = " ".join(words.words[start:end]).removesuffix("'s")
        if len(text) < 3 and before not in ("in", "the"):
            continue
        name = place(text) or (town_after_in(text) if before in ("in", "at") else None)
        if name:
            return Named(start, end, name)
        home = home_of(text) if end < len(words.words) and _FROM_THERE.fullmatch(words.words[end].lower()) else None
        if home:
            return Named(start, end, place(home) or home, adjective=True)
    if before not in ("in", "from"):
        return None
    end = next((at + 1 for at in range(start, len(words.words)) if words.breaks(at)), len(words.words))
    name = alike(" ".join(words.words[start:end]), said) if end - start <= _MISHEARD else None
    known = place(name) if name else None
    return Named(start, end, known) if known else None
