"""Which words of a sentence are looked for: the rest asks, tells, excuses itself or takes something back.

A network reads each word in its sentence. It is trained on the labelled sentences by scripts/train_reading.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voicephoto.search.contexts import Floats, Trunk, Words, inputs
from voicephoto.search.naming import Named, marks
from voicephoto.vision import WordEncoder

Use = Literal["", "wanted", "unwanted", "place"]
USES: tuple[Use, ...] = ("", "wanted", "unwanted", "place")
_DOUBT = np.array([0.5 if use == "wanted" else 0.0 for use in USES], np.float32)
"""What a word's score as wanted is lowered by: a thing of the story around the wish spoils a search, one word less of a
long description does not."""
_INTO, _JOINED = frozenset(("in", "from")), frozenset(("or", "and", "nor"))
_JOINTS = frozenset("a an the of with in on at by from and his her their my our under near to".split())
_REFUSING = frozenset(
    "no not without except excluding minus nothing none never don't isn't aren't wasn't weren't".split()
)
_TAKING_AWAY = _REFUSING | frozenset(
    "but fewer leave leaving out remove removing hide drop exclude skip lose lost rid away apart other bar rather instead enough sick less ditch "
    "scrap forget ignore bin cut take any rid had off kill keep delete filter cannot can't won't doesn't didn't nor neither".split()
)
"""Where none of these is said, everything that is named is wanted."""
_ARTICLES = frozenset("a an the".split())
_LED = frozenset("of with in on at by from under near to and or".split())
"""Words that lead on to what is looked for and are none of it, at either end."""
_LEADING = _ARTICLES | frozenset("my our some any".split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text names: the words looked for, the things that must not be seen, places and places to leave out."""

    text: str
    without: tuple[str, ...]
    places: tuple[str, ...]
    without_places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Tells the words apart, as a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001).

    `uses` float32 [h, 4] and `bias` [4] score USES from what the trunk makes of a word, `links` [4, 4] how well each
    goes with the one of the next word.
    """

    encoder: WordEncoder
    trunk: Trunk
    uses: Floats
    bias: Floats
    links: Floats

    @classmethod
    def load(cls, encoder: WordEncoder, language: str = "en") -> "Wording":
        """The trained weights of a language, for the words as `encoder` gives them."""
        with resources.files(__package__).joinpath(f"wording.{language}.npz").open("rb") as file, np.load(file) as kept:
            return cls.of(kept, encoder)

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[np.float16]], encoder: WordEncoder) -> "Wording":
        """With weights by name."""
        return cls(encoder, Trunk.read(kept), *(kept[name].astype(np.float32) for name in ("uses", "bias", "links")))

    def read(self, words: Words, named: Sequence[Named], *, filtered: bool) -> Wanted:
        """What `words` ask for; `named` may be places in them, `filtered` as in `contexts.inputs`."""
        if not words.words:
            return Wanted("", (), (), ())
        x = inputs(self.encoder, words, filtered=filtered, places=marks(words, named))
        scores = self.trunk.run(x) @ self.uses + self.bias
        doubted = self._decoded(words, scores - _DOUBT, named)
        # Whoever names a single thing, and that in doubt, wants it.
        return doubted if doubted != Wanted("", (), (), ()) else self._decoded(words, scores, named)

    def _decoded(self, words: Words, scores: Floats, named: Sequence[Named]) -> Wanted:
        best = likeliest(scores, self.links)
        return _gathered(words, _joined(words, _refused(words, [USES[use] for use in best])), named)


def likeliest(scores: Floats, links: Floats) -> list[int]:
    """The path with the highest sum of its scores [words, n] and of the links [n, n] between them (Viterbi 1967)."""
    best, back = scores[0], []
    for further in scores[1:]:
        through = best[:, None] + links
        back.append(through.argmax(axis=0))
        best = through.max(axis=0) + further
    path = [int(best.argmax())]
    for before in reversed(back):
        path.append(int(before[path[-1]]))
    return path[::-1]


def _refused(words: Words, uses: list[Use]) -> list[Use]:
    """With what no word refuses as wanted, and what is refused right before it ("but not on the beach") as unwanted."""
    said = [word.lower() for word in words.words]
    if not _TAKING_AWAY & set(said):
        return ["wanted" if use == "unwanted" else use for use in uses]
    uses = list(uses)
    for at, use in enumerate(uses):
        before = at - 1
        while before >= 0 and not uses[before] and said[before] in _JOINTS:
            before -= 1
        if use == "wanted" and before >= 0 and not uses[before] and said[before] in _REFUSING and before < at:
            while at < len(uses) and uses[at] == "wanted":
                uses[at] = "unwanted"
                at += 1
    return uses


def _joined(words: Words, uses: list[Use]) -> list[Use]:
    """With the small words that the network makes nothing of, but which belong to what is wanted: "[a] cat [on the] sofa"."""
    uses = list(uses)
    for at, (use, behind) in enumerate(pairwise(list(uses))):
        if not use and behind == "wanted" and words.words[at].lower() in _ARTICLES and not words.breaks(at):
            uses[at] = "wanted"
    if (
        len(uses) > 1
        and uses[1] == "wanted"
        and words.words[0].lower() in ("me", "us")
        and words.words[1].lower() not in _LEADING
    ):
        # "Me skiing" is whoever speaks, where no "show" stands before it.
        uses[0] = "wanted"
    for start in range(1, len(uses) - 1):
        for gap in (1, 2):
            between = range(start, start + gap)
            if (
                start + gap < len(uses)
                and uses[start - 1] == uses[start + gap] == "wanted"
                and all(not uses[at] and words.words[at].lower() in _JOINTS for at in between)
                and not any(words.breaks(at) for at in range(start - 1, start + gap))
            ):
                uses[start : start + gap] = ["wanted"] * gap
    return uses


def _gathered(words: Words, uses: Sequence[Use], named: Sequence[Named]) -> Wanted:
    names = {one.start: one for one in named if all(uses[at] == uses[one.start] for at in range(one.start, one.end))}
    wanted: list[list[str]] = []
    without: list[str] = []
    places: list[str] = []
    without_places: list[str] = []
    start = 0
    while start < len(words.words):
        end = start + 1
        while end < len(words.words) and uses[end] == uses[start] and end not in names:
            end += 1
        name = names.get(start)
        if name and _is_meant(words, uses, name, whole=name.end == end):
            places.append(name.name)
            end = name.end
        elif uses[start] == "unwanted":
            if name and name.end == end:
                without_places.append(name.name)
            else:
                without += _each(words.words[start:end])
        elif uses[start]:
            for at in range(start, end):
                if not wanted or at == 0 or uses[at - 1] != "wanted" or words.breaks(at - 1):
                    wanted.append([])
                if not _said_again(words, at):
                    wanted[-1].append(words.words[at])
        start = end
    return Wanted(_joint(wanted), *(tuple(dict.fromkeys(each)) for each in (without, places, without_places)))


def _is_meant(words: Words, uses: Sequence[Use], name: Named, *, whole: bool) -> bool:
    """Whether photos from a place are asked for where its name stands; `whole` if nothing else is used as it is.

    Behind "in" or "from" a whole name is a place, whatever the network takes it for; "without children in Rome" leaves
    out the children, and not Rome.
    """
    use = uses[name.start]
    led = name.start > 0 and words.words[name.start - 1].lower() in _INTO and not uses[name.start - 1]
    if use == "unwanted":
        return whole and led and name.start > 1 and uses[name.start - 2] == "unwanted"
    return use == "place" or name.adjective or (use == "wanted" and whole and led)


def _said_again(words: Words, at: int) -> bool:
    """Whether a word is said again behind a pause: "ramen, ramen"."""
    return at > 0 and words.words[at].lower() == words.words[at - 1].lower() and words.breaks(at - 1)


def _joint(runs: Sequence[Sequence[str]]) -> str:
    """What is looked for as one text: what was said between its parts is gone, and so are the articles there."""
    text: list[str] = []
    for at, run in enumerate(runs):
        kept = _trimmed(run)
        if any(set(kept) <= set(later) for later in runs[at + 1 :]):
            continue
        while text and kept and kept[0].lower() in _LEADING:
            del kept[0]
        if kept != text[len(text) - len(kept) :]:
            text += kept
    while text and text[0].lower() in _LED:
        del text[0]
    return " ".join(text)


def _trimmed(run: Sequence[str]) -> list[str]:
    """Without the small words at its end, which lead on to what is not looked for: "the marrow at"."""
    kept = list(run)
    while kept and kept[-1].lower() in _LEADING | _LED:
        kept.pop()
    return kept


def _each(run: Sequence[str]) -> Iterator[str]:
    """The things that are joined in a run: "the roses or tulips" are two."""
    thing: list[str] = []
    for word in (*run, "or"):
        if word.lower() in _JOINED:
            if thing:
                yield " ".join(thing)
            thing = []
        elif thing or word.lower() not in _LEADING:
            thing.append(word)
