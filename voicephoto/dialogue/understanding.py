"""Words to intents: the sentence templates first, then what the trained router makes of free wording."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from voicephoto.dialogue.intent import Asked, Ending, Intent, Kind
from voicephoto.dialogue.languages import other_language
from voicephoto.dialogue.references import References
from voicephoto.dialogue.routing import Router
from voicephoto.dialogue.tidying import LONGEST, corrected, spliced, tidy
from voicephoto.errors import UsageError
from voicephoto.search import (
    PHOTOS,
    How,
    ImpossibleDate,
    PhotoQuery,
    QueryContext,
    is_relative,
    parse_query,
    put_right,
    take_filters,
)

if TYPE_CHECKING:
    from hassil import Intents
    from hassil.recognize import RecognizeResult

NOTHING_HEARD = "That was an empty sentence. Tell me what you would like to see."
TOO_LONG = (
    "That was {words:,} words at once, and I can follow {longest}. Tell me in one sentence what you would like to see."
)
ANOTHER_LANGUAGE = "That sounds like {language}. I only understand English so far."
_WITH_PHOTO = ("show", "similar", "describe", "ask_photo", "ask_metadata")
_WITH_QUERY = ("search", "refine", "count")
_WHOLE = ("stop", "cancel", "next", "previous", "back", "repeat", "slideshow", "help")
"""Commands after which nobody goes on; "no" is often followed by what was meant."""
_COMMANDS = frozenset((*_WHOLE, "more", "yes", "no"))
"""What has nothing to do with what photos are like."""
_GOES_ON = frozenset(
    "a an and at between by during for from in like near of on or our the their to with without my show find me is are was were um uh er".split()
)
"""Words that no sentence ends with."""
_FRAMED = 0.35
"""What a template that leaves room for any words adds to the probability of its intent."""
_DOUBTFUL, _DOUBTFUL_BEFORE_PHOTOS = 0.16, 0.35
"""From this probability on it is no matter of photos: nothing is worse than a search for "when is my next bill due". The
second holds where photos are on display, which are likely to be meant."""

_FRAGMENT = re.compile(r"^(?:from|in|at|on|near|with|by|taken|during|before|after|since)\b")
_SORTING = re.compile(r"\b(?:first|to (?:the )?(?:newest|oldest|latest)|order|sort|on top|at the top)\b")
_AMONG_SHOWN = re.compile(r"\b(?:ones?|of (?:these|those|them))$")
_EVERYTHING = re.compile(rf"\b(?:{PHOTOS}|everything|all|every|anything)\b")
_OF_THOSE_SHOWN = re.compile(r"\b(?:of|in|among) (?:these|those|them)\b|\bhow many (?:are|were|have|show)\b")
_ASKED: tuple[tuple[Asked, str], ...] = (
    ("camera", r"\b(?:camera|lens|phone|device|with what|what (?:did i|was .*) (?:shot|shoot|take|taken) .*with|with (?:the|my|a|an) )\b"),
    ("exposure", r"\b(?:expos(?:ure|ed)|aperture|f[- ]?(?:stop|number)|shutter|iso|focal length|flash|(?:camera )?settings)\b"),
    ("file", r"\b(?:file|file ?name|resolution|(?:mega)?pixels?|named?|called|(?:how (?:big|large) is|what size is) (?:this|that|it|the (?:photo|picture|image)))\b"),
    ("how_long_ago", r"\bhow (?:long|old|many (?:years|months|weeks|days)|far back)\b"),
    ("when_and_where", r"\bwhen and where\b|\bwhere and when\b"),
    ("where", r"\b(?:where|wear|which place|place|country|city|town|village|region|state|location|coordinates|in [a-z]+$)\b"),
)  # fmt: skip
_YES_OR_NO = re.compile(r"^(?:and |so |but |oh )?(?:is|was|were|are|did|isn't|wasn't|aren't|weren't|didn't)\b")
_IS_IT_THERE = re.compile(
    r"^(?:and |so |but |oh |no,? |wait,? |hang on,? )?(?:(?:is|was|isn't|wasn't) (?:this|that|it)\b"
    r"|(?:this|that|it)(?:'s| is| was) .*\b(?:isn't it|wasn't it|right|or not)$)"
)
"""Whoever asks so of a place wants to know, and not to see it."""
_FEWER = re.compile(
    rf"^(?:(?:only|just|keep|show me|give me) )*(?:(?:the )?best(?: {PHOTOS}| ones?| few)?|(?:a few |a bit )?(?:fewer|less)|not so many|too many)"
    rf"(?: (?:{PHOTOS}|ones|of (?:these|those|them)))?(?:,? please)?$"
)
_CHANGED = re.compile(
    r"^(?:and (?!(?:from|in|at|on|near|with|by|taken|during|before|after|since|only|just)\b)|the same|no|actually)\b|\b(?:what|how) about\b(?! (?:from|in|at|on|near|with|by)\b)|\binstead\b|\bsame\b.*\bbut\b"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An intent, and whether the words alone said so, so that they can stand for themselves after a correction."""

    intent: Intent
    complete: bool


class Understander:
    """Understands one language's sentences; `context` gives what is known at the moment of each."""

    def __init__(
        self,
        intents: "Intents",
        context: Callable[[], QueryContext],
        router: Router,
        misheard: Mapping[str, str] | None = None,
        stop_over_a_reply: str = "stop",
        known: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """`misheard` are patterns that the recogniser writes for what was said, `stop_over_a_reply` the one that it
        writes for "stop" where a reply was spoken over; `known` words are names of the library.
        """
        self._intents = intents
        self._context = context
        self._references = References(intents)
        self._router = router
        self._known = known
        self._stop_over_a_reply = re.compile(stop_over_a_reply)
        self._misheard = {re.compile(rf"\b(?:{heard})\b"): said for heard, said in (misheard or {}).items()}

    @property
    def examples(self) -> list[str]:
        """Sentences that show in short what can be said, as the sentence templates name them."""
        told = (data.metadata for intent in self._intents.intents.values() for data in intent.data)
        return [metadata["examples"][0] for metadata in told if metadata and metadata.get("help")]

    def understand(self, text: str, showing: int = 0, days: tuple[date, date] | None = None) -> Intent:
        """The intent of a sentence, with `showing` photos on display; never an error, whatever the text is.

        `days` are those that are talked about, half-open, so that "the year before" can be told.
        """
        context = replace(self._context(), days=days)
        try:
            return self._told(text, lambda sentence: self._understand(sentence, showing, context))
        except ImpossibleDate as error:
            return Intent("search", PhotoQuery(), problem=str(error))

    def find(self, text: str) -> Intent:
        """A search for `text`, whatever its form. Raises UsageError for one that cannot be read, or an impossible date."""
        try:
            intent = self._told(text, self._found)
        except ImpossibleDate as error:
            raise UsageError(f"{error} Nothing was looked for; name another day.") from None
        if intent.problem:
            raise UsageError(f"{intent.problem} Nothing was looked for.")
        return intent

    def ending(self, text: str) -> Ending:
        """Whether a sentence that is still being said is over, as "stop" is, has to go on ("photos of"), or may do either."""
        words = text.lower().split()
        if words and words[-1] in _GOES_ON:
            return "open"
        sentence = self._plain(text)
        matched = self._matched(sentence, showing=True) if sentence else None
        complete = matched is not None and matched.intent.name in _WHOLE and "query" not in matched.entities
        return "complete" if complete else "unknown"

    def stops(self, text: str) -> bool:
        """Whether what was heard over a reply asks for silence, also where it was caught badly."""
        return bool(self._stop_over_a_reply.fullmatch(text)) or self.understand(text).kind in ("stop", "cancel")

    def _told(self, text: str, read: Callable[[str], Intent]) -> Intent:
        """What `read` makes of the plain sentence, or the problem that it has."""
        number = len(text.split())
        if number > LONGEST:
            return Intent("out_of_scope", problem=TOO_LONG.format(words=number, longest=LONGEST))
        sentence = self._plain(text)
        if not sentence:
            return Intent("out_of_scope", problem=NOTHING_HEARD)
        language = other_language(sentence, self._known)
        if language:
            return Intent("out_of_scope", problem=ANOTHER_LANGUAGE.format(language=language))
        return read(sentence)

    def _found(self, sentence: str) -> Intent:
        query = self._understand(sentence, 0, self._context()).query
        return Intent("search", query if query is not None else PhotoQuery(sentence))

    def _plain(self, text: str) -> str:
        return self._heard(tidy(self._heard(" ".join(text[:10_000].lower().split()))))

    def _heard(self, sentence: str) -> str:
        """The sentence as it was meant where a recogniser is known to write something else."""
        for heard, said in self._misheard.items():
            sentence = heard.sub(said, sentence)
        return sentence

    def _understand(self, sentence: str, showing: int, context: QueryContext) -> Intent:
        before, after = corrected(sentence)
        last = self._read(after, showing, context)
        if before and last.intent.kind == "show":
            asked_of = self._read(before, showing, context).intent
            if asked_of.kind in _WITH_PHOTO:
                # "Where was the first, no, the second one taken?"
                return replace(asked_of, photo=last.intent.photo, query=last.intent.query)
        if last.complete or (not before and after == sentence):
            return last.intent
        if not before:
            # What the last sentence got wrong is put right.
            if last.intent.kind not in ("search", "refine", "out_of_scope"):
                return last.intent
            query = last.intent.query or parse_query(after, context)
            return Intent("refine" if showing else "search", query, how="change")
        first = self._read(before, showing, context).intent
        if first.query is None:
            return last.intent
        second = parse_query(after, context)
        query = put_right(first.query, second, context.now.date())
        if second.text:
            query = replace(query, text=spliced(first.query.text, after, second.text))
        return replace(first, query=query)

    def _read(self, sentence: str, showing: int, context: QueryContext) -> _Reading:
        matched = self._matched(self._references.plain(sentence) if showing else sentence, showing=showing > 0)
        if matched and not {"query", "question"} & set(matched.entities):
            return _Reading(self._templated(matched, sentence, showing, context), complete=True)
        if matched and _entity(matched, "asked"):
            query = parse_query(_entity(matched, "query"), context)
            # "When was I in Rome" is certainly about the library, "when was I born" is certainly not.
            if query.places or query.when or query.album:
                return _Reading(_recalled(Intent("search", query), matched), complete=True)
        odds = dict(self._router.probabilities(sentence, showing, context))
        if matched and matched.text_chunks_matched:
            framed: Kind = matched.intent.name  # type: ignore[assignment]
            odds[framed] = odds.get(framed, 0.0) + _FRAMED
        kind = max(odds, key=lambda each: odds[each])
        if kind in _COMMANDS and _names_a_filter(sentence, context):
            # "Vertical photos", "more from 2019": whoever says which photos wants to see them.
            kind = max(odds.keys() - _COMMANDS, key=lambda each: odds[each])
        if matched and (kind, matched.intent.name) == ("ask_photo", "count"):
            # "How many cats are there" counts photos, where no photo is named.
            kind = "count"
        if odds["out_of_scope"] > (_DOUBTFUL_BEFORE_PHOTOS if showing else _DOUBTFUL):
            kind = "out_of_scope"
        if showing > 1 and _FEWER.match(sentence):
            # What fits best comes first, and nobody says how many are too many.
            return _Reading(Intent("refine", PhotoQuery(limit=-(-showing // 2)), how="narrow"), complete=True)
        intent = self._freely(kind, sentence, showing, context)
        if matched and intent.kind == "search":
            intent = _recalled(intent, matched)
        # A fragment such as "cats" says too little to tell what it is, and stands beside what was said before it.
        return _Reading(intent, complete=kind not in (*_WITH_QUERY, "out_of_scope"))

    def _matched(self, sentence: str, *, showing: bool) -> "RecognizeResult | None":
        from hassil import recognize_best

        context = {"showing": True} if showing else None
        return recognize_best(sentence, self._intents, intent_context=context, best_slot_name="query")

    def _templated(self, matched: "RecognizeResult", sentence: str, showing: int, context: QueryContext) -> Intent:
        """What a template without room for any words says."""
        kind: Kind = matched.intent.name  # type: ignore[assignment]
        if kind == "ask_photo":
            return self._looked_at(sentence, showing)
        if kind == "ask_metadata":
            return self._asked_of(sentence, showing, context, _entity(matched, "asked"))
        how: How | None = _entity(matched, "how")
        query = None
        if kind == "search" or how in ("newest", "oldest"):
            query = PhotoQuery(order=how if how in ("newest", "oldest") else "relevance")
        elif _entity(matched, "of") == "all":
            query = PhotoQuery()
        photo = self._references.find(sentence, showing) if kind in _WITH_PHOTO else None
        return Intent(kind, query, photo=photo, how=how, asked=_entity(matched, "asked"))

    def _freely(self, kind: Kind, sentence: str, showing: int, context: QueryContext) -> Intent:
        """What is wanted in a sentence that leaves room for any words."""
        if kind == "ask_photo":
            return self._looked_at(sentence, showing)
        if kind == "ask_metadata":
            return self._asked_of(sentence, showing, context, asked(sentence))
        photo = self._references.find(sentence, showing) if kind in _WITH_PHOTO else None
        if kind in _WITH_QUERY or (kind == "show" and photo == "this"):
            query = parse_query(sentence, context)
            if context.days and not query.text and is_relative(sentence):
                # "And the day before that" leaves the rest as it was.
                return Intent("refine", query, how="change")
            return self._queried(kind, sentence, showing, query)
        return Intent(kind, photo=photo, asked=asked(sentence) if kind == "summarize" else None)

    def _looked_at(self, sentence: str, showing: int) -> Intent:
        """A question about a photo, or about several that are compared."""
        places = self._references.every(sentence, showing)
        photo = places[0] if places else self._references.find(sentence, showing)
        return Intent("ask_photo", photo=photo, beside=places[1:], question=sentence)

    def _asked_of(self, sentence: str, showing: int, context: QueryContext, asked: Asked) -> Intent:
        """A question about a photo's metadata, or about that of several."""
        places = self._references.every(sentence, showing)
        if len(places) > 1:
            return Intent("ask_metadata", photo=places[0], beside=places[1:], asked=asked)
        photo = self._references.find(sentence, showing)
        if _YES_OR_NO.match(sentence):
            named = parse_query(sentence, context)
            if named.places:
                return Intent("ask_metadata", photo=photo, asked="where", thought=PhotoQuery(places=named.places))
            if named.camera:
                return Intent("ask_metadata", photo=photo, asked="camera", thought=PhotoQuery(camera=named.camera))
        return Intent("ask_metadata", photo=photo, asked=asked)

    def _queried(self, kind: Kind, sentence: str, showing: int, query: PhotoQuery) -> Intent:
        if kind == "show":
            # "The one with the dog", "the one from Rome", of those on display.
            return Intent(kind, query) if query != PhotoQuery() else Intent(kind, photo="this")
        if kind == "count":
            among = showing and _OF_THOSE_SHOWN.search(sentence)
            return Intent(kind, query, how="narrow" if among else None)
        if showing and query.places and query == PhotoQuery(places=query.places) and _IS_IT_THERE.match(sentence):
            photo = self._references.find(sentence, showing)
            return Intent("ask_metadata", photo=photo, asked="where", thought=query)
        if query == PhotoQuery() and not _EVERYTHING.search(sentence):
            # All photos are shown only to somebody who asks for them.
            return Intent("out_of_scope")
        if kind == "search" and showing and _goes_on(sentence, query):
            return Intent("refine", query, how="narrow")
        if kind == "search" and showing and _how(sentence, query) == "without":
            return Intent("refine", query, how="without")
        if kind == "search" or not showing:
            return Intent("search", query, how="change" if _CHANGED.search(sentence) else None)
        if query.order == "oldest" and query.limit and re.search(r"\bfirst \w+", sentence):
            # "Just the first five" are those at the front of the display.
            query = replace(query, order="relevance")
        return Intent(kind, query, how=_how(sentence, query))


def _names_a_filter(sentence: str, context: QueryContext) -> bool:
    _, query = take_filters(sentence, context)
    return query != PhotoQuery(order=query.order, limit=query.limit)


def _recalled(search: Intent, matched: "RecognizeResult") -> Intent:
    """ "When was I in Rome": a search that is a question, where a template says so."""
    query, order = search.query or PhotoQuery(), _entity(matched, "how")
    if order in ("newest", "oldest"):
        query = replace(query, order=order)
    return replace(search, query=query, asked=_entity(matched, "asked"))


def _how(sentence: str, query: PhotoQuery) -> How:
    """What becomes of what was asked before."""
    if query.refused and query == PhotoQuery(
        without=query.without, without_places=query.without_places, without_days=query.without_days
    ):
        return "without"
    return "change" if _CHANGED.search(sentence) else "narrow"


def asked(sentence: str) -> Asked:
    """What of a photo's metadata a question is about."""
    return next((asked for asked, cue in _ASKED if re.search(cue, sentence)), "when")


def _goes_on(sentence: str, query: PhotoQuery) -> bool:
    """Whether a query is about what is on display: "with a boat", "the newest one"."""
    only_order = query.order != "relevance" and replace(query, order="relevance", limit=None) == PhotoQuery()
    return bool(
        _FRAGMENT.match(sentence) or (only_order and (_AMONG_SHOWN.search(sentence) or _SORTING.search(sentence)))
    )


def _entity(matched: "RecognizeResult", name: str) -> Any:
    entity = matched.entities.get(name)
    return None if entity is None else entity.value.strip() if isinstance(entity.value, str) else entity.value
