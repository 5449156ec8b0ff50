"""The whole program over the demonstration's photos, warm."""

from datetime import date
from pathlib import Path

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.demo import build_library
from voicephoto.library import index


def demo(folder: Path) -> Assembly:
    """Build the library in `folder` as it is today, index it, and load every engine."""
    photos = folder / "photos"
    build_library(photos, date.today())
    parts = Assembly(Settings(data=folder / "data"))
    index([photos], parts.catalog, parts.encoder)
    parts.warm_up()
    return parts
