"""From one date to another: "between May and August", "since 2015", "before last summer", or one alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from voicephoto.search.dates.grammar import Found, Grammar
from voicephoto.search.dates.patterns import Standing
from voicephoto.search.dates.spans import DAY, Recurring, Span, one_day

_FIRST_YEAR, _LAST_YEAR = 1800, 2099
"""The years that are read from a sentence; nothing was photographed before them."""

_BETWEEN = re.compile(r"(?:(?P<between>between)|from|starting (?:from|in|on)) ")
_AND = re.compile(r" (?:and|to|-|until|till) ")
_TO = re.compile(r" (?:to|until|till|through|thru|-|up to|up until) ")
_AND_TOO = re.compile(r" (?:and|or) ")
_ONWARDS = re.compile(r" (?:on|onwards?|and (?:later|after|newer)|or (?:later|newer))(?= |$)")
_SINCE = re.compile(r"(?:ever )?since ")
_BEFORE = re.compile(r"(?:from )?(?:before|pre|prior to|(?:older|earlier) than) ")
_AFTER = re.compile(r"(?:from )?(?:after|(?:newer|later|more recent) than) ")
_UNTIL = re.compile(r"(?:until|till|(?<!get )(?<!got )(?<!getting )(?<!been )up to|up until) ")
_BUT_BEFORE = re.compile(r" (?:(?:and|but) )?(?:(?P<before>before)|until|till|up to) ")


@dataclass(frozen=True, slots=True)
class Range:
    """Local days from `from_` up to, not including, `until` (None is open), and where the words end."""

    end: int
    from_: date | None
    until: date | None
    standing: Standing = Standing.FREE
    every: Recurring | None = None
    """What comes round again, where the newest one was taken for want of a word about which."""


def read_range(grammar: Grammar, position: int) -> Range | None:
    """The longest date expression that begins here, or None."""
    readings = (_closed(grammar, position), _open(grammar, position), _alone(grammar, position))
    found = max((each for each in readings if each), key=lambda each: each.end, default=None)
    edges = [day for day in (found.from_, found.until) if day] if found else []
    if not all(date(_FIRST_YEAR, 1, 1) <= day <= date(_LAST_YEAR + 1, 1, 1) for day in edges):
        return None
    return found


def _alone(grammar: Grammar, position: int) -> Range | None:
    found = grammar.expression(position)
    span = grammar.span(found.node) if found else None
    if found is None or span is None:
        return None
    every = found.node if isinstance(found.node, Recurring) else None
    return Range(found.end, span.from_, span.until, found.standing, every)


def _closed(grammar: Grammar, position: int) -> Range | None:
    opening = _BETWEEN.match(grammar.text, position)
    first = grammar.expression(opening.end() if opening else position)
    joint = (_AND if opening and opening["between"] else _TO).match(grammar.text, first.end) if first else None
    last = grammar.expression(joint.end()) if joint else None
    if first and not opening and last is None:
        last = _named_together(grammar, first)
    if first is None or last is None or (first.standing & last.standing) == Standing.INNER:
        return None
    if not opening and Standing.INNER in first.standing:
        return None
    spans = _both(grammar, first, last)
    if spans is None:
        return None
    return Range(last.end, spans[0].from_, spans[1].until, last.standing & Standing.NAME)


def _named_together(grammar: Grammar, first: Found) -> Found | None:
    """ "January and February 2018": the year belongs to both."""
    joint = _AND_TOO.match(grammar.text, first.end)
    last = grammar.expression(joint.end()) if joint and isinstance(first.node, Recurring) else None
    together = last and isinstance(last.node, Span) and last.node.grain in ("month", "season")
    return last if together else None


def _both(grammar: Grammar, first: Found, last: Found) -> tuple[Span, Span] | None:
    """The days of both ends. An end that comes round follows the other: "June to August 2019"."""
    start, end = grammar.span(first.node), grammar.span(last.node)
    if start is None or end is None:
        return None
    try:
        if Standing.INNER in last.standing and start.grain == end.grain == "day":
            # "From the third of March to the ninth" ends in the same March.
            end = one_day(next(day for day in _days_from(start.from_) if day.day == end.from_.day))
        elif isinstance(first.node, Recurring) and isinstance(last.node, Span):
            start = first.node.begun(end.from_)
        elif isinstance(last.node, Recurring) and start.grain != "year":
            end = last.node.coming(start.from_ - DAY)
    except (ValueError, OverflowError):
        return None
    return (start, end) if start.from_ < end.until else None


def _days_from(first: date) -> Iterator[date]:
    return (first + number * DAY for number in count())


def _open(grammar: Grammar, position: int) -> Range | None:
    for pattern in (_SINCE, _AFTER, _BEFORE, _UNTIL):
        opening = pattern.match(grammar.text, position)
        found = grammar.expression(opening.end()) if opening else None
        if found is None or not _can_end(grammar, found, pattern):
            continue
        standing = found.standing & Standing.NAME
        if pattern in (_BEFORE, _UNTIL):
            until = _edge(grammar, found, pattern)
            return Range(found.end, None, until, standing) if until else None
        start = _edge(grammar, found, pattern)
        return _closed_later(grammar, Range(found.end, start, None, standing)) if start else None
    opening = re.compile("from |starting (?:from|in|on) ").match(grammar.text, position)
    found = grammar.expression(opening.end() if opening else position)
    onwards = _ONWARDS.match(grammar.text, found.end) if found else None
    span = grammar.span(found.node) if found and onwards else None
    if onwards is None or span is None or (onwards[0] == " on" and not opening):
        return None
    return Range(onwards.end(), span.from_, None)


def _can_end(grammar: Grammar, found: Found, pattern: re.Pattern[str]) -> bool:
    """Whether a range may end here: with "the 4th" or "now" only after "since" and "until"."""
    if Standing.INNER not in found.standing:
        return True
    return (pattern in (_SINCE, _UNTIL) and Standing.NAME in found.standing) or grammar.text.endswith(
        " now", 0, found.end
    )


def _edge(grammar: Grammar, found: Found, pattern: re.Pattern[str]) -> date | None:
    node = found.node
    if pattern is _AFTER and isinstance(node, Recurring):
        try:
            return node.ended(grammar.today).until
        except (ValueError, OverflowError):
            return None
    span = grammar.span(node)
    if span is None:
        return None
    return span.until if pattern in (_AFTER, _UNTIL) else span.from_


def _closed_later(grammar: Grammar, open_: Range) -> Range:
    """ "After 2015 but before 2018" as one range."""
    joint = _BUT_BEFORE.match(grammar.text, open_.end)
    found = grammar.expression(joint.end()) if joint else None
    span = grammar.span(found.node) if found else None
    if joint is None or found is None or span is None or open_.from_ is None:
        return open_
    until = span.from_ if joint["before"] else span.until
    if until <= open_.from_:
        return open_
    return Range(found.end, open_.from_, until, found.standing & Standing.NAME)
