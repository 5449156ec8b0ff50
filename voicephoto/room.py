"""This machine's own microphone and speaker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voicephoto.assembly import Assembly
from voicephoto.audio import DeviceSpeaker, EchoCanceller, Frame, Happening, Microphone, PortAudio


@contextmanager
def devices(
    parts: Assembly, told: Callable[[Happening], None], microphone: str | None = None, speaker: str | None = None
) -> Iterator[tuple[Microphone, DeviceSpeaker]]:
    """Open them while the block runs, those that are named or that the settings name.

    `told` learns what happens to the microphone. Raises MissingError where there is no microphone, no speaker or no
    PortAudio.
    """
    portaudio = PortAudio()
    mouth = DeviceSpeaker(portaudio, speaker or parts.settings.speaker)

    try:
        ear = Microphone(portaudio, microphone or parts.settings.microphone, told)
        try:
            yield ear, mouth
        finally:
            ear.close()
    finally:
        mouth.close()


def heard(ear: Microphone, mouth: DeviceSpeaker) -> Iterator[Frame]:
    """The frames of the microphone, without end and without what the speaker plays."""
    canceller = EchoCanceller()
    for frame in ear.frames():
        yield canceller.clean(frame, mouth.played(len(frame.samples)))
