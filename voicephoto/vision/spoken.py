"""What a model writes piece by piece, as sentences to be spoken while it still writes."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread

log = logging.getLogger(__name__)

LONGER = "Let me look a little longer."
UNSURE = "I'm not sure."
CUT_OFF = "The rest of the answer didn't come."

_MOST = 4
"""Sentences that somebody listens to."""
_END = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"')\]*])|(?<=[.!?]\*\*))(?<!\b[A-Z]\.)(?<!\b(?:Mr|Ms|Dr|St|vs)\.)(?<!^\d\.)(?<!\s\d\.)\s+(?=\S)"
    r"|\s*\n\s*(?=\S)"
)
_THOUGHT = re.compile(r"<think>.*?</think>\s*", re.DOTALL)
_MARKUP = re.compile(
    r"<\|[^|>]*\|>|</?[a-z_]+>|\*+|`+|\b__|__\b|^\s*(?:#+|[-•]|\d[.)])\s+|^\s*(?:assistant|answer):\s*", re.IGNORECASE
)
_HEDGE = re.compile(
    r"\b(?:unclear|uncertain|unsure|(?:can't|cannot|can not|could not|couldn't|unable to|hard to|difficult to|not possible to|"
    r"impossible to) (?:be )?(?:tell|say|see|determined?|identif(?:y|ied)|certain|sure)|(?:not|isn't) (?:clear|visible|certain))\b",
    re.IGNORECASE,
)

Say = Callable[[str], None]


class _Unheard(Exception):  # noqa: N818
    """Nobody listens any more: what was being written may end."""


def spoken(write: Callable[[Say], None], seconds: float) -> Iterator[str]:
    """The sentences of what `write` hands, piece by piece, to the function that it is given; it runs on a thread of its own.

    Where the first sentence takes longer than `seconds`, LONGER is said before it. Markup, the model's thoughts and its
    chat tokens are left out; a model that says it cannot tell is not sure, and says so; one that repeats itself, or has
    said enough, is stopped, as is one whose listener closes this iterator: the function that it hands its pieces to
    then raises. What `write` raises before the first sentence is raised here; what it raises later ends the answer.
    """
    pieces: SimpleQueue[str | Exception | None] = SimpleQueue()
    gone = Event()

    def say(piece: str) -> None:
        if gone.is_set():
            raise _Unheard
        pieces.put(piece)

    def run() -> None:
        try:
            write(say)
            pieces.put(None)
        except _Unheard:
            pass
        except Exception as error:
            pieces.put(error)

    Thread(target=run, name="looking", daemon=True).start()
    try:
        yield from _listened(pieces, seconds)
    finally:
        gone.set()


def _listened(pieces: "SimpleQueue[str | Exception | None]", seconds: float) -> Iterator[str]:
    text = _Text()
    said: set[str] = set()
    patience: float | None = time.monotonic() + seconds
    while True:
        try:
            piece = pieces.get(timeout=None if patience is None else max(0.0, patience - time.monotonic()))
        except Empty:
            patience = None
            yield LONGER
            continue
        if isinstance(piece, Exception):
            if not said:
                raise piece
            log.warning("the answer broke off: %s", piece)
            yield CUT_OFF
            return
        for sentence in text.rest() if piece is None else text.add(piece):
            patience = None
            key = sentence.lower()
            if key in said or len(said) == _MOST:
                return
            if not said and _HEDGE.search(sentence) and "not sure" not in key:
                yield UNSURE
            said.add(key)
            yield sentence
        if piece is None:
            if not said:
                yield UNSURE
            return


class _Text:
    """What is being written, and which of it are whole sentences already."""

    def __init__(self) -> None:
        self._written = ""
        self._begun = False

    def add(self, piece: str) -> list[str]:
        """The sentences that `piece` brings to an end."""
        self._written = _THOUGHT.sub("", self._written + piece)
        if "<think>" in self._written:
            return []
        *whole, self._written = _END.split(self._written)
        sentences = [sentence if _ended(sentence) else f"{sentence}." for sentence in map(_tidied, whole) if sentence]
        self._begun = self._begun or bool(sentences)
        return sentences

    def rest(self) -> list[str]:
        """What is left where nothing comes any more: no sentence at all, where a long answer was cut short within one."""
        last = _tidied(self._written.partition("<think>")[0])
        if not last or (self._begun and not _ended(last)):
            return []
        return [last if _ended(last) else f"{last}."]


def _ended(sentence: str) -> bool:
    return sentence.rstrip("\"')]").endswith((".", "!", "?"))


def _tidied(sentence: str) -> str:
    """A sentence without markup; it begins with a capital, and a colon before a list becomes its end."""
    plain = " ".join(_MARKUP.sub("", sentence).split()).removesuffix(":")
    return plain[:1].upper() + plain[1:]
