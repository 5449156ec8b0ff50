import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

from .conftest import Shop
from .stand_in import Fault

WEIGHTS = random.Random(8).randbytes(300_000)
CONFIG = b'{"heads": 4}'

PROGRAM = """
import resource, sys
from importlib import import_module
from pathlib import Path
import_module("voicephoto.hub.manifest")._SHIPPED = (Path(sys.argv.pop(1)),)
largest = int(sys.argv.pop(1))
if largest:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
from voicephoto.cli import main
main()
"""
"""The command line with another list of models, on a disk that takes no file larger than so many bytes."""


class Program:
    """The command line as a person runs it, over the models of a shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def start(self, *arguments: object, largest: int = 0, **environment: str) -> subprocess.Popen[str]:
        shop = self.shop
        start = [sys.executable, "-c", PROGRAM, str(shop.listed), str(largest), "--data", str(shop.models.parent)]
        return subprocess.Popen(
            [*start, *map(str, arguments)],
            env={
                **os.environ,
                "HF_ENDPOINT": shop.stand_in.address,
                "HF_HUB_OFFLINE": "",
                "VOICEPHOTO_OFFLINE": "",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: object, **given: Any) -> Run:
        process = self.start(*arguments, **given)
        out, err = process.communicate(timeout=60)
        return Run(process.returncode, out, err)


@pytest.fixture
def program(shop: Shop) -> Program:
    shop.stand_in.publish("some/whisper", {"model.bin": WEIGHTS, "config.json": CONFIG})
    shop.list("whisper", {"model.bin": "", "config.json": ""})
    return Program(shop)


def test_a_model_from_the_first_look_to_the_last(program: Program, tmp_path: Path) -> None:
    listed = program("models")
    assert "here  starter" in listed.out
    assert "here  whisper" not in listed.out
    assert "full  whisper, starter; 1 MB to download with: voicephoto models pull full" in listed.out

    folder = program.shop.models / "whisper"
    pulled = program("models", "pull")
    assert (pulled.code, pulled.err) == (0, "")
    assert pulled.out.splitlines()[0] == f"whisper: every byte verified, 1 MB, licence MIT; {folder}"
    assert program("models", "path", "whisper").out == f"{folder}\n"

    [whisper] = [each for each in json.loads(program("models", "--json").out)["models"] if each["name"] == "whisper"]
    assert (whisper["path"], whisper["kind"], whisper["profiles"]) == (str(folder), "recognizer", ["full"])

    carried = folder.rename(tmp_path / "whisper")
    assert program("--offline", "models", "import", carried).code == 0
    assert (
        program("models", "verify").out == "starter: every byte is as published\nwhisper: every byte is as published\n"
    )

    (folder / "config.json").write_bytes(b'{"heads": 5}')
    damaged = program("models", "verify", "whisper", "--json")
    assert damaged.code == 3
    assert "config.json is not what was published" in json.loads(damaged.out)["fault"]

    assert program("models", "remove", "whisper").out == "removed whisper; 0 MB are free again\n"
    assert program("models", "path", "whisper").code == 3


def test_ctrl_c_keeps_what_has_come_and_the_next_pull_goes_on_from_there(program: Program) -> None:
    stalls = threading.Event()
    program.shop.stand_in.faults["model.bin"] = Fault(breaks=[100_000], stalls=stalls)
    pulling = program.start("models", "pull", "whisper")
    part = program.shop.models / ".whisper.part" / "model.bin"
    while pulling.poll() is None and not (part.exists() and part.stat().st_size == 100_000):
        time.sleep(0.01)
    # It has to wait for the next byte: a signal just before that is only seen when the wait is over.
    time.sleep(0.3)
    pulling.send_signal(signal.SIGINT)
    out, err = pulling.communicate(timeout=60)
    stalls.set()
    assert (pulling.returncode, out) == (130, "")
    assert err == (
        "voicephoto: interrupted; what has come is kept; voicephoto models pull whisper goes on from there\n"
    )

    program.shop.stand_in.faults.clear()
    program.shop.stand_in.asked.clear()
    assert program("models", "pull", "whisper").code == 0
    assert program.shop.stand_in.ranges("model.bin") == ["bytes=100000-"]


def test_a_full_disk_is_one_line_and_the_next_pull_goes_on(program: Program) -> None:
    full = program("models", "pull", "whisper", largest=200_000)
    assert full.code == 3
    assert f"cannot write into {program.shop.models / '.whisper.part'} (" in full.complaint
    assert "what is there already is kept; make room" in full.complaint
    program.shop.stand_in.asked.clear()
    assert program("models", "pull", "whisper").code == 0
    assert program.shop.stand_in.ranges("model.bin") == ["bytes=200000-"]


def test_offline_by_flag_variable_or_setting(program: Program, tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("offline = true\n")
    for run in (
        program("--offline", "models", "pull", "whisper"),
        program("models", "pull", "whisper", VOICEPHOTO_OFFLINE="1"),
        program("--config", settings, "models", "pull", "whisper"),
        program("models", "pull", "whisper", HF_HUB_OFFLINE="1"),
    ):
        assert (run.code, run.out) == (2, "")
        assert "forbids every connection; nothing was changed" in run.complaint
    assert program.shop.stand_in.asked == []


def test_without_a_network_the_complaint_is_one_line(program: Program) -> None:
    run = program("models", "pull", "whisper", HF_ENDPOINT="http://127.0.0.1:9")
    assert run.code == 3
    assert "no connection to http://127.0.0.1:9" in run.complaint


def test_a_name_that_is_none_is_wrong_use(program: Program) -> None:
    run = program("models", "pull", "wisper")
    assert run.code == 2
    assert "there is no model 'wisper'" in run.complaint
