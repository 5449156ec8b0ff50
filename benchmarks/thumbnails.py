"""How soon photos are seen: `python -m benchmarks.thumbnails [--photos FOLDER]`.

Makes every picture of the photos in ../shared/data once, one after the other, and asks again for those that are kept:
pictures a second and bytes of one, by the photos' format.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from voicephoto.library import SIZES, Catalog, Original, Thumbnails, UnreadablePhoto
from voicephoto.library.images import SUFFIXES, open_image
from voicephoto.library.photo import Stamp

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
_SMALLEST = 900
"""Pixels on the shorter side; smaller files are no photos of a camera of today."""


def originals(folder: Path) -> dict[str, list[Original]]:
    """The photos below a folder that are of some size and can be read, by format."""
    found: dict[str, list[Original]] = {}
    for path in sorted(folder.rglob("*")):
        try:
            if path.suffix.lower() in SUFFIXES:
                with open_image(path) as image:
                    if min(image.size) >= _SMALLEST:
                        found.setdefault(image.format or "", []).append(Original(path, path.stat(), Stamp.of(path)))
        except UnreadablePhoto:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=DATA / "photos", help="a folder of photos")
    arguments = parser.parse_args()
    print(f"{'photos':>14} {'size':>10} {'made a second':>14} {'kept a second':>14} {'bytes':>9}")
    with tempfile.TemporaryDirectory() as folder, Catalog(Path(folder) / "catalog.sqlite") as catalog:
        thumbnails = Thumbnails(catalog, Path(folder) / "cache")
        for format_, photos in originals(arguments.photos).items():
            for size in SIZES:
                speeds = []
                for _ in ("made", "kept"):
                    started = time.perf_counter()
                    lengths = [len(thumbnails.picture(photo, size)) for photo in photos]
                    speeds.append(len(photos) / (time.perf_counter() - started))
                made, kept = speeds
                label = f"{len(photos)} {format_}"
                print(f"{label:>14} {size:>10} {made:14.1f} {kept:14,.0f} {np.mean(lengths):9,.0f}")


if __name__ == "__main__":
    main()
