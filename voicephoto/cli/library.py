"""The photos: what is in the catalog, and a library to try it with."""

from pathlib import Path
from typing import Any

import click

from voicephoto.cli.options import NOTHING, a_file, as_json


@click.command()
@click.argument("folders", nargs=-1, required=True, type=a_file)
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


@click.command()
@as_json
@click.pass_obj
def library(assembly: Any, as_json: bool) -> int:
    """Say what the catalog holds: how many photos, from when, from where."""
    from voicephoto import output

    parts = assembly()
    output.print_library(parts.photos.summary(), parts.succession.change(), as_json)
    return 0


@click.command()
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
