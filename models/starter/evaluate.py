"""Measure the shipped starter encoder: `python -m models.starter.evaluate --data ../shared/data`.

Prints, on captioned photos that were never trained on, the recall of each caption's own photo, and the precision
of everyday words: of the ten nearest photos, how many have the word in a caption.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.starter.data import FLICKR, Photo, photos
from voicephoto.vision import StarterEncoder

NOUNS = (
    "dog man woman boy girl child baby group crowd people person couple family players horse bird ball "
    "bike bicycle motorcycle car truck boat bench swing slide skateboard surfboard snowboard skis guitar "
    "camera hat helmet shirt dress jacket jeans shorts glasses sunglasses stick frisbee toy rope fence "
    "wall door building tree rock flower snow grass sand water wave mountain hill river lake pool "
    "fountain street road sidewalk bridge field track table chair"
).split()
SCENES = (
    "beach|ocean|city|forest|woods|park|playground|stage|basketball|football|soccer|tennis|baseball"
    "|running|jumping|swimming|climbing|riding a bike|surfing|skiing|snowboarding|skateboarding|sitting"
    "|walking|hiking|playing|dancing|sleeping|laughing|smiling|eating|splashing|throwing|catching|sunset"
).split("|")
_FEWEST = 12
"""A word is asked for only where so many photos have it, so that ten right ones can be found."""


def development(data: Path) -> list[Photo]:
    """The captioned photos that training never saw."""
    return [photo for photo in photos(data) if not photo.train and photo.path.startswith(FLICKR)]


def embedded(encoder: StarterEncoder, data: Path, of: Sequence[Photo]) -> NDArray[np.float32]:
    """Vectors [photos, d]."""
    parts = []
    for start in range(0, len(of), 64):
        images = [Image.open(data / photo.path) for photo in of[start : start + 64]]
        parts.append(encoder.encode_images(images))
    return np.concatenate(parts)


def recalls(images: NDArray[np.float32], captions: NDArray[np.float32], owner: NDArray[np.int64]) -> tuple[float, ...]:
    """Recall@1, @5 and @10 of each caption's own image."""
    scores = captions @ images.T
    rank = (scores > scores[np.arange(len(owner)), owner][:, None]).sum(1)
    return tuple(float((rank < k).mean()) for k in (1, 5, 10))


def mentions(photo: Photo, words: str) -> bool:
    """Whether any caption has the words, whatever their number."""
    pattern = r"\b" + r"\w{0,3}\W+(?:\w+\W+)?".join(re.escape(_stem(word)) for word in words.split()) + r"\w{0,3}\b"
    return any(re.search(pattern, caption.lower()) for caption in photo.captions)


def precisions(
    encoder: StarterEncoder, images: NDArray[np.float32], of: Sequence[Photo], words: Sequence[str]
) -> dict[str, float]:
    """Precision@10 of each word that enough photos have."""
    found = {}
    for word, vector in zip(words, encoder.encode_texts(list(words)), strict=True):
        right = np.array([mentions(photo, word) for photo in of])
        if right.sum() >= _FEWEST:
            found[word] = float(right[np.argsort(-(images @ vector))[:10]].mean())
    return found


def _stem(word: str) -> str:
    return re.sub(r"(?:ning|ming|ing|s)$", "", word) if len(word) > 4 else word


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with captions/ and labels/")
    parser.add_argument("--models", type=Path, default=Path(__file__).parent, help="folder of the exported models")
    arguments = parser.parse_args()
    encoder = StarterEncoder(arguments.models)
    dev = development(arguments.data)
    images = embedded(encoder, arguments.data, dev)
    captions = [caption for photo in dev for caption in photo.captions]
    owner = np.array([row for row, photo in enumerate(dev) for _ in photo.captions])
    found = recalls(images, encoder.encode_texts(captions), owner)
    print(f"{len(dev):,} photos, {len(captions):,} captions")
    print("recall@1/5/10       " + " / ".join(f"{value:.3f}" for value in found))
    for name, words in (("nouns", NOUNS), ("scenes, activities", SCENES)):
        each = precisions(encoder, images, dev, words)
        worst = ", ".join(f"{word} {value:.1f}" for word, value in sorted(each.items(), key=lambda item: item[1])[:6])
        print(f"precision@10, {len(each)} {name}: {np.mean(list(each.values())):.3f}  (worst: {worst})")


if __name__ == "__main__":
    main()
