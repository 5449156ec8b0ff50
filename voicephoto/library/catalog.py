"""The catalog: one SQLite file that is the truth about the library, embeddings included."""

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import VoicephotoError
from voicephoto.library.photo import Filter, Photo, Place, Summary
from voicephoto.library.spelling import fold

SCHEMA_VERSION = 1
BUSY_SECONDS = 10.0
"""How long a writer waits for another one. Readers never wait: the journal is a write-ahead log."""

_SCHEMA = """
CREATE TABLE state (revision INTEGER NOT NULL);
INSERT INTO state VALUES (0);
CREATE TABLE roots (path BLOB PRIMARY KEY, device INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    city TEXT, region TEXT, country TEXT, country_code TEXT,
    city_key TEXT, region_key TEXT, country_key TEXT
);
CREATE UNIQUE INDEX places_whole ON places (
    ifnull(city, ''), ifnull(region, ''), ifnull(country, ''), ifnull(country_code, '')
);
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest BLOB NOT NULL,
    taken TEXT, taken_from TEXT,
    width INTEGER NOT NULL, height INTEGER NOT NULL,
    latitude REAL, longitude REAL, place_id INTEGER REFERENCES places (id),
    camera TEXT, camera_key TEXT, album TEXT, album_key TEXT,
    caption TEXT, keywords TEXT NOT NULL
);
CREATE INDEX photos_taken ON photos (taken);
CREATE INDEX photos_place ON photos (place_id);
CREATE INDEX photos_album ON photos (album_key);
CREATE INDEX photos_digest ON photos (digest);
CREATE VIRTUAL TABLE words USING fts5 (
    album, keywords, caption, file_name, place, tokenize = "unicode61 remove_diacritics 2"
);
CREATE TABLE encoders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL);
CREATE TABLE embeddings (
    encoder_id INTEGER NOT NULL REFERENCES encoders (id),
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    UNIQUE (encoder_id, photo_id)
);
CREATE INDEX embeddings_photo ON embeddings (photo_id);
"""

_SELECT = (
    "SELECT photos.id, path, taken, taken_from, width, height, latitude, longitude, place_id,"
    " city, region, country, country_code, camera, album, caption, keywords"
    " FROM photos LEFT JOIN places ON places.id = place_id "
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file is recognised again."""

    size: int
    """Bytes."""
    mtime_ns: int
    digest: bytes
    """Of the content."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an index run wants to know of a photo that is catalogued already."""

    id: int
    path: Path
    stamp: Stamp
    album: str | None
    embedded: bool
    """Whether there is an embedding of the encoder in question."""


class Catalog:
    """The photos, their embeddings and the words around them, in the SQLite file `path`, made where absent.

    Any thread may use it: each gets its own connection, so a thread sees committed work of the others, and
    its own reads never wait for an index run. Leave the `with` block only when no thread needs it any more.

    Every method raises VoicephotoError with one clear line for a file that is damaged (it is moved aside,
    never deleted), locked by another writer for BUSY_SECONDS, of another version, or not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(self._connection())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    # Reading

    @property
    def revision(self) -> int:
        """A number that grows with every change; whatever is derived from the catalog compares it."""
        return int(self._read("SELECT revision FROM state")[0][0])

    def photo(self, id: int) -> Photo:  # noqa: A002 - it is the photo's id
        """The photo with this id. Raises VoicephotoError where there is none (it may have been removed)."""
        found = self.photos((id,))
        if not found:
            raise VoicephotoError(f"the photo number {id} is not in the catalog (any more); search again")
        return found[0]

    def photos(self, ids: Iterable[int]) -> tuple[Photo, ...]:
        """The photos in the order of `ids`; those that are gone are left out."""
        wanted = [int(id_) for id_ in ids]
        rows = self._read(
            _SELECT + "WHERE photos.id IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
        )
        found = {row[0]: _photo(row) for row in rows}
        return tuple(found[id_] for id_ in wanted if id_ in found)

    def select(self, filter: Filter) -> NDArray[np.int64]:  # noqa: A002 - the field's word
        """Ids of the photos that fulfil the filter, ascending, int64 [n]."""
        where, values = _condition(filter)
        rows = self._read(f"SELECT photos.id FROM photos WHERE {where} ORDER BY photos.id", values)
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def count(self, filter: Filter) -> int:  # noqa: A002 - the field's word
        """How many photos fulfil the filter."""
        where, values = _condition(filter)
        return int(self._read(f"SELECT count(*) FROM photos WHERE {where}", values)[0][0])

    def matching(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Photos whose album, keywords, caption, file name or place have any of the words.

        Ids int64 [n] and BM25 scores float32 [n], best first, higher is better. Words match whole, without
        case and accents; a word with a space matches as a phrase.
        """
        quoted = [f'"{word}"' for word in (text.replace('"', " ").strip() for text in words) if word]
        if not quoted:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows = self._read(
            "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank, rowid", (" OR ".join(quoted),)
        )
        return (
            np.fromiter((row[0] for row in rows), np.int64, len(rows)),
            np.fromiter((row[1] for row in rows), np.float32, len(rows)),
        )

    def summary(self) -> Summary:
        """Counts and dates over the whole library."""
        [(photos, earliest, latest, located, southern)] = self._read(
            "SELECT count(*), min(taken) FILTER (WHERE taken_from <> 'file'),"
            " max(taken) FILTER (WHERE taken_from <> 'file'), count(latitude),"
            " count(*) FILTER (WHERE latitude < 0) FROM photos"
        )
        places: dict[str, int] = {}
        for city, region, country, code, number in self._read(
            "SELECT city, region, country, country_code, count(*) FROM photos"
            " JOIN places ON places.id = place_id GROUP BY place_id"
        ):
            name = Place(city, region, country, code).name
            places[name] = places.get(name, 0) + number
        return Summary(
            photos=photos,
            earliest=_time(earliest),
            latest=_time(latest),
            places=_largest_first(places),
            albums=self._counts("album"),
            cameras=self._counts("camera"),
            located=located,
            southern=southern,
        )

    def names(self) -> tuple[str, ...]:
        """Names of this library that people may say: places, albums, cameras and keywords, sorted."""
        rows = self._read(
            "SELECT city FROM places WHERE id IN (SELECT place_id FROM photos)"
            " UNION SELECT region FROM places WHERE id IN (SELECT place_id FROM photos)"
            " UNION SELECT country FROM places WHERE id IN (SELECT place_id FROM photos)"
            " UNION SELECT album FROM photos UNION SELECT camera FROM photos"
            " UNION SELECT value FROM photos, json_each(photos.keywords)"
        )
        return tuple(sorted(row[0] for row in rows if row[0]))

    def embeddings(self, encoder_name: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids int64 [n], ascending, and vectors float32 [n, d] of one encoder; [0, 0] where it has none."""
        rows = self._read(
            "SELECT photo_id, vector, dimension FROM embeddings JOIN encoders ON encoders.id = encoder_id"
            " WHERE name = ? ORDER BY photo_id",
            (encoder_name,),
        )
        if not rows:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
        return ids, vectors.reshape(len(rows), rows[0][2]).astype(np.float32, copy=False)

    def known(self, encoder_name: str, dimension: int, root: Path | None = None) -> tuple[Known, ...]:
        """What is catalogued (below `root`), for comparison with the files."""
        rows = self._read(
            "SELECT photos.id, path, size, mtime_ns, digest, album, embeddings.photo_id FROM photos"
            " LEFT JOIN encoders ON name = ? AND dimension = ?"
            " LEFT JOIN embeddings ON embeddings.photo_id = photos.id AND encoder_id = encoders.id"
            " WHERE ? IS NULL OR substr(path, 1, length(?2 + 0 || '')) IS NOT NULL ORDER BY path",
            (encoder_name, dimension, None),
        )
        found = (
            Known(id_, Path(os.fsdecode(path)), Stamp(size, mtime_ns, digest), album, embedded is not None)
            for id_, path, size, mtime_ns, digest, album, embedded in rows
        )
        return tuple(photo for photo in found if root is None or root in photo.path.parents)
