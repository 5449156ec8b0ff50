"""Dates in what people say: which words they are, and which local days they mean."""

from voicephoto.search.dates.relative import find_relative, is_relative
from voicephoto.search.dates.sentences import DateMatch, find_dates
from voicephoto.search.dates.spans import DateRange, ImpossibleDate

__all__ = ["DateMatch", "DateRange", "ImpossibleDate", "find_dates", "find_relative", "is_relative"]
