import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Library
from tests.fixtures.calibrating import calibration
from tests.fixtures.shapes import ALL, paint
from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.hub import locate
from voicephoto.library import Catalog
from voicephoto.search import PhotoQuery
from voicephoto.vision import Encoder, OpenClipEncoder, StarterEncoder

CLIP = Path(__file__).parent.parent / "fixtures" / "clip"


@dataclass(frozen=True, slots=True)
class Home:
    """Painted shapes and sunsets from Italy, all of them looked at with the starter, and an open_clip model beside them."""

    folder: Path

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def clip(self) -> Path:
        return self.folder / "clip"

    def parts(self, encoder: str | None = None) -> Assembly:
        """The program as it starts with an encoder in the settings, the open_clip model if none is given."""
        return Assembly(Settings(data=self.data, encoder=encoder or str(self.clip), offline=True))

    def index(self, folder: Path | None = None, encoder: str | None = None) -> None:
        self.parts(encoder).index([folder or self.photos], lambda done, total: None)

    def calibrate(self) -> None:
        """Give the open_clip model a cut-off."""
        encoder = OpenClipEncoder(self.clip)
        file = self.data / "calibrations" / f"{encoder.name}.npz"
        file.parent.mkdir(exist_ok=True)
        calibration(encoder).write(file)

    def moved(self, folder: Path) -> "Home":
        """The same home elsewhere, as if it had always been there."""
        home = Home(Path(shutil.copytree(self.folder, folder / "home")))
        with Catalog(home.data / "catalog.sqlite") as catalog:
            known = catalog.known("")
            catalog.move((photo.id, home.photos / photo.path.relative_to(self.photos)) for photo in known)
        noted = home.data / "encoder.json"
        if noted.is_file():
            noted.write_text(json.dumps({**json.loads(noted.read_text()), "setting": str(home.clip)}))
        return home


@pytest.fixture(scope="session")
def first_home(tmp_path_factory: pytest.TempPathFactory, demo_library: Library) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    shutil.copytree(CLIP, home.clip)
    shutil.copytree(demo_library.folder / "Italy", home.photos / "Italy")
    (home.photos / "Shapes").mkdir()
    for number, (colour, shape) in enumerate(ALL):
        paint(colour, shape).save(home.photos / "Shapes" / f"{number}.png")
    home.index(encoder="starter")
    return home


@pytest.fixture(scope="session")
def first_calibrated(tmp_path_factory: pytest.TempPathFactory, first_home: Home) -> Home:
    home = first_home.moved(tmp_path_factory.mktemp("calibrated"))
    home.calibrate()
    return home


@pytest.fixture(scope="session")
def first_changed(tmp_path_factory: pytest.TempPathFactory, first_calibrated: Home) -> Home:
    home = first_calibrated.moved(tmp_path_factory.mktemp("changed"))
    home.index()
    return home


@pytest.fixture
def home(tmp_path: Path, first_home: Home) -> Home:
    return first_home.moved(tmp_path)


@pytest.fixture
def calibrated(tmp_path: Path, first_calibrated: Home) -> Home:
    """The open_clip model has a cut-off."""
    return first_calibrated.moved(tmp_path)


@pytest.fixture
def changed(tmp_path: Path, first_changed: Home) -> Home:
    """All photos are indexed with the open_clip model besides, which answers."""
    return first_changed.moved(tmp_path)


LeaveMemory = Callable[[int], object]


@pytest.fixture
def leave_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LeaveMemory:
    """Makes other programs take all memory but so many kB."""
    meminfo = tmp_path / "meminfo"
    monkeypatch.setattr("voicephoto.memory._MEMINFO", meminfo)
    return lambda left: meminfo.write_text(f"MemTotal: 4000000 kB\nMemAvailable: {left} kB\n")


Answers = Callable[[Assembly], str]


@pytest.fixture(scope="session")
def encoders() -> dict[str, Encoder]:
    return {"starter": StarterEncoder(locate("starter")), "open_clip": OpenClipEncoder(CLIP)}


@pytest.fixture
def answers(encoders: dict[str, Encoder]) -> Answers:
    """Which encoder finds photos: its scores are the cosines of that one's vectors."""

    def by(parts: Assembly) -> str:
        [hit, *_] = parts.sight.searcher.search(PhotoQuery("sunsets")).hits
        for kind, encoder in encoders.items():
            ids, vectors = parts.photos.embeddings(encoder.name)
            scores = dict(zip(ids.tolist(), vectors @ encoder.encode_texts(["sunsets"])[0], strict=True))
            if hit.photo.id in scores and abs(scores[hit.photo.id] - hit.score) < 0.01:
                return kind
        return "another one"

    return by
