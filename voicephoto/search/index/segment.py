"""Some photos' vectors that never change once written: exact rows, and codes a fraction of their size to look at first.

A segment is files of one name: `.ids` int64 [n], ascending; `.rows` float32 [n, d]; `.standing`, the rows' scores against
a bank of common things; `.codes`, a FAISS index of the rows in eight bits a component; and, of many rows, `.sketch`, the
same of their 128 principal components, which are in `.basis`. FAISS maps the codes into memory, so that opening reads none
of them; rows are read one by one where they lie, for mapping them would bring in sixteen pages around each.
"""

import os
import weakref
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.errors import MissingError
from voicephoto.vision import STANDING, Bank, Standing

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Places = NDArray[np.int64]
"""Rows of one segment, counted from 0."""

MOST = 65_536
"""Rows of one segment; as many are in memory at once while an index is built."""
_SKETCHED = 16_384
_COMPONENTS = 128
_TAIL = 3.0
"""So many standard deviations of what a sketch leaves out may be between its score and the cosine."""
_BLOCK = 1 << 20
_CHECKED = 16
"""Blocks of a file that are compared with their checksums when it is opened: all of a small one's, else some by chance."""
_ROUNDING = 1e-5
_AT_ONCE = 8192


class DamagedIndex(MissingError):  # noqa: N818 - what it is, not that it is one
    """A file of the index is not what was written; a person sees it only if making the index again did not help."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the search index is damaged ({what}), and so is the one made in its place; your photos and the catalog are "
            "untouched; check the disk that holds the cache folder"
        )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Photos by their codes: `places` [m] in the segment, best first, and `scores` [m].

    A cosine is at most `error` away from its score, which is `certain` of codes, and of sketches a matter of `_TAIL`
    standard deviations. `whole` says that no photo that was asked about is missing.
    """

    places: Places
    scores: Vectors
    error: float
    certain: bool
    whole: bool


class Codes:
    """Rows as signed bytes in a FAISS index: <row, vector> is about scale * <code, vector>.

    `error` is the largest distance of a row from its code, `length` the largest length of these, both in the rows'
    own measure. With a `sketch` it is the rows' components along its directions that are coded.
    """

    def __init__(self, faiss_index: Any, numbers: Sequence[float], sketch: "Sketch | None" = None) -> None:
        self._index = faiss_index
        self.scale, self.error, self.length = numbers
        self.sketch = sketch

    @classmethod
    def of(cls, rows: Vectors, sketch: "Sketch | None" = None) -> "Codes":
        import faiss

        coded = rows if sketch is None else rows @ sketch.basis
        index = faiss.IndexScalarQuantizer(
            coded.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        scale = float(np.abs(coded).max()) / 127 or 1.0
        error = length = 0.0
        for start in range(0, len(coded), _AT_ONCE):
            part = coded[start : start + _AT_ONCE]
            bytes_ = np.rint(part / scale)
            index.add(bytes_)
            error = max(error, float(np.linalg.norm(part - bytes_ * scale, axis=1).max()))
            length = max(length, float(np.linalg.norm(bytes_, axis=1).max()) * scale)
        return cls(index, (scale, error, length), sketch)

    @property
    def numbers(self) -> tuple[float, float, float]:
        return self.scale, self.error, self.length

    def write(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def read(
        cls, path: Path, numbers: Sequence[float], rows: int, dimension: int, sketch: "Sketch | None" = None
    ) -> "Codes":
        import faiss

        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if (index.ntotal, index.d) != (rows, dimension):
            raise DamagedIndex(path.name)
        return cls(index, numbers, sketch)

    def nearest(self, vector: Vectors, count: int, chosen: NDArray[np.bool_] | None) -> Candidates:
        """The `count` best by their codes out of the `chosen` [n], or of all."""
        import faiss

        within = self._index.ntotal if chosen is None else int(chosen.sum())
        if not within:
            return Candidates(np.empty(0, np.int64), np.empty(0, np.float32), 0.0, True, True)
        asked = vector if self.sketch is None else vector @ self.sketch.basis
        scale = float(np.abs(asked).max()) / 127 or 1.0
        bytes_ = np.rint(asked / scale).astype(np.float32)
        parameters: Any = None
        if chosen is not None:
            bits: Any = np.packbits(chosen, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg]
        scores, places = self._index.search(bytes_[np.newaxis], min(count, within), params=parameters)
        found = places[0] >= 0
        row, asking = (
            self.error * float(np.linalg.norm(asked)),
            self.length * float(np.linalg.norm(asked - bytes_ * scale)),
        )
        error, shift = row + asking, 0.0
        if self.sketch is not None:
            shift = float(self.sketch.offset @ vector)
            # Rounding errors point anywhere in the sketch's directions, and what it leaves out is spread as in its tail.
            rounding = (row**2 + asking**2) / len(asked)
            error = _TAIL * float(np.sqrt(max(0.0, float(vector @ self.sketch.tail @ vector)) + rounding))
        return Candidates(
            places[0][found],
            scores[0][found] * np.float32(scale * self.scale) + np.float32(shift),
            error + _ROUNDING,
            self.sketch is None,
            within <= count,
        )


@dataclass(frozen=True, slots=True)
class Sketch:
    """The directions in which rows differ most, `basis` [d, 128] orthonormal; and what is left of a row beside them:
    its mean `offset` [d] and covariance `tail` [d, d]."""

    basis: Vectors
    offset: Vectors
    tail: Vectors

    @classmethod
    def of(cls, rows: Vectors) -> "Sketch":
        some = rows[:: max(1, len(rows) // _SKETCHED)].astype(np.float64)
        mean, covariance = some.mean(axis=0), np.cov(some.T)
        basis = np.linalg.eigh(covariance)[1][:, : -_COMPONENTS - 1 : -1]
        left = np.eye(rows.shape[1]) - basis @ basis.T
        tail = left @ covariance @ left
        return cls(basis.astype(np.float32), (left @ mean).astype(np.float32), tail.astype(np.float32))

    def write(self, path: Path) -> None:
        np.concatenate([self.basis.ravel(), self.offset, self.tail.ravel()]).tofile(path)

    @classmethod
    def read(cls, path: Path, dimension: int) -> "Sketch":
        numbers = np.fromfile(path, np.float32)
        basis, offset, tail = np.split(numbers, np.cumsum([dimension * _COMPONENTS, dimension]))
        return cls(basis.reshape(dimension, -1), offset, tail.reshape(dimension, dimension))


class _RowsOnDisk:
    """The rows of a file, read when they are asked for."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._dimension = dimension

    def __getitem__(self, places: Places) -> Vectors:
        """Rows [m, d]; neighbours that are asked for in their order are read together."""
        rows = np.empty((len(places), self._dimension), np.float32)
        if not len(places):
            return rows
        size = 4 * self._dimension
        into = rows.data.cast("B")
        starts = np.flatnonzero(np.diff(places, prepend=places[0] - 2) != 1)
        ends = np.append(starts[1:], len(places))
        runs = list(zip(starts.tolist(), ends.tolist(), places[starts].tolist(), strict=True))
        if len(runs) > 1 and hasattr(os, "posix_fadvise"):
            # The disk is told of all of them before the first is waited for.
            for start, end, place in runs:
                os.posix_fadvise(self._file, place * size, (end - start) * size, os.POSIX_FADV_WILLNEED)
        for start, end, place in runs:
            wanted = into[start * size : end * size]
            if os.preadv(self._file, [wanted], place * size) != len(wanted):
                raise DamagedIndex("rows are cut off")
        return rows


class Segment:
    """Photos `ids` [n], ascending, with `rows` [n, d], their `standing` [n], and the codes by which they are found."""

    def __init__(
        self,
        ids: Ids,
        rows: "Vectors | _RowsOnDisk",
        standing: Standing,
        codes: Codes,
        sketch: Codes | None,
        name: str | None = None,
    ) -> None:
        self.ids = ids
        self.rows = rows
        self.standing = standing
        self.codes = codes
        self.sketch = sketch
        self.name = name

    @classmethod
    def of(cls, ids: Ids, vectors: Vectors, bank: Bank) -> "Segment":
        """A segment in memory, of ids in any order."""
        if not (ids[1:] > ids[:-1]).all():
            order = np.argsort(ids)
            ids, vectors = ids[order], vectors[order]
        vectors = np.ascontiguousarray(vectors, np.float32)
        sketch = None
        if len(ids) >= _SKETCHED and vectors.shape[1] > 2 * _COMPONENTS:
            sketch = Codes.of(vectors, Sketch.of(vectors))
        return cls(ids, vectors, bank.standing(vectors), Codes.of(vectors), sketch)

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: Ids) -> tuple[Places, NDArray[np.bool_]]:
        """Where photos lie, [m], and which of them are here at all, [m]."""
        places = np.searchsorted(self.ids, ids)
        places[places == len(self.ids)] = 0
        return places, self.ids[places] == ids

    # On disk

    def write(self, folder: Path, name: str) -> dict[str, Any]:
        """Write the files; the note that is returned is what `read` wants."""
        rows = self.rows
        assert isinstance(rows, np.ndarray)
        self.ids.tofile(folder / f"{name}.ids")
        rows.tofile(folder / f"{name}.rows")
        self.standing.tofile(folder / f"{name}.standing")
        self.codes.write(folder / f"{name}.codes")
        numbers = {"codes": self.codes.numbers}
        endings = ["ids", "rows", "standing", "codes"]
        if self.sketch is not None and self.sketch.sketch is not None:
            self.sketch.write(folder / f"{name}.sketch")
            self.sketch.sketch.write(folder / f"{name}.basis")
            numbers["sketch"] = self.sketch.numbers
            endings += ["sketch", "basis"]
        sums = {ending: _checksums(folder / f"{name}.{ending}") for ending in endings}
        return {"name": name, "rows": len(self.ids), "numbers": numbers, "files": sums}

    @classmethod
    def read(cls, folder: Path, note: dict[str, Any], dimension: int) -> "Segment":
        """Open the files. Raises DamagedIndex, OSError, RuntimeError, KeyError or ValueError where they are damaged."""
        name, rows, numbers = note["name"], note["rows"], note["numbers"]
        for ending, sums in note["files"].items():
            _check(folder / f"{name}.{ending}", sums)
        ids = np.fromfile(folder / f"{name}.ids", np.int64)
        if len(ids) != rows or os.path.getsize(folder / f"{name}.rows") != 4 * rows * dimension:
            raise DamagedIndex(name)
        standing = np.memmap(folder / f"{name}.standing", STANDING, "r", shape=(rows,))
        sketch = None
        if "sketch" in numbers:
            basis = Sketch.read(folder / f"{name}.basis", dimension)
            sketch = Codes.read(folder / f"{name}.sketch", numbers["sketch"], rows, _COMPONENTS, basis)
        codes = Codes.read(folder / f"{name}.codes", numbers["codes"], rows, dimension)
        return cls(ids, _RowsOnDisk(folder / f"{name}.rows", dimension), standing, codes, sketch, name)


def _checksums(path: Path) -> dict[str, Any]:
    with open(path, "rb") as file:
        sums = [zlib.crc32(block) for block in iter(lambda: file.read(_BLOCK), b"")]
    return {"size": path.stat().st_size, "crc32": sums}


def _check(path: Path, note: dict[str, Any]) -> None:
    if path.stat().st_size != note["size"]:
        raise DamagedIndex(path.name)
    sums = note["crc32"]
    blocks = range(len(sums))
    if len(sums) > _CHECKED:
        # Other ones at every opening: what is damaged for good is found before long.
        blocks = np.random.default_rng().choice(len(sums), 2, replace=False).tolist()
    with open(path, "rb", buffering=0) as file:
        for block in blocks:
            if zlib.crc32(os.pread(file.fileno(), _BLOCK, block * _BLOCK)) != sums[block]:
                raise DamagedIndex(path.name)
