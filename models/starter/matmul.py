"""Convolutions as matrix products: processors with bfloat16 matrix units train them many times faster that way."""

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.starter.towers import Block, Conv


def run(layers: nn.Sequential, x: Tensor) -> Tensor:
    """Run layers of the image tower in bfloat16; activations in and out are [channels, n, height * width]."""
    for layer in layers:
        if isinstance(layer, Block):
            y = x
            for conv in layer.convs:
                assert isinstance(conv, Conv)
                y = _conv(conv, y)
            x = x + y if layer.residual else y
        else:
            assert isinstance(layer, Conv)
            x = _conv(layer, x)
    return x


def _conv(conv: Conv, x: Tensor) -> Tensor:
    channels, count, positions = x.shape
    weight = conv.weight.to(torch.bfloat16).flatten(1)
    if conv.kernel_size[0] == 1:
        y = (weight @ x.flatten(1)).view(-1, count, positions)
    else:
        taps = _taps(conv.kernel_size[0], conv.stride[0], round(positions**0.5))
        y = torch.bmm(x, (weight @ taps.flatten(1)).view(channels, positions, -1))
    assert conv.bias is not None
    y = y + conv.bias.to(torch.bfloat16)[:, None, None]
    return y.clamp(0, 6) if conv.relu else y


@lru_cache
def _taps(kernel: int, stride: int, side: int) -> Tensor:
    """Which input reaches which output through which weight: [kernel * kernel, side * side, outputs]."""
    x = torch.eye(side * side).view(-1, 1, side, side)
    padding = kernel // 2
    if stride == 2:
        x, padding = functional.pad(x, ((kernel - 2) // 2, (kernel - 1) // 2) * 2), 0
    weight = torch.eye(kernel * kernel).view(-1, 1, kernel, kernel)
    y = functional.conv2d(x, weight, stride=stride, padding=padding)
    return y.flatten(2).transpose(0, 1).contiguous().to(torch.bfloat16)
