"""The list of models the program knows, and where those that ship with it lie."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from voicephoto.errors import MissingError
from voicephoto.hub.files import ModelFile, damage, may_be_part

_PACKAGE = Path(__file__).resolve().parent.parent
_SHIPPED = (_PACKAGE / "models", _PACKAGE.parent / "models")
"""Inside an installed wheel, or beside the package in a checkout."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the manifest.

    `source` is its repository on the hub, where its files lie in `subfolder`; a model without a `revision` ships with
    voicephoto, and `source` is its folder there. `memory_mb` is a rough need, `hardware` what it is meant for: "cpu",
    "gpu" or both.
    """

    name: str
    kind: str
    licence: str
    source: str
    files: tuple[ModelFile, ...]
    revision: str | None = None
    subfolder: str = ""
    about: str = ""
    languages: tuple[str, ...] = ()
    hardware: tuple[str, ...] = ()
    memory_mb: int = 0
    size_mb: int = 0

    @property
    def ships(self) -> bool:
        """Whether it is a part of voicephoto, and so neither pulled nor removed."""
        return self.revision is None

    @property
    def size(self) -> int:
        """Bytes of all its files; a round number where the manifest does not know each of them."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else self.size_mb * 1_000_000

    def admit(self, stated: Iterable[ModelFile], where: str) -> tuple[ModelFile, ...]:
        """Those files of `stated`, found at `where`, that the manifest names, held to what it pins.

        A name with a * in the manifest takes every file of that form beside the others, even none. Raises MissingError
        where a file is missing, or has another size or hash than the pinned one.
        """
        known = {file.name: file for file in stated}
        admitted: dict[str, ModelFile] = {}
        for pinned in self.files:
            fits = [name for name in known if "/" not in name and fnmatchcase(name, pinned.name)]
            names = fits if "*" in pinned.name else [pinned.name]
            for name in names:
                if name not in known:
                    raise MissingError(f"{where} has no {name}, which {self.name} needs; nothing was changed")
                file = known[name]
                held = replace(file, size=pinned.size or file.size, sha256=pinned.sha256 or file.sha256)
                if file.size not in (None, held.size) or file.sha256 not in (None, held.sha256):
                    raise MissingError(
                        f"{where} has another {name} than the one that is known for {self.name}; "
                        "it was refused and nothing was changed; a newer voicephoto may know it"
                    )
                admitted.setdefault(name, held)
        return tuple(admitted.values())


def manifest() -> tuple[Model, ...]:
    """Every model of models/manifest.toml; raises MissingError where that is not what it should be."""
    return _read()[0]


def profiles() -> Mapping[str, tuple[str, ...]]:
    """The names of the models that go together, by the name of the profile: small, full, best."""
    return _read()[1]


def _read() -> tuple[tuple[Model, ...], Mapping[str, tuple[str, ...]]]:
    path = _shipped("manifest.toml")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        models = tuple(_model(**entry) for entry in content["model"])
        together = {name: tuple(names) for name, names in content.get("profiles", {}).items()}
        strangers = {name for names in together.values() for name in names} - {model.name for model in models}
        if strangers:
            raise ValueError(f"profiles with models that are not there: {strangers}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MissingError(
            f"the list of models {path} is damaged ({type(error).__name__}); your photos and catalog are untouched; "
            "install voicephoto again to get it back"
        ) from None
    return models, together


def _model(files: list[dict[str, Any]], **entry: Any) -> Model:
    parts = tuple(ModelFile(**file) for file in files)
    for part in parts:
        if not may_be_part(part.name):
            raise ValueError(f"{part.name} cannot be a file of a model")
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return Model(files=parts, **{**entry, **lists})


def locate(name: str) -> Path:
    """The folder of the shipped model `name`, with every file there at its full size.

    Raises MissingError naming the file that is missing or cut short.
    """
    model = next(model for model in manifest() if model.name == name)
    folder = _shipped(name)
    for file in model.files:
        fault = damage(folder / file.name, file)
        if fault:
            raise MissingError(
                f"the {name} model is damaged: {folder / file.name} {fault}; your photos and catalog are untouched; "
                "install voicephoto again to get it back"
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
