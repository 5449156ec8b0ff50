"""Photos on disk to a catalog; SQLite is the truth."""

from voicephoto.library.catalog import Catalog
from voicephoto.library.images import UnreadablePhoto, load_image
from voicephoto.library.photo import Filter, Photo, Place, Summary
from voicephoto.library.places import Gazetteer
from voicephoto.library.scan import IndexReport, Skipped, index
from voicephoto.library.spelling import fold
from voicephoto.library.trips import latest_trip

__all__ = [
    "Catalog",
    "Filter",
    "Gazetteer",
    "IndexReport",
    "Photo",
    "Place",
    "Skipped",
    "Summary",
    "UnreadablePhoto",
    "fold",
    "index",
    "latest_trip",
    "load_image",
]
