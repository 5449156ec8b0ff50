"""The command line as a whole.

Exit codes: 0 done, 1 nothing found or partly done, 2 wrong use, 3 something needed is missing, 130 interrupted.
"""

import logging
import os
import sys
import threading
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicephoto import __version__
from voicephoto.cli.asking import ask, explain, search
from voicephoto.cli.library import demo, index, library
from voicephoto.cli.models import models
from voicephoto.cli.options import NOTHING, InOrder
from voicephoto.cli.serving import serve
from voicephoto.cli.speaking import devices, say, talk, transcribe
from voicephoto.errors import MissingError, VoicephotoError, one_line

if TYPE_CHECKING:
    from voicephoto.assembly import Assembly


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"]})
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


for _command in (index, library, search, ask, explain, transcribe, say, talk, serve, devices, models, demo):
    voicephoto.add_command(_command)


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
