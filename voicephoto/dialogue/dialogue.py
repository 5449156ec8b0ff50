"""The conversation: an intent and what is on display become a reply and what is on display next."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from voicephoto.dialogue import metadata, replies
from voicephoto.dialogue.intent import Asked, Ending, Intent, Reference
from voicephoto.dialogue.session import PAGE, Screen, Session
from voicephoto.dialogue.understanding import Understander
from voicephoto.library import Catalog, Photo, UnreadablePhoto, load_image, read_exposure
from voicephoto.search import PhotoQuery, Results, Searcher, refine
from voicephoto.vision import Answerer, Picture

Status = Literal["confident", "maybe", "none"]

_ALWAYS = frozenset(("search", "refine", "count", "help", "stop", "cancel"))
"""What can be asked for also where nothing is on display."""
_LOOKS = frozenset(("describe", "ask_photo"))
"""What is answered by looking at a photo."""
_SIDE = 768
"""Pixels that suffice on the shorter side of a photo that is looked at: no answerer takes more than 1024 on the longer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, what is shown, and which photo is in focus.

    `status` is how sure the program is of what it shows; "none" where nothing was found or could be done.
    """

    say: str
    photos: tuple[Photo, ...] = ()
    focus: Photo | None = None
    status: Status = "confident"
    screen: Screen | None = None
    """Where the photos come from: the query, and all that were found for it; None where nothing is on display."""
    following: Iterator[str] = field(default_factory=lambda: iter(()), compare=False)
    """Sentences that are only found out while the first ones are spoken."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What finds photos and what looks at one, by the same encoder."""

    searcher: Searcher
    answerer: Answerer


class Dialogue:
    """One conversation. After `forget_after()` seconds of silence, on `clock`, it starts afresh.

    Which `sight` there is, is asked once for every turn, and told whether anything has to be looked at in it.
    """

    def __init__(
        self,
        understander: Understander,
        sight: Callable[[bool], Sight],
        catalog: Catalog,
        forget_after: Callable[[], float] = lambda: 600.0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._understander = understander
        self._find_sight = sight
        self._sight = sight(False)
        self._catalog = catalog
        self._forget_after = forget_after
        self._clock = clock
        self._now = now
        self._session = Session()
        self._last = clock()

    def understand(self, text: str) -> Intent:
        """Read a sentence in the light of what is on display."""
        if self._clock() - self._last > self._forget_after():
            self._session.clear()
        return self._read(text)

    def _read(self, text: str) -> Intent:
        screen = self._session.screen
        if screen is None:
            return self._understander.understand(text)
        return self._understander.understand(text, len(screen.shown), screen.days)

    def ending(self, text: str) -> Ending:
        """Whether a sentence that is still being said is over, has to go on, or may do either."""
        return self._understander.ending(text)

    def stops(self, text: str) -> bool:
        """Whether a sentence asks for silence, also where the recogniser caught it badly over a reply."""
        return self._understander.stops(text)

    def means_something(self, text: str) -> bool:
        """Whether a sentence asks for anything that can be done as things stand."""
        kind = self._read(text).kind
        return kind in _ALWAYS or (self._session.screen is not None and kind != "out_of_scope")

    def respond(self, intent: Intent) -> Reply:
        """Do what was asked for."""
        self._last = self._clock()
        offer, self._session.offer = self._session.offer, None
        if intent.kind == "yes" and offer is not None:
            intent = offer
        self._sight = self._find_sight(self._looks(intent))
        reply = self._still(intent.problem, "none") if intent.problem else self._respond(intent)
        if intent.kind not in ("repeat", "stop"):
            self._session.said = reply.say
        return reply

    def _looks(self, intent: Intent) -> bool:
        """Whether the answer may need more than what the catalog knows."""
        screen = self._session.screen
        queries = (intent.query, screen.query if screen else None)
        return intent.kind in _LOOKS or any(query.looks for query in queries if query is not None)

    def _respond(self, intent: Intent) -> Reply:
        match intent.kind:
            case "search":
                return self._search(intent)
            case "refine":
                return self._refine(intent)
            case "count":
                return self._count(intent)
            case "repeat":
                return self._still(self._session.said or replies.NOTHING_SAID)
            case "help":
                return self._still(replies.help_with(self._understander.examples))
            case "stop":
                return self._still("")
            case "cancel":
                self._session.clear()
                return Reply(replies.AFRESH)
            case "yes" | "no":
                return self._still(self._session.varied(replies.OKAY))
            case "out_of_scope":
                return self._still(self._session.varied(replies.OUT_OF_SCOPE), "none")
            case "back":
                screen = self._session.back()
                return (
                    self._shown(screen, replies.back(screen.photos)) if screen else self._still(replies.NO_BACK, "none")
                )
        screen = self._session.screen
        if screen is None or not screen.photos:
            return Reply(replies.NOTHING_SHOWN, status="none")
        match intent.kind:
            case "next" | "previous":
                return self._step(screen, 1 if intent.kind == "next" else -1)
            case "slideshow":
                return self._focus(screen, screen.photos[0], replies.slideshow(len(screen.photos)))
            case "more":
                return self._more(screen)
            case "summarize":
                return self._still(metadata.summary(self._all(screen), intent.asked))
        if intent.kind == "show" and intent.query is not None:
            return self._show_described(screen, intent.query)
        photo = self._photo(screen, intent.photo)
        if photo is None:
            return self._still(replies.no_such_photo(len(screen.shown)), "none")
        match intent.kind:
            case "show":
                return self._focus(screen, photo, replies.shown(photo, screen.photos))
            case "similar":
                results = self._sight.searcher.similar(photo)
                return self._found(results, replies.similar(len(results.hits)))
            case "ask_metadata":
                return self._tell(screen, photo, intent)
            case "describe":
                return self._look(screen, [photo], lambda pictures: self._sight.answerer.describe(pictures[0]))
        photos = [photo, *(other for _, other in self._beside(screen, intent))]
        return self._look(screen, photos, lambda pictures: self._sight.answerer.answer(pictures, intent.question))

    def _search(self, intent: Intent) -> Reply:
        query = intent.query or PhotoQuery()
        screen = self._session.screen
        if intent.how == "change" and screen is not None and not screen.photos:
            # "What about last summer?" where nothing was found for last winter.
            query = refine(screen.query, query, "change")
        results = self._sight.searcher.search(query, every=intent.asked is not None)
        if intent.asked is not None:
            return self._found(results, replies.recollection(results, intent.asked, query.order, self._now().date()))
        everywhere = PhotoQuery(query.text, without=query.without)
        if results.status == "none" and query.text and query != everywhere:
            elsewhere = self._sight.searcher.search(everywhere)
            if elsewhere.status == "confident":
                self._session.offer = Intent("search", everywhere)
                return self._found(results, f"{replies.found(results)} {replies.OFFER_EVERYWHERE}")
        return self._found(results, replies.found(results))

    def _show_described(self, screen: Screen, query: PhotoQuery) -> Reply:
        """ "The one with the dog": the one on display that shows it best; or the one among `query.ids`."""
        among = screen.shown if query.ids is None else [photo for photo in screen.photos if photo.id in query.ids]
        results = self._sight.searcher.search(replace(query, ids=tuple(photo.id for photo in among)))
        if not results.hits:
            return self._still(replies.none_shows(query.text), "none")
        photo = results.hits[0].photo
        return self._focus(screen, photo, replies.shown(photo, screen.photos), results.status)

    def _refine(self, intent: Intent) -> Reply:
        screen = self._session.screen
        if screen is None:
            return self._search(intent)
        query = refine(screen.query, intent.query or PhotoQuery(), intent.how or "narrow")
        results = self._sight.searcher.search(query)
        if not results.hits:
            # What was on display stays: it is what the person is choosing from.
            return self._still(replies.found(results), "none")
        return self._found(results, replies.found(results))

    def _count(self, intent: Intent) -> Reply:
        screen, query = self._session.screen, intent.query
        if query is not None and intent.how == "narrow" and screen is not None:
            query = refine(screen.query, query, "narrow")
        if query is None:
            return self._still(replies.how_many(len(self._all(screen)) if screen else self._catalog.summary().photos))
        if query == PhotoQuery():
            return self._still(replies.have(self._catalog.summary().photos))
        results = self._sight.searcher.search(query, every=True)
        return self._found(results, replies.counted(results))

    def _found(self, results: Results, say: str) -> Reply:
        screen = self._session.show(results.query, results.photos, cut=results.cut)
        return Reply(say, screen.shown, screen.shown[0] if len(screen.photos) == 1 else None, results.status, screen)

    def _all(self, screen: Screen) -> tuple[Photo, ...]:
        """Every photo that was found, also beyond what can be paged through."""
        return self._sight.searcher.search(screen.query, every=True).photos if screen.cut else screen.photos

    def _more(self, screen: Screen) -> Reply:
        if screen.start + PAGE >= len(screen.photos):
            return self._still(replies.MORE_THAN_SHOWN if screen.cut else replies.NO_MORE, "none")
        screen = self._session.turn_to(replace(screen, start=screen.start + PAGE, focus=None))
        return self._shown(
            screen, replies.more(len(screen.shown), len(screen.photos) - screen.start - len(screen.shown))
        )

    def _step(self, screen: Screen, by: int) -> Reply:
        place = screen.photos.index(screen.focus) + by if screen.focus else screen.start if by > 0 else screen.start - 1
        if not 0 <= place < len(screen.photos):
            return self._still(replies.LAST_ONE if by > 0 else replies.FIRST_ONE, "none")
        photo = screen.photos[place]
        return self._focus(screen, photo, replies.shown(photo, screen.photos))

    def _tell(self, screen: Screen, photo: Photo, intent: Intent) -> Reply:
        """What a photo's metadata says, or that of several that are compared."""
        asked: Asked = intent.asked or "when"
        beside = self._beside(screen, intent)
        if beside and isinstance(intent.photo, int):
            return self._still(metadata.compared([(intent.photo, photo), *beside], asked))
        if asked == "exposure":
            try:
                return self._focus(screen, photo, metadata.exposed(read_exposure(photo.path)))
            except UnreadablePhoto as error:
                return self._focus(screen, photo, replies.unreadable(error), "none")
        if intent.thought is not None:
            fits = self._catalog.count(replace(intent.thought, ids=(photo.id,)).filter()) > 0
            return self._focus(screen, photo, metadata.checked(photo, fits, asked, self._now()))
        return self._focus(screen, photo, metadata.told(photo, asked, self._now()))

    def _beside(self, screen: Screen, intent: Intent) -> list[tuple[int, Photo]]:
        """The other photos that one is compared with, each with its place on the display."""
        return [(place, photo) for place in intent.beside if (photo := self._photo(screen, place))]

    def _look(
        self, screen: Screen, photos: Sequence[Photo], words: Callable[[Sequence[Picture]], Iterable[str]]
    ) -> Reply:
        """What is seen in photos, of which the first one comes into focus."""
        try:
            pictures = [Picture(load_image(photo.path, side=_SIDE), metadata.facts(photo)) for photo in photos]
        except UnreadablePhoto as error:
            return self._focus(screen, photos[0], replies.unreadable(error), "none")
        sentences = iter(words(pictures))
        reply = self._focus(screen, photos[0], next(sentences, ""))
        return replace(reply, following=self._remembered(sentences))

    def _remembered(self, sentences: Iterator[str]) -> Iterator[str]:
        """So that "say that again" says all of it."""
        for sentence in sentences:
            self._session.said += f" {sentence}"
            yield sentence

    def _photo(self, screen: Screen, which: Reference | None) -> Photo | None:
        if isinstance(which, int):
            return screen.shown[which - 1] if which <= len(screen.shown) else None
        if which in ("newest", "oldest"):
            dated = sorted((photo for photo in screen.photos if photo.captured), key=lambda photo: str(photo.captured))
            return dated[-1 if which == "newest" else 0] if dated else screen.photos[0]
        return screen.focus or (screen.shown[0] if screen.shown else None)

    def _focus(self, screen: Screen, photo: Photo, say: str, status: Status = "confident") -> Reply:
        return self._shown(self._session.turn_to(screen.focused(photo)), say, status)

    def _still(self, say: str, status: Status = "confident") -> Reply:
        """Say something and leave the display as it is."""
        screen = self._session.screen
        return self._shown(screen, say, status) if screen else Reply(say, status=status)

    def _shown(self, screen: Screen, say: str, status: Status = "confident") -> Reply:
        return Reply(say, screen.shown, screen.focus, status, screen)
