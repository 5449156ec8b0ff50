"""The catalog: one SQLite file that is the truth about the library, embeddings included."""

import json
import os
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import VoicephotoError
from voicephoto.library import schema
from voicephoto.library.photo import Entry, Filter, Known, Photo, Place, Stamp, Summary
from voicephoto.library.spelling import fold

_SELECT = (
    "SELECT photos.id, path, taken, taken_from, width, height, latitude, longitude, place_id,"
    " city, region, country, country_code, camera, album, caption, keywords"
    " FROM photos LEFT JOIN places ON places.id = place_id "
)


class Catalog:
    """The photos, their embeddings and the words around them, in the SQLite file `path`, made where absent.

    Any thread may use it: each gets its own connection, so a thread sees committed work of the others, and
    its own reads never wait for an index run. Leave the `with` block only when no thread needs it any more.

    Every method raises VoicephotoError with one clear line for a file that is damaged (it is moved aside,
    never deleted), locked by another writer, of another version, or not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        with schema.told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            schema.prepare(self._connection(), path)

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
    def identity(self) -> str:
        """What tells this catalog from every other, also from one made at the same place later."""
        return str(self._read("SELECT identity FROM state")[0][0])

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
        rows = self._read(_SELECT + "WHERE photos.id IN (SELECT value FROM json_each(?))", (json.dumps(wanted),))
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

    def worded(self, text: str) -> NDArray[np.int64]:
        """Ids int64 [n] of photos whose album, keywords, caption, file name or place hold every word of `text`.

        Words match by their stem, without case and accents; words of grammar do not count.
        """
        words = [word for word in re.findall(r"\w+", fold(text)) if word not in _GRAMMAR]
        if not words:
            return np.empty(0, np.int64)
        quoted = " AND ".join(f'"{word}"' for word in words)
        rows = self._read("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (quoted,))
        return np.fromiter((row[0] for row in rows), np.int64, len(rows))

    def find_place(self, name: str) -> str | None:
        """The library's own spelling of a city, region or country in it, None where nothing was taken there."""
        key = fold(name)
        rows = self._read(
            "SELECT city, region, country, city_key, region_key, country_key FROM places"
            " WHERE ?1 IN (city_key, region_key, country_key) AND id IN (SELECT place_id FROM photos) LIMIT 1",
            (key,),
        )
        for *names, city, region, country in rows:
            return str(names[(city, region, country).index(key)])
        return None

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

    def known(self, encoder_name: str) -> tuple[Known, ...]:
        """What is catalogued, for comparison with the files."""
        rows = self._read(
            "SELECT photos.id, path, size, mtime_ns, digest, embeddings.photo_id IS NOT NULL FROM photos"
            " LEFT JOIN encoders ON name = ?"
            " LEFT JOIN embeddings ON embeddings.photo_id = photos.id AND encoder_id = encoders.id ORDER BY path",
            (encoder_name,),
        )
        return tuple(
            Known(id_, Path(os.fsdecode(path)), Stamp(size, mtime_ns, digest), bool(embedded))
            for id_, path, size, mtime_ns, digest, embedded in rows
        )

    def days_in(self, places: Sequence[str]) -> list[date]:
        """The local days of the photos taken in one of the places; a file's own time is no capture."""
        where, values = _condition(Filter(places=tuple(places)))
        rows = self._read(f"SELECT DISTINCT date(taken) FROM photos WHERE {where} AND taken_from <> 'file'", values)
        return [date.fromisoformat(day) for (day,) in rows if day]

    # Writing

    def put(self, entries: Sequence[Entry], encoder_name: str) -> None:
        """Add photos, or renew those whose path is known, all of them or none."""
        if not entries:
            return
        with self._writing() as connection:
            dimension = len(entries[0].embedding)
            connection.execute(
                "INSERT INTO encoders (name, dimension) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (encoder_name, dimension),
            )
            [encoder] = connection.execute("SELECT id FROM encoders WHERE name = ?", (encoder_name,)).fetchone()
            for entry in entries:
                id_ = _put_photo(connection, entry)
                vector = np.asarray(entry.embedding, "<f4").tobytes()
                connection.execute("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", (encoder, id_, vector))

    def move(self, paths: Iterable[tuple[int, Path]]) -> None:
        """Note that photos, by id, lie elsewhere now."""
        with self._writing() as connection:
            connection.executemany(
                "UPDATE photos SET path = ? WHERE id = ?", [(os.fsencode(path), id_) for id_, path in paths]
            )

    def remove(self, ids: Iterable[int]) -> None:
        """Forget photos and their embeddings; the files are not touched."""
        with self._writing() as connection:
            gone = [(id_,) for id_ in ids]
            connection.executemany("DELETE FROM words WHERE rowid = ?", gone)
            connection.executemany("DELETE FROM photos WHERE id = ?", gone)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with schema.told(self.path):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("UPDATE state SET revision = revision + 1")
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with schema.told(self.path):
            return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = schema.connect(self.path)
            with self._guard:
                self._connections.append(connection)
        return connection

    def _counts(self, column: str) -> dict[str, int]:
        rows = self._read(f"SELECT {column}, count(*) FROM photos WHERE {column} IS NOT NULL GROUP BY 1")
        return _largest_first(dict(rows))


_GRAMMAR = frozenset("a an and are at by for from in is it of on or the to with my our some any all".split())


def _put_photo(connection: sqlite3.Connection, entry: Entry) -> int:
    facts = entry.metadata
    values = {
        "path": os.fsencode(entry.path),
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
    }
    columns = ", ".join(values)
    renewed = ", ".join(f"{column} = excluded.{column}" for column in values)
    [id_] = connection.execute(
        f"INSERT INTO photos ({columns}) VALUES ({', '.join('?' * len(values))})"
        f" ON CONFLICT (path) DO UPDATE SET {renewed} RETURNING id",
        tuple(values.values()),
    ).fetchone()
    place = " ".join(filter(None, (entry.place.city, entry.place.region, entry.place.country))) if entry.place else ""
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
    names = (place.city, place.region, place.country)
    connection.execute(
        "INSERT INTO places (city, region, country, country_code, city_key, region_key, country_key)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*names, place.country_code, *(fold(name) if name else None for name in names)),
    )
    [id_] = connection.execute(
        "SELECT id FROM places WHERE city IS ? AND region IS ? AND country IS ? AND country_code IS ?",
        (*names, place.country_code),
    ).fetchone()
    return int(id_)


def _condition(filter: Filter) -> tuple[str, list[Any]]:  # noqa: A002 - the field's word
    """The filter as an SQL condition over `photos` and its values."""
    parts: list[str] = []
    values: list[Any] = []

    def add(condition: str, *given: Any) -> None:
        parts.append(condition)
        values.extend(given)

    if filter.from_ is not None:
        add("taken_from <> 'file' AND taken >= ?", filter.from_.isoformat())
    if filter.until is not None:
        add("taken_from <> 'file' AND taken < ?", filter.until.isoformat())
    inside = "place_id IN (SELECT id FROM places WHERE {0} IN (city_key, region_key, country_key))"
    if filter.places:
        add("(" + " OR ".join([inside.format("?")] * len(filter.places)) + ")", *map(fold, filter.places))
    for place in filter.without_places:
        add(f"ifnull(NOT {inside.format('?')}, 1)", fold(place))
    if filter.camera is not None:
        add("' ' || camera_key || ' ' LIKE ? ESCAPE '\\'", f"% {_literal(fold(filter.camera))} %")
    if filter.album is not None:
        add("album_key = ?", fold(filter.album))
    if filter.orientation is not None:
        add(
            {"portrait": "height > width", "landscape": "width > height", "square": "width = height"}[
                filter.orientation
            ]
        )
    if filter.ids is not None:
        add("photos.id IN (SELECT value FROM json_each(?))", json.dumps(filter.ids))
    return " AND ".join(parts) or "1", values


def _literal(text: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", text)


def _photo(row: tuple[Any, ...]) -> Photo:
    (id_, path, taken, taken_from, width, height, latitude, longitude, place_id,
     city, region, country, code, camera, album, caption, keywords) = row  # fmt: skip
    return Photo(
        id=id_,
        path=Path(os.fsdecode(path)),
        taken=_time(taken),
        taken_from=taken_from,
        width=width,
        height=height,
        latitude=latitude,
        longitude=longitude,
        place=None if place_id is None else Place(city, region, country, code),
        camera=camera,
        album=album,
        caption=caption,
        keywords=tuple(json.loads(keywords)),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _largest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
