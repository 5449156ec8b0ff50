"""A sentence without fillers and oaths; and where it corrects itself."""

import re
import unicodedata

LONGEST = 100
"""Words that are looked at; nobody says more to find a photo."""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_FILLER = re.compile(
    r"\b(?:u+h+m*|u+m+|e+r+m*|h+m+|mhm|a+h+|e+h|(?<!twenty )(?<!nineteen )(?<!eighteen )o+h+|(?:god)?damn(?:ed)?|fucking|fuckin"
    r"|freaking|bloody|maybe|perhaps|possibly|basically|literally)\b(?! (?:hell|you|it|off|mary|moon|valley)\b)",
)
_STUTTER = re.compile(
    r"\b((?:the|my|a|some|our) \w+),? \1\b(?= )|\b(the|a|of|in|me|i|to|and|show|from|my|is|photos|pictures|some|with|was|it)(?:,? \2\b)+"
)
_THANKS = re.compile(r"(?<=\w)[,.]? (?:many )?(?:thanks|thank you)(?: (?:very much|a lot|so much))?$")
_JOINTS = frozenset("in on at with under near by behind over next from of wearing holding riding".split())
_ATTRIBUTE = re.compile(
    r"(?P<head>\w.* (?:with|wearing|holding|riding|playing|eating|watching)) (?:(?:a|an|the|my|his|her) )?[\w-]+$"
)
_WEAK = r"(?:no|nope|wait|sorry|oops|whoops|actually|rather|hang on|hold on)"
_STRONG = r"(?:no no|no wait|wait no|no sorry|sorry no|actually no|no actually|scratch that|(?:what )?i (?:meant?|said)(?: to say)?|or rather|or better|or,? no|(?:i )?beg (?:your )?pardon|i tell a lie)"
_SIZE = r"bigger|larger|smaller|full|fill|big|large"
"""What is made of a photo, and not put in its place: "the third one, make it big"."""
_MARKER = re.compile(
    rf"(?:[,.;!?]+ (?:well,? )?(?:{_WEAK}|{_STRONG}|make (?:that|it)(?! (?:{_SIZE})))|(?<=\w) (?:{_STRONG}|instead make (?:that|it))|^(?:{_WEAK}[,.;!]* )*{_STRONG})"
    rf"(?:[,.;]* (?:{_WEAK}|{_STRONG}|make (?:that|it)|yes|(?:or )?(?:was|is) it)(?=[ ,.;]|$))*[,.;:]*(?: |$)"
    r"|(?<=\w) no (?=the \w+ (?:one|photo|picture)\b|show me |find )"
    r"|[?!.] (?:yes|no|yeah),? "
    r"|^not (?:the |a |an )?[^,]+, (?=\w)|^no,? i (?:wanted|was looking for|asked for) "
    r"|^instead of [^,]+?,? (?=(?:show|find|give) )"
    rf"|^make (?:that|it) (?!{_SIZE}|black)"
    rf"|^{_WEAK}[,.;!]+ (?:not (?:that|this)(?: one)?[,.;]+ )?|^(?:actually|no|sorry|wait) (?=(?:show|find|only|just|the|let|i want|could|can|would|i'd)\b)"
)
_AFTERTHOUGHT = re.compile(r", (?:well,? )?(?P<thing>[^,]+?),? (?:actually|rather|i mean|i meant)$")
_LOOSE_COMMA = re.compile(
    r"\b(number|of|from|in|at|on|the|a|an|my|just|only|up|with|and|for|to|about|show me)[,.](?! (?:no|wait|sorry|actually|i mean|rather)\b)(?= )"
)
_NOT_THAT = re.compile(r", not (?:the |a )?(?P<thing>[^,]+), ")


def tidy(text: str) -> str:
    """Lower case, single spaces, no control characters, fillers or oaths; at most LONGEST words.

    Empty where nothing is left that says something.
    """
    text = unicodedata.normalize("NFKC", text[:10_000]).translate(_APOSTROPHES)
    text = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    text = " ".join(re.sub(r" [-–—]+ ", ", ", text.lower()).split()[:LONGEST])
    kept = text.strip(" .,!?;:-")
    if not _FILLER.sub("", kept).strip(" .,!?;:-"):
        return ""
    shorter = _tidied(re.sub(r"(?:[,.;:!]\s*)+(?=[,.;:!?])", "", kept))
    return _LOOSE_COMMA.sub(r"\1", shorter or kept)


def _tidied(text: str) -> str:
    text = _THANKS.sub("", text) if len(text.split()) > 4 else text
    return _STUTTER.sub(r"\1\2", _LOOSE_COMMA.sub(r"\1", _spaced(_FILLER.sub("", text))))


def _spaced(text: str) -> str:
    text = re.sub(r"(?: ?,)+(?= ?,)", "", " ".join(text.split()))
    return re.sub(r" +([,.;!?])", r"\1", text).strip(" .,!?;:-")


def spliced(before: str, after: str, thing: str) -> str:
    """What is looked for when `after` corrects the end of `before`; `thing` is `after` without what is around it.

    "a dog in the snow", "in the water" is "a dog in the water"; "kids playing football", "tennis" is "kids playing tennis".
    """
    first = after.split(" ", 1)[0]
    if first in _JOINTS and f" {first} " in f" {before} ":
        return f"{before[: f' {before}'.rindex(f' {first} ')].strip()} {after}".strip()
    attribute = _ATTRIBUTE.match(before)
    if attribute and not set(after.split()) & _JOINTS:
        return f"{attribute['head']} {after}"
    return thing


def corrected(sentence: str) -> tuple[str, str]:
    """What was said before a person corrected themselves, and what they said then.

    "dogs, no wait, cats" is ("dogs", "cats"), "the lake, not the lake, the river" ("the lake", "the river"). Nothing
    comes before where it is the last sentence that is corrected ("no, I meant cats"), or none at all.
    """
    taken_back = _NOT_THAT.search(sentence)
    if taken_back and taken_back["thing"] in sentence[: taken_back.start()]:
        return sentence[: taken_back.start()], sentence[taken_back.end() :]
    afterthought = _AFTERTHOUGHT.search(sentence)
    if afterthought:
        return sentence[: afterthought.start()], afterthought["thing"]
    markers = list(_MARKER.finditer(sentence))
    after = sentence[markers[-1].end() :].strip(" ,.;") if markers else ""
    return (sentence[: markers[0].start()].strip(" ,.;"), after) if after else ("", sentence)
