"""The files of a model: what they are called, how large they are, and how to tell that they are whole."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_SAFE = {".jinja", ".json", ".npz", ".onnx", ".safetensors", ".txt"}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; `size` in bytes, `sha256` and `blob` (git's SHA-1 of a file) as hexadecimal digits.

    None stands for what is not known. A hub states the SHA-256 of its large files and the blob of its small ones.
    """

    name: str
    size: int | None = None
    sha256: str | None = None
    blob: str | None = None


def may_be_part(name: str) -> bool:
    """Whether a model may have a file of that name: inside its folder, and nothing that unpickles when it is read.

    model.bin is CTranslate2's own format; every other .bin is a pickle.
    """
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name
    return inside and (path.suffix in _SAFE or path.name == "model.bin")


def damage(path: Path, file: ModelFile, *, thorough: bool = False) -> str | None:
    """What is wrong with `path` as `file`, or None; only a `thorough` look reads every byte."""
    if not path.is_file():
        return "is missing"
    size = path.stat().st_size
    if file.size not in (None, size):
        return f"has {size:,} bytes instead of {file.size:,}"
    if thorough and file.sha256 is not None and sha256(path) != file.sha256:
        return f"is not what was published: its SHA-256 does not begin with {file.sha256[:12]}"
    if thorough and file.sha256 is None and file.blob is not None and _blob(path) != file.blob:
        return f"is not what was published: its git blob is not {file.blob[:12]}"
    return None


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _blob(path: Path) -> str:
    """The name that git gives to a file's content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as content:
        return hashlib.file_digest(content, lambda: digest).hexdigest()
