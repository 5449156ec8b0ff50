"""The models of this machine: which there are, and bringing, checking and removing them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from voicephoto.errors import MissingError, UsageError
from voicephoto.hub.download import download
from voicephoto.hub.importing import recognise, take_in
from voicephoto.hub.manifest import Model, locate, manifest, profiles
from voicephoto.hub.progress import Progress, untold
from voicephoto.hub.release import Release, fault
from voicephoto.hub.shelf import Shelf


class Hub:
    """The models in `folder`, each in a folder of its own name, and those that ship with voicephoto.

    They are pulled from `endpoint`, which is huggingface_hub's own (HF_ENDPOINT) by default; `offline` forbids it.
    """

    def __init__(self, folder: Path, *, offline: bool = False, endpoint: str | None = None) -> None:
        self.folder = folder
        self.offline = offline
        self.endpoint = endpoint

    def models(self) -> Sequence[Model]:
        """Every model there is to have."""
        return manifest()

    def named(self, name: str) -> Sequence[Model]:
        """The model of that name, or the models of the profile of that name; raises UsageError where there is none."""
        known = {model.name: model for model in manifest()}
        together = profiles()
        names = together.get(name, (name,))
        if not known.keys() >= set(names):
            raise UsageError(
                f"there is no model {name!r}; nothing was changed; "
                f"there are {', '.join(known)}, and together {', '.join(together)}"
            )
        return [known[each] for each in names]

    def installed(self, name: str) -> Path | None:
        """The folder of the model, with every file there at its full size; None where it is not.

        Quick: it reads no file but the record. Raises UsageError for a name that the manifest does not have.
        """
        if self._model(name).ships:
            with suppress(MissingError):
                return locate(name)
            return None
        return Shelf(self.folder, name).present

    def locate(self, name: str) -> Path:
        """The folder of the model; raises MissingError where it is not there as a whole."""
        folder = self.installed(name)
        if folder is None:
            raise MissingError(
                f"{name} is not on this machine, or not as a whole; nothing was changed; "
                f"get it with: voicephoto models pull {name}"
            )
        return folder

    def here(self) -> Sequence[str]:
        """The names of the models that are there, whole or damaged."""
        return [model.name for model in manifest() if model.ships or (self.folder / model.name).exists()]

    def verify(self, name: str, progress: Progress = untold) -> str | None:
        """Read every byte of the model: what is wrong with it, or None. Raises MissingError where it is not there."""
        model = self._model(name)
        if model.ships:
            return Release(name, model.source, None, model.files).fault(locate(name), progress)
        shelf = Shelf(self.folder, name)
        folder = shelf.present or shelf.folder
        if not folder.is_dir():
            raise MissingError(
                f"{name} is not on this machine; nothing was changed; get it with: voicephoto models pull {name}"
            )
        return fault(folder, progress)

    def pull(self, name: str, progress: Progress = untold) -> Path:
        """The folder of the model, which is downloaded where it is not there, not whole, or not what the manifest pins.

        Every byte is verified: against what the manifest pins; where it pins nothing, against what the hub stated when
        the model was first pulled. What was there before stays until the new state is whole, and a part that has come
        is kept and gone on with. Raises VoicephotoError where that fails.
        """
        model = self._model(name)
        if model.ships:
            return locate(name)
        shelf = Shelf(self.folder, name)
        with shelf.alone():
            record = Release.read(shelf.folder)
            if record and record.fits(model) and record.fault(shelf.folder, progress) is None:
                return shelf.folder
            if self.offline:
                raise UsageError(
                    f"{name} would have to be downloaded, and offline forbids every connection; nothing was changed; "
                    "bring it from another machine (voicephoto models import FOLDER), or pull it without offline"
                )
            return download(model, shelf, self.endpoint, progress)

    def remove(self, name: str) -> int:
        """Remove the model and what was downloaded of it; returns the bytes that are free again.

        Raises UsageError for a model that ships with voicephoto, and MissingError where there is nothing.
        """
        if self._model(name).ships:
            raise UsageError(f"{name} is a part of voicephoto and stays; nothing was changed")
        shelf = Shelf(self.folder, name)
        with shelf.alone():
            return shelf.remove()

    def import_from(
        self, directory: Path, name: str | None = None, progress: Progress = untold
    ) -> Mapping[Model, Path]:
        """Take in the models in `directory`, or the one that it is; returns them with their new folders.

        Raises VoicephotoError where there is none, or where its files are damaged.
        """
        models = {model.name: model for model in (self.named(name) if name else manifest()) if not model.ships}
        found = recognise(directory, models, name)
        taken = {}
        for each, source in found.items():
            shelf = Shelf(self.folder, each)
            with shelf.alone():
                taken[models[each]] = take_in(models[each], source, shelf, progress)
        return taken

    def _model(self, name: str) -> Model:
        for model in manifest():
            if model.name == name:
                return model
        raise UsageError(
            f"there is no model {name!r}; nothing was changed; "
            f"there are {', '.join(model.name for model in manifest())}"
        )
