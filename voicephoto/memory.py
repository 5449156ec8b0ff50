"""Whether there is memory enough for a model, asked before it is loaded."""

from pathlib import Path

from voicephoto.errors import MissingError


def require_memory(megabytes: int, what: str) -> None:
    """Raises MissingError where the system says that fewer than `megabytes` are available for `what`."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return
    available = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable:")), megabytes)
    if available < megabytes:
        raise MissingError(
            f"{what} needs {megabytes:,} MB of memory and {available:,} MB are available; nothing was loaded; "
            "close other programs or choose a smaller model"
        )
