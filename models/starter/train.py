"""Train the starter encoder: `python -m models.starter.train --data ../shared/data --cache FOLDER`.

Three steps, each kept in the cache so that an interrupted run goes on where it was: what the frozen layers of both
towers give, heads on frozen features, then the heads and the upper layers of both towers together.
"""

import argparse
import copy
import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from models.starter.data import FLICKR, Photo, photos
from models.starter.export import export_image, export_text
from models.starter.features import activations, views
from models.starter.model import FROZEN_TEXT, ImageModel, TextModel
from models.starter.towers import DIMENSION, class_names, tokenizer_file

_TEMPERATURE = 0.05
_HEADS_BATCH, _HEADS_EPOCHS, _HEADS_RATE = 512, 14, 1e-3
_JOINT_BATCH, _JOINT_EPOCHS = 256, 10
_JOINT_RATES = {"heads": 3e-4, "image": 1e-4, "text": 5e-5}
_AVERAGED = 0.995
"""Of the exponential average of the weights that is kept in the end."""
_EMPTY = frozenset("a an the of some two three his her their its".split())


@dataclass(frozen=True, slots=True)
class Batch:
    """Photos (rows and views) with a caption and a short phrase each, and which phrase is true of which photo."""

    rows: NDArray[np.int64]
    views: NDArray[np.int64]
    captions: list[str]
    phrases: list[str]
    true: Tensor


class Sampler:
    """Draws batches of training photos."""

    def __init__(self, photos: Sequence[Photo], seed: int) -> None:
        self.photos = photos
        self.random = np.random.default_rng(seed)
        self.rows = np.array([row for row, photo in enumerate(photos) if photo.train and photo.captions])
        vocabulary: dict[str, int] = {}
        said = [_words(" ".join((*photo.captions, *photo.phrases))) for photo in photos]
        for words in said:
            for word in words:
                vocabulary.setdefault(word, len(vocabulary))
        self.vocabulary = vocabulary
        self.said = [np.array([vocabulary[word] for word in words], np.int64) for words in said]

    def batches(self, size: int) -> Iterator[Batch]:
        """One epoch; a photo with many captions comes as often as one with few."""
        order = self.random.permutation(self.rows)
        for start in range(0, len(order) - size + 1, size):
            rows = order[start : start + size]
            chosen = [self.photos[row] for row in rows]
            phrases = [self._phrase(photo) for photo in chosen]
            yield Batch(
                rows,
                np.array([self.random.integers(views(photo)) for photo in chosen]),
                [photo.captions[self.random.integers(len(photo.captions))] for photo in chosen],
                phrases,
                self._true(rows, phrases),
            )

    def _phrase(self, photo: Photo) -> str:
        if not photo.phrases:
            return photo.captions[self.random.integers(len(photo.captions))]
        phrase = photo.phrases[self.random.integers(len(photo.phrases))]
        # People ask without articles and in the plural.
        bare = _bare(phrase)
        if bare != phrase and self.random.random() < 0.5:
            return _plural(bare) if self.random.random() < 0.4 else bare
        return phrase

    def _true(self, rows: NDArray[np.int64], phrases: Sequence[str]) -> Tensor:
        """[photos, phrases]: a phrase is true of a photo whose own words hold all of the phrase's."""
        known = torch.zeros(len(rows), len(self.vocabulary), dtype=torch.bfloat16)
        asked = torch.zeros(len(rows), len(self.vocabulary), dtype=torch.bfloat16)
        for place, (row, phrase) in enumerate(zip(rows, phrases, strict=True)):
            known[place, self.said[row]] = 1
            asked[place, [self.vocabulary[word] for word in _words(phrase) if word in self.vocabulary]] = 1
        true = (known @ asked.T) >= asked.sum(1)
        return true | torch.eye(len(rows), dtype=torch.bool)


class Tokens:
    """Sentences -> tokens and mask [n, t]."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file()))
        self._tokenizer.enable_truncation(48)
        self._tokenizer.enable_padding()

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        encoded = self._tokenizer.encode_batch(list(texts))
        return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])


def contrast(images: Tensor, texts: Tensor, true: Tensor, temperature: float = _TEMPERATURE) -> Tensor:
    """InfoNCE both ways, where whatever is true [n, n] counts as right together."""
    scores = images @ texts.T / temperature
    right = scores.masked_fill(~true, -math.inf)
    by_image = scores.logsumexp(1) - right.logsumexp(1)
    by_text = scores.logsumexp(0) - right.logsumexp(0)
    return (by_image.mean() + by_text.mean()) / 2


def loss_of(images: Tensor, captions: Tensor, phrases: Tensor, true: Tensor) -> Tensor:
    same = torch.eye(len(images), dtype=torch.bool)
    return contrast(images, captions, same) + 0.5 * contrast(images, phrases, true)


def recalls(images: Tensor, texts: Tensor, owners: Tensor) -> tuple[float, ...]:
    """Recall@1, @5 and @10 of finding each text's own image."""
    scores = texts @ images.T
    rank = (scores > scores.gather(1, owners[:, None])).sum(1)
    return tuple(float((rank < k).float().mean()) for k in (1, 5, 10))


class Said:
    """What the text tower's frozen layers give for everything a batch may hold, computed once and kept in `cache`.

    `features` [texts, 384] are those of the published tower.
    """

    def __init__(self, text: TextModel, sampler: Sampler, tokens: Tokens, cache: Path) -> None:
        texts: dict[str, None] = {}
        for row in sampler.rows:
            photo = sampler.photos[row]
            texts |= dict.fromkeys((*photo.captions, *photo.phrases))
            for phrase in photo.phrases:
                bare = _bare(phrase)
                texts |= dict.fromkeys((bare, _plural(bare)))
        texts |= dict.fromkeys(name for names in class_names() for name in names)
        self._place = {name: row for row, name in enumerate(texts)}
        if not cache.is_file():
            np.savez(cache, **_text_activations(text, list(texts), tokens))
        with np.load(cache) as saved:
            self.features = torch.from_numpy(saved["features"].astype(np.float32))
            self._hidden, self._spans = torch.from_numpy(saved["hidden"]), saved["spans"]

    def rows(self, texts: Sequence[str]) -> list[int]:
        return [self._place[text] for text in texts]

    def hidden(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """What the frozen layers gave [n, t, 384], with its mask [n, t]."""
        longest = max(int(self._spans[row, 1]) for row in rows)
        hidden, mask = torch.zeros(len(rows), longest, 384), torch.zeros(len(rows), longest)
        for place, row in enumerate(rows):
            start, length = self._spans[row]
            hidden[place, :length] = self._hidden[start : start + length].float()
            mask[place, :length] = 1
        return hidden, mask


class Dev:
    """The unseen captioned photos."""

    def __init__(self, photos: Sequence[Photo], kept: NDArray[np.float16], tokens: Tokens) -> None:
        rows = [row for row, photo in enumerate(photos) if not photo.train and photo.path.startswith(FLICKR)]
        self.activations = torch.from_numpy(np.stack([kept[row, 0] for row in rows]))
        self.captions = [caption for row in rows for caption in photos[row].captions]
        self.owners = torch.tensor([i for i, row in enumerate(rows) for _ in photos[row].captions])
        self._tokens = tokens

    @torch.inference_mode()
    def measure(self, image: ImageModel, text: TextModel) -> tuple[float, ...]:
        image.eval(), text.eval()
        pictures = torch.cat([image(part) for part in self.activations.split(128)])
        sentences = torch.cat(
            [text(*self._tokens(self.captions[i : i + 256])) for i in range(0, len(self.captions), 256)]
        )
        return recalls(pictures, sentences, self.owners)


def train_heads(
    image: ImageModel, text: TextModel, sampler: Sampler, pictures: NDArray[np.float16], concepts: Tensor, said: Said
) -> None:
    """Both heads and the projections of concepts, on features [photos, views, 1280] that are computed once."""
    image.head.standardise(torch.from_numpy(pictures[sampler.rows, 0].astype(np.float32)))
    text.head.standardise(said.features)
    # The projections begin as one, so that a photo's concepts and a sentence lie in one space from the start.
    text.project.load_state_dict(image.project.state_dict())
    models = nn.ModuleList([image.head, image.project, text.head, text.project])
    optimizer = torch.optim.AdamW(models.parameters(), _HEADS_RATE, weight_decay=0.05)
    steps = _HEADS_EPOCHS * (len(sampler.rows) // _HEADS_BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _HEADS_RATE, steps, pct_start=0.1)
    for epoch in range(_HEADS_EPOCHS):
        models.train()
        total = 0.0
        for batch in sampler.batches(_HEADS_BATCH):
            features = torch.from_numpy(pictures[batch.rows, batch.views].astype(np.float32))
            seen = image.joined(features, concepts[batch.rows, batch.views])
            read = [text.joined(said.features[said.rows(texts)]) for texts in (batch.captions, batch.phrases)]
            loss = loss_of(seen, read[0], read[1], batch.true)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"heads, epoch {epoch + 1}: loss {total * _HEADS_BATCH / len(sampler.rows):.3f}", flush=True)


def train_together(
    image: ImageModel,
    text: TextModel,
    sampler: Sampler,
    kept: NDArray[np.float16],
    concepts: Tensor,
    said: Said,
    dev: Dev,
    checkpoint: Path,
) -> tuple[ImageModel, TextModel]:
    """Heads and upper layers of both towers; returns the averaged models.

    The text tower is held near its published features, which know far more sentences than there are captions here.
    """
    both = nn.ModuleList([image, text])
    heads = [p for m in (image.head, image.project, text.head, text.project) for p in m.parameters()]
    towers = [[p for p in model.tower.parameters() if p.requires_grad] for model in (image, text)]
    groups = [
        {"params": parameters, "lr": rate}
        for parameters, rate in zip((heads, *towers), _JOINT_RATES.values(), strict=True)
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.05)
    steps = _JOINT_EPOCHS * (len(sampler.rows) // _JOINT_BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, list(_JOINT_RATES.values()), steps, pct_start=0.1)
    averaged = copy.deepcopy(both)
    step = 0
    for epoch in range(_JOINT_EPOCHS):
        started, total = time.perf_counter(), 0.0
        both.train()
        for batch in sampler.batches(_JOINT_BATCH):
            pixels = torch.from_numpy(
                np.stack([kept[row, view] for row, view in zip(batch.rows, batch.views, strict=True)])
            )
            seen = image(pixels, concepts[batch.rows, batch.views])
            rows = [said.rows(texts) for texts in (batch.captions, batch.phrases)]
            features = [text.upper(*said.hidden(part)) for part in rows]
            read = [text.joined(part) for part in features]
            loss = loss_of(seen, read[0], read[1], batch.true)
            near = [
                functional.cosine_similarity(f, said.features[r]).mean() for f, r in zip(features, rows, strict=True)
            ]
            optimizer.zero_grad()
            (loss + 2 - near[0] - near[1]).backward()
            nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            keep = min(_AVERAGED, step / (step + 10))
            with torch.no_grad():
                for mean, now in zip(averaged.parameters(), both.parameters(), strict=True):
                    if now.requires_grad:
                        mean.lerp_(now, 1 - keep)
            total += loss.item()
        measured = dev.measure(averaged[0], averaged[1])  # type: ignore[arg-type]
        print(
            f"together, epoch {epoch + 1}: loss {total * _JOINT_BATCH / len(sampler.rows):.3f}, dev recall@1/5/10 "
            f"{'/'.join(f'{value:.3f}' for value in measured)}, {time.perf_counter() - started:.0f} s",
            flush=True,
        )
        torch.save(averaged.state_dict(), checkpoint)
    return averaged[0], averaged[1]  # type: ignore[return-value]


def _image_features(
    image: ImageModel, photos: Sequence[Photo], kept: NDArray[np.float16], cache: Path
) -> NDArray[np.float16]:
    """[photos, views, 1280] of the published tower, kept in `cache`."""
    if cache.is_file():
        return np.load(cache, mmap_mode="r")
    features = np.zeros((*kept.shape[:2], 1280), np.float16)
    jobs = [(row, view) for row, photo in enumerate(photos) for view in range(views(photo))]
    with torch.inference_mode():
        for start in range(0, len(jobs), 64):
            if start % 6400 == 0:
                print(f"image features: {start:,} of {len(jobs):,} views", flush=True)
            part = jobs[start : start + 64]
            found = image.features(torch.from_numpy(np.stack([kept[row, view] for row, view in part])))
            for (row, view), feature in zip(part, found.numpy(), strict=True):
                features[row, view] = feature
    np.save(cache, features)
    return features


@torch.inference_mode()
def _concepts(image: ImageModel, pictures: NDArray[np.float16]) -> Tensor:
    """[photos, views, 384] of the image tower's own classifier."""
    rows = [image.concepts.named(torch.from_numpy(part.astype(np.float32))) for part in pictures]
    return torch.stack(rows).clone()


def _text_activations(text: TextModel, names: Sequence[str], tokens: Tokens) -> dict[str, NDArray[np.generic]]:
    """Of the published tower: `features` [texts, 384], and what the frozen layers give, `hidden` [tokens, 384], where
    text i has the rows from `spans`[i, 0] on, as many as `spans`[i, 1]."""
    features, spans = np.zeros((len(names), 384), np.float16), np.zeros((len(names), 2), np.int64)
    order = sorted(range(len(names)), key=lambda row: len(names[row]))
    hidden, total = [], 0
    with torch.inference_mode():
        for start in range(0, len(order), 256):
            if start % 25_600 == 0:
                print(f"text features: {start:,} of {len(order):,} texts", flush=True)
            rows = order[start : start + 256]
            read, mask = tokens([names[row] for row in rows])
            lower = text.tower.hidden(read, mask, 0, FROZEN_TEXT)
            features[rows] = text.upper(lower, mask).numpy()
            for row, vectors, length in zip(rows, lower.numpy(), mask.sum(1).tolist(), strict=True):
                hidden.append(vectors[:length].astype(np.float16))
                spans[row] = total, length
                total += length
    return {"features": features, "hidden": np.concatenate(hidden), "spans": spans}


def _bare(phrase: str) -> str:
    return re.sub(r"^(?:a|an|the|some) ", "", phrase)


def _plural(words: str) -> str:
    return words if words.endswith("s") else f"{words}s"


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]+", text.lower()) if word not in _EMPTY}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with captions/ and labels/")
    parser.add_argument("--cache", type=Path, required=True, help="folder for what takes long to compute")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder of the exported models")
    arguments = parser.parse_args()
    cache: Path = arguments.cache
    torch.manual_seed(0)
    every = photos(arguments.data)
    kept = activations(every, arguments.data, cache)
    tokens, sampler = Tokens(), Sampler(every, seed=0)
    dev = Dev(every, kept, tokens)
    image, text = ImageModel(), TextModel()
    said = Said(text, sampler, tokens, cache / "text-activations.npz")
    names = [functional.normalize(said.features[said.rows(names)], dim=-1).mean(0) for names in class_names()]
    image.concepts.call(torch.stack(names))
    pictures = _image_features(image, every, kept, cache / "image-features.npy")
    concepts = _concepts(image, pictures)
    heads = cache / "heads.pt"
    trained = (image.head, image.project, text.head, text.project)
    if not heads.is_file():
        train_heads(image, text, sampler, pictures, concepts, said)
        torch.save([module.state_dict() for module in trained], heads)
    for module, saved in zip(trained, torch.load(heads, weights_only=True), strict=True):
        module.load_state_dict(saved)
    print(
        "heads, dev recall@1/5/10 " + "/".join(f"{value:.3f}" for value in dev.measure(image, text)),
        flush=True,
    )
    image, text = train_together(image, text, sampler, kept, concepts, said, dev, cache / "together.pt")
    arguments.out.mkdir(parents=True, exist_ok=True)
    export_image(image, arguments.out / "image.onnx")
    export_text(text, arguments.out / "text.onnx")
    (arguments.out / "tokenizer.json").write_bytes(tokenizer_file().read_bytes())
    print(f"exported {DIMENSION}-dimensional encoder to {arguments.out}")


if __name__ == "__main__":
    main()
