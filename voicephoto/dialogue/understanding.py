"""Words to intents: the sentence templates first, then what the trained router makes of free wording."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from voicephoto.dialogue.intent import Asked, Ending, Intent, Kind
from voicephoto.dialogue.languages import other_language
from voicephoto.dialogue.references import References
from voicephoto.dialogue.routing import Router, names_things, outline, talks
from voicephoto.dialogue.tidying import LONGEST, corrected, is_courtesy, spliced, tidy
from voicephoto.errors import UsageError
from voicephoto.search import How, ImpossibleDate, PhotoQuery, QueryContext, parse_query, refine

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
_FREE = ("search", "refine", "ask_photo", "ask_metadata", "count", "describe", "out_of_scope")
"""What free wording may mean by little evidence; a command such as "stop" wants more."""
_OVERRULING = ("ask_photo", "ask_metadata", "describe", "out_of_scope")
_WHOLE = ("stop", "cancel", "next", "previous", "back", "repeat", "slideshow", "help")
"""Commands after which nobody goes on; "no" is often followed by what was meant."""
_GOES_ON = frozenset(
    "a an and at between by during for from in like near of on or our the their to with without my show find me is are was were um uh er".split()
)
"""Words that no sentence ends with."""
_COMMAND, _SHORT, _LONG_COMMAND, _WORD_COMMAND = 0.35, 6, 0.75, 0.9
_OVERRULED = 0.6
"""The router's probability from which it knows better than a template that takes any words."""
_CERTAIN = 0.8
"""What only names a thing is looked for, unless the router is so sure."""
_DOUBTFUL = 0.33
"""From here on a whole sentence without a word of photos is not looked for: nothing is worse than a search for
"when is my next bill due"."""

_PHOTO_WORDS = re.compile(
    r"\b(?:photos?|pictures?|images?|pics?|snaps?|snapshots?|photographs?|selfies?|albums?|shots)\b"
)
_DESCRIBED = re.compile(
    r"^(?:(?:show|open|give|find|enlarge)(?: me| us)? |let me see |zoom in on |no |and )?(?:the|that) (?:one|photo|picture) "
    r"(?:with|of|where|showing|that (?:has|shows)) (?P<thing>.+)$"
)
_FRAGMENT = re.compile(r"^(?:from|in|at|on|near|with|by|taken|during|before|after|since)\b")
_SORTING = re.compile(r"\b(?:first|to (?:the )?(?:newest|oldest|latest)|order|sort|on top|at the top)\b")
_AMONG_SHOWN = re.compile(r"\b(?:ones?|of (?:these|those|them))$")
_ASKED: tuple[tuple[Asked, str], ...] = (
    ("camera", r"\b(?:camera|lens|phone|device|with what|what (?:did i|was .*) (?:shot|shoot|take|taken) .*with|with (?:the|my|a|an) )\b"),
    ("how_long_ago", r"\bhow (?:long|old|many (?:years|months|weeks|days)|far back)\b"),
    ("when_and_where", r"\bwhen and where\b|\bwhere and when\b"),
    ("where", r"\b(?:where|wear|which place|place|country|city|town|village|region|state|location|coordinates|in [a-z]+$)\b"),
)  # fmt: skip
_WITHOUT = re.compile(
    r"^(?:(?:and|but|now) )*(?:without|not|no|except|remove|hide|drop|exclude|leave out|take out|get rid of)\b"
)
_CHANGED = re.compile(r"^(?:and|so|okay|what about|how about|the same|no|actually|instead)\b|\binstead$")
_WHETHER_THEN = re.compile(
    r"^(?:and |so )?(?:was|is|were|are) (?:this|that|it|these|those|they)(?: (?:one|photo|picture)s?)?(?: (?:taken|shot|made|all))* "
    r"(?P<rest>(?:(?:on|from|in|at|during|before|after|back in) )?\w.*)$"
)
_SEES = re.compile(
    r"^(?:and )?(?:can|do|could) you (?:see|spot|make out) (?:a|an|any|anything|anybody|anyone|some|the|my|what|who|how)\b"
)
_ANY_TIME = re.compile(
    r"^(?:on|at|in) (?:a|an|the) (?:weekend|week ?day|morning|afternoon|evening|night|summer|winter|spring|autumn|fall|holidays?|vacation)$"
)
_LEAD = re.compile(
    r"^(?:(?:and|but|now|so|okay|only|just|keep|take|limit|narrow|restrict|filter|cut|reduce|it|that|them|these|those|this|down|to|by|"
    r"show|find|give|see|me|us|the|of|ones?|any|some|all|is|are|were|there|same|thing|again|for|what|how|about|i|we|want|which|no|"
    r"without|not|except|remove|hide|drop|exclude|leave|out|get|rid|everything|actually|instead|please|with(?= (?:a|an|the)? ?\w+ in them$))(?= |$) ?)+"
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
        misheard: Mapping[str, str] | None = None,
        router: Router | None = None,
        known: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """`misheard` are patterns that the recogniser writes for what was said; `known` words are names of the library."""
        self._intents = intents
        self._context = context
        self._references = References(intents)
        self._router = router or Router.load()
        self._known = known
        self._misheard = {re.compile(rf"\b(?:{heard})\b"): said for heard, said in (misheard or {}).items()}

    @property
    def examples(self) -> list[str]:
        """Sentences that show in short what can be said, as the sentence templates name them."""
        told = (data.metadata for intent in self._intents.intents.values() for data in intent.data)
        return [metadata["examples"][0] for metadata in told if metadata and metadata.get("help")]

    def understand(self, text: str, showing: int = 0) -> Intent:
        """The intent of a sentence, with `showing` photos on display; never an error, whatever the text is."""
        try:
            return self._told(text, lambda sentence: self._understand(sentence, showing))
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

    def _told(self, text: str, read: Callable[[str], Intent]) -> Intent:
        """What `read` makes of the plain sentence, or the problem that it has."""
        number = len(text.split())
        if number > LONGEST:
            return Intent("out_of_scope", problem=TOO_LONG.format(words=number, longest=LONGEST))
        sentence = self._plain(text)
        if not sentence:
            return Intent("out_of_scope", problem=NOTHING_HEARD)
        intent = read(sentence)
        unread = sentence if intent.query is None else intent.query.text
        language = other_language(unread, self._known)
        return Intent("out_of_scope", problem=ANOTHER_LANGUAGE.format(language=language)) if language else intent

    def _found(self, sentence: str) -> Intent:
        query = self._understand(sentence, 0).query
        return Intent("search", query if query is not None else parse_query(sentence, self._context()))

    def _plain(self, text: str) -> str:
        return self._heard(tidy(self._heard(" ".join(text[:10_000].lower().split()))))

    def _heard(self, sentence: str) -> str:
        """The sentence as it was meant where a recogniser is known to write something else."""
        for heard, said in self._misheard.items():
            sentence = heard.sub(said, sentence)
        return sentence

    def _understand(self, sentence: str, showing: int) -> Intent:
        context = self._context()
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
        query = refine(first.query, second, "change")
        if second.text:
            query = replace(query, text=spliced(first.query.text, after, second.text))
        return replace(first, query=query)

    def _read(self, sentence: str, showing: int, context: QueryContext) -> _Reading:
        seen = self._described(sentence, showing, context) or self._whether(sentence, showing, context)
        if seen is not None:
            return _Reading(seen, complete=True)
        matched = self._matched(self._references.plain(sentence) if showing else sentence, showing=showing > 0)
        words = _said(sentence, _entity(matched, "query")) if matched else None
        anything = words if words is not None else _entity(matched, "question") if matched else None
        if matched and anything is None:
            return _Reading(self._templated(matched, sentence, showing, context), complete=True)
        if is_courtesy(sentence):
            return _Reading(Intent("out_of_scope"), complete=True)
        bare = matched is None or anything == sentence or matched.text_chunks_matched == 0
        if matched and words is not None and not bare:
            intent = self._templated(matched, sentence, showing, context)
        else:
            intent = None
        odds = self._router.probabilities(outline(sentence, context), showing)
        kind = max(odds, key=lambda each: odds[each])
        if intent is not None and not (kind in _OVERRULING and odds[kind] > _OVERRULED):
            return _Reading(intent, complete=intent.kind != "refine" or not sentence.startswith(("no", "and")))
        length = len(sentence.split())
        # A single word that is a command stands among the templates.
        enough = _WORD_COMMAND if length == 1 else _COMMAND if length <= _SHORT else _LONG_COMMAND
        if kind not in _FREE and odds[kind] < enough:
            kind = max(_FREE, key=lambda each: odds.get(each, 0.0))  # type: ignore[arg-type]
        if odds["out_of_scope"] > _DOUBTFUL and talks(sentence) and not _PHOTO_WORDS.search(sentence):
            kind = "out_of_scope" if kind == "search" else kind
        if kind == "out_of_scope" and names_things(sentence) and odds[kind] < _CERTAIN:
            kind = "search"
        query = parse_query(sentence, context)
        if bare and not query.text and query != PhotoQuery():
            kind = "refine" if kind == "refine" and showing else "search"
        if kind == "search" and showing and _goes_on(sentence, query):
            kind = "refine"
        if kind == "refine" and not showing:
            kind = "search"
        free = self._freely(kind, sentence, showing, context)
        # A fragment such as "cats" says too little to tell what it is, and stands beside what was said before it.
        return _Reading(free, complete=kind not in (*_WITH_QUERY, "out_of_scope"))

    def _matched(self, sentence: str, *, showing: bool) -> "RecognizeResult | None":
        from hassil import recognize_best

        context = {"showing": True} if showing else None
        return recognize_best(sentence, self._intents, intent_context=context, best_slot_name="query")

    def _described(self, sentence: str, showing: int, context: QueryContext) -> Intent | None:
        """ "The one with the dog", of those on display."""
        match = _DESCRIBED.match(sentence) if showing else None
        if match is None or self._references.find(sentence, showing) != "this":
            return None
        return Intent("show", parse_query(match["thing"], context))

    def _whether(self, sentence: str, showing: int, context: QueryContext) -> Intent | None:
        """ "Was that on a weekend?", "is this from 2019?": what the photo's date or place answers; "can you see a boat?"."""
        if not showing:
            return None
        if _SEES.match(sentence):
            return Intent("ask_photo", photo=self._references.find(sentence, showing), question=sentence)
        match = _WHETHER_THEN.match(sentence)
        if match is None:
            return None
        query = parse_query(match["rest"], context)
        if query.text and not _ANY_TIME.match(match["rest"]):
            return None
        if query == PhotoQuery(text=query.text) and not _ANY_TIME.match(match["rest"]):
            return None
        asked: Asked = "where" if query.places else "when"
        return Intent("ask_metadata", photo=self._references.find(sentence, showing), asked=asked)

    def _templated(self, matched: "RecognizeResult", sentence: str, showing: int, context: QueryContext) -> Intent:
        kind: Kind = matched.intent.name  # type: ignore[assignment]
        how: How | None = _entity(matched, "how")
        query = None
        if kind in _WITH_QUERY:
            words = _said(sentence, _entity(matched, "query"))
            if words is not None:
                query = parse_query(f"without {words}" if how == "without" else words, context)
            elif kind == "search" or how in ("newest", "oldest"):
                query = PhotoQuery(order=how if how in ("newest", "oldest") else "relevance")
            elif _entity(matched, "of") == "all":
                query = PhotoQuery()
        if kind == "search" and showing and query is not None and _goes_on(sentence, query):
            kind, how = "refine", "narrow"
        if kind == "search" and _CHANGED.search(sentence):
            how = "change"
        if kind == "refine" and query is not None and query.order == "oldest" and re.search(r"\bfirst \w+", sentence):
            # "Just the first five" are those at the front of the display.
            query = replace(query, order="relevance") if query.limit else query
        if how == "change" and _FRAGMENT.match(_entity(matched, "query")):
            # "And with a dog?" adds, "and the dog?" replaces.
            how = "narrow"
        return Intent(
            kind,
            query,
            photo=self._references.find(sentence, showing) if kind in _WITH_PHOTO else None,
            how=how,
            asked=_entity(matched, "asked"),
            question=sentence if kind == "ask_photo" else "",
        )

    def _freely(self, kind: Kind, sentence: str, showing: int, context: QueryContext) -> Intent:
        """What is wanted in a sentence that no template takes apart."""
        photo = self._references.find(sentence, showing) if kind in _WITH_PHOTO else None
        match kind:
            case "search" | "count":
                return Intent(kind, parse_query(sentence, context))
            case "refine":
                without = bool(_WITHOUT.match(sentence))
                words = _LEAD.sub("", sentence) or sentence
                query = parse_query(f"without {words}" if without else words, context)
                return Intent(
                    kind, query, how="without" if without else "change" if _CHANGED.search(sentence) else "narrow"
                )
            case "ask_metadata" | "summarize":
                return Intent(kind, photo=photo, asked=asked(sentence))
            case "ask_photo":
                return Intent(kind, photo=photo, question=sentence)
        return Intent(kind, photo=photo)


def asked(sentence: str) -> Asked:
    """What of a photo's metadata a question is about."""
    return next((asked for asked, cue in _ASKED if re.search(cue, sentence)), "when")


def _goes_on(sentence: str, query: PhotoQuery) -> bool:
    """Whether a query is about what is on display: "with a boat", "the newest one"."""
    only_order = query.order != "relevance" and replace(query, order="relevance", limit=None) == PhotoQuery()
    return bool(
        _FRAGMENT.match(sentence) or (only_order and (_AMONG_SHOWN.search(sentence) or _SORTING.search(sentence)))
    )


def _said(sentence: str, words: str | None) -> str | None:
    """The words with the commas of the sentence, which the templates lose."""
    found = words and re.search(r"[,.;:!? ]+".join(map(re.escape, words.split())), sentence)
    return found[0] if found else words


def _entity(matched: "RecognizeResult", name: str) -> Any:
    entity = matched.entities.get(name)
    return None if entity is None else entity.value.strip() if isinstance(entity.value, str) else entity.value
