from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from voicephoto.library import Catalog


class Colours:
    """The smallest real encoder: the mean colour of a photo as a unit vector [3]."""

    name = "colours"
    side = 64

    def prepare(self, image: Image.Image) -> Image.Image:
        return image

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        means = np.array([np.asarray(image, np.float32).mean((0, 1)) + 1 for image in images], np.float32).reshape(
            -1, 3
        )
        return means / np.linalg.norm(means, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> Colours:
    return Colours()


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "data" / "catalog.sqlite")


def write_photo(
    path: Path,
    colour: str = "red",
    taken: str | None = None,
    position: tuple[float, float] | None = None,
    camera: tuple[str, str] | None = None,
    size: tuple[int, int] = (64, 48),
    orientation: int | None = None,
) -> Path:
    """A plain photo with the metadata a camera would write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken
    if camera is not None:
        exif[0x010F], exif[0x0110] = camera
    if orientation is not None:
        exif[0x0112] = orientation
    if position is not None:
        latitude, longitude = position
        exif.get_ifd(0x8825).update(
            {
                1: "N" if latitude >= 0 else "S",
                2: (IFDRational(abs(latitude)), IFDRational(0), IFDRational(0)),
                3: "E" if longitude >= 0 else "W",
                4: (IFDRational(abs(longitude)), IFDRational(0), IFDRational(0)),
            }
        )
    Image.new("RGB", size, colour).save(path, exif=exif)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with two albums: Rome, and a garden at home."""
    folder = tmp_path / "photos"
    write_photo(
        folder / "Rome" / "forum.jpg", "red", "2024:07:03 10:00:00", (41.8925, 12.4853), ("Canon", "Canon EOS R6")
    )
    write_photo(
        folder / "Rome" / "colosseo.jpg", "orange", "2024:07:04 18:30:00", (41.8902, 12.4922), ("Apple", "iPhone 15")
    )
    write_photo(folder / "garden" / "IMG_20250514_080000.jpg", "green", size=(48, 64))
    return folder
