"""Names that sound like what a recogniser wrote down: "tie land" is Thailand."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from voicephoto.library import fold

_ALIKE = (
    (r"ph", "f"), (r"th", "t"), (r"sh|ch|tch|zh|j", "x"), (r"c(?=[eiy])", "s"), (r"ck|[cqg]", "k"), (r"[zs]", "s"), (r"d", "t"),
    (r"b", "p"), (r"v", "f"), (r"wh", "w"), (r"(?<!^)[aeiouyhw]", ""), (r"^[aeiouyh]+", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip
"""Letters that are mixed up, in this order; vowels count only at the beginning."""
_SIMILAR = 0.6
_NEARLY = 0.92


def alike(heard: str, names: Sequence[str]) -> str | None:
    """The one of `names` that sounds like `heard`, the most similar in letters; None where none does."""
    letters = fold(heard).replace(" ", "")
    if len(letters) < 3 or not letters.isalpha():
        return None
    best = max(((_likeness(letters, plain), name) for name, plain in _spelt(tuple(names))), default=(0.0, ""))
    return best[1] if best[0] else None


def _likeness(heard: str, name: str) -> float:
    """The share of letters in common, 0 where the two do not sound alike."""
    if heard[0] != name[:1] or abs(len(heard) - len(name)) > len(heard):
        return 0.0
    sound = _sound(heard)
    ratio = SequenceMatcher(None, heard, name).ratio()
    same = sound == _sound(name) and len(sound) > 1
    return ratio if ratio >= (_SIMILAR if same else _NEARLY) else 0.0


@lru_cache(maxsize=8)
def _spelt(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The names and their letters alone."""
    return tuple((name, fold(name).replace(" ", "")) for name in names)


@lru_cache(maxsize=4096)
def _sound(letters: str) -> str:
    for pattern, sound in _ALIKE:
        letters = re.sub(pattern, sound, letters)
    return letters
