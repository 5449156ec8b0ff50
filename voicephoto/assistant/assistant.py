"""The way of one turn, from frames or a typed line to photos and speech."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from threading import Event as Flag
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from voicephoto.assistant.events import Event, Guessed, Heard, Replied, Said, SpeechEnded, SpeechStarted, TurnEnded
from voicephoto.assistant.turn import Turn
from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, Frame, Sound, frames
from voicephoto.dialogue import Dialogue, Intent, Reply
from voicephoto.speech import Endpointer, Recognizer, Synthesizer, Transcript, Utterance, sifted, split_sentences

FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_JITTER_MS = 100
"""By so much frames may come before their time, several at once."""


@dataclass(frozen=True, slots=True)
class _Decoding:
    """A recognition under way since `began` (on `time.perf_counter`), and the end of speech (s of the stream) that it covers."""

    end: float
    began: float
    result: Future[tuple[Transcript, float]]
    dropped: Flag

    def drop(self) -> None:
        """Nobody wants its words any more: it goes no further than it must."""
        self.dropped.set()
        self.result.cancel()


class Assistant:
    """Runs turns for every kind of input and tells its watchers what happens.

    The recogniser works on a thread of its own, and so does everything after it, so that `hear` returns within
    a frame's time. A turn carries its generation number; `interrupt` raises the current one, and whatever
    belongs to an older generation is dropped where it is.

    `endpointer` makes a new one for every stream; `recognizer` gives the one there is, and is not asked for it
    before somebody speaks, as `synthesizer` is not before something is said.
    """

    def __init__(
        self,
        endpointer: Callable[[], Endpointer],
        recognizer: Callable[[], Recognizer],
        dialogue: Dialogue,
        synthesizer: Callable[[], Synthesizer],
    ) -> None:
        self._new_endpointer = endpointer
        self._endpointer = endpointer()
        self._recognizer = recognizer
        self._dialogue = dialogue
        self._synthesizer = synthesizer
        self._ears = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recognize")
        self._mind = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answer")
        self._watchers: list[Callable[[Event], None]] = []
        self._generation = 0
        self._lock = Lock()
        self._speaking = False
        self._decoding: _Decoding | None = None
        self._weighed = False
        self.judge: Callable[[int, Transcript], Transcript] = lambda turn, transcript: transcript
        """What to make of the words that a turn heard: rejected where they are the assistant's own, for example."""

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(self, *_: object) -> None:
        self.interrupt()
        self._stop_decoding()
        self._ears.shutdown(cancel_futures=True)
        self._mind.shutdown(cancel_futures=True)

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call `watcher` with every event from now on, on the thread where it happens; it must not block."""
        self._watchers.append(watcher)

    def stops(self, text: str) -> bool:
        """Whether a sentence asks for silence."""
        return self._dialogue.stops(text)

    def interrupt(self) -> None:
        """Drop what is being worked on or spoken."""
        with self._lock:
            self._generation += 1

    def typed(self, text: str) -> Turn:
        """Run one turn from a typed line."""
        return self.ask(text).result()

    def ask(self, text: str) -> Future[Turn]:
        """Begin a turn from a typed line."""
        transcript = Transcript(text=text, confidence=1.0, reason=None)
        return self._mind.submit(self._answer, self._next_turn(), transcript, time.perf_counter(), {})

    def touch(self, intent: Intent, *, aloud: bool = False) -> Future[Turn]:
        """Begin a turn from something that is touched, not said; its answer is before the eyes, and spoken only if `aloud`."""
        transcript = Transcript(text="", confidence=1.0, reason=None)
        started = time.perf_counter()
        return self._mind.submit(self._answer, self._next_turn(), transcript, started, {}, intent, aloud)

    def announce(self, text: str) -> None:
        """Say something that nobody asked for, after the turns that are being worked on."""
        self._mind.submit(self._announce, text)

    @property
    def alarmed(self) -> bool:
        """Somebody may have begun to speak."""
        return self._endpointer.alarmed

    def hear(self, frame: Frame, floor_dbfs: float | None = None) -> Future[Turn] | None:
        """Take one frame of the stream; returns the turn under way when the frame ends a sentence.

        `floor_dbfs` is how loud somebody has to be to be heard over what is being played.
        """
        utterance = self._endpointer.feed(frame, floor_dbfs)
        if utterance is not None:
            return self._end_speech(utterance, frame.start + FRAME_SECONDS)
        if self._endpointer.speaking and not self._speaking:
            self._speaking = True
            self._tell(SpeechStarted(frame.start))
        self._speculate()
        return None

    def finish(self, at: float) -> Future[Turn] | None:
        """End the stream `at` seconds after its start; returns the turn of a sentence it cut off, if any."""
        utterance = self._endpointer.flush()
        return None if utterance is None else self._end_speech(utterance, at)

    def listen(self, sound: Sound, *, pace: bool = False) -> Iterator[Turn]:
        """Run a whole recording (any rate) through the loop and yield its turns.

        With `pace` the frames come at the speed of a microphone, so that every time in a turn is what a
        person would have waited; without it they come as fast as they are taken, and recognition, which
        cannot run ahead in the pauses then, counts in full.
        """
        self._stop_decoding()
        self._endpointer, self._speaking = self._new_endpointer(), False
        clock, at = time.perf_counter(), 0.0
        for frame in frames(sound):
            at = frame.start + FRAME_SECONDS
            if pace:
                time.sleep(max(0.0, clock + at - time.perf_counter()))
            turn = self.hear(frame)
            if turn is not None:
                yield turn.result()
                clock = time.perf_counter() - at
        last = self.finish(at)
        if last is not None:
            yield last.result()

    def _next_turn(self) -> int:
        with self._lock:
            self._generation += 1
            return self._generation

    def _speculate(self) -> None:
        """Recognise what was said so far as soon as a pause looks like an end; drop it if speech goes on."""
        pause = self._endpointer.pause()
        if pause is None:
            self._stop_decoding()
        elif self._decoding is None:
            self._weighed = False
            self._decoding = self._decode(pause)
            self._endpointer.patience_ms = self._endpointer.settings.hang_over_ms
        elif not self._weighed:
            self._weigh(self._decoding)

    def _stop_decoding(self) -> None:
        if self._decoding is not None:
            self._decoding.drop()
        self._decoding = None

    def _weigh(self, decoding: _Decoding) -> None:
        """How long it is worth to wait for more, by what was said so far."""
        settings = self._endpointer.settings
        if not decoding.result.done():
            # Without the words there is no answer, so waiting for them costs nothing; and then they tell.
            waited = settings.pause_ms + _ms_since(decoding.began) + _JITTER_MS
            self._endpointer.patience_ms = int(np.clip(waited, settings.hang_over_ms, settings.hang_over_open_ms))
        elif not decoding.result.cancelled():
            self._weighed = True
            transcript, _ = decoding.result.result()
            self._tell(Guessed(transcript))
            self._endpointer.patience_ms = {
                "complete": settings.hang_over_complete_ms,
                "open": settings.hang_over_open_ms,
                "unknown": settings.hang_over_ms,
            }[self._dialogue.ending(transcript.text)]

    def _decode(self, utterance: Utterance) -> _Decoding:
        began, dropped = time.perf_counter(), Flag()
        result = self._ears.submit(self._recognize, utterance.samples, dropped)
        return _Decoding(utterance.end, began, result, dropped)

    def _end_speech(self, utterance: Utterance, now: float) -> Future[Turn]:
        turn = self._next_turn()
        self._speaking = False
        if self._decoding is not None and self._decoding.end != utterance.end:
            self._stop_decoding()
        decoding, self._decoding = self._decoding or self._decode(utterance), None
        waited = max(0.0, now - utterance.end)
        spoken = time.perf_counter() - waited
        self._tell(SpeechEnded(turn, utterance.end))
        return self._mind.submit(self._answer_decoded, turn, utterance, decoding, spoken, waited)

    def _recognize(self, samples: NDArray[np.int16], dropped: Flag) -> tuple[Transcript, float]:
        started = time.perf_counter()
        transcript = self._recognizer().transcribe(samples, dropped.is_set)
        return transcript, _ms_since(started)

    def _answer_decoded(
        self, turn: int, utterance: Utterance, decoding: _Decoding, spoken: float, waited: float
    ) -> Turn:
        transcript, took = decoding.result.result()
        if transcript.reason is None:
            transcript = self.judge(turn, transcript)
        transcript = sifted(transcript, utterance, self._dialogue.means_something)
        return self._answer(turn, transcript, spoken, {"endpoint": waited * 1000, "recognize": took})

    def _answer(
        self,
        number: int,
        transcript: Transcript,
        spoken: float,
        ms: dict[str, float],
        intent: Intent | None = None,
        aloud: bool = True,
    ) -> Turn:
        """Everything after the words, or after what was touched; `spoken` is when that was, on `time.perf_counter`."""
        self._tell(Heard(number, transcript))
        reply: Reply | None = None
        sounds: list[Sound] = []
        # What is touched next is meant of what was touched before, so that every touch counts.
        if transcript.reason is None and (self._current(number) or intent is not None):
            started = time.perf_counter()
            intent = intent or self._dialogue.understand(transcript.text)
            ms["understand"] = _ms_since(started)
            started = time.perf_counter()
            reply = self._dialogue.respond(intent)
            ms["answer"] = _ms_since(started)
            ms["first_photo"] = _ms_since(spoken)
            self._tell(Replied(number, intent, reply))
            started = time.perf_counter()
            said: list[str] = []
            for sentence, sound in self._spoken(reply, said, aloud):
                if not self._current(number):
                    break
                if not sounds:
                    ms["synthesize"] = _ms_since(started)
                    ms["first_sound"] = _ms_since(spoken)
                sounds.append(sound)
                self._tell(Said(number, sound, sentence))
            reply = replace(reply, say=" ".join(said) or reply.say, following=iter(()))
        ms["total"] = _ms_since(spoken)
        turn = Turn(number, transcript, intent, reply, tuple(sounds), ms)
        self._tell(TurnEnded(turn))
        return turn

    def _spoken(self, reply: Reply, said: list[str], aloud: bool) -> Iterator[tuple[str, Sound]]:
        """The reply's sentences as sound, and what is found out while it is spoken; `said` gets the words."""
        for words in chain((reply.say,), reply.following):
            said.append(words)
            if aloud:
                yield from self._voiced(words)

    def _announce(self, text: str) -> None:
        for sentence, sound in self._voiced(text):
            self._tell(Said(self._generation, sound, sentence))

    def _voiced(self, text: str) -> Iterator[tuple[str, Sound]]:
        """The sentences of a text, each with its sound as it comes."""
        for sentence in split_sentences(text):
            for sound in self._synthesizer().synthesize(sentence):
                yield sentence, sound

    def _current(self, number: int) -> bool:
        with self._lock:
            return number == self._generation

    def _tell(self, event: Event) -> None:
        for watcher in self._watchers:
            watcher(event)


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
