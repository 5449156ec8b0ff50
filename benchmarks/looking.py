"""The models that look at photos, at their real size with random weights; `benchmarks.engines` prints their rows."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from PIL import Image

from voicephoto.vision import OpenClipEncoder, Picture, VlmAnswerer
from voicephoto.vision.device import prepare_torch

ROUNDS = 5
PHOTO = Image.effect_noise((1024, 768), 60).convert("RGB")


@dataclass(frozen=True, slots=True)
class Row:
    """One engine: seconds until it is ready, megabytes that it then takes, and its speed in words."""

    engine: str
    load: float
    memory: int
    speed: str


def vit_b_32() -> Row:
    """open_clip's ViT-B-32: photos embedded in batches, and one sentence as in a search."""
    prepare_torch()
    import open_clip
    from safetensors.torch import save_file

    with tempfile.TemporaryDirectory() as folder:
        config = {"model_cfg": open_clip.get_model_config("ViT-B-32"), "preprocess_cfg": {}}
        Path(folder, "open_clip_config.json").write_text(json.dumps(config))
        save_file(open_clip.create_model("ViT-B-32").state_dict(), Path(folder, "open_clip_model.safetensors"))
        encoder = OpenClipEncoder(Path(folder))
        load, memory = _loaded(lambda: encoder.encode_texts(["a dog"]))
        photos = [PHOTO.resize((448, 336))] * 16
        encoder.encode_images(photos)
        images = _seconds(lambda: encoder.encode_images(photos))
        text = _seconds(lambda: encoder.encode_texts(["a dog on a beach"]))
    return Row("open_clip ViT-B-32", load, memory, f"{16 / images:.0f} photos/s, a text in {text * 1000:.0f} ms")


def smolvlm_500m() -> Row:
    """SmolVLM-500M: a question about a photo, from asking to the first word, and the words after it."""
    prepare_torch()
    with tempfile.TemporaryDirectory() as folder:
        _write_smolvlm(Path(folder))
        answerer = VlmAnswerer(Path(folder))

        def ask() -> list[float]:
            started = time.perf_counter()
            words: list[float] = []
            answerer.write(
                [Picture(PHOTO)], "what is she holding", lambda _: words.append(time.perf_counter() - started)
            )
            return words

        load, memory = _loaded(ask)
        answers = [ask() for _ in range(ROUNDS)]
    first = sorted(words[0] for words in answers)[ROUNDS // 2]
    rate = sorted((len(words) - 1) / (words[-1] - words[0]) for words in answers)[ROUNDS // 2]
    return Row("SmolVLM-500M", load, memory, f"first token after {first:.2f} s, then {rate:.0f} tokens/s")


ENGINES: tuple[Callable[[], Row], ...] = (vit_b_32, smolvlm_500m)


def _write_smolvlm(folder: Path) -> None:
    """The shape that config.json of SmolVLM-500M-Instruct gives, with a tokenizer that has a word for each number."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        Idefics3Config,
        Idefics3ForConditionalGeneration,
        Idefics3ImageProcessor,
        Idefics3Processor,
        PreTrainedTokenizerFast,
    )

    special = ["<unk>", "<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]
    vocabulary = {word: number for number, word in enumerate([*special, *(f"w{number}" for number in range(49_275))])}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.add_special_tokens(special)
    tiles = Idefics3ImageProcessor(size={"longest_edge": 2048}, max_image_size={"longest_edge": 512})
    template = "{% for part in messages[0]['content'] %}{{ part['text'] if part['type'] == 'text' else '<image>' }}{% endfor %}"
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>", pad_token="<unk>")
    Idefics3Processor(tiles, tokenizer, image_seq_len=64, chat_template=template).save_pretrained(folder)
    config = Idefics3Config(
        vision_config={
            "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
            "image_size": 512, "patch_size": 16,
        },
        text_config={
            "model_type": "llama", "hidden_size": 960, "intermediate_size": 2560, "num_hidden_layers": 32,
            "num_attention_heads": 15, "num_key_value_heads": 5, "vocab_size": 49_280, "eos_token_id": None,
        },
        image_token_id=vocabulary["<image>"], scale_factor=4, eos_token_id=None,
    )  # fmt: skip
    with torch.device("meta"):
        model = Idefics3ForConditionalGeneration(config).to(torch.bfloat16)
    model.to_empty(device="cpu")
    for weights in model.parameters():
        torch.nn.init.uniform_(weights, -0.02, 0.02)
    model.save_pretrained(folder)


def _loaded(use: Callable[[], Any]) -> tuple[float, int]:
    """Seconds of the first use, which loads, and megabytes that the process has grown by."""
    before, started = _resident(), time.perf_counter()
    use()
    return time.perf_counter() - started, _resident() - before


def _seconds(work: Callable[[], Any]) -> float:
    """The median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return sorted(times)[ROUNDS // 2]


def _resident() -> int:
    """Megabytes of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1000 for line in status if line.startswith("VmRSS:"))


def rows() -> Iterator[Row]:
    """Every engine, measured in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        yield from processes.map(_measured, range(len(ENGINES)))


def _measured(number: int) -> Row:
    return ENGINES[number]()
