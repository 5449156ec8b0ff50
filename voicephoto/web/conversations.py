"""Which conversations there are: each page its own, or several pages one, by the name of a room."""

import secrets
import time
from collections.abc import Callable

from voicephoto.assembly import Assembly
from voicephoto.audio import Speaker
from voicephoto.config import Settings
from voicephoto.errors import VoicephotoError
from voicephoto.web.conversation import Conversation
from voicephoto.web.messages import Changed
from voicephoto.web.page_speaker import PageSpeaker

MOST = 64
"""Conversations at once; those that nobody looks at end first."""


class Conversations:
    """The conversations of one server; all methods are for its event loop.

    One that nobody looks at is kept for as long as a conversation lasts anyway, so that a page may come back to it.
    """

    def __init__(self, parts: Assembly, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._clock = clock
        self._all: dict[str, Conversation] = {}
        self.here: Conversation | None = None
        """The one at this machine's own microphone and speaker, if it listens."""

    @property
    def all(self) -> tuple[Conversation, ...]:
        return tuple(self._all.values())

    def listen_here(self, speaker: Speaker) -> Conversation:
        """Begin the conversation at this machine's own microphone and `speaker`; pages see it unless they name a room."""
        self.here = self._begin(None, speaker)
        return self.here

    def join(self, key: str | None, room: str | None) -> tuple[Conversation, bool]:
        """The conversation that a page asks for, and whether it is the one of the `key`.

        Raises VoicephotoError where there are too many.
        """
        self.end_forgotten()
        known = self._all.get(key or "")
        if known is not None and known.room == room:
            return known, True
        if room is None and self.here is not None:
            return self.here, False
        for conversation in self._all.values():
            if room is not None and conversation.room == room:
                return conversation, False
        return self._begin(room), False

    def end_forgotten(self) -> None:
        """End conversations that nobody looked at for as long as one lasts; where there are too many, for any time."""
        unwatched = sorted(
            (one for one in self._all.values() if not one.watched and one is not self.here), key=lambda one: one.left
        )
        too_many = len(self._all) - MOST + 1
        for place, conversation in enumerate(unwatched):
            if place < too_many or self._clock() - conversation.left > self._parts.settings.session_minutes * 60:
                self._all.pop(conversation.key).close()

    def adopt(self, settings: Settings) -> None:
        """Go on with settings that differ in what may be changed on the page, and tell every page. Raises as `attention` does."""
        self._parts.adopt(settings, [conversation.live for conversation in self._all.values()])
        for conversation in self._all.values():
            conversation.tell(Changed(wake_word=settings.awaited_word))

    def close(self) -> None:
        for conversation in self._all.values():
            conversation.close()
        self._all.clear()

    def _begin(self, room: str | None, speaker: Speaker | None = None) -> Conversation:
        if len(self._all) >= MOST:
            raise VoicephotoError(
                f"{MOST} conversations are going on already; nothing was changed; close a page and try again"
            )
        parts = self._parts
        assistant = parts.assistant()
        page_speaker = None
        if speaker is None:
            speaker = page_speaker = PageSpeaker()
            assistant.watch(page_speaker.happened)
        key = secrets.token_urlsafe(16)
        self._all[key] = Conversation(
            key, room, assistant, parts.live(assistant, speaker), parts.photos.versions, page_speaker
        )
        return self._all[key]
