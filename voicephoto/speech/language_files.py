"""The language model and the dictionary of what people say, made once for a library's words and kept."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from voicephoto.errors import MissingError
from voicephoto.speech.language_model import SAMPLES, sample, write_arpa
from voicephoto.speech.pronunciation import pronunciations
from voicephoto.speech.sentences import Sentences

_FORMAT = 2
"""Raise it whenever the way in which models are made changes, so that cached ones are made again."""

EVERYDAY_WORDS = 12_000
"""Words of general English that can be said besides those of the templates."""
BACKGROUND = 0.05
"""Their share of the unigram probability."""

_PARTIAL = ".part"
"""Ending of a file that is still being made, maybe by another process."""


def shipped() -> Path:
    """The folder of PocketSphinx's English: the acoustic model, the dictionary and a trigram model of English at large.

    Raises MissingError where the package is not there.
    """
    try:
        import pocketsphinx
    except ImportError:
        raise MissingError("speech cannot be recognised without pocketsphinx; run: pip install pocketsphinx") from None
    pocketsphinx.set_loglevel("FATAL")
    return Path(pocketsphinx.get_model_path(), "en-us")


def prepare(sentences: Sentences, words: Sequence[str], cache: Path) -> tuple[Path, Path]:
    """The language model (ARPA) and the dictionary for these sentences and words, made where the cache has none.

    Raises MissingError where the cache cannot be written.
    """
    names = sorted(set(words))
    asked = [_FORMAT, SAMPLES, EVERYDAY_WORDS, BACKGROUND, version("pocketsphinx"), sentences.digest, names]
    key = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
    folder = cache / "speech"
    model, dictionary, note = (folder / f"{key}.{ending}" for ending in ("arpa", "dict", "crc32"))
    with suppress(OSError):
        # The decoder takes a damaged model for a whole one, and crashes or hears nothing.
        if note.read_bytes() == _checksum(model, dictionary):
            return model, dictionary
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _whole(model) as file:
            vocabulary = write_arpa(sample(sentences, names), _everyday(), BACKGROUND, file)
        with _whole(dictionary) as file:
            file.writelines(f"{word} {phones}\n" for word, phones in pronunciations(vocabulary, _dictionary()))
        note.write_bytes(_checksum(model, dictionary))
        for old in folder.glob("*.*"):
            if old.stem != key and old.suffix != _PARTIAL:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise MissingError(
            f"the language model for speech cannot be kept in {folder} ({error.strerror}); nothing was changed; "
            "check its permissions and free space, or name another folder with --data"
        ) from None
    return model, dictionary


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that appears only when it is complete."""
    partial = path.with_suffix(f".{os.getpid()}{_PARTIAL}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _checksum(*files: Path) -> bytes:
    return b" ".join(b"%08x" % zlib.crc32(file.read_bytes()) for file in files)


def _everyday() -> dict[str, float]:
    """The most probable words of general English, by the recogniser's own large model."""
    from pocketsphinx import LogMath, NGramModel

    logmath = LogMath()
    model = NGramModel(None, logmath, str(shipped() / "en-us.lm.bin"))
    with _dictionary().open(encoding="utf-8") as lines:
        words = sorted({line.split(" ", 1)[0].partition("(")[0] for line in lines})
    likely = {word: logmath.exp(model.prob([word])) for word in words if word}
    best = sorted(likely, key=lambda word: -likely[word])[:EVERYDAY_WORDS]
    return {word: likely[word] for word in best}


def _dictionary() -> Path:
    return shipped() / "cmudict-en-us.dict"
