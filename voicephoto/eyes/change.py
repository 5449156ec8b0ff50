"""How far a change from one encoder to another has come."""

from dataclasses import dataclass
from pathlib import Path

from voicephoto.vision import Calibration, Encoder

_CALIBRATE = "voicephoto models calibrate FOLDER"


@dataclass(frozen=True, slots=True)
class Eyes:
    """An encoder by the setting that names it, the name, size and time of each of its files, and its cut-off; None where
    there is none."""

    setting: str
    encoder: Encoder
    files: tuple[tuple[str, int, int], ...]
    calibration: Calibration | None

    @property
    def called(self) -> str:
        return called(self.setting)


@dataclass(frozen=True, slots=True)
class Change:
    """What the chosen encoder lacks to answer.

    Of all `photos` it has `looked_at` so many, and of those that the one `before` knows so many are `unseen`. It is
    `settled` where it answered when the program last ran. Without `chosen` it cannot be used, and `fault` says why.
    """

    setting: str
    chosen: Eyes | None
    before: Eyes | None
    looked_at: int
    photos: int
    unseen: int
    settled: bool
    fault: str | None

    @property
    def done(self) -> bool:
        """Whether the chosen encoder answers."""
        if self.chosen is None or self.chosen.calibration is None:
            return False
        return (self.settled or not self.unseen) and (self.looked_at > 0 or not self.photos)

    @property
    def eyes(self) -> Eyes | None:
        """The one that answers; None where there is none that could."""
        return self.chosen if self.done else self.before

    @property
    def line(self) -> str:
        """What is lacking, what answers meanwhile, and what to do; empty where nothing is lacking."""
        if self.done:
            return ""
        if self.before is None:
            return self._nothing_answers
        until = f"until then {self.before.called} searches"
        if self.fault is not None:
            return f"{self.fault}; {until}"
        name = called(self.setting)
        uncalibrated = self.chosen is not None and self.chosen.calibration is None
        if not self.unseen:
            return f"the photos are looked at with {name}, but it has no cut-off of its own; {until}; run: {_CALIBRATE}"
        far = f"{self.looked_at:,} of {self.photos:,} photos are looked at with {name} so far"
        if uncalibrated:
            return f"{far}, and it has no cut-off of its own; {until}; run: {_CALIBRATE}"
        return f"{far}; {until}; voicephoto talk looks on beside your questions, voicephoto index FOLDER at once"

    @property
    def _nothing_answers(self) -> str:
        if self.fault is not None:
            return self.fault
        if not self.looked_at:
            return (
                "the photos were indexed by a version of voicephoto with another image model; nothing was changed; "
                "run voicephoto index on your folders again"
            )
        return (
            f"{called(self.setting)} has no cut-off of its own, without which nothing can be found; your photos and "
            f"catalog are untouched; run: {_CALIBRATE}"
        )


def called(setting: str) -> str:
    """What an encoder is called in a sentence."""
    return "the starter" if setting == "starter" else Path(setting).name
