"""How names are compared: without case, accents and ligatures."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose, as people type them without the right keyboard.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """The key under which "Île-de-France", "ile-de-france" and " ILE-DE-FRANCE " are the same name."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.translate(_PLAIN).split())


def telling_words(text: str) -> list[str]:
    """The folded words of `text` but those of grammar: "Anna in the garden" -> anna, garden."""
    return [word for word in re.findall(r"\w+", fold(text)) if word not in _GRAMMAR]


_GRAMMAR = frozenset("a an and are at by for from in is it of on or the to with my our some any all".split())
