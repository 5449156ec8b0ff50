"""One conversation, and the pages that see it."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Protocol

from voicephoto.assistant import (
    Assistant,
    Event,
    Guessed,
    Heard,
    Live,
    Replied,
    SpeechEnded,
    SpeechStarted,
    Turn,
    TurnEnded,
)
from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, SILENT, Frame
from voicephoto.dialogue import Intent, Reply, reading
from voicephoto.errors import VoicephotoError, one_line
from voicephoto.search import PhotoQuery
from voicephoto.speech import dbfs
from voicephoto.web import messages
from voicephoto.web.ear import Ear
from voicephoto.web.messages import Exchange, Listening, Notice, Shown, ToPage
from voicephoto.web.page_speaker import PageSpeaker
from voicephoto.web.shown import shown, without

Versions = Callable[[Sequence[int]], Mapping[int, str]]
"""The versions of photos' files, by the photos' ids."""

_REMEMBERED = 50
"""Turns that a page gets to read when it comes back."""
_REPORTED_EVERY = SAMPLE_RATE // FRAME_SAMPLES // 4
"""Frames: four reports a second."""
_ALOUD = frozenset(("describe", "repeat"))
"""Buttons whose answer is what is said."""
_OF_THIS = frozenset(("describe", "similar"))


class Page(Protocol):
    """A page that is connected."""

    def send(self, message: ToPage | bytes) -> None:
        """Add a message to what it is sent, from any thread; returns at once."""
        ...


class Conversation:
    """An assistant, what it has on display, and the pages that mirror it.

    At a machine's own microphone and speaker `live` is given frames by `hear`. Otherwise `speaker` is given too: then one page
    at a time is the microphone, and the one that asked last plays the replies.
    """

    def __init__(
        self,
        key: str,
        room: str | None,
        assistant: Assistant,
        live: Live,
        versions: Versions,
        speaker: PageSpeaker | None = None,
    ) -> None:
        self.key = key
        self.room = room
        self.live = live
        self._assistant = assistant
        self._versions = versions
        self._speaker = speaker
        self._ear = Ear(self.hear, self._finish) if speaker else None
        self._listener: Page | None = None
        self._asker: Page | None = None
        self._muted: frozenset[Page] = frozenset()
        self._pages: tuple[Page, ...] = ()
        self._query: PhotoQuery | None = None
        self._frames = 0
        self._level = SILENT
        self.exchanges: tuple[Exchange, ...] = ()
        self.shown = Shown()
        self.left = time.monotonic()
        """When the last page went; what happens to conversations that nobody looks at is decided by it."""
        assistant.watch(self._happened)

    # The pages

    @property
    def by_page(self) -> bool:
        """Whether a page listens and speaks, and not the machine itself."""
        return self._speaker is not None

    @property
    def watched(self) -> bool:
        return bool(self._pages)

    def join(self, page: Page) -> None:
        self._pages += (page,)

    def leave(self, page: Page) -> None:
        if page is self._listener:
            self._hush()
        self._muted -= {page}
        self._pages = tuple(other for other in self._pages if other is not page)
        self._speak_to(self._asker if self._asker is not page else None)
        self.left = time.monotonic()

    def close(self) -> None:
        """End it, with whatever is being said."""
        if self._ear is not None:
            self._ear.close()
        self._assistant.__exit__()

    def tell(self, message: ToPage) -> None:
        """Send a message to every page."""
        for page in self._pages:
            page.send(message)

    # What a page asks for

    def ask(self, page: Page, text: str) -> None:
        self._speak_to(page)
        self.care(self._assistant.ask(text))

    def answer(self, text: str) -> "Future[Turn]":
        """Ask for another program, which waits for the turn; where pages play the replies, none plays this one."""
        self._speak_to(None)
        self.left = time.monotonic()
        return self._assistant.ask(text)

    def touch(self, page: Page, intent: Intent) -> None:
        self._speak_to(page)
        self.care(self._assistant.touch(intent, aloud=intent.kind in _ALOUD))

    def look(self, page: Page, photo: int) -> None:
        self.touch(page, Intent("show", PhotoQuery(ids=(photo,))))

    def do(self, page: Page, what: messages.Button) -> None:
        self.touch(page, Intent(what, photo="this" if what in _OF_THIS else None))

    def drop(self, page: Page, chip: str) -> None:
        """Search again without a part of the query; nothing happens where there is none any more."""
        if self._query is not None and (query := without(self._query, chip)) != self._query:
            self.touch(page, Intent("search", query))

    def mute(self, page: Page, muted: bool) -> None:
        self._muted = self._muted | {page} if muted else self._muted - {page}
        self._speak_to(self._asker)

    def played(self, page: Page, sound: int, *, over: bool) -> None:
        if self._speaker is not None and page is self._asker:
            self._speaker.played(sound, over=over)

    def listen(self, page: Page, on: bool, *, held: bool) -> None:
        """Let a page be the microphone, in the place of any other; or no more. Raises ValueError where the machine listens."""
        if self._ear is None or self._speaker is None:
            raise ValueError("this machine listens itself; speak to it, or open another room with ?room=NAME")
        if not on:
            if page is self._listener:
                self._hush()
            return
        if self._listener is not None and self._listener is not page:
            self._listener.send(Notice(kind="microphone taken", text="Another page listens now."))
        self._listener = page
        self._speak_to(page)
        self._ear.begin()
        if held:
            # Who presses a key to speak wants to be listened to, and not to be talked over.
            self._assistant.interrupt()
            self._speaker.stop()
            self.live.wake()

    def sound(self, page: Page, data: bytes) -> None:
        """Take a binary message of a page. Raises ValueError for what is none."""
        offset, samples = messages.sound_of(data)
        # What comes from another page was sent before that knew that it is not listened to any more.
        if self._ear is not None and page is self._listener:
            self._ear.take(offset, samples)

    # What happens

    def hear(self, frame: Frame) -> None:
        """Take the next frame of the microphone, and report four times a second that it is heard."""
        self._level = max(self._level, dbfs(frame.samples))
        self.care(self.live.hear(frame))
        self._frames += 1
        if self._frames % _REPORTED_EVERY == 0:
            self._report(on=True)
            self._level = SILENT

    def care(self, turn: "Future[Turn] | None") -> None:
        """Say what a turn failed of; the conversation goes on."""
        if turn is not None:
            turn.add_done_callback(self._failed)

    def _failed(self, turn: "Future[Turn]") -> None:
        error = None if turn.cancelled() else turn.exception()
        if isinstance(error, VoicephotoError):
            self.tell(Notice(kind="failed", text=one_line(str(error))))
        elif error is not None:
            self.tell(Notice(kind="failed", text=f"a fault of the program ({type(error).__name__}); ask again"))

    def _happened(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self.tell(messages.Hearing())
            case Guessed() if event.transcript.text:
                self.tell(messages.Words(text=event.transcript.text))
            case SpeechEnded():
                self.tell(messages.Thinking(turn=event.turn))
            case Heard() if event.transcript.text or event.transcript.reason:
                self.tell(messages.Heard(turn=event.turn, text=event.transcript.text, reason=event.transcript.reason))
            case Replied():
                self._answered(event.turn, event.intent, event.reply)
            case TurnEnded():
                self._ended(event.turn)

    def _answered(self, turn: int, intent: Intent, reply: Reply) -> None:
        screen = reply.screen
        self._query = screen.query if screen else None
        self.shown = shown(reply, self._versions([photo.id for photo in screen.photos] if screen else []))
        understood = reading(intent)["spoken"]
        self.tell(
            messages.Answered(turn=turn, intent=intent.kind, understood=understood, said=reply.say, shown=self.shown)
        )

    def _ended(self, turn: Turn) -> None:
        reply = turn.reply
        if turn.heard and reply is not None:
            self.exchanges = (*self.exchanges, Exchange(turn=turn.number, heard=turn.heard, said=reply.say))[
                -_REMEMBERED:
            ]
        ms = turn.ms.get("first_photo", turn.ms["total"])
        self.tell(messages.Ended(turn=turn.number, said=reply.say if reply else "", ms=ms))

    def _finish(self, at: float) -> None:
        self.care(self._assistant.finish(at))

    def _hush(self) -> None:
        self._listener = None
        if self._ear is not None:
            self._ear.end()
        self._report(on=False)

    def _report(self, *, on: bool) -> None:
        lost = self._ear.lost_ms if self._ear else 0
        self.tell(
            Listening(on=on, level=round(self._level, 1), audible=self.live.audible, awake=self.live.awake, lost=lost)
        )

    def _speak_to(self, page: Page | None) -> None:
        """Let the replies be played by a page from now on."""
        if self._speaker is None:
            return
        if page is not self._asker:
            self._speaker.stop()
        self._asker = page
        heard = page is not None and page not in self._muted
        if not heard and self._speaker.send is not None:
            self._speaker.stop()
        self._speaker.send = page.send if page is not None and heard else None
