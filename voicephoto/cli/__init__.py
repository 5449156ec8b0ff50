"""The commands, no logic."""

from voicephoto.cli.program import main, voicephoto

__all__ = ["main", "voicephoto"]
