"""Photos to talk about, as the catalog knows them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from voicephoto.library import Photo, Place

SORRENTO = Place("Sorrento", "Campania", "Italy", "IT")
AMALFI = Place("Amalfi", "Campania", "Italy", "IT")
NEW_YORK = Place("New York City", "New York", "United States", "US")
LAGOS = Place("Lagos", "Faro", "Portugal", "PT")


def photo(number: int = 1, **known: Any) -> Photo:
    facts: dict[str, Any] = {
        "path": Path(f"/photos/{number}.jpg"), "taken": datetime(2026, 7, 14, 20, 2), "taken_from": "exif", "width": 64,
        "height": 48, "latitude": None, "longitude": None, "place": SORRENTO, "camera": None, "album": None,
        "caption": None, "keywords": (),
    }  # fmt: skip
    return Photo(id=number, **{**facts, **known})
