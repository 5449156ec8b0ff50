"""Both towers with their heads."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.starter.features import FROZEN
from models.starter.towers import DIMENSION, TextTower, classifier, image_tower

FROZEN_TEXT = 4
"""Layers of the text tower that stay as published."""
_CONCEPTS = 0.5
"""What the concepts weigh beside a head, whose vector has length 1."""


class Head(nn.Module):
    """A residual perceptron: tower features [n, width] -> unit vectors [n, DIMENSION].

    In training, noise on the standardised features and dropout keep it from learning photos by heart.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, width: int, inner: int, dropout: float, noise: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("scale", torch.ones(width))
        self.direct = nn.Linear(width, DIMENSION)
        self.expand, self.contract = nn.Linear(width, inner), nn.Linear(inner, DIMENSION)
        self.dropout = nn.Dropout(dropout)
        self.noise = noise

    def forward(self, features: Tensor) -> Tensor:
        x = (features - self.mean) * self.scale
        if self.training:
            x = x + self.noise * torch.randn_like(x)
        y = self.contract(self.dropout(functional.gelu(self.expand(self.dropout(x)))))
        return functional.normalize(self.direct(self.dropout(x)) + y, dim=-1)

    def standardise(self, features: Tensor) -> None:
        """From now on, measure features by the mean and deviation of these [n, width]."""
        self.mean = features.mean(0)
        self.scale = 1 / (features.std(0) + 1e-3)


class Concepts(nn.Module):
    """What the image tower's own classifier sees, in words: activations [n, 192, 7, 7] -> unit vectors [n, 384].

    The mean of the class names' sentence embeddings, weighted by the classes' probabilities (ConSE, Norouzi et al.,
    https://arxiv.org/abs/1312.5650). It brings in a thousand things of which the captions never speak.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tower = image_tower()[FROZEN:].to(memory_format=torch.channels_last)
        weight, bias = classifier()
        self.classes = nn.Linear(weight.shape[1], weight.shape[0])
        self.names = nn.Linear(weight.shape[0], 384, bias=False)
        with torch.no_grad():
            self.classes.weight.copy_(weight)
            self.classes.bias.copy_(bias)
        self.requires_grad_(False)

    def forward(self, activations: Tensor) -> Tensor:
        return self.named(self.tower(activations.contiguous(memory_format=torch.channels_last)).mean((2, 3)))

    def named(self, features: Tensor) -> Tensor:
        """Pooled features [n, 1280] of the published tower -> unit vectors [n, 384]."""
        return functional.normalize(self.names(self.classes(features).softmax(-1)), dim=-1)

    def call(self, names: Tensor) -> None:
        """From now on, the classes have these names, as embeddings [1000, 384]."""
        with torch.no_grad():
            self.names.weight.copy_(names.T)


class ImageModel(nn.Module):
    """Frozen activations [n, 192, 7, 7] -> unit vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = image_tower().to(memory_format=torch.channels_last)
        self.tower[:FROZEN].requires_grad_(False)
        self.head = Head(1280, 1024, dropout=0.3, noise=0.3)
        self.concepts = Concepts()
        self.project = nn.Linear(384, DIMENSION, bias=False)

    def features(self, activations: Tensor) -> Tensor:
        """Pooled features [n, 1280]."""
        x = activations.float().contiguous(memory_format=torch.channels_last)
        features: Tensor = self.tower[FROZEN:](x).mean((2, 3))
        return features

    def joined(self, features: Tensor, concepts: Tensor) -> Tensor:
        """Features [n, 1280] and concepts [n, 384] -> unit vectors."""
        return _mixed(self.head(features), self.project(concepts))

    def forward(self, activations: Tensor, concepts: Tensor | None = None) -> Tensor:
        known = self.concepts(activations.float()) if concepts is None else concepts
        return self.joined(self.features(activations), known)


class TextModel(nn.Module):
    """Tokens and mask [n, t] -> unit vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = TextTower()
        self.tower.requires_grad_(False)
        self.tower.layers[FROZEN_TEXT:].requires_grad_(True)
        self.head = Head(384, 1024, dropout=0.3, noise=0.3)
        self.project = nn.Linear(384, DIMENSION, bias=False)

    def features(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Mean-pooled features [n, 384]."""
        features: Tensor = self.tower(tokens, mask)
        return features

    def upper(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Features [n, 384] from what the frozen layers gave [n, t, 384]."""
        return self.tower.pooled(self.tower.hidden(hidden, mask, FROZEN_TEXT, len(self.tower.layers)), mask)

    def joined(self, features: Tensor) -> Tensor:
        """Features [n, 384] -> unit vectors."""
        return _mixed(self.head(features), self.project(functional.normalize(features, dim=-1)))

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        return self.joined(self.features(tokens, mask))


def _mixed(head: Tensor, concepts: Tensor) -> Tensor:
    return functional.normalize(head + _CONCEPTS * functional.normalize(concepts, dim=-1), dim=-1)
