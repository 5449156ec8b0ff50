import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Library
from tests.fixtures.shapes import ALL, paint
from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.hub import locate
from voicephoto.vision import Bank, Calibration, OpenClipEncoder, StarterEncoder

CLIP = Path(__file__).parent.parent / "fixtures" / "clip"
TIMES = 3


@dataclass(frozen=True, slots=True)
class Home:
    """Painted shapes and sunsets from Italy, all of them looked at with the starter, and an open_clip model beside them."""

    photos: Path
    data: Path
    clip: Path

    def parts(self, encoder: str | None = None) -> Assembly:
        """The program as it starts with an encoder in the settings, the open_clip model if none is given."""
        return Assembly(Settings(data=self.data, encoder=encoder or str(self.clip), offline=True))

    def calibrate(self) -> None:
        """Give the open_clip model a cut-off. Its regressions are the starter's, for shapes are too few to fit others."""
        encoder = OpenClipEncoder(self.clip)
        looks = encoder.encode_images([paint(*each) for each in ALL])
        bank = Bank(encoder.encode_texts([" ".join(each) for each in ALL]))
        starter = Calibration.read(locate("starter") / "calibration.npz")
        file = self.data / "calibrations" / f"{encoder.name}.npz"
        file.parent.mkdir(exist_ok=True)
        replace(starter, bank=bank, mean=looks.mean(axis=0), covariance=np.cov(looks.T), hopeless=0.0).write(file)


@pytest.fixture
def home(tmp_path: Path, demo_library: Library) -> Home:
    home = Home(tmp_path / "photos", tmp_path / "data", tmp_path / "clip")
    shutil.copytree(CLIP, home.clip)
    shutil.copytree(demo_library.folder / "Italy", home.photos / "Italy")
    (home.photos / "Shapes").mkdir()
    for number, (colour, shape) in enumerate(ALL * TIMES):
        paint(colour, shape, at=(0.4 + 0.1 * (number % TIMES), 0.5)).save(home.photos / "Shapes" / f"{number}.png")
    home.parts("starter").index([home.photos], lambda done, total: None)
    return home


@pytest.fixture
def calibrated(home: Home) -> Home:
    home.calibrate()
    return home


Answers = Callable[[Assembly], str]


@pytest.fixture
def answers() -> Answers:
    """Which encoder finds photos: its scores are the cosines of that one's vectors."""

    def by(parts: Assembly) -> str:
        found = parts.find("sunsets")
        [hit, *_], text = found.results.hits, found.results.query.text
        for encoder in (StarterEncoder(locate("starter")), OpenClipEncoder(CLIP)):
            ids, vectors = parts.photos.embeddings(encoder.name)
            scores = dict(zip(ids.tolist(), vectors @ encoder.encode_texts([text])[0], strict=True))
            if hit.photo.id in scores and abs(scores[hit.photo.id] - hit.score) < 0.01:
                return encoder.name.partition("-")[0]
        return "another one"

    return by
