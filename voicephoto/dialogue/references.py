"""Which of the photos on display is meant: "the second one", "number four", "the left one", "this"."""

import re
from itertools import product
from typing import TYPE_CHECKING, Any

from voicephoto.dialogue.intent import Reference
from voicephoto.search import NUMBERS

if TYPE_CHECKING:
    from hassil import Intents

_PHOTO = r"(?:ones?|photos?|pictures?|images?|shots?|pics?|photographs?)"
_SIDES = {
    "left": 1,
    "leftmost": 1,
    "right": -1,
    "rightmost": -1,
    "middle": 0,
    "centre": 0,
    "center": 0,
    "bottom": -1,
    "top": 1,
}
"""1 counts from the front, -1 from the end, 0 is the middle."""
_SIDE = re.compile(
    rf"\b(?:the )?(?P<before>{'|'.join(_SIDES)})(?:[ -]hand)? {_PHOTO}\b|\b{_PHOTO} (?:on|in|at|to) the (?:far )?(?P<after>{'|'.join(_SIDES)})\b"
)
_AGED = re.compile(rf"\bthe (?:(?P<newest>newest|latest|most recent)|oldest|earliest)(?: {_PHOTO}\b|$)")
_ABOUT = re.compile(
    r"(?:and |but )?(?:when|where|what(?!'s the| is the| are the| was the)|who|how (?:old|long)|which camera|describe|tell me|(?:find |show )?(?:me )?(?:more|photos|others|similar|something))\b"
)
_NUMBERED = re.compile(
    rf"\b(?:{_PHOTO} )?(?:number|no\.?|#) ?(?P<number>\d{{1,3}}|{'|'.join(NUMBERS)})\b"
    rf"|\b(?:photo|picture|image|shot|pic) (?P<alone>\d{{1,3}}|{'|'.join(NUMBERS)})(?=[,.?!]|$)"
    rf"|\b(?:in|on|of|at|to|does) (?:photo|picture|image|shot|pic) (?P<inside>\d{{1,3}}|{'|'.join(NUMBERS)})\b"
)
_LEADS_ON = (
    "if|for|bigger|larger|big|large|again|now|then|is|was|looks?|has|here|there|thanks|though|would|could|can|will|to|up|"
    "on|in|with|at|that|which|i|you|it|of (?:these|those|them|the (?:lot|bunch|row))|properly"
)
"""Behind an ordinal number: it stands for a photo, and not before a thing ("the first snow")."""
_BETWEEN = re.compile(r",|\b(?:and|or|with|to|than)\b")
_SEVERAL = re.compile(
    r"\b(?:(?:these|those|the) (?P<number>two|three|four)|(?:the )?first (?P<front>two|three|four)|(?P<both>both|the two))\b"
)
_BARE_NUMBER = re.compile(rf"^(?:{_PHOTO} )?(?P<alone>)(?P<inside>)(?P<number>\d{{1,3}}|{'|'.join(NUMBERS)})$")


class References:
    """Finds references to photos; the words for positions are those of the language's sentences."""

    def __init__(self, intents: "Intents") -> None:
        positions: Any = intents.slot_lists["position"]
        self._positions = {
            word: int(value.value_out) for value in positions.values for word in _wordings(value.text_in)
        }
        words = "|".join(sorted(self._positions, key=len, reverse=True))
        self._ordinal = re.compile(
            rf"\b(?P<position>{words})(?: {_PHOTO}\b|(?='s\b| (?:please|taken|from)\b|[,.?!]|$))|\b{_PHOTO} (?:at the )?(?P<end>end|beginning)\b"
        )
        self._led = re.compile(rf"\bthe (?P<position>{words})(?= (?:{_LEADS_ON})\b)")
        self._counted = re.compile(rf"\b(?P<position>{words}) from the (?P<side>left|right|front|end|back)\b")

    def plain(self, sentence: str) -> str:
        """A question about "the oldest one" as one about this one: the templates need not know every way to point."""
        return _AGED.sub("this one", sentence) if _ABOUT.match(sentence) else sentence

    def find(self, sentence: str, showing: int) -> Reference:
        """A position among `showing` photos, from 1 on, the "newest" or "oldest" of them, or "this" where none is named."""
        numbered = _NUMBERED.search(sentence) or _BARE_NUMBER.match(sentence)
        if numbered:
            said = numbered["number"] or numbered["alone"] or numbered["inside"]
            return max(1, NUMBERS.get(said) or int(said))
        side = _SIDE.search(sentence)
        if side:
            where = _SIDES[side["before"] or side["after"]]
            return {1: 1, -1: max(1, showing), 0: (showing + 1) // 2 or 1}[where]
        aged = _AGED.search(sentence)
        if aged:
            return "newest" if aged["newest"] else "oldest"
        return self._counted_place(sentence, showing) or "this"

    def _counted_place(self, sentence: str, showing: int) -> int | None:
        """The place that an ordinal number tells: "the last one", "the second from the right"."""
        if counted := self._counted.search(sentence):
            place = self._positions[counted["position"]]
            if counted["side"] not in ("left", "front"):
                place = -place
        elif ordinal := self._ordinal.search(sentence):
            place = (
                self._positions[ordinal["position"]] if ordinal["position"] else -1 if ordinal["end"] == "end" else 1
            )
        elif led := self._led.search(sentence):
            place = self._positions[led["position"]]
        else:
            return None
        return place if place > 0 else max(1, showing + 1 + place)

    def every(self, sentence: str, showing: int) -> tuple[int, ...]:
        """The positions that are named one after the other, or together: "the first and the third one", "these two"."""
        several = _SEVERAL.search(sentence)
        if several:
            count = NUMBERS[several["number"] or several["front"] or "two"]
            return tuple(range(1, min(count, showing) + 1))
        parts = (self.find(part.strip(), showing) for part in _BETWEEN.split(sentence))
        return tuple(dict.fromkeys(place for place in parts if isinstance(place, int)))


def _wordings(expression: Any) -> list[str]:
    """The texts of a list's value: a chunk of text, a series of such parts, or alternatives."""
    items = getattr(expression, "items", None)
    if items is None:
        return [expression.original_text.strip()]
    parts = [_wordings(item) for item in items]
    if hasattr(expression, "is_optional"):
        return [text for part in parts for text in part]
    return [" ".join(texts) for texts in product(*parts)]
