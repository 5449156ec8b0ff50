"""Models that look at photos."""

from voicephoto.vision.answers import Answerer, StarterAnswerer
from voicephoto.vision.bank import STANDING, Bank, Standing
from voicephoto.vision.calibration import Assessment, Calibration
from voicephoto.vision.encoder import Encoder, WordEncoder
from voicephoto.vision.everyday import everyday_queries, everyday_things
from voicephoto.vision.starter import StarterEncoder

__all__ = [
    "STANDING",
    "Answerer",
    "Assessment",
    "Bank",
    "Calibration",
    "Encoder",
    "Standing",
    "StarterAnswerer",
    "StarterEncoder",
    "WordEncoder",
    "everyday_queries",
    "everyday_things",
]
