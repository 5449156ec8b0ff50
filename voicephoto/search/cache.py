"""The files behind an index: a cache of the catalog's embeddings that may be lost."""

import fcntl
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from voicephoto.library import Catalog

_FORMAT = 3
_HEADER = 4096
_FREE = 0.3
"""From this share of removed photos on the files are written anew."""
_PROBED = 64
"""Rows that are compared with the catalog whenever the files are opened."""
_UNIT = 0.01

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Contents = tuple[Ids, Vectors, NDArray[np.uint8], "Scale"]


def sound(vectors: Vectors) -> NDArray[np.bool_]:
    """Which vectors [n, d] are finite and of unit length; no others may rank."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
        unit: NDArray[np.bool_] = np.isfinite(lengths) & (np.abs(lengths - 1) <= _UNIT)
        return unit


@dataclass(frozen=True, slots=True)
class Scale:
    """How vectors become bytes: value = centre + step * (byte - 128), for each of the d numbers.

    `error` is the largest distance between a vector and what its bytes say.
    """

    centre: Vectors
    step: Vectors
    error: float = 0.0

    @classmethod
    def of(cls, blocks: Iterable[Vectors], dimension: int) -> Self:
        """The scale that holds every vector of `blocks`."""
        low, high = np.full(dimension, np.inf, np.float32), np.full(dimension, -np.inf, np.float32)
        for block in blocks:
            if len(block):
                low, high = np.minimum(low, block.min(axis=0)), np.maximum(high, block.max(axis=0))
        if not np.isfinite(low).all():
            low, high = np.zeros(dimension, np.float32), np.zeros(dimension, np.float32)
        return cls(((low + high) / 2).astype(np.float32), np.maximum((high - low) / 254, 1e-6).astype(np.float32))

    def coded(self, vectors: Vectors) -> tuple[NDArray[np.uint8], float]:
        """The bytes [n, d] of `vectors`, and the largest distance that they are off."""
        steps = np.clip(np.rint((vectors - self.centre) / self.step), -127, 127)
        off = np.linalg.norm(vectors - (self.centre + self.step * steps), axis=1)
        return (steps + 128).astype(np.uint8), float(off.max(initial=0.0))

    def with_error(self, error: float) -> "Scale":
        return replace(self, error=max(error, self.error))


@dataclass(frozen=True, slots=True)
class _Note:
    """What the files hold: `ids` [n] by row, -1 where the photo is gone, and what they were made from."""

    stamp: dict[str, Any]
    revision: int
    ids: Ids
    scale: Scale
    first_error: float
    """Of the scale when it was made; vectors that came later may not fit it as well."""


class Cache:
    """The files of one encoder in `folder`: NAME.vectors and NAME.codes, to which rows are only ever added, and
    NAME.npz, which says what counts of them and is replaced whole. Who has them mapped keeps what it sees.

    Every method raises OSError where the folder cannot be written.
    """

    def __init__(self, folder: Path, encoder_name: str) -> None:
        self._folder = folder
        self._encoder = encoder_name
        self._vectors, self._codes, self._note = (
            folder / f"{encoder_name}.{ending}" for ending in ("vectors", "codes", "npz")
        )

    def brought_up(self, catalog: Catalog) -> Contents:
        """Rows as of the catalog's revision: ids, vectors and codes (mapped), scale."""
        with self._alone():
            note = self._fitting(catalog)
            note = self._changed(note, catalog) if note is not None else None
            if note is None:
                note = self._built(catalog)
            return self._mapped(note)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with open(self._folder / f"{self._encoder}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _fitting(self, catalog: Catalog) -> _Note | None:
        """The note, where note and files are whole and of this catalog and encoder."""
        try:
            with np.load(self._note, allow_pickle=False) as saved:
                stamp = json.loads(str(saved["stamp"]))
                revision, first = int(saved["revision"]), float(saved["first_error"])
                scale = Scale(saved["centre"], saved["step"], float(saved["error"]))
                note = _Note(stamp, revision, saved["ids"], scale, first)
            dimension = catalog.dimension(self._encoder)
            if stamp != self._stamp(catalog, stamp["token"]) or scale.centre.shape != (dimension,):
                return None
            for path, width in ((self._vectors, 4), (self._codes, 1)):
                with path.open("rb") as file:
                    if file.read(_HEADER) != _header(stamp):
                        return None
                if path.stat().st_size < _HEADER + len(note.ids) * dimension * width:
                    return None
            return note if self._probed(note, catalog) else None
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile):
            return None

    def _probed(self, note: _Note, catalog: Catalog) -> bool:
        """Whether rows from all over the files are what the catalog says, those apart that changed since."""
        live = np.flatnonzero(note.ids >= 0)
        if not len(live):
            return True
        rows = live[np.unique(np.linspace(0, len(live) - 1, _PROBED).astype(np.int64))]
        changed = catalog.changes(note.revision)
        if changed is None:
            return False
        rows = rows[~np.isin(note.ids[rows], changed)]
        order = np.argsort(note.ids[rows])
        rows = rows[order]
        _, vectors, codes, scale = self._mapped(note)
        ids, truth = catalog.embeddings(self._encoder, note.ids[rows])
        return (
            np.array_equal(ids, note.ids[rows])
            and np.array_equal(truth, vectors[rows])
            and np.array_equal(scale.coded(truth)[0], codes[rows])
        )

    def _changed(self, note: _Note, catalog: Catalog) -> _Note | None:
        """The note after only what changed since was added and removed; None where it is better built anew."""
        revision, changed = catalog.revision, catalog.changes(note.revision)
        if changed is None or 2 * len(changed) > len(note.ids) + 1000:
            return None
        if revision == note.revision:
            return note
        held = np.flatnonzero(np.isin(note.ids, changed))
        ids, vectors = catalog.embeddings(self._encoder, changed)
        fit = sound(vectors)
        ids, vectors = ids[fit], vectors[fit]
        mapped = self._mapped(note)[1]
        there = {int(id_): row for row, id_ in enumerate(ids)}
        same = {
            int(note.ids[row])
            for row in held
            if (now := there.get(int(note.ids[row]))) is not None and np.array_equal(mapped[row], vectors[now])
        }
        left = note.ids.copy()
        left[[row for row in held if int(note.ids[row]) not in same]] = -1
        new = np.array([id_ not in same for id_ in ids.tolist()], np.bool_)
        codes, error = note.scale.coded(vectors[new])
        scale = note.scale.with_error(error)
        everything = np.concatenate([left, ids[new]])
        if scale.error > 2 * note.first_error + 1e-6 or (everything < 0).sum() > _FREE * len(everything) + 100:
            return None
        for path, rows in ((self._vectors, vectors[new].astype("<f4")), (self._codes, codes)):
            with path.open("r+b") as file:
                # What an interrupted run added beyond the note is written over.
                file.seek(_HEADER + len(note.ids) * rows.shape[1] * rows.itemsize)
                file.write(rows.tobytes())
        return self._noted(replace(note, revision=revision, ids=everything, scale=scale))

    def _built(self, catalog: Catalog) -> _Note:
        """The files made anew from the catalog, whole or not at all."""
        revision, dimension = catalog.revision, catalog.dimension(self._encoder)
        stamp = self._stamp(catalog, uuid.uuid4().hex)
        parts = [path.with_name(f"{path.name}.part") for path in (self._vectors, self._codes)]
        found = []
        with parts[0].open("wb") as file:
            file.write(_header(stamp))
            for ids, vectors in catalog.embedding_blocks(self._encoder):
                fit = sound(vectors)
                file.write(vectors[fit].astype("<f4").tobytes())
                found.append(ids[fit])
        ids = np.concatenate(found) if found else np.empty(0, np.int64)

        def blocks() -> Iterator[Vectors]:
            with parts[0].open("rb") as file:
                file.seek(_HEADER)
                while dimension and (block := file.read(4096 * 4 * dimension)):
                    yield np.frombuffer(block, "<f4").reshape(-1, dimension)

        scale, error = Scale.of(blocks(), dimension), 0.0
        with parts[1].open("wb") as file:
            file.write(_header(stamp))
            for block in blocks():
                codes, off = scale.coded(block)
                file.write(codes.tobytes())
                error = max(error, off)
        for part, path in zip(parts, (self._vectors, self._codes), strict=True):
            part.replace(path)
        return self._noted(_Note(stamp, revision, ids, scale.with_error(error), error))

    def _noted(self, note: _Note) -> _Note:
        part = self._note.with_name(f"{self._note.name}.part")
        with part.open("wb") as file:
            np.savez(
                file, stamp=np.array(json.dumps(note.stamp)), revision=note.revision, ids=note.ids,
                centre=note.scale.centre, step=note.scale.step, error=note.scale.error, first_error=note.first_error,
            )  # fmt: skip
        part.replace(self._note)
        return note

    def _mapped(self, note: _Note) -> Contents:
        shape = (len(note.ids), len(note.scale.centre))
        if not shape[0] * shape[1]:
            return note.ids, np.empty(shape, np.float32), np.empty(shape, np.uint8), note.scale
        vectors = np.memmap(self._vectors, np.float32, "r", _HEADER, shape)
        return note.ids, vectors, np.memmap(self._codes, np.uint8, "r", _HEADER, shape), note.scale

    def _stamp(self, catalog: Catalog, token: str) -> dict[str, Any]:
        return {
            "format": _FORMAT, "encoder": self._encoder, "dimension": catalog.dimension(self._encoder),
            "catalog": catalog.identity, "token": token,
        }  # fmt: skip


def _header(stamp: dict[str, Any]) -> bytes:
    return json.dumps(stamp, sort_keys=True).encode().ljust(_HEADER)
