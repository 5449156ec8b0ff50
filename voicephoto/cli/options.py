"""What the commands have in common."""

from pathlib import Path
from typing import Any

import click

NOTHING = 1
"""The exit code where nothing was found, or a part was not done."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


class _File(click.Path):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        # A variable of the shell that is not set would be the folder one happens to be in.
        if not str(value):
            self.fail("that name is empty; give the name of a file or folder", param, ctx)
        return super().convert(value, param, ctx)


a_file = _File(path_type=Path, readable=False)
"""A name; whoever opens the file says what is wrong with it, and then goes on with the others."""


class InOrder(click.Group):
    """Commands in the order of a first day, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)
