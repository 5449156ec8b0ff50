"""Both towers with their heads."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.starter.features import FROZEN
from models.starter.towers import DIMENSION, TextTower, image_tower


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


class ImageModel(nn.Module):
    """Frozen activations [n, 192, 7, 7] -> unit vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = image_tower().to(memory_format=torch.channels_last)
        self.tower[:FROZEN].requires_grad_(False)
        self.head = Head(1280, 1024, dropout=0.3, noise=0.3)

    def features(self, activations: Tensor) -> Tensor:
        """Pooled features [n, 1280]."""
        x = activations.float().contiguous(memory_format=torch.channels_last)
        features: Tensor = self.tower[FROZEN:](x).mean((2, 3))
        return features

    def forward(self, activations: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.features(activations))
        return vectors


class TextModel(nn.Module):
    """Tokens and mask [n, t] -> unit vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = TextTower()
        self.tower.requires_grad_(False)
        self.head = Head(384, 1024, dropout=0.3, noise=0.3)

    def features(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Mean-pooled features [n, 384]."""
        features: Tensor = self.tower(tokens, mask)
        return features

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.features(tokens, mask))
        return vectors
