"""The commands, no logic.

Exit codes: 0 done, 1 nothing found or partly done, 2 wrong use, 3 something needed is missing, 130 interrupted.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicephoto import __version__
from voicephoto.errors import MissingError, UsageError, VoicephotoError, one_line

if TYPE_CHECKING:
    from voicephoto.assembly import Assembly

NOTHING = 1

_file = click.Path(path_type=Path, readable=False)
"""A name; whoever opens the file says what is wrong with it, and then goes on with the others."""


class _Commands(click.Group):
    """Commands in the order of a first day, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), help="Folder of catalog, index and models.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file to read.")
@click.option("--offline", is_flag=True, help="Never open a network connection.")
@click.option("--debug", is_flag=True, help="Show tracebacks and what happens inside.")
@click.version_option(__version__, message="voicephoto %(version)s")
@click.pass_context
def voicephoto(ctx: click.Context, data: Path | None, config: Path | None, offline: bool, debug: bool) -> None:
    """A voice assistant over your own photos. Nothing leaves this machine."""
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(name)s: %(message)s")

    def assembly() -> "Assembly":
        from voicephoto.config import load_settings

        settings = load_settings(config, data=data, offline=offline or None)
        if settings.offline:
            # For the libraries that look for models on the network by themselves; they read it when they are imported.
            os.environ["HF_HUB_OFFLINE"] = "1"
        from voicephoto.assembly import Assembly

        return Assembly(settings)

    ctx.obj = assembly


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


@voicephoto.command()
@click.argument("folders", nargs=-1, required=True, type=_file)
@as_json
@click.pass_obj
def index(assembly: Any, folders: tuple[Path, ...], as_json: bool) -> int:
    """Read the photos of FOLDERS into the catalog; run it again to take in what changed."""
    from voicephoto import output

    parts = assembly()
    with output.progress("indexing", hidden=as_json) as progress:
        report = parts.index(folders, progress)
    output.print_index(report, as_json)
    return NOTHING if report.skipped or not report.photos else 0


@voicephoto.command()
@as_json
@click.pass_obj
def library(assembly: Any, as_json: bool) -> int:
    """Say what the catalog holds: how many photos, from when, from where."""
    from voicephoto import output

    parts = assembly()
    output.print_library(parts.photos.summary(), parts.succession.change(), as_json)
    return 0


@voicephoto.command()
@click.argument("text")
@as_json
@click.pass_obj
def search(assembly: Any, text: str, as_json: bool) -> int:
    """Find photos: voicephoto search "sunsets from last summer"; - reads one query a line."""
    from voicephoto import output

    parts = assembly()

    def answer(line: str, as_json: bool) -> int:
        found = parts.find(line)
        output.print_found(found, as_json)
        return NOTHING if found.results.status == "none" else 0

    return _each_line(text, answer, as_json or text == "-")


@voicephoto.command()
@click.argument("text")
@as_json
@click.pass_obj
def ask(assembly: Any, text: str, as_json: bool) -> int:
    """Ask as you would aloud; - is a conversation, one sentence a line."""
    from voicephoto import output

    with assembly().assistant() as assistant:

        def answer(line: str, as_json: bool) -> int:
            turn = assistant.typed(line)
            output.print_turn(turn, as_json)
            return NOTHING if turn.reply is None or turn.reply.status == "none" else 0

        return _each_line(text, answer, as_json)


@voicephoto.command()
@click.argument("text")
@click.option("--now", help="Pretend that it is this day or moment (ISO 8601).")
@click.option("--showing", type=click.IntRange(min=0), default=0, help="How many photos are on display.")
@as_json
@click.pass_obj
def explain(assembly: Any, text: str, now: str | None, showing: int, as_json: bool) -> int:
    """Say how TEXT is understood, without searching; - reads one sentence a line."""
    from voicephoto import output

    understander = assembly().understander(_moment(now))

    def answer(line: str, as_json: bool) -> int:
        output.print_reading(understander.understand(line, showing), as_json)
        return 0

    return _each_line(text, answer, as_json or text == "-")


@voicephoto.command()
@click.argument("files", nargs=-1, required=True, type=_file)
@as_json
@click.pass_obj
def transcribe(assembly: Any, files: tuple[Path, ...], as_json: bool) -> int:
    """Write down what is said in sound FILES (wav or FLAC, any rate)."""
    from voicephoto import output

    parts = assembly()
    worst = 0
    for file in files:
        transcription = parts.transcribe(file)
        output.print_transcription(transcription, as_json)
        worst = max(worst, 0 if transcription.text else NOTHING)
    return worst


@voicephoto.command()
@click.argument("text")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="Wav file to write.")
@click.pass_obj
def say(assembly: Any, text: str, target: Path) -> int:
    """Speak TEXT into a wav file with the voice of the replies."""
    assembly().say(text, target)
    return 0


@voicephoto.command()
@click.option("--wav", "files", multiple=True, type=_file, help="Recording to hear instead of a microphone; repeat it.")
@click.argument("more", nargs=-1, type=_file)
@click.option("--mic", metavar="NAME", help="Microphone, by its name or a part of it.")
@click.option("--speaker", metavar="NAME", help="Speaker, by its name or a part of it.")
@click.option("--play", is_flag=True, help="Play the replies to recordings on the speaker.")
@as_json
@click.pass_obj
def talk(
    assembly: Any,
    files: tuple[Path, ...],
    more: tuple[Path, ...],
    mic: str | None,
    speaker: str | None,
    play: bool,
    as_json: bool,
) -> int:
    """Talk to your photos at this machine's microphone, or let recordings talk to them."""
    from voicephoto import output

    if not files:
        from voicephoto.talking import talk as talk_live

        if more:
            raise UsageError(f"{more[0]} is no option; recordings are named with --wav")
        talk_live(
            assembly(),
            microphone=mic,
            speaker=speaker,
            each=partial(output.print_turn, as_json=True) if as_json else None,
        )
        return 0
    from voicephoto.audio import DeviceSpeaker, PortAudio, read_sound

    player = DeviceSpeaker(PortAudio(), speaker) if play else None
    parts = assembly()
    parts.warm_up()
    worst = 0
    with parts.assistant() as assistant:
        for file in (*files, *more):
            try:
                sound = read_sound(file)
            except VoicephotoError as error:
                click.echo(f"voicephoto: {one_line(str(error))}", err=True)
                worst = max(worst, NOTHING)
                continue
            turns = 0
            for turn in assistant.listen(sound):
                turns += 1
                output.print_turn(turn, as_json)
                for reply in turn.sounds if player else ():
                    player.play(reply)  # type: ignore[union-attr]
                worst = max(worst, NOTHING if turn.reply is None else 0)
            if not turns:
                click.echo(f"voicephoto: heard nobody speak in {file}; the conversation goes on", err=True)
                worst = max(worst, NOTHING)
    if player:
        player.finish()
    return worst


@voicephoto.command()
@click.option("--meter", "metered", is_flag=True, help="Show how loud the microphone is.")
@click.option("--test", "tested", is_flag=True, help="Record and play it back.")
@click.option("--mic", metavar="NAME", help="Microphone, by its name or a part of it.")
@click.option("--speaker", metavar="NAME", help="Speaker, by its name or a part of it.")
@click.option("--seconds", type=click.FloatRange(0.5, 600), default=5.0, show_default=True, help="How long.")
@as_json
def devices(metered: bool, tested: bool, mic: str | None, speaker: str | None, seconds: float, as_json: bool) -> int:
    """List the microphones and speakers of this machine, or try them."""
    from voicephoto import output
    from voicephoto.audio import PortAudio

    portaudio = PortAudio()
    if tested:
        from voicephoto.talking import record_and_play

        output.print_level("recorded and played back", record_and_play(portaudio, mic, speaker, seconds))
    elif metered:
        from voicephoto.talking import meter

        output.print_level("heard", meter(portaudio, mic, seconds))
    else:
        output.print_devices(portaudio.devices, as_json)
    return 0


@voicephoto.group(cls=_Commands, invoke_without_command=True)
@as_json
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> int:
    """Say which models are here to look, listen and speak, and which would be better."""
    if ctx.invoked_subcommand is None:
        from voicephoto import output
        from voicephoto.hub import profiles

        hub = ctx.obj().hub
        here = {model: hub.installed(model.name) for model in hub.models()}
        output.print_models(here, profiles(), as_json)
    return 0


@models.command()
@click.argument("name", default="full")
@click.pass_obj
def pull(assembly: Any, name: str) -> int:
    """Download the model NAME, or those that go together: small, full (if you name none) or best."""
    from voicephoto import output

    hub = assembly().hub
    for model in hub.named(name):
        try:
            with output.progress(model.name, of_bytes=True) as progress:
                folder = hub.pull(model.name, progress)
        except KeyboardInterrupt:
            click.echo(
                f"voicephoto: interrupted; what has come is kept; voicephoto models pull {name} goes on from there",
                err=True,
            )
            return 130
        output.print_model_ready(model, folder)
    return 0


@models.command()
@click.argument("name", required=False)
@as_json
@click.pass_obj
def verify(assembly: Any, name: str | None, as_json: bool) -> int:
    """Read every byte of the model NAME, or of all that are here."""
    from voicephoto import output

    hub = assembly().hub
    names = [model.name for model in hub.named(name)] if name else hub.here()
    faults = {each: hub.verify(each) for each in names}
    output.print_verified(faults, as_json)
    return MissingError.exit_code if any(faults.values()) else 0


@models.command()
@click.argument("name")
@click.pass_obj
def remove(assembly: Any, name: str) -> int:
    """Remove the model NAME, and what was downloaded of it."""
    from voicephoto import output

    output.print_removed(name, assembly().hub.remove(name))
    return 0


@models.command()
@click.argument("name")
@click.pass_obj
def path(assembly: Any, name: str) -> int:
    """Say in which folder the model NAME lies."""
    click.echo(assembly().hub.locate(name))
    return 0


@models.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("name", required=False)
@click.pass_obj
def import_(assembly: Any, folder: Path, name: str | None) -> int:
    """Take in the models in FOLDER, such as a USB stick, or the model NAME that it is."""
    from voicephoto import output

    hub = assembly().hub
    for model, place in hub.import_from(folder, name).items():
        output.print_model_ready(model, place)
    return 0


@models.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="File to write, instead of using it.")
@as_json
@click.pass_obj
def calibrate(assembly: Any, folder: Path, target: Path | None, as_json: bool) -> int:
    """Fit when a photo counts as found, from the captioned photos of FOLDER (captions.tsv: image, caption)."""
    from voicephoto import output

    parts = assembly()
    with output.progress("looking", hidden=as_json) as progress:
        calibrated = parts.calibrate(folder, target, progress)
    output.print_calibrated(calibrated, as_json)
    return 0


@voicephoto.command()
@click.option(
    "-o",
    "--output",
    "target",
    default="demo-output",
    type=click.Path(path_type=Path),
    help="Folder to write into.",
)
@click.option("--play", is_flag=True, help="Play the questions and the replies on this machine's speaker.")
@click.pass_obj
def demo(assembly: Any, target: Path, play: bool) -> int:
    """See and hear it work: builds a small library and asks it recorded questions."""
    from voicephoto.demo import run_demo

    return run_demo(target, play)


def _each_line(text: str, answer: Callable[[str, bool], int], as_json: bool) -> int:
    """The worst exit code of answering `text`, or for - every line of the standard input.

    Among many lines one that cannot be used is said in its place, and does not end the others.
    """
    from voicephoto import output

    if text != "-":
        return answer(_readable(text), as_json)
    worst = 0
    for line in filter(str.strip, sys.stdin):
        try:
            worst = max(worst, answer(_readable(line.rstrip("\n")), as_json))
        except UsageError as error:
            output.print_refused(error, as_json)
            worst = max(worst, NOTHING)
    return worst


def _readable(text: str) -> str:
    """`text` with a question mark in a box for every byte that is no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _moment(now: str | None) -> datetime | None:
    if now is None:
        return None
    try:
        return datetime.fromisoformat(now).replace(tzinfo=None)
    except ValueError:
        raise UsageError(f"--now {now!r} is not a date; write it like 2026-11-23 or 2026-11-23T18:30") from None


def _complain(error: Exception) -> int:
    """Say in one line what went wrong; returns the exit code."""
    if isinstance(error, VoicephotoError):
        click.echo(f"voicephoto: {one_line(str(error))}", err=True)
        return error.exit_code
    if isinstance(error, OSError):
        where = f" ({os.fsdecode(error.filename)})" if error.filename else ""
        what = f"the system refused: {error.strerror or error}{where}; check its free space and permissions"
    else:
        what = f"a fault of the program: {type(error).__name__}: {error}; please report what --debug shows"
    click.echo(one_line(f"voicephoto: {what}; what was done so far is kept"), err=True)
    return MissingError.exit_code


def _write_no_more() -> None:
    """Give up what could not be written; at its end Python would try, and complain, once more."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line; every error of ours becomes one line and an exit code."""
    debug = "--debug" in sys.argv
    # Whatever bytes a line or a file's name is made of, reading and printing it never fails.
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)
    try:
        code = voicephoto.main(standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("voicephoto: interrupted; what was done so far is kept", err=True)
        code = 130
    except click.ClickException as error:
        message = error.format_message()
        if "\n" in message:
            error.show()
        else:
            command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "voicephoto"
            click.echo(f"voicephoto: {message.rstrip('.')}; see: {command} --help", err=True)
        code = 2
    except BrokenPipeError:
        _write_no_more()
        code = NOTHING
    except Exception as error:
        if debug:
            raise
        code = _complain(error)
        if isinstance(error, OSError):
            _write_no_more()
    code = code if isinstance(code, int) else 0
    if any(thread.name == "look" for thread in threading.enumerate()):
        # It is loading a model, which nothing can interrupt, and Python would abort in the midst of that.
        os._exit(code)
    sys.exit(code)
