"""Words to photos: the query, its dates, the index, the ranking and the cut-off."""

from voicephoto.search.contexts import Floats, Trunk, inputs, split
from voicephoto.search.dates import DateRange, ImpossibleDate, find_dates, is_relative
from voicephoto.search.dates.spans import say as spoken_days
from voicephoto.search.grouping import Hit
from voicephoto.search.index import FlatIndex, VectorIndex, open_index
from voicephoto.search.naming import marks
from voicephoto.search.query import How, Order, PhotoQuery, QueryContext, parse_query, put_right, refine, take_filters
from voicephoto.search.searcher import Results, Searcher
from voicephoto.search.terms import NUMBERS, PHOTOS
from voicephoto.search.wording import USES, Wording

__all__ = [
    "NUMBERS",
    "PHOTOS",
    "USES",
    "DateRange",
    "FlatIndex",
    "Floats",
    "Hit",
    "How",
    "ImpossibleDate",
    "Order",
    "PhotoQuery",
    "QueryContext",
    "Results",
    "Searcher",
    "Trunk",
    "VectorIndex",
    "Wording",
    "find_dates",
    "inputs",
    "is_relative",
    "marks",
    "open_index",
    "parse_query",
    "put_right",
    "refine",
    "split",
    "spoken_days",
    "take_filters",
]
