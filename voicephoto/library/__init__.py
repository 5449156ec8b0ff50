"""Photos on disk to a catalog; SQLite is the truth."""

from voicephoto.library.catalog import Catalog
from voicephoto.library.columns import Columns
from voicephoto.library.images import GonePhoto, UnreadablePhoto, load_image, media_type
from voicephoto.library.metadata import read_exposure
from voicephoto.library.photo import Changes, Exposure, Filter, Known, Moment, Photo, Place, Summary
from voicephoto.library.places import Gazetteer
from voicephoto.library.scan import IndexReport, Skipped, index, look_again
from voicephoto.library.spelling import fold, telling_words
from voicephoto.library.thumbnails import SIZES, Original, Thumbnails
from voicephoto.library.trips import latest_trip, trips

__all__ = [
    "SIZES",
    "Catalog",
    "Changes",
    "Columns",
    "Exposure",
    "Filter",
    "Gazetteer",
    "GonePhoto",
    "IndexReport",
    "Known",
    "Moment",
    "Original",
    "Photo",
    "Place",
    "Skipped",
    "Summary",
    "Thumbnails",
    "UnreadablePhoto",
    "fold",
    "index",
    "latest_trip",
    "load_image",
    "look_again",
    "media_type",
    "read_exposure",
    "telling_words",
    "trips",
]
