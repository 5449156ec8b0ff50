"""A conversation through real devices: PulseAudio's null sinks stand for the air between mouth, ear and program."""

import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.conftest import Air
from voicephoto.assembly import Assembly
from voicephoto.demo import QUESTIONS

HEARD_WITHIN, RECOVERED_WITHIN = 30.0, 3.0


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
        air.wait_for_listener(program.process)
        air.say(sunsets)
        turn = program.turn()
        assert "sunset" in turn["heard"]
        assert turn["photos"]
        said_after = time.monotonic()
        while time.monotonic() < said_after + 2 and not _loud(recorded):
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


def test_somebody_is_heard_over_a_reply_that_comes_back_as_loud_as_they_are(air: Air, demo_parts: Assembly) -> None:
    air.plug_in()
    air.pactl("load-module", "module-loopback", "source=room.monitor", "sink=mouth", "latency_msec=40")
    program = Program(air, demo_parts.settings.data)
    try:
        air.wait_for_listener(program.process)
        [cats] = QUESTIONS.glob("7-*.flac")
        air.say(cats)
        assert "cats" in program.turn()["heard"]
        time.sleep(3)
        [sunsets] = QUESTIONS.glob("1-*.flac")
        air.say(sunsets)
        assert "sunset" in program.turn()["heard"]
        [mountains] = QUESTIONS.glob("5-*.flac")
        air.say(mountains)
        assert "mountains" in program.turn()["heard"]
        time.sleep(4)
        assert program.quiet()
    finally:
        program.process.terminate()
        program.process.wait(10)


def _loud(recorded: list[bytes]) -> bool:
    samples = np.frombuffer(b"".join(recorded), np.int16)
    return len(samples) > 0 and int(np.abs(samples.astype(np.int32)).max()) > 2000
