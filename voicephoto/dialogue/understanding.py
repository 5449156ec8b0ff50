"""Words to intents: the sentence templates first, then a plain query, and what is about neither is said so."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from voicephoto.dialogue.intent import Asked, Intent, Kind
from voicephoto.errors import UsageError
from voicephoto.search import How, ImpossibleDate, PhotoQuery, QueryContext, parse_query

if TYPE_CHECKING:
    from hassil import Intents
    from hassil.recognize import RecognizeResult

_WITH_PHOTO = ("show", "similar", "describe", "ask_photo", "ask_metadata")
_PHOTO_WORDS = re.compile(r"\b(?:photos?|pictures?|images?|pics?|snapshots?|photographs?|selfies?|albums?)\b")
_POLITE = re.compile(
    r"^(?:(?:uh+|um+|er+|hm+|well|so|okay|ok|hey|hi|hello|please|now|and|then|computer|assistant|listen)[, ]+)+",
    re.IGNORECASE,
)
_THANKS = re.compile(r",? (?:please|thanks|thank you)$", re.IGNORECASE)
_CLOCK = re.compile(r"^what (?:time|day|date|month|year) is it$")
"""Asked of the clock, though a template for photos fits."""
_FRAGMENT = re.compile(r"^(?:from|in|at|on|near|with|by|taken|during|before|after|since)\b")
_AMONG_SHOWN = re.compile(r"\b(?:ones?|of (?:these|those|them))$")
_TALK = re.compile(
    r"^(?:i|i'm|i'll|i've|i'd|you|you're|we|he|she|they|it|it's|this was|that was|what|what's|whats|what're|what'll|which|"
    r"who|who's|whose|when|when's|where|where's|why|why's|how|how's|how'd|is|isn't|are|am|was|were|do|don't|does|doesn't|"
    r"did|didn't|can|can't|could|would|will|won't|should|shall|may|might|must|has|have|had|tell|say|speak|talk|play|turn|"
    r"set|call|text|remind|book|buy|order|pay|pair|transfer|send|write|read|spell|define|translate|explain|teach|calculate|"
    r"configure|convert|give|make|add|create|cancel|change|check|schedule|cook|help|let|let's|put|pull|locate|look up|"
    r"google|flip|roll|pick|choose|recommend|refer|respond|reset|suggest|start|stop|begin|find out|find me a|figure|go|get|"
    r"activate|enable|disable|connect|sync|confirm|use|report|redeem|freeze|block|dial|navigate|directions|share|ask|keep|"
    r"need|want|thanks|thank|good|goodnight|goodbye|bye|hello|hey|hi|sorry|nice|great|cool|if|maybe|perhaps|provide|repeat|"
    r"increase|decrease|raise|lower|switch|please|name|my name|inform|contact|message|email|update|delete|erase|remove|"
    r"clear|purchase|reserve|track|any|from now|at what|in (?:spanish|french|german|english|italian)|that's|no,? that's)\b"
)
"""How people begin when they talk to an assistant about something else than what photos show."""
_SEEN_NEVER = re.compile(
    r"\b(?:weather|forecast|temperature|news|headlines?|time is it|today's date|alarm|timer|reminders?|calendar|schedule|"
    r"scheduled|emails?|balance|account|bank|credit|card|pin|bills?|insurance|interest|rates?|salary|tax|taxes|taxi|uber|"
    r"volume|music|songs?|playlist|stocks?|scores?|meaning|definition|synonym|prices?|costs?|recipe for|calories|directions|"
    r"traffic|to-?do list|to do list|shopping list|nutrition|flights?|reservations?|gas|mpg|transactions?|payments?|apr|ira|"
    r"401k|rewards?|vacation days|pto|jokes?|activity|exchange|language|accent|password|whisper|oil change|facts?|"
    r"capital of|population|location (?:of|for)|average|settings|channel|plans|spanish|president|invented|routing)\b"
)
"""What people ask assistants for and no photo shows."""
_ON_DISPLAY = re.compile(
    r"\b(?:he|she|him|her|his|they|them|their|it|its|this|that|these|those|there|here|anybody|anyone|somebody|someone|you see)\b"
    r"|\b(?:in|on) the (?:photo|picture|image|background|foreground|middle|left|right|front|back|corner|top|bottom)\b"
    r"|^what (?:color|colour|kind|sort|breed) "
    r"|^(?:what|who|why|where) (?:is|are|was|were) the [a-z]+(?: [a-z]+)? [a-z]+ing(?: at| on| with| to)?$"
    r"|^who (?:is|are|was|were) the (?:man|woman|boy|girl|person|people|child|kid|kids|guy|lady|baby)\b"
    r"|^(?:is|are|was|were) the [a-z]+ [a-z]+(?: [a-z]+)?$"
)
"""How a question points at what is in front of both."""
_PERSONAL = re.compile(r"\b(?:i|i'm|my|mine|me|your|yours|our|ours)\b")


class Understander:
    """Understands one language's sentences; `context` gives what is known at the moment of each."""

    def __init__(self, intents: "Intents", context: Callable[[], QueryContext]) -> None:
        self._intents = intents
        self._context = context

    def understand(self, text: str, showing: int = 0) -> Intent:
        """The intent of a sentence, with `showing` photos on display. Raises UsageError for an empty one."""
        sentence = _plain(text)
        if not sentence:
            raise UsageError("the sentence is empty; nothing was looked for; say or type what you want to see")
        try:
            return self._understand(sentence, showing)
        except ImpossibleDate as error:
            return Intent("search", PhotoQuery(), problem=str(error))

    def find(self, text: str) -> Intent:
        """A search for `text`, whatever its form. Raises UsageError for an empty one or an impossible date."""
        sentence = _plain(text)
        if not sentence:
            raise UsageError("there is nothing to look for in an empty sentence; say what the photos show")
        try:
            intent = self._understand(sentence, 0)
            if intent.query is not None:
                return Intent("search", intent.query)
            return Intent("search", parse_query(sentence, self._context()))
        except ImpossibleDate as error:
            raise UsageError(f"{error} Nothing was looked for; name another day.") from None

    def _understand(self, sentence: str, showing: int) -> Intent:
        from hassil import recognize_best

        matched = recognize_best(
            sentence,
            self._intents,
            intent_context={"showing": True} if showing else None,
            best_slot_name="query",
        )
        if matched is None:
            return self._free(sentence, showing)
        kind: Kind = matched.intent.name  # type: ignore[assignment]
        if kind in ("search", "refine", "count") and _off_topic(sentence, matched):
            return self._free(sentence, showing)
        if kind == "ask_photo" and not _points_at_display(sentence):
            return self._free(sentence, showing)
        if kind == "ask_metadata" and _CLOCK.match(sentence):
            return Intent("out_of_scope")
        how: How | None = _entity(matched, "how")
        asked: Asked | None = _entity(matched, "asked")
        query = None
        if kind in ("search", "refine", "count"):
            words = _entity(matched, "query")
            if words is not None:
                query = parse_query(f"without {words}" if how == "without" else words, self._context())
            elif kind == "search" or how in ("newest", "oldest"):
                query = PhotoQuery(order=how if how in ("newest", "oldest") else "relevance")
            elif _entity(matched, "of") == "all":
                query = PhotoQuery()
        if kind == "search" and showing and query is not None and _goes_on(sentence, query):
            kind, how = "refine", "narrow"
        return Intent(
            kind,
            query,
            photo=_photo(matched, showing) if kind in _WITH_PHOTO else None,
            how=how,
            asked=asked,
            question=sentence if kind == "ask_photo" else "",
        )

    def _free(self, sentence: str, showing: int) -> Intent:
        """What no template fits: a question about the photo on display, a query, or nothing of ours."""
        if showing and _points_at_display(sentence):
            return Intent("ask_photo", photo="this", question=sentence)
        if not _PHOTO_WORDS.search(sentence) and (_TALK.match(sentence) or _SEEN_NEVER.search(sentence)):
            return Intent("out_of_scope")
        return Intent("search", parse_query(sentence, self._context()))


_QUESTION = re.compile(
    r"^(?:what|who|whose|which|where|why|how|is|are|was|were|does|do|did|has|have|can you)(?:'s|'re)?\b"
)


def _points_at_display(sentence: str) -> bool:
    """Whether a question is about the photo in front of everybody, and not about the world."""
    if not _QUESTION.match(sentence) or _SEEN_NEVER.search(sentence) or _PERSONAL.search(sentence):
        return False
    return bool(_ON_DISPLAY.search(sentence))


def _plain(text: str) -> str:
    sentence = " ".join(text.replace("’", "'").split()).strip(" .?!,;:")
    shorter = _THANKS.sub("", _POLITE.sub("", sentence + " ").strip()).strip(" .?!,;:")
    return (shorter or sentence).lower() if sentence else ""


def _goes_on(sentence: str, query: PhotoQuery) -> bool:
    """Whether a query is about what is on display: "with a boat", "the newest one"."""
    only_order = query.order != "relevance" and replace(query, order="relevance", limit=None) == PhotoQuery()
    return bool(_FRAGMENT.match(sentence) or (only_order and _AMONG_SHOWN.search(sentence)))


def _off_topic(sentence: str, matched: "RecognizeResult") -> bool:
    """Whether a template only fits because a query may be anything."""
    words = _entity(matched, "query")
    if words is None or _PHOTO_WORDS.search(sentence):
        return False
    if _SEEN_NEVER.search(words):
        return True
    # The template that is nothing but a query takes every sentence there is.
    only_query = words.strip() == sentence or matched.text_chunks_matched == 0
    return only_query and bool(_TALK.match(sentence))


def _entity(matched: "RecognizeResult", name: str) -> Any:
    entity = matched.entities.get(name)
    return None if entity is None else entity.value.strip() if isinstance(entity.value, str) else entity.value


def _photo(matched: "RecognizeResult", showing: int) -> int | Literal["this"]:
    for name in ("position", "number"):
        position = _entity(matched, name)
        if position is not None:
            place = int(position)
            return place if place > 0 else max(1, showing + 1 + place)
    return "this"
