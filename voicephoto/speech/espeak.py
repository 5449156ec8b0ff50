"""The voice of eSpeak NG, which ships in the espeakng-loader wheel: robotic, instant, no download."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np

from voicephoto.audio import Sound
from voicephoto.errors import MissingError
from voicephoto.speech.aloud import aloud
from voicephoto.speech.synthesis import split_sentences

# Values of espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_OK = 0

_WORDS_A_MINUTE = 170

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

# The library keeps one voice, one callback and one text for the whole process.
_lock = Lock()


class EspeakSynthesizer:
    """Speaks with an eSpeak NG voice, in memory. Raises MissingError where the library or the voice is missing."""

    def __init__(
        self, voice: str = "en-us", *, rate: float = 1.0, volume: float = 1.0, pitch: int = 45, pitch_range: int = 55
    ) -> None:
        """`voice` may carry a variant ("en-gb+f3"); `rate` 1 is 170 words a minute, `volume` a factor up to 2.

        `pitch` and `pitch_range` are 0..100, eSpeak's own scale.
        """
        self.name = f"espeak-ng {voice}"
        self._voice = voice
        self._parameters = {
            _RATE: round(_WORDS_A_MINUTE * rate), _VOLUME: round(100 * volume), _PITCH: pitch, _RANGE: pitch_range,
        }  # fmt: skip
        with _lock:
            _select(_library(), voice)

    def synthesize(self, text: str) -> Iterator[Sound]:
        """One sound for each sentence, 22,050 Hz, made when it is asked for; nothing for a text without words."""
        for sentence in split_sentences(text):
            yield self._speak(sentence)

    def _speak(self, sentence: str) -> Sound:
        pieces: list[bytes] = []

        def keep(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
            if samples and count:
                pieces.append(ctypes.string_at(samples, 2 * count))
            return 0

        text = aloud(sentence).encode() + b"\0"
        callback = _Callback(keep)
        with _lock:
            library = _library()
            _select(library, self._voice)
            for parameter, value in self._parameters.items():
                library.dll.espeak_SetParameter(parameter, value, 0)
            library.dll.espeak_SetSynthCallback(callback)
            library.dll.espeak_Synth(text, len(text), 0, 0, 0, _CHARS_UTF8, None, None)
            library.dll.espeak_Synchronize()
        return Sound(np.frombuffer(b"".join(pieces), np.int16), library.rate)


def phonemes(text: str, voice: str = "en-us") -> str:
    """The pronunciation of `text` as eSpeak NG's own ASCII mnemonics, separated by "_"; stress marks included."""
    with _lock:
        library = _library()
        _select(library, voice)
        source = ctypes.c_char_p(text.encode())
        pointer = ctypes.cast(ctypes.pointer(source), ctypes.POINTER(ctypes.c_void_p))
        spoken = []
        while pointer[0]:
            part = library.dll.espeak_TextToPhonemes(pointer, _CHARS_UTF8, ord("_") << 8)
            spoken.append((part or b"").decode())
        return " ".join(spoken).strip()


@dataclass(frozen=True, slots=True)
class _Library:
    dll: ctypes.CDLL
    rate: int


class _Voice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h; what matters here comes first."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("rest", ctypes.c_ubyte * 16),
    )


@cache
def _library() -> _Library:
    remedy = "run: pip install --force-reinstall espeakng-loader"
    try:
        import espeakng_loader

        dll = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError) as error:
        raise MissingError(f"speech cannot be made because eSpeak NG is missing ({error}); {remedy}") from None
    dll.espeak_TextToPhonemes.restype = ctypes.c_char_p
    dll.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
    dll.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
        ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    rate = dll.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), _INITIALIZE_DONT_EXIT)
    if rate <= 0:
        raise MissingError(f"speech cannot be made because eSpeak NG found no voices in {data}; {remedy}")
    return _Library(dll, rate)


def _select(library: _Library, voice: str) -> None:
    if library.dll.espeak_SetVoiceByName(voice.encode()) == _OK:
        return
    # Some voices go by the language alone: en-gb is the voice gmw/en, which then takes the variant.
    language, plus, variant = voice.partition("+")
    wanted = _Voice(languages=language.encode())
    if not language or library.dll.espeak_SetVoiceByProperties(ctypes.byref(wanted)) != _OK:
        raise MissingError(f"eSpeak NG has no voice {voice!r}; choose one such as en-us, en-gb or en-us+f3")
    if plus:
        found = library.dll.espeak_GetCurrentVoice().contents.identifier
        library.dll.espeak_SetVoiceByName(found + plus.encode() + variant.encode())
