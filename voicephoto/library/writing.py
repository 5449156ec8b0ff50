"""Photos into the catalog's tables, inside somebody's transaction."""

import json
import os
import re
import sqlite3
from pathlib import Path

from voicephoto.library.photo import Entry, Place
from voicephoto.library.spelling import fold


def encoder_id(connection: sqlite3.Connection, name: str, dimension: int, revision: int) -> int:
    connection.execute("INSERT INTO encoders (name, dimension) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, dimension))
    [id_, known] = connection.execute("SELECT id, dimension FROM encoders WHERE name = ?", (name,)).fetchone()
    if known != dimension:
        void(connection, "encoder_id = ?", (id_,), revision)
        connection.execute("UPDATE encoders SET dimension = ? WHERE id = ?", (dimension, id_))
    return int(id_)


def void(connection: sqlite3.Connection, which: str, values: tuple[int, ...], revision: int) -> None:
    """Forget embeddings, and note it for those who hold copies."""
    connection.execute(f"INSERT INTO gone SELECT photo_id, {revision} FROM embeddings WHERE {which}", values)
    connection.execute(f"DELETE FROM embeddings WHERE {which}", values)


def put_photo(connection: sqlite3.Connection, entry: Entry, revision: int) -> int:
    facts = entry.metadata
    path = os.fsencode(entry.path)
    before = connection.execute("SELECT id, digest FROM photos WHERE path = ?", (path,)).fetchone()
    if before is not None and before[1] != entry.stamp.digest:
        void(connection, "photo_id = ?", (before[0],), revision)
    values = {
        "path": path,
        "size": entry.stamp.size,
        "mtime_ns": entry.stamp.mtime_ns,
        "digest": entry.stamp.digest,
        "taken": facts.taken.isoformat() if facts.taken else None,
        "taken_from": facts.taken_from,
        "width": facts.width,
        "height": facts.height,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "place_id": _place_id(connection, entry.place) if entry.place else None,
        "camera": facts.camera,
        "camera_key": fold(facts.camera) if facts.camera else None,
        "album": entry.album,
        "album_key": fold(entry.album) if entry.album else None,
        "caption": facts.caption,
        "keywords": json.dumps(facts.keywords, ensure_ascii=False),
        "revision": revision,
    }
    columns = ", ".join(values)
    renewed = ", ".join(f"{column} = excluded.{column}" for column in values)
    [id_] = connection.execute(
        f"INSERT INTO photos ({columns}) VALUES ({', '.join('?' * len(values))})"
        f" ON CONFLICT (path) DO UPDATE SET {renewed} RETURNING id",
        tuple(values.values()),
    ).fetchone()
    at = entry.place
    place = " ".join(filter(None, (at.city, at.county, at.region, at.country))) if at else ""
    words = (entry.album, " ".join(facts.keywords), facts.caption, _words_of_name(entry.path), place)
    connection.execute("DELETE FROM words WHERE rowid = ?", (id_,))
    connection.execute(
        "INSERT INTO words (rowid, album, keywords, caption, file_name, place) VALUES (?, ?, ?, ?, ?, ?)",
        (id_, *(fold(text or "") for text in words)),
    )
    return int(id_)


def _words_of_name(path: Path) -> str:
    """A file's name without what cameras call every file: "IMG_2034" says nothing, "anna-garden" does."""
    name = os.fsencode(path.stem).decode("utf-8", "replace")
    return " ".join(word for word in re.split(r"[\W_\d]+", name) if word.lower() not in _CAMERA_NAMES)


_CAMERA_NAMES = frozenset(
    "img dsc dscn dscf pxl mvimg pano p wp imag image photo picture screenshot whatsapp wa gopr dji".split()
)


def _place_id(connection: sqlite3.Connection, place: Place) -> int:
    names = (place.city, place.county, place.region, place.country)
    connection.execute(
        "INSERT INTO places (city, county, region, country, country_code, city_key, county_key, region_key, country_key)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*names, place.country_code, *(fold(name) if name else None for name in names)),
    )
    [id_] = connection.execute(
        "SELECT id FROM places WHERE city IS ? AND county IS ? AND region IS ? AND country IS ? AND country_code IS ?",
        (*names, place.country_code),
    ).fetchone()
    return int(id_)
