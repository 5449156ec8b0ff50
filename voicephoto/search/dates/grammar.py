"""How date phrases combine: "last" with "summer", "May" inside "last year", the end of a week."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, get_args

from voicephoto.search.dates import holidays
from voicephoto.search.dates.patterns import (
    PHRASES,
    Calendar,
    Node,
    Phrase,
    Standing,
    how_many,
    is_vague,
    pattern,
)
from voicephoto.search.dates.phrases import named_day
from voicephoto.search.dates.spans import DAY, Recurring, Span, week_of
from voicephoto.search.dates.units import (
    WEEKEND,
    Part,
    back,
    half_of,
    nth_inside,
    nth_unit,
    part_of,
    unit_of,
)

_Result = TypeVar("_Result")
_DEEPEST = 6
"""Levels of "the day before the day before ..." that are read."""

_QUALIFIER = pattern(r"(?:the |this )?<last>|(?:the )?<this>|(?:the )?<next>")
_BEFORE_LAST = pattern(r" (?:(?:before|prior to) (?P<last>last)|after next)")
_JUST_GONE = re.compile(r" (?:(?:that|which) (?:has )?|thats |we )?just (?:gone|been|had|passed|past)(?= |$)")
_NUMBER = pattern(r"<number>")
_AGO = pattern(r" <ago>")
_PART = pattern(
    r"(?:the )?(?:(?P<early>early(?: in)?|(?P<start>beginning|start)(?: of)?)|(?P<mid>mid|middle of)"
    r"|(?P<late>late(?: in)?|end of)|(?P<half>1st|2nd) half of)"
)
_NTH = pattern(r"(?:the )?(?:(?P<nth>\d{1,2})(?:st|nd|rd|th)(?P<fromend> last)?|last)")
_UNIT = pattern(r"<unit>")
_WEEK_OF = pattern(r"(?:the )?(?:(?P<week>week)|weekend) of")
_OFFSET = pattern(r"(?:the|<number>) <unit> (?:(?P<before>before)|after|following|from)")
_BESIDE = re.compile(r" (?:(?P<before>before)|after|following) ")
_OF = re.compile(r" (?:of|in) ")
_JOINT = re.compile(r" (?:(?P<word>of|in|from|during|on|at) )?")
_HOUR = pattern(r" (?:early |late )?(?:in the |at )?<part>")


@dataclass(frozen=True, slots=True)
class Found:
    """A date phrase that was read: where its words end, what it means, what it wants around it."""

    end: int
    node: Node
    standing: Standing = Standing.FREE


class Grammar:
    """Reads date phrases in one sentence, given as the words of `read_words` with single spaces."""

    def __init__(self, text: str, calendar: Calendar) -> None:
        self.text = text
        self.today = calendar.today
        self._calendar = calendar
        self._national = holidays.could_be_national(text)
        self._known: dict[int, Found | None] = {}
        self._atoms: dict[int, Found | None] = {}
        self._depth = 0

    def expression(self, position: int) -> Found | None:
        """The longest phrase that begins here, with all that is joined to it ("May" "of" "last year")."""
        if position not in self._known:
            if self._depth == _DEEPEST:
                return None
            self._depth += 1
            try:
                self._known[position] = self._expression(position)
            finally:
                self._depth -= 1
        return self._known[position]

    def _expression(self, position: int) -> Found | None:
        found = self._phrase(position)
        while found:
            longer = self._joined(found)
            if longer is None:
                break
            found = longer
        return found

    def _phrase(self, position: int) -> Found | None:
        rules = (self._atom, self._qualified, self._so_many_ago, self._part, self._nth, self._week_of)
        readings = [rule(position) for rule in (*rules, self._offset, self._beside)]
        found = max((reading for reading in readings if reading), key=lambda each: each.end, default=None)
        if found and (hour := _HOUR.match(self.text, found.end)) and self._is_short(found.node):
            return Found(hour.end(), found.node, found.standing & Standing.INNER)
        return found

    def _atom(self, position: int) -> Found | None:
        """One of the phrases, a named day or a holiday of the country, whichever is longest."""
        if position not in self._atoms:
            self._atoms[position] = self._longest_atom(position)
        return self._atoms[position]

    def _longest_atom(self, position: int) -> Found | None:
        own = _tried(lambda: named_day(self._calendar, self.text, position))
        for match, phrase in self._matches(position):
            if own and own[0] >= match.end():
                break
            node = self._read(phrase, match)
            if node:
                return Found(match.end(), node, phrase.standing)
        if own:
            return Found(own[0], own[1], Standing.NAME)
        return self._national_holiday(position)

    def _matches(self, position: int) -> list[tuple[re.Match[str], Phrase]]:
        """The phrases that match here, the longest first and of those the ones that want least."""
        found = ((phrase.pattern.match(self.text, position), phrase) for phrase in PHRASES)
        return sorted(
            ((m, phrase) for m, phrase in found if m),
            key=lambda pair: (-pair[0].end(), pair[1].standing.value),
        )

    def _read(self, phrase: Phrase, match: re.Match[str]) -> Node | None:
        try:
            return phrase.reading(self._calendar, match)
        except (ValueError, OverflowError):
            return None

    def _national_holiday(self, position: int) -> Found | None:
        if not self._national or not self._national.start() <= position < self._national.end():
            return None
        end = self._national.end()
        node = holidays.holiday(self.text[position:end], self._calendar.country)
        return Found(end, node, Standing.NAME) if node else None

    def _recurring(self, position: int) -> tuple[int, Recurring] | None:
        found = self._atom(position)
        return (found.end, found.node) if found and isinstance(found.node, Recurring) else None

    def _then(self, wanted: re.Pattern[str], position: int) -> tuple[re.Match[str], int] | None:
        """What matches here, and where the next word begins."""
        match = wanted.match(self.text, position)
        return (match, match.end() + 1) if match and match.end() < len(self.text) else None

    def _qualified(self, position: int) -> Found | None:
        """ "Last summer", "this May", "next Friday", and "the summer before last"."""
        if placed := self._before_last(position) or self._just_gone(position):
            return placed
        opening = self._then(_QUALIFIER, position)
        what = self._recurring(opening[1]) if opening else None
        if opening is None or what is None:
            return None
        word, every = opening[0], what[1]
        choose = every.ended if word["last"] else every.coming if word["next"] else every.begun
        span = _tried(lambda: choose(self.today))
        return Found(what[0], span) if span else None

    def _before_last(self, position: int) -> Found | None:
        start = position + 4 if self.text.startswith("the ", position) else position
        what = self._recurring(start)
        match = _BEFORE_LAST.match(self.text, what[0]) if what else None
        if what is None or match is None:
            return None
        every, last = what[1], match["last"]
        span = _tried(lambda: every.ended(self.today, 2) if last else every.coming(every.coming(self.today).from_))
        return Found(match.end(), span) if span else None

    def _just_gone(self, position: int) -> Found | None:
        """ "The June just gone"."""
        start = position + 4 if self.text.startswith("the ", position) else position
        what = self._recurring(start)
        match = _JUST_GONE.match(self.text, what[0]) if what else None
        if what is None or match is None:
            return None
        every = what[1]
        span = _tried(lambda: every.ended(self.today))
        return Found(match.end(), span) if span else None

    def _so_many_ago(self, position: int) -> Found | None:
        """ "Two summers ago": the newest that is over counts as the first."""
        opening = self._then(_NUMBER, position)
        what = self._recurring(opening[1]) if opening else None
        match = _AGO.match(self.text, what[0]) if what else None
        if opening is None or what is None or match is None:
            return None
        number, every = opening[0]["number"], what[1]
        far, near = (5, 2) if is_vague(number) else (how_many(number),) * 2
        if not far:
            return None
        span = _tried(lambda: _from_to(every.ended(self.today, far), every.ended(self.today, near)))
        return Found(match.end(), span) if span else None

    def _part(self, position: int) -> Found | None:
        """ "Early June", "the end of last year", "the first half of 2018"."""
        opening = self._then(_PART, position)
        outer = self.expression(opening[1]) if opening else None
        if opening is None or outer is None:
            return None
        word = opening[0]
        if word["half"]:
            return self._changed(outer, lambda span: half_of(span, second=word["half"] == "2nd"))
        part: Part = next(part for part in get_args(Part) if word[part])
        if word["start"]:
            # A year begins with its first quarter; "early" in it is a third, as "late" is.
            return self._changed(
                outer, lambda span: nth_unit(span, "quarter", 1) if span.grain == "year" else part_of(span, part)
            )
        return self._changed(outer, lambda span: part_of(span, part) if span.grain != "day" else None)

    def _nth(self, position: int) -> Found | None:
        """ "The first week of August", "the last Sunday in March", "the third last day of May"."""
        opening = self._then(_NTH, position)
        if opening is None:
            return None
        word, start = opening
        nth = int(word["nth"] or 1) * (-1 if word["fromend"] or not word["nth"] else 1)
        unit = _UNIT.match(self.text, start)
        what = None if unit else self._recurring(start)
        end = unit.end() if unit else what[0] if what else None
        joint = _OF.match(self.text, end) if end else None
        outer = self.expression(joint.end()) if joint else None
        if outer is None or not nth:
            return None
        if unit:
            name = unit["unit"]
            return self._changed(outer, lambda span: nth_unit(span, name, nth))
        return self._changed(outer, lambda span: nth_inside(span, what[1], nth) if what else None)

    def _week_of(self, position: int) -> Found | None:
        """ "The week of October 6", "the weekend of my birthday"."""
        opening = self._then(_WEEK_OF, position)
        outer = self.expression(opening[1]) if opening else None
        if opening is None or outer is None or not self._is_short(outer.node):
            return None
        if opening[0]["week"]:
            return self._changed(outer, lambda span: week_of(span.from_))
        return self._changed(outer, lambda span: WEEKEND.within(week_of(span.from_)))

    def _offset(self, position: int) -> Found | None:
        """ "Three days after Easter", "the week before Christmas", "a year from today"."""
        opening = self._then(_OFFSET, position)
        outer = self.expression(opening[1]) if opening else None
        if opening is None or outer is None:
            return None
        word = opening[0]
        unit, number = word["unit"], word["number"] or "1"
        sign = 1 if word["before"] else -1
        far, near = (5, 2) if is_vague(number) else (how_many(number),) * 2

        def moved(span: Span) -> Span | None:
            day = _anchor(span, bool(word["before"]))
            one, other = (unit_of(unit, back(unit, day, sign * count)) for count in (far, near))
            return _from_to(*sorted((one, other), key=lambda each: each.from_)) if one and other else None

        return self._changed(outer, moved)

    def _beside(self, position: int) -> Found | None:
        """ "The weekend before Christmas", "the Sunday after Easter"."""
        start = position + 4 if self.text.startswith("the ", position) else position
        what = self._recurring(start)
        joint = _BESIDE.match(self.text, what[0]) if what else None
        outer = self.expression(joint.end()) if joint else None
        if what is None or joint is None or outer is None or self._is_years(outer.node):
            return None
        every = what[1]
        if joint["before"]:
            return self._changed(outer, lambda span: every.ended(span.from_))
        return self._changed(outer, lambda span: every.coming(span.until - DAY))

    def _joined(self, first: Found) -> Found | None:
        """What was found together with the words behind it: "May" "of last year", "last year" "in May"."""
        if first.end == len(self.text):
            return None
        joint = _JOINT.match(self.text, first.end)
        starts = [] if joint is None else [(joint["word"], joint.end()), ("", first.end + 1)]
        for word, start in starts:
            second = self.expression(start)
            node = self._join(first, word or "", second) if second else None
            if second is None or node is None:
                continue
            if isinstance(first.node, Span) or isinstance(second.node, Span):
                return Found(second.end, node)
            return Found(second.end, node, second.standing & Standing.NAME)
        return None

    def _join(self, first: Found, word: str, second: Found) -> Node | None:
        if not word and second.standing in (Standing.INNER, Standing.BOUND):
            return None
        match first.node, second.node:
            case Recurring() as every, Span() as outer:
                return _tried(lambda: inside(every, outer))
            case Span() as outer, Recurring() as every if word not in ("of", "from"):
                return _tried(lambda: inside(every, outer))
            case Recurring() as every, Recurring() as outers if word in ("of", "in", "during"):
                changed = self._changed(Found(second.end, outers), lambda span: inside(every, span))
                return changed.node if changed else None
        return None

    def _changed(self, outer: Found, change: Callable[[Span], Span | None]) -> Found | None:
        """The same change made to a span, or to each one of what comes round; None where that is no date."""
        node = outer.node
        if isinstance(node, Span):
            span = _tried(lambda: change(node))
            return Found(outer.end, span) if span else None
        if not _tried(lambda: change(node.begun(self.today))):
            return None

        def occurrence(index: int) -> Span | None:
            span = node.occurrence(index)
            return change(span) if span else None

        return Found(outer.end, Recurring(node.cycle, occurrence))

    def span(self, node: Node) -> Span | None:
        """The days that are meant: of what comes round, the newest that has begun."""
        return node if isinstance(node, Span) else _tried(lambda: node.begun(self.today))

    def _is_short(self, node: Node) -> bool:
        span = self.span(node)
        return span is not None and span.grain != "week" and (span.until - span.from_).days <= 8

    def _is_years(self, node: Node) -> bool:
        span = self.span(node)
        return span is None or (span.until - span.from_).days >= 365


def inside(every: Recurring, outer: Span) -> Span | None:
    """The one inside a span. All of the span where it holds several: "Sundays in May"."""
    days = (outer.until - outer.from_).days
    if days > (7 if every.cycle == "week" else 366):
        return outer
    if every.cycle == "year" and outer.grain == "year":
        return every.occurrence(outer.from_.year)
    return every.within(outer)


def _from_to(first: Span, last: Span) -> Span:
    return first if first == last else Span(first.from_, last.until)


def _anchor(span: Span, before: bool) -> date:
    """The day from which others are counted: of Christmas and of New Year the one in the middle."""
    days = (span.until - span.from_).days
    if span.grain == "stretch" and days <= 3:
        return span.from_ + days // 2 * DAY
    return span.from_ if before else span.until - DAY


def _tried(read: Callable[[], _Result | None]) -> _Result | None:
    """What was read, or None where it lies outside the calendar or comes round in no year."""
    try:
        return read()
    except (ValueError, OverflowError):
        return None
