"""The tables of the catalog, and how it is opened."""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from voicephoto.errors import MissingError, VoicephotoError

VERSION = 3
BUSY_SECONDS = 10.0
"""How long a writer waits for another one. Readers never wait: the journal is a write-ahead log."""

_TABLES = """
CREATE TABLE state (identity TEXT NOT NULL, revision INTEGER NOT NULL);
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    city TEXT, region TEXT, country TEXT, country_code TEXT,
    city_key TEXT, region_key TEXT, country_key TEXT, county TEXT, county_key TEXT
);
CREATE UNIQUE INDEX places_whole ON places (
    ifnull(city, ''), ifnull(county, ''), ifnull(region, ''), ifnull(country, ''), ifnull(country_code, '')
);
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest BLOB NOT NULL,
    taken TEXT, taken_from TEXT,
    width INTEGER NOT NULL, height INTEGER NOT NULL,
    latitude REAL, longitude REAL, place_id INTEGER REFERENCES places (id),
    camera TEXT, camera_key TEXT, album TEXT, album_key TEXT,
    caption TEXT, keywords TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX photos_taken ON photos (taken);
CREATE INDEX photos_place ON photos (place_id);
CREATE INDEX photos_album ON photos (album_key);
CREATE INDEX photos_digest ON photos (digest);
CREATE VIRTUAL TABLE words USING fts5 (
    album, keywords, caption, file_name, place, tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE TABLE encoders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL);
CREATE TABLE embeddings (
    encoder_id INTEGER NOT NULL REFERENCES encoders (id),
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    UNIQUE (encoder_id, photo_id)
);
CREATE INDEX embeddings_photo ON embeddings (photo_id);
"""

# What was written when, so that a copy of the catalog's contents need only take in what changed since it was made.
# Photos that are `gone` have left the catalog, or embeddings of theirs have.
_HISTORY = """
CREATE TABLE history (revision INTEGER PRIMARY KEY, mark TEXT NOT NULL);
CREATE TABLE gone (photo_id INTEGER NOT NULL, revision INTEGER NOT NULL);
CREATE INDEX gone_revision ON gone (revision);
CREATE INDEX photos_revision ON photos (revision);
CREATE INDEX embeddings_revision ON embeddings (encoder_id, revision, photo_id);
INSERT INTO history SELECT revision, hex(randomblob(8)) FROM state;
"""

# From each earlier version to the next, in place: nothing is lost.
_STEPS = {
    1: """
ALTER TABLE photos ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE embeddings ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
"""
    + _HISTORY,
    # Which county a photo was taken in is found out when its folder is indexed again: it looks as if it had changed.
    2: """
ALTER TABLE places ADD COLUMN county TEXT;
ALTER TABLE places ADD COLUMN county_key TEXT;
DROP INDEX places_whole;
CREATE UNIQUE INDEX places_whole ON places (
    ifnull(city, ''), ifnull(county, ''), ifnull(region, ''), ifnull(country, ''), ifnull(country_code, '')
);
UPDATE photos SET mtime_ns = -1 WHERE place_id IS NOT NULL;
""",
}


def connect(path: Path) -> sqlite3.Connection:
    """A connection for one thread, in which nothing is written until a transaction begins."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables where there are none, and those of an earlier version what they are in this one.

    Raises MissingError for a catalog of a later version, and for another program's file.
    """
    # Looking first takes no lock, so that opening a catalog never waits for whoever writes in it.
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if tables and "state" not in tables:
        raise MissingError(
            f"the file {path} is the database of another program; it was left as it is; "
            "move it away or name another folder with --data"
        )
    # An embedding of two thousand bytes fills half of a usual page and leaves the rest empty.
    connection.execute("PRAGMA page_size = 8192")
    _write_ahead(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            _run(connection, _TABLES)
            connection.execute("INSERT INTO state VALUES (?, 0)", (uuid.uuid4().hex,))
            _run(connection, _HISTORY)
        elif version in _STEPS:
            for step in range(version, VERSION):
                _run(connection, _STEPS[step])
        elif version != VERSION:
            raise MissingError(
                f"the catalog {path} was made by another version of voicephoto (format {version}, this one knows "
                f"{VERSION}); it was left as it is; use that version or name another folder with --data"
            )
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _write_ahead(connection: sqlite3.Connection) -> None:
    # SQLite does not wait by itself while another connection changes the mode of the same new file.
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _run(connection: sqlite3.Connection, statements: str) -> None:
    """One by one, for `executescript` would commit first."""
    for statement in statements.split(";\n"):
        connection.execute(statement)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into one line; a damaged catalog is moved aside first, never deleted."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = str(error)
        if "locked" in reason:
            raise VoicephotoError(
                f"the catalog {path} is in use by another voicephoto; nothing was changed; try again when it is done"
            ) from None
        if "malformed" in reason:
            raise _set_aside(path) from None
        raise MissingError(
            f"the catalog {path} cannot be used ({reason}); nothing was changed; check the folder's permissions and "
            "free space, or name another one with --data"
        ) from None
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise _set_aside(path) from None
    except OSError as error:
        raise MissingError(
            f"the catalog {path} cannot be used ({error.strerror}); nothing was changed; name another folder with --data"
        ) from None


def _set_aside(path: Path) -> MissingError:
    aside = path.with_name(f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S}{path.suffix}")
    try:
        path.rename(aside)
        # The journal holds what was not yet written into the file: it is kept with it, and no new catalog may read it.
        for ending in ("-wal", "-shm"):
            journal = path.with_name(path.name + ending)
            if journal.exists():
                journal.rename(aside.with_name(aside.name + ending))
    except OSError:
        return MissingError(
            f"the catalog {path} is damaged; your photos are untouched; move it away and index your folders again"
        )
    return MissingError(
        f"the catalog {path} is damaged; it was kept as {aside.name} and your photos are untouched; "
        "run voicephoto index on your folders again"
    )
