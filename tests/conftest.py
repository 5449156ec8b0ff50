from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.demo import build_library
from voicephoto.library import index

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of photos and what is in it, as it was built on `today`."""

    folder: Path
    paths: tuple[Path, ...]
    today: date


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a model is asked, and however damaged it is, nobody else is asked."""
    asked: list[object] = []
    monkeypatch.setattr("socket.socket.connect", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr("socket.getaddrinfo", lambda *arguments, **_: asked.append(arguments))
    yield
    assert not asked


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public photos, speech and noise that lie beside the repository and are never committed."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the public test data in ../shared/data, which is not there")
    return folder


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The demo library as somebody gets it today."""
    folder = tmp_path_factory.mktemp("demo") / "photos"
    return Library(folder, build_library(folder, date.today()), date.today())


@pytest.fixture(scope="session")
def demo_parts(demo_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The whole program over the demo library."""
    parts = Assembly(Settings(data=tmp_path_factory.mktemp("data")))
    index([demo_library.folder], parts.catalog, parts.encoder)
    return parts
