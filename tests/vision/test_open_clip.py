"""A small open_clip model, trained on coloured shapes, and others as open_clip itself makes them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fixtures.shapes import ALL, paint
from voicephoto.errors import MissingError
from voicephoto.vision import OpenClipEncoder, open_clip
from voicephoto.vision.device import prepare_torch

CLIP = Path(__file__).parent.parent / "fixtures" / "clip"

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(scope="module")
def encoder() -> OpenClipEncoder:
    return OpenClipEncoder(CLIP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model that may be damaged."""
    return Path(shutil.copytree(CLIP, tmp_path / "clip"))


def refused(folder: Path) -> str:
    """The one line that says why the model of a folder cannot be used."""
    with pytest.raises(MissingError) as error:
        OpenClipEncoder(folder).encode_texts(["a dog"])
    assert "\n" not in str(error.value)
    return str(error.value)


def test_words_find_the_picture_that_shows_it(encoder: OpenClipEncoder) -> None:
    pictures = encoder.encode_images([paint(*each) for each in ALL])
    words = encoder.encode_texts([f"a {colour} {shape}" for colour, shape in ALL])
    assert (words @ pictures.T).argmax(axis=1).tolist() == list(range(len(ALL)))


def test_vectors_have_unit_length_whatever_is_encoded(encoder: OpenClipEncoder) -> None:
    picture = paint("red", "circle", size=100)
    modes = [picture.convert(mode) for mode in ("L", "P", "1", "RGBA", "CMYK", "I;16")]
    pictures = encoder.encode_images([*modes, Image.new("RGB", (1, 1)), Image.new("RGB", (900, 3))])
    words = encoder.encode_texts(["", "red", "one two three " * 100, "naïve 🙂 日本"])
    for vectors in (pictures, words):
        assert vectors.dtype == np.float32
        assert vectors.shape[1] == encoder.dimension
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode_images([]).shape == encoder.encode_texts([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_a_photo_is_prepared_as_open_clip_does_it_and_then_stays_as_it_is(folder: Path, mode: str) -> None:
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["resize_mode"] = mode
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    wide = Image.effect_noise((300, 100), 80).convert("RGB")
    wide.paste("red", (0, 0, 80, 100))
    encoder = OpenClipEncoder(folder)
    small = encoder.prepare(wide)
    assert small.size == (encoder.side, encoder.side) == (32, 32)
    assert encoder.prepare(small).tobytes() == small.tobytes()
    # What lies on either side is cut off where the shortest side decides.
    assert (small.getpixel((1, 16))[0] > 200) == (mode != "shortest")  # type: ignore[index]
    from open_clip import create_model_from_pretrained

    model, transform = create_model_from_pretrained(f"local-dir:{folder}")
    [expected] = model.encode_image(transform(wide)[None], normalize=True).detach().numpy()
    for image in (wide, small):
        assert encoder.encode_images([image])[0] @ expected == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_the_precision_finds_the_same(
    encoder: OpenClipEncoder, monkeypatch: pytest.MonkeyPatch, dtype: str
) -> None:
    """What a GPU computes with, on the processor."""
    import torch

    monkeypatch.setattr(open_clip, "processor_dtype", lambda: getattr(torch, dtype))
    half = OpenClipEncoder(CLIP)
    pictures, words = [paint(*each) for each in ALL], [" ".join(each) for each in ALL]
    assert half.encode_images(pictures) == pytest.approx(encoder.encode_images(pictures), abs=0.03)
    assert half.encode_texts(words) == pytest.approx(encoder.encode_texts(words), abs=0.03)


def test_what_is_too_long_counts_from_its_start(encoder: OpenClipEncoder) -> None:
    long, longer = encoder.encode_texts(["a red square " * 10, "a red square " * 10 + "a blue circle"])
    assert long == pytest.approx(longer)


def test_a_batch_is_the_same_as_one_after_the_other(encoder: OpenClipEncoder) -> None:
    pictures = [paint(*each) for each in ALL] * 2
    together = encoder.encode_images(pictures)
    apart = np.concatenate([encoder.encode_images([picture]) for picture in pictures])
    assert together == pytest.approx(apart, abs=0.02)


def test_the_name_tells_vector_spaces_apart(encoder: OpenClipEncoder, folder: Path) -> None:
    assert OpenClipEncoder(folder).name == encoder.name
    with (folder / "open_clip_model.safetensors").open("r+b") as file:
        file.seek(-2, 2)
        file.write(b"\0\0")
    assert OpenClipEncoder(folder).name != encoder.name


def test_files_that_become_another_model_are_not_taken_for_the_one_that_was_named(folder: Path) -> None:
    encoder = OpenClipEncoder(folder)
    assert encoder.name
    with (folder / "open_clip_model.safetensors").open("r+b") as file:
        file.seek(-2, 2)
        file.write(b"\0\0")
    with pytest.raises(MissingError, match="is another one by now; your photos and catalog are untouched"):
        encoder.encode_texts(["a dog"])


def test_how_photos_are_prepared_belongs_to_the_name(encoder: OpenClipEncoder, folder: Path) -> None:
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["mean"] = [0.5, 0.5, 0.5]
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert OpenClipEncoder(folder).name != encoder.name


def test_without_a_gpu_it_goes_on_on_the_processor(caplog: pytest.LogCaptureFixture) -> None:
    encoder = OpenClipEncoder(CLIP, device="cuda:7")
    assert encoder.encode_texts(["a red square"]).shape == (1, 32)
    assert encoder.encode_texts(["a blue circle"]).shape == (1, 32)
    [line] = [record.getMessage() for record in caplog.records if record.name.startswith("voicephoto")]
    assert line.startswith("the image model cannot use cuda:7")
    assert "\n" not in line


def test_a_device_that_fails_at_work_is_left_for_the_processor(
    encoder: OpenClipEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    # The meta device takes a model, and fails where its results are fetched.
    failing = OpenClipEncoder(CLIP, device="meta")
    assert failing.encode_texts(["a red square"]) == pytest.approx(encoder.encode_texts(["a red square"]), abs=1e-6)
    assert "it goes on on the processor" in caplog.text


@pytest.mark.parametrize("file", ["open_clip_config.json", "open_clip_model.safetensors"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert file in refused(folder)
    with pytest.raises(MissingError, match=file):
        _ = OpenClipEncoder(folder).name


@pytest.mark.parametrize("length", [0, 7, 5000, 1_000_000])
def test_weights_that_are_cut_short_are_noticed(folder: Path, length: int) -> None:
    weights = folder / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:length])
    assert "cut short" in refused(folder)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 a pickle in a zip" * 100, b"<!doctype html>" * 9, b"\x02\0\0\0\0\0\0\0[]"]
)
def test_weights_of_another_kind_are_refused(folder: Path, content: bytes) -> None:
    (folder / "open_clip_model.safetensors").write_bytes(content)
    assert "no safetensors file" in refused(folder)


def test_pickled_weights_are_never_read(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").rename(folder / "open_clip_pytorch_model.bin")
    assert "open_clip_model.safetensors" in refused(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model_cfg": 3}', '{"model_cfg": {"embed_dim": "x"}}'])
def test_a_config_of_something_else_is_refused(folder: Path, content: str) -> None:
    (folder / "open_clip_config.json").write_text(content)
    assert "a model is damaged" in refused(folder)


def test_weights_of_another_model_are_refused(folder: Path) -> None:
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["vision_cfg"]["width"] = 32
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert "cannot be used" in refused(folder)


@pytest.mark.parametrize(
    "change",
    [{"text_cfg": {"hf_model_name": "roberta-base"}}, {"vision_cfg": {"timm_model_name": "hf-hub:some/model"}}],
)
def test_a_model_with_a_part_elsewhere_is_refused_before_the_network_is_asked(
    folder: Path, change: dict[str, object]
) -> None:
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"].update(change)
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert "a part that is not in its folder" in refused(folder)


def test_too_little_memory_is_noticed_before_loading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_clip, "_BESIDES", 10**9)
    assert "image model" in refused(folder)


def test_siglip_brings_its_own_tokenizer_and_squashes(tmp_path: Path) -> None:
    """Of random weights: its vectors are those that open_clip itself makes."""
    prepare_torch()
    import torch
    from open_clip import create_model_and_transforms
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    config = {
        "model_cfg": {
            "embed_dim": 64, "init_logit_bias": -10, "custom_text": True,
            "vision_cfg": {
                "image_size": 160, "timm_model_name": "test_vit", "timm_model_pretrained": False, "timm_pool": "",
                "timm_proj": "linear",
            },
            "text_cfg": {
                "context_length": 8, "vocab_size": 16, "hf_tokenizer_name": "elsewhere/not-asked", "width": 32, "heads": 2,
                "tokenizer_kwargs": {"clean": "canonicalize"}, "layers": 1, "no_causal_mask": True, "proj_bias": True,
                "pool_type": "last",
            },
        },
        "preprocess_cfg": {
            "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash",
        },
    }  # fmt: skip
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    words = {"<pad>": 0, "</s>": 1, "<unk>": 2, "a": 3, "red": 4, "square": 5}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(tmp_path)
    torch.manual_seed(0)
    model, _, transform = create_model_and_transforms(f"local-dir:{tmp_path}", load_weights=False)
    save_file(model.state_dict(), tmp_path / "open_clip_model.safetensors")
    wide = paint("red", "square").resize((300, 100))
    with torch.inference_mode():
        seen = model.eval().encode_image(transform(wide)[None], normalize=True).numpy()
        read = model.encode_text(torch.tensor([[3, 4, 5, 1, 0, 0, 0, 0]]), normalize=True).numpy()
    encoder = OpenClipEncoder(tmp_path)
    assert encoder.encode_images([wide]) == pytest.approx(seen, abs=0.02)
    assert encoder.encode_texts(["A red square."]) == pytest.approx(read, abs=0.02)
    assert encoder.name.startswith("open_clip-2-test_vit-")
    (tmp_path / "tokenizer.json").unlink()
    assert "cannot be used" in refused(tmp_path)
