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

_PHOTOS = r"(?:photos?|pictures?|images?|shots?|pics?|photographs?)"
_LEADING = re.compile(
    rf"^(?:please|kindly|uh|um|er|well|so|also|only|just|now|and|then|all|every|some|any|more|a few|a couple of|"
    rf"the ones?|those|these|ones?|my|our|your|"
    rf"(?:the |a |an )?(?:(?:nice|good|best|great|favou?rite|beautiful) )?{_PHOTOS}(?: of| with| from| where| that| which|,)?"
    rf"|(?:that|which) (?:show|shows|have|has|are|were|was)|(?:that )?(?:i|we|you) (?:took|have|made|shot|see|saw|can see)|"
    rf"(?:(?:have|do) you )?(?:got|have)(?= (?:any|some|an?)\b)|of|showing|with the|taken|that i took|there (?:is|are)|where there (?:is|are)|where (?:i|we|you) (?:can )?see|"
    rf"something (?:like|with)|everything (?:with|from|about)|anything (?:with|of))(?= |$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:me|us)(?= |$)", re.IGNORECASE)
_TRAILING = re.compile(
    rf"(?:^| )(?:please|thanks|thank you|now|again|too|(?:that|which)? ?(?:i|we|you) (?:took|have|made|shot|have taken|ever took)|"
    rf"in (?:my|the|our) (?:library|collection|{_PHOTOS})|(?:that )?(?:were|was|are) (?:taken|shot|made)|taken|"
    rf"(?:photos|pictures|images|shots|pics|photographs)|of|from|in|and|or|with|but|at|on|the|that|are|were|is|was|,)$",
    re.IGNORECASE,
)
_TRIP = re.compile(
    r"^(?:(?:from|on|during|of|in) )?(?:(?:the|our|my) )?(?:trips?|vacations?|holidays?|visit|travels?|journey|time)(?: to)?$",
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
    while True:
        shorter = _LEADING.sub("", text, count=1).strip(" ,")
        shorter = _TRAILING.sub("", shorter, count=1).strip(" ,")
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
