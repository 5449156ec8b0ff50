"""Taking in models that somebody brought, on a USB stick for instance, to a machine without a network."""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from voicephoto.errors import MissingError, UsageError
from voicephoto.hub.files import ModelFile, pieces, sha256
from voicephoto.hub.manifest import Model
from voicephoto.hub.progress import Count, Progress, counter
from voicephoto.hub.release import Release
from voicephoto.hub.shelf import Shelf, ensure_room, writing


def recognise(directory: Path, names: Collection[str], name: str | None) -> Mapping[str, Path]:
    """Which of the models `names` lie where in `directory`: the folders in it that are called like them, or itself.

    Itself is the model `name`, else the one of its record, else the one it is called like. Raises UsageError where
    nothing is recognised.
    """
    if not directory.is_dir():
        raise UsageError(f"{directory} is no folder; nothing was changed")
    inside = {each: directory / each for each in names if (directory / each).is_dir()}
    if inside:
        return inside
    record = Release.read(directory)
    called = name or (record.model if record else directory.resolve().name)
    if called not in names:
        raise UsageError(
            f"no model is recognised in {directory}; nothing was changed; call its folder like the model, "
            "or say which one it is: voicephoto models import FOLDER NAME"
        )
    return {called: directory}


def take_in(model: Model, source: Path, shelf: Shelf, progress: Progress) -> Path:
    """Copy `model` from the folder `source`, verify the copy, and let it be the model; returns its folder.

    Every byte is verified: against what the manifest pins, else against the record beside the files. Hashes that
    neither of them has are recorded for the future. Raises MissingError for files that are damaged or not there.
    """
    record = Release.read(source)
    if record is None or not record.fits(model):
        found = sorted(path for path in source.rglob("*") if path.is_file())
        files = tuple(ModelFile(path.relative_to(source).as_posix()) for path in found)
        record = Release(model.name, model.source, None, files)
    release = replace(record, model=model.name, files=model.admit(record.files, str(source)))
    staging = shelf.incoming
    shutil.rmtree(staging, ignore_errors=True)
    try:
        with writing(staging):
            fault = release.fault(source)
            if fault is None:
                sized = tuple(replace(file, size=(source / file.name).stat().st_size) for file in release.files)
                release = replace(release, files=sized)
                ensure_room(staging, release.size)
                count = counter(progress, f"copying {model.name}", 0, release.size)
                for file in release.files:
                    _copy(source / file.name, staging / file.name, count)
                fault = release.fault(staging, progress)
            if fault:
                raise MissingError(
                    f"{model.name} in {source} is damaged: {fault}; what is there already is kept; bring it again"
                )
            count = counter(progress, f"verifying {model.name}", 0, release.size)
            known = [replace(file, sha256=file.sha256 or sha256(staging / file.name, count)) for file in release.files]
            replace(release, files=tuple(known)).write(staging)
            return shelf.put(staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _copy(source: Path, target: Path, count: Count) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as copy:
        for piece in pieces(source, count):
            copy.write(piece)
