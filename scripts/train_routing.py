"""Train the fallback of the router: `python -m scripts.train_routing` writes voicephoto/dialogue/routing.en.npz.

It learns from the sentence templates (speech/sentences/en.yaml) and from free wording (en.routing.yaml), both drawn at
random, always the same, a part of them with the slips of a recogniser: a word lost, a word that sounds like it. No
sentence of three words and more that benchmarks/understanding.py measures is learnt from; whatever of it is drawn by
chance is left out. Needs
scikit-learn (the extra `demo`); takes three minutes on two cores.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from hassil import Intents
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from voicephoto.dialogue.routing import BUCKETS, features, outline
from voicephoto.dialogue.tidying import tidy
from voicephoto.library import Gazetteer
from voicephoto.search import QueryContext
from voicephoto.speech import Sentences, load_sentences
from voicephoto.speech.language_model import sample
from voicephoto.speech.words import spoken_words

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "positano", "zermatt", "new york city", "cape canaveral", "chelsea", "lisbon", "kyoto", "porto", "reykjavik",
    "florence", "denmark", "the lake district", "crete", "granada", "oslo", "the black forest", "garden", "wedding",
)  # fmt: skip
A_TEMPLATE, A_ROUTING_TEMPLATE = 40, 120
"""Sentences drawn for each template of either file."""
OPENINGS = (
    "can you", "could you", "would you", "i want you to", "i'd like you to", "can you help me", "please", "hey can you",
    "i want to", "i would like to", "let me", "do you know", "can you tell me", "could you tell me", "and", "now",
)  # fmt: skip
ADDRESSED = 0.15
"""The share of sentences that are learnt with a polite opening as well, whatever they are about."""
TOO_CLOSE = 0.75
"""The share of words in common from which a sentence is as good as one that is measured."""
SLIPS = 0.25
"""The share of sentences that are learnt with a recogniser's slip as well."""

Example = tuple[str, bool, str]
"""Sentence, whether photos are on display, intent."""


def examples(language: str) -> Iterator[Example]:
    sentences = load_sentences(language)
    folder = resources.files("voicephoto.speech.sentences")
    document = yaml.safe_load(folder.joinpath(f"{language}.yaml").read_text(encoding="utf-8"))
    free = yaml.safe_load(folder.joinpath(f"{language}.routing.yaml").read_text(encoding="utf-8"))
    spoken = {**sentences.spoken, **free.pop("spoken")}
    wide = {name: {"data": data} for name, data in free.items()}
    for intents, count in ((document["intents"], A_TEMPLATE), (wide, A_ROUTING_TEMPLATE)):
        for kind, intent in intents.items():
            for data in intent["data"]:
                yield from _drawn(document, replace(sentences, spoken=spoken), kind, data, count)


def _drawn(document: Mapping[str, Any], sentences: Sentences, kind: str, data: Any, count: int) -> Iterator[Example]:
    shown = data.get("showing", True if data.get("requires_context") else None)
    for template in data["sentences"]:
        one = {**document, "intents": {kind: {"data": [{"sentences": [template]}]}}}
        narrow = replace(sentences, intents=Intents.from_dict(one))
        for place, words in enumerate(sample(narrow, NAMES, count)):
            yield " ".join(words), place % 2 == 0 if shown is None else shown, kind


def slipped(sentence: str, rng: random.Random) -> str:
    """With one word lost, doubled, or one letter of it changed, as a recogniser mishears."""
    words = sentence.split()
    place = rng.randrange(len(words))
    word = words[place]
    slip = rng.choice(("lose", "letter", "letter"))
    if slip == "lose" and len(words) > 2:
        del words[place]
    elif len(word) > 2:
        at = rng.randrange(len(word))
        words[place] = word[:at] + rng.choice(("", "", "e", "s", "t", "n", "a")) + word[at + rng.randrange(2) :]
    return " ".join(words)


class Measured:
    """What is measured, and so is never learnt from, nor anything that shares most of its words."""

    def __init__(self) -> None:
        self._lines = [set(line.split()) for line in _measured()]
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
        return (
            any(count > TOO_CLOSE * len(words | self._lines[number]) for number, count in shared.items() if count > 1)
            or words in self._lines
        )


def _measured() -> set[str]:
    lines = [
        json.loads(line)["text"] for line in (ROOT / "tests/data/sentences.jsonl").read_text().splitlines() if line
    ]
    others = ROOT.parent / "shared" / "data" / "text" / "out_of_scope.txt"
    return {
        " ".join(spoken_words(line))
        for line in (*lines, *(others.read_text().splitlines() if others.is_file() else ()))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", nargs="?", default="en")
    language = parser.parse_args().language
    rng = random.Random(1)
    taboo = Measured()
    drawn = dict.fromkeys(example for example in examples(language) if not taboo.holds(example[0]))
    addressed = [
        (f"{rng.choice(OPENINGS)} {text}", shown, kind) for text, shown, kind in drawn if rng.random() < ADDRESSED
    ]
    drawn |= dict.fromkeys(addressed)
    learnt = [*drawn, *((slipped(text, rng), shown, kind) for text, shown, kind in drawn if rng.random() < SLIPS)]
    learnt = [example for example in learnt if not taboo.holds(example[0])]
    context = QueryContext(datetime(2026, 7, 15, 12), places=lru_cache(maxsize=None)(Gazetteer().find))
    rows = [sorted(set(features(outline(tidy(text), context), shown))) for text, shown, _ in learnt]
    kinds = [kind for *_, kind in learnt]
    indptr = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row)), np.float32) for row in rows])
    matrix = csr_matrix((values, np.concatenate(rows), indptr), (len(rows), BUCKETS))
    print(f"{len(drawn)} sentences, {len(learnt)} with slips", flush=True)
    # Every intent counts alike up to the root of how many sentences it has.
    sizes = {kind: kinds.count(kind) for kind in set(kinds)}
    weight = np.array([1 / np.sqrt(sizes[kind]) for kind in kinds])
    model = LogisticRegression(C=6.0, max_iter=600, tol=1e-5)
    model.fit(matrix, kinds, sample_weight=weight / weight.mean())
    print(f"{100 * model.score(matrix, kinds):.2f} % of them told right")
    weights = model.coef_.T.astype(np.float32)
    scale = np.abs(weights).max(axis=0) / 127
    whole = np.rint(weights / scale).astype(np.int8)
    used = np.flatnonzero(whole.any(axis=1))
    np.savez_compressed(
        ROOT / "voicephoto" / "dialogue" / f"routing.{language}.npz",
        kinds=np.array(model.classes_, dtype=str), buckets=used.astype(np.uint16), weights=whole[used],
        scale=scale.astype(np.float32), bias=model.intercept_.astype(np.float32),
    )  # fmt: skip


if __name__ == "__main__":
    main()
