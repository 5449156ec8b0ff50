"""Words for what photos usually show."""

from importlib import resources


def everyday_queries() -> list[str]:
    """What people ask of their photos, and whoever describes a photo of it would mention."""
    return _lines("asked.txt")


def everyday_things() -> list[str]:
    """Sentences for common things, which compete for every photo."""
    return _lines("things.txt")


def _lines(name: str) -> list[str]:
    return resources.files("voicephoto.vision").joinpath(name).read_text(encoding="utf-8").splitlines()
