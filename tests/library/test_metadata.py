from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from voicephoto.library.images import open_image
from voicephoto.library.metadata import read_exposure, read_metadata
from voicephoto.library.photo import Exposure

from .conftest import write_photo


def test_time_place_and_camera_come_from_exif(tmp_path: Path) -> None:
    path = write_photo(
        tmp_path / "a.jpg", taken="2024:07:03 10:01:02", position=(-22.9, -68.2), camera=("SONY", "DSC-RX100")
    )
    with open_image(path) as image:
        facts = read_metadata(image, path)
    assert (facts.taken, facts.taken_from) == (datetime(2024, 7, 3, 10, 1, 2), "exif")
    assert (facts.latitude, facts.longitude) == pytest.approx((-22.9, -68.2))
    assert facts.camera == "Sony DSC-RX100"


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("IMG_20190704_123456.jpg", datetime(2019, 7, 4, 12, 34, 56)),
        ("PXL_20210101_010203123.jpg", datetime(2021, 1, 1, 1, 2, 3)),
        ("IMG-20190704-WA0001.jpg", datetime(2019, 7, 4)),
        ("2018-05-06 07.08.09.jpg", datetime(2018, 5, 6, 7, 8, 9)),
        ("Screenshot 2023-03-04 at 10.11.12.jpg", datetime(2023, 3, 4, 10, 11, 12)),
    ],
)
def test_without_exif_the_name_may_tell(tmp_path: Path, name: str, taken: datetime) -> None:
    path = write_photo(tmp_path / name)
    with open_image(path) as image:
        facts = read_metadata(image, path)
    assert (facts.taken, facts.taken_from) == (taken, "name")


@pytest.mark.parametrize("name", ["DSC_20191342.jpg", "123456789012.jpg", "party.jpg"])
def test_else_there_is_only_the_file_and_its_time_is_marked_as_such(tmp_path: Path, name: str) -> None:
    path = write_photo(tmp_path / name)
    with open_image(path) as image:
        assert read_metadata(image, path).taken_from == "file"


@pytest.mark.parametrize("stamp", ["0000:00:00 00:00:00", "1980:01:01 00:00:00", "2024:13:45 99:00:00", "    :  :  "])
def test_a_clock_that_was_never_set_tells_nothing(tmp_path: Path, stamp: str) -> None:
    path = write_photo(tmp_path / "a.jpg", taken=stamp)
    with open_image(path) as image:
        assert read_metadata(image, path).taken_from == "file"


def test_a_clock_that_runs_ahead_of_today_tells_nothing(tmp_path: Path) -> None:
    for days, taken_from in ((0.5, "exif"), (30, "file")):
        stamp = f"{datetime.now() + timedelta(days=days):%Y:%m:%d %H:%M:%S}"
        path = write_photo(tmp_path / "a.jpg", taken=stamp)
        with open_image(path) as image:
            assert read_metadata(image, path).taken_from == taken_from


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_coordinates_survive_the_way_through_a_file(
    tmp_path_factory: pytest.TempPathFactory, latitude: float, longitude: float
) -> None:
    latitude, longitude = round(latitude, 4), round(longitude, 4)
    path = write_photo(tmp_path_factory.mktemp("p") / "a.jpg", position=(latitude, longitude), size=(2, 2))
    with open_image(path) as image:
        facts = read_metadata(image, path)
    if (latitude, longitude) == (0, 0):
        assert facts.latitude is None
    else:
        assert (facts.latitude, facts.longitude) == pytest.approx((latitude, longitude), abs=1e-4)


def test_sizes_are_upright(tmp_path: Path) -> None:
    path = write_photo(tmp_path / "a.jpg", size=(40, 30), orientation=6)
    with Image.open(path) as image:
        facts = read_metadata(image, path)
    assert (facts.width, facts.height) == (30, 40)


def test_a_photo_says_how_it_was_exposed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x829A: IFDRational(1, 200), 0x829D: 2.8, 0x8827: 400, 0x9209: 0x10, 0x920A: 35.0})
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg", exif=exif)
    assert read_exposure(tmp_path / "a.jpg") == Exposure(
        f_number=2.8, seconds=0.005, iso=400, focal_length=35, flash=False
    )


@pytest.mark.parametrize(
    "damaged", [{0x829A: IFDRational(1, 0), 0x829D: IFDRational(0, 1)}, {0x8827: (65535, 0), 0x920A: "long"}, {}]
)
def test_what_is_damaged_of_an_exposure_counts_as_absent(tmp_path: Path, damaged: dict[int, object]) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(damaged)
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg", exif=exif)
    exposure = read_exposure(tmp_path / "a.jpg")
    assert (exposure.f_number, exposure.seconds, exposure.focal_length, exposure.flash) == (None, None, None, None)


def test_hostile_files_never_stop_it(shared_data: Path) -> None:
    read = 0
    for path in sorted((shared_data / "photos").rglob("*.*")):
        try:
            image = open_image(path)
        except Exception as error:
            assert type(error).__name__ == "UnreadablePhoto"
            continue
        with image:
            assert read_metadata(image, path).width > 0
            read_exposure(path)
            read += 1
    assert read > 60
