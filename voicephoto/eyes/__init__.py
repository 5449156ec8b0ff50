"""Which encoder looks at the photos, and how another one takes its place."""

from voicephoto.eyes.background import Background, Turns
from voicephoto.eyes.change import Change, Eyes
from voicephoto.eyes.succession import Succession

__all__ = ["Background", "Change", "Eyes", "Succession", "Turns"]
