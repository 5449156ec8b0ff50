"""The encoder that open_clip runs: any of its models from a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from voicephoto.errors import MissingError
from voicephoto.memory import require_memory
from voicephoto.vision.device import Placed, prepare_torch, processor_dtype
from voicephoto.vision.weights import PULL_AGAIN, count_parameters, fingerprint, read_json, unusable

if TYPE_CHECKING:
    import torch

Vectors = NDArray[np.float32]
Input = TypeVar("Input")

_VERSION = 2
"""Of the way from a photo to its vector; raise it whenever that changes, so that all photos are looked at again."""
_IMAGES_AT_ONCE = 16
_TEXTS_AT_ONCE = 64
_BYTES = 4
"""Of one weight while it is loaded."""
_BESIDES = 400
"""Megabytes that torch and a batch take besides the weights."""


class OpenClipEncoder:
    """Runs open_clip_model.safetensors as open_clip_config.json in `folder` says, both read when they are first needed.

    Where the config names a tokenizer of its own, as SigLIP's does, its files lie beside them. Texts are encoded as they
    are, without prompts around them. `device` is torch's name of one; the GPU where there is one if None. Raises
    MissingError, in one line, where a file is missing, damaged or of another kind, or memory is short.
    """

    def __init__(self, folder: Path, *, device: str | None = None) -> None:
        self._folder = folder
        self._weights = folder / "open_clip_model.safetensors"
        self._placed: Placed[_Towers] = Placed(self._load, device, "the image model")

    @cached_property
    def name(self) -> str:
        return self._name_of_files()

    def _name_of_files(self) -> str:
        vision = self._model_config["vision_cfg"]
        kind = vision.get("timm_model_name") or f"vit-{vision.get('width', 768)}-{vision.get('patch_size', 16)}"
        return f"open_clip-{_VERSION}-{kind}-{fingerprint(self._folder / 'open_clip_config.json', self._weights)}"

    @cached_property
    def dimension(self) -> int:
        return int(self._model_config["embed_dim"])

    @property
    def side(self) -> int:
        return int(np.max(self._size))

    @property
    def _size(self) -> Any:
        """Pixels of both sides, or height and width."""
        return self._model_config["vision_cfg"].get("image_size", 224)

    def prepare(self, image: Image.Image) -> Image.Image:
        """RGB; squashed or cut as open_clip does for this model."""
        steps = self._transform.transforms
        from torchvision.transforms import ToTensor  # type: ignore[import-untyped]

        image = image.convert("RGB")
        for step in takewhile(lambda step: not isinstance(step, ToTensor), steps):
            image = step(image)
        return image

    def encode_images(self, images: Sequence[Image.Image]) -> Vectors:
        """Upright photos of any size and mode -> unit vectors [n, d]."""
        return self._encode(images, _IMAGES_AT_ONCE, _Towers.encode_images)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Sentences, of which as many tokens count as the model takes -> unit vectors [n, d]."""
        return self._encode(texts, _TEXTS_AT_ONCE, _Towers.encode_texts)

    def _encode(
        self, inputs: Sequence[Input], at_once: int, encode: "Callable[[_Towers, Sequence[Input]], Vectors]"
    ) -> Vectors:
        vectors = np.empty((len(inputs), self.dimension), np.float32)
        for start in range(0, len(inputs), at_once):
            batch = inputs[start : start + at_once]
            vectors[start : start + len(batch)] = self._placed.run(encode, batch)
        return vectors

    @cached_property
    def _model_config(self) -> dict[str, Any]:
        path = self._folder / "open_clip_config.json"
        try:
            model: Any = read_json(path)["model_cfg"]
            int(model["embed_dim"])
            elsewhere = "hf_model_name" in model["text_cfg"] or ":" in model["vision_cfg"].get("timm_model_name", "")
        except (KeyError, TypeError, ValueError, AttributeError):
            raise MissingError(f"a model is damaged: {path} describes no open_clip model; {PULL_AGAIN}") from None
        if elsewhere:
            # open_clip would ask the network for the description of that part.
            raise MissingError(
                f"the image model in {self._folder} needs a part that is not in its folder; your photos and catalog "
                "are untouched; choose another image model"
            )
        return dict(model)

    @cached_property
    def _transform(self) -> Any:
        """open_clip's own way from a photo to pixels [3, h, w], known without the weights."""
        prepare_torch()
        try:
            from open_clip.transform import (  # type: ignore[import-untyped]
                PreprocessCfg,
                image_transform_v2,
                merge_preprocess_dict,
            )

            wanted: Any = read_json(self._folder / "open_clip_config.json").get("preprocess_cfg", {})
            config = merge_preprocess_dict(PreprocessCfg(), {**wanted, "size": self._size})
            return image_transform_v2(PreprocessCfg(**config), is_train=False)
        except Exception as error:
            raise unusable("the image model", self._folder, error) from None

    def _load(self, device: str) -> "_Towers":
        import torch

        dtype = torch.float16 if device.startswith("cuda") else processor_dtype()
        parameters, name = count_parameters([self._weights]), self.name
        own = {"local_files_only": True} if "hf_tokenizer_name" in self._model_config["text_cfg"] else {}
        require_memory(parameters * _BYTES // 1_000_000 + _BESIDES, "the image model")
        folder = f"local-dir:{self._folder}"
        try:
            import open_clip  # type: ignore[import-untyped]

            model = open_clip.create_model_from_pretrained(folder, return_transform=False)
            tokenizer = open_clip.get_tokenizer(folder, **own)
        # What is wrong with a model shows as many kinds of errors as it has parts.
        except Exception as error:
            raise unusable("the image model", self._folder, error) from None
        if self._name_of_files() != name:
            raise MissingError(
                f"the image model in {self._folder} is another one by now; your photos and catalog are untouched; "
                "start voicephoto again"
            )
        return _Towers(model.eval().to(device, dtype), self._transform, tokenizer, device, dtype)


@dataclass(frozen=True, slots=True)
class _Towers:
    """A loaded model: `transform` makes a photo's pixels [3, h, w], `tokenizer` the tokens [n, t] of texts."""

    model: Any
    transform: "Callable[[Image.Image], torch.Tensor]"
    tokenizer: "Callable[[list[str]], torch.Tensor]"
    device: str
    dtype: "torch.dtype"

    def encode_images(self, images: Sequence[Image.Image]) -> Vectors:
        import torch

        pixels = torch.stack([self.transform(image.convert("RGB")) for image in images])
        with torch.inference_mode():
            return _unit(self.model.encode_image(pixels.to(self.device, self.dtype)))

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        import torch

        with torch.inference_mode():
            return _unit(self.model.encode_text(self.tokenizer(list(texts)).to(self.device)))


def _unit(vectors: "torch.Tensor") -> Vectors:
    """Vectors [n, d] of any precision with the length 1."""
    from torch.nn.functional import normalize

    return np.asarray(normalize(vectors.float(), dim=-1).cpu().numpy(), np.float32)
