"""The command line as people run it, over a small library."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from voicephoto import cli

NOW = "2026-11-23T12:00"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "voicephoto", *map(str, arguments)]


def voicephoto(*arguments: object, stdin: str | bytes = "") -> Run:
    """The command line as a person runs it, in a process of its own."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(command(*arguments), input=given, capture_output=True, timeout=120, check=False)
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


Inside = Callable[..., Run]


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    """The same inside this process, which is faster."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["voicephoto", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Run(ended.value.code, captured.out, captured.err)

    return run


@dataclass(frozen=True, slots=True)
class Indexed:
    """A small library that was indexed by the command line: 16 photos in three albums."""

    photos: Path
    data: Path
    run: Run


@pytest.fixture(scope="session")
def indexed(demo_library: Any, tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    photos, data = tmp_path_factory.mktemp("library") / "photos", tmp_path_factory.mktemp("data")
    for album in ("Alps", "Home", "Italy"):
        shutil.copytree(demo_library.folder / album, photos / album)
    return Indexed(photos, data, voicephoto("--data", data, "index", photos, "--json"))
