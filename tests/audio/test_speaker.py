import subprocess
import sys

import numpy as np
import pytest

from voicephoto.audio import Sound, Speaker
from voicephoto.errors import MissingError

SILENCE = Sound(np.zeros(160, np.int16), 16_000)


def portaudio_is_there() -> bool:
    return subprocess.run([sys.executable, "-c", "import sounddevice"], capture_output=True).returncode == 0


def test_a_speaker_that_does_not_exist_is_said_to_be_missing_in_one_line() -> None:
    with pytest.raises(MissingError) as caught:
        Speaker("no loudspeaker has this name").play(SILENCE)
    assert "\n" not in str(caught.value)


def test_without_portaudio_the_message_says_how_to_get_it() -> None:
    hidden = (
        "import ctypes.util; ctypes.util.find_library = lambda name: None\n"
        "from voicephoto.audio import Speaker\n"
        "try: Speaker()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    printed = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True).stdout
    assert printed.startswith("MissingError")
    assert "apt install libportaudio2" in printed


def test_the_name_of_a_missing_device_is_repeated_to_the_person() -> None:
    if not portaudio_is_there():
        pytest.skip("needs PortAudio, which is not installed here")
    with pytest.raises(MissingError, match="no loudspeaker has this name"):
        Speaker("no loudspeaker has this name").play(SILENCE)


def test_recordings_are_read_without_portaudio() -> None:
    check = "import sys; import voicephoto.audio; sys.exit('sounddevice' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
