"""Sound at another rate."""

import numpy as np

from voicephoto.audio.sound import Sound, to_int16


def resample(sound: Sound, rate: int) -> Sound:
    """The same sound at `rate` Hz; its length is the exact duration rounded to a sample (soxr, high quality)."""
    if rate == sound.rate:
        return sound
    import soxr

    # Converted as float: near full scale the filter overshoots, and int16 arithmetic would wrap or clip early.
    converted = soxr.resample(sound.samples.astype(np.float32) / 32768.0, sound.rate, rate)
    length = round(len(sound.samples) * rate / sound.rate)
    converted = np.pad(converted, (0, max(0, length - len(converted))))[:length]
    return Sound(to_int16(converted), rate)
