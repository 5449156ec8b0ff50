"""Nearest photos by exact inner product, in FAISS; a cache of the catalog's embeddings that may be lost."""

import json
import os
import zlib
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog

_FORMAT = 2
_BACKGROUND = 2000
"""Photos that stand for the whole library when a score is compared with the usual ones."""


class VectorIndex(Protocol):
    """Photos as unit vectors; every score is a cosine."""

    def __len__(self) -> int: ...

    def nearest(
        self, vector: NDArray[np.float32], count: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `count` photos nearest to `vector` [d]: ids and scores, best first, out of `among` if given."""
        ...

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors [n, d] of photos in the index."""
        ...

    def background(self) -> NDArray[np.float32]:
        """Vectors [m, d] of a fixed random sample of the library, m at most 2000."""
        ...


class FlatIndex:
    """Exact search over every photo: FAISS's flat index with the catalog's photo ids.

    `ids` [n] int64; `embeddings` [n, d] float32 of unit length.
    """

    def __init__(self, ids: NDArray[np.int64], embeddings: NDArray[np.float32]) -> None:
        import faiss

        index = faiss.IndexIDMap2(faiss.IndexFlatIP(embeddings.shape[1]))
        index.add_with_ids(np.ascontiguousarray(embeddings), ids)
        self._wrap(index)

    @classmethod
    def read(cls, path: Path) -> "FlatIndex":
        """Read a written index; raises RuntimeError, as FAISS does, where the file is damaged."""
        import faiss

        self = cls.__new__(cls)
        self._wrap(faiss.read_index(str(path)))
        return self

    def _wrap(self, index: Any) -> None:
        import faiss

        self._index = index
        self._ids: NDArray[np.int64] = faiss.vector_to_array(index.id_map).copy()

    def __len__(self) -> int:
        return len(self._ids)

    def write(self, path: Path) -> None:
        """Write to `path` whole or not at all."""
        import faiss

        partial = path.with_suffix(f".{os.getpid()}.part")
        faiss.write_index(self._index, str(partial))
        partial.replace(path)

    def nearest(
        self, vector: NDArray[np.float32], count: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        import faiss

        if among is not None:
            among = np.intersect1d(among, self._ids)
        available = len(self._ids) if among is None else len(among)
        if not min(count, available) or not np.isfinite(vector).all():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None if among is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
        scores, ids = self._index.search(vector[np.newaxis], min(count, available), params=parameters)
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        if not len(ids):
            return np.empty((0, self._index.d), np.float32)
        found: NDArray[np.float32] = self._index.reconstruct_batch(ids)
        return found

    def background(self) -> NDArray[np.float32]:
        size = min(_BACKGROUND, len(self._ids))
        sample = np.random.default_rng(0).choice(self._ids, size, replace=False) if size else self._ids
        return self.vectors(sample)


def open_index(catalog: Catalog, encoder_name: str, cache: Path) -> FlatIndex:
    """The index of `encoder_name`'s embeddings: the cached one where it fits the catalog, else built anew.

    A cache of another encoder, another revision of the catalog, another format or with damage is never used.
    A cache that cannot be written is done without.
    """
    path, note = cache / f"{encoder_name}.faiss", cache / f"{encoder_name}.json"
    stamp = {
        "format": _FORMAT,
        "encoder": encoder_name,
        "catalog": catalog.identity,
        "revision": catalog.revision,
    }
    try:
        if json.loads(note.read_text(encoding="utf-8")) == {**stamp, "crc32": zlib.crc32(path.read_bytes())}:
            return FlatIndex.read(path)
    except (OSError, ValueError, RuntimeError):
        pass
    index = FlatIndex(*catalog.embeddings(encoder_name))
    try:
        cache.mkdir(parents=True, exist_ok=True)
        index.write(path)
        note.write_text(json.dumps({**stamp, "crc32": zlib.crc32(path.read_bytes())}), encoding="utf-8")
    except (OSError, RuntimeError):
        pass
    return index
