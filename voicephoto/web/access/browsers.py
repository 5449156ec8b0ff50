"""The browsers that may use the page, and the codes with which others join them."""

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from voicephoto.errors import MissingError, VoicephotoError, one_line

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of codes: none of its letters and digits looks like another one."""
LETTERS = 8
"""Of a code: 40 bits, of which whoever guesses gets a handful of tries."""
VALID_FOR = timedelta(minutes=10)
WRONG_TRIES = 20
"""After so many wrong codes, no code that was given out counts any more."""

_VERSION = 1
_LONGEST_NAME = 60
_SEEN_EVERY = timedelta(minutes=1)
_BUSY_SECONDS = 5.0
_TABLES = """
CREATE TABLE browsers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL, paired REAL NOT NULL, seen REAL NOT NULL
);
CREATE TABLE invitations (digest BLOB PRIMARY KEY, until REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE address (url TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that was let in."""

    id: int
    name: str
    paired: datetime
    seen: datetime
    """To the minute."""


class Browsers:
    """The paired browsers in the SQLite file `path`, made where absent, which only its owner may read.

    Several processes and threads may use it. It holds what is secret as SHA-256 only: a token has 256 bits, so that
    nobody finds it from there; a code is found, but not before it has expired.

    Times are `now`, or the running clock's. Every method raises VoicephotoError with one line for a file that is
    damaged (it is moved aside, never deleted), locked, of another version, or not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        with self._changing() as connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            elif version != _VERSION:
                raise MissingError(
                    f"the paired browsers in {path} were written by another version of voicephoto; nothing was changed; "
                    "use that version, or move the file away and pair your browsers again"
                )

    def close(self) -> None:
        self._connection.close()

    # Codes

    def invite(self, now: datetime | None = None) -> str:
        """A new code, XXXX-XXXX, that lets one browser in within ten minutes."""
        moment = now or datetime.now()
        code = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
        with self._changing() as connection:
            _expire(connection, moment)
            connection.execute(
                "INSERT INTO invitations (digest, until) VALUES (?, ?)",
                (_digest(code), (moment + VALID_FOR).timestamp()),
            )
        return f"{code[:4]}-{code[4:]}"

    def invites(self, code: str, now: datetime | None = None) -> bool:
        """Whether this code would still let somebody in."""
        with self._reading() as connection:
            [(count,)] = connection.execute(
                "SELECT count(*) FROM invitations WHERE digest = ? AND until > ?",
                (_digest(_bare(code)), (now or datetime.now()).timestamp()),
            )
        return bool(count)

    def admit(self, code: str, name: str, now: datetime | None = None) -> str | None:
        """The token of a new browser, for a code that counts, which is used up with it; None for any other one.

        Case, dashes and spaces of a code do not matter. A wrong one is a try of all that were given out.
        """
        moment, given = now or datetime.now(), _digest(_bare(code))
        with self._changing() as connection:
            _expire(connection, moment)
            digests = [digest for (digest,) in connection.execute("SELECT digest FROM invitations")]
            if not sum(secrets.compare_digest(digest, given) for digest in digests):
                connection.execute("UPDATE invitations SET tries = tries + 1")
                connection.execute("DELETE FROM invitations WHERE tries >= ?", (WRONG_TRIES,))
                return None
            connection.execute("DELETE FROM invitations WHERE digest = ?", (given,))
            token = secrets.token_urlsafe(32)
            connection.execute(
                "INSERT INTO browsers (digest, name, paired, seen) VALUES (?, ?, ?, ?)",
                (_digest(token), one_line(name)[:_LONGEST_NAME], moment.timestamp(), moment.timestamp()),
            )
            return token

    # Browsers

    def who(self, token: str, now: datetime | None = None) -> Browser | None:
        """The browser with this token, None where it is not, or no longer, let in. It is noted that it was seen."""
        moment = now or datetime.now()
        # The digest of a guess tells nothing about the digests here, however long they take to be compared.
        with self._reading() as connection:
            found = connection.execute(f"{_SELECT} WHERE digest = ?", (_digest(token),)).fetchone()
        if found is None:
            return None
        browser = _browser(found)
        if abs(moment - browser.seen) >= _SEEN_EVERY:
            # A full disk is no reason to turn it away.
            with suppress(VoicephotoError), self._changing() as connection:
                connection.execute("UPDATE browsers SET seen = ? WHERE id = ?", (moment.timestamp(), browser.id))
        return browser

    def all(self) -> tuple[Browser, ...]:
        """The browsers that are let in, in the order in which they were."""
        with self._reading() as connection:
            return tuple(_browser(row) for row in connection.execute(f"{_SELECT} ORDER BY id"))

    def revoke(self, id: int) -> None:  # noqa: A002 - it is the browser's id
        """Let it in no more, from now on. Raises VoicephotoError where there is none with this id."""
        with self._changing() as connection:
            if id not in {known for (known,) in connection.execute("SELECT id FROM browsers")}:
                raise VoicephotoError(
                    f"there is no paired browser number {id}; nothing was changed; see voicephoto serve --paired"
                )
            connection.execute("DELETE FROM browsers WHERE id = ?", (id,))

    # Where they find the page

    @property
    def address(self) -> str | None:
        """Where the server last said that other machines find it, such as "https://192.168.1.20:8150"."""
        with self._reading() as connection:
            found = connection.execute("SELECT url FROM address").fetchone()
        return found[0] if found else None

    @address.setter
    def address(self, url: str | None) -> None:
        with self._changing() as connection:
            connection.execute("DELETE FROM address")
            if url is not None:
                connection.execute("INSERT INTO address VALUES (?)", (url,))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._told():
            yield self._connection

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what SQLite and the disk raise into one line; a damaged file is moved aside first."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise VoicephotoError(
                    f"{self.path} is in use by another voicephoto; nothing was changed; try again"
                ) from None
            raise MissingError(
                f"{self.path} cannot be used ({error}); nobody was let in; check its permissions and free space"
            ) from None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            aside = self.path.with_name(f"{self.path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S}{self.path.suffix}")
            with suppress(OSError):
                self.path.rename(aside)
            raise MissingError(
                f"the list of paired browsers {self.path} is damaged; it was kept as {aside.name} and nobody was let in; "
                "start again and pair your browsers anew"
            ) from None
        except OSError as error:
            raise MissingError(
                f"{self.path} cannot be used ({error.strerror}); nobody was let in; name another folder with --data"
            ) from None


_SELECT = "SELECT id, name, paired, seen FROM browsers"


def _browser(row: tuple[int, str, float, float]) -> Browser:
    id_, name, paired, seen = row
    return Browser(id_, name, datetime.fromtimestamp(paired), datetime.fromtimestamp(seen))


def _expire(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("DELETE FROM invitations WHERE until <= ?", (now.timestamp(),))


def _bare(code: str) -> str:
    return "".join(code.upper().replace("-", "").split())


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
