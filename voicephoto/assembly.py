"""The only place that chooses implementations and wires them together."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import numpy as np

from voicephoto import hub
from voicephoto.assistant import Assistant, Attention, Live
from voicephoto.audio import SAMPLE_RATE, Sound, Speaker, frames, read_sound, write_sound
from voicephoto.config import Settings
from voicephoto.dialogue import Dialogue, Intent, Router, Sight, Understander
from voicephoto.errors import MissingError, UsageError, VoicephotoError
from voicephoto.eyes import Background, Eyes, Succession, Turns
from voicephoto.library import Catalog, Gazetteer, IndexReport, Thumbnails, index, latest_trip, load_image
from voicephoto.search import PhotoQuery, QueryContext, Results, Searcher, Wording, open_index
from voicephoto.speech import (
    Endpointer,
    EndpointSettings,
    EspeakSynthesizer,
    FallbackRecognizer,
    FallbackSynthesizer,
    MicroWakeWord,
    MoonshineRecognizer,
    PiperSynthesizer,
    PocketSphinxRecognizer,
    Recognizer,
    Sentences,
    Synthesizer,
    Utterance,
    WhisperRecognizer,
    WyomingRecognizer,
    WyomingSynthesizer,
    load_sentences,
    moonshine_folder,
    sifted,
)
from voicephoto.vision import (
    Answerer,
    Calibration,
    ChatAnswerer,
    CheckedAnswerer,
    Encoder,
    FallbackAnswerer,
    OpenClipEncoder,
    StarterAnswerer,
    StarterEncoder,
    VlmAnswerer,
    everyday_queries,
    everyday_things,
)

_LOOKED_AT = 32
"""Photos that are decoded at once when calibrating."""


@dataclass(frozen=True, slots=True)
class Found:
    """A search on its own: how the words were understood, what they brought, and the milliseconds it took."""

    intent: Intent
    results: Results
    ms: float


@dataclass(frozen=True, slots=True)
class Transcription:
    """What one sound file says; `text` is empty, with a reason, where nothing in it was understood."""

    file: Path
    text: str
    confidence: float
    seconds: float
    ms: float
    engine: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A fitted cut-off: where it was written, from how many photos, and its error rates at the largest library."""

    file: Path
    photos: int
    false_accepts: float
    false_rejects: float


class Assembly:
    """The program's parts for one person's settings, each made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._encoders: dict[str, Encoder] = {}
        self._turns = Turns()

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog for indexing; made when there is none."""
        return Catalog(self.settings.catalog)

    @cached_property
    def photos(self) -> Catalog:
        """The catalog for questions; raises MissingError when nothing was ever indexed."""
        if not self.settings.catalog.is_file():
            raise MissingError(
                f"no photos are indexed yet ({self.settings.catalog} does not exist); "
                "run: voicephoto index FOLDER, or try it at once with: voicephoto demo"
            )
        return self.catalog

    @cached_property
    def thumbnails(self) -> Thumbnails:
        """Raises MissingError when nothing was ever indexed."""
        return Thumbnails(self.photos, self.settings.cache / "thumbnails")

    @cached_property
    def sentences(self) -> Sentences:
        return load_sentences("en")

    @cached_property
    def hub(self) -> hub.Hub:
        return hub.Hub(self.settings.models, offline=self.settings.offline)

    def _model(self, kind: str, chosen: str) -> Path | None:
        """Where the model lies that is chosen by name or path, or the largest of its kind that is here; None for the starter."""
        if chosen == "starter":
            return None
        if (own := Path(chosen).expanduser()).is_absolute():
            return own
        if chosen != "auto":
            return self.hub.locate(chosen)
        models = [model for model in self.hub.models() if model.kind == kind and not model.ships]
        here = {model: folder for model in models if (folder := self.hub.installed(model.name))}
        return here[max(here, key=lambda model: model.memory_mb)] if here else None

    @property
    def encoder(self) -> Encoder:
        """The chosen one, which photos are indexed with; raises MissingError where it is not here."""
        return self._encoder(self._model("image-text encoder", self.settings.encoder))

    def _encoder(self, folder: Path | None) -> Encoder:
        """The encoder of a folder as it is now, the starter without one: of other files it is another, with its own name."""
        encoder = OpenClipEncoder(folder) if folder else self._words
        return self._encoders.setdefault(encoder.name, encoder)

    @cached_property
    def _words(self) -> StarterEncoder:
        """What the networks that read sentences were trained on, whatever looks at the photos."""
        return StarterEncoder(hub.locate("starter"))

    def _eyes(self, setting: str) -> Eyes:
        """The encoder of a setting with the cut-off that was fitted on this machine, else the one beside its weights."""
        model = self._model("image-text encoder", setting)
        folder = model or hub.locate("starter")
        # Before they are read: what is written meanwhile is seen to be another file the next time.
        files = _stamps(folder)
        encoder = self._encoder(model)
        own, shipped = self._own_calibration(encoder), folder / "calibration.npz"
        if own.is_file():
            return Eyes(
                setting, encoder, files, Calibration.read(own, "run voicephoto models calibrate again, or remove it")
            )
        # The starter's is a part of voicephoto; what is in a model's folder is somebody's own.
        there = setting == "starter" or shipped.is_file()
        return Eyes(setting, encoder, files, Calibration.read(shipped) if there else None)

    def _own_calibration(self, encoder: Encoder) -> Path:
        return self.settings.data / "calibrations" / f"{encoder.name}.npz"

    def calibrate(self, folder: Path, target: Path | None, progress: Callable[[int, int], None]) -> Calibrated:
        """Fit the cut-off to captioned photos, and use it from now on, or write it to `target` instead."""
        # Only this needs an optimiser.
        from voicephoto.vision import fitting

        photos, encoder = fitting.read_captions(folder), self.encoder
        images = []
        for start in range(0, len(photos), _LOOKED_AT):
            few = photos[start : start + _LOOKED_AT]
            images.append(encoder.encode_images([load_image(photo.path, side=encoder.side) for photo in few]))
            progress(start + len(few), len(photos))
        asked = fitting.judged(encoder, photos, everyday_queries())
        fitted = fitting.fit(encoder.encode_texts(everyday_things()), np.concatenate(images), asked)
        file = target or self._own_calibration(encoder)
        file.parent.mkdir(parents=True, exist_ok=True)
        fitted.calibration.write(file)
        return Calibrated(file, len(photos), fitted.false_accepts, fitted.false_rejects)

    @cached_property
    def _better_answerer(self) -> Answerer | None:
        """One that may fail, in whose place the starter answers then; None where there is only the starter."""
        chosen = self.settings.answerer
        if chosen.startswith(("http://", "https://")):
            url, _, model = chosen.partition("#")
            return ChatAnswerer(url, model)
        folder = self._model("photo answerer", chosen)
        return VlmAnswerer(folder) if folder else None

    @cached_property
    def succession(self) -> Succession:
        """Says what looks at photos now: the chosen encoder, or another one until that can."""
        return Succession(
            self.settings.encoder, self.photos, self.settings.data / "encoder.json", self._eyes, self._sight
        )

    @property
    def sight(self) -> Sight:
        """What finds photos and looks at one, as of now. Raises MissingError where no photo was looked at so that it could."""
        return self.succession.sight(looks=True)

    def _sight(self, eyes: Eyes) -> Sight:
        encoder, calibration = eyes.encoder, eyes.calibration
        assert calibration is not None
        index = open_index(self.photos, encoder.name, self.settings.cache, calibration.bank)
        starter, better = StarterAnswerer(encoder, calibration, everyday_things()), self._better_answerer
        answerer: Answerer = FallbackAnswerer(CheckedAnswerer(better, starter), starter) if better else starter
        return Sight(Searcher(self.photos, index, encoder, calibration), answerer)

    def index(self, folders: Sequence[Path], progress: Callable[[int, int], None]) -> IndexReport:
        """Bring the catalog up to date with folders, looking at their photos with the chosen encoder."""
        report = index(folders, self.catalog, self.encoder, progress)
        self.succession.conclude({skipped.path for skipped in report.skipped})
        return report

    def looking(self, tell: Callable[[str], None]) -> Background:
        """For programs that go on: while it lasts, photos that the chosen encoder lacks are looked at beside the turns."""
        return Background(self.photos, self.succession, self._turns, tell)

    @cached_property
    def recognizer(self) -> Recognizer:
        """The best there is, in whose place the starter hears where it fails."""
        names = self.photos.names() if self.settings.catalog.is_file() else ()

        def smallest() -> Recognizer:
            return PocketSphinxRecognizer(self.sentences, names, self.settings.cache)

        def starter() -> Recognizer:
            shipped = moonshine_folder()
            if shipped is None:
                return smallest()
            return FallbackRecognizer(
                lambda: MoonshineRecognizer(shipped, self.sentences, names, self.settings.cache), smallest
            )

        server = _wyoming(self.settings.recognizer)
        if server:
            return FallbackRecognizer(lambda: WyomingRecognizer(*server), starter)
        folder = self._model("recognizer", self.settings.recognizer)
        return FallbackRecognizer(lambda: WhisperRecognizer(folder, names), starter) if folder else starter()

    @cached_property
    def synthesizer(self) -> Synthesizer:
        """The best there is, in whose place eSpeak NG speaks where it fails."""
        chosen, rate, volume = self.settings.voice, self.settings.voice_rate, self.settings.voice_volume

        def starter(voice: str = "en-us") -> Synthesizer:
            return EspeakSynthesizer(voice, rate=rate, volume=volume)

        server = _wyoming(chosen)
        if server:
            return FallbackSynthesizer(lambda: WyomingSynthesizer(*server), starter)
        if "/" not in chosen and chosen not in ("auto", "starter", *(model.name for model in self.hub.models())):
            return starter(chosen)
        place = self._model("voice", chosen)
        if place is None:
            return starter()
        file = place if place.suffix == ".onnx" else place / f"{place.name}.onnx"
        return FallbackSynthesizer(lambda: PiperSynthesizer(file, rate=rate, volume=volume), starter)

    def endpointer(self) -> Endpointer:
        return Endpointer(EndpointSettings())

    def understander(self, now: datetime | None = None) -> Understander:
        """Reads sentences as of `now`; of the running clock where None."""
        summary = self.photos.summary() if self.settings.catalog.is_file() else None
        # Most people take most of their photos where they live.
        southern = summary is not None and 2 * summary.southern > summary.located
        home: Literal["north", "south"] = "south" if southern else "north"
        gazetteer, wording = Gazetteer(), Wording.load(self._words)

        @lru_cache(maxsize=4096)
        def place(words: str) -> str | None:
            return (self.photos.find_place(words) if summary else None) or gazetteer.find(words)

        visited = {name for place in (summary.places if summary else ()) for name in place.split(", ")}
        said_places = (*sorted(visited), *self.sentences.places)

        @lru_cache(maxsize=256)
        def trips(places: Sequence[str]) -> tuple[date, date] | None:
            return latest_trip(self.photos.days_in(places)) if summary else None

        def context() -> QueryContext:
            return QueryContext(
                now=now or datetime.now(),
                wording=wording,
                hemisphere=home if self.settings.hemisphere == "auto" else self.settings.hemisphere,
                country=self.settings.country,
                named_days=self.settings.named_days,
                places=place,
                albums=tuple(summary.albums) if summary else (),
                cameras=tuple(summary.cameras) if summary else (),
                said_places=said_places,
                trips=trips,
                keyword=lambda word: summary is not None and self.photos.mentions(word, as_keyword=True),
            )

        known = self.photos.mentions if summary else lambda word: False
        sentences, router = self.sentences, Router.load(self._words)
        return Understander(sentences.intents, context, router, sentences.misheard, sentences.stop_over_a_reply, known)

    @cached_property
    def _understander(self) -> Understander:
        return self.understander()

    def find(self, text: str) -> Found:
        """Search for `text`, whatever its form."""
        started = time.perf_counter()
        intent = self._understander.find(text)
        assert intent.query is not None
        results = self.succession.sight(intent.query.looks).searcher.search(intent.query, every=True)
        return Found(intent, results, (time.perf_counter() - started) * 1000)

    def assistant(self, now: datetime | None = None) -> Assistant:
        """The whole loop over the catalog, as of `now`; of the running clock where None."""
        dialogue = Dialogue(
            self.understander(now) if now else self._understander,
            self.succession.sight,
            self.photos,
            forget_after=lambda: self.settings.session_minutes * 60,
            now=(lambda: now) if now else datetime.now,
        )
        assistant = Assistant(self.endpointer, lambda: self.recognizer, dialogue, lambda: self.synthesizer)
        self._turns.follow(assistant)
        return assistant

    def live(self, assistant: Assistant, speaker: Speaker) -> Live:
        """Lets an assistant hear and speak in a room, as the settings say. Raises as `attention` does."""
        live = Live(assistant, speaker)
        _adopt(live, self.settings)
        return live

    def adopt(self, settings: Settings, lives: Iterable[Live]) -> None:
        """Go on with settings that differ in what may be changed on the page, also where somebody is heard already.

        Raises as `attention` does.
        """
        before, self.settings = self.settings, settings
        if (settings.voice_rate, settings.voice_volume) != (before.voice_rate, before.voice_volume):
            # It is made anew for the next sentence.
            self.__dict__.pop("synthesizer", None)
        for live in lives:
            _adopt(live, settings)

    def warm_up(self) -> None:
        """Load the engines before somebody speaks, who would have to wait for them otherwise."""
        self.recognizer.transcribe(np.zeros(SAMPLE_RATE, np.int16))
        self.sight.searcher.search(self._understander.find("a photo from rome last summer").query or PhotoQuery())
        for _ in self.synthesizer.synthesize("okay"):
            pass

    def transcribe(self, file: Path) -> Transcription:
        """Run a sound file through voice activity and recognition; every sentence in it is written down."""
        try:
            sound = read_sound(file)
        except VoicephotoError as error:
            return Transcription(file, "", 0.0, 0.0, 0.0, self.recognizer.name, str(error))
        recognizer = self.recognizer
        started = time.perf_counter()
        transcripts = [
            sifted(recognizer.transcribe(utterance.samples), utterance) for utterance in self._utterances(sound)
        ]
        ms = (time.perf_counter() - started) * 1000
        heard = [transcript for transcript in transcripts if transcript.reason is None]
        text = " ".join(transcript.text for transcript in heard)
        confidence = min((transcript.confidence for transcript in heard), default=0.0)
        reason = None if heard else transcripts[0].reason if transcripts else "nobody speaks in it"
        return Transcription(file, text, confidence, sound.seconds, ms, recognizer.name, reason)

    def _utterances(self, sound: Sound) -> Iterator[Utterance]:
        endpointer = self.endpointer()
        for frame in frames(sound):
            utterance = endpointer.feed(frame)
            if utterance is not None:
                yield utterance
        last = endpointer.flush()
        if last is not None:
            yield last

    def say(self, text: str, target: Path) -> None:
        """Speak `text` into the wav file `target`."""
        sounds = list(self.synthesizer.synthesize(text))
        if not sounds:
            raise UsageError("there is nothing to say in that text; no file was written; give it some words")
        write_sound(target, Sound(np.concatenate([sound.samples for sound in sounds]), sounds[0].rate))


def attention(settings: Settings) -> Attention:
    """When it listens. Raises MissingError where a wake word is wanted and cannot be listened for."""
    match settings.listening:
        case "wake word":
            return Attention(wake_word=MicroWakeWord(settings.wake_word), follow_up=settings.follow_up_seconds)
        case "key":
            return Attention(follow_up=0.0)
    return Attention()


def _adopt(live: Live, settings: Settings) -> None:
    live.adopt(settings.interruption, earcons=settings.earcons, attention=attention(settings))


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time (ns) of the files in a folder; none where they cannot be seen."""
    with suppress(OSError):
        return tuple(sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir()))
    return ()


def _wyoming(address: str) -> tuple[str, int] | None:
    """Host and port of wyoming://host:port, None for what is no such address. Raises UsageError for half of one."""
    parts = urlsplit(address)
    if parts.scheme != "wyoming":
        return None
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise UsageError(f"{address} is no address of a speech server; nothing was changed; write wyoming://HOST:PORT")
    return host, port
