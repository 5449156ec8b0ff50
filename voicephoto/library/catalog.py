"""The catalog: one SQLite file that is the truth about the library, embeddings included."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import VoicephotoError
from voicephoto.library import schema
from voicephoto.library.columns import SELECT, Columns, Names
from voicephoto.library.photo import Changes, Entry, Filter, Known, Moment, Photo, Place, Stamp, Summary
from voicephoto.library.spelling import fold, telling_words
from voicephoto.library.writing import encoder_id, put_photo, void

_SELECT = (
    "SELECT photos.id, path, taken, taken_from, width, height, latitude, longitude, place_id,"
    " city, region, country, country_code, county, camera, album, caption, keywords"
    " FROM photos LEFT JOIN places ON places.id = place_id "
)
_ROWS = 20_000
"""Rows of photos, and of embeddings a fifth of it, that are read at once."""


class Catalog:
    """The photos, their embeddings and the words around them, in the SQLite file `path`, made where absent.

    Any thread may use it: each gets its own connection, so a thread sees committed work of the others, and
    its own reads never wait for an index run. Leave the `with` block only when no thread needs it any more.

    Every method raises VoicephotoError with one clear line for a file that is damaged (it is moved aside,
    never deleted), locked by another writer, of another version, or not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # A connection ends with its thread: conversations come and go, each with threads of its own.
        self._connections: WeakKeyDictionary[threading.Thread, sqlite3.Connection] = WeakKeyDictionary()
        self._guard = threading.Lock()
        self._filling = threading.Lock()
        self._columns: tuple[Moment, Columns] | None = None
        self._cameras, self._albums = Names(), Names()
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
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    # Reading

    @property
    def identity(self) -> str:
        """What tells this catalog from every other, also from one made at the same place later."""
        return str(self._read("SELECT identity FROM state")[0][0])

    @property
    def revision(self) -> int:
        """A number that grows with every change; whatever is derived from the catalog compares it."""
        return int(self._read("SELECT revision FROM state")[0][0])

    @property
    def moment(self) -> Moment:
        """The present state; equal to an earlier one where nothing was written since."""
        [(identity, revision, mark)] = self._read(
            "SELECT identity, revision, mark FROM state LEFT JOIN history USING (revision)"
        )
        return Moment(identity, revision, mark)

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
        places: dict[int, Place] = {}
        found = {row[0]: _photo(row, places) for row in rows}
        return tuple(found[id_] for id_ in wanted if id_ in found)

    def files(self, ids: Iterable[int]) -> dict[int, tuple[Path, Stamp]]:
        """Where the files of these photos lie, and how they were when they were read; without photos that are gone."""
        rows = self._read(
            "SELECT id, path, size, mtime_ns, digest FROM photos WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(id_) for id_ in ids]),),
        )
        return {id_: (Path(os.fsdecode(path)), Stamp(*stamp)) for id_, path, *stamp in rows}

    def versions(self, ids: Iterable[int]) -> dict[int, str]:
        """What changes with the content of each of these photos, see `Stamp.version`; without photos that are gone."""
        return {id_: stamp.version for id_, (_, stamp) in self.files(ids).items()}

    def select(self, filter: Filter) -> NDArray[np.int64]:  # noqa: A002 - the field's word
        """Ids of the photos that fulfil the filter, ascending, int64 [n]; not to be written to."""
        fields = self._fields()
        inside, outside = self._place_ids(filter.places), self._place_ids(filter.without_places)
        return fields.select(filter, inside, outside, self._cameras, self._albums)

    def columns(self, ids: NDArray[np.int64]) -> Columns:
        """What filters know of these photos [n], in their order; of one that is gone nothing, whose row is left out."""
        fields = self._fields()
        if not len(fields.ids):
            return fields
        places = np.minimum(np.searchsorted(fields.ids, ids), len(fields.ids) - 1)
        return fields.at(places[fields.ids[places] == ids])

    def count(self, filter: Filter) -> int:  # noqa: A002 - the field's word
        """How many photos fulfil the filter."""
        return len(self.select(filter))

    def worded(self, text: str) -> NDArray[np.int64]:
        """Ids int64 [n] of photos whose album, keywords, caption, file name or place hold every word of `text`.

        Words match by their stem, without case and accents; words of grammar do not count.
        """
        words = telling_words(text)
        if not words:
            return np.empty(0, np.int64)
        quoted = " AND ".join(f'"{word}"' for word in words)
        rows = self._read("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (quoted,))
        return np.fromiter((row[0] for row in rows), np.int64, len(rows))

    def mentions(self, word: str, *, as_keyword: bool = False) -> bool:
        """Whether this word stands beside some photo, or in a keyword of one, so that it may be somebody's name."""
        key = fold(word)
        return key.isalnum() and bool(
            self._read(
                "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (f'{"keywords : " if as_keyword else ""}"{key}"',)
            )
        )

    def find_place(self, name: str) -> str | None:
        """The library's own spelling of a city, county, region or country in it, None where nothing was taken there."""
        key = fold(name)
        rows = self._read(
            "SELECT city, county, region, country, city_key, county_key, region_key, country_key FROM places"
            " WHERE ?1 IN (city_key, county_key, region_key, country_key) AND id IN (SELECT place_id FROM photos) LIMIT 1",
            (key,),
        )
        for row in rows:
            return str(row[row.index(key, 4) - 4])
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
        """Names of this library that people may say, the likeliest first: places, albums and keywords by how many photos
        carry them, and cameras, which nobody calls by their names, after them.

        A photo counts half where it is a year older than the library's newest, a third where it is two; undated ones
        count as ten years old.
        """
        rows = self._read(
            "WITH aged AS MATERIALIZED (SELECT place_id, album, camera, keywords, 1.0 / (1 + coalesce(max(0, (SELECT julianday("
            " max(taken)) FROM photos WHERE taken_from <> 'file') - julianday(taken)) / 365.25, 10)) AS weight FROM photos),"
            " there AS (SELECT city, region, country, sum(weight) AS weight FROM aged JOIN places ON places.id = place_id"
            " GROUP BY place_id),"
            " named AS (SELECT album AS name, weight, 0 AS last FROM aged"
            " UNION ALL SELECT value, weight, 0 FROM aged, json_each(keywords)"
            " UNION ALL SELECT city, weight, 0 FROM there"
            " UNION ALL SELECT region, weight, 0 FROM there"
            " UNION ALL SELECT country, weight, 0 FROM there"
            " UNION ALL SELECT camera, weight, 1 FROM aged)"
            " SELECT name FROM named WHERE name <> '' GROUP BY name ORDER BY min(last), sum(weight) DESC, name"
        )
        return tuple(row[0] for row in rows)

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

    def changes(self, encoder_name: str, since: Moment | None) -> Changes:
        """What changed in one encoder's embeddings since another moment; all of them where that is None or unknown here.

        Embeddings whose bytes are not those of a vector are left out.
        """
        moment = self.moment
        rows = self._read("SELECT id, dimension FROM encoders WHERE name = ?", (encoder_name,))
        encoder, dimension = rows[0] if rows else (0, 0)
        known = since is not None and self._remembers(since)
        after = since.revision if since is not None and known else -1
        gone: list[tuple[Any, ...]] = []
        if known:
            gone = self._read(
                "SELECT photo_id FROM gone WHERE revision > ?1 AND revision <= ?2 UNION SELECT photo_id FROM embeddings"
                " WHERE encoder_id = ?3 AND revision > ?1 AND revision <= ?2 ORDER BY 1",
                (after, moment.revision, encoder),
            )
        ids = np.fromiter((row[0] for row in gone), np.int64, len(gone))
        written = self._written(encoder, dimension, after, moment.revision)
        return Changes(moment, not known, ids, dimension, written)

    def _written(
        self, encoder: int, dimension: int, after: int, until: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Embeddings of the revisions `after` to `until`, in pieces; none is read twice, whoever writes meanwhile."""
        last = (after + 1, 0)
        while True:
            rows = self._read(
                "SELECT photo_id, vector, revision FROM embeddings WHERE encoder_id = ? AND (revision, photo_id) > (?, ?)"
                " AND revision <= ? ORDER BY revision, photo_id LIMIT ?",
                (encoder, *last, until, _ROWS // 5),
            )
            if not rows:
                return
            last = (rows[-1][2], rows[-1][0])
            rows = [row for row in rows if len(row[1]) == 4 * dimension]
            vectors = np.frombuffer(b"".join(row[1] for row in rows), "<f4").reshape(-1, dimension)
            ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
            yield ids, vectors.astype(np.float32, copy=False)

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

    def coverage(self, encoder_name: str) -> tuple[int, int]:
        """How many photos have an embedding of this encoder, and how many there are."""
        [(embedded, photos)] = self._read(
            "SELECT (SELECT count(*) FROM embeddings JOIN encoders ON encoders.id = encoder_id WHERE name = ?),"
            " (SELECT count(*) FROM photos)",
            (encoder_name,),
        )
        return embedded, photos

    def lacking(self, encoder_name: str, after: int, most: int) -> tuple[Known, ...]:
        """The first photos, by id and at most so many, beyond the id `after` that have no embedding of this encoder."""
        rows = self._read(
            "SELECT id, path, size, mtime_ns, digest FROM photos WHERE id > ? AND NOT EXISTS (SELECT 1 FROM embeddings"
            " JOIN encoders ON encoders.id = encoder_id WHERE name = ? AND photo_id = photos.id) ORDER BY id LIMIT ?",
            (after, encoder_name, most),
        )
        return tuple(Known(id_, Path(os.fsdecode(path)), Stamp(*stamp), False) for id_, path, *stamp in rows)

    def unseen(self, encoder_name: str, other: str, without: Iterable[int] = ()) -> int:
        """How many photos have an embedding of the `other` encoder and none of this one, some photos not counting."""
        [(unseen,)] = self._read(
            "SELECT count(*) FROM embeddings AS theirs JOIN encoders ON encoders.id = encoder_id WHERE name = ?"
            " AND photo_id NOT IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM embeddings"
            " JOIN encoders ON encoders.id = encoder_id WHERE name = ? AND photo_id = theirs.photo_id)",
            (other, json.dumps(list(without)), encoder_name),
        )
        return int(unseen)

    def days_in(self, places: Sequence[str]) -> list[date]:
        """The local days of the photos taken in one of the places; a file's own time is no capture."""
        ids = json.dumps(self.select(Filter(places=tuple(places))).tolist())
        rows = self._read(
            "SELECT DISTINCT date(taken) FROM photos WHERE id IN (SELECT value FROM json_each(?)) AND taken_from <> 'file'",
            (ids,),
        )
        return [date.fromisoformat(day) for (day,) in rows if day]

    # Writing

    def put(self, entries: Sequence[Entry], encoder_name: str) -> None:
        """Add photos, or renew those whose path is known, all of them or none.

        What other encoders made of an earlier content is forgotten, and so is everything of this encoder where its
        vectors had another length. A photo whose embedding is no finite numbers counts as not embedded.
        """
        if not entries:
            return
        with self._writing() as (connection, revision):
            encoder = encoder_id(connection, encoder_name, len(entries[0].embedding), revision)
            for entry in entries:
                id_ = put_photo(connection, entry, revision)
                if np.isfinite(entry.embedding).all():
                    vector = np.asarray(entry.embedding, "<f4").tobytes()
                    row = (encoder, id_, vector, revision)
                    connection.execute("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)", row)
                else:
                    void(connection, "photo_id = ? AND encoder_id = ?", (id_, encoder), revision)

    def embed(self, looks: Sequence[tuple[Known, NDArray[np.float32]]], encoder_name: str) -> None:
        """Add finite embeddings [d] of catalogued photos; not of those that were removed or have changed meanwhile."""
        if not looks:
            return
        with self._writing() as (connection, revision):
            encoder = encoder_id(connection, encoder_name, len(looks[0][1]), revision)
            connection.executemany(
                "INSERT OR IGNORE INTO embeddings SELECT ?, id, ?, ? FROM photos WHERE id = ? AND digest = ?",
                [
                    (encoder, np.asarray(vector, "<f4").tobytes(), revision, photo.id, photo.stamp.digest)
                    for photo, vector in looks
                ],
            )

    def move(self, paths: Iterable[tuple[int, Path]]) -> None:
        """Note that photos, by id, lie elsewhere now."""
        with self._writing() as (connection, _):
            connection.executemany(
                "UPDATE photos SET path = ? WHERE id = ?", [(os.fsencode(path), id_) for id_, path in paths]
            )

    def remove(self, ids: Iterable[int]) -> None:
        """Forget photos and their embeddings; the files are not touched."""
        with self._writing() as (connection, revision):
            gone = [(int(id_),) for id_ in ids]
            connection.executemany("INSERT INTO gone VALUES (?, ?)", [(id_, revision) for (id_,) in gone])
            connection.executemany("DELETE FROM words WHERE rowid = ?", gone)
            connection.executemany("DELETE FROM photos WHERE id = ?", gone)

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A transaction, and the revision that it makes."""
        with schema.told(self.path):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("UPDATE state SET revision = revision + 1")
                connection.execute("INSERT INTO history SELECT revision, hex(randomblob(8)) FROM state")
                [revision] = connection.execute("SELECT revision FROM state").fetchone()
                yield connection, revision
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with schema.told(self.path):
            return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        thread = threading.current_thread()
        with self._guard:
            connection = self._connections.get(thread)
        if connection is None:
            connection = schema.connect(self.path)
            with self._guard:
                self._connections[thread] = connection
        return connection

    def _remembers(self, moment: Moment) -> bool:
        """Whether a moment is one that this catalog was in, or is."""
        rows = self._read("SELECT identity, mark FROM state, history WHERE history.revision = ?", (moment.revision,))
        return rows == [(moment.catalog, moment.mark)]

    def _fields(self) -> Columns:
        """What filters ask about, as of now; only what changed since the last time is read."""
        moment = self.moment
        held = self._columns
        if held is not None and held[0] == moment:
            return held[1]
        with self._filling:
            held = self._columns
            if held is not None and not self._remembers(held[0]):
                held = None
            after = held[0].revision if held else -1
            pieces = []
            with schema.told(self.path):
                rows = self._connection().execute(f"{SELECT} WHERE revision > ?", (after,))
                while some := rows.fetchmany(_ROWS):
                    pieces.append(Columns.of(some, self._cameras, self._albums))
            gone = self._read("SELECT photo_id FROM gone WHERE revision > ?", (after,)) if held else []
            changed = [np.fromiter((row[0] for row in gone), np.int64, len(gone)), *(piece.ids for piece in pieces)]
            old = held[1] if held else Columns.of((), self._cameras, self._albums)
            fields = old.renewed(np.concatenate(changed), pieces)
            self._columns = (moment, fields)
        return fields

    def _place_ids(self, names: Sequence[str]) -> list[int]:
        """Numbers of the places whose city, county, region or country has one of these names."""
        if not names:
            return []
        keys = json.dumps([fold(name) for name in names])
        rows = self._read(
            "SELECT places.id FROM places, json_each(?) WHERE value IN (city_key, county_key, region_key, country_key)",
            (keys,),
        )
        return [row[0] for row in rows]

    def _counts(self, column: str) -> dict[str, int]:
        rows = self._read(f"SELECT {column}, count(*) FROM photos WHERE {column} IS NOT NULL GROUP BY 1")
        return _largest_first(dict(rows))


def _photo(row: tuple[Any, ...], places: dict[int, Place]) -> Photo:
    """A photo from a row of _SELECT; `places` are those made so far, by number."""
    (id_, path, taken, taken_from, width, height, latitude, longitude, place_id,
     city, region, country, code, county, camera, album, caption, keywords) = row  # fmt: skip
    if place_id is not None and place_id not in places:
        places[place_id] = Place(city, region, country, code, county)
    return Photo(
        id=id_,
        path=Path(os.fsdecode(path)),
        taken=_time(taken),
        taken_from=taken_from,
        width=width,
        height=height,
        latitude=latitude,
        longitude=longitude,
        place=places.get(place_id),
        camera=camera,
        album=album,
        caption=caption,
        keywords=() if keywords == "[]" else tuple(json.loads(keywords)),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _largest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
