"""Models that look at photos."""

from voicephoto.vision.answers import Answerer, StarterAnswerer
from voicephoto.vision.calibration import Calibration
from voicephoto.vision.encoder import Encoder
from voicephoto.vision.starter import StarterEncoder

__all__ = ["Answerer", "Calibration", "Encoder", "StarterAnswerer", "StarterEncoder"]
