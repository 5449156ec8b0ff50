"""Whether there is room for a model, asked before it is loaded."""

from pathlib import Path

from voicephoto.errors import MissingError

_MEMINFO = Path("/proc/meminfo")


def require_memory(megabytes: float, what: str) -> None:
    """Raise MissingError where this machine cannot spare `megabytes` (2**20 bytes) for `what`.

    What it can spare is the kernel's own estimate, MemAvailable of /proc/meminfo; without that file nothing is refused.
    """
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    available = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("MemAvailable:")), None)
    if available is not None and available < megabytes:
        raise MissingError(
            f"{what} needs {megabytes:,.0f} MB of memory and {available:,.0f} MB are free; it was not loaded; "
            "close other programs, or choose a smaller model"
        )
