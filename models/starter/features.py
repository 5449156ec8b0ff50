"""Activations of the image tower's frozen first layers, computed once for several views of every photo."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from models.starter.data import FLICKR, Photo
from models.starter.towers import image_tower

VIEWS = 5
"""As it is, mirrored, and crops of which every second is mirrored."""
FROZEN = 15
"""Layers of the image tower that stay as ImageNet left them; what comes out of them is [192, 7, 7]."""
SHAPE = (192, 7, 7)
_BATCH = 32


def activations(photos: Sequence[Photo], data: Path, cache: Path) -> NDArray[np.float16]:
    """Frozen activations [photos, VIEWS, 192, 7, 7], kept in `cache`; zero beyond `views`."""
    target = cache / "activations.npy"
    if target.is_file():
        return np.load(target, mmap_mode="r")
    cache.mkdir(parents=True, exist_ok=True)
    growing = target.with_suffix(".part")
    saved = np.lib.format.open_memmap(growing, mode="w+", dtype=np.float16, shape=(len(photos), VIEWS, *SHAPE))
    lower = _lower(cache / "lower.onnx")
    jobs = [(row, view) for row, photo in enumerate(photos) for view in range(views(photo))]
    batches = [jobs[start : start + _BATCH] for start in range(0, len(jobs), _BATCH)]

    def pixels(batch: Sequence[tuple[int, int]]) -> NDArray[np.uint8]:
        return np.stack([view_of(data / photos[row].path, row, view) for row, view in batch])

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(pixels, batch) for batch in batches[:4]]
        for index, batch in enumerate(batches):
            seen = waiting.pop(0).result()
            if index + 4 < len(batches):
                waiting.append(pool.submit(pixels, batches[index + 4]))
            (output,) = lower.run(None, {"pixels": seen})
            for (row, view), activation in zip(batch, output, strict=True):
                saved[row, view] = activation
            if index % 100 == 0:
                print(f"frozen layers: {index * _BATCH:,} of {len(jobs):,} views", flush=True)
    saved.flush()
    os.replace(growing, target)
    return np.load(target, mmap_mode="r")


class _Lower(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tower = image_tower()[:FROZEN]

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        lower: torch.Tensor = self.tower((pixels.to(torch.float32).permute(0, 3, 1, 2) - 127) / 128)
        return lower.to(torch.float16)


def _lower(target: Path) -> onnxruntime.InferenceSession:
    """The frozen layers on ONNX Runtime, which is five times as fast here."""
    pixels = torch.zeros(2, 224, 224, 3, dtype=torch.uint8)
    shapes = ({0: torch.export.Dim("n", min=1, max=512)},)
    program = torch.onnx.export(
        _Lower().eval(), (pixels,), input_names=["pixels"], dynamic_shapes=shapes, dynamo=True, verbose=False
    )
    assert program is not None
    program.save(target)
    return onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])


def views(photo: Photo) -> int:
    """How many views of a photo are kept: more where its words are worth more."""
    if not photo.train:
        return 1
    return VIEWS if photo.path.startswith(FLICKR) else 3


def view_of(path: Path, row: int, view: int) -> NDArray[np.uint8]:
    """One view of a photo [224, 224, 3]; the same every time for the same `row` and `view`."""
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    if view >= 2:
        random = np.random.default_rng((row, view))
        area, ratio = random.uniform(0.45, 0.95), np.exp(random.uniform(-0.25, 0.25))
        width, height = (min(1.0, np.sqrt(area * ratio)), min(1.0, np.sqrt(area / ratio)))
        left, top = random.uniform(0, 1 - width), random.uniform(0, 1 - height)
        box = (
            left * image.width,
            top * image.height,
            (left + width) * image.width,
            (top + height) * image.height,
        )
        image = image.resize((224, 224), Image.Resampling.BICUBIC, box)
        image = ImageEnhance.Brightness(image).enhance(random.uniform(0.75, 1.25))
        image = ImageEnhance.Color(image).enhance(random.uniform(0.6, 1.4))
    elif image.size != (224, 224):
        image = image.resize((224, 224), Image.Resampling.BICUBIC)
    pixels = np.asarray(image)
    return np.ascontiguousarray(pixels[:, ::-1] if view % 2 else pixels)
