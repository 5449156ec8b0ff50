"""How long a search takes, how much memory, and what it misses: `python -m benchmarks.search [--sizes 1000 ...]`.

Builds libraries of made-up photos in a temporary folder and runs whole queries over them: the sentence's encoding, the
filter, the ranking, the probabilities and the cut-off. Prints its tables and writes them to docs/benchmarks/search.md.
Each library is searched in a process of its own, which is the one whose memory is measured.
"""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from voicephoto import hub
from voicephoto.library import Catalog, Place
from voicephoto.library.photo import Entry, Metadata, Stamp
from voicephoto.search import PhotoQuery, Searcher, open_index
from voicephoto.vision import Calibration, StarterEncoder, everyday_queries, everyday_things

SIZES = (1_000, 10_000, 100_000, 1_000_000)
RECALLED = (10, 100, 500)
COMPARED = 40
"""Sentences whose nearest photos are compared with those of a search over every vector, for each filter."""
CLUSTERS = 4000
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "search.md"


@dataclass(frozen=True, slots=True)
class Cell:
    """What was measured with one filter: milliseconds of whole queries and of the processor for each, and the share of
    the nearest that was found."""

    filter: str
    queries: int
    considered: int
    p50: float
    p95: float
    cpu: float
    recall: tuple[float, ...]


def embeddings(size: int, calibration: Calibration) -> Iterator[NDArray[np.float32]]:
    """Vectors like those of real photos, 10,000 at a time.

    They have the mean and the covariance of the encoder's usual photos, which lie in its calibration: 4000 clusters of
    very different size, with 70 % of the variance between them and 30 % inside.
    """
    values, directions = np.linalg.eigh(calibration.covariance.astype(np.float64))
    spread = (directions * np.sqrt(np.maximum(values, 0))).astype(np.float32).T
    random = np.random.default_rng(1)
    centres = (
        calibration.mean
        + np.sqrt(0.7).astype(np.float32) * random.standard_normal((CLUSTERS, len(spread)), np.float32) @ spread
    )
    share = 1 / np.arange(1, CLUSTERS + 1) ** 0.8
    for start in range(0, size, 10_000):
        rows = min(10_000, size - start)
        vectors = centres[random.choice(CLUSTERS, rows, p=share / share.sum())]
        vectors = vectors + np.sqrt(0.3).astype(np.float32) * random.standard_normal(vectors.shape, np.float32) @ spread
        yield (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def entries(first: int, vectors: NDArray[np.float32]) -> list[Entry]:
    """Photos from ten years and a hundred cities, fifty an album; every twentieth has a keyword."""
    things = everyday_things()
    made = []
    for number, vector in enumerate(vectors, first):
        album = number // 50
        city = (album * 37) % 100
        taken = datetime(2015, 1, 1) + timedelta(days=(album * 1009) % 3650, minutes=number % 50)
        wide = number % 4 != 0
        facts = Metadata(
            taken, "exif", 4000 if wide else 3000, 3000 if wide else 4000, 40.0 + city / 10, 10.0, f"Camera {album % 7}",
            None, (things[number % len(things)],) if number % 20 == 0 else (),
        )  # fmt: skip
        place = Place(f"City{city}", f"Region{city // 5}", f"Country{city // 10}", None)
        path = Path(f"/photos/{album}/IMG_{number:07}.jpg")
        made.append(Entry(path, Stamp(1, 1, number.to_bytes(8, "big")), facts, place, f"Album {album}", vector))
    return made


FILTERS: dict[str, Sequence[dict[str, Any]]] = {
    "100 %": [{}],
    "10 %": [
        {"places": ("Country3",)},
        {"from_": date(2018, 1, 1), "until": date(2019, 1, 1)},
    ],
    "1 %": [{"places": ("City42",)}, {"places": ("Country7",), "from_": date(2020, 1, 1), "until": date(2021, 1, 1)}],
}


def build(folder: Path, size: int) -> None:
    """The catalog of `size` photos, and their vectors for the comparison."""
    encoder, calibration = parts()
    rows = np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float32, (size, encoder.dimension))
    with Catalog(folder / "catalog.sqlite") as catalog:
        first = 0
        for vectors in embeddings(size, calibration):
            catalog.put(entries(first, vectors), encoder.name)
            rows[first : first + len(vectors)] = vectors
            first += len(vectors)


def parts() -> tuple[StarterEncoder, Calibration]:
    folder = hub.locate("starter")
    return StarterEncoder(folder), Calibration.read(folder / "calibration.npz")


def opened(folder: Path) -> dict[str, Any]:
    """Build the index from the catalog, as is done when it is lost."""
    encoder, calibration = parts()
    started = time.perf_counter()
    open_index(Catalog(folder / "catalog.sqlite"), encoder.name, folder / "cache", calibration.bank)
    return {"seconds": time.perf_counter() - started, **memory()}


def searched(folder: Path, queries: int) -> dict[str, Any]:
    """Open what is there, run the queries, then let photos come and go."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as forgotten:
                os.posix_fadvise(forgotten.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    encoder, calibration = parts()
    started = time.perf_counter()
    catalog = Catalog(folder / "catalog.sqlite")
    index = open_index(catalog, encoder.name, folder / "cache", calibration.bank)
    searcher = Searcher(catalog, index, encoder, calibration)
    open_ms = (time.perf_counter() - started) * 1000
    searcher.search(PhotoQuery("a photo"))
    first_ms = (time.perf_counter() - started) * 1000 - open_ms
    texts = everyday_queries()
    vectors = encoder.encode_texts(texts[:COMPARED])
    cells, found = [], {}
    for name, filters in FILTERS.items():
        times, used, considered = [], [], 0
        for number in range(-10, queries):
            query = PhotoQuery(texts[number % len(texts)], **filters[number % len(filters)])
            started, busy = time.perf_counter(), time.process_time()
            results = searcher.search(query)
            # The first few bring the files into memory.
            if number >= 0:
                times.append((time.perf_counter() - started) * 1000)
                used.append((time.process_time() - busy) * 1000)
                considered = results.considered
        cuts = statistics.quantiles(times, n=20, method="inclusive")
        cells.append(Cell(name, queries, considered, cuts[9], cuts[18], statistics.median(used), ()))
        for place, asked in enumerate(filters):
            inside = catalog.select(PhotoQuery(**asked).filter())
            np.save(folder / f"inside-{len(cells) - 1}-{place}.npy", inside)
            found[f"{len(cells) - 1}-{place}"] = [index.nearest(v, RECALLED[-1], inside)[0].tolist() for v in vectors]
    (folder / "found.json").write_text(json.dumps(found))
    resident = memory()
    newest = len(index)
    more = entries(newest, next(embeddings(100, calibration)))
    changes = {}
    for change in ("add", "remove"):
        started = time.perf_counter()
        if change == "add":
            catalog.put(more, encoder.name)
        else:
            catalog.remove(range(1, 101))
        written = time.perf_counter()
        index.nearest(vectors[0], 10)
        catalog.select(PhotoQuery().filter())
        changes[change] = ((written - started) * 1000, (time.perf_counter() - written) * 1000)
    assert len(index) == newest
    return {
        "open": open_ms,
        "first": first_ms,
        "cells": [asdict(cell) for cell in cells],
        **resident,
        "changes": changes,
    }


def memory() -> dict[str, float]:
    """The process's largest and present resident memory, MB: mapped pages of files count like any others."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {key: int(lines[key].split()[0]) / 1024 for key in ("VmHWM", "VmRSS", "RssFile")}


def recalls(folder: Path, cell: int, filters: int) -> tuple[float, ...]:
    """The share of the truly nearest 10, 100 and 500 among those found, by the product with every vector."""
    encoder, _ = parts()
    vectors = encoder.encode_texts(everyday_queries()[:COMPARED])
    rows = np.load(folder / "vectors.npy", mmap_mode="r")
    found = json.loads((folder / "found.json").read_text())
    shares: list[list[float]] = []
    for place in range(filters):
        inside = np.load(folder / f"inside-{cell}-{place}.npy")
        if not len(inside):
            continue
        scores = np.concatenate(
            [rows[inside[start : start + 20_000] - 1] @ vectors.T for start in range(0, len(inside), 20_000)]
        )
        for number in range(COMPARED):
            order = np.argsort(-scores[:, number], kind="stable")[: RECALLED[-1]]
            truth, got = inside[order], found[f"{cell}-{place}"][number]
            shares.append([len(np.intersect1d(truth[:k], got[:k])) / len(truth[:k]) for k in RECALLED])
    return tuple(float(share) for share in np.mean(shares, axis=0)) if shares else (1.0,) * len(RECALLED)


def measure(size: int, folder: Path) -> dict[str, Any]:
    started = time.perf_counter()
    build(folder, size)
    made = time.perf_counter() - started
    built = child("opened", folder)
    result = child("searched", folder, 200)
    for number, (cell, filters) in enumerate(zip(result["cells"], FILTERS.values(), strict=True)):
        cell["recall"] = recalls(folder, number, len(filters))
    files = {name: sum(file.stat().st_size for file in folder.glob(pattern)) / 1e6
             for name, pattern in (("catalog", "catalog.sqlite*"), ("index", "cache/*/*"))}  # fmt: skip
    return {**result, "size": size, "made": made, "built": built, "files": files}


def child(what: str, folder: Path, *numbers: int) -> dict[str, Any]:
    """The result of a function of this module in a fresh process."""
    call = f"import json; from benchmarks import search; print(json.dumps(search.{what}(search.Path({str(folder)!r}), *{numbers})))"
    done = subprocess.run([sys.executable, "-c", call], check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def tables(results: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| photos | filter | photos inside | queries | p50 ms | p95 ms | CPU p50 ms | recall@10 | @100 | @500 |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for result in results:
        for cell in result["cells"]:
            recall = " | ".join(f"{share:.4f}" for share in cell["recall"])
            lines.append(
                f"| {result['size']:,} | {cell['filter']} | {cell['considered']:,} | {cell['queries']} | "
                f"{cell['p50']:.1f} | {cell['p95']:.1f} | {cell['cpu']:.1f} | {recall} |"
            )
    lines += [
        "",
        "| photos | peak memory MB (VmHWM) | of it files | open ms | first query ms | add 100 ms | remove 100 ms "
        "| build s | build peak MB | catalog MB | index MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for result in results:
        added, removed = (result["changes"][change] for change in ("add", "remove"))
        lines.append(
            f"| {result['size']:,} | {result['VmHWM']:.0f} | {result['RssFile']:.0f} | {result['open']:.0f} | "
            f"{result['first']:.0f} | {added[0]:.0f} + {added[1]:.0f} | {removed[0]:.0f} + {removed[1]:.0f} | "
            f"{result['built']['seconds']:.1f} | {result['built']['VmHWM']:.0f} | {result['files']['catalog']:.0f} | "
            f"{result['files']['index']:.0f} |"
        )
    return "\n".join(lines)


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.processor())  # fmt: skip
    return (
        f"{os.cpu_count()} cores of {cpu}, load {os.getloadavg()[0]:.1f} at the end; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, FAISS {faiss.__version__}, SQLite {sqlite3.sqlite_version}; {date.today()}"
    )


def page(results: Sequence[dict[str, Any]]) -> str:
    return f"""# Search, measured

`python -m benchmarks.search`, on {machine()}.

{tables(results)}

A query is the whole of `Searcher.search`: encoding the sentence, the filter, the ranking, the probabilities, the cut-off.
"CPU" is the processor time of both cores together, which other programs on the machine disturb less than the clock.
The filters are real ones: a city or a country in one year (1 %), a country or a year (10 %), none (100 %). The vectors have
the mean and covariance of the encoder's usual photos, in 4000 clusters; the sentences are what people ask of photos.
Recall is the share of the truly nearest photos, found by the product with every vector, among the first as many of
`VectorIndex.nearest`. Memory is the largest resident set of the process that searches, and mapped pages of files count in it;
the models' runtime takes about 150 MB of it. "Open" begins with none of the files in the page cache and ends when the index is
usable; the first query loads the models and the columns of the filters. Adding and removing is what the catalog takes plus
what the index and the filters take to follow, without a rebuild.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many photos the libraries have")
    arguments = parser.parse_args()
    results = []
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(size, Path(folder)))
        print(tables(results[-1:]), flush=True)
    if tuple(arguments.sizes) == SIZES:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
