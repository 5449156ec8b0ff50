"""How often the starter encoder is wrong where it is sure that a thing is on a photo, or is not:
`python -m benchmarks.presence ../shared/data/captions/flickr8k`.

Asked is everything of `everyday_queries` of every photo of which the captions tell, see `fitting.judged`. What no caption
names is not surely absent, so that some of what is "not there" and found is. A model that writes is mistaken about what goes
together, not about anything: the five things that stand most often beside those that are there, and are not there
themselves, are counted apart, as POPE has it (https://arxiv.org/abs/2305.10355).
"""

import argparse
from pathlib import Path

import numpy as np

from voicephoto import hub
from voicephoto.library import load_image
from voicephoto.vision import Calibration, StarterEncoder, everyday_queries, fitting

LOW, HIGH = (0.005, 0.01, 0.02, 0.05, 0.15), (0.5, 0.6, 0.8, 0.9, 0.95)
LIKELY = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="one that voicephoto models calibrate takes")
    folder = hub.locate("starter")
    encoder, calibration = StarterEncoder(folder), Calibration.read(folder / "calibration.npz")
    photos = fitting.read_captions(parser.parse_args().folder)
    vectors = np.concatenate([encoder.encode_images([load_image(photo.path)]) for photo in photos])
    standing, asked = calibration.bank.standing(vectors), fitting.judged(encoder, photos, everyday_queries())
    # [things, photos]
    shows = np.stack([one.shows for one in asked])
    probabilities = np.stack(
        [
            calibration.probabilities(one.vector, vectors @ one.vector, standing, np.empty(0, np.float32))
            for one in asked
        ]
    )
    there, absent = shows == 1, shows == 0
    together = there.astype(float) @ there.T / np.maximum(there.sum(axis=1), 1)
    beside = np.where(absent, together @ there, 0)
    likely = (beside > 0) & (beside >= np.sort(beside, axis=0)[-LIKELY])
    print(f"{len(photos):,} photos, {len(asked)} things")
    bounds = [f"at most {bound}" for bound in LOW] + [f"at least {bound}" for bound in HIGH]
    print(f"{'':24}{'pairs':>9}" + "".join(f"{bound:>15}" for bound in bounds))
    for name, pairs in (("there", there), ("not there", absent), ("not there, but likely", likely)):
        values = probabilities[pairs]
        shares = [(values <= bound).mean() for bound in LOW] + [(values >= bound).mean() for bound in HIGH]
        print(f"{name:24}{len(values):9,}" + "".join(f"{share:15.1%}" for share in shares))


if __name__ == "__main__":
    main()
