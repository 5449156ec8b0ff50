"""How names are compared: without case, accents and ligatures."""

import unicodedata

# Letters that Unicode does not decompose, as people type them without the right keyboard.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})


def fold(name: str) -> str:
    """The key under which "Île-de-France", "ile-de-france" and " ILE-DE-FRANCE " are the same name."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.translate(_PLAIN).split())
