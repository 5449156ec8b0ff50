import json
import random
import shutil
import socket
import threading
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from voicephoto.errors import MissingError, UsageError, VoicephotoError

from .conftest import Shop
from .stand_in import Fault, StandIn

WEIGHTS = random.Random(6).randbytes(300_000)
NEWER = random.Random(7).randbytes(310_000)
CONFIG = b'{"heads": 4}'


@pytest.fixture
def published(shop: Shop) -> Shop:
    """A model of which nothing is pinned: a large file and a small one."""
    shop.stand_in.publish("some/whisper", {"model.bin": WEIGHTS, "config.json": CONFIG, "README.md": b"hello"})
    shop.list("whisper", {"model.bin": "", "config.json": ""})
    return shop


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a model, without its record."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "voicephoto.json"}


def refused(act: Callable[[], object]) -> VoicephotoError:
    with pytest.raises(VoicephotoError) as caught:
        act()
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_model_is_pulled_with_the_files_of_the_list_and_no_other(published: Shop) -> None:
    hub = published.hub()
    told: list[tuple[str, int, int]] = []
    assert hub.installed("whisper") is None
    folder = hub.pull("whisper", lambda *progress: told.append(progress))
    assert folder == published.models / "whisper" == hub.installed("whisper") == hub.locate("whisper")
    assert contents(folder) == {"model.bin": WEIGHTS, "config.json": CONFIG}
    everything = len(WEIGHTS) + len(CONFIG)
    for doing in ("downloading whisper", "verifying whisper"):
        done = [(done, total) for what, done, total in told if what == doing]
        assert done == sorted(done)
        assert done[-1] == (everything, everything)
    told.clear()
    assert hub.verify("whisper", lambda *progress: told.append(progress)) is None
    assert told[-1] == ("verifying whisper", everything, everything)


def test_what_the_hub_stated_at_first_is_recorded_beside_the_model(published: Shop) -> None:
    commit = next(iter(published.stand_in.repositories["some/whisper"]))
    record = json.loads((published.hub().pull("whisper") / "voicephoto.json").read_text())
    assert (record["model"], record["source"], record["commit"]) == ("whisper", "some/whisper", commit)
    weights, config = record["files"]
    assert (weights["size"], weights["sha256"], weights["blob"]) == (300_000, sha256(WEIGHTS).hexdigest(), None)
    assert (config["size"], config["sha256"]) == (len(CONFIG), None)
    assert len(config["blob"]) == 40


def test_nobody_is_told_who_asks(published: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    published.hub().pull("whisper")
    assert published.stand_in.asked
    for asked in published.stand_in.asked:
        assert "secret" not in str(asked.headers).lower()
        assert "authorization" not in asked.headers
        assert asked.headers["user-agent"].startswith("voicephoto/")
        assert "torch" not in asked.headers["user-agent"]


def test_pulling_again_asks_nobody(published: Shop) -> None:
    hub = published.hub()
    folder = hub.pull("whisper")
    published.stand_in.asked.clear()
    published.stand_in.publish("some/whisper", {"model.bin": NEWER, "config.json": CONFIG})
    assert hub.pull("whisper") == folder
    assert contents(folder)["model.bin"] == WEIGHTS
    assert published.stand_in.asked == []
    assert published.hub(offline=True).pull("whisper") == folder


def test_where_everything_is_pinned_the_hub_is_only_asked_for_the_bytes(shop: Shop) -> None:
    commit = shop.stand_in.publish(
        "some/voices", {"en/amy/medium/amy.onnx": WEIGHTS, "en/amy/medium/amy.onnx.json": CONFIG}
    )
    pins = {
        name: f'size = {len(content)}, sha256 = "{sha256(content).hexdigest()}"'
        for name, content in (("amy.onnx", WEIGHTS), ("amy.onnx.json", CONFIG))
    }
    shop.list("amy", pins, source="some/voices", revision=commit, subfolder="en/amy/medium")
    folder = shop.hub().pull("amy")
    assert contents(folder) == {"amy.onnx": WEIGHTS, "amy.onnx.json": CONFIG}
    assert not any("/api/" in asked.path for asked in shop.stand_in.asked)


def test_a_name_with_a_star_takes_every_file_of_that_form(shop: Shop) -> None:
    files = {
        "model.safetensors": WEIGHTS,
        "config.json": CONFIG,
        "vocab.json": b"{}",
        "onnx/config.json": b"no",
        "a.bin": b"no",
    }
    shop.stand_in.publish("some/vlm", files)
    shop.list("vlm", {"model.safetensors": "", "config.json": "", "*.json": "", "*.jinja": ""})
    assert contents(shop.hub().pull("vlm")) == {
        "model.safetensors": WEIGHTS,
        "config.json": CONFIG,
        "vocab.json": b"{}",
    }


def test_a_broken_connection_is_taken_up_where_it_broke(published: Shop) -> None:
    published.stand_in.faults["model.bin"] = Fault(breaks=[100_000, 50_000, 1_000_000])
    assert contents(published.hub().pull("whisper"))["model.bin"] == WEIGHTS
    assert published.stand_in.ranges("model.bin") == [None, "bytes=100000-", "bytes=150000-"]


def test_an_interrupted_pull_goes_on_the_next_time_even_when_the_hub_has_moved_on(published: Shop) -> None:
    published.stand_in.faults["model.bin"] = Fault(breaks=[100_000, 0])
    error = refused(lambda: published.hub().pull("whisper"))
    assert "the connection broke after 100,000 of 300,000 bytes of model.bin; they are kept" in str(error)
    assert error.exit_code == 1
    assert published.hub().installed("whisper") is None
    published.stand_in.faults.clear()
    published.stand_in.asked.clear()
    published.stand_in.publish("some/whisper", {"model.bin": NEWER, "config.json": CONFIG})
    assert contents(published.hub().pull("whisper"))["model.bin"] == WEIGHTS
    assert published.stand_in.ranges("model.bin") == ["bytes=100000-"]
    assert [path.name for path in published.models.iterdir() if path.is_dir()] == ["whisper"]


def test_a_hub_without_ranges_is_asked_for_all_of_it_again(published: Shop) -> None:
    published.stand_in.faults["model.bin"] = Fault(breaks=[100_000, 1_000_000], ignores_ranges=True)
    assert contents(published.hub().pull("whisper"))["model.bin"] == WEIGHTS


def test_a_hub_without_ranges_that_keeps_breaking_is_given_up(published: Shop) -> None:
    published.stand_in.faults["model.bin"] = Fault(breaks=[100_000, 50_000, 100_000, 50_000, 0], ignores_ranges=True)
    assert "the connection broke after 50,000 of 300,000 bytes" in str(refused(lambda: published.hub().pull("whisper")))
    assert len(published.stand_in.ranges("model.bin")) == 2


def test_a_flipped_byte_is_found_and_only_that_file_is_fetched_again(published: Shop) -> None:
    hub = published.hub()
    folder = hub.pull("whisper")
    with (folder / "config.json").open("r+b") as damaged:
        damaged.seek(3)
        damaged.write(b"X")
    assert hub.installed("whisper") == folder
    assert "config.json is not what was published" in (hub.verify("whisper") or "")
    published.stand_in.asked.clear()
    assert contents(hub.pull("whisper")) == {"model.bin": WEIGHTS, "config.json": CONFIG}
    assert published.stand_in.ranges("model.bin") == []
    assert hub.verify("whisper") is None


def test_what_was_recorded_at_first_holds_against_what_the_hub_has_later(published: Shop) -> None:
    hub = published.hub()
    folder = hub.pull("whisper")
    (folder / "model.bin").write_bytes(b"cut short")
    assert hub.installed("whisper") is None
    assert "model.bin has 9 bytes instead of 300,000" in (hub.verify("whisper") or "")
    published.stand_in.faults["model.bin"] = Fault(content=NEWER[:300_000])
    error = refused(lambda: hub.pull("whisper"))
    assert "model.bin of whisper is not what was published" in str(error)
    assert "voicephoto models pull whisper" in str(error)


def closed_port() -> str:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def outdated(shop: Shop) -> Shop:
    """A model that is there and whole, while the list pins a newer commit of it."""
    files = {"model.bin": "", "config.json": ""}
    shop.list(
        "whisper", files, revision=shop.stand_in.publish("some/whisper", {"model.bin": WEIGHTS, "config.json": CONFIG})
    )
    shop.hub().pull("whisper")
    shop.list(
        "whisper", files, revision=shop.stand_in.publish("some/whisper", {"model.bin": NEWER, "config.json": CONFIG})
    )
    return shop


def test_a_newer_state_takes_the_place_of_the_old_one(outdated: Shop) -> None:
    assert contents(outdated.hub().pull("whisper"))["model.bin"] == NEWER
    assert [path.name for path in outdated.models.iterdir() if path.is_dir()] == ["whisper"]


@pytest.mark.parametrize(
    ("fault", "message", "code"),
    [
        pytest.param(Fault(breaks=[4_000, 0]), "broke after 4,000 of 310,000 bytes", 1, id="truncated"),
        pytest.param(Fault(content=NEWER[:4_000]), "does not give model.bin (it answers 416)", 3, id="shorter than stated"),
        pytest.param(Fault(content=NEWER + b"more"), "has 310,004 bytes instead of 310,000", 3, id="longer than stated"),
        pytest.param(Fault(content=b"!" + NEWER[1:]), "its SHA-256 does not begin with", 3, id="wrong hash"),
        pytest.param(Fault(status=404), "does not give model.bin (it answers 404)", 3, id="not there"),
        pytest.param(Fault(status=503), "it answers 503", 3, id="hub down"),
        pytest.param(Fault(location="http://localhost:1/model.bin"), "sends on to another host, http://localhost:1", 3, id="another host"),
        pytest.param(Fault(location="http://cdn.hf.co/model.bin"), "sends on to another host", 3, id="a known host without encryption"),
        pytest.param(Fault(location="https://hf.co.example.org/"), "sends on to another host", 3, id="a host that looks like it"),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_is_one_line_and_the_last_good_state_stays(
    outdated: Shop, fault: Fault, message: str, code: int
) -> None:
    outdated.stand_in.faults["model.bin"] = fault
    error = refused(lambda: outdated.hub().pull("whisper"))
    assert message in str(error)
    assert "kept" in str(error)
    assert error.exit_code == code
    assert_still_the_old_one(outdated)


def assert_still_the_old_one(outdated: Shop) -> None:
    hub = outdated.hub(offline=True)
    assert hub.verify("whisper") is None
    assert contents(hub.locate("whisper"))["model.bin"] == WEIGHTS


def test_without_a_network_it_is_one_line(outdated: Shop) -> None:
    error = refused(lambda: outdated.hub(endpoint=closed_port()).pull("whisper"))
    assert str(error).startswith("no connection to http://127.0.0.1:")
    assert "voicephoto models import FOLDER" in str(error)
    assert_still_the_old_one(outdated)


def test_offline_no_connection_is_opened(outdated: Shop) -> None:
    outdated.stand_in.asked.clear()
    error = refused(lambda: outdated.hub(offline=True).pull("whisper"))
    assert "offline forbids every connection" in str(error)
    assert error.exit_code == UsageError.exit_code
    assert outdated.stand_in.asked == []
    assert_still_the_old_one(outdated)


def test_what_is_no_hub_is_said_to_be_none(published: Shop) -> None:
    with StandIn() as portal:
        portal.information = lambda repository, revision: ["please log in"]  # type: ignore[assignment,method-assign]
        portal.publish("some/whisper", {})
        assert "does not answer as a hub does" in str(
            refused(lambda: published.hub(endpoint=portal.address).pull("whisper"))
        )


def test_an_address_that_is_none_is_said(published: Shop) -> None:
    error = refused(lambda: published.hub(endpoint="http://hub:door").pull("whisper"))
    assert "'http://hub:door' is no address of a hub" in str(error)


def test_a_repository_that_is_not_there_or_lacks_a_file(shop: Shop) -> None:
    shop.list("whisper", {"model.bin": "", "config.json": ""})
    assert "does not give some/whisper (it answers 404)" in str(refused(lambda: shop.hub().pull("whisper")))
    shop.stand_in.publish("some/whisper", {"model.bin": WEIGHTS})
    assert "has no config.json, which whisper needs" in str(refused(lambda: shop.hub().pull("whisper")))


def test_what_the_hub_states_otherwise_than_the_list_is_refused_before_a_byte_comes(published: Shop) -> None:
    for pin in ('sha256 = "' + "0" * 64 + '"', "size = 5"):
        published.list("whisper", {"model.bin": pin, "config.json": ""})
        assert "has another model.bin than the one that is known" in str(
            refused(lambda: published.hub().pull("whisper"))
        )
    assert published.stand_in.ranges("model.bin") == []


def test_too_little_room_is_said_before_a_byte_comes(shop: Shop) -> None:
    shop.list("whisper", {"model.bin": f'size = {10**18}, sha256 = "{"0" * 64}"'})
    error = refused(lambda: shop.hub().pull("whisper"))
    assert "1,000,000,000,000 MB are needed" in str(error)
    assert error.exit_code == MissingError.exit_code
    assert shop.stand_in.asked == []


@pytest.mark.parametrize(
    "name", ["../escaped.json", "/etc/model.json", "a/../../model.json", "pytorch_model.bin", "code.py"]
)
def test_a_list_with_a_file_that_no_model_may_have_is_refused(shop: Shop, name: str) -> None:
    shop.list("whisper", {name: ""})
    assert "manifest.toml is damaged" in str(refused(lambda: shop.hub().pull("whisper")))


def test_a_record_that_leads_out_of_its_folder_is_none(published: Shop) -> None:
    hub = published.hub()
    folder = hub.pull("whisper")
    record = folder / "voicephoto.json"
    record.write_text(record.read_text().replace("config.json", "../config.json"))
    assert hub.installed("whisper") is None
    assert hub.verify("whisper") == "voicephoto.json is missing or damaged"
    assert contents(hub.pull("whisper")) == {"model.bin": WEIGHTS, "config.json": CONFIG}


def test_two_at_once_do_not_get_into_each_others_way(published: Shop) -> None:
    stalls = threading.Event()
    published.stand_in.faults["model.bin"] = Fault(breaks=[100_000], stalls=stalls)
    first = threading.Thread(target=lambda: published.hub().pull("whisper"))
    first.start()
    while not published.stand_in.ranges("model.bin"):
        first.join(0.01)
    for busy in (lambda: published.hub().pull("whisper"), lambda: published.hub().remove("whisper")):
        assert "another voicephoto is busy with whisper" in str(refused(busy))
    published.stand_in.faults.clear()
    stalls.set()
    first.join()
    assert published.hub().verify("whisper") is None


def test_after_a_crash_between_the_two_renames_the_last_good_state_counts(published: Shop) -> None:
    hub = published.hub()
    folder = hub.pull("whisper")
    old = folder.rename(published.models / ".whisper.old")
    assert hub.installed("whisper") == old
    assert hub.pull("whisper") == folder
    assert not old.exists()


def test_removing_leaves_nothing_behind(published: Shop) -> None:
    hub = published.hub()
    folder = hub.pull("whisper")
    shutil.copytree(folder, published.models / ".whisper.part")
    assert hub.remove("whisper") > 2 * len(WEIGHTS)
    assert hub.installed("whisper") is None
    assert [path for path in published.models.iterdir() if path.is_dir()] == []
    assert "whisper is not on this machine" in str(refused(lambda: hub.remove("whisper")))
    assert "whisper is not on this machine" in str(refused(lambda: hub.verify("whisper")))
    assert "voicephoto models pull whisper" in str(refused(lambda: hub.locate("whisper")))


def test_what_ships_is_there_and_stays(shop: Shop) -> None:
    hub = shop.hub()
    assert hub.pull("starter") == hub.installed("starter") == shop.listed / "starter"
    assert hub.verify("starter") is None
    assert "is a part of voicephoto and stays" in str(refused(lambda: hub.remove("starter")))
    (shop.listed / "starter" / "image.onnx").unlink()
    assert hub.installed("starter") is None


def test_a_name_that_no_model_has_is_said_with_those_that_there_are(published: Shop) -> None:
    hub = published.hub()
    assert [model.name for model in hub.named("full")] == ["whisper", "starter"]
    assert [model.name for model in hub.named("whisper")] == ["whisper"]
    for act in (hub.named, hub.installed, hub.verify, hub.pull, hub.remove):
        error = refused(partial(act, "wisper"))
        assert "there is no model 'wisper'; nothing was changed; there are starter, whisper" in str(error)
        assert error.exit_code == UsageError.exit_code


def test_a_place_that_cannot_be_written_into_is_said(published: Shop) -> None:
    published.models.parent.mkdir()
    published.models.write_text("a file where the folder should be")
    assert f"cannot write into {published.models} (" in str(refused(lambda: published.hub().pull("whisper")))
