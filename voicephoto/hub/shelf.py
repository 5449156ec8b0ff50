"""Where one model lies on this machine, and how a new state takes the place of an old one."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from voicephoto.errors import MissingError, VoicephotoError
from voicephoto.hub.release import fault


class Shelf:
    """The place of the model `name` in a folder of models.

    It is there entirely or not at all: a new state is gathered beside it in `partial` (downloaded) or `incoming`
    (imported), and takes its place with a rename. `previous` is there for that moment only.
    """

    def __init__(self, models: Path, name: str) -> None:
        self.name = name
        self.folder = models / name
        self.partial = models / f".{name}.part"
        self.incoming = models / f".{name}.import"
        self.previous = models / f".{name}.old"
        self._lock = models / f".{name}.lock"

    @property
    def present(self) -> Path | None:
        """The folder of the model, with every file at its full size; None where it is not there."""
        # The second one counts after a crash between the two renames.
        return next((folder for folder in (self.folder, self.previous) if fault(folder) is None), None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes the model meanwhile; raises VoicephotoError where somebody does.

        The lock goes when its process goes.
        """
        with ExitStack() as stack:
            with writing(self._lock.parent):
                lock = stack.enter_context(self._lock.open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise VoicephotoError(
                    f"another voicephoto is busy with {self.name}; nothing was changed; wait until it is done"
                ) from None
            if self.previous.exists() and not self.folder.exists():
                self.previous.rename(self.folder)
            yield

    def put(self, staging: Path) -> Path:
        """Let what is in `staging` be the model from now on; returns its folder."""
        shutil.rmtree(self.previous, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(self.previous)
        staging.rename(self.folder)
        for rest in (self.previous, self.partial):
            shutil.rmtree(rest, ignore_errors=True)
        return self.folder

    def remove(self) -> int:
        """Remove the model and what was downloaded of it; returns the bytes that are free again.

        Raises MissingError where there is nothing.
        """
        folders = [folder for folder in (self.folder, self.partial, self.incoming, self.previous) if folder.exists()]
        if not folders:
            raise MissingError(f"{self.name} is not on this machine; nothing was changed")
        size = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
        for folder in folders:
            shutil.rmtree(folder)
        return size


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Make `folder`, and say in one line what the disk refuses from then on."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise MissingError(
            f"cannot write into {folder} ({error.strerror or error}); what is there already is kept; "
            "make room or check the permissions, and do it again"
        ) from None


def ensure_room(folder: Path, size: int) -> None:
    """Raises MissingError where `size` more bytes do not fit on the disk of `folder`."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise MissingError(
            f"{size / 1e6:,.0f} MB are needed, and the disk of {folder} has {free / 1e6:,.0f} MB left; "
            "what is there already is kept; make room, or choose another folder with --data"
        )
