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
    key = _sound(letters)
    scored = [
        (ratio, name)
        for name in names
        if (ratio := SequenceMatcher(None, letters, plain := fold(name).replace(" ", "")).ratio()) >= _SIMILAR
        and letters[0] == plain[0]
        and (ratio >= _NEARLY or (_sound(plain) == key and len(key) > 1))
    ]
    return max(scored)[1] if scored else None


@lru_cache(maxsize=4096)
def _sound(letters: str) -> str:
    for pattern, sound in _ALIKE:
        letters = re.sub(pattern, sound, letters)
    return letters
