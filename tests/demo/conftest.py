from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from voicephoto.demo import build_library

TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Library:
    folder: Path
    paths: tuple[Path, ...]
    today: date


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The demo library as somebody gets it on 23 November 2026."""
    folder = tmp_path_factory.mktemp("demo") / "photos"
    return Library(folder, build_library(folder, TODAY), TODAY)
