"""How far the work on a model's bytes is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Is told what is being done ("verifying whisper-tiny"), the bytes that are done, and how many there are."""
Count = Callable[[int], None]
"""Is told of so many further bytes."""


def untold(doing: str, done: int, total: int) -> None:
    """Nobody watches."""


def counter(progress: Progress, doing: str, done: int, total: int) -> Count:
    """Adds up, from `done` on, what `progress` is told."""

    def count(further: int) -> None:
        nonlocal done
        done += further
        progress(doing, done, total)

    return count
