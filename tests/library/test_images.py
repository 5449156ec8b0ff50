import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from voicephoto.library import UnreadablePhoto, load_image


def test_all_eight_orientations_stand_the_same_way(shared_data: Path) -> None:
    reference = np.asarray(load_image(shared_data / "photos/recurser/Landscape_1.jpg").resize((60, 40)), np.int16)
    for number in range(2, 9):
        image = load_image(shared_data / f"photos/recurser/Landscape_{number}.jpg")
        assert image.size == (1800, 1200)
        assert np.abs(np.asarray(image.resize((60, 40)), np.int16) - reference).mean() < 6


def test_heic_is_turned_once(shared_data: Path) -> None:
    image = load_image(shared_data / "photos/pillow_heif/tests/images/heif_other/arrow.heic")
    assert image.height > image.width


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("photo.jpg" if mode == "CMYK" else "photo.png")
    Image.new(mode, (20, 10)).save(path)
    image = load_image(path)
    assert (image.mode, image.size) == ("RGB", (20, 10))


def test_what_is_transparent_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert load_image(tmp_path / "clear.png").getpixel((0, 0)) == (255, 255, 255)


def test_a_small_side_is_enough_for_a_quick_look(shared_data: Path) -> None:
    image = load_image(shared_data / "photos/recurser/Landscape_1.jpg", side=224)
    assert 224 <= image.height < 1200


def test_a_file_that_claims_absurd_dimensions_is_refused(tmp_path: Path) -> None:
    Image.new("1", (30_000, 20_000)).save(tmp_path / "bomb.png")
    with pytest.raises(UnreadablePhoto, match="too many pixels"):
        load_image(tmp_path / "bomb.png")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePhoto, match="no such file"):
        load_image(tmp_path / "gone.jpg")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadablePhoto, match="not a regular file"):
        load_image(tmp_path / "pipe.jpg")


def test_a_program_that_is_named_like_a_photo_is_none(tmp_path: Path) -> None:
    script = tmp_path / "holiday.jpg"
    script.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n%%EOF\n")
    with pytest.raises(UnreadablePhoto, match="not a photo this program can read"):
        load_image(script)
