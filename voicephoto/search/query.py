"""A sentence's query part as exact filters, an order, and the words that are left for looking."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from voicephoto.library import Filter, fold
from voicephoto.search.areas import area, covered
from voicephoto.search.contexts import Words, split
from voicephoto.search.dates import DateRange, find_dates, find_relative
from voicephoto.search.dates.spans import say
from voicephoto.search.naming import Named, named_places
from voicephoto.search.terms import NUMBERS, PHOTOS, cameras_named
from voicephoto.search.when import Asked, asked_for, in_year
from voicephoto.search.wording import Wording

Order = Literal["relevance", "newest", "oldest"]
Orientation = Literal["portrait", "landscape", "square"]
How = Literal["narrow", "change", "without", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class PhotoQuery:
    """What photos are asked for; everything given must hold.

    `text` is what they show, `from_` and `until` half-open local days, `places` alternatives, `without` things
    that must not be seen, `limit` how many were asked for. `when` is the date range in words. `ids` are the
    photos to choose from, where they were found by their looks and no words say which.
    """

    text: str = ""
    from_: date | None = None
    until: date | None = None
    places: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_places: tuple[str, ...] = ()
    without_days: tuple[DateRange, ...] = ()
    camera: str | None = None
    album: str | None = None
    orientation: Orientation | None = None
    order: Order = "relevance"
    limit: int | None = None
    when: str = ""
    ids: tuple[int, ...] | None = None

    @property
    def looks(self) -> bool:
        """Whether photos have to be looked at for it, which the catalog cannot decide."""
        return bool(self.text or self.without)

    def filter(self) -> Filter:
        """What the catalog can decide alone."""
        return Filter(
            from_=self.from_,
            until=self.until,
            places=covered(self.places),
            without_places=covered(self.without_places),
            without_days=tuple((days.from_, days.until) for days in self.without_days),
            camera=self.camera,
            album=self.album,
            orientation=self.orientation,
            ids=self.ids,
        )

    @property
    def refused(self) -> tuple[str, ...]:
        """Everything that is not wanted, in words."""
        return (*self.without, *self.without_places, *(days.spoken for days in self.without_days))

    def spoken(self) -> str:
        """The reading in words: "sunsets in Italy, June to August 2026"."""
        what = self.text or "photos"
        if self.orientation:
            what = f"{what} in {self.orientation} format"
        if self.places:
            what += f" in {_either(self.places)}"
        if self.camera:
            what += f" taken with {self.camera}"
        if self.album:
            what += f" from the album {self.album}"
        parts = [what, self.when]
        if self.refused:
            parts.append(f"without {_either(self.refused)}")
        if self.limit is not None:
            kind = {"newest": "the newest", "oldest": "the oldest", "relevance": "at most"}[self.order]
            parts.append(f"{kind} {self.limit}")
        elif self.order != "relevance":
            parts.append(f"{self.order} first")
        return ", ".join(filter(None, parts))

    def as_json(self) -> dict[str, Any]:
        """The shape that `explain --json` prints."""
        return {
            "text": self.text,
            "from": self.from_.isoformat() if self.from_ else None,
            "until": self.until.isoformat() if self.until else None,
            "places": list(self.places),
            "without": list(self.refused),
            "camera": self.camera,
            "album": self.album,
            "order": self.order,
            "limit": self.limit,
        }


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What is known when a sentence is read.

    `places` gives the right spelling of a place, or None for words that are none; `named_days` are the person's
    own days as "MM-DD".
    """

    now: datetime
    wording: Wording
    hemisphere: str = "north"
    country: str = "US"
    named_days: Mapping[str, str] = field(default_factory=dict)
    places: Callable[[str], str | None] = lambda name: None
    albums: Sequence[str] = ()
    cameras: Sequence[str] = ()
    trips: Callable[[Sequence[str]], tuple[date, date] | None] = lambda places: None
    """The half-open days of the latest trip to one of these places, as the catalog names them."""
    keyword: Callable[[str], bool] = lambda word: False
    """Whether photos of the library have a word as a keyword: May may be somebody."""
    days: tuple[date, date] | None = None
    """The half-open days that are talked about, which "the year before" counts from."""
    said_places: Sequence[str] = ()
    """Places that people name, among which one is looked for that sounds like what was heard."""

    def named(self, words: Words) -> tuple[Named, ...]:
        """What may be a place or an area among the words of a text."""
        return named_places(words, lambda name: area(name) or self.places(name), self.said_places)


def parse_query(text: str, context: QueryContext) -> PhotoQuery:
    """Read the query part of a sentence. Raises ImpossibleDate for a day that no calendar has."""
    rest, query = take_filters(text, context)
    words = split(rest)
    found = context.wording.read(words, context.named(words), filtered=query != PhotoQuery())
    # Somebody whom the library knows is looked for also where the name is another word: "photos of May".
    known = "" if found.text or query != PhotoQuery() else " ".join(filter(context.keyword, words.words))
    query = replace(
        query,
        text=found.text or known,
        without=found.without,
        places=found.places,
        without_places=found.without_places,
    )
    if not query.when and len(query.places) == 1 and _JOURNEY.search(text):
        trip = _trip(query.places[0], context)
        if trip:
            return replace(query, places=(), from_=trip.from_, until=trip.until, when=trip.spoken)
    return query


def take_filters(text: str, context: QueryContext) -> tuple[str, PhotoQuery]:
    """What the grammars find in a text, and the words that are left. Raises ImpossibleDate."""
    rest = " ".join(text.replace("’", "'").split()).strip(" ?.!,")
    rest = _PHOTO_BEHIND.sub(r"\g<place>", rest)
    rest, days = _take_dates(rest, context)
    rest, orientation = _take_orientation(rest)
    rest, order, limit = _take_order(rest)
    rest, album = _take_album(rest, context.albums)
    rest, camera = _take_camera(rest, context.cameras)
    query = PhotoQuery(
        from_=days.range.from_ if days.range else None,
        until=days.range.until if days.range else None,
        without_days=days.without,
        camera=camera,
        album=album,
        orientation=orientation,
        order=order,
        limit=limit,
        when=days.range.spoken if days.range else "",
    )
    return rest, query


def refine(previous: PhotoQuery, new: PhotoQuery, how: How) -> PhotoQuery:
    """The query of a follow-up.

    "narrow" keeps all that was asked and adds to it, "change" replaces what the new words name and keeps the
    rest, "without" takes away, the orders only sort. A date, a place or an album that is named replaces the one
    before in every case, for two different ones would find nothing.
    """
    if how in ("newest", "oldest"):
        return replace(previous, order=how)
    if how == "without":
        return replace(
            previous,
            without=tuple(dict.fromkeys((*previous.without, *filter(None, (new.text,)), *new.without))),
            without_places=tuple(dict.fromkeys((*previous.without_places, *new.places, *new.without_places))),
            without_days=tuple(dict.fromkeys((*previous.without_days, *new.without_days))),
        )
    text = new.text or previous.text
    if how == "narrow" and previous.text and new.text:
        joined = new.text.startswith(_PREPOSITIONS)
        text = f"{previous.text} {new.text}" if joined else f"{previous.text} and {new.text}"
    dated = bool(new.when)
    return PhotoQuery(
        text=text,
        from_=new.from_ if dated else previous.from_,
        until=new.until if dated else previous.until,
        when=new.when or previous.when,
        places=new.places or previous.places,
        without=tuple(dict.fromkeys((*previous.without, *new.without))),
        without_places=tuple(dict.fromkeys((*previous.without_places, *new.without_places))),
        without_days=tuple(dict.fromkeys((*previous.without_days, *new.without_days))),
        camera=new.camera or previous.camera,
        album=new.album or previous.album,
        orientation=new.orientation or previous.orientation,
        order=new.order if new.order != "relevance" else previous.order,
        limit=new.limit,
        ids=previous.ids,
    )


def put_right(previous: PhotoQuery, new: PhotoQuery, today: date) -> PhotoQuery:
    """The query where `new` is what somebody says instead: "mid October 2021, or no, 2020" is of the same days."""
    query = refine(previous, new, "change")
    before, after = (DateRange(each.from_, each.until, each.when) for each in (previous, new))
    days = in_year(before, after, today) if previous.when and new.when else None
    return replace(query, from_=days.from_, until=days.until, when=days.spoken) if days else query


_PHOTOS = rf"(?:{PHOTOS}|ones?)"
_PHOTO_BEHIND = re.compile(rf"(?<= )(?P<place>(?:in|from|at|near) \w.*) {PHOTOS}$", re.IGNORECASE)
_PREPOSITIONS = ("where ", "next to ", "behind ")
"""What the wording leaves before the thing that it stands for."""
_ORIENTATIONS: tuple[tuple[Orientation, str], ...] = (
    (
        "portrait",
        rf"in portrait(?: format| orientation| mode)?$|portrait (?:format|orientation|mode)|(?:vertical|upright)(?= {_PHOTOS})",
    ),
    (
        "landscape",
        rf"in landscape(?: format| orientation| mode)?$|landscape (?:format|orientation|mode)|horizontal(?= {_PHOTOS})",
    ),
    ("square", rf"square(?= {_PHOTOS})|in square format"),
)
_NUMBER = rf"(?P<limit>\d{{1,3}}|{'|'.join(NUMBERS)})"
_SORTED = r"(?:(?:sort|order|arrange|put|show|have)(?: them| these| those| it)?(?: by (?:date|time|age))?(?: so(?: that)?)?,? ?)?(?:from )?(?:the )?"
_AHEAD = r"(?:at|on|to|in) (?:the )?(?:top|front|start|beginning)|up top"
_OVER = r"(?=[,.;!?]|$| (?:if|please|would|will|could|can|thanks|thank|so|because|when)\b)"
_ORDERS: tuple[tuple[Order, str], ...] = (
    ("oldest", rf",? ?\b{_SORTED}(?:(?:oldest|earliest)(?: ones| photos)? (?:(?:come |comes |are |is |go |goes )?first|to (?:the )?(?:newest|latest)|{_AHEAD})|in (?:chronological|date) order){_OVER}"),
    ("newest", rf",? ?\b{_SORTED}(?:(?:newest|latest|most recent)(?: ones| photos)? (?:(?:come |comes |are |is |go |goes )?first|to (?:the )?oldest|{_AHEAD})|in reverse(?: chronological)? order){_OVER}"),
    ("newest", rf"\b(?:the |my |our )?{_NUMBER} (?:newest|latest|most recent)(?: {_PHOTOS})?(?: of| with| from)?(?= |$)"),
    ("oldest", rf"\b(?:the |my |our )?{_NUMBER} (?:oldest|earliest)(?: {_PHOTOS})?(?: of| with| from)?(?= |$)"),
    ("newest", r",? ?\b(?:the )?(?:newest|latest|most recent)(?: ones| photos)? first"),
    ("oldest", r",? ?\b(?:the )?(?:oldest|earliest)(?: ones| photos)? first"),
    ("newest", rf"\b(?:the |my |our )?(?:newest|latest|last|most recent) {_NUMBER}(?: {_PHOTOS})?(?: of| with| from)?(?= |$)"),
    ("oldest", rf"\b(?:the |my |our )?(?:oldest|earliest|first) {_NUMBER}(?: {_PHOTOS})?(?: of| with| from)?(?= |$)"),
    ("newest", rf"\b(?:the |my |our )?(?:newest|latest|last|most recent)(?: {_PHOTOS})(?: of| with| from)?(?= |$)"),
    ("oldest", rf"\b(?:the |my |our )?(?:oldest|earliest|first)(?: {_PHOTOS})(?: of| with| from)?(?= |$)"),
    ("newest", rf"\b(?:the |my |our |some )?recent(?= {_PHOTOS}\b)|,? ?\b(?:recently|lately)$"),
    ("newest", r"^(?:newest|latest|most recent)(?= (?:of|from|in|with|at)\b|$)"),
    ("oldest", r"^(?:oldest|earliest)(?= (?:of|from|in|with|at)\b|$)"),
    ("newest", r"\b(?:the|my|our) (?:newest|latest|most recent)(?= |$)"),
    ("oldest", r"\b(?:the|my|our) (?:oldest|earliest)(?= (?:photo|one|picture|shot|of)\b|$)"),
    ("relevance", rf"^(?:(?:keep|just|only|leave|show me|give me) )*(?:the )?(?:first |best |top )?{_NUMBER}(?: of (?:them|these|those))?$"),
    ("relevance", rf"(?:^|, )(?:me |us )?(?:the |my )?(?:best )?{_NUMBER} {_PHOTOS}(?: of| with| from)?(?= |$)"),
)  # fmt: skip
_OF_THEM = re.compile(
    rf"(?<!the )(?<!all )\b(?!one ){_NUMBER} of (?:them|these|those)(?:(?=[,.;!?]|$)| (?:will|would|should|is|are) (?:do|be)?(?: plenty| enough| fine)?)",
    re.IGNORECASE,
)
_BOUNDARY = frozenset(
    (
        "and or but without with except not in on at from of during taken where when by near please again too "
        "either also anymore only instead altogether that which showing trip vacation holiday holidays album before after since between while i we my "
        "for"
    ).split()
)


_NAME_OR_MONTH = re.compile(r"(?:and |or |of )?(?P<name>may|june|april|august)")


def _take_dates(text: str, context: QueryContext) -> tuple[str, Asked]:
    matches = [
        match
        for match in find_dates(text, context.now, context.hemisphere, context.country, context.named_days)
        if not (found := _NAME_OR_MONTH.fullmatch(text[match.start : match.end].lower()))
        or not context.keyword(found["name"])
    ]
    if not matches and context.days:
        beside = find_relative(text, context.days, context.now.date(), context.hemisphere)
        if beside:
            return text[: beside[0]].strip(" ,"), Asked(beside[1])
    return asked_for(text, matches, context.now)


_JOURNEY = re.compile(
    r"\b(?:when|time|day|week|weekend|back when) (?:i|we) (?:was|were|went|stayed|lived|travell?ed|visited|flew|drove)\b"
    r"|\b(?:trip|holidays?|vacation|visit|honeymoon|journey|week|weekend|stay) (?:to|in)\b",
    re.IGNORECASE,
)


def _trip(place: str, context: QueryContext) -> DateRange | None:
    """ "When we were in Lisbon" means the days of that trip, also for photos that do not know where they are from."""
    days = context.trips(covered((place,)))
    if days is None:
        return None
    return DateRange(*days, f"your trip to {place}, {say(*days, context.now.date())}")


def _take_orientation(text: str) -> tuple[str, Orientation | None]:
    for orientation, wording in _ORIENTATIONS:
        found = re.search(rf"\b(?:{wording})\b", text, re.IGNORECASE)
        if found:
            return _without_span(text, found.span()), orientation
    return text, None


def _take_order(text: str) -> tuple[str, Order, int | None]:
    for order, wording in _ORDERS:
        found = re.search(wording, text, re.IGNORECASE)
        if found:
            said = found.groupdict().get("limit")
            limit = None if said is None else NUMBERS.get(said.lower()) or int(said)
            # "The newest photo of the cat" is one photo, "the newest photos" are many.
            if limit is None and re.search(r"\b(?:photo|picture|image|shot|pic|one)\b", found[0]):
                limit = 1
            rest = _without_span(text, found.span())
            return (rest, order, limit) if limit is not None else _take_limit(rest, order)
    return _take_limit(text, "relevance")


def _take_limit(text: str, order: Order) -> tuple[str, Order, int | None]:
    """With the number that is said of those on display: "five of them will do"."""
    found = _OF_THEM.search(text)
    if found is None:
        return text, order, None
    return _without_span(text, found.span()), order, NUMBERS.get(found["limit"].lower()) or int(found["limit"])


def _take_album(text: str, albums: Sequence[str]) -> tuple[str, str | None]:
    found = re.search(
        r"(?:\b(?:in|from|of)\b )?(?:the |my |our )?(?:album|folder) (?:called |named )?(?P<after>.+)$"
        r"|\b(?:in|from|of) (?:the |my |our )?(?P<before>[^,]+?) (?:album|folder)\b"
        r"|\b(?:the|my|our) (?P<open>[^,]+?) (?:album|folder)\b",
        text,
        re.IGNORECASE,
    )
    if found is None:
        return text, None
    name = fold(found["after"] or found["before"] or found["open"])
    album = next((album for album in albums if fold(album) == name), None)
    return (_without_span(text, found.span()), album) if album else (text, None)


def _take_camera(text: str, cameras: Sequence[str]) -> tuple[str, str | None]:
    # Every preposition may be the one: "from Italy with my Canon".
    for before in re.finditer(
        rf"\b(?:(?:my|the|our) )?(?P<name>[\w-]+(?: [\w-]+)?) (?=(?:{PHOTOS}|ones)\b)", text, re.IGNORECASE
    ):
        words = before["name"].split()
        for name in (before["name"], words[-1]):
            camera = cameras_named(name, cameras)
            if camera and camera == fold(name):
                return _without_span(text, (before.end() - len(name) - 1, before.end())), camera
    camera_phrase = re.compile(
        r"\b(?:(?:taken|shot|made|captured) )?(?:with|on|by|using|from|off) (?:(?:my|the|our|an?) )?(?P<name>[\w -]+?)(?: camera| phone)?"
        rf"(?= (?:{'|'.join(_BOUNDARY)})\b|$)",
        re.IGNORECASE,
    )
    position = 0
    while found := camera_phrase.search(text, position):
        camera = cameras_named(found["name"], cameras)
        if camera:
            return _without_span(text, found.span()), camera
        position = found.start() + 1
    return text, None


def _without_span(text: str, span: tuple[int, int]) -> str:
    return " ".join(f"{text[: span[0]]} {text[span[1] :]}".split()).strip(" ,")


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
