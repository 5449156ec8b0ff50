"""The words of a sentence in one spelling, whether they were typed or recognised."""

import re
from dataclasses import dataclass

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen",
          "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_ONES, 1)}
_TEEN = {word: value for value, word in enumerate(_TEENS, 10)}
_TEN = {word: value * 10 for value, word in enumerate(_TENS, 2)}
_CARDINALS = _SMALL | _TEEN | _TEN
_UP_TO_NINTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINALS = (
    {word: value for value, word in enumerate(_UP_TO_NINTH, 1)}
    | {"twelfth": 12, "twentieth": 20, "thirtieth": 30}
    | {f"{word}th": value for word, value in _TEEN.items() if word != "twelve"}
)
_DECADES = {word[:-1] + "ies": value for word, value in _TEN.items()} | {"tens": 10}

_TOKEN = re.compile(
    r"['’](?P<short>\d\d)(?![\d'’\w])"
    r"|['’]?(?P<decade>\d\d(?:\d\d)?)['’]?s\b"
    r"|(?P<nth>\d{1,9})(?:st|nd|rd|th)\b"
    r"|(?P<number>\d{1,9})"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>(?<=\d)\.(?=\d)|[-–—/])",
    re.IGNORECASE,
)
_MONTH = r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]*r|[a-z]*y|ch|il|ust)?"
_MONTH_BEFORE, _MONTH_AFTER = (
    re.compile(rf"{_MONTH}$", re.IGNORECASE),
    re.compile(rf"{_MONTH}\b", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word in its one spelling, and the characters of the sentence that it stands for."""

    text: str
    start: int
    end: int


def read_words(text: str) -> list[Word]:
    """The words of `text`: lower case, no apostrophes, numbers in digits ("twenty nineteen" is 2019).

    Commas and full stops go; a dash or a slash stays where it may belong to a date.
    """
    words: list[Word] = []
    for match in _TOKEN.finditer(text):
        kind, value = str(match.lastgroup), str(match[match.lastgroup or 0])
        if kind == "short":
            spelling = str(full_year(int(value)))
        elif kind == "decade":
            spelling = f"{full_year(int(value)) if len(value) == 2 else value}s"
        elif kind == "nth":
            spelling = nth(int(value))
        elif kind == "mark":
            if value in "-/" and _joins_letters(text, match.start(), match.end()):
                continue
            spelling = "-" if value in "-–—" else value
        elif kind == "word":
            spelling = value.lower().replace("'", "").replace("’", "")
        else:
            spelling = value
        words.append(Word(spelling, match.start(), match.end()))
    return _numbers_in_digits(words)


def nth(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def full_year(short: int) -> int:
    """Two digits as a year: up to 39 in this century, the others in the last."""
    return short + (2000 if short < 40 else 1900)


def _joins_letters(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if _MONTH_BEFORE.search(text, max(0, start - 9), start) and _MONTH_AFTER.match(text, end):
        return False
    return before.isalpha() or after.isalpha()


def _numbers_in_digits(words: list[Word]) -> list[Word]:
    result: list[Word] = []
    position = 0
    while position < len(words):
        spelling, used = _number([word.text for word in words[position : position + 6]])
        if used:
            result.append(Word(spelling, words[position].start, words[position + used - 1].end))
        else:
            result.append(words[position])
        position += used or 1
    return result


def _number(words: list[str]) -> tuple[str, int]:
    """The number at the front in digits and how many words it takes, or ("", 0)."""
    if words[0] == "noughties":
        return "2000s", 1
    if words[0] in _DECADES:
        return f"{1900 + _DECADES[words[0]]}s" if words[0] != "tens" else "2010s", 1
    for read in (_spoken_year, _thousands, _below_hundred):
        spelling, used = read(words)
        if used:
            return spelling, used
    return "", 0


def _spoken_year(words: list[str]) -> tuple[str, int]:
    """ "nineteen ninety eight", "twenty oh five", "nineteen hundred", "the nineteen nineties"."""
    century = {"eighteen": 1800, "nineteen": 1900, "twenty": 2000}.get(words[0])
    if century is None or len(words) < 2:
        return "", 0
    if words[1] in _DECADES:
        return f"{century + _DECADES[words[1]]}s", 2
    if words[1] == "hundred":
        return str(century), 2
    if words[1] in ("oh", "o") and len(words) > 2 and words[2] in _SMALL:
        return str(century + _SMALL[words[2]]), 3
    spelling, used = _below_hundred(words[1:])
    if spelling.isdigit() and int(spelling) >= 10:
        return str(century + int(spelling)), used + 1
    return "", 0


def _thousands(words: list[str]) -> tuple[str, int]:
    """ "two thousand", "two thousand and five", "two thousands", "a hundred and ten"."""
    scale = {"thousand": 1000, "hundred": 100, "thousands": 1000}
    if len(words) < 2 or words[1] not in scale or not (words[0] in _SMALL or words[0] == "a"):
        return "", 0
    value = _SMALL.get(words[0], 1) * scale[words[1]]
    if words[1] == "thousands":
        return f"{value}s", 2
    start = 3 if words[2:3] == ["and"] else 2
    rest, used = _below_hundred(words[start:])
    if rest.isdigit():
        return str(value + int(rest)), start + used
    return str(value), 2


def _below_hundred(words: list[str]) -> tuple[str, int]:
    """ "five", "twenty five", "twenty fifth", "fifth"."""
    if not words:
        return "", 0
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in _TEN and second in _SMALL:
        return str(_TEN[first] + _SMALL[second]), 2
    if first in _TEN and 1 <= _ORDINALS.get(second, 0) <= 9:
        return nth(_TEN[first] + _ORDINALS[second]), 2
    if first in _CARDINALS:
        return str(_CARDINALS[first]), 1
    if first in _ORDINALS:
        return nth(_ORDINALS[first]), 1
    return "", 0
