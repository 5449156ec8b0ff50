"""The models: which are here, and how others come."""

from pathlib import Path
from typing import Any

import click

from voicephoto.cli.options import InOrder, as_json
from voicephoto.errors import MissingError


@click.group(cls=InOrder, invoke_without_command=True)
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
            with output.progress_in_bytes() as progress:
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
    with output.progress_in_bytes(hidden=as_json) as progress:
        faults = {each: hub.verify(each, progress) for each in names}
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
    with output.progress_in_bytes() as progress:
        taken = hub.import_from(folder, name, progress)
    for model, place in taken.items():
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
