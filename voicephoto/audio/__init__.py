"""Samples: frames, resampling, sound files, the speaker."""

from voicephoto.audio.frames import FRAME_SAMPLES, SAMPLE_RATE, Frame, frames
from voicephoto.audio.resampling import resample
from voicephoto.audio.sound import Sound
from voicephoto.audio.speaker import Speaker
from voicephoto.audio.wav import UnreadableSound, read_sound, write_sound

__all__ = [
    "FRAME_SAMPLES",
    "SAMPLE_RATE",
    "Frame",
    "Sound",
    "Speaker",
    "UnreadableSound",
    "frames",
    "read_sound",
    "resample",
    "write_sound",
]
