"""This machine's own microphone and speaker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voicephoto.assembly import Assembly
from voicephoto.audio import DeviceSpeaker, Found, Happening, Microphone, PortAudio


@contextmanager
def devices(
    parts: Assembly, told: Callable[[Happening], None], microphone: str | None = None, speaker: str | None = None
) -> Iterator[tuple[Microphone, DeviceSpeaker]]:
    """Open them while the block runs, those that are named or that the settings name.

    `told` learns what happens to the microphone; that it is back is also said aloud. Raises MissingError where there is no
    microphone, no speaker or no PortAudio.
    """
    portaudio = PortAudio()
    mouth = DeviceSpeaker(portaudio, speaker or parts.settings.speaker)

    def happened(happening: Happening) -> None:
        told(happening)
        if isinstance(happening, Found):
            for sound in parts.synthesizer.synthesize("The microphone is back."):
                mouth.play(sound)

    try:
        ear = Microphone(portaudio, microphone or parts.settings.microphone, happened)
        try:
            yield ear, mouth
        finally:
            ear.close()
    finally:
        mouth.close()
