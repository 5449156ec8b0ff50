import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from voicephoto.errors import VoicephotoError

from .conftest import Shop

WEIGHTS = bytes(range(256)) * 100
CONFIG = b'{"heads": 4}'


@pytest.fixture
def stick(tmp_path: Path, shop: Shop) -> Path:
    """A USB stick with the files of the model `whisper`, as somebody saved them with a browser."""
    shop.list("whisper", {"model.bin": "", "config.json": ""})
    folder = tmp_path / "stick" / "whisper"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(WEIGHTS)
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "holiday.txt").write_bytes(b"not a part of it")
    return folder.parent


def taken_in(shop: Shop, folder: Path, name: str | None = None) -> list[str]:
    """The names of the models that are imported from `folder`, without a network."""
    return [model.name for model in shop.hub(offline=True).import_from(folder, name)]


def refused(shop: Shop, folder: Path, name: str | None = None) -> str:
    with pytest.raises(VoicephotoError) as caught:
        taken_in(shop, folder, name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_models_in_a_folder_are_recognised_by_their_names(shop: Shop, stick: Path) -> None:
    told: list[tuple[str, int, int]] = []
    everything = len(WEIGHTS) + len(CONFIG)
    [model] = shop.hub(offline=True).import_from(stick, progress=lambda *progress: told.append(progress))
    assert model.name == "whisper"
    assert [(what, total) for what, done, total in told if done == total] == [
        ("copying whisper", everything),
        ("verifying whisper", everything),
    ]
    folder = shop.hub().locate("whisper")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.bin", "voicephoto.json"]
    assert (folder / "model.bin").read_bytes() == WEIGHTS
    assert (stick / "whisper" / "model.bin").read_bytes() == WEIGHTS


def test_so_is_the_folder_of_one_model(shop: Shop, stick: Path) -> None:
    assert taken_in(shop, stick / "whisper") == ["whisper"]


def test_any_folder_is_the_model_that_it_is_said_to_be(shop: Shop, stick: Path) -> None:
    (stick / "whisper").rename(stick / "downloads")
    assert "no model is recognised" in refused(shop, stick / "downloads")
    assert taken_in(shop, stick / "downloads", "whisper") == ["whisper"]


def test_what_came_is_recorded_and_verified_from_then_on(shop: Shop, stick: Path) -> None:
    taken_in(shop, stick)
    hub = shop.hub(offline=True)
    assert hub.verify("whisper") is None
    weights = hub.locate("whisper") / "model.bin"
    weights.write_bytes(b"!" + weights.read_bytes()[1:])
    assert "model.bin is not what was published" in (hub.verify("whisper") or "")


def test_a_model_that_was_pulled_elsewhere_brings_its_record(shop: Shop, stick: Path, tmp_path: Path) -> None:
    commit = shop.stand_in.publish("some/whisper", {"model.bin": WEIGHTS, "config.json": CONFIG})
    folder = shop.hub().pull("whisper")
    renamed = tmp_path / "carried"
    shutil.move(folder, renamed)
    assert taken_in(shop, renamed) == ["whisper"]
    assert commit in (folder / "voicephoto.json").read_text()

    (renamed / "config.json").write_bytes(b'{"heads": 5}')
    message = refused(shop, renamed)
    assert "config.json is not what was published" in message
    assert "what is there already is kept" in message
    assert (folder / "config.json").read_bytes() == CONFIG
    assert [path.name for path in shop.models.iterdir() if path.is_dir()] == ["whisper"]


def test_what_the_list_pins_holds_for_a_stick_too(shop: Shop, stick: Path) -> None:
    pins = {"model.bin": f'size = {len(WEIGHTS)}, sha256 = "{sha256(WEIGHTS).hexdigest()}"', "config.json": ""}
    shop.list("whisper", pins)
    assert taken_in(shop, stick) == ["whisper"]
    (stick / "whisper" / "model.bin").write_bytes(WEIGHTS[:-1] + b"?")
    assert "model.bin is not what was published" in refused(shop, stick)
    (stick / "whisper" / "model.bin").write_bytes(WEIGHTS[:-1])
    assert "model.bin has 25,599 bytes instead of 25,600" in refused(shop, stick)
    assert shop.hub().verify("whisper") is None


def test_a_file_that_is_missing_is_named(shop: Shop, stick: Path) -> None:
    (stick / "whisper" / "config.json").unlink()
    assert "has no config.json, which whisper needs; nothing was changed" in refused(shop, stick)


def test_a_folder_that_is_none_is_said(shop: Shop, stick: Path) -> None:
    assert "nowhere is no folder" in refused(shop, stick / "nowhere")
    assert "there is no model 'wisper'" in refused(shop, stick, "wisper")
