"""Words to intents: the sentence templates first, then a plain query, and what is about neither is said so."""

import re
from collections.abc import Callable
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
    r"^(?:(?:uh+|um+|er+|hm+|well|so|okay|ok|hey|hi|hello|please|now|and|then|computer|assistant|listen)[, ]+)+", re.IGNORECASE
)
_TALK = re.compile(
    r"^(?:i|i'm|i'll|i've|i'd|you|you're|we|he|she|they|it|it's|what|what's|whats|what're|what'll|which|who|who's|whose|"
    r"when|when's|where|where's|why|how|how's|how'd|is|isn't|are|am|was|were|do|don't|does|doesn't|did|didn't|can|can't|"
    r"could|would|will|won't|should|shall|may|might|must|has|have|had|tell|say|speak|talk|play|turn|set|call|text|remind|"
    r"book|buy|order|pay|transfer|send|write|read|spell|define|translate|explain|teach|calculate|convert|give|make|add|"
    r"create|cancel|change|check|schedule|cook|help|let|let's|put|pull|locate|look up|google|flip|roll|pick|choose|"
    r"recommend|suggest|start|stop|begin|begin|find out|figure|go|get|activate|enable|disable|connect|sync|confirm|use|"
    r"report|redeem|freeze|block|dial|navigate|directions|share|ask|keep|need|want|thanks|thank|"
    r"good|sorry|nice|great|cool|why's|if|provide|repeat|increase|decrease|raise|lower|switch|please|name|"
    r"inform|contact|message|email|list|update|delete|erase|remove|clear|purchase|reserve|track|search the web)\b"
)
_SEEN_NEVER = re.compile(
    r"\b(?:weather|forecast|temperature|news|time is it|alarm|timer|reminders?|calendar|schedule|email|emails|balance|"
    r"account|bank|credit|card|pin|bill|bills|insurance|interest|rate|rates|salary|taxes|taxi|uber|volume|music|song|playlist|"
    r"stock|stocks|score|scores|meaning|definition|synonym|price|prices|cost|costs|recipe for|calories|directions|traffic|"
    r"to-?do list|to do list|shopping list|nutrition|flights?|reservations?|gas|mpg|transactions?|payments?|apr|ira|401k|"
    r"rewards?|vacation days|pto|joke|jokes|activity|exchange|language|accent|password|whisper|oil change)\b"
)


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
            sentence, self._intents, intent_context={"showing": True} if showing else None, best_slot_name="query"
        )
        if matched is None:
            return self._free(sentence, showing)
        kind: Kind = matched.intent.name  # type: ignore[assignment]
        if kind in ("search", "refine", "count") and _off_topic(sentence, matched, showing):
            return self._free(sentence, showing)
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
        about_photos = bool(_PHOTO_WORDS.search(sentence))
        if showing and _QUESTION_ABOUT_PHOTO.match(sentence) and not _SEEN_NEVER.search(sentence):
            return Intent("ask_photo", photo="this", question=sentence)
        if not about_photos and (_TALK.match(sentence) or _SEEN_NEVER.search(sentence)):
            return Intent("out_of_scope")
        return Intent("search", parse_query(sentence, self._context()))


_QUESTION_ABOUT_PHOTO = re.compile(
    r"^(?:is|are|was|were|does|do|can you see) (?:there|he|she|it|that|this|they|the|anybody|anyone|somebody|someone)\b"
    r"|^(?:what|who|where|which|how many)(?:'s| is| are| was| were| does| do)? (?:he|she|it|they|that|this|the|these|those|color|colour)\b"
)


def _plain(text: str) -> str:
    sentence = " ".join(text.replace("’", "'").split()).strip(" .?!,;:")
    shorter = _POLITE.sub("", sentence + " ").strip()
    return (shorter or sentence).lower() if sentence else ""


def _off_topic(sentence: str, matched: "RecognizeResult", showing: int) -> bool:
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
