"""Photos and the words that go with them, from ../shared/data; nothing of the dev split is ever trained on."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FLICKR, VISUAL7W, LABELS = "captions/flickr8k", "captions/visual7w", "labels"
_PHOTOS = {".jpg", ".jpeg", ".png", ".webp"}

LABEL_WORDS: dict[str, tuple[str, ...]] = {
    "beach": ("beach", "a beach", "people at the beach", "a day at the beach"),
    "buildings": ("buildings", "a building", "city buildings", "tall buildings in a city"),
    "christmas": ("christmas", "a christmas tree", "christmas decorations", "christmas lights"),
    "cloudy": ("clouds", "a cloudy sky", "cloudy weather", "an overcast sky"),
    "daisy": ("daisies", "a daisy", "flowers", "a white flower", "white petals with a yellow centre"),
    "dandelion": ("dandelions", "a dandelion", "flowers", "a dandelion in the grass"),
    "family": ("family", "a family", "a family portrait", "parents with their children"),
    "forest": ("forest", "a forest", "trees", "woods", "trees in the woods"),
    "glacier": ("glacier", "a glacier", "ice", "ice and snow"),
    "halloween": ("halloween", "a halloween costume", "halloween decorations", "a halloween pumpkin"),
    "mountain": ("mountains", "a mountain", "a mountain landscape", "mountain peaks"),
    "rain": ("rain", "rainy weather", "raindrops", "a rainy day"),
    "roses": ("roses", "a rose", "flowers", "a bunch of roses"),
    "sea": ("sea", "the sea", "the ocean", "waves on the sea"),
    "street": ("street", "a street", "a city street", "a street with houses"),
    "sunflowers": ("sunflowers", "a sunflower", "flowers", "yellow sunflowers"),
    "sunrise_or_sunset": ("sunset", "sunsets", "a sunset", "a sunrise", "an evening sky at sunset"),
    "sunshine": ("sunshine", "the sun in a blue sky", "a sunny day", "a bright blue sky"),
    "tulips": ("tulips", "a tulip", "flowers", "colourful tulips"),
}
"""How people would ask for the photos of each label."""

_BREAK = re.compile(
    r"[^a-z' -]+|\b(?:is|are|was|were|be|being|has|have|having|in|on|at|with|and|or|of|by|near|through|while|as|over|into"
    r"|onto|to|from|for|behind|beside|next|along|down|up|off|out|under|towards?|around|across|against|outside|inside"
    r"|that|which|who|after|before|his|her|their|its|there|about|between|during|above|below)\b"
)
_EMPTY = set(
    (
        "a an the this that these those some any one two three four another other others each it they he she "
        "him them his her their front back top side him's it's photo picture image scene"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo's path inside the data folder, whether it is for training, and what can be said of it.

    `captions` are sentences, `phrases` short queries cut from them, `label` the folder of a labelled photo.
    """

    path: str
    train: bool
    captions: tuple[str, ...]
    phrases: tuple[str, ...]
    label: str | None = None


def photos(data: Path) -> list[Photo]:
    """Every photo of the captioned and labelled sets, in a fixed order."""
    return [*_flickr(data), *_visual7w(data), *_labelled(data)]


def phrases(sentence: str) -> tuple[str, ...]:
    """Short queries cut from a sentence where its verbs of being, prepositions and commas stand.

    >>> phrases("A black dog is running on the wet sand.")
    ('a black dog', 'running', 'the wet sand')
    """
    found = []
    for part in _BREAK.split(sentence.lower()):
        words = part.split()
        if 1 <= len(words) <= 4 and not set(words) <= _EMPTY:
            found.append(" ".join(words))
    return tuple(found)


def _flickr(data: Path) -> Iterator[Photo]:
    captions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in _rows(data / FLICKR / "captions.tsv"):
        captions[row["image"], row["split"]].append(row["caption"].strip(" ."))
    for (image, split), sentences in captions.items():
        short = dict.fromkeys(phrase for sentence in sentences for phrase in phrases(sentence))
        yield Photo(f"{FLICKR}/images/{image}", split == "train", tuple(sentences), tuple(short))


def _visual7w(data: Path) -> Iterator[Photo]:
    said: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(data / VISUAL7W / "qa.tsv"):
        said[row["image"], row["split"]].append((row["question"], row["answer"]))
    for (image, split), pairs in said.items():
        sentences = dict.fromkeys(_statement(question, answer) for question, answer in pairs)
        short: dict[str, None] = {}
        for question, answer in pairs:
            # "When" is answered with times of day that rarely can be seen; its question still names things.
            asked = phrases(
                re.sub(r"(?i)^(when|where|who|what|why|how)\S*|\b(this|photo|picture|taken)\b", ",", question)
            )
            answered = phrases(answer) if question[:5].lower() in ("where", "who is", "who's") else ()
            short |= dict.fromkeys((*asked, *answered))
        yield Photo(f"{VISUAL7W}/images/{image}", split == "train", tuple(sentences), tuple(short))


def _statement(question: str, answer: str) -> str:
    """A question and its answer as one statement: "Where is the cat? On the bed." -> "the cat on the bed"."""
    asked, answer = question.rstrip("? "), answer.strip(" .")
    answer = answer[:1].lower() + answer[1:]
    match = re.match(r"(?i)(who|where|when)(?:'s|\s+(is|are|was|were|did|does|do|will|can|has|have))?\s+(.*)", asked)
    if match is None:
        return f"{asked} {answer}"
    word, verb, rest = match[1].lower(), match[2] or "", match[3]
    rest = re.sub(r"(?i)^(?:this|the) (?:photo|picture|image|scene)(?: been)? taken$", "a photo taken", rest)
    return f"{answer} {verb} {rest}".replace("  ", " ") if word == "who" else f"{rest} {answer}"


def _labelled(data: Path) -> Iterator[Photo]:
    for path in sorted((data / LABELS).rglob("*")):
        if path.suffix.lower() in _PHOTOS:
            name = path.relative_to(data).as_posix()
            words = LABEL_WORDS[path.parent.name]
            yield Photo(
                name,
                not _held_out(name),
                tuple(f"a photo of {word}" for word in words[1:]),
                words,
                path.parent.name,
            )


def _held_out(name: str) -> bool:
    """A quarter of the labelled photos, chosen by the hash of their names, is for evaluation only."""
    return sha256(name.encode()).digest()[0] < 64


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
