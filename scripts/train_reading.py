"""Train the two networks that read sentences: `python -m scripts.train_reading` writes voicephoto/search/wording.en.npz
(which words are looked for) and voicephoto/dialogue/routing.en.npz (what is wanted).

They learn from the labelled sentences of tests/data/sentences.jsonl, part "develop", with other things put in the place of
what is looked for; the router also from the sentence templates (speech/sentences/en.yaml) and from free wording
(en.routing.yaml), drawn at random, always the same. Nothing of the part "final" is learnt from, nor whatever is drawn by
chance and shares most of its words with a sentence that is measured. With --held-out nothing is written, and a fifth of the
sentences as people talk is not learnt from but read, to see what is still wrong. Needs torch (the extra `full`); takes some fifteen minutes on two
cores.
"""

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from hassil import Intents
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.understanding import Reader, print_errors
from voicephoto import hub
from voicephoto.dialogue import Router
from voicephoto.dialogue.tidying import tidy
from voicephoto.library import Gazetteer, fold
from voicephoto.search import (
    USES,
    ImpossibleDate,
    PhotoQuery,
    QueryContext,
    Wording,
    inputs,
    marks,
    split,
    take_filters,
)
from voicephoto.speech import Sentences, load_sentences
from voicephoto.speech.language_model import sample
from voicephoto.speech.words import spoken_words
from voicephoto.vision import StarterEncoder

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-07-15T12:00"
NAMED = (
    "may",
    "april",
    "june",
    "august",
    "rose",
    "summer",
    "autumn",
    "china",
    "florence",
    "paris",
    "brooklyn",
    "georgia",
    "jordan",
)
"""People whose names are something else, too."""
NAMES = (
    "positano", "zermatt", "new york city", "cape canaveral", "chelsea", "lisbon", "kyoto", "porto", "reykjavik",
    "florence", "denmark", "the lake district", "crete", "granada", "oslo", "the black forest", "garden", "wedding",
)  # fmt: skip
OWN = 3
"""How often each labelled sentence is learnt as it was said."""
A_TEMPLATE, A_ROUTING_TEMPLATE, MANY = 30, 40, {"search": 100, "out_of_scope": 90}
"""Sentences drawn for each template of either file, and for those of intents that have no end of wordings."""
OPENINGS = (
    "can you", "could you", "would you", "i want you to", "i'd like you to", "can you help me", "please", "hey can you", "okay", "hey",
    "i want to", "i would like to", "let me", "do you know", "can you tell me", "could you tell me", "and", "now", "so", "right,", "well,",
)  # fmt: skip
CLOSINGS = (
    "please", "thank you", "thanks", "thank you very much", "cheers", "would you", "will you", "if you can", "if you would", "now",
    "for me", "love", "mate", "if you don't mind", "if that's possible", "thanks a lot", "can you", "then", "again",
)  # fmt: skip
REFUSALS = (
    "but not *", "without *", "but no *", "except *", "but not on the *", "but not in the *", "no * please", "but leave out *", "and no *",
    "nothing with *", "but not the ones with *", "excluding *", "minus *", "but without any *", "leave the * out", "not the ones with *",
    "only not with the *", "but please no *", "except those with *", "apart from *", "and without a *", "just no *", "with no * in it",
)  # fmt: skip
REFUSED = 0.3
"""The share of sentences that are learnt with something that must not be seen as well; the * of a refusal."""
ADDRESSED = 0.2
"""The share of sentences that are learnt with a polite opening or closing as well, whatever they are about."""
SWAPS = 3
"""How often each labelled sentence is learnt with another thing in the place of what is looked for."""
TOO_CLOSE = 0.75
"""The share of words in common from which a sentence is as good as one that is measured."""
SMOOTHED = 0.05
HIDDEN, GLANCES, BATCH = 128, 4, 64
_LEADING = frozenset("a an the my our some".split())

PLACES = tuple(load_sentences("en").places)

Example = tuple[Tensor, Any]
"""What a network takes, [words, d], and what it should say."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The words that the grammars leave of a sentence, and the use of each, as numbers in USES; `also` are readings as good."""

    words: tuple[str, ...]
    breaks: tuple[bool, ...]
    uses: tuple[int, ...]
    filtered: bool
    also: tuple[tuple[int, ...], ...] = ()

    @property
    def text(self) -> str:
        return " ".join(word + "," * pause for word, pause in zip(self.words, self.breaks, strict=True))


class Reading:
    """The grammars and the encoder, as the program has them when it reads a sentence."""

    def __init__(self, labels: Sequence[Mapping[str, Any]]) -> None:
        self.encoder = StarterEncoder(hub.locate("starter"), threads=1)
        known = lru_cache(maxsize=None)(Gazetteer().find)
        named = {
            key: tuple(dict.fromkeys(label["query"][key] for label in labels if label["query"].get(key)))
            for key in ("album", "camera")
        }
        # The networks are what is being made here; the grammars do without them.
        unread: Any = None
        self._context = QueryContext(
            datetime.fromisoformat(NOW),
            unread,
            places=known,
            albums=named["album"],
            cameras=named["camera"],
            said_places=load_sentences("en").places,
        )

    def labelled(self, label: Mapping[str, Any]) -> Labelled | None:
        """The words of a sentence with the use that its reading makes of them, where they are all among its own."""
        context = replace(self._context, now=datetime.fromisoformat(label.get("now", NOW)))
        try:
            rest, query = take_filters(tidy(label["text"]), context)
        except ImpossibleDate:
            return None
        words = split(rest)
        places = {fold(one.name): list(range(one.start, one.end)) for one in self._context.named(words)}
        said = [fold(word) for word in words.words]
        queries = ({**label["query"], **also} for also in ({}, *label.get("also", ())))
        found = list(dict.fromkeys(tuple(uses) for each in queries if (uses := _uses(said, each, places))))
        if not found:
            return None
        breaks = tuple(words.breaks(place) for place in range(len(said)))
        return Labelled(words.words, breaks, found[0], query != PhotoQuery(), tuple(found[1:]))

    def inputs(self, text: str, **known: Any) -> Tensor:
        words = split(text)
        places = marks(words, self._context.named(words))
        return torch.from_numpy(inputs(self.encoder, words, places=places, **known))


def _uses(words: Sequence[str], query: Mapping[str, Any], places: Mapping[str, list[int]]) -> list[int] | None:
    """The use of each word in a reading; `places` are where the words may name one. None where the reading has other words."""
    uses = [0] * len(words)
    named = [("unwanted", name) for name in query.get("without") or ()]
    named += [("place", name) for name in query.get("places") or ()]
    named.append(("wanted", query.get("text") or ""))
    for use, name in named:
        known = places.get(fold(name)) if use != "wanted" else None
        at = known or _find(_bare(name), words, uses)
        if at is None:
            return None
        for place in at:
            uses[place] = USES.index(use)  # type: ignore[arg-type]
    return uses


def _bare(text: str) -> list[str]:
    words = fold(text).split()
    while words and words[0] in _LEADING:
        del words[0]
    return words


def _find(sought: Sequence[str], words: Sequence[str], uses: Sequence[int]) -> list[int] | None:
    """Where the words sought stand: the last time in one piece, for what is said last counts, else one by one."""
    for start in range(len(words) - len(sought), -1, -1):
        if list(words[start : start + len(sought)]) == list(sought) and not any(uses[start : start + len(sought)]):
            return list(range(start, start + len(sought)))
    at: list[int] = []
    for place in range(len(words) - 1, -1, -1):
        if len(at) < len(sought) and words[place] == sought[-1 - len(at)] and not uses[place]:
            at.append(place)
    return at[::-1] if len(at) == len(sought) else None


def labels(part: str) -> list[dict[str, Any]]:
    lines = (ROOT / "tests" / "data" / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    return [label for label in map(json.loads, filter(None, lines)) if label["part"] == part]


def swapped(one: Labelled, thing: Sequence[str], use: str = "wanted") -> Labelled | None:
    """With another thing in the place of the one that is looked for, or of the one that must not be seen."""
    wanted = [place for place, its in enumerate(one.uses) if USES[its] == use]
    if not wanted or wanted[-1] - wanted[0] + 1 != len(wanted):
        return None
    before, behind = wanted[0], wanted[-1] + 1
    return Labelled(
        (*one.words[:before], *thing, *one.words[behind:]),
        (*one.breaks[:before], *[False] * (len(thing) - 1), one.breaks[behind - 1], *one.breaks[behind:]),
        (*one.uses[:before], *[one.uses[before]] * len(thing), *one.uses[behind:]),
        one.filtered,
    )


def shortened(one: Labelled, rng: random.Random) -> Labelled | None:
    """Without some of its first words, as where a template has taken them."""
    first = next((place for place, use in enumerate(one.uses) if use), 0)
    if not first:
        return None
    cut = rng.randint(1, first)
    return replace(one, words=one.words[cut:], breaks=one.breaks[cut:], uses=one.uses[cut:], also=())


def moved(one: Labelled, rng: random.Random) -> Labelled | None:
    """With another place in the place of each that is named."""
    spans = [place for place, use in enumerate(one.uses) if USES[use] == "place"]
    if not spans:
        return None
    words = list(one.words)
    for place in spans:
        before = place - 1 in spans and not one.breaks[place - 1]
        words[place] = "" if before else rng.choice(PLACES)
    parts = [
        (part, pause if last else False, use)
        for word, pause, use in zip(words, one.breaks, one.uses, strict=True)
        for part, last in _parts(word)
    ]
    return Labelled(*(tuple(column) for column in zip(*parts, strict=True)), filtered=one.filtered)  # type: ignore[arg-type]


def _parts(name: str) -> Iterator[tuple[str, bool]]:
    parts = name.split()
    return ((part, number == len(parts)) for number, part in enumerate(parts, 1))


def refused(one: Labelled, thing: Sequence[str], rng: random.Random) -> Labelled:
    """With something behind it that must not be seen."""
    behind = [
        (word, USES.index("unwanted") if part == "*" else 0)
        for part in rng.choice(REFUSALS).split()
        for word in (thing if part == "*" else [part])
    ]
    breaks = (*one.breaks[:-1], rng.random() < 0.5, *[False] * len(behind))
    words, uses = zip(*behind, strict=True)
    return replace(one, words=(*one.words, *words), breaks=breaks, uses=(*one.uses, *uses), also=())


def closed(one: Labelled, rng: random.Random) -> Labelled:
    """With a word of courtesy behind it."""
    behind = rng.choice(CLOSINGS).split()
    breaks = (*one.breaks[:-1], rng.random() < 0.5, *[False] * len(behind))
    readings = [(*uses, *[0] * len(behind)) for uses in (one.uses, *one.also)]
    return replace(one, words=(*one.words, *behind), breaks=breaks, uses=readings[0], also=tuple(readings[1:]))


def word_examples(reading: Reading, learnt: Sequence[Mapping[str, Any]], rng: random.Random) -> list[Example]:
    known = [
        one for label in learnt if label["intent"] in ("search", "refine", "count") if (one := reading.labelled(label))
    ]
    things = [[word for word, use in zip(one.words, one.uses, strict=True) if USES[use] == "wanted"] for one in known]
    pools = [list(filter(None, things)), [*_things(len(known)), *([name] for name in NAMED)]]
    examples = list(known)
    for one in known:
        varied = [swapped(one, rng.choice(pools[turn % 2])) for turn in range(SWAPS)]
        unwanted = [swapped(one, rng.choice(pools[turn % 2]), "unwanted") for turn in range(2 * SWAPS)]
        others = [moved(one, rng), shortened(one, rng)]
        if rng.random() < ADDRESSED:
            others.append(closed(one, rng))
        if rng.random() < REFUSED:
            others.append(refused(one, rng.choice(pools[1]), rng))
        examples += filter(None, (*varied, *unwanted, *others))
    read = _at_once(lambda one: reading.inputs(one.text, filtered=one.filtered), examples)
    pairs = [(x, [one.uses, *one.also]) for x, one in zip(read, examples, strict=True)]
    return [*pairs[: len(known)] * OWN, *pairs[len(known) :]]


def _at_once(read: Callable[[Any], Tensor], each: Sequence[Any]) -> list[Tensor]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(read, each))


def _things(count: int) -> Iterator[list[str]]:
    """What people look for, as en.yaml and en.routing.yaml know it."""
    rules = "{<odd>|<odd>|<thing>|<person> <doing>|<adjective> (<noun>|<odd_noun>)|<nouns> (in|on|with|near) [the|a] (<scene>|<noun>)}"
    document, spoken = _documents("en")[0], _documents("en")[2]
    one = {**document, "intents": {"search": {"data": [{"sentences": [f"({rules.strip('{}')})"]}]}}}
    narrow = replace(load_sentences("en"), intents=Intents.from_dict(one), spoken=spoken)
    for words in sample(narrow, NAMES, count):
        if bare := _bare(" ".join(words)):
            yield bare


def _documents(language: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """The sentences, the free wording by intent, and what people say where either leaves room."""
    folder = resources.files("voicephoto.speech.sentences")
    document = yaml.safe_load(folder.joinpath(f"{language}.yaml").read_text(encoding="utf-8"))
    free = yaml.safe_load(folder.joinpath(f"{language}.routing.yaml").read_text(encoding="utf-8"))
    spoken = {**load_sentences(language).spoken, **free.pop("spoken")}
    return document, free, spoken


def drawn(language: str) -> Iterator[tuple[str, bool, str]]:
    """Sentence, whether photos are on display, intent; from the templates and the free wording."""
    document, free, spoken = _documents(language)
    sentences = replace(load_sentences(language), spoken=spoken)
    wide = {name: {"data": data} for name, data in free.items()}
    for intents, count, many in ((document["intents"], A_TEMPLATE, {}), (wide, A_ROUTING_TEMPLATE, MANY)):
        for kind, intent in intents.items():
            for data in intent["data"]:
                yield from _spoken(document, sentences, kind, data, many.get(kind, count))


def _spoken(
    document: Mapping[str, Any], sentences: Sentences, kind: str, data: Any, count: int
) -> Iterator[tuple[str, bool, str]]:
    shown = data.get("showing", True if data.get("requires_context") else None)
    rng = random.Random(1)
    for template in data["sentences"]:
        one = {**document, "intents": {kind: {"data": [{"sentences": [template]}]}}}
        narrow = replace(sentences, intents=Intents.from_dict(one))
        for place, words in enumerate(sample(narrow, NAMES, count)):
            text = " ".join(words).replace("somewhere", rng.choice(NAMES)).replace("somewhen", "last summer")
            yield text, place % 2 == 0 if shown is None else shown, kind


class Measured:
    """What is measured, and so is never learnt from, nor anything that shares most of its words."""

    def __init__(self, held: Sequence[Mapping[str, Any]]) -> None:
        others = ROOT.parent / "shared" / "data" / "text" / "out_of_scope.txt"
        lines = [
            *(label["text"] for label in held),
            *(others.read_text().splitlines() if others.is_file() else ()),
        ]
        self._lines = [set(spoken_words(line)) for line in lines]
        self._by_word: dict[str, list[int]] = {}
        for number, words in enumerate(self._lines):
            for word in words:
                self._by_word.setdefault(word, []).append(number)

    def holds(self, sentence: str) -> bool:
        words = set(sentence.split())
        if len(words) < 3:
            # "Dogs" says nothing of how anybody puts a question, and must be learnt whoever asks for it.
            return False
        shared = Counter(number for word in words for number in self._by_word.get(word, ()))
        return any(count > TOO_CLOSE * len(words | self._lines[number]) for number, count in shared.items())


def route_examples(
    reading: Reading, learnt: Sequence[Mapping[str, Any]], measured: "Measured", kinds: Sequence[str]
) -> list[Example]:
    """Sentences, each with the numbers of the intents that it may have."""
    said = dict.fromkeys((text, shown, (kind,)) for text, shown, kind in drawn("en") if not measured.holds(text))
    own = [(label["text"], label["showing"] > 0, (label["intent"], *label.get("also_intents", ()))) for label in learnt]
    sentences = [*said, *own * OWN]
    rng = random.Random(1)
    for text, shown, each in list(sentences):
        if rng.random() < ADDRESSED:
            opening, closing = rng.choice(OPENINGS), rng.choice(CLOSINGS)
            pause = rng.choice(("", ","))
            sentences.append((f"{opening} {text}" if rng.random() < 0.5 else f"{text}{pause} {closing}", shown, each))
    told = [(text, shown, each) for sentence, shown, each in sentences if (text := tidy(sentence))]
    once = list(dict.fromkeys((text, shown) for text, shown, _ in told))
    read = dict(zip(once, _at_once(lambda one: reading.inputs(one[0], shown=one[1]), once), strict=True))
    return [(read[text, shown], [kinds.index(kind) for kind in each if kind in kinds]) for text, shown, each in told]


class TrunkModel(nn.Module):
    """voicephoto.search.Trunk, to be trained; takes padded sentences [n, t, d] and their mask [n, t]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.word = nn.Linear(width, HIDDEN)
        self.near = nn.ModuleList(nn.Conv1d(HIDDEN, HIDDEN, 3, padding=1) for _ in range(2))
        self.whole = nn.Linear(2 * HIDDEN, HIDDEN)
        self.drop = nn.Dropout(0.3)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        there = mask[..., None]
        x = functional.gelu(self.word(self.drop(x)), approximate="tanh") * there
        x = self._beside(x, there, 0)
        most, mean = x.masked_fill(there == 0, -1e4).amax(1), x.sum(1) / there.sum(1)
        said = functional.gelu(self.whole(self.drop(torch.cat([most, mean], 1))), approximate="tanh")
        return self._beside(x + said[:, None] * there, there, 1)

    def _beside(self, x: Tensor, there: Tensor, layer: int) -> Tensor:
        mixed = self.near[layer](self.drop(x).transpose(1, 2)).transpose(1, 2)
        return x + functional.gelu(mixed, approximate="tanh") * there

    def kept(self) -> dict[str, np.ndarray[Any, Any]]:
        return {
            "word": _half(self.word.weight.T),
            "word_bias": _half(self.word.bias),
            "near": np.stack([_half(layer.weight) for layer in self.near]),  # type: ignore[arg-type]
            "near_bias": np.stack([_half(layer.bias) for layer in self.near]),  # type: ignore[arg-type]
            "whole": _half(self.whole.weight.T),
            "whole_bias": _half(self.whole.bias),
        }


class WordingModel(nn.Module):
    """A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over what the trunk makes of the words."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.trunk, self.drop, self.uses = TrunkModel(width), nn.Dropout(0.3), nn.Linear(HIDDEN, len(USES))
        self.links = nn.Parameter(torch.zeros(len(USES), len(USES)))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        scores: Tensor = self.uses(self.drop(self.trunk(x, mask)))
        return scores

    def loss(self, x: Tensor, mask: Tensor, wanted: Sequence[Sequence[Sequence[int]]]) -> Tensor:
        """How improbable it is that any of the readings `wanted` of each sentence is read, by word."""
        scores = self(x, mask)
        every = scores[:, 0]
        for place in range(1, x.shape[1]):
            further = torch.logsumexp(every[:, :, None] + self.links, 1) + scores[:, place]
            every = torch.where(mask[:, place, None] > 0, further, every)
        rows = torch.tensor([row for row, readings in enumerate(wanted) for _ in readings])
        columns = torch.tensor([column for readings in wanted for column in range(len(readings))])
        uses = nn.utils.rnn.pad_sequence([torch.tensor(each) for readings in wanted for each in readings], True)
        words, there = scores[rows].gather(2, uses[..., None])[..., 0], mask[rows]
        each = (words * there).sum(1) + (self.links[uses[:, :-1], uses[:, 1:]] * there[:, 1:]).sum(1)
        right = torch.full((len(wanted), int(columns.max()) + 1), -1e9).index_put((rows, columns), each)
        return (torch.logsumexp(every, 1) - torch.logsumexp(right, 1)).sum() / mask.sum()

    def kept(self) -> dict[str, np.ndarray[Any, Any]]:
        uses = {"uses": _half(self.uses.weight.T), "bias": _half(self.uses.bias), "links": _half(self.links)}
        return {**self.trunk.kept(), **uses}


class RouterModel(nn.Module):
    def __init__(self, width: int, kinds: Sequence[str]) -> None:
        super().__init__()
        self.kinds = kinds
        self.trunk, self.drop = TrunkModel(width), nn.Dropout(0.3)
        self.looks, self.scores = nn.Linear(HIDDEN, GLANCES), nn.Linear((GLANCES + 1) * HIDDEN + 1, len(kinds))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        shown, absent = x[:, 0, -6:-5], mask[..., None] == 0
        x = self.trunk(x, mask)
        shares = self.looks(x).masked_fill(absent, -1e9).softmax(1)
        seen = torch.einsum("nta,nth->nah", shares, x).flatten(1)
        most = x.masked_fill(absent, -1e9).amax(1)
        scores: Tensor = self.scores(torch.cat([self.drop(seen), self.drop(most), shown], 1))
        return scores

    def loss(self, x: Tensor, mask: Tensor, wanted: Sequence[Sequence[int]]) -> Tensor:
        """How improbable it is that any of the intents `wanted` is read, with labels smoothed by SMOOTHED."""
        odds = functional.log_softmax(self(x, mask), 1)
        right = torch.stack([torch.logsumexp(each[list(kinds)], 0) for each, kinds in zip(odds, wanted, strict=True)])
        return -((1 - SMOOTHED) * right + SMOOTHED * odds.mean(1)).mean()

    def kept(self) -> dict[str, np.ndarray[Any, Any]]:
        looks = {"looks": _half(self.looks.weight.T), "looks_bias": _half(self.looks.bias)}
        scores = {"weights": _half(self.scores.weight.T), "bias": _half(self.scores.bias)}
        return {"kinds": np.array(self.kinds, dtype=str), **self.trunk.kept(), **looks, **scores}


def _half(tensor: Tensor) -> np.ndarray[Any, Any]:
    kept: np.ndarray[Any, Any] = tensor.detach().numpy().astype(np.float16)
    return kept


def _batches(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """All examples at random, those of like length together, so that little is padding."""
    order = rng.sample(examples, len(examples))
    order = [
        one
        for start in range(0, len(order), 20 * BATCH)
        for one in sorted(order[start : start + 20 * BATCH], key=lambda example: len(example[0]))
    ]
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    rng.shuffle(batches)
    return batches


def train(make: Callable[[int], Any], examples: Sequence[Example], epochs: int, decay: float) -> Any:
    """AdamW with one cycle of the learning rate (Smith 2018)."""
    torch.manual_seed(1)
    rng = random.Random(1)
    model = make(examples[0][0].shape[1])
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=decay)
    steps = epochs * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in range(epochs):
        for batch in _batches(examples, rng):
            x = nn.utils.rnn.pad_sequence([each for each, _ in batch], batch_first=True)
            mask = nn.utils.rnn.pad_sequence([torch.ones(len(each)) for each, _ in batch], batch_first=True)
            optimizer.zero_grad()
            model.loss(x, mask, [wanted for _, wanted in batch]).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def fifth(label: Mapping[str, Any]) -> int | None:
    """The part of set 2 that a sentence belongs to, by the second byte of its SHA-256; the first tells what is "final"."""
    return hashlib.sha256(label["text"].encode()).digest()[1] % 5 if label["set"] == 2 else None


def weights(
    reading: Reading, learnt: Sequence[Mapping[str, Any]], held: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, np.ndarray[Any, Any]]]:
    """The wording's and the router's, learnt from `learnt` and nothing that is close to `held`."""
    words = word_examples(reading, learnt, random.Random(1))
    print(f"wording: {len(words)} sentences", flush=True)
    wording = train(WordingModel, words, epochs=10, decay=0.02)
    kinds = sorted({label["intent"] for label in learnt})
    routes = route_examples(reading, learnt, Measured(held), kinds)
    print(f"routing: {len(routes)} sentences", flush=True)
    router = train(lambda width: RouterModel(width, kinds), routes, epochs=6, decay=0.1)
    return wording.kept(), router.kept()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--held-out", type=int, choices=range(5), metavar="FIFTH",
        help='write nothing; learn without this fifth (0 to 4) of set 2 of "develop", and print what goes wrong in it',
    )  # fmt: skip
    options = parser.parse_args()
    # On two cores a second thread waits for the first more than it helps, the layers are that small.
    torch.set_num_threads(1)
    develop, final = labels("develop"), labels("final")
    held = [] if options.held_out is None else [label for label in develop if fifth(label) == options.held_out]
    learnt = [label for label in develop if label not in held]
    reading = Reading([*develop, *final])
    wording, router = weights(reading, learnt, [*final, *held])
    if held:
        print_errors(held, Reader(develop, Wording.of(wording, reading.encoder), Router.of(router, reading.encoder)))
        return
    np.savez_compressed(ROOT / "voicephoto" / "search" / "wording.en.npz", **wording)
    np.savez_compressed(ROOT / "voicephoto" / "dialogue" / "routing.en.npz", **router)


if __name__ == "__main__":
    main()
