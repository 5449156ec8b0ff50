"""How words sound, in the phone set of the recogniser's acoustic model."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from voicephoto.speech.espeak import phonemes

# eSpeak NG's mnemonics for American English (its phsource/ph_english_us) as ARPAbet, the set of CMUdict.
_ARPABET = {
    "a": "AE", "aa": "AE", "a#": "AH", "A:": "AA", "A": "AA", "0": "AA", "O": "AO", "O:": "AO", "o": "OW",
    "E": "EH", "e": "EH", "I": "IH", "I2": "IH", "I#": "IH", "i": "IY", "i:": "IY", "V": "AH", "@": "AH",
    "@2": "AH", "@5": "AH", "3": "ER", "3:": "ER", "@L": "AH L", "U": "UH", "u": "UW", "u:": "UW", "y": "UW",
    "y:": "UW", "Y": "ER", "W": "ER", "aI": "AY", "aU": "AW", "eI": "EY", "oU": "OW", "OI": "OY", "A@": "AA R",
    "A~": "AA N", "O~": "AO N", "O@": "AO R", "o@": "AO R", "e@": "EH R", "i@": "IH R", "i@3": "IH R",
    "I3": "IH R", "U@": "UH R", "aI@": "AY AH", "aI3": "AY ER", "aU@": "AW ER", "p": "P", "b": "B", "t": "T",
    "t#": "T", "t2": "T", "d": "D", "d#": "D", "k": "K", "g": "G", "f": "F", "v": "V", "s": "S", "z": "Z",
    "z#": "Z", "h": "HH", "m": "M", "n": "N", "l": "L", "r": "R", "r-": "R", "w": "W", "j": "Y", "S": "SH",
    "Z": "ZH", "tS": "CH", "dZ": "JH", "T": "TH", "D": "DH", "N": "NG", "x": "K", "X": "K", "C": "SH", "Q": "G",
    "R": "R", "n-": "AH N", "m-": "AH M", "l-": "AH L", "ts": "T S", "B": "V", "n^": "N Y", "l^": "L Y", "?": "",
}  # fmt: skip


def pronunciations(words: Iterable[str], dictionary: Path) -> Iterator[tuple[str, str]]:
    """Lines of a pronunciation dictionary for `words`: (word or word(2) ..., phones).

    They come from `dictionary` (CMUdict's format) where it has them, else from eSpeak NG's rules. Words that
    nothing can pronounce are left out.
    """
    known = _read(dictionary)
    for word in words:
        ways = known.get(word) or _spell_out(word)
        for number, phones in enumerate(ways, 1):
            yield (word if number == 1 else f"{word}({number})"), phones


def _read(dictionary: Path) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    with dictionary.open(encoding="utf-8") as lines:
        for line in lines:
            name, _, phones = line.rstrip("\n").partition(" ")
            word = name.partition("(")[0] or name
            ways.setdefault(word, []).append(phones.strip())
    return ways


def _spell_out(word: str) -> list[str]:
    phones = " ".join(filter(None, map(_to_arpabet, phonemes(word).replace(" ", "_").split("_"))))
    return [phones] if phones else []


def _to_arpabet(mnemonic: str) -> str:
    mnemonic = mnemonic.lstrip("',%=|").rstrip(";!'\"|")
    phones = []
    while mnemonic:
        length = next((n for n in range(len(mnemonic), 0, -1) if mnemonic[:n] in _ARPABET), 0)
        if length:
            phones.append(_ARPABET[mnemonic[:length]])
        mnemonic = mnemonic[max(1, length) :]
    return " ".join(filter(None, phones))
