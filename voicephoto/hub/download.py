"""Downloading a model: only what is missing, verified byte by byte, and then all at once in its place."""

import os
import shutil
from contextlib import suppress
from functools import partial
from itertools import accumulate
from pathlib import Path

from voicephoto.errors import MissingError
from voicephoto.hub.files import ModelFile, damage
from voicephoto.hub.manifest import Model
from voicephoto.hub.progress import Progress, counter
from voicephoto.hub.release import Release
from voicephoto.hub.remote import Remote
from voicephoto.hub.shelf import Shelf, ensure_room, writing


def download(model: Model, shelf: Shelf, endpoint: str | None, progress: Progress) -> Path:
    """The folder of `model`, fetched and verified; raises VoicephotoError where that fails, and keeps what came."""
    remote = Remote(endpoint)
    release = _expected(model, shelf) or remote.release(model)
    staging = shelf.partial
    if Release.read(staging) != release:
        shutil.rmtree(staging, ignore_errors=True)
    starts = list(accumulate((file.size or 0 for file in release.files[:-1]), initial=0))

    def fault(path: Path, file: ModelFile, start: int) -> str | None:
        return damage(path, file, counter(progress, f"verifying {model.name}", start, release.size))

    with writing(staging):
        release.write(staging)
        targets = [staging / file.name for file in release.files]
        for file, target, start in zip(release.files, targets, starts, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            whole = shelf.folder / file.name
            if not target.exists() and fault(whole, file, start) is None:
                # Some file systems have no hard links; then it comes over the network again.
                with suppress(OSError):
                    os.link(whole, target)
        ensure_room(staging, release.size - sum(target.stat().st_size for target in targets if target.exists()))
        for file, target, start in zip(release.files, targets, starts, strict=True):
            have = partial(_add, progress, f"downloading {model.name}", start, release.size)
            remote.fetch(model, release, file, target, have)
            wrong = fault(target, file, start)
            if wrong:
                target.unlink()
                raise MissingError(
                    f"{file.name} of {model.name} {wrong}; it was thrown away, and what is there already is kept; "
                    f"run voicephoto models pull {model.name} again"
                )
        return shelf.put(staging)


def _add(progress: Progress, doing: str, before: int, total: int, have: int) -> None:
    progress(doing, before + have, total)


def _expected(model: Model, shelf: Shelf) -> Release | None:
    """What was recorded when the model was first pulled, or when its interrupted download began."""
    for folder in (shelf.folder, shelf.partial):
        release = Release.read(folder)
        if release and release.commit and release.fits(model):
            return release
    return None
