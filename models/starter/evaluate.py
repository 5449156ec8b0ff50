"""Measure the shipped starter encoder: `python -m models.starter.evaluate --data ../shared/data`.

Prints, on captioned photos that were never trained on, the recall of each caption's own photo, and the precision
of everyday words: of the ten nearest photos, how many show the word by their captions or their label.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.starter.data import FLICKR, LABEL_WORDS, LABELS, Photo, photos
from voicephoto.vision import StarterEncoder
from voicephoto.vision.fitting import mentions

NOUNS = (
    "dog puppy=dog man woman=girl,lady boy girl child=boy,girl,kid,toddler,baby baby=toddler,infant crowd=people,group,many "
    "people=person,man,woman,men,women,crowd,group,boy,girl,child person=man,woman,boy,girl,people,child couple=man,woman,two "
    "players=player,team,game horse bird=seagull,duck,goose,pigeon,geese ball=basketball,football,soccer,baseball,volleyball "
    "bike=bicycle,cyclist,biker,motorcycle,motorbike bicycle=bike,cyclist,biker motorcycle=motorbike,dirt,biker,motocross car=race,vehicle,truck "
    "boat=canoe,kayak,raft,ship bench swing slide skateboard=skateboarder,skateboarding,skater surfboard=surfer,surfing,surf "
    "snowboard=snowboarder,snowboarding skis=skier,skiing guitar=musician,band camera=photograph,picture hat=cap helmet=biker,cyclist,player "
    "shirt=tee,top dress jacket=coat,vest glasses=sunglasses sunglasses=glasses stick rope toy=ball,frisbee,bone fence "
    "wall=graffiti,brick building=buildings,house,city tree=forest,wood flower=flowers,petals rock=rocks,cliff,boulder,stone snow=snowy,snowboard,ski,sled "
    "grass=grassy,lawn,field,yard sand=sandy,beach water=ocean,lake,pool,river,sea,splash,wave wave=surf,ocean mountain=mountains,cliff,hill,peak,rock "
    "hill=mountain,slope lake=water,river,pond river=water,creek,stream,lake pool=swim,water fountain=water "
    "street=road,sidewalk,city road=street,track,path sidewalk=street,pavement field=grass,grassy bridge=dock track=race,road table chair=bench,sit "
    "roses=rose sunflowers=sunflower tulips=tulip daisies=daisy pumpkin=halloween"
).split()
"""Everyday words, each with the words by which captions also say that it is there."""
SCENES = (
    "beach=sand,ocean,shore|ocean=sea,beach,wave,surf|sea=ocean,water,wave|city=street,building,urban|forest=wood,tree|woods=forest,tree"
    "|park=grass,playground|playground=slide,swing|stage=concert,band,perform|basketball|football=player|soccer|tennis|baseball|running=run,race"
    "|jumping=jump,leap,air|swimming=swim,pool,water|climbing=climb,climber,rock|riding a bike=bike,bicycle,biker,cyclist|surfing=surf,surfer,wave"
    "|skiing=ski,skier|snowboarding=snowboard,snowboarder|skateboarding=skateboard,skateboarder|sitting=sit,sits,seated|walking=walk,walks"
    "|playing=play,plays|smiling=smile,smiles,laugh|splashing=splash,water|a race=race,racing,runner|sunset=sunrise,sun|a winter landscape=snow,snowy"
    "|a mountain landscape=mountain,mountains,hill|ice=icy,glacier,snow|clouds=cloudy,sky,cloud|a blue sky=sky,sunny,sun|a rainy day=rain,umbrella,wet"
    "|christmas=santa|halloween=pumpkin,costume|flowers=flower,rose,tulip,daisy|a night in the city=night,lights"
).split("|")
"""Scenes and activities, likewise."""
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


def shows(photo: Photo, word: str, also: Sequence[str]) -> bool:
    """Whether a caption says that the photo shows the word, or its label does."""
    if photo.label is not None:
        said = LABEL_WORDS[photo.label]
        return any(mentions(phrase, one) for phrase in said for one in (word, *also))
    return any(mentions(caption, one) for caption in photo.captions for one in (word, *also))


def precisions(
    encoder: StarterEncoder, images: NDArray[np.float32], of: Sequence[Photo], words: Sequence[str]
) -> dict[str, float]:
    """Precision@10 of each word that enough photos have."""
    asked = [word.partition("=")[0] for word in words]
    found = {}
    for word, entry, vector in zip(asked, words, encoder.encode_texts(asked), strict=True):
        also = tuple(filter(None, entry.partition("=")[2].split(",")))
        right = np.array([shows(photo, re.sub(r"^an? ", "", word), also) for photo in of])
        if right.sum() >= _FEWEST:
            found[word] = float(right[np.argsort(-(images @ vector))[:10]].mean())
    return found


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
    labels = [photo for photo in photos(arguments.data) if not photo.train and photo.path.startswith(LABELS)]
    every, vectors = [*dev, *labels], np.concatenate([images, embedded(encoder, arguments.data, labels)])
    print(f"{len(dev):,} photos, {len(captions):,} captions, {len(labels):,} labelled photos")
    print("recall@1/5/10       " + " / ".join(f"{value:.3f}" for value in found))
    for name, words in (("nouns", NOUNS), ("scenes, activities", SCENES)):
        each = precisions(encoder, vectors, every, words)
        worst = ", ".join(f"{word} {value:.1f}" for word, value in sorted(each.items(), key=lambda item: item[1])[:6])
        print(f"precision@10, {len(each)} {name}: {np.mean(list(each.values())):.3f}  (worst: {worst})")


if __name__ == "__main__":
    main()
