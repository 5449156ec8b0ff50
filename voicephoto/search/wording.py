"""Words that belong to the asking and not to the photos."""

import re
from collections.abc import Sequence

from voicephoto.library import fold

NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        ).split(),
        1,
    )
}

PHOTOS = r"(?:photos?|pictures?|images?|shots?|pics?|photographs?|snaps?|snapshots?|piccies)"

_WISHES = (
    r"(?:can|could|would|will|may) (?:you|i|we)(?= \w)", "would you mind", "i'd (?:like|love) to", "i would (?:like|love) to",
    "(?:i|we) want(?: to)?", "i need", "i'm looking for", "i am looking for", "let me", "let's", "please", "kindly",
    "(?:show|showing|find|get|give|grab|see|bring up|pull up|search for|look for|look at)(?: me| us)?", "gimme",
)  # fmt: skip
_QUESTIONS = (
    "how many", "either", "what did(?= .* look like$)", "what's", "what is", "what(?: (?:i|we))? (?:took|shot|photographed)", "where is", "(?:when|(?:the|that) (?:time|day|year|week|weekend|summer)(?: when| that)?) (?:i|we) (?:was|were|went|lived|stayed|spent|visited)",
    "(?:what )?(?:did|have) (?:i|we|you) (?:take|taken|photograph|photographed|shoot|shot|have|got|get)",
    "what (?:did|have) (?:i|we) (?:do|done|see|seen|visit|visited|eat|eaten)", "(?:do|did) (?:i|we|you) have", "(?:where )?(?:is|are) there", "there (?:is|are)", r"(?:got|have)(?= (?:any|some|an?)\b)",
)  # fmt: skip
_ABOUT_PHOTOS = (
    rf"(?:the |a |an )?(?:(?:nice|good|best|great|favou?rite|beautiful) )?{PHOTOS}(?: of| with| from| where| that| which|,)?",
    "(?:that|which) (?:show|shows|have|has|are|were|was)", "(?:that )?(?:i|we|you) (?:took|have|made|shot|see|saw|can see)",
    "where (?:i|we|you) (?:can )?see", "of", "showing", "taken", "the ones?", "those", "these", "ones?",
    "something (?:like|with)", "everything (?:with|from|about)", "anything (?:with|of)",
)  # fmt: skip
_SMALL_WORDS = (
    "like", "(?:one|some|any|all|most) of(?: (?:those|these|the|my|our))?", "a (?:bunch|load|lot|couple|number) of", "(?:lots|loads|plenty) of",
    "(?:some |a )?(?:kind|sort) of(?: an?)?", "(?:all )?(?:those|these)", r"that(?= \w)", "so", "also", "only", "just", "now", "and", "then", "all", "every", "some", "any", "more", "a few", "a couple of",
    "my", "our", "your", "(?:with|in|at|on|near|by|from|where|inside)(?: the)?",
)  # fmt: skip
_LEADING = re.compile(
    rf"^(?:{'|'.join((*_WISHES, *_QUESTIONS, *_ABOUT_PHOTOS, *_SMALL_WORDS))})(?= |$)",
    re.IGNORECASE,
)
_BEFORE_PHOTOS = (
    "there's", "this", "that", "it's", "it", "is", "where's", "where", "did", "have", "i", "we", "ever", "take", "taken", "a", "an", "the", "all",
    "some", "any", "random", "few", "couple", "of", "my", "our", "your", "those", "these", "every", "one", "more", "lots", "other", "nice", "best",
    "good", "great", "various", "there", "are", "was", "were", "must", "be", "should", "do", "you", "has", "been", "what", "which", "kind",
    "got", "get", "see", "show", "me", "us", "find", "only", "just", "also", "about", "how", "many", "i've", "we've", "i'd", "like",
)  # fmt: skip
_UP_TO_PHOTOS = re.compile(
    rf"^(?:(?:{'|'.join(_BEFORE_PHOTOS)}) )*{PHOTOS} (?:of|showing|with|that (?:show|shows|have|has)|where|in which)(?= )",
    re.IGNORECASE,
)
"""What is said before "photos of" and says nothing of what they show."""
_ADDRESS = re.compile(r"^(?:me|us)(?=[ ,]|$)(?! (?:and|with|on|at|in|as)\b)", re.IGNORECASE)
_BEHIND = (
    "in (?:t)?here", "look like", "please", rf"(?<=\w ){PHOTOS}", "there", "thanks", "thank you", "now", "again", "only", "first", "that i have", "too", "instead", "as well", "altogether", "in total", "in all",
    "(?:that|which)? ?(?:i|we|you) (?:took|take|have|made|shot|have taken|ever took)", "have (?:i|we|you) (?:got|taken)",
    "(?:do|did) (?:i|we) (?:have|take)", "(?:in|on|of) (?:it|them|these|those)", "(?<!the )ones?",
    rf"in (?:my|the|our) (?:library|collection|{PHOTOS})", "(?:that )?(?:were|was|are) (?:taken|shot|made)", "taken",
    "of", "from", "in", "and", "or", "with", "but", "at", "on", "the", "that", "are", "were", "is", "was", ",",
)  # fmt: skip
_TRAILING = re.compile(rf"(?:^| )(?:{'|'.join(_BEHIND)})$", re.IGNORECASE)
_SEEN = r"(?:saw|see|met|had|have|found|spotted|ate|did|photographed|shot|took(?: (?:some|a few|a lot|a couple|loads|lots|one|pictures|photos))?(?: of)?|visited|made|got|watched|came across|caught)"
_TOLD = (
    rf"(?:i|we) (?:once |just |also |really |all |both |even )?{_SEEN}(?= (?:a|an|the|some|my|our|his|her|their|this|that|two|three|four|lots|many|\w+s)\b)",
    r"(?:i|we) (?:once |all |both )?(?:went|were|was)(?: out| for(?: a)?| on(?: a)?| to(?: a| the)?| at(?: a| the)?| in the)?(?= \w|$)",
    r"(?:i|you|we) (?:think|believe|guess|know|remember|dunno|reckon|suppose|forgot|mean)(?: (?:that|it was|it's|there (?:is|was|are|were)|there's|i (?:had|have|took)|we (?:had|have|took)|one of|some of))*",
    r"(?:it|that|this) (?:was|is|were|must have been|might have been)(?: (?:in|at|on|about|probably|maybe|sometime))*(?= |$)",
    "i dunno", "something", "anything", "what(?= .*looked(?: like)?$)", "how did(?= .* look(?: like)?$)", "how(?= .* looked$)", "(?:that's|those are) (?:too (?:many|much)|not it|wrong|a lot)",
    "(?:i'm|i am|i was|we're|we are) (?:after|trying to find|trying to see|in the mood for|looking for|thinking of|hoping to see|wondering about)", "(?:is|are|was|were) there(?: (?:any|some|a|an))?",
    "(?:give|hand|bring|fetch|send|get|dig out|pull out|fish out|put up|put on|load|throw up) (?:me|us)?", "remember(?: when)?(?: (?:we|i))?", "which(?: ones?)?", "(?:among|out of|of|from) (?:them|these|those)",
    "where(?: are| is|'s)?(?: (?:my|the|our))?(?= )", "the same(?: ones?| photos| pictures| thing)?(?: again)?(?: but)?", "go(?= (?:find|show|get)\b)",
)  # fmt: skip
_TELLING = re.compile(rf"^(?:{'|'.join(_TOLD)})(?= |$)", re.IGNORECASE)
_WISH_BEHIND = re.compile(
    r"(?:^|,? )(?:(?:so |and |now |then |just |please |can you |could you )*(?:show|find|get|give|see|open|display|bring up|pull up|fetch)(?: (?:me|us))?(?: (?:those|that|them|it|these|please|again|now|some|any|all))*"
    r"|(?:that |which )?(?:i|we)(?: (?:have|'ve|had|once|just|also|ever))*(?: (?:photographed|shot|took|made|captured|snapped|got|kept|have)(?: (?:pictures|photos) of)?)?|looked(?: like)?|look like|if (?:you|we|i|there) (?:have|are|is)(?: (?:any|some|one|it|them))?"
    r"|on (?:the )?(?:screen|tv|display|wall)|(?:in|from|among) (?:my|our|the) (?:library|collection|gallery|archive|albums)|somewhere|among (?:them|these|those))$",
    re.IGNORECASE,
)
"""A wish told as a story: "we saw penguins near Cape Town, show me those"."""
_TRIP = re.compile(
    r"^(?:(?:from|on|during|of|in) )?(?:(?:the|our|my|that|this|last) )?(?:trips?|vacations?|holidays?|visit|travels?|journey|time|week|weekend|stay)"
    r"(?: to| in)?$",
    re.IGNORECASE,
)

_EVERYTHING = ("everything", "anything", "all", "them", "it")

_BRANDS = frozenset(
    (
        "iphone ipad canon nikon sony pixel samsung galaxy gopro olympus fuji fujifilm leica panasonic lumix "
        "dji kodak pentax ricoh huawei xiaomi motorola nokia hasselblad casio"
    ).split()
)


def without_address(text: str) -> str:
    """ "Show me dogs" leaves "me dogs" for the query, where me is not in the photo."""
    return _ADDRESS.sub("", text).strip()


def bare(text: str, *, beside_filters: bool) -> str:
    """What a photo should show, without the words around it: "all photos of a dog please" is "a dog".

    `beside_filters`: a date or a place was taken out, so that "our trip" says nothing more.
    """
    text = _UP_TO_PHOTOS.sub("", text, count=1).strip(" ,")
    while True:
        shorter = text
        while leading := _LEADING.match(shorter):
            shorter = shorter[leading.end() :].strip(" ,")
        shorter = _WISH_BEHIND.sub("", _TRAILING.sub("", shorter, count=1).strip(" ,"), count=1).strip(" ,")
        shorter = _TELLING.sub("", shorter, count=1).strip(" ,")
        if shorter == text:
            break
        text = shorter
    return "" if text in _EVERYTHING or (beside_filters and _TRIP.match(text)) else text


def cameras_named(name: str, cameras: Sequence[str]) -> str | None:
    """The words of `name` that a camera of the library, or a well-known brand, is called by."""
    words = fold(name)
    if not words:
        return None
    for camera in cameras:
        if f" {words} " in f" {fold(camera)} ":
            return words
    return words if words.split()[0] in _BRANDS or words.replace(" ", "") in _BRANDS else None
