"""Whether what is heard is meant for the program."""

from voicephoto.audio import Frame
from voicephoto.speech import WakeWord

PATIENCE = 8.0
"""Seconds that somebody who woke the program has to begin to speak."""
_BREATH = 0.5
"""Seconds between an answer that is found and the first sound of its reply."""


class Attention:
    """Attends always, or from a wake word or a key on: until the reply is over and `follow_up` seconds (s) longer.

    With a `wake_word` the program sleeps until it is said; with `follow_up` alone until `wake` is called.
    """

    def __init__(self, *, wake_word: WakeWord | None = None, follow_up: float | None = None) -> None:
        self._always = wake_word is None and follow_up is None
        self._wake_word = wake_word
        self._follow_up = max(follow_up or 0.0, _BREATH)
        self._called = False
        self._until = 0.0
        self._engaged = False

    @property
    def awake(self) -> bool:
        """Whether the last frame was attended to."""
        return self._always or self._engaged

    def wake(self) -> None:
        """Attend from the next frame on, because of a key or another program."""
        self._called = True

    def attends(self, frame: Frame, *, heard: bool, answering: bool) -> bool:
        """Whether a frame counts; `heard`: somebody seems to speak, `answering`: what was said is thought about or replied to."""
        if self._always:
            return True
        if (self._wake_word is not None and self._wake_word.hear(frame)) or self._called:
            self._called = False
            self._until = frame.start + PATIENCE
        elif answering and self._engaged:
            self._until = frame.start + self._follow_up
        self._engaged = frame.start < self._until or (heard and self._engaged)
        return self._engaged
