"""What the commands print: for people, and as JSON whose shapes stay stable."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from voicephoto.assembly import Calibrated, Found, Transcription
from voicephoto.assistant import Turn
from voicephoto.audio import Device
from voicephoto.dialogue import Intent, reading
from voicephoto.errors import VoicephotoError, one_line
from voicephoto.eyes import Change
from voicephoto.hub import Model
from voicephoto.library import IndexReport, Photo, Summary
from voicephoto.search import Hit

_console = Console(highlight=False, soft_wrap=True)


@contextmanager
def progress(task: str, *, hidden: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told (done, total), where there is a terminal."""
    with _bar(task, hidden, MofNCompleteColumn()) as update:
        yield lambda done, total: update(completed=done, total=total)


@contextmanager
def progress_in_bytes(*, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A bar that is told what is being done besides, and counts bytes."""
    with _bar("", hidden, DownloadColumn(), TransferSpeedColumn()) as update:
        yield lambda task, done, total: update(description=task, completed=done, total=total)


@contextmanager
def _bar(task: str, hidden: bool, *amount: ProgressColumn) -> Iterator[Callable[..., None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=hidden or not console.is_terminal) as bar:
        yield partial(bar.update, bar.add_task(task, total=None))


def print_index(report: IndexReport, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                "added": report.added,
                "updated": report.updated,
                "removed": report.removed,
                "unchanged": report.unchanged,
                "skipped": [{"path": str(skipped.path), "reason": skipped.reason} for skipped in report.skipped],
                "seconds": round(report.seconds, 2),
            }
        )
        return
    for skipped in report.skipped:
        _print(f"skipped {skipped.path}: {skipped.reason}")
    counts = [
        f"{count:,} {what}"
        for count, what in (
            (report.added, "added"),
            (report.updated, "updated"),
            (report.removed, "removed"),
            (report.unchanged, "unchanged"),
            (len(report.skipped), "skipped"),
        )
        if count
    ]
    _print(f"{', '.join(counts) or 'no photos found there'} in {report.seconds:.1f} s")


def print_calibrated(calibrated: Calibrated, as_json: bool) -> None:
    if as_json:
        _print_json({**asdict(calibrated), "file": str(calibrated.file)})
        return
    _print(
        f"fitted to {calibrated.photos:,} photos: {calibrated.false_accepts:.1%} of what is absent is taken for found, "
        f"{calibrated.false_rejects:.1%} of what is there is denied; written to {calibrated.file}"
    )


def library_shape(summary: Summary) -> dict[str, Any]:
    """What the library holds, as JSON says it; the counts are largest first."""
    return {
        "photos": summary.photos,
        "earliest": summary.earliest.isoformat() if summary.earliest else None,
        "latest": summary.latest.isoformat() if summary.latest else None,
        "places": dict(summary.places),
        "albums": dict(summary.albums),
        "cameras": dict(summary.cameras),
    }


def print_library(summary: Summary, change: Change, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                **library_shape(summary),
                "encoder": {
                    "chosen": change.setting,
                    "searches": change.eyes.setting if change.eyes else None,
                    "looked_at": change.looked_at,
                    "calibrated": change.chosen is not None and change.chosen.calibration is not None,
                },
            }
        )
        return
    _print(f"{summary.photos:,} photos")
    if summary.earliest and summary.latest:
        _print(f"from {summary.earliest:%-d %B %Y} to {summary.latest:%-d %B %Y}")
    for what, counts in (
        ("places", summary.places),
        ("albums", summary.albums),
        ("cameras", summary.cameras),
    ):
        if counts:
            most = sorted(counts.items(), key=lambda item: -item[1])[:8]
            _print(f"{what}: " + ", ".join(f"{name} ({count:,})" for name, count in most))
    if change.line:
        _print(change.line)


def print_found(found: Found, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                "understood": reading(found.intent),
                "status": found.results.status,
                "photos": [_hit_json(hit) for hit in found.results.hits],
                "ms": round(found.ms, 1),
            }
        )
        return
    understood = reading(found.intent)["spoken"]
    if found.results.status == "none":
        _print(f"{understood}: nothing found")
        return
    sure = "" if found.results.status == "confident" else ", not sure; these come closest"
    _print(f"{understood}: {found.results.total:,} found{sure}")
    for hit in found.results.hits:
        alike = f"  and {len(hit.alike)} like it" if hit.alike else ""
        _print(f"{hit.probability:4.0%}  {photo_line(hit.photo)}{alike}")


def print_turn(turn: Turn, as_json: bool) -> None:
    if as_json:
        _print_json(turn_json(turn))
        return
    if turn.reply is None:
        _print(f"heard nothing to answer ({turn.transcript.reason})")
        return
    _print(f"> {turn.heard}")
    _print(turn.reply.say)
    for number, photo in enumerate(turn.reply.photos, 1):
        # With one photo in focus the others are known from the answer before.
        if turn.reply.focus in (None, photo):
            _print(f"{number:4}  {photo_line(photo)}")


def turn_json(turn: Turn) -> Mapping[str, Any]:
    """A turn as `ask --json` prints it; `reason` is there only where an utterance was rejected."""
    reply = turn.reply
    shape: dict[str, Any] = {
        "heard": turn.heard,
        "intent": turn.intent.kind if turn.intent else None,
        "said": reply.say if reply else "",
        "photos": [_photo_json(photo) for photo in reply.photos] if reply else [],
        "focus": reply.focus.id if reply and reply.focus else None,
        "ms": {stage: round(ms, 1) for stage, ms in turn.ms.items()},
    }
    if turn.transcript.reason is not None:
        shape["reason"] = turn.transcript.reason
    return shape


def print_devices(devices: Sequence[Device], as_json: bool) -> None:
    if as_json:
        _print_json({"devices": [asdict(device) for device in devices]})
        return
    if not devices:
        _print("there is no sound device on this machine")
    for device in devices:
        kinds = [f"{device.inputs} in" if device.inputs else "", f"{device.outputs} out" if device.outputs else ""]
        default = {(True, True): "default microphone and speaker", (True, False): "default microphone",
                   (False, True): "default speaker"}.get((device.is_default_input, device.is_default_output), "")  # fmt: skip
        _print("  ".join(filter(None, (device.name, ", ".join(filter(None, kinds)), f"{device.rate:,} Hz", default))))


def print_level(what: str, loudest: float) -> None:
    """How loud the loudest moment was, and what to do about it."""
    advice = (
        "that is silence: check the cable, the mute switch and --mic"
        if loudest < -60
        else "that is soft: come closer"
        if loudest < -40
        else "that is loud enough"
    )
    _print(f"{what}; at its loudest {loudest:.0f} dBFS, {advice}")


def print_models(here: Mapping[Model, Path | None], profiles: Mapping[str, Sequence[str]], as_json: bool) -> None:
    """Every model with its folder, and what goes together."""
    if as_json:
        models = [_model_json(model, folder, profiles) for model, folder in here.items()]
        _print_json({"models": models, "profiles": profiles})
        return
    for kind, some in groupby(sorted(here, key=lambda model: model.kind), key=lambda model: model.kind):
        _print(f"{kind}:")
        for model in some:
            memory = f"{_megabytes(model.memory_mb * 1_000_000)} of memory" if model.memory_mb else ""
            facts = ", ".join(
                filter(None, (memory, model.licence, "/".join(model.languages), "/".join(model.hardware)))
            )
            _print(f"  {'here' if here[model] else '':4}  {model.name:22}{_megabytes(model.size):>9}  {facts}")
            if model.about:
                _print(f"{'':17}{model.about}")
    _print("together:")
    for profile, names in profiles.items():
        missing = [model for model in here if model.name in names and not here[model]]
        size = _megabytes(sum(model.size for model in missing))
        get = f"{size} to download with: voicephoto models pull {profile}" if missing else "here"
        _print(f"  {profile:6}{', '.join(names)}; {get}")


def print_model_ready(model: Model, folder: Path) -> None:
    _print(f"{model.name}: every byte verified, {_megabytes(model.size)}, licence {model.licence}; {folder}")


def print_verified(faults: Mapping[str, str | None], as_json: bool) -> None:
    for name, fault in faults.items():
        if as_json:
            _print_json({"name": name, "fault": fault})
        elif fault:
            _print(f"{name}: {fault}; voicephoto models pull {name} mends it")
        else:
            _print(f"{name}: every byte is as published")


def print_removed(name: str, size: int) -> None:
    _print(f"removed {name}; {_megabytes(size)} are free again")


def print_reading(intent: Intent, as_json: bool) -> None:
    understood = reading(intent)
    if as_json:
        _print_json(understood)
        return
    _print(f"{understood['intent']}: {understood['spoken']}")
    for name, value in (understood["query"] or {}).items():
        if value not in (None, "", [], "relevance"):
            _print(f"  {name}: {', '.join(value) if isinstance(value, list) else value}")
    if understood["photo"] is not None:
        _print(f"  photo: {understood['photo']}")


def print_refused(error: VoicephotoError, as_json: bool) -> None:
    """A line among many that could not be used."""
    if as_json:
        _print_json({"error": str(error)})
    else:
        _print(str(error))


def print_transcription(transcription: Transcription, as_json: bool) -> None:
    if as_json:
        shape = {
            "file": str(transcription.file),
            "text": transcription.text,
            "confidence": round(transcription.confidence, 3),
            "seconds": round(transcription.seconds, 2),
            "ms": round(transcription.ms, 1),
            "engine": transcription.engine,
        }
        if transcription.reason is not None:
            shape["reason"] = transcription.reason
        _print_json(shape)
    elif transcription.text:
        _print(f"{transcription.file}: {transcription.text}")
    else:
        _print(f"{transcription.file}: nothing understood ({transcription.reason})")


def _photo_json(photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.id,
        "path": str(photo.path),
        "taken": photo.taken.isoformat() if photo.taken else None,
        "place": photo.place.name if photo.place else None,
    }


def _model_json(model: Model, folder: Path | None, profiles: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "name": model.name,
        "kind": model.kind,
        "path": str(folder) if folder else None,
        "bytes": model.size,
        "memory_mb": model.memory_mb,
        "licence": model.licence,
        "languages": model.languages,
        "hardware": model.hardware,
        "about": model.about,
        "profiles": [profile for profile, names in profiles.items() if model.name in names],
    }


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _hit_json(hit: Hit) -> dict[str, Any]:
    photo = _photo_json(hit.photo)
    return {
        "id": photo.pop("id"),
        "path": photo.pop("path"),
        "score": round(hit.score, 4),
        "probability": round(hit.probability, 4),
        **photo,
        **({"alike": [{"id": other.id, "path": str(other.path)} for other in hit.alike]} if hit.alike else {}),
    }


def photo_line(photo: Photo) -> str:
    return f"{photo.path}  {facts(photo)}".rstrip()


def facts(photo: Photo) -> str:
    """When and where, as far as it is known."""
    known = [f"{photo.taken:%Y-%m-%d %H:%M}" if photo.taken else "", photo.place.name if photo.place else ""]
    return "  ".join(filter(None, known))


def _print(line: str) -> None:
    _console.print(one_line(line), markup=False)


def _print_json(shape: Mapping[str, Any]) -> None:
    print(json.dumps(shape, ensure_ascii=False), flush=True)
