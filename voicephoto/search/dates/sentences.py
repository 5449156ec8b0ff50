"""The dates in a sentence: which words belong to them, and which only look like one."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from voicephoto.search.dates.grammar import Grammar, inside
from voicephoto.search.dates.patterns import Calendar, Standing
from voicephoto.search.dates.ranges import Range, read_range
from voicephoto.search.dates.spans import DateRange, ImpossibleDate, Span, make_day, say, year_of
from voicephoto.search.dates.words import read_words

_VERB = re.compile(
    r"(?:(?:(?:that|which) )?(?:(?:i|we) (?:took|shot|snapped)|dated|dating"
    r"|(?:(?:were|was) )?(?:taken|captured|snapped|photographed))(?: back)? )?"
    r"(?:(?:some ?time|earlier|later) )?"
)
_PREPOSITION = re.compile(
    r"(?:on a|on one|of|circa|for) |(?P<binding>(?:in|on|from|during|over|throughout|within|around|at)"
    r"(?: (?:all|the whole|the entire)(?: of)?)?|(?:all|(?:the )?whole|the entire)(?: of)?) "
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PHOTOS = _words("photo photos picture pictures pic pics image images shots snaps photographs")
_NO_NOUN = _PHOTOS | _words(
    "; with at in on and or but by near where when while that which who whose we i you he she they it is"
    " was were are to from for without not no only please again too also together there here sorted ordered"
    " newest oldest selfie selfies video videos memories including showing containing featuring having taken"
    " outside inside along around over under between before after since until if as me my our his her their"
    " your the a an any all then instead than can could would will did do does have had has let show find"
    " give them us these those some so back home abroad through against just though anyway thanks yum"
)
"""Words that no name is made with: "christmas with anna" has a date, "christmas tree" has none."""
_NOUNS_IN_ING = _words(
    "wedding morning evening building clothing pudding stocking lighting shopping baking painting outing"
    " training gathering meeting greeting spring wrapping ring king thing string wing sibling ceiling earring"
)
_ANY_ONE = _words("a an every each any some no most another one typical")
_SOME_OTHER = _words("rainy sunny snowy white lazy cold hot warm cloudy foggy windy quiet busy normal")
_OTHER_CALENDAR = _words("islamic jewish parsi persian thai tamil hindu coptic orthodox julian")
_SOMEBODYS = _words("my his her their your our")
_ON_A_DAY = _words("day eve")
"""What is named behind them happened on the day: "Boxing Day walk", but "Christmas tree"."""
_LEAD_IN = _words("and what how about only just ok okay no or i mean meant now but then maybe please yes")
_TOGETHER = re.compile("(?:and|or|versus|vs) ")
_REFUSED = re.compile(r"\b(?:not|no|except|excluding|without)\b")


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date in a sentence and the characters that belong to it, with its prepositions."""

    range: DateRange
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A range and the words it takes, counted from the sentence's first."""

    found: Range
    first: int
    last: int


def find_dates(
    text: str,
    now: datetime,
    hemisphere: str = "north",
    country: str = "US",
    named_days: Mapping[str, str] = MappingProxyType({}),
) -> tuple[DateMatch, ...]:
    """The dates in a sentence, in its order, as local days; empty where there is none.

    What could be past or to come is past: "in May" is the newest May that has begun. `named_days` are
    month and day by what they are called: {"anna's birthday": "03-14"}. ImpossibleDate, with a sentence to
    say, where a day is named that no calendar has.
    """
    calendar = Calendar(now.date(), hemisphere, country, _named_days(tuple(named_days.items())))
    sentence = _Sentence(text, calendar)
    matches = []
    for place in sentence.places():
        from_, until = place.found.from_, place.found.until
        range_ = DateRange(from_, until, say(from_, until, calendar.today))
        matches.append(DateMatch(range_, sentence.words[place.first].start, sentence.words[place.last].end))
    return tuple(matches)


@lru_cache(maxsize=8)
def _named_days(days: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[int, int]]:
    return {" ".join(word.text for word in read_words(name)): _month_and_day(name, day) for name, day in days}


def _month_and_day(name: str, day: str) -> tuple[int, int]:
    match = re.fullmatch(r"(?:\d{4}-)?(\d\d?)-(\d\d?)", day.strip())
    if match is None:
        raise ImpossibleDate(f'"{name}" wants its month and day, such as 03-14, not "{day}".')
    found = make_day(2000, int(match[1]), int(match[2]))
    return found.month, found.day


class _Sentence:
    """The words of a sentence and where in its joined spelling each one begins and ends."""

    def __init__(self, text: str, calendar: Calendar) -> None:
        self.words = read_words(text)
        self._text = text
        self._starts: list[int] = []
        self._index_after: dict[int, int] = {}
        self._grammar = Grammar(self._join(), calendar)

    def _join(self) -> str:
        """All words with single spaces, and a semicolon where a sentence ends and no phrase goes on."""
        joined = ""
        for index, word in enumerate(self.words):
            if index:
                joined += " ; " if self._ends_before(index) else " "
            self._starts.append(len(joined))
            joined += word.text
            self._index_after[len(joined)] = index
        return joined

    def _ends_before(self, index: int) -> bool:
        aside = self.words[index - 1].text in ("before", "after") and self._pauses_before(index)
        return aside or any(mark in self._between(index) for mark in "!?;\n")

    def _pauses_before(self, index: int) -> bool:
        return any(mark in self._between(index) for mark in ",.:")

    def _between(self, index: int) -> str:
        """The characters between a word and the one before it."""
        return self._text[self.words[index - 1].end : self.words[index].start]

    def places(self) -> list[_Place]:
        places: list[_Place] = []
        index = 0
        while index < len(self.words):
            before = places[-1].last if places else None
            place = self._place(index, follows=index - 1 == before)
            if place:
                places.append(place)
            index = place.last + 1 if place else index + 1
        return self._in_one_year(places)

    def _in_one_year(self, places: list[_Place]) -> list[_Place]:
        """ "Christmas in Paris in 2018" has two places and one date: both mean the Christmas of 2018."""
        year = next((place.found for place in places if _is_year(place.found)), None)
        every = next((place.found.every for place in places if place.found.every), None)
        if len(places) != 2 or not (year and year.from_ and every):
            return places
        second = self._starts[places[1].first]
        between = self._grammar.text[self._starts[places[0].last] : second]
        if ";" in between or _TOGETHER.match(self._grammar.text, second):
            return places
        span = inside(every, year_of(year.from_.year))
        if span is None:
            return places
        apart = _REFUSED.search(between) is not None
        return [
            replace(p, found=replace(p.found, from_=span.from_, until=span.until)) if p.found.every or not apart else p
            for p in places
        ]

    def _place(self, index: int, follows: bool, company: bool = False) -> _Place | None:
        """The longest date whose words, or whose prepositions, begin here, or "or June" behind another."""
        start = self._starts[index]
        text = self._grammar.text
        if follows and _TOGETHER.match(text, start):
            place = self._place(index + 1, follows=False, company=True)
            return replace(place, first=index) if place else None
        verb = _VERB.match(text, start)
        best: _Place | None = None
        for begin in dict.fromkeys((start, verb.end() if verb else start)):
            preposition = _PREPOSITION.match(text, begin)
            for at in dict.fromkeys((preposition.end() if preposition else begin, begin)):
                lead = preposition if preposition and at > begin else None
                found = read_range(self._grammar, at)
                if found is None or (best and found.end <= self._starts[best.last]):
                    continue
                if lead and lead[0] == "for " and Standing.NAME not in found.standing:
                    continue
                place = _Place(found, index, self._index_after[found.end])
                bound = company or bool(lead and lead["binding"]) or self._goes_on(place.last)
                if self._stands(place, bisect_left(self._starts, at), bound):
                    best = place
        return best

    def _stands(self, place: _Place, first: int, bound: bool) -> bool:
        """Whether the words around let it be a date, which without its prepositions begins at `first`."""
        standing, last = place.found.standing, place.last
        if Standing.INNER in standing and not self._is_possessive(last):
            return False
        if self._is_glued(first, last):
            return False
        if not standing:
            return True
        behind = "" if last + 1 == len(self.words) else self.words[last + 1].text
        if behind and (self._ends_before(last + 1) or self._pauses_before(last + 1)):
            behind = ";"
        whole = not behind and all(word.text in _LEAD_IN for word in self.words[: place.first])
        if Standing.BOUND in standing and not (bound or whole):
            return Standing.NAME not in standing and behind in _PHOTOS and self._may_follow(first)
        if not (bound or whole or self._may_follow(first)):
            return False
        if Standing.BARE in standing and bound:
            return behind != "of"
        is_noun = bool(behind) and behind not in _NO_NOUN and self.words[last].text not in _ON_A_DAY
        return not (Standing.NAME | Standing.BARE) & standing or not is_noun or (bound and _is_doing(behind))

    def _may_follow(self, first: int) -> bool:
        """Not behind "a", "every" or "my": "a sunday", "a rainy sunday", "in his forties"."""
        before = [word.text for word in self.words[max(0, first - 2) : first]]
        if not before:
            return True
        if before[-1] in _ANY_ONE | _OTHER_CALENDAR or (
            before[-1] in _SOMEBODYS and self.words[first].text.endswith("0s")
        ):
            return False
        return not (before[-1] in _SOME_OTHER and before[0] in _ANY_ONE)

    def _goes_on(self, last: int) -> bool:
        """Whether another date is named along with it: "may or june"."""
        start = self._starts[last + 1] if last + 1 < len(self.words) else len(self._grammar.text)
        together = _TOGETHER.match(self._grammar.text, start)
        other = self._grammar.expression(together.end()) if together else None
        return other is not None and Standing.INNER not in other.standing

    def _is_possessive(self, index: int) -> bool:
        word = self.words[index]
        return any(mark in self._text[word.start : word.end] for mark in "'’")

    def _is_glued(self, first: int, last: int) -> bool:
        """Part of a longer name or a price: "IMG_2019", "D2000", "$2000"."""
        before = self._text[: self.words[first].start][-1:]
        after = self._text[self.words[last].end :][:1]
        return before.isalnum() or after.isalnum() or before in ("_", "$", "€", "£", "#") or after == "_"


def _is_doing(word: str) -> bool:
    return word.endswith("ing") and word not in _NOUNS_IN_ING


def _is_year(found: Range) -> bool:
    return found.from_ is not None and (found.from_, found.until) == _edges(year_of(found.from_.year))


def _edges(span: Span) -> tuple[date, date]:
    return span.from_, span.until
