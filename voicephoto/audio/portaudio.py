"""PortAudio: the devices of this machine, opened by name, and started anew when one is gone."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voicephoto.errors import MissingError

_LATENCY = 0.05
"""Seconds of sound in a device's buffer. With the devices' own "low", 9 ms through PulseAudio, the speaker runs empty as soon
as a microphone is open beside it, and stands still for up to two seconds each time."""


@dataclass(frozen=True, slots=True)
class Device:
    """One sound device: how many channels it takes in and gives out, and its own rate (Hz)."""

    name: str
    inputs: int
    outputs: int
    rate: int
    is_default_input: bool = False
    is_default_output: bool = False


class PortAudio:
    """The sound library of this process and the streams that are open in it.

    PortAudio lists the devices once, when it starts: one that was plugged in later is found only by `restart`, which
    closes every stream. `generation` says how often that happened, so that whoever had a stream opens it again.
    """

    def __init__(self) -> None:
        """Raises MissingError where PortAudio is not installed."""
        try:
            import sounddevice
        except OSError:
            raise MissingError(
                "there is no sound from this machine's devices because PortAudio is not installed; everything else "
                "works; on Debian or Ubuntu: sudo apt install libportaudio2"
            ) from None
        self._sounddevice = sounddevice
        self._lock = threading.RLock()
        self._open: list[Any] = []
        self.generation = 0

    @property
    def devices(self) -> list[Device]:
        """The devices as they were when PortAudio started."""
        with self._lock:
            default = self._sounddevice.default.device
            return [
                Device(
                    str(found["name"]),
                    int(found["max_input_channels"]),
                    int(found["max_output_channels"]),
                    int(found["default_samplerate"]),
                    number == default[0],
                    number == default[1],
                )
                for number, found in enumerate(self._sounddevice.query_devices())
            ]

    def open_input(self, name: str | None, callback: Callable[[Any, Any], None]) -> tuple[Any, Device]:
        """Start to record from a device at its own rate; `callback` gets int16 [n, channels] and PortAudio's flags.

        Raises MissingError where there is no such device, or another program has it for itself.
        """

        def take(block: Any, _frames: int, _time: Any, flags: Any) -> None:
            callback(block.copy(), flags)

        with self._lock:
            number, device = self._find(name, "input")
            channels = min(device.inputs, 2)
            return self._started(self._sounddevice.InputStream, number, device, channels, take), device

    def open_output(self, name: str | None, begin: Callable[[Device], Callable[[Any, Any], None]]) -> Any:
        """Start to play on a device at its own rate; what `begin` makes for it fills int16 [n, channels].

        Raises MissingError as `open_input` does.
        """
        with self._lock:
            number, device = self._find(name, "output")
            fill = begin(device)

            def give(block: Any, _frames: int, _time: Any, flags: Any) -> None:
                fill(block, flags)

            return self._started(self._sounddevice.OutputStream, number, device, min(device.outputs, 2), give)

    def close(self, stream: Any) -> None:
        """End a stream, also one whose device is gone."""
        with self._lock:
            if stream in self._open:
                self._open.remove(stream)
                try:
                    stream.abort()
                    stream.close()
                except self._sounddevice.PortAudioError:
                    pass

    def restart(self) -> None:
        """Close everything and list the devices anew."""
        with self._lock:
            for stream in list(self._open):
                self.close(stream)
            self._sounddevice._terminate()
            self._sounddevice._initialize()
            self.generation += 1

    def _started(self, kind: Any, number: int, device: Device, channels: int, callback: Callable[..., None]) -> Any:
        try:
            stream = kind(
                device=number,
                channels=channels,
                samplerate=device.rate,
                dtype="int16",
                latency=_LATENCY,
                callback=callback,
            )
            stream.start()
        except (self._sounddevice.PortAudioError, ValueError) as error:
            raise MissingError(
                f"the sound device {device.name} cannot be opened ({_reason(error)}); maybe another program has it; "
                "close that, or name another device (voicephoto devices lists them)"
            ) from None
        self._open.append(stream)
        return stream

    def _find(self, name: str | None, kind: str) -> tuple[int, Device]:
        """The device whose name is or has `name`, or the system's default, and its number."""
        devices = self.devices
        able = [
            (number, device)
            for number, device in enumerate(devices)
            if (device.inputs if kind == "input" else device.outputs) > 0
        ]
        if name is None:
            wanted = [one for one in able if (one[1].is_default_input if kind == "input" else one[1].is_default_output)]
            wanted = wanted or able
        else:
            key = name.casefold()
            wanted = [one for one in able if one[1].name.casefold() == key]
            wanted = wanted or [one for one in able if key in one[1].name.casefold()]
        if wanted:
            return wanted[0]
        what = "microphone" if kind == "input" else "speaker"
        called = "no " + what if name is None else f"no {what} called {name}"
        there = ", ".join(device.name for _, device in able)
        raise MissingError(
            f"there is {called} on this machine; "
            + (f"there is {there}; " if there else "")
            + "connect one, or name another (voicephoto devices lists them)"
        )


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
