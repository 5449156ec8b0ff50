"""The demo: builds the library, asks the recorded questions, and keeps what came of it."""

import json
import statistics
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from voicephoto import output
from voicephoto.assembly import Assembly
from voicephoto.assistant import Assistant, Turn
from voicephoto.audio import DeviceSpeaker, PortAudio, Sound, read_sound, write_sound
from voicephoto.config import Settings
from voicephoto.demo.contact_sheet import contact_sheet
from voicephoto.demo.pictures import build_library
from voicephoto.dialogue import reading
from voicephoto.errors import UsageError
from voicephoto.library import Photo, index

QUESTIONS = Path(__file__).parent / "questions"

_console = Console(highlight=False, soft_wrap=True)


def run_demo(target: Path, play: bool = False) -> int:
    """Run the demo and write into `target`: photos/, data/, a reply (wav) and a contact sheet (PNG) for every
    turn, and session.json. Returns 0 if every question was answered, else 1. Raises UsageError where it cannot
    write there.
    """
    speaker = DeviceSpeaker(PortAudio()) if play else None
    photos = target / "photos"
    try:
        photos.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the demo cannot write into {target} ({error.strerror}); nothing was made; choose another folder with -o"
        ) from None
    with output.progress("painting the demo library", hidden=False) as progress:
        paths = build_library(photos, date.today(), progress)
    parts = Assembly(Settings(data=target / "data"))
    with output.progress("indexing", hidden=False) as progress:
        report = index([photos], parts.catalog, parts.encoder, progress)
    _say(f"{len(paths)} pictures in {photos}, indexed in {report.seconds:.1f} s")
    parts.warm_up()
    files = sorted(QUESTIONS.glob("*.flac"))
    turns: list[Turn] = []
    session: list[Mapping[str, Any]] = []
    with parts.assistant() as assistant:
        for number, file in enumerate(files, 1):
            _say(f"\n{number}. {file.stem.partition('-')[2].replace('-', ' ')}  ({file.name})")
            for turn in _ask(assistant, read_sound(file), speaker):
                _print(turn)
                session.append({"question": file.name, **_keep(turn, target, f"{number}")})
                turns.append(turn)
    (target / "session.json").write_text(
        json.dumps({"today": date.today().isoformat(), "turns": session}, indent=2, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    answered = [turn for turn in turns if turn.reply is not None]
    _say(f"\n{len(answered)} of {len(files)} questions answered; {_medians(answered)}")
    _say(f"Look at the contact sheets and listen to the replies in {target}")
    return 0 if len(answered) == len(turns) == len(files) else 1


def _ask(assistant: Assistant, question: Sound, speaker: DeviceSpeaker | None) -> Iterator[Turn]:
    """Let the assistant hear a question at the speed of speech, aloud where there is a speaker."""
    if speaker is None:
        yield from assistant.listen(question, pace=True)
        return
    speaker.play(question)
    for turn in list(assistant.listen(question, pace=True)):
        yield turn
        for sound in turn.sounds:
            speaker.play(sound)
    speaker.finish()


def _keep(turn: Turn, target: Path, stem: str) -> Mapping[str, Any]:
    """Write what can be looked at and listened to; returns the turn for session.json."""
    kept: dict[str, Any] = {
        "understood": reading(turn.intent) if turn.intent else None,
        **output.turn_json(turn),
    }
    sheet = target / f"turn-{stem}.png"
    contact_sheet(turn).save(sheet)
    kept["sheet"] = sheet.name
    if turn.sounds:
        recording = target / f"turn-{stem}-reply.wav"
        samples = np.concatenate([sound.samples for sound in turn.sounds])
        write_sound(recording, Sound(samples, turn.sounds[0].rate))
        kept["reply"] = recording.name
    return kept


def _print(turn: Turn) -> None:
    _line("heard", turn.heard or f"nothing ({turn.transcript.reason})")
    if turn.intent is None or turn.reply is None:
        return
    understood = reading(turn.intent)
    _line("understood", f"{understood['intent']}: {understood['spoken']}")
    for number, photo in enumerate(turn.reply.photos, 1):
        _line("found" if number == 1 else "", f"{number}  {_caption(photo)}")
    if not turn.reply.photos:
        _line("found", "no photos" if turn.reply.status == "none" else "nothing to show")
    _line("said", turn.reply.say)
    shown, heard = (turn.ms.get(name, 0.0) / 1000 for name in ("first_photo", "first_sound"))
    _line("time", f"{shown:.2f} s from the end of speech to the first photo, {heard:.2f} s to the first sound")


def _caption(photo: Photo) -> str:
    taken = f"{photo.captured.day} {photo.captured:%B %Y}" if photo.captured else "no date"
    name = f"{photo.path.parent.name}/{photo.path.name}"
    return f"{name:<26} {taken:<18} {photo.place.name if photo.place else ''}".rstrip()


def _medians(turns: list[Turn]) -> str:
    parts = []
    for name, key in (("first photo", "first_photo"), ("first sound", "first_sound")):
        times = [turn.ms[key] / 1000 for turn in turns if key in turn.ms]
        if times:
            parts.append(f"{name} {statistics.median(times):.2f} s")
    return f"at the median {', '.join(parts)} after the end of speech" if parts else "no times were taken"


def _line(what: str, text: str) -> None:
    _say(f"   {what:<11} {text}")


def _say(text: str) -> None:
    _console.print(text, markup=False)
