"""The families of models that docs/models.md names, besides the one of test_vlm.py: small and of random weights, written as
transformers itself writes them. What they say means nothing; that they say anything takes everything of theirs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.shapes import paint
from voicephoto.vision import Picture, VlmAnswerer, vlm
from voicephoto.vision.device import prepare_torch

pytestmark = pytest.mark.usefixtures("no_network")

TEMPLATE = "{{% for part in messages[0]['content'] %}}{{{{ part['text'] if part['type'] == 'text' else '{image}' }}}}{{% endfor %}}"
TEXT = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
    "head_dim": 16, "eos_token_id": None,
}  # fmt: skip
ROPE = {"rope_type": "default", "mrope_section": [4, 2, 2]}
QWEN = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]


def words(special: Sequence[str]) -> Any:
    """A tokenizer with a word for each number."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(["<unk>", *special, *(f"w{n}" for n in range(100))])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(list(special))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<unk>")


def smolvlm2(folder: Path) -> None:
    import transformers

    tokenizer = words(["<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"])
    size = {"size": {"longest_edge": 256}, "max_image_size": {"longest_edge": 64}}
    images, videos = transformers.SmolVLMImageProcessor(**size), transformers.SmolVLMVideoProcessor(**size)
    template = TEMPLATE.format(image="<image>")
    transformers.SmolVLMProcessor(images, tokenizer, videos, image_seq_len=16, chat_template=template).save_pretrained(
        folder
    )
    seeing = {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2,
        "image_size": 64, "patch_size": 8,
    }  # fmt: skip
    config = transformers.SmolVLMConfig(
        vision_config=seeing, text_config={**TEXT, "model_type": "llama", "vocab_size": len(tokenizer)},
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"), scale_factor=2,
    )  # fmt: skip
    transformers.SmolVLMForConditionalGeneration(config).save_pretrained(folder)


def qwen(family: str, patch: int, seeing: dict[str, object], rope: dict[str, object], folder: Path) -> None:
    import transformers

    tokenizer = words(QWEN)
    start, end, image, video = tokenizer.convert_tokens_to_ids(QWEN)
    template = TEMPLATE.format(image="<|vision_start|><|image_pad|><|vision_end|>")
    processor, video_processor, config_class, model = (
        getattr(transformers, name)
        for name in (
            f"{family}Processor",
            "Qwen3VLVideoProcessor" if family == "Qwen3VL" else "Qwen2VLVideoProcessor",
            f"{family}Config",
            f"{family}ForConditionalGeneration",
        )
    )
    images = transformers.Qwen2VLImageProcessor(patch_size=patch)
    processor(images, tokenizer, video_processor(), chat_template=template).save_pretrained(folder)
    size = {"depth": 1, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2, "out_hidden_size": 32}
    config = config_class(
        vision_config={**size, **seeing}, text_config={**TEXT, "rope_scaling": rope, "vocab_size": len(tokenizer)},
        image_token_id=image, video_token_id=video, vision_start_token_id=start, vision_end_token_id=end,
    )  # fmt: skip
    model(config).save_pretrained(folder)


def qwen2_5(folder: Path) -> None:
    qwen("Qwen2_5_VL", 14, {"fullatt_block_indexes": [0]}, ROPE, folder)


def qwen3(folder: Path) -> None:
    seeing = {"num_position_embeddings": 64, "deepstack_visual_indexes": [0]}
    qwen("Qwen3VL", 16, seeing, {**ROPE, "mrope_interleaved": True}, folder)


@pytest.mark.parametrize("build", [smolvlm2, qwen2_5, qwen3])
def test_a_model_of_the_family_looks_at_photos(
    build: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_torch()
    import torch

    torch.manual_seed(0)
    build(tmp_path)
    # Random weights know no end.
    monkeypatch.setattr(vlm, "_LONGEST", 4)
    answerer, photo = VlmAnswerer(tmp_path), Picture(paint("red", "square", size=64).resize((120, 64)))
    for photos in ([photo], [photo, photo]):
        said: list[str] = []
        answerer.write(photos, "what is it", said.append)
        assert "".join(said).split()
