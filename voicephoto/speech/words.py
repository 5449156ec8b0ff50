"""Text as the words in which it is spoken."""

import re
import unicodedata

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
# Letters that Unicode does not take apart into a plain one and an accent.
_LETTERS = str.maketrans(
    {"’": "'", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_TOKEN = re.compile(r"(\d+)(st|nd|rd|th|s)?(?![a-z\d])|\d+|[a-z]+(?:'[a-z]+)*'?|&")


def spoken_words(text: str) -> list[str]:
    """Lower-case words of `text` without accents and punctuation; figures are spelt ("twenty nineteen")."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words: list[str] = []
    for token in _TOKEN.finditer(plain):
        digits, ending = token.group(1), token.group(2)
        if digits and ending in ("st", "nd", "rd", "th"):
            words += ordinal(int(digits))
        elif digits and ending == "s":
            *most, last = year(int(digits))
            words += [*most, last[:-1] + "ies" if last.endswith("y") else last + "s"]
        elif token.group()[0].isdigit():
            words += _figures(token.group())
        else:
            words.append("and" if token.group() == "&" else token.group().rstrip("'"))
    return words


def number(value: int) -> list[str]:
    """The cardinal: 342 -> three hundred and forty two, without the "and"."""
    if value < 20:
        return [_ONES[value]]
    if value < 100:
        return [_TENS[value // 10 - 2], *(number(value % 10) if value % 10 else [])]
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return [*number(value // size), name, *(number(rest) if rest else [])]
    raise AssertionError


def ordinal(value: int) -> list[str]:
    """The ordinal: 21 -> twenty first."""
    *most, last = number(value)
    if last in _ORDINALS:
        return [*most, _ORDINALS[last]]
    return [*most, last[:-1] + "ieth" if last.endswith("y") else last + "th"]


def year(value: int) -> list[str]:
    """The year as people say it: 2019 -> twenty nineteen, 2007 -> two thousand seven, 1905 -> nineteen oh five."""
    century, rest = divmod(value, 100)
    if not 1100 <= value <= 2099 or 2000 <= value <= 2009:
        return number(value)
    if rest == 0:
        return [*number(century), "hundred"]
    return [*number(century), *(["oh", *number(rest)] if rest < 10 else number(rest))]


def _figures(digits: str) -> list[str]:
    if digits[0] == "0" or len(digits) > 6:
        return [_ONES[int(digit)] for digit in digits]
    return year(int(digits)) if len(digits) == 4 else number(int(digits))
