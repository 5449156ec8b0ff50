"""What the commands have in common."""

from pathlib import Path

import click

NOTHING = 1
"""The exit code where nothing was found, or a part was not done."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
a_file = click.Path(path_type=Path, readable=False)
"""A name; whoever opens the file says what is wrong with it, and then goes on with the others."""


class InOrder(click.Group):
    """Commands in the order of a first day, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)
