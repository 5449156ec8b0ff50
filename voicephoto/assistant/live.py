"""The assistant at a microphone and a speaker of one room, where it hears itself too."""

import re
from concurrent.futures import Future
from difflib import SequenceMatcher
from typing import Literal

import numpy as np

from voicephoto.assistant.assistant import Assistant
from voicephoto.assistant.attention import Attention
from voicephoto.assistant.echo import AUDIBLE, Echo
from voicephoto.assistant.events import Event, Heard, Replied, Said, SpeechEnded, SpeechStarted
from voicephoto.assistant.turn import Turn
from voicephoto.audio import Earcon, Frame, Speaker, earcon
from voicephoto.speech import Transcript

Interruption = Literal["full", "stop", "off"]
"""What speaking over a reply does: anything stops it, only a word such as "stop", or nothing."""

_HEARD_AFTER, _WORKING_EVERY = 15, 100
"""Frames without an answer: 0.3 s, and every 2 s."""
_ECHO_WORDS = 0.6
"""So many of an utterance's words, in their order, are the reply's own: it is its echo."""
_CUT = 3
"""Letters from which on the beginning of a word is told from another word."""
_ECHO_LASTS = 0.7
"""Seconds for which a reply is still heard after it was paused: the buffers of a wireless speaker, and the room."""


class Live:
    """Lets an assistant hear a stream of frames and speak through a speaker, without taking itself for a person.

    No echo canceller is assumed. While a reply is audible somebody has to be louder than its echo to be heard. Then the
    reply pauses; it stops when words are understood that are not its own, and goes on when there were none.
    """

    def __init__(
        self,
        assistant: Assistant,
        speaker: Speaker,
        interruption: Interruption = "full",
        *,
        earcons: bool = True,
        attention: Attention | None = None,
    ) -> None:
        self._assistant = assistant
        self._speaker = speaker
        self.adopt(interruption, earcons=earcons, attention=attention or Attention())
        self._echo = Echo()
        self._paused = False
        self._over_reply = False
        """Whether what is being said began while a reply was audible."""
        self._last_audible = 0.0
        """When the reply was last played, by the frames."""
        self._overlapping: dict[int, float | None] = {}
        """Turns that are being decided: how long somebody spoke on when the reply was silent, if it was over a reply."""
        self._reply = ""
        self._waited: int | None = None
        """Frames since a sentence ended that has no answer yet."""
        assistant.watch(self._happened)
        assistant.judge = self._judge

    def adopt(self, interruption: Interruption, *, earcons: bool, attention: Attention) -> None:
        """Go on in this manner from the next frame on."""
        self._interruption = interruption
        self._earcons = earcons
        self._attention = attention

    @property
    def audible(self) -> bool:
        """Whether a reply is being played, or was a moment ago."""
        return self._speaker.playing or self._speaker.level > AUDIBLE

    @property
    def awake(self) -> bool:
        """Whether what is said now is taken for the program's."""
        return self._attention.awake

    def wake(self) -> None:
        """Listen to what is said next, where a wake word or a key is waited for."""
        self._attention.wake()

    def found_microphone(self) -> None:
        """Say that the microphone is back; how loud it hears the speaker has to be learnt anew, for it may be another."""
        self._echo = Echo()
        self._assistant.announce("The microphone is back.")

    def hear(self, frame: Frame) -> Future[Turn] | None:
        """Take the next frame of the microphone; returns the turn that begins with it, if one does."""
        self._reassure()
        answering = self.audible or self._waited is not None
        if not self._attention.attends(frame, heard=self._assistant.alarmed, answering=answering):
            return self._assistant.hear(_silence(frame))
        if self.audible and not self._paused:
            self._last_audible = frame.start
        played = self._speaker.level
        best, floor = self._echo.best(frame, played)
        if not self.audible or self._paused:
            turn = self._assistant.hear(best)
            if self._paused and turn is None and not self._assistant.alarmed and not self._overlapping:
                # It was a noise.
                self._go_on()
            return turn
        if self._interruption == "off":
            return self._assistant.hear(_silence(frame))
        turn = self._assistant.hear(best, floor)
        if not self._assistant.alarmed:
            self._echo.learn(frame, played)
        else:
            # In the pause the words are heard without the reply; it goes on where they do not end it.
            self._speaker.pause()
            self._paused = True
        return turn

    def _reassure(self) -> None:
        """Say that something was heard where the answer takes longer than people wait for one."""
        if self._waited is None:
            return
        self._waited += 1
        if self._waited == _HEARD_AFTER:
            self._signal("heard")
        elif self._waited % _WORKING_EVERY == 0:
            self._signal("working")

    def _go_on(self) -> None:
        self._paused = False
        self._speaker.resume()

    def _happened(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self._over_reply = self._paused or self.audible
            case SpeechEnded():
                self._overlapping[event.turn] = event.at - self._last_audible if self._over_reply else None
                self._over_reply = False
                self._waited = 0
            case Heard():
                over_reply = self._overlapping.get(event.turn) is not None
                self._waited = self._waited if event.transcript.reason is None else None
                if event.transcript.reason is None:
                    self._paused = False
                    self._speaker.stop()
                elif self._paused:
                    self._go_on()
                elif not over_reply and event.transcript.reason == "not understood":
                    self._signal("not understood")
                # Not before: until then the frames know that it is being decided whether the reply goes on.
                self._overlapping.pop(event.turn, None)
            case Replied():
                self._reply = ""
                self._waited = None
            case Said():
                self._reply += f" {event.sentence}"
                self._speaker.play(event.sound)

    def _signal(self, what: Earcon) -> None:
        if self._earcons:
            self._speaker.play(earcon(what))

    def _judge(self, turn: int, transcript: Transcript) -> Transcript:
        """Of what is heard over a reply, an end of it is just that, and the reply's own words are nobody's.

        But who says them on and on while it is silent is a person: "from Italy" over "three photos from Italy".
        """
        spoken_on = self._overlapping.get(turn)
        if spoken_on is None:
            return transcript
        if self._assistant.stops(transcript.text):
            return Transcript("stop", transcript.confidence)
        if self._interruption != "full":
            return Transcript("", transcript.confidence, "spoken over the reply")
        if spoken_on < _ECHO_LASTS and is_echo(transcript.text, self._reply):
            return Transcript("", transcript.confidence, "echo")
        return transcript


def _silence(frame: Frame) -> Frame:
    return Frame(np.zeros_like(frame.samples), frame.start)


def is_echo(heard: str, reply: str) -> bool:
    """Whether most of the words that were heard are those of the reply, in their order; where it paused its word is cut."""
    words, own = heard.split(), re.findall(r"[\w']+", reply.lower())
    if words and len(words[-1]) >= _CUT:
        words[-1] = next((word for word in own if word.startswith(words[-1])), words[-1])
    same = sum(block.size for block in SequenceMatcher(None, words, own, autojunk=False).get_matching_blocks())
    return bool(words) and same >= _ECHO_WORDS * len(words)
