"""Files of weights, looked at before they are loaded."""

import json
import math
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from voicephoto.errors import MissingError

PULL_AGAIN = "your photos and catalog are untouched; remove the model and get it again with: voicephoto models pull"
_INSTALL = "your photos and catalog are untouched; run: pip install --upgrade 'voicephoto[full]'"
_HEADER_LIMIT = 100_000_000
"""Bytes; that of the safetensors format."""
_SAMPLES, _SAMPLE = 64, 65_536
_WHY = 160
"""Letters of what a library says, which may go on for pages."""


def read_json(path: Path) -> dict[str, object]:
    """A model's settings; raises MissingError where the file is missing or is no JSON object."""
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict):
            raise ValueError
    except OSError as error:
        raise MissingError(f"a model is incomplete: {path}: {error.strerror}; {PULL_AGAIN}") from None
    except ValueError:
        raise MissingError(f"a model is damaged: {path} is no JSON object; {PULL_AGAIN}") from None
    return found


def count_parameters(paths: Iterable[Path]) -> int:
    """The number of weights in safetensors files.

    Raises MissingError where a file is missing, is of another kind, or has another length than its header says:
    https://github.com/huggingface/safetensors#format.
    """
    return sum(math.prod(shape) for path in paths for shape in _shapes(path))


def _shapes(path: Path) -> list[list[int]]:
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _HEADER_LIMIT:
                raise ValueError
            header = json.loads(file.read(length))
            header.pop("__metadata__", None)
            ends = [tensor["data_offsets"][1] for tensor in header.values()]
            if 8 + length + max(ends) != path.stat().st_size:
                raise ValueError
            return [tensor["shape"] for tensor in header.values()]
    except OSError as error:
        raise MissingError(f"a model is incomplete: {path}: {error.strerror}; {PULL_AGAIN}") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise MissingError(f"a model is damaged: {path} is cut short or no safetensors file; {PULL_AGAIN}") from None


def fingerprint(settings: Path, weights: Path) -> str:
    """Eight hexadecimal digits that tell a model from others: of its settings, the length of its weights, and 64 samples
    of these from beginning to end, because hundreds of megabytes take seconds to read whole.

    Raises MissingError where a file cannot be read.
    """
    digest = sha256()
    try:
        digest.update(settings.read_bytes())
        size = weights.stat().st_size
        digest.update(size.to_bytes(8, "little"))
        with weights.open("rb") as file:
            for number in range(_SAMPLES):
                file.seek(number * max(0, size - _SAMPLE) // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE))
    except OSError as error:
        raise MissingError(f"a model is incomplete: {error.filename}: {error.strerror}; {PULL_AGAIN}") from None
    return digest.hexdigest()[:8]


def unusable(what: str, folder: Path, error: Exception) -> MissingError:
    """What is said where a library cannot make `what` of the files in a folder."""
    why = " ".join(str(error).split())[:_WHY]
    mend = _INSTALL if isinstance(error, ImportError) else PULL_AGAIN
    return MissingError(f"{what}, in {folder}, cannot be used ({type(error).__name__}: {why}); {mend}")
