"""A conversation through real devices: PulseAudio's null sinks stand for the air between mouth, ear and program."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicephoto.assembly import Assembly
from voicephoto.demo import QUESTIONS

HEARD_WITHIN, RECOVERED_WITHIN = 30.0, 3.0
RATE = 44_100


@dataclass
class Air:
    """What is said goes into the sink `mouth`, whose monitor is the microphone; the program speaks into the sink `room`."""

    environment: dict[str, str]

    def pactl(self, *words: str) -> str:
        return subprocess.run(
            ["pactl", *words], env=self.environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def plug_in(self) -> str:
        number = self.pactl("load-module", "module-null-sink", "sink_name=mouth", f"rate={RATE}")
        self.pactl("set-default-source", "mouth.monitor")
        return number

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
    air = Air(environment)
    try:
        for _ in range(50):
            if subprocess.run(["pactl", "info"], env=environment, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        yield air
    finally:
        server.terminate()
        server.wait(10)


class Program:
    """`voicephoto talk --json` under way."""

    def __init__(self, air: Air, data: Path) -> None:
        command = [sys.executable, "-m", "voicephoto", "--data", str(data), "talk", "--json"]
        self.process = subprocess.Popen(command, env=air.environment, stdout=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def turn(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._lines.get(timeout=HEARD_WITHIN))
        return answer

    def quiet(self) -> bool:
        return self._lines.empty()


def test_a_question_through_the_air_is_answered_aloud_and_a_lost_microphone_comes_back(
    air: Air, demo_parts: Assembly
) -> None:
    microphone = air.plug_in()
    program = Program(air, demo_parts.settings.data)
    record = ["parec", "-d", "room.monitor", "--rate=16000", "--channels=1", "--format=s16le"]
    recorder = subprocess.Popen(record, env=air.environment, stdout=subprocess.PIPE)
    recorded: list[bytes] = []
    assert recorder.stdout is not None
    output = recorder.stdout
    threading.Thread(target=lambda: recorded.extend(iter(lambda: output.read(3200), b"")), daemon=True).start()
    try:
        [sunsets] = QUESTIONS.glob("1-*.flac")
        _until_it_listens(program, air, sunsets)
        turn = program.turn()
        assert "sunset" in turn["heard"]
        assert turn["photos"]
        said_after = time.monotonic()
        while time.monotonic() < said_after + 8 and not _loud(recorded):
            time.sleep(0.1)
        assert _loud(recorded), "no reply came out of the speaker"
        time.sleep(4)

        air.pactl("unload-module", microphone)
        time.sleep(2)
        air.plug_in()
        time.sleep(RECOVERED_WITHIN)
        [italy] = QUESTIONS.glob("2-*.flac")
        air.say(italy)
        turn = program.turn()
        assert "italy" in turn["heard"]
        assert turn["intent"] == "refine"
        assert program.quiet()
    finally:
        recorder.terminate()
        program.process.terminate()
        program.process.wait(10)


def _until_it_listens(program: Program, air: Air, question: Path) -> None:
    """Ask as soon as the program records from the microphone and its engines are warm."""
    for _ in range(100):
        assert program.process.poll() is None, "the program ended"
        if "source-output" in air.pactl("list", "source-outputs").lower().replace(" ", "-"):
            break
        time.sleep(0.2)
    time.sleep(3)
    air.say(question)


def _loud(recorded: list[bytes]) -> bool:
    samples = np.frombuffer(b"".join(recorded), np.int16)
    return len(samples) > 0 and int(np.abs(samples.astype(np.int32)).max()) > 2000
