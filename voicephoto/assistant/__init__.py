"""The real-time loop: frames or typed lines in, turns and events out."""

from voicephoto.assistant.assistant import Assistant
from voicephoto.assistant.attention import Attention
from voicephoto.assistant.events import Event, Guessed, Heard, Replied, Said, SpeechEnded, SpeechStarted, TurnEnded
from voicephoto.assistant.live import Interruption, Live
from voicephoto.assistant.turn import Turn

__all__ = [
    "Assistant",
    "Attention",
    "Event",
    "Guessed",
    "Heard",
    "Interruption",
    "Live",
    "Replied",
    "Said",
    "SpeechEnded",
    "SpeechStarted",
    "Turn",
    "TurnEnded",
]
