import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.demo import build_library
from voicephoto.library import index

RATE = 44_100
"""Hz of the air between mouth, ear and program."""
HUM_SECONDS = 180
REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of photos and what is in it, as it was built on `today`."""

    folder: Path
    paths: tuple[Path, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def jsons(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line that it complained in."""
        [line] = self.err.splitlines()
        return line


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a model is asked, and however damaged it is, nobody else is asked."""
    asked: list[object] = []
    monkeypatch.setattr("socket.socket.connect", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr("socket.getaddrinfo", lambda *arguments, **_: asked.append(arguments))
    yield
    assert not asked


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public photos, speech and noise that lie beside the repository and are never committed."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the public test data in ../shared/data, which is not there")
    return folder


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The demo library as somebody gets it today."""
    folder = tmp_path_factory.mktemp("demo") / "photos"
    return Library(folder, build_library(folder, date.today()), date.today())


@pytest.fixture(scope="session")
def demo_parts(demo_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The whole program over the demo library."""
    parts = Assembly(Settings(data=tmp_path_factory.mktemp("data")))
    index([demo_library.folder], parts.catalog, parts.encoder)
    return parts


@dataclass
class Air:
    """What is said goes into the sink `mouth`, whose monitor is the microphone; the program speaks into the sink `room`."""

    environment: dict[str, str]
    hum: Path
    """What is always to be heard in a room: without it the microphone would give exact zeros, as none does."""
    _humming: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def pactl(self, *words: str) -> str:
        return subprocess.run(
            ["pactl", *words], env=self.environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def plug_in(self) -> str:
        number = self.pactl("load-module", "module-null-sink", "sink_name=mouth", f"rate={RATE}")
        self.pactl("set-default-source", "mouth.monitor")
        self._humming.append(subprocess.Popen(["paplay", "-d", "mouth", str(self.hum)], env=self.environment))
        return number

    def fall_silent(self) -> None:
        for hum in self._humming:
            hum.terminate()
            hum.wait(10)

    def wait_for_listener(self, process: subprocess.Popen[str]) -> None:
        """Wait until the program records from the microphone, and then a little longer."""
        for _ in range(300):
            assert process.poll() is None, "the program ended"
            if self._is_heard():
                break
            time.sleep(0.1)
        time.sleep(1)

    def _is_heard(self) -> bool:
        """Whether anybody records from the microphone, and not only what comes out of the speaker."""
        sources = (line.split("\t") for line in self.pactl("list", "short", "sources").splitlines())
        recorded = {line.split("\t")[1] for line in self.pactl("list", "short", "source-outputs").splitlines()}
        return any(name == "mouth.monitor" and number in recorded for number, name, *_ in sources)

    def say(self, file: Path) -> None:
        subprocess.run(["paplay", "-d", "mouth", str(file)], env=self.environment, check=True)


@pytest.fixture
def air(tmp_path: Path) -> Iterator[Air]:
    if shutil.which("pulseaudio") is None:
        pytest.skip("needs PulseAudio, which is not installed here")
    environment = {
        **os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_RUNTIME_PATH": str(tmp_path / "pulse"), "HOME": str(tmp_path),
    }  # fmt: skip
    tmp_path.chmod(0o700)
    (tmp_path / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    script = tmp_path / "script.pa"
    script.write_text(
        f"load-module module-native-protocol-unix\nload-module module-null-sink sink_name=room rate={RATE}\n"
        "set-default-sink room\n"
    )
    server = subprocess.Popen(
        ["pulseaudio", "-n", "-F", str(script), "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=null"],
        env=environment,
    )
    hum = np.random.default_rng(0).normal(0, 1e-4, HUM_SECONDS * RATE)
    soundfile.write(tmp_path / "hum.wav", hum, RATE)
    air = Air(environment, tmp_path / "hum.wav")
    try:
        for _ in range(50):
            if subprocess.run(["pactl", "info"], env=environment, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        yield air
    finally:
        air.fall_silent()
        server.terminate()
        server.wait(10)
