"""A sentence without what carries no meaning: fillers, courtesies, oaths; and where it corrects itself."""

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
_ASIDES = (
    "you know", "i don't know", "i guess", "i think", "i suppose", "let me think", "let's see", "like", "roughly", "please",
    "what's it called", "what is it called", "what do you call (?:it|them|that)", "how do you say", "what was it", "whatever", "let me see", "you see",
    "right", "yeah", "well", "i'd say", "say", "if you would", "if you will", "so to speak", "hang on", "just quickly", "quickly", "it's me", "if you can", "if possible", "for example", "sort of", "kind of", "i believe",
)  # fmt: skip
_ASIDE = re.compile(
    rf"(?:^|,) ?(?:{'|'.join(_ASIDES)}) ?(?=,|$)|^let me think[,.]* (?=\w)|\byou know\b(?! (?:what|when|where|who|how|why|if|that|the|a|any|of|my)\b)(?=.)"
)
_CALLS = (
    "then", "and then", "hey", "hi", "hello", "hi there", "hey there", "hello there", "ok", "okay", "alright", "all right", "well", "so", "and now",
    "now and then", "right", "right then", "listen", "look", "computer", "assistant", "excuse me", "new search", "you know what", "tell you what",
    "(?:ok|okay|hey|dear|good (?:morning|afternoon|evening|day)|morning|hello|hi) (?:google|siri|computer|assistant)", "go on", "come on",
    "good (?:morning|afternoon|evening|day)", "alexa", "siri", "yeah", "please", "kindly", "alright then", "okay then",
)  # fmt: skip
_COURTESIES = (
    *_CALLS, "and", "now", "then", "thanks", "thank you", "thank you very much", "thanks a lot", "cheers", "good", "great", "nice",
    "lovely", "wow", "cool", "beautiful", "very nice", "how lovely", "how nice", "perfect", "excellent", "wonderful", "amazing",
    "interesting", "sorry to bother you", "if you (?:wouldn't|don't) mind", "if you would", "if you please", "for me", "fine",
    "if it's not too much trouble", "would you", "will you", "could you", "can you", "that would be (?:lovely|great|nice|good)",
    "if i may", "if you will", "one more thing", "by the way", "actually", "just", "my dear", "dear", "mate", "my friend", "there", "ha", "haha", "aw",
)  # fmt: skip
_LEADING = re.compile(
    rf"^(?:(?:{'|'.join(_COURTESIES)})[,.!;]+ )+|^(?:(?:{'|'.join(_CALLS)})[,.!;]* (?=.))+",
)
_ONLY_COURTESIES = re.compile(rf"(?:(?:{'|'.join(_COURTESIES)})[,.!; ]*)+")
_PHOTO_NOUN = r"(?:photos?|pictures?|pics?|images?|shots?|snaps?)"
_JOINTS = frozenset("in on at with under near by behind over next from of wearing holding riding".split())
_ATTRIBUTE = re.compile(
    r"(?P<head>\w.* (?:with|wearing|holding|riding|playing|eating|watching)) (?:(?:a|an|the|my|his|her) )?[\w-]+$"
)
_POLITE_WORDS = (
    "rather", "what", "trying", "wonder", "wondered", "great", "sorry", "bother", "but", "suppose", "guess", "yeah", "give", "grateful", "bit",
    "i", "we", "you", "i'd", "we'd", "i'll", "i'm", "would", "could", "can", "will", "may", "might", "do", "like", "love", "want", "wanna",
    "wish", "need", "to", "be", "so", "as", "and", "kind", "nice", "good", "a", "dear", "if", "whether", "think", "was", "am", "hoping",
    "wondering", "quite", "really", "very", "much", "just", "please", "kindly", "any", "chance", "of", "possible", "it", "is", "that", "me", "us",
    "let", "let's", "help", "have", "mind", "able", "try", "go", "ahead", "now", "well", "then", "also", "first", "next", "again", "quickly",
    "favor", "favour", "grateful", "there", "feel", "free", "time", "for",
)  # fmt: skip
_ASKING = r"(?:show|showing|find|finding|bring up|pull up|search for|look for|looking for|get me|give me|display)\b"
_POLITELY = rf"(?:(?:{'|'.join(_POLITE_WORDS)})[, ]+)"
_WISH = re.compile(
    rf"^{_POLITELY}+(?={_ASKING})"
    rf"|^{_POLITELY}*(?:to|i|we|me|us|let's|of|rather) (?:see|seeing|look at|looking at|have a look at|take a look at|a look at) (?:is )?"
    rf"|^(?:{_POLITELY}*)(?:want|like|love|need|get|have|after|for|is)(?:,? to have| back)?,? (?=(?:some |the |my |all |any |that )*{_PHOTO_NOUN} (?:of|from|with|where) )"
    r"|^(?:i|we) (?:suppose|guess|think)(?: i (?:want|need|mean))? (?=the |some |my |our |photos )"
)
"""A wish, however politely it is put, up to what is wished for."""
_PREAMBLE = re.compile(
    rf"^(?:(?!\b(?:{_PHOTO_NOUN}|ones?|no|not|don't|never|sorry|wait|actually|show|find|how|only|just|instead)\b)[\w' ,.;!?])+?[ ,.;!?]+"
    r"(?=(?:show|find) me (?!how\b|what\b|that\b|those\b|them\b|these\b|it\b|where\b|when\b|why\b|one\b)\w)"
    rf"|^(?=[^,]*\b(?:i|you|it|we|you're|i'm|it's)\b)(?:(?!\b(?:{_PHOTO_NOUN}|ones?|no|not|show|find|how|only|just|instead)\b)[\w' ])+,"
    rf" (?=(?:(?:some|any|the|all|my|those) )?{_PHOTO_NOUN} (?:of|from|with)\b)"
    rf"|^(?:(?:i'm|i am|am|i|we|you|do|pretty|quite|sure|think|know|believe|remember|took|there|must|should|would|really|appreciate|have|had|was|be|that|once|ever) )+"
    rf"(?=(?:some|any|the|all|my|those|a|an|few|that) (?:{_PHOTO_NOUN}) (?:of|with)\b)"
)
"""What is said before a wish that is put in full, and that holds no wish itself."""
_BEHIND = (
    "or (?:something|anything)(?: like that)?", "or whatever", "and (?:stuff|things)(?: like that)?", "and all that", "and such", "you see", "i guess",
    "i suppose", "i think", "i believe", "if you know what i mean", "that sort of thing", "now", "would you say", "really", "exactly", "sorry", "please", "please and thank you", "thanks", "thank you", "thanks a lot", "thank you very much", "cheers", "would you", "will you",
    "could you", "can you", "for me", "if you (?:wouldn't mind|don't mind|please|would|can|could)", "if possible", "right now", "then",
    "if (?:that's|it's|it is|that is) (?:okay|ok|alright|all right|possible|fine|no trouble|not too much trouble)",
    "that would be (?:lovely|great|nice|good)", "do you know", "can you tell me", "or so", "or something", "and so on", "okay", "mate",
    "you know", "that was (?:a mistake|wrong|not it)", "it was a mistake", "my mistake", "shall we", "will we", "love", "darling", "honey", "sweetheart", "dear", "buddy", "pal", "will ya",
)  # fmt: skip
_TRAILING = re.compile(rf"[,.!;]* (?:{'|'.join(_BEHIND)})$")
_WEAK = r"(?:no|nope|wait|sorry|oops|whoops|actually|rather|hang on|hold on)"
_STRONG = r"(?:no no|no wait|wait no|no sorry|sorry no|actually no|no actually|scratch that|(?:what )?i (?:meant?|said)(?: to say)?|or rather|or better)"
_MARKER = re.compile(
    rf"(?:[,.;!?]+ (?:well,? )?(?:{_WEAK}|{_STRONG}|make (?:that|it))|(?<=\w) (?:{_STRONG}|instead make (?:that|it))|^(?:{_WEAK}[,.;!]* )*{_STRONG})"
    rf"(?:[,.;]* (?:{_WEAK}|{_STRONG}|make (?:that|it)|yes|(?:or )?(?:was|is) it)(?=[ ,.;]|$))*[,.;:]*(?: |$)"
    r"|(?<=\w) no (?=the \w+ (?:one|photo|picture)\b|show me |find )"
    r"|[?!.] (?:yes|no|yeah),? "
    r"|^not (?:the |a |an )?[^,]+, (?=\w)|^no,? i (?:wanted|was looking for|asked for) "
    r"|^instead of [^,]+?,? (?=(?:show|find|give) )"
    r"|^make (?:that|it) (?!bigger|larger|smaller|full|big|large|black)"
    rf"|^{_WEAK}[,.;!]+ (?:not (?:that|this)(?: one)?[,.;]+ )?|^(?:actually|no|sorry|wait) (?=(?:show|find|only|just|the|let|i want|could|can|would|i'd)\b)"
)
_AFTERTHOUGHT = re.compile(r", (?:well,? )?(?P<thing>[^,]+?),? (?:actually|rather|i mean|i meant)$")
_LOOSE_COMMA = re.compile(
    r"\b(number|of|from|in|at|on|the|a|an|my|just|only|up|with|and|for|to|about|show me)[,.](?! (?:no|wait|sorry|actually|i mean|rather)\b)(?= )"
)
_NOT_THAT = re.compile(r", not (?:the |a )?(?P<thing>[^,]+), ")


def tidy(text: str) -> str:
    """Lower case, single spaces, no control characters, fillers, courtesies or oaths; at most LONGEST words.

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
    text = _spaced(_ASIDE.sub(",", _spaced(_FILLER.sub("", text))))
    while True:
        text = _STUTTER.sub(r"\1\2", _LOOSE_COMMA.sub(r"\1", text))
        shorter = _spaced(_TRAILING.sub("", _LEADING.sub("", text)))
        wish = _WISH.match(shorter)
        if wish:
            said = "show me" if not re.match(_ASKING, shorter[wish.end() :]) else ""
            shorter = f"{said} {shorter[wish.end() :]}".strip()
        preamble = _PREAMBLE.match(shorter)
        if preamble:
            shorter = shorter[preamble.end() :]
        if shorter == text:
            return text
        text = shorter


def _spaced(text: str) -> str:
    text = re.sub(r"(?: ?,)+(?= ?,)", "", " ".join(text.split()))
    return re.sub(r" +([,.;!?])", r"\1", text).strip(" .,!?;:-")


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence says nothing but "hello" or "thank you very much"."""
    return _ONLY_COURTESIES.fullmatch(sentence) is not None


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
