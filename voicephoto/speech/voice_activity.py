"""Is somebody speaking? webrtcvad answers quickly, Silero answers well."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import SAMPLE_RATE
from voicephoto.errors import MissingError
from voicephoto.speech.wheels import inside

CHUNK_SAMPLES = 512
"""What Silero judges at a time: 32 ms at 16 kHz."""
_CONTEXT_SAMPLES = 64
"""Silero sees the end of the chunk before, too."""


class WebRtcVoiceActivity:
    """The energy-band classifier of WebRTC: cheap enough for every frame, fooled by much that is not speech."""

    def __init__(self, aggressiveness: int) -> None:
        """`aggressiveness`: 0 (lets most through) to 3."""
        import webrtcvad

        self._vad = webrtcvad.Vad(aggressiveness)

    def is_speech(self, samples: NDArray[np.int16]) -> bool:
        """Judge 10, 20 or 30 ms at 16 kHz."""
        return bool(self._vad.is_speech(samples.tobytes(), SAMPLE_RATE))


class SileroVoiceActivity:
    """The Silero network (MIT licence), which ships in the faster-whisper wheel, on ONNX Runtime.

    It is recurrent: feed it the chunks of a stream in order, and `reset` it before another stretch of sound.
    Raises MissingError where the model file or ONNX Runtime is not there.
    """

    def __init__(self) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise MissingError("voice activity needs onnxruntime; run: pip install onnxruntime") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(_silero_file()), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self.reset()

    def reset(self) -> None:
        """Forget the stream heard so far."""
        self._h = self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT_SAMPLES, np.float32)

    def probability(self, chunk: NDArray[np.int16]) -> float:
        """Probability 0..1 that the next int16 [512] at 16 kHz hold speech."""
        sound = chunk.astype(np.float32) / 32768.0
        framed = np.concatenate([self._context, sound])[np.newaxis]
        probability, self._h, self._c = self._session.run(None, {"input": framed, "h": self._h, "c": self._c})
        self._context = sound[-_CONTEXT_SAMPLES:]
        return float(probability[0])


def _silero_file() -> Path:
    package = inside("faster_whisper")
    found = sorted((package / "assets").glob("silero_vad*.onnx")) if package else []
    if not found:
        raise MissingError(
            "the Silero voice activity model is missing; run: pip install --force-reinstall faster-whisper"
        )
    return found[-1]
