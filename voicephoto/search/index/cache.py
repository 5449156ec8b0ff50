"""The index of a catalog: kept on disk, brought up to date with what changed, made anew when it is lost or damaged."""

import fcntl
import json
import os
import threading
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from voicephoto.errors import MissingError
from voicephoto.library import Catalog, Moment
from voicephoto.search.index.flat import FlatIndex, Part, VectorIndex
from voicephoto.search.index.segment import MOST, DamagedIndex, Ids, Segment, Vectors
from voicephoto.vision import Bank, Standing

_FORMAT = 4
_MANIFEST = "index.json"
_DAMAGES = (DamagedIndex, OSError, RuntimeError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class _State:
    """An index, the moment of the catalog that it holds, and for each of its parts what `Segment.write` noted; an empty
    note where the part is in memory alone."""

    index: FlatIndex
    moment: Moment
    notes: tuple[dict[str, Any], ...]


class CatalogIndex:
    """The index of one encoder's embeddings in a catalog, as the catalog is when something is asked.

    What was added, renewed or removed since is taken in without touching the rest. Files that are damaged, of another
    format, encoder, dimension, bank or catalog, or of a past that the catalog does not share, are not used: the index is made
    again from the catalog. Files that cannot be written are done without.
    """

    def __init__(self, catalog: Catalog, encoder_name: str, cache: Path, bank: Bank) -> None:
        self._catalog = catalog
        self._encoder = encoder_name
        self._bank = bank
        self._folder = cache / quote(encoder_name, safe="")
        self._guard = threading.Lock()
        with _locked(self._folder):
            self._state = self._renewed(self._saved())

    def __len__(self) -> int:
        return len(self._now())

    def nearest(self, vector: Vectors, count: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        index = self._now()
        try:
            return index.nearest(vector, count, among)
        except DamagedIndex:
            return self._again().nearest(vector, count, among)

    def vectors(self, ids: Ids) -> Vectors:
        try:
            return self._state.index.vectors(ids)
        except DamagedIndex:
            return self._again().vectors(ids)

    def standing(self, ids: Ids) -> Standing:
        try:
            return self._state.index.standing(ids)
        except DamagedIndex:
            return self._again().standing(ids)

    def background(self) -> Vectors:
        try:
            return self._state.index.background()
        except DamagedIndex:
            return self._again().background()

    def _now(self) -> FlatIndex:
        if self._catalog.moment != self._state.moment:
            with self._guard, _locked(self._folder):
                if self._catalog.moment != self._state.moment:
                    self._state = self._renewed(self._state)
        return self._state.index

    def _again(self) -> FlatIndex:
        with self._guard, _locked(self._folder):
            self._state = self._renewed(None)
        return self._state.index

    def _renewed(self, state: _State | None) -> _State:
        """`state` brought to the catalog's present moment, or an index made anew; and written."""
        if state is not None and state.moment == self._catalog.moment:
            return state
        changes = self._catalog.changes(self._encoder, state.moment if state else None)
        if changes.dimension not in {0, self._bank.dimension}:
            raise MissingError(
                f"the photos were indexed with {changes.dimension} numbers each and the image model has "
                f"{self._bank.dimension}; nothing was changed; run voicephoto index on your folders again"
            )
        kept: list[tuple[Part, dict[str, Any]]] = []
        if state is not None and not changes.whole and changes.dimension == state.index.dimension:
            kept = list(zip(state.index.parts, state.notes, strict=True))
        elif state is not None:
            changes = self._catalog.changes(self._encoder, None)
        kept = [(part.without(changes.gone), note) for part, note in kept]
        for ids, vectors in _gathered(changes.added):
            kept = self._joined(kept, ids, vectors)
        kept = [(part, note) for part, note in kept if len(part)]
        index = FlatIndex.of([part for part, _ in kept], changes.dimension)
        renewed = _State(index, changes.moment, tuple(note for _, note in kept))
        self._save(renewed)
        return renewed

    def _joined(
        self, kept: list[tuple[Part, dict[str, Any]]], ids: Ids, vectors: Vectors
    ) -> list[tuple[Part, dict[str, Any]]]:
        """`kept` and new photos, with small parts and such of which little is left written together with them."""
        rest = []
        for part, note in sorted(kept, key=lambda one: len(one[0])):
            small = len(part) <= 2 * len(ids) or 2 * len(part) < len(part.segment)
            if small and len(part) + len(ids) <= MOST:
                places = np.arange(len(part.segment)) if part.alive is None else np.flatnonzero(part.alive)
                vectors = np.concatenate([vectors, part.segment.rows[places]])
                ids = np.concatenate([ids, part.segment.ids[places]])
            else:
                rest.append((part, note))
        segment = Segment.of(ids, vectors, self._bank)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            note = segment.write(self._folder, uuid.uuid4().hex)
            # The rows in memory are given back, and the files seen as the next opening will see them.
            segment = Segment.read(self._folder, note, vectors.shape[1])
        except _DAMAGES:
            note = {}
        return [*rest, (Part(segment), note)]

    # The files

    def _saved(self) -> _State | None:
        """The state that is on disk, None where there is none that may be used."""
        try:
            manifest = json.loads((self._folder / _MANIFEST).read_text(encoding="utf-8"))
            text = manifest["state"]
            if manifest["format"] != _FORMAT or manifest["crc32"] != zlib.crc32(text.encode()):
                return None
            state = json.loads(text)
            dimension, notes = state["dimension"], state["segments"]
            if (state["encoder"], state["bank"]) != (self._encoder, self._bank.digest):
                return None
            parts = []
            for note in notes:
                part = Part(Segment.read(self._folder, note, dimension))
                dead = np.array(note["dead"], np.int64)
                parts.append(part.without(part.segment.ids[dead]))
            return _State(FlatIndex.of(parts, dimension), Moment(**state["moment"]), tuple(notes))
        except (*_DAMAGES, IndexError):
            return None

    def _save(self, state: _State) -> None:
        """Write the manifest, whole or not at all, and forget the files that it does not name."""
        if any(not note for note in state.notes):
            return
        notes = []
        for part, note in zip(state.index.parts, state.notes, strict=True):
            dead = [] if part.alive is None else np.flatnonzero(~part.alive).tolist()
            notes.append({**note, "dead": dead})
        content = {
            "encoder": self._encoder,
            "bank": self._bank.digest,
            "dimension": state.index.dimension,
            "moment": asdict(state.moment),
            "segments": notes,
        }
        text = json.dumps(content)
        manifest = json.dumps({"format": _FORMAT, "crc32": zlib.crc32(text.encode()), "state": text})
        partial = self._folder / f"{_MANIFEST}.part"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_text(manifest, encoding="utf-8")
            partial.replace(self._folder / _MANIFEST)
            named = {note["name"] for note in notes}
            for file in self._folder.iterdir():
                if (
                    file.suffix in {".ids", ".rows", ".standing", ".codes", ".sketch", ".basis"}
                    and file.stem not in named
                ):
                    file.unlink()


def open_index(catalog: Catalog, encoder_name: str, cache: Path, bank: Bank) -> VectorIndex:
    """The index of `encoder_name`'s embeddings: the cached one as far as it fits the catalog, else built anew.

    `bank` are that encoder's vectors for common things. Raises MissingError where the embeddings have another length.
    """
    return CatalogIndex(catalog, encoder_name, cache, bank)


def _gathered(chunks: Iterable[tuple[Ids, Vectors]]) -> Iterator[tuple[Ids, Vectors]]:
    """The chunks without photos that have no usable vector, as many together as a segment holds."""
    held: list[tuple[Ids, Vectors]] = []
    size = 0
    for ids, vectors in chunks:
        finite = np.isfinite(vectors).all(axis=1)
        held.append((ids[finite], vectors[finite]))
        size += len(held[-1][0])
        if size + len(ids) > MOST:
            yield _together(held)
            held, size = [], 0
    if size:
        yield _together(held)


def _together(held: Sequence[tuple[Ids, Vectors]]) -> tuple[Ids, Vectors]:
    return np.concatenate([ids for ids, _ in held]), np.concatenate([vectors for _, vectors in held])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone among all processes with the files of `folder`; where it cannot be locked, not alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
