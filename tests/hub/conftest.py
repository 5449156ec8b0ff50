from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from voicephoto.hub import Hub

from .stand_in import StandIn

# The package has a function of the same name, which hides the module.
SHELVES = import_module("voicephoto.hub.manifest")


class Shop:
    """A list of models that the program takes for its own, and a hub on this machine that has them."""

    def __init__(self, listed: Path, models: Path, stand_in: StandIn) -> None:
        self.listed = listed
        self.models = models
        self.stand_in = stand_in
        self.entries: dict[str, str] = {}
        (listed / "starter").mkdir(parents=True)
        (listed / "starter" / "image.onnx").write_bytes(b"it looks")
        self.list("starter", {"image.onnx": "size = 8"}, source="models/starter", revision=None)

    def list(
        self,
        name: str,
        files: Mapping[str, str],
        *,
        source: str | None = None,
        revision: str | None = "main",
        subfolder: str = "",
    ) -> None:
        """Put a model on the list; `files` says of each file what is pinned, in TOML."""
        lines = [f'name = "{name}"', 'kind = "recognizer"', 'licence = "MIT"', f'source = "{source or f"some/{name}"}"']
        if revision:
            lines += [f'revision = "{revision}"', f'subfolder = "{subfolder}"', "size_mb = 1"]
        pins = ", ".join(
            "{ " + ", ".join(filter(None, (f'name = "{file}"', pin))) + " }" for file, pin in files.items()
        )
        self.entries[name] = "\n".join(["[[model]]", *lines, f"files = [{pins}]"])
        together = f'[profiles]\nfull = ["{name}", "starter"]\n'
        (self.listed / "manifest.toml").write_text(together + "\n".join(self.entries.values()))

    def hub(self, *, offline: bool = False, endpoint: str | None = None) -> Hub:
        return Hub(self.models, offline=offline, endpoint=endpoint or self.stand_in.address)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    listed = tmp_path / "listed"
    monkeypatch.setattr(SHELVES, "_SHIPPED", (listed,))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with StandIn() as stand_in:
        yield Shop(listed, tmp_path / "data" / "models", stand_in)
