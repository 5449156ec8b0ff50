"""Sound in files."""

import logging
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio.sound import Sound, to_int16
from voicephoto.errors import VoicephotoError

log = logging.getLogger(__name__)

READABLE_RATES = range(1_000, 768_001)
"""Hz; a header that claims anything else is damaged."""
_LENGTH_UNKNOWN = 2**31 - 2**16
"""Bytes; programs write 2**31 - 1 or 2**32 - 1, or a little less, when they cannot know how long a recording will be."""
_BLOCK = 4_096
"""Samples read at a time: FLAC's usual block, as all of a block that cannot be decoded to its end is lost."""


class UnreadableSound(VoicephotoError):  # noqa: N818
    """A sound file cannot be used; the message names it and says why."""


def read_sound(path: Path) -> Sound:
    """Read a recording (wav, FLAC, Ogg, mp3 ...; any rate, channels, 8 to 32 bit or float) as mono.

    Channels are averaged and a constant offset is taken out. A file that was cut short is read as far as it
    goes, with a warning. Raises UnreadableSound.
    """
    import soundfile

    if path.is_dir():
        raise UnreadableSound(f"{path} is a folder, not a sound file; give a wav or FLAC file")
    if not path.exists():
        raise UnreadableSound(f"{path} does not exist; check the name")
    # Opening a pipe would wait for a writer for ever.
    if not path.is_file():
        raise UnreadableSound(f"{path} is not a regular file; give a wav or FLAC file")
    try:
        with soundfile.SoundFile(path) as file:
            rate, expected = file.samplerate, file.frames
            cut_short = _is_cut_short(file.extra_info)
            samples = _read_what_is_there(file)
    except (soundfile.LibsndfileError, OSError, ValueError, TypeError) as error:
        raise UnreadableSound(_explain(path, error)) from None
    if not len(samples):
        raise UnreadableSound(f"{path} holds no sound (0 samples); record it again")
    if rate not in READABLE_RATES:
        raise UnreadableSound(f"{path} claims {rate} samples a second, which no recording has; record it again")
    sound = Sound(to_int16(_mono(samples)), rate)
    if cut_short or len(samples) < expected:
        log.warning("%s is cut short; the first %.1f s are used", path, sound.seconds)
    return sound


def write_sound(path: Path, sound: Sound) -> None:
    """Write a 16-bit mono file; the ending of its name chooses the format (.wav, .flac). Raises UnreadableSound."""
    import soundfile

    kind = path.suffix[1:].upper()
    if not soundfile.check_format(kind, "PCM_16"):
        raise UnreadableSound(
            f"{path} cannot be written, as its name does not end in .wav or .flac; nothing was written"
        )
    try:
        with path.open("wb") as file:
            soundfile.write(file, sound.samples, sound.rate, format=kind, subtype="PCM_16")
    except (soundfile.LibsndfileError, OSError, ValueError, TypeError) as error:
        raise UnreadableSound(
            f"{path} cannot be written: {_reason(error)}; choose a .wav file in a folder that exists"
        ) from None


def _read_what_is_there(file: "soundfile.SoundFile") -> NDArray[np.float32]:  # type: ignore[name-defined]  # noqa: F821
    """All samples [n, channels] up to the first that cannot be decoded."""
    import soundfile

    blocks: list[NDArray[np.float32]] = []
    while True:
        try:
            block = file.read(_BLOCK, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            if blocks:
                break
            raise
        if not len(block):
            break
        blocks.append(block)
    return np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)


def _is_cut_short(log_of_header: str) -> bool:
    """Whether the header promises more than there is; a recorder that writes into a pipe promises all that fits."""
    promised = re.findall(r"(\d+) \(should be \d+\)", log_of_header)
    return any(int(size) < _LENGTH_UNKNOWN for size in promised)


def _mono(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    samples -= samples.mean(axis=0)
    mono = samples.mean(axis=1)
    loudest = samples[:, np.abs(samples).mean(axis=0).argmax()]
    # Two channels in opposite phase cancel each other out; one of them alone is the recording.
    if np.abs(mono).mean() < 0.1 * np.abs(loudest).mean():
        mono = loudest
    # Float files may go beyond full scale without any damage; clipping them would be the damage.
    limited: NDArray[np.float32] = mono / max(1.0, float(np.abs(mono).max()))
    return limited


def _explain(path: Path, error: Exception) -> str:
    if path.is_file() and path.stat().st_size == 0:
        return f"{path} is empty (0 bytes); record it again"
    return f"{path} cannot be read as sound ({_reason(error)}); give a wav or FLAC file"


def _reason(error: Exception) -> str:
    reason = getattr(error, "error_string", None) or getattr(error, "strerror", None) or str(error)
    return str(reason).strip().rstrip(".").splitlines()[0]
