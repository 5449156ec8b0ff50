"""The files of a model: what they are called, how large they are, and how to tell that they are whole."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voicephoto.hub.progress import Count

_AT_ONCE = 2**20
"""Bytes."""
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


def damage(path: Path, file: ModelFile, count: Count | None = None) -> str | None:
    """What is wrong with `path` as `file`, or None; every byte is only read where there is a `count`, which is told of them."""
    if not path.is_file():
        return "is missing"
    size = path.stat().st_size
    if file.size not in (None, size):
        return f"has {size:,} bytes instead of {file.size:,}"
    if count is None:
        return None
    if file.sha256 is not None and sha256(path, count) != file.sha256:
        return f"is not what was published: its SHA-256 does not begin with {file.sha256[:12]}"
    if file.sha256 is None and file.blob is not None and _blob(path, count) != file.blob:
        return f"is not what was published: its git blob is not {file.blob[:12]}"
    return None


def pieces(path: Path, count: Count) -> Iterator[bytes]:
    """A file, piece by piece; `count` is told of each when the next one is asked for."""
    with path.open("rb") as content:
        while piece := content.read(_AT_ONCE):
            yield piece
            count(len(piece))


def sha256(path: Path, count: Count) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    for piece in pieces(path, count):
        digest.update(piece)
    return digest.hexdigest()


def _blob(path: Path, count: Count) -> str:
    """The name that git gives to a file's content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    for piece in pieces(path, count):
        digest.update(piece)
    return digest.hexdigest()
