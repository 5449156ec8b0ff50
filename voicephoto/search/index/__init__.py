"""The nearest photos among many: FAISS behind one protocol; a cache of the catalog's embeddings that may be lost."""

from voicephoto.search.index.cache import open_index
from voicephoto.search.index.flat import FlatIndex, VectorIndex

__all__ = ["FlatIndex", "VectorIndex", "open_index"]
