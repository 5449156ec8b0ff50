"""The list of models the program knows, and where each lies on disk."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from voicephoto.errors import MissingError

_PACKAGE = Path(__file__).resolve().parent.parent
_SHIPPED = (_PACKAGE / "models", _PACKAGE.parent / "models")
"""Inside an installed wheel, or beside the package in a checkout."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; `size` in bytes, `sha256` as hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the manifest; `source` says where its weights come from."""

    name: str
    kind: str
    licence: str
    source: str
    files: tuple[ModelFile, ...]


def manifest() -> tuple[Model, ...]:
    """Read models/manifest.toml; raises MissingError where it is not what it should be."""
    path = _shipped("manifest.toml")
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
        return tuple(
            Model(
                name=entry["name"],
                kind=entry["kind"],
                licence=entry["licence"],
                source=entry["source"],
                files=tuple(ModelFile(**file) for file in entry["files"]),
            )
            for entry in entries
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MissingError(
            f"the list of models {path} is damaged ({type(error).__name__}); your photos and catalog are untouched; "
            "install voicephoto again to get it back"
        ) from None


def locate(name: str) -> Path:
    """The folder of the shipped model `name`, with every file there at its full size.

    Raises MissingError naming the file that is missing or cut short.
    """
    model = next(model for model in manifest() if model.name == name)
    folder = _shipped(name)
    for file in model.files:
        path = folder / file.name
        if not path.is_file():
            raise MissingError(
                f"the {name} model is not complete: {path} is missing; your photos and catalog are untouched; "
                "install voicephoto again to get it back"
            )
        size = path.stat().st_size
        if size != file.size:
            raise MissingError(
                f"the {name} model is damaged: {path} has {size:,} bytes instead of {file.size:,}; "
                "your photos and catalog are untouched; install voicephoto again to get it back"
            )
    return folder


def _shipped(name: str) -> Path:
    for folder in _SHIPPED:
        if (folder / name).exists():
            return folder / name
    raise MissingError(
        f"the models that ship with voicephoto are missing ({_SHIPPED[-1] / name}); "
        "your photos and catalog are untouched; install voicephoto again"
    )
