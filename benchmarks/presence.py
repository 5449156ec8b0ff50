"""How often an encoder is wrong where it is sure that something is on a photo, or is not: `python -m benchmarks.presence FOLDER`.

FOLDER is one that `voicephoto models calibrate` takes. Asked is everything of `everyday_queries` of every photo of which the
captions tell (see `fitting.judged`): that no caption names it does not prove that it is not there, so that the errors of
"surely there" are fewer than they look.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.library import load_image
from voicephoto.vision import everyday_queries, fitting

BOUNDS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


def asked(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The probabilities of what is there, and of what is not."""
    eyes = Assembly(Settings())._eyes("starter")
    encoder, calibration = eyes.encoder, eyes.calibration
    assert calibration is not None
    photos = fitting.read_captions(folder)
    vectors = np.concatenate([encoder.encode_images([load_image(photo.path)]) for photo in photos])
    standing = calibration.bank.standing(vectors)
    there, absent = [], []
    for one in fitting.judged(encoder, photos, everyday_queries()):
        each = calibration.probabilities(one.vector, vectors @ one.vector, standing, np.empty(0, np.float32))
        there.append(each[one.shows == 1])
        absent.append(each[one.shows == 0])
    return np.concatenate(there), np.concatenate(absent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    there, absent = asked(parser.parse_args().folder)
    print(f"{len(there):,} times it is there, {len(absent):,} times it is not")
    print("bound   there below   absent below   there above   absent above")
    for bound in BOUNDS:
        shares = [(there <= bound).mean(), (absent <= bound).mean(), (there >= bound).mean(), (absent >= bound).mean()]
        print(f"{bound:5}" + "".join(f"{share:14.1%}" for share in shares))


if __name__ == "__main__":
    main()
