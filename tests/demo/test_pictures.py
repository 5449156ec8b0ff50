from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from voicephoto.demo import build_library, country, night, pictures, seaside
from voicephoto.demo.pictures import PICTURES, When
from voicephoto.errors import MissingError

days = st.dates(date(2025, 1, 1), date(2060, 12, 31))
moments = st.builds(
    When, st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(0, 59), st.integers(0, 2)
)


@pytest.mark.parametrize(
    ("today", "summer", "january", "december"),
    [
        (date(2026, 11, 23), 2026, 2026, 2025),
        (date(2026, 9, 1), 2026, 2026, 2025),
        (date(2026, 7, 3), 2025, 2026, 2025),
        (date(2027, 1, 5), 2026, 2026, 2025),
        (date(2027, 3, 1), 2026, 2027, 2026),
    ],
)
def test_a_season_is_the_latest_one_that_is_over(today: date, summer: int, january: int, december: int) -> None:
    assert When(7, 14, 20, 2).seen_from(today) == datetime(summer, 7, 14, 20, 2)
    assert When(1, 17, 13, 2).seen_from(today).year == january
    assert When(12, 31, 23, 59).seen_from(today).year == december


@given(days, moments)
def test_every_picture_was_taken_before_today(today: date, when: When) -> None:
    taken = when.seen_from(today)
    assert taken.date() < today
    assert (taken.month, taken.day) == (when.month, when.day)
    assert today - taken.date() < timedelta(days=366 * (2 + when.back))


def test_the_library_has_photographs_paintings_and_albums(demo_library: Any) -> None:
    assert len(demo_library.paths) >= 16
    assert len({path.parent.name for path in demo_library.paths}) >= 8
    for path in demo_library.paths:
        with Image.open(path) as image:
            image.load()
    assert "CC BY 2.0" in (demo_library.folder / "CREDITS.txt").read_text(encoding="utf-8")


def test_exif_says_when_where_and_with_what(demo_library: Any) -> None:
    for picture, path in zip(PICTURES, demo_library.paths, strict=True):
        with Image.open(path) as image:
            exif = image.getexif()
        stamp, gps = exif.get_ifd(0x8769).get(0x9003), exif.get_ifd(0x8825)
        if picture.when is None:
            assert stamp is None
        else:
            taken = datetime.strptime(stamp, "%Y:%m:%d %H:%M:%S")
            assert taken == picture.when.seen_from(demo_library.today)
        if picture.position is None:
            assert not gps
        else:
            signs = {"N": 1, "S": -1, "E": 1, "W": -1}
            read = [
                signs[gps[name]] * float(gps[angle][0] + gps[angle][1] / 60 + gps[angle][2] / 3600)
                for name, angle in ((1, 2), (3, 4))
            ]
            assert read == pytest.approx(picture.position, abs=1e-5)
        assert (exif.get(0x010F), exif.get(0x0110)) == (picture.camera or (None, None))


def test_a_picture_stored_sideways_stands_upright_when_its_orientation_is_applied(demo_library: Any) -> None:
    path = demo_library.folder / "Portugal" / "lagos.jpg"
    with Image.open(path) as image:
        assert image.width > image.height
        upright = ImageOps.exif_transpose(image)
    painted = next(picture for picture in PICTURES if picture.name == "Portugal/lagos.jpg").make()
    difference = np.abs(np.asarray(upright, np.int16) - np.asarray(painted, np.int16)).mean()
    assert upright.size == painted.size
    assert difference < 4


def test_several_sunsets_of_last_summer_and_several_that_are_not(demo_library: Any) -> None:
    sunsets = [picture for picture in PICTURES if "sunset" in str(picture.make)]
    when = [picture.when.seen_from(demo_library.today) for picture in sunsets if picture.when]
    last_summer = [taken for taken in when if datetime(2026, 6, 1) <= taken < datetime(2026, 9, 1)]
    assert len(last_summer) >= 4
    assert len(when) - len(last_summer) >= 2


@pytest.mark.parametrize("scene", [seaside.crimson_sunset, country.dunes, night.skyline])
def test_a_scene_is_painted_the_same_each_time_and_differs_with_its_seed(scene: Any) -> None:
    first, again, other = (np.asarray(scene(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_without_the_packages_that_bring_photographs_it_says_what_to_install(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    monkeypatch.setattr(pictures, "PICTURES", [picture for picture in PICTURES if "coffee" in picture.name])
    with pytest.raises(MissingError, match=r"voicephoto\[demo\]"):
        build_library(tmp_path, date(2026, 11, 23))
