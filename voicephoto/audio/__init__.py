"""Samples: frames, resampling, sound files, the microphone, the speaker, and the echo between them."""

from voicephoto.audio.earcons import Earcon, earcon
from voicephoto.audio.echo import EchoCanceller
from voicephoto.audio.frames import FRAME_SAMPLES, SAMPLE_RATE, Frame, frames
from voicephoto.audio.microphone import Found, Happening, Lost, Microphone
from voicephoto.audio.portaudio import Device, PortAudio
from voicephoto.audio.resampling import resample
from voicephoto.audio.sound import Sound
from voicephoto.audio.speaker import SILENT, DeviceSpeaker, Playout, Speaker
from voicephoto.audio.wav import UnreadableSound, read_sound, write_sound

__all__ = [
    "FRAME_SAMPLES",
    "SAMPLE_RATE",
    "SILENT",
    "Device",
    "DeviceSpeaker",
    "Earcon",
    "EchoCanceller",
    "Found",
    "Frame",
    "Happening",
    "Lost",
    "Microphone",
    "Playout",
    "PortAudio",
    "Sound",
    "Speaker",
    "UnreadableSound",
    "earcon",
    "frames",
    "read_sound",
    "resample",
    "write_sound",
]
