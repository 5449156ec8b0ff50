"""More photos than anybody pages through: what is said of them stays true."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.dialogue import Dialogue
from voicephoto.library.photo import Entry, Metadata, Stamp

PHOTOS = 350


@pytest.fixture(scope="module")
def dialogue(tmp_path_factory: pytest.TempPathFactory) -> Dialogue:
    """Over a library of 350 photos from 2020, one a day."""
    parts = Assembly(Settings(data=tmp_path_factory.mktemp("many")))
    vectors = np.random.default_rng(1).standard_normal((PHOTOS, parts.encoder.dimension)).astype(np.float32)
    entries = []
    for number, vector in enumerate(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)):
        facts = Metadata(datetime(2020, 1, 1, 12) + timedelta(days=number), "exif", 4, 3, None, None, None, None, ())
        entries.append(Entry(Path(f"/{number}.jpg"), Stamp(1, 1, number.to_bytes(2, "big")), facts, None, None, vector))
    parts.catalog.put(entries, parts.encoder.name)
    return Dialogue(parts.understander(datetime(2026, 7, 15, 12)), parts.succession.sight, parts.photos)


def say(dialogue: Dialogue, text: str) -> str:
    return dialogue.respond(dialogue.understand(text)).say


def test_all_of_them_are_counted_and_summed_up(dialogue: Dialogue) -> None:
    assert say(dialogue, "photos from 2020").startswith("350 photos from 2020.")
    assert say(dialogue, "how many are there") == "350 photos."
    assert "January 1" in say(dialogue, "when were these taken")


def test_paging_ends_with_the_truth(dialogue: Dialogue) -> None:
    say(dialogue, "photos from 2020")
    for _ in range(24):
        assert say(dialogue, "show me more").startswith("Here are twelve more")
    assert say(dialogue, "show me more").startswith("There are more of them than I can go through.")
