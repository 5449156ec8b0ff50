"""The loudspeaker."""

from voicephoto.audio.sound import Sound
from voicephoto.errors import MissingError


class Speaker:
    """Plays sound on a device of this machine, by name or part of it; None is the system's default."""

    def __init__(self, device: str | None = None) -> None:
        try:
            import sounddevice
        except OSError:
            raise MissingError(
                "sound cannot be played because PortAudio is not installed; everything else works; "
                "on Debian or Ubuntu: sudo apt install libportaudio2"
            ) from None
        self._sounddevice = sounddevice
        self._device = device

    def play(self, sound: Sound) -> None:
        """Play the sound and return when it is over; raises MissingError where there is no such device."""
        try:
            self._sounddevice.play(sound.samples, sound.rate, device=self._device, blocking=True)
        except (self._sounddevice.PortAudioError, ValueError) as error:
            name = self._device or "the default speaker"
            reason = str(error).splitlines()[0]
            raise MissingError(f"{name} cannot play sound ({reason}); connect a speaker or leave out --play") from None
