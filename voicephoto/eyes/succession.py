"""Who answers: the encoder that is chosen, or as long as it cannot the one before."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from voicephoto.dialogue import Sight
from voicephoto.errors import MissingError
from voicephoto.eyes.change import Change, Eyes
from voicephoto.library import Catalog, GonePhoto, Known, UnreadablePhoto, look_again

log = logging.getLogger("voicephoto")

_Files = tuple[tuple[str, int, int], ...]


class Succession:
    """Lets the `chosen` encoder answer from when it has an embedding of every photo that the one before knows, and a cut-off.

    Until then, and where it cannot be used, the one before answers, whose setting is in the file `record`, or the starter;
    which one it is and why is logged once. `eyes` finds the encoder of a setting, as its files are now, and raises
    MissingError where there is none; `sight` opens its index, and raises it too.
    """

    def __init__(
        self,
        chosen: str,
        catalog: Catalog,
        record: Path,
        eyes: Callable[[str], Eyes],
        sight: Callable[[Eyes], Sight],
    ) -> None:
        self._setting = chosen
        self._catalog = catalog
        self._record = record
        self._eyes = eyes
        self._open = sight
        self._lock = Lock()
        self._now: tuple[Eyes, Sight] | None = None
        self._loaded = False
        self._faults: dict[_Files, str] = {}
        """Why encoders cannot be used though their files are there; others in their place are tried anew."""

    def sight(self, looks: bool) -> Sight:
        """What answers now; its encoder is only loaded for an answer that `looks`. Raises MissingError where nothing can."""
        with self._lock:
            if self._now is None:
                self._now = self._begin()
            if looks and not self._loaded:
                self._now = self._load(*self._now)
                self._loaded = True
            return self._now[1]

    @property
    def settled(self) -> bool:
        """Whether it is the chosen encoder that answers in this program."""
        return self._now is not None and self._now[0].setting == self._setting

    def change(self, damaged: Iterable[int] = ()) -> Change:
        """How far the chosen encoder is now; photos that are `damaged`, by id, are not waited for."""
        chosen, fault = None, None
        try:
            chosen = self._eyes(self._setting)
            fault = self._faults.get(chosen.files)
        except MissingError as error:
            fault = str(error)
        chosen = chosen if fault is None else None
        before = self._before()
        name = chosen.encoder.name if chosen else ""
        looked_at, photos = self._catalog.coverage(name)
        unseen = self._catalog.unseen(name, before.encoder.name, damaged) if before else 0
        settled = chosen is not None and self._last() in ((chosen.setting, name), (chosen.setting, None))
        return Change(self._setting, chosen, before, looked_at, photos, unseen, settled, fault)

    def advance(self, damaged: Iterable[int] = ()) -> str | None:
        """Let the chosen encoder answer from the next turn on, if nothing stands in its way any more.

        Returns a line that says so, and None where all stays as it is. Raises MissingError where the chosen encoder cannot
        be used, though it is ready.
        """
        change = self.change(damaged)
        if change.fault is not None:
            raise MissingError(change.fault)
        chosen = change.chosen
        if chosen is None or not change.done or self.settled or (self._now is None and change.settled):
            return None
        # It is loaded and its index opened beside the turns; they see it all at once.
        with self.judged(chosen):
            chosen.encoder.encode_texts(["a photo"])
            now = chosen, self._open(chosen)
        self._note(chosen)
        with self._lock:
            self._now, self._loaded = now, True
        return f"{change.looked_at:,} of {change.photos:,} photos are looked at with {chosen.called}, which searches from now on"

    def conclude(self, skipped: Collection[Path]) -> None:
        """Advance after an index run that `skipped` some files, and log what there is to say of the change."""
        change, damaged = self.change(), []
        if change.done and change.settled:
            return
        if change.chosen is not None and change.unseen and skipped:
            lacking = [photo for photo in self._catalog.known(change.chosen.encoder.name) if not photo.embedded]
            side = change.chosen.encoder.side
            damaged = [photo.id for photo in lacking if photo.path in skipped and _is_damaged(photo, side)]
        try:
            line = self.advance(damaged) or self.change(damaged).line
        except MissingError as error:
            line = str(error)
        if line:
            log.warning("%s", line)

    def _begin(self) -> tuple[Eyes, Sight]:
        """Who is to answer, opened."""
        change = self.change()
        if change.done and change.chosen is not None:
            with suppress(MissingError), self.judged(change.chosen):
                return change.chosen, self._open(change.chosen)
        return self._stand_in()

    def _load(self, eyes: Eyes, sight: Sight) -> tuple[Eyes, Sight]:
        """Who answers after all: the files of the chosen one may be there and of no use, or memory be short."""
        if eyes.setting != self._setting:
            return eyes, sight
        with suppress(MissingError), self.judged(eyes):
            eyes.encoder.encode_texts(["a photo"])
            self._note(eyes)
            return eyes, sight
        return self._stand_in()

    def _stand_in(self) -> tuple[Eyes, Sight]:
        change = self.change()
        if change.before is None:
            raise MissingError(change.line)
        log.warning("%s", change.line)
        return change.before, self._open(change.before)

    @contextmanager
    def judged(self, eyes: Eyes) -> Iterator[None]:
        """Remember why an encoder cannot be used."""
        try:
            yield
        except MissingError as error:
            self._faults[eyes.files] = str(error)
            raise

    def _before(self) -> Eyes | None:
        """Another one than the chosen that answered last, or else the starter, where it knows photos and can answer."""
        for setting, noted in (self._last(), ("starter", None)):
            if setting == self._setting:
                continue
            with suppress(MissingError):
                eyes = self._eyes(setting)
                name = eyes.encoder.name
                known = noted in (None, name) and self._catalog.coverage(name)[0] > 0
                if known and eyes.files not in self._faults and eyes.calibration is not None:
                    return eyes
        return None

    def _last(self) -> tuple[str, str | None]:
        """The setting and the name of the encoder that answered last; the starter of any name where nobody noted it."""
        try:
            noted = json.loads(self._record.read_text(encoding="utf-8"))
            return str(noted["setting"]), str(noted["name"])
        except (OSError, ValueError, KeyError, TypeError):
            return "starter", None

    def _note(self, eyes: Eyes) -> None:
        noted = (eyes.setting, eyes.encoder.name)
        if self._last() in (noted, (eyes.setting, None)):
            return
        growing = self._record.with_name(f"{self._record.name}.part")
        # Without it the next program compares the embeddings again.
        with suppress(OSError):
            growing.write_text(json.dumps({"setting": noted[0], "name": noted[1]}), encoding="utf-8")
            growing.replace(self._record)


def _is_damaged(photo: Known, side: int) -> bool:
    with suppress(GonePhoto):
        try:
            look_again(photo, side)
        except UnreadablePhoto:
            return True
    return False
