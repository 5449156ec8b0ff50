"""Downloading a model: only what is missing, verified byte by byte, and then all at once in its place."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from voicephoto.errors import MissingError
from voicephoto.hub.files import damage
from voicephoto.hub.manifest import Model
from voicephoto.hub.release import Release
from voicephoto.hub.remote import Remote
from voicephoto.hub.shelf import Shelf, ensure_room, writing

Progress = Callable[[int, int], None]
"""Is told (bytes that are there, bytes of the whole model)."""


def download(model: Model, shelf: Shelf, endpoint: str | None, progress: Progress) -> Path:
    """The folder of `model`, fetched and verified; raises VoicephotoError where that fails, and keeps what came."""
    remote = Remote(endpoint)
    release = _expected(model, shelf) or remote.release(model)
    staging = shelf.partial
    if Release.read(staging) != release:
        shutil.rmtree(staging, ignore_errors=True)
    with writing(staging):
        release.write(staging)
        targets = [staging / file.name for file in release.files]
        for file, target in zip(release.files, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            whole = shelf.folder / file.name
            if not target.exists() and damage(whole, file, thorough=True) is None:
                # Some file systems have no hard links; then it comes over the network again.
                with suppress(OSError):
                    os.link(whole, target)
        ensure_room(staging, release.size - sum(target.stat().st_size for target in targets if target.exists()))
        done = 0
        for file, target in zip(release.files, targets, strict=True):
            remote.fetch(model, release, file, target, partial(_add, progress, done, release.size))
            fault = damage(target, file, thorough=True)
            if fault:
                target.unlink()
                raise MissingError(
                    f"{file.name} of {model.name} {fault}; it was thrown away, and what is there already is kept; "
                    f"run voicephoto models pull {model.name} again"
                )
            done += file.size or 0
        return shelf.put(staging)


def _add(progress: Progress, before: int, total: int, have: int) -> None:
    progress(before + have, total)


def _expected(model: Model, shelf: Shelf) -> Release | None:
    """What was recorded when the model was first pulled, or when its interrupted download began."""
    for folder in (shelf.folder, shelf.partial):
        release = Release.read(folder)
        if release and release.commit and release.fits(model):
            return release
    return None
