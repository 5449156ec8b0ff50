import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from voicephoto import hub
from voicephoto.errors import MissingError
from voicephoto.vision import StarterEncoder
from voicephoto.vision.starter import Vectors


@pytest.fixture(scope="module")
def encoder() -> StarterEncoder:
    return StarterEncoder(hub.locate("starter"))


def test_vectors_have_unit_length_and_one_row_each(encoder: StarterEncoder) -> None:
    images = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue", "white")]
    for vectors in (encoder.encode_images(images), encoder.encode_texts(["a dog", "", "the sea " * 100])):
        assert vectors.shape == (3, encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_nothing_in_is_nothing_out(encoder: StarterEncoder) -> None:
    assert encoder.encode_images([]).shape == encoder.encode_texts([]).shape == (0, encoder.dimension)


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: StarterEncoder) -> None:
    texts = ["a dog", "two children playing football in the park", "snow"]
    together = encoder.encode_texts(texts)
    alone = np.concatenate([encoder.encode_texts([text]) for text in texts])
    assert together == pytest.approx(alone, abs=2e-3)


def test_a_photo_has_the_same_vector_in_every_mode_it_can_be_stored_in(encoder: StarterEncoder) -> None:
    image = Image.effect_noise((256, 192), 60)
    grey, colour = encoder.encode_images([image, image.convert("RGB")])
    assert grey @ colour == pytest.approx(1, abs=1e-4)


def test_photos_of_a_kind_are_nearest_to_the_words_for_them(encoder: StarterEncoder, shared_data: Path) -> None:
    kinds = {"flowers/sunflowers": "sunflowers", "scenes/forest": "a forest", "weather/sunrise_or_sunset": "a sunset"}
    texts = encoder.encode_texts(list(kinds.values()))
    for row, folder in enumerate(kinds):
        files = sorted((shared_data / "labels" / folder).iterdir())[:20]
        photos = encoder.encode_images([Image.open(file) for file in files])
        assert ((photos @ texts.T).argmax(1) == row).mean() >= 0.9


def test_the_name_tells_the_weights_apart(encoder: StarterEncoder, tmp_path: Path) -> None:
    shutil.copytree(hub.locate("starter"), tmp_path / "other")
    other = StarterEncoder(tmp_path / "other")
    assert other.name == encoder.name
    with (tmp_path / "other" / "text.onnx").open("ab") as file:
        file.write(b"\0")
    assert StarterEncoder(tmp_path / "other").name != encoder.name


@pytest.mark.parametrize("file", ["image.onnx", "text.onnx", "tokenizer.json"])
def test_a_damaged_or_missing_file_is_one_clear_line(file: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(hub.locate("starter"), tmp_path / "starter"))
    (folder / file).write_bytes((folder / file).read_bytes()[:1000])
    for reason in ("damaged", "cannot be read"):
        encoder = StarterEncoder(folder)
        with pytest.raises(MissingError, match=f"{reason}.*{file}.*untouched.*install") as caught:
            encoder.encode_images([Image.new("RGB", (8, 8))]) if file == "image.onnx" else encoder.encode_texts(
                ["a dog"]
            )
        assert "\n" not in str(caught.value)
        (folder / file).unlink(missing_ok=True)


def test_a_word_is_told_by_its_sentence(encoder: StarterEncoder) -> None:
    bank = [("money in the bank", 13), ("a bank account", 2), ("the muddy bank of a river", 10)]
    money, account, river = (encoder.encode_words(text, [(at, at + 4)])[0] for text, at in bank)

    def alike(one: Vectors, other: Vectors) -> float:
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    assert alike(money, account) > alike(money, river)


def test_words_have_one_row_each_and_nothing_is_zeros(encoder: StarterEncoder) -> None:
    rows = encoder.encode_words("hi, ...", [(0, 2), (2, 2), (0, 2)])
    assert rows.shape == (3, 384)
    assert rows[0].any()
    assert not rows[1].any()
    assert (rows[0] == rows[2]).all()
    assert encoder.encode_words("", []).shape == (0, 384)
    assert encoder.encode_words("word " * 1000, [(0, 4), (4990, 4994)]).any(axis=1).tolist() == [True, False]
