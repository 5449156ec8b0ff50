"""Models that look at photos."""

from voicephoto.vision.answers import Answerer, FallbackAnswerer, Picture, StarterAnswerer
from voicephoto.vision.bank import STANDING, Bank, Standing
from voicephoto.vision.calibration import Assessment, Calibration
from voicephoto.vision.chat import ChatAnswerer
from voicephoto.vision.checking import CheckedAnswerer
from voicephoto.vision.encoder import Encoder, WordEncoder
from voicephoto.vision.everyday import everyday_queries, everyday_things
from voicephoto.vision.open_clip import OpenClipEncoder
from voicephoto.vision.starter import StarterEncoder
from voicephoto.vision.vlm import VlmAnswerer

__all__ = [
    "STANDING",
    "Answerer",
    "Assessment",
    "Bank",
    "Calibration",
    "ChatAnswerer",
    "CheckedAnswerer",
    "Encoder",
    "FallbackAnswerer",
    "OpenClipEncoder",
    "Picture",
    "Standing",
    "StarterAnswerer",
    "StarterEncoder",
    "VlmAnswerer",
    "WordEncoder",
    "everyday_queries",
    "everyday_things",
]
