"""What exactly was published: the record that lies beside a model from its first download on."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from voicephoto.errors import MissingError
from voicephoto.hub.files import ModelFile, damage, may_be_part
from voicephoto.hub.manifest import Model
from voicephoto.hub.progress import Progress, counter

_RECORD = "voicephoto.json"
_COMMIT = re.compile("[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Release:
    """One state of a model: the commit of its `source`, and its files, each with size and hash.

    `commit` is None where the files were brought by hand, without a record of where they come from.
    """

    model: str
    source: str
    commit: str | None
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size or 0 for file in self.files)

    def fits(self, model: Model) -> bool:
        """Whether this is what the manifest has as `model`: its files, what it pins of them, the commit it pins."""
        try:
            files = model.admit(self.files, self.source)
        except MissingError:
            return False
        pinned = model.revision if _COMMIT.fullmatch(model.revision or "") else None
        same_commit = pinned is None or self.commit in (None, pinned)
        return self.source == model.source and len(files) == len(self.files) and same_commit

    def fault(self, folder: Path, progress: Progress | None = None) -> str | None:
        """What is wrong with the files in `folder`, or None; every byte is only read where somebody is told the `progress`."""
        count = counter(progress, f"verifying {self.model}", 0, self.size) if progress else None
        for file in self.files:
            fault = damage(folder / file.name, file, count)
            if fault:
                return f"{file.name} {fault}"
        return None

    def write(self, folder: Path) -> None:
        (folder / _RECORD).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Release | None":
        """The record in `folder`; None where there is none, or where it is not one."""
        try:
            record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            files = tuple(ModelFile(**file) for file in record.pop("files"))
            sound = all(may_be_part(file.name) and isinstance(file.size, int) for file in files)
            return cls(files=files, **record) if sound else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def fault(folder: Path, progress: Progress | None = None) -> str | None:
    """What is wrong with the model in `folder`, by its own record, or None; see `Release.fault`."""
    release = Release.read(folder)
    return release.fault(folder, progress) if release else f"{_RECORD} is missing or damaged"
