"""Answers from a vision-language model that transformers runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from voicephoto.errors import MissingError
from voicephoto.memory import require_memory
from voicephoto.vision.answers import Picture
from voicephoto.vision.device import Placed, first_line, processor_dtype
from voicephoto.vision.prompts import DESCRIBE, prompt
from voicephoto.vision.spoken import Say, spoken
from voicephoto.vision.weights import count_parameters, unusable

_WHAT = "the model that looks at photos"
_LONGEST = 96
"""Tokens of an answer."""
_BESIDES = 800
"""Megabytes that torch, transformers and a photo on its way through the model take besides the weights."""
_SIDES = {"cpu": 512, "cuda": 1024}
"""Pixels that the longer side of a photo keeps: the first sentence waits for every one of them."""


class VlmAnswerer:
    """Runs any image-text-to-text model of transformers from `folder`: its config, safetensors, tokenizer, processor and
    chat template; read when it is first asked. Weights of other kinds and code beside them are not.

    `device` is torch's name of one; the GPU where there is one if None. Where the first sentence takes longer than
    `seconds`, another one says so. Raises MissingError, in one line, before the first sentence, where a file is missing,
    damaged or of another kind, or memory is short.
    """

    def __init__(self, folder: Path, *, device: str | None = None, seconds: float = 3.0) -> None:
        self.name = folder.name
        self._folder = folder
        self._seconds = seconds
        self._placed: Placed[_Model] = Placed(self._load, device, _WHAT)

    def describe(self, photo: Picture) -> Iterator[str]:
        return self.answer([photo], DESCRIBE)

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        return spoken(lambda say: self.write(photos, question, say), self._seconds)

    def write(self, photos: Sequence[Picture], question: str, say: Say) -> None:
        """Hand the answer to `say` as the model writes it, word by word, from the first on."""
        asked = prompt(question, [photo.facts for photo in photos])
        self._placed.run(_Model.write, _Asked([photo.image for photo in photos], asked, say))

    def _load(self, device: str) -> "_Model":
        import torch

        dtype = torch.bfloat16 if device.startswith("cuda") else processor_dtype()
        # A single file, or the parts of one, of which transformers misses none unseen.
        weights = sorted(self._folder.glob("model*.safetensors")) or [self._folder / "model.safetensors"]
        needed = count_parameters(weights) * dtype.itemsize
        require_memory(needed // 1_000_000 + _BESIDES, _WHAT)
        try:
            from transformers import AutoModelForImageTextToText, AutoProcessor
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            processor = AutoProcessor.from_pretrained(self._folder, local_files_only=True)  # type: ignore[no-untyped-call]
            found: Any = AutoModelForImageTextToText.from_pretrained(
                self._folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True
            )
            model, loaded = found
            # What the file lacks would be left at random.
            if loaded["missing_keys"] or processor.chat_template is None:
                raise ValueError("weights or the chat template are missing")
        # What is wrong with a model shows as many kinds of errors as it has parts.
        except Exception as error:
            raise unusable(_WHAT, self._folder, error) from None
        return _Model(model.eval().to(device), processor, device)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of photos, and who hears the answer."""

    images: Sequence[Image.Image]
    prompt: str
    say: Say


@dataclass(frozen=True, slots=True)
class _Model:
    """A loaded model with the processor that makes its input."""

    model: Any
    processor: Any
    device: str

    def __post_init__(self) -> None:
        tiles = self.processor.image_processor
        if hasattr(tiles, "do_image_splitting"):
            # SmolVLM would enlarge every photo to 2048 pixels and read 17 tiles of it; one is the photo as a whole, and
            # a GPU has time for four more.
            side = tiles.max_image_size["longest_edge"]
            tiles.size = {"longest_edge": side if self.device == "cpu" else 2 * side}

    def write(self, asked: _Asked) -> None:
        """Say the answer word by word, the likeliest one each time."""
        import torch
        from transformers import TextStreamer

        class Streamer(TextStreamer):
            begun = False

            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
                self.begun = self.begun or bool(text)
                asked.say(text)

        content = [{"type": "image", "image": self._sized(image)} for image in asked.images]
        inputs = self.processor.apply_chat_template(
            [{"role": "user", "content": [*content, {"type": "text", "text": asked.prompt}]}],
            add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt",
        )  # fmt: skip
        streamer = Streamer(self.processor.tokenizer, skip_prompt=True, skip_special_tokens=True)
        try:
            with torch.inference_mode():
                self.model.generate(
                    **inputs.to(self.device, self.model.dtype),
                    max_new_tokens=_LONGEST,
                    do_sample=False,
                    streamer=streamer,
                )
        except RuntimeError as error:
            if not streamer.begun:
                raise
            # Another device would begin the answer anew.
            raise MissingError(f"{_WHAT} failed within its answer: {first_line(error)}") from None

    def _sized(self, image: Image.Image) -> Image.Image:
        sized = image.convert("RGB")
        side = _SIDES.get(self.device, _SIDES["cuda"])
        sized.thumbnail((side, side), Image.Resampling.BICUBIC)
        return sized
