"""A trigram language model of what people say to their photos, made from the sentence templates."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log1p
from typing import TextIO

import numpy as np
from hassil.expression import Alternative, Expression, ListReference, Permutation, RuleReference, TextChunk
from hassil.expression import Sequence as Series
from hassil.intents import RangeSlotList, TextSlotList
from hassil.parse_expression import parse_sentence
from numpy.typing import NDArray

from voicephoto.speech.sentences import Sentences
from voicephoto.speech.words import spoken_words

SAMPLES = 40_000
"""Sentences drawn from the templates; more no longer lowers the word error rate."""

_COMMAND = 10.0
"""What a wording is drawn by that leaves no choice; the widest of all has some 60."""

_START, _END = "<s>", "</s>"
_Speak = Callable[[list[str]], None]


def sample(sentences: Sentences, names: Sequence[str], count: int = SAMPLES) -> Iterator[list[str]]:
    """Draw `count` sentences, as words, that the templates allow; always the same ones.

    Wildcards are filled from the `spoken` section, and the rule <library> from `names`, the library's own
    words. A template is drawn in proportion to the logarithm of how many sentences it stands for, and no less than a
    command, which is short and said often: "stop" keeps its share beside the thousands of ways to ask for a picture.
    """
    grammar = _Grammar(sentences, names, random.Random(1))
    templates = grammar.templates()
    drawn = grammar.random.choices(
        [speak for speak, _ in templates], [max(_COMMAND, 1 + log1p(size)) for _, size in templates], k=count
    )
    for speak in drawn:
        text: list[str] = []
        speak(text)
        words = spoken_words("".join(text))
        if words:
            yield words


def write_arpa(
    samples: Iterator[list[str]], unigrams: Mapping[str, float], background: float, file: TextIO
) -> list[str]:
    """Write a trigram model in ARPA format and return its vocabulary.

    Smoothed after Witten and Bell in its interpolated form (Chen and Goodman 1998, section 2.4):
    p(w|h) = (c(hw) + t(h) p(w|h')) / (c(h) + t(h)), t(h) being the number of different words seen after h.
    Below the unigrams lie `unigrams`, probabilities of everyday words, with the share `background`.
    """
    index: dict[str, int] = {_START: 0, _END: 1}
    ids: list[int] = []
    for words in samples:
        ids.append(0)
        ids += [index.setdefault(word, len(index)) for word in words]
        ids.append(1)
    for word in unigrams:
        index.setdefault(word, len(index))
    vocabulary = list(index)
    model = _witten_bell(np.array(ids), np.array([unigrams.get(word, 0.0) for word in vocabulary]), background)
    _write(model, vocabulary, file)
    return vocabulary[2:]


class _Grammar:
    """The sentence templates compiled to functions that each say something at random."""

    def __init__(self, sentences: Sentences, names: Sequence[str], rng: random.Random) -> None:
        self.random = rng
        self._intents = sentences.intents
        self._spoken = {name: _listed(value) for name, value in sentences.spoken.items()}
        self._names = names
        self._compiled: dict[str, tuple[_Speak, float]] = {}

    def templates(self) -> list[tuple[_Speak, float]]:
        """Every sentence template, with the number of sentences it stands for."""
        return [
            self._compile(sentence.expression)
            for intent in self._intents.intents.values()
            for data in intent.data
            for sentence in data.sentences
        ]

    def _compile(self, expression: Expression) -> tuple[_Speak, float]:
        if isinstance(expression, TextChunk):
            text = expression.original_text
            return (lambda said: said.append(text)), 1.0
        if isinstance(expression, RuleReference):
            return self._named(expression.rule_name)
        if isinstance(expression, ListReference):
            return self._listed(expression.list_name)
        if isinstance(expression, Series):
            return self._in_order([self._compile(item) for item in expression.items])
        if isinstance(expression, Alternative):
            return self._any_of([self._compile(item) for item in expression.items])
        assert isinstance(expression, Permutation), expression
        return self._shuffled([self._compile(item) for item in expression.items])

    def _named(self, name: str) -> tuple[_Speak, float]:
        """A rule: of the spoken section, of the intents, or the library's own words."""
        if name not in self._compiled:
            if name == "library":
                self._compiled[name] = self._literally(self._names)
            elif name in self._spoken:
                self._compiled[name] = self._any_of([self._template(text) for text in self._spoken[name]])
            else:
                self._compiled[name] = self._compile(self._intents.expansion_rules[name].expression)
        return self._compiled[name]

    def _listed(self, name: str) -> tuple[_Speak, float]:
        if name in self._spoken:
            return self._named(name)
        values = self._intents.slot_lists[name]
        if isinstance(values, RangeSlotList):
            return self._literally([str(value) for value in values.get_numbers()])
        assert isinstance(values, TextSlotList), f"the wildcard {{{name}}} has no templates under spoken"
        return self._any_of([self._compile(value.text_in) for value in values.values])

    def _template(self, text: str) -> tuple[_Speak, float]:
        return self._compile(parse_sentence(str(text)).expression)

    def _literally(self, choices: Sequence[str]) -> tuple[_Speak, float]:
        def speak(said: list[str]) -> None:
            if choices:
                said.append(self.random.choice(choices))

        return speak, float(max(1, len(choices)))

    def _in_order(self, parts: list[tuple[_Speak, float]]) -> tuple[_Speak, float]:
        speakers = [speak for speak, _ in parts]
        if len(speakers) == 1:
            return parts[0]

        def speak(said: list[str]) -> None:
            for part in speakers:
                part(said)

        return speak, float(np.prod([size for _, size in parts]))

    def _any_of(self, parts: list[tuple[_Speak, float]]) -> tuple[_Speak, float]:
        speakers = [speak for speak, _ in parts]

        def speak(said: list[str]) -> None:
            self.random.choice(speakers)(said)

        return speak, sum(size for _, size in parts)

    def _shuffled(self, parts: list[tuple[_Speak, float]]) -> tuple[_Speak, float]:
        speakers = [speak for speak, _ in parts]

        def speak(said: list[str]) -> None:
            for part in self.random.sample(speakers, len(speakers)):
                part(said)
                said.append(" ")

        return speak, float(np.prod([size for _, size in parts]))


def _listed(value: str | Sequence[str]) -> list[str]:
    """The templates of a spoken entry: texts in which commas separate alternatives."""
    texts = [value] if isinstance(value, str) else [str(text) for text in value]
    return [part.strip() for text in texts for part in text.split(",")]


class _Order:
    """The n-grams of one order: word ids [n, order], their probabilities and back-off weights [n]."""

    def __init__(self, grams: NDArray[np.int64], probabilities: NDArray[np.float64]) -> None:
        self.grams = grams
        self.probabilities = probabilities
        self.back_off = np.ones(len(grams))


def _witten_bell(
    ids: NDArray[np.int64], everyday: NDArray[np.float64], background: float
) -> tuple[_Order, _Order, _Order]:
    size = len(everyday)
    counts = np.bincount(ids[ids != 0], minlength=size).astype(float)
    uniform = 1.0 / (size - 1)
    seen = np.count_nonzero(counts)
    p1 = (counts + seen * uniform) / (counts.sum() + seen)
    p1 = (1 - background) * p1 + background * everyday / max(everyday.sum(), 1e-12)
    p1[0] = 0.0
    unigrams = _Order(np.arange(size)[:, None], p1 / p1.sum())

    # No n-gram reaches over the end of a sentence, which is always followed by a start.
    inside = ids[1:] != 0
    pairs, pair_counts = np.unique((ids[:-1] * size + ids[1:])[inside], return_counts=True)
    heads, tails = pairs // size, pairs % size
    bigrams = _Order(
        np.stack([heads, tails], 1),
        _interpolate(heads, pair_counts, unigrams.probabilities[tails], unigrams, heads, tails),
    )

    inside = (ids[1:-1] != 0) & (ids[2:] != 0)
    triples, triple_counts = np.unique(((ids[:-2] * size + ids[1:-1]) * size + ids[2:])[inside], return_counts=True)
    contexts, tails = triples // size, triples % size
    middle_tail = (contexts % size) * size + tails
    trigrams = _Order(
        np.stack([contexts // size, contexts % size, tails], 1),
        _interpolate(
            np.searchsorted(pairs, contexts), triple_counts,
            bigrams.probabilities[np.searchsorted(pairs, middle_tail)],
            bigrams, np.searchsorted(pairs, contexts), tails,
        ),
    )  # fmt: skip
    return unigrams, bigrams, trigrams


def _interpolate(
    history: NDArray[np.int64],
    counts: NDArray[np.int64],
    lower: NDArray[np.float64],
    shorter: _Order,
    row: NDArray[np.int64],
    tails: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Witten-Bell probabilities; sets the back-off weights of `shorter`, whose `row`s are the histories."""
    rows = len(shorter.grams)
    total = np.bincount(history, counts, minlength=rows)
    kinds = np.bincount(history, minlength=rows)
    seen = kinds > 0
    shorter.back_off[seen] = kinds[seen] / (total[seen] + kinds[seen])
    result: NDArray[np.float64] = (counts + kinds[history] * lower) / (total[history] + kinds[history])
    return result


def _write(model: tuple[_Order, _Order, _Order], vocabulary: list[str], file: TextIO) -> None:
    file.write("\\data\\\n")
    for n, order in enumerate(model, 1):
        file.write(f"ngram {n}={len(order.grams)}\n")
    for n, order in enumerate(model, 1):
        file.write(f"\n\\{n}-grams:\n")
        logs = np.log10(np.maximum(order.probabilities, 1e-99)).tolist()
        backs = np.log10(order.back_off).tolist()
        last = n == len(model)
        file.writelines(
            f"{p:.4f} {' '.join([vocabulary[word] for word in gram])}{'' if last else f' {back:.4f}'}\n"
            for p, gram, back in zip(logs, order.grams.tolist(), backs, strict=True)
        )
    file.write("\n\\end\\\n")
