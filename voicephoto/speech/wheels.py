"""Networks that ship in the wheel of another package."""

from importlib.util import find_spec
from pathlib import Path


def inside(package: str) -> Path | None:
    """The folder of an installed package; None where there is none. The package itself, its start-up and its own libraries
    are not imported for it."""
    found = find_spec(package)
    folders = found.submodule_search_locations if found else None
    return Path(folders[0]) if folders else None
