import shutil
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from voicephoto.errors import MissingError
from voicephoto.hub import Model, locate, manifest, profiles

# The package has a function of the same name, which hides the module.
SHELVES = import_module("voicephoto.hub.manifest")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what ships, which the program takes for the original; here it may be damaged."""
    shipped = locate("starter").parent
    models = tmp_path / "models"
    for path in [shipped / "manifest.toml", *(shipped / "starter" / file.name for file in starter().files)]:
        target = models / path.relative_to(shipped)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    monkeypatch.setattr(SHELVES, "_SHIPPED", (tmp_path / "nowhere", models))
    return models


def starter() -> Model:
    return next(model for model in manifest() if model.name == "starter")


def refused() -> str:
    with pytest.raises(MissingError) as caught:
        locate("starter")
    message = str(caught.value)
    assert "\n" not in message
    assert "your photos and catalog are untouched" in message
    assert "install voicephoto again" in message
    return message


def test_the_starter_model_is_located_with_all_its_files() -> None:
    folder = locate("starter")
    assert starter().files
    assert all((folder / file.name).is_file() for file in starter().files)


def test_every_model_says_where_it_comes_from_and_what_one_may_do_with_it() -> None:
    assert len({model.name for model in manifest()}) == len(manifest())
    for model in manifest():
        assert model.name
        assert model.kind
        assert model.licence
        assert model.source


def test_the_files_are_the_very_ones_of_the_manifest() -> None:
    folder = locate("starter")
    on_disk = {file.name: sha256((folder / file.name).read_bytes()).hexdigest() for file in starter().files}
    assert on_disk == {file.name: file.sha256 for file in starter().files}


def test_a_copy_elsewhere_is_as_good(copied: Path) -> None:
    assert locate("starter") == copied / "starter"


def test_the_models_inside_an_installed_package_come_first(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "installed"
    shutil.copytree(copied, installed)
    monkeypatch.setattr(SHELVES, "_SHIPPED", (installed, copied))
    assert locate("starter") == installed / "starter"


def test_a_missing_file_is_named(copied: Path) -> None:
    for file in starter().files:
        path = copied / "starter" / file.name
        kept = path.read_bytes()
        path.unlink()
        assert f"{path} is missing" in refused()
        path.write_bytes(kept)
    assert locate("starter")


def test_a_file_cut_short_is_named_with_both_sizes(copied: Path) -> None:
    file = max(starter().files, key=lambda file: file.size)
    path = copied / "starter" / file.name
    path.write_bytes(path.read_bytes()[: file.size // 2])
    assert f"{path} has {file.size // 2:,} bytes instead of {file.size:,}" in refused()


def test_a_file_that_has_grown_is_damaged_too(copied: Path) -> None:
    file = starter().files[0]
    with (copied / "starter" / file.name).open("ab") as damaged:
        damaged.write(b"!")
    assert f"has {file.size + 1:,} bytes" in refused()


def test_a_missing_folder_is_named(copied: Path) -> None:
    shutil.rmtree(copied / "starter")
    assert str(copied / "starter") in refused()


def test_a_missing_manifest_is_named(copied: Path) -> None:
    (copied / "manifest.toml").unlink()
    assert str(copied / "manifest.toml") in refused()


@pytest.mark.parametrize("content", [b"\xd2\x00", b"model = ", b"[[model]]\nname = 'starter'", b""])
def test_a_list_of_models_that_is_damaged_is_said_to_be(copied: Path, content: bytes) -> None:
    (copied / "manifest.toml").write_bytes(content)
    assert "manifest.toml is damaged" in refused()


def test_what_can_be_pulled_is_pinned_to_a_revision_and_unpickles_nothing() -> None:
    for model in manifest():
        if not model.ships:
            assert model.revision != "main"
            assert model.size > 1_000_000
            assert model.memory_mb > 0
            assert model.languages
            assert set(model.hardware) <= {"cpu", "gpu"}
            weights = [file for file in model.files if file.name.endswith((".bin", ".onnx", ".safetensors"))]
            assert weights
            assert all(file.name == "model.bin" for file in weights if file.name.endswith(".bin"))


@pytest.mark.parametrize("profile", ["small", "full", "best"])
def test_a_profile_has_one_model_of_a_kind(profile: str) -> None:
    kinds = [model.kind for model in manifest() if model.name in profiles()[profile]]
    assert {"recognizer", "voice", "photo answerer"} <= set(kinds)
    assert len(kinds) == len(set(kinds))


def test_the_document_has_every_model_with_its_size_and_licence() -> None:
    document = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text()
    for model in manifest():
        if not model.ships:
            [row] = [line for line in document.splitlines() if line.startswith(f"| {model.name} |")]
            assert f"| {model.size / 1e6:,.0f} MB | {model.memory_mb:,} MB |" in row
            assert row.endswith(f"| {model.licence} |")
