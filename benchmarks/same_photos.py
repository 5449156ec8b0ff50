"""Whether two texts find the same photos, among 1,000 photos of everyday scenes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from voicephoto import hub
from voicephoto.library import Catalog
from voicephoto.library.photo import Entry, Metadata, Stamp
from voicephoto.search import PhotoQuery, Searcher, open_index
from voicephoto.search.index import VectorIndex
from voicephoto.vision import Calibration, StarterEncoder
from voicephoto.vision.fitting import read_captions

FIRST, SHARED = 10, 8
"""Two texts find the same where of the first ten photos eight are the same."""


class Photos:
    """A library of the photos of a folder with captions, searched by their looks."""

    def __init__(self, encoder: StarterEncoder, index: VectorIndex, searcher: Searcher) -> None:
        self._encoder = encoder
        self._index = index
        self._searcher = searcher

    def same(self, one: str, other: str) -> bool:
        """Whether the nearest photos of both are the same, or both are said not to be there."""
        if not (one and other):
            return one == other
        nearest = [self._index.nearest(vector, FIRST)[0] for vector in self._encoder.encode_texts([one, other])]
        shared = len(np.intersect1d(*nearest))
        return shared >= SHARED or all(
            self._searcher.search(PhotoQuery(text)).status == "none" for text in (one, other)
        )


@contextmanager
def opened(folder: Path) -> Iterator[Photos]:
    """The photos of `folder`, which has a captions.tsv; it takes a minute to look at them."""
    starter = hub.locate("starter")
    encoder, calibration = StarterEncoder(starter), Calibration.read(starter / "calibration.npz")
    paths = [photo.path for photo in read_captions(folder)]
    vectors = encoder.encode_images([Image.open(path) for path in paths])
    facts = Metadata(None, None, 224, 224, None, None, None, None, ())
    entries = [
        Entry(Path(f"/photos/{number}.jpg"), Stamp(1, 1, number.to_bytes(8, "big")), facts, None, None, vector)
        for number, vector in enumerate(vectors)
    ]
    with TemporaryDirectory() as kept, Catalog(Path(kept) / "catalog.sqlite") as catalog:
        catalog.put(entries, encoder.name)
        index = open_index(catalog, encoder.name, Path(kept) / "cache", calibration.bank)
        yield Photos(encoder, index, Searcher(catalog, index, encoder, calibration))
