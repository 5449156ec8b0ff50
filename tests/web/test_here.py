"""The machine itself listens and speaks while pages look on: through PulseAudio's null sinks."""

import json
import subprocess
import sys
import time
from typing import Any

import numpy as np
from websockets.sync.client import connect

from tests.conftest import Air
from voicephoto.assembly import Assembly
from voicephoto.demo import QUESTIONS
from voicephoto.web.messages import VERSION

PATIENCE = 30.0


def test_what_is_said_in_the_room_is_on_every_page(air: Air, demo_parts: Assembly) -> None:
    air.plug_in()
    command = [
        sys.executable,
        "-m",
        "voicephoto",
        "--data",
        str(demo_parts.settings.data),
        "serve",
        "--mic",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, env=air.environment, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            # "voicephoto is at http://127.0.0.1:PORT/ on this machine; ..."
            address = program.stdout.readline().split("http://")[1].partition("/")[0]
            air.wait_for_listener(program)
            with connect(f"ws://{address}/ws") as page:
                page.send(json.dumps({"type": "hello", "version": VERSION}))
                heard: dict[str, Any] = {}
                air.say(next(QUESTIONS.glob("1-*.flac")))
                deadline = time.monotonic() + PATIENCE
                while "answered" not in heard and time.monotonic() < deadline:
                    message = json.loads(page.recv(PATIENCE))
                    heard.setdefault(message["type"], message)
            assert heard["welcome"]["microphone"] == "here"
            assert heard["listening"]["on"]
            # The first words may be lost: PulseAudio is late with the first second of a microphone.
            assert "last summer" in heard["heard"]["text"]
            assert heard["answered"]["shown"]["photos"]
            reply = subprocess.run(
                ["timeout", "2", "parec", "-d", "room.monitor", "--rate=16000", "--channels=1", "--format=s16le"],
                env=air.environment,
                capture_output=True,
            ).stdout
            assert np.abs(np.frombuffer(reply, np.int16).astype(np.int32)).max(initial=0) > 2_000, "no reply was played"
        finally:
            program.terminate()
