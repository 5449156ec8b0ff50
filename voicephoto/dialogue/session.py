"""What is on display and how it came there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from voicephoto.dialogue.intent import Intent
from voicephoto.library import Photo
from voicephoto.search import PhotoQuery

PAGE = 12
"""Photos on display at once."""
_REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Screen:
    """Photos found for a query, of which those from `start` on are shown, and the one in focus.

    With `cut` there are more than these in the library.
    """

    query: PhotoQuery
    photos: tuple[Photo, ...]
    cut: bool = False
    start: int = 0
    focus: Photo | None = None

    @property
    def shown(self) -> tuple[Photo, ...]:
        return self.photos[self.start : self.start + PAGE]

    @property
    def days(self) -> tuple[date, date] | None:
        """The days that are talked about: those of the photo in focus, else those that were asked for; half-open."""
        if self.focus is not None and self.focus.captured is not None:
            day = self.focus.captured.date()
            return day, day + timedelta(days=1)
        from_, until = self.query.from_, self.query.until
        return (from_, until) if from_ and until else None

    def focused(self, photo: Photo) -> "Screen":
        """With `photo` in focus and its page shown."""
        place = self.photos.index(photo)
        return replace(self, focus=photo, start=place // PAGE * PAGE)


class Session:
    """The screens of one conversation, newest last."""

    def __init__(self) -> None:
        self._screens: list[Screen] = []
        self.said = ""
        self.offer: Intent | None = None
        """What is done on a "yes"."""
        self._told: Counter[str] = Counter()

    def varied(self, variants: Sequence[str]) -> str:
        """The next one of several ways to say the same."""
        self._told[variants[0]] += 1
        return variants[(self._told[variants[0]] - 1) % len(variants)]

    @property
    def screen(self) -> Screen | None:
        return self._screens[-1] if self._screens else None

    def show(self, query: PhotoQuery, photos: Sequence[Photo], *, cut: bool = False) -> Screen:
        """Put new photos on display; the ones before can be gone back to."""
        screen = Screen(query, tuple(photos), cut)
        self._screens = [*self._screens[-_REMEMBERED:], screen]
        return screen

    def turn_to(self, screen: Screen) -> Screen:
        """Look at the same photos in another way."""
        self._screens[-1] = screen
        return screen

    def back(self) -> Screen | None:
        """Out of a single photo to all of them, then to the photos before these; None at the beginning."""
        if self._screens and self._screens[-1].focus is not None and len(self._screens[-1].photos) > 1:
            return self.turn_to(replace(self._screens[-1], focus=None))
        before = [screen for screen in self._screens[:-1] if screen.photos]
        if not before:
            return None
        self._screens = before
        return self.turn_to(replace(before[-1], focus=None))

    def clear(self) -> None:
        """Forget everything."""
        self._screens.clear()
        self.said = ""
        self.offer = None
