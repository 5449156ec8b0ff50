"""Piper: a natural voice on ONNX Runtime, from a file on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import Sound
from voicephoto.errors import MissingError, one_line
from voicephoto.memory import require_memory
from voicephoto.speech.aloud import aloud
from voicephoto.speech.synthesis import split_sentences

if TYPE_CHECKING:
    from piper import PiperVoice

_SAMPLE = "I found seven photos of the beach from last summer."
_PEAK = 0.8
"""How loud the loudest sample of a usual sentence is (1 = full scale); what is louder has room up to 1."""
_MEMORY = 4.0
"""Megabytes for each one of the voice's file: a medium voice of 60 MB takes 140, and 245 once it has said a long sentence."""


class PiperSynthesizer:
    """Speaks with a Piper voice: NAME.onnx, and its NAME.onnx.json beside it.

    A voice has one loudness, found when it is loaded: to make every sentence as loud as it can be, which is what Piper
    does by itself, would let a short one jump out. eSpeak NG, which gives Piper its phonemes, is a copy inside Piper's
    package with a lock around it, and does not know of the one in espeak.py.
    """

    def __init__(self, model: Path, *, rate: float = 1.0, volume: float = 1.0) -> None:
        """`rate`: 1 is the voice's own speed, 2 twice as fast; `volume` is a factor.

        Raises MissingError where the voice is not whole, does not speak, or does not fit into memory.
        """
        self.name = f"piper {model.stem}"
        self._voice = _load(model)
        self._rate = rate
        try:
            usual = float(np.abs(self._speak(_SAMPLE)).max())
        except Exception as error:
            # ONNX Runtime, eSpeak NG and Piper each have errors of their own for what a file should not hold.
            raise _unusable(model, error) from None
        if not 0 < usual < np.inf:
            raise _unusable(model, ValueError("it makes no sound"))
        self._gain = volume * _PEAK / usual

    def synthesize(self, text: str) -> Iterator[Sound]:
        """One sound for each sentence at the voice's own sample rate, made when it is asked for."""
        for sentence in split_sentences(text):
            samples = np.clip(self._speak(sentence) * self._gain, -1.0, 1.0)
            if len(samples):
                yield Sound(np.rint(samples * 32767).astype(np.int16), self._voice.config.sample_rate)

    def _speak(self, sentence: str) -> NDArray[np.float32]:
        """Samples [n] as the network makes them."""
        from piper import SynthesisConfig

        # Piper takes what stands in double brackets for phonemes.
        text = aloud(sentence.replace("[[", "[").replace("]]", "]"))
        how = SynthesisConfig(length_scale=self._voice.config.length_scale / self._rate, normalize_audio=False)
        pieces = [chunk.audio_float_array for chunk in self._voice.synthesize(text, how)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _load(model: Path) -> "PiperVoice":
    try:
        import onnxruntime
        from piper import PhonemeType, PiperConfig, PiperVoice
    except ImportError as error:
        raise MissingError(f"Piper cannot speak ({error}); run: pip install piper-tts") from None
    description = Path(f"{model}.json")
    for file in (model, description):
        if not file.is_file():
            raise MissingError(
                f"the voice {model.stem} is not complete: {file} is missing; nothing was changed; get the voice again"
            )
    require_memory(_MEMORY * model.stat().st_size / 2**20, f"the voice {model.stem}")
    options = onnxruntime.SessionOptions()
    # The other cores are for the recogniser: see _threads in whisper.py. One makes speech fifteen times as fast as it is spoken.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        config = PiperConfig.from_dict(json.loads(description.read_text(encoding="utf-8")))
        if config.phoneme_type is not PhonemeType.ESPEAK:
            # The others need packages, or files that Piper would fetch from the network.
            raise ValueError(f"it wants {config.phoneme_type.value} phonemes, not eSpeak NG's")
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # ONNX Runtime has no base class for what it raises, and any JSON may be in the description.
        raise _unusable(model, error) from None
    return PiperVoice(session=session, config=config)


def _unusable(model: Path, error: Exception) -> MissingError:
    reason = one_line(str(error).splitlines()[0]) if str(error) else type(error).__name__
    return MissingError(f"the voice {model} cannot be used ({reason}); nothing was changed; get it again")
