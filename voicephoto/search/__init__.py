"""Words to photos: the query, its dates, the index, the ranking and the cut-off."""

from voicephoto.search.dates import DateRange, ImpossibleDate, find_dates
from voicephoto.search.grouping import Hit
from voicephoto.search.index import FlatIndex, VectorIndex, open_index
from voicephoto.search.query import How, PhotoQuery, QueryContext, parse_query, refine
from voicephoto.search.searcher import Results, Searcher
from voicephoto.search.wording import NUMBERS

__all__ = [
    "NUMBERS",
    "DateRange",
    "FlatIndex",
    "Hit",
    "How",
    "ImpossibleDate",
    "PhotoQuery",
    "QueryContext",
    "Results",
    "Searcher",
    "VectorIndex",
    "find_dates",
    "open_index",
    "parse_query",
    "refine",
]
