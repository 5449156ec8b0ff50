"""Where somebody's sentence begins and ends in a stream of frames."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import FRAME_SAMPLES, SAMPLE_RATE, Frame
from voicephoto.speech.voice_activity import CHUNK_SAMPLES, SileroVoiceActivity, WebRtcVoiceActivity

FRAME_MS = FRAME_SAMPLES * 1000 // SAMPLE_RATE
_CONSONANT = 7
"""Frames kept from before somebody is louder than what is being played."""
_CLEAR = 0.9
CHUNK_MS = CHUNK_SAMPLES * 1000 // SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """When speech begins, when it ends, and what is too little to be speech."""

    pre_roll_ms: int = 500
    """Kept from before the onset, so that first words are whole."""
    aggressiveness: int = 2
    """webrtcvad's own scale, 0 to 3."""
    onset_window_ms: int = 160
    onset_voiced_ms: int = 60
    """Onset: so much of the last `onset_window_ms` is speech to webrtcvad."""
    floor_dbfs: float = -60.0
    """Frames quieter than this (RMS, 0 = full scale) are silence whatever the classifiers say."""
    confirm_within_ms: int = 480
    """An onset that Silero has not confirmed by then was a noise."""
    speech_probability: float = 0.5
    silence_probability: float = 0.35
    """Hysteresis: a silence becomes speech above the first, speech becomes silence below the second."""
    voiced_ms: int = 128
    """So much speech, in Silero's judgement, makes an utterance; a click or a cough has less."""
    pause_ms: int = 200
    """Silence after which a sentence might be over, and recognition can start at a venture."""
    hang_over_ms: int = 500
    """Silence after which it is over."""
    hang_over_complete_ms: int = 320
    """The same where what was said so far is a whole command, such as "stop"."""
    hang_over_open_ms: int = 1200
    """The same where what was said so far has to go on: "show me photos of"."""
    tail_ms: int = 200
    """Kept from after the end, so that last consonants are whole."""
    longest_ms: int = 15_000
    """A sentence is cut here, and marked as capped."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech.

    samples: int16 [n], 16 kHz, from the pre-roll to the tail. start, end: where speech itself begins and ends
    (s of the stream). voiced_ms: how much of it is speech, with Silero's mean probability, and clear_ms how
    much beyond doubt. capped: it was cut at the longest allowed length.
    """

    samples: NDArray[np.int16]
    start: float
    end: float
    voiced_ms: int
    probability: float = 1.0
    clear_ms: int = 0
    capped: bool = False


class Endpointer:
    """Finds utterances in one stream of frames.

    webrtcvad raises the alarm on every frame; only then does Silero listen, starting from the pre-roll, and
    decide whether it is speech and when it is over.
    """

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self.settings = settings or EndpointSettings()
        self._webrtc = WebRtcVoiceActivity(self.settings.aggressiveness)
        self._silero = SileroVoiceActivity()
        window = self.settings.onset_window_ms // FRAME_MS
        self._onset: deque[bool] = deque(maxlen=window)
        self._before: deque[Frame] = deque(maxlen=self.settings.pre_roll_ms // FRAME_MS + window)
        self._loud: deque[bool] = deque(maxlen=self._before.maxlen)
        self._candidate: _Candidate | None = None
        self.patience_ms = self.settings.hang_over_ms
        """Silence after which the sentence that is being said is over; whoever knows its words may change it."""

    @property
    def alarmed(self) -> bool:
        """Something may be speech: webrtcvad says so, and Silero listens."""
        return self._candidate is not None

    @property
    def speaking(self) -> bool:
        """Silero has confirmed that somebody is speaking."""
        return self._candidate is not None and self._candidate.confirmed

    def feed(self, frame: Frame, floor_dbfs: float | None = None) -> Utterance | None:
        """Take the next frame; returns the utterance that it ends, if it ends one.

        While something else is audible, `floor_dbfs` is what somebody has to exceed to be heard over it; what came
        before is no pre-roll then, for it is not theirs.
        """
        if self._candidate is None:
            floor = max(floor_dbfs or -np.inf, self.settings.floor_dbfs)
            loud = dbfs(frame.samples) >= floor
            self._before.append(frame)
            self._loud.append(loud)
            self._onset.append(loud and self._webrtc.is_speech(frame.samples))
            if sum(self._onset) * FRAME_MS >= self.settings.onset_voiced_ms:
                self._listen(hushed=floor_dbfs is not None)
            return None
        self._candidate.take(frame)
        return self._decide(self._candidate)

    def pause(self) -> Utterance | None:
        """The sentence so far, when a silence has begun that may be its end; the same samples as at its end."""
        candidate = self._candidate
        if candidate is None or not candidate.confirmed or candidate.silence_ms < self.settings.pause_ms:
            return None
        return candidate.utterance()

    def flush(self) -> Utterance | None:
        """End the stream; returns the utterance that it cuts off, if somebody was speaking."""
        candidate = self._candidate
        self._forget()
        if candidate is None:
            return None
        candidate.finish()
        return candidate.utterance() if candidate.confirmed else None

    def _listen(self, *, hushed: bool) -> None:
        """Begin to judge, from the pre-roll on; if `hushed`, what came before the first loud frame is nobody's."""
        self._silero.reset()
        self._candidate = _Candidate(self.settings, self._silero, self._before[0].start)
        # A soft consonant such as the s of "stop" may be loud and no voice, or not be louder than the echo of a reply.
        loud = len(self._before) - len(self._loud) + list(self._loud).index(True)
        voiced = len(self._before) - len(self._onset) + list(self._onset).index(True)
        theirs = min(loud, voiced - _CONSONANT)
        for place, frame in enumerate(self._before):
            self._candidate.take(_hushed(frame) if hushed and place < theirs else frame)

    def _decide(self, candidate: "_Candidate") -> Utterance | None:
        settings = self.settings
        if candidate.confirmed:
            capped = candidate.heard_ms >= settings.longest_ms
            if capped or candidate.silence_ms >= self.patience_ms:
                self._forget()
                self._before.extend(candidate.frames_after())
                return candidate.utterance(capped)
        elif candidate.unconfirmed_ms >= settings.confirm_within_ms:
            kept = candidate.last_frames(self._before.maxlen or 0)
            self._forget()
            self._before.extend(kept)
        return None

    def _forget(self) -> None:
        self._candidate = None
        self.patience_ms = self.settings.hang_over_ms
        self._onset.clear()
        self._before.clear()
        self._loud.clear()


class _Candidate:
    """What may become an utterance: its samples so far, and what Silero makes of them."""

    def __init__(self, settings: EndpointSettings, silero: SileroVoiceActivity, start: float) -> None:
        self._settings = settings
        self._silero = silero
        self._start = start
        self._frames: list[Frame] = []
        self._pending = np.zeros(0, np.int16)
        self._judged = 0
        self._first_voiced: int | None = None
        self._end_voiced = 0
        self._in_speech = False
        self._voiced: list[float] = []
        self.voiced_ms = 0

    @property
    def confirmed(self) -> bool:
        return self.voiced_ms >= self._settings.voiced_ms

    @property
    def heard_ms(self) -> int:
        return _ms(self._judged)

    @property
    def silence_ms(self) -> int:
        return _ms(self._judged - self._end_voiced)

    @property
    def unconfirmed_ms(self) -> int:
        """How long nothing spoke for it: since the onset, or since the last speech."""
        pre_roll = self._settings.pre_roll_ms + self._settings.onset_window_ms
        return self.silence_ms if self._first_voiced is not None else self.heard_ms - pre_roll

    def take(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._pending = np.concatenate([self._pending, frame.samples])
        while len(self._pending) >= CHUNK_SAMPLES:
            self._judge(self._pending[:CHUNK_SAMPLES])
            self._pending = self._pending[CHUNK_SAMPLES:]

    def finish(self) -> None:
        """The stream is over; judge what is left as if silence followed."""
        if len(self._pending):
            self._judge(np.pad(self._pending, (0, CHUNK_SAMPLES - len(self._pending))))

    def last_frames(self, count: int) -> list[Frame]:
        return self._frames[-count:] if count else []

    def frames_after(self) -> list[Frame]:
        """What followed the utterance and its tail: the pre-roll of the next one."""
        return self._frames[-(-self._until // FRAME_SAMPLES) :]

    @property
    def _until(self) -> int:
        return self._end_voiced + _samples(self._settings.tail_ms)

    def utterance(self, capped: bool = False) -> Utterance:
        first = self._first_voiced or 0
        begin = max(0, first - _samples(self._settings.pre_roll_ms))
        samples = np.concatenate([frame.samples for frame in self._frames])[begin : self._until]
        return Utterance(
            samples,
            start=self._start + first / SAMPLE_RATE,
            end=self._start + self._end_voiced / SAMPLE_RATE,
            voiced_ms=self.voiced_ms,
            probability=float(np.mean(self._voiced or [0.0])),
            clear_ms=sum(probability > _CLEAR for probability in self._voiced) * CHUNK_MS,
            capped=capped,
        )

    def _judge(self, chunk: NDArray[np.int16]) -> None:
        settings = self._settings
        probability = self._silero.probability(chunk)
        threshold = settings.silence_probability if self._in_speech else settings.speech_probability
        self._in_speech = probability >= threshold and dbfs(chunk) >= settings.floor_dbfs
        self._judged += CHUNK_SAMPLES
        if self._in_speech:
            self.voiced_ms += CHUNK_MS
            self._voiced.append(probability)
            self._end_voiced = self._judged
            if self._first_voiced is None:
                self._first_voiced = self._judged - CHUNK_SAMPLES


def _hushed(frame: Frame) -> Frame:
    return Frame(np.zeros_like(frame.samples), frame.start)


def dbfs(samples: NDArray[np.int16]) -> float:
    """The level (RMS) of int16 samples, 0 = full scale."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) / 32768.0**2
    return 10 * float(np.log10(power + 1e-12))


def _ms(samples: int) -> int:
    return samples * 1000 // SAMPLE_RATE


def _samples(ms: int) -> int:
    return ms * SAMPLE_RATE // 1000
