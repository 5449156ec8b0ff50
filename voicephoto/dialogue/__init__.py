"""Words to what to do, and what was done to words."""

from voicephoto.dialogue.dialogue import Dialogue, Reply, Sight
from voicephoto.dialogue.intent import Intent, reading
from voicephoto.dialogue.routing import Router
from voicephoto.dialogue.session import Screen
from voicephoto.dialogue.understanding import Understander

__all__ = ["Dialogue", "Intent", "Reply", "Router", "Screen", "Sight", "Understander", "reading"]
