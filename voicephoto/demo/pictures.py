"""The demo library: photographs out of two Python packages and painted scenes, stamped as by a camera."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path

from PIL import Image, ImageOps
from PIL.TiffImagePlugin import IFDRational

from voicephoto.demo import country, night, seaside
from voicephoto.errors import MissingError

PHONE, CAMERA, COMPACT = ("Google", "Pixel 8"), ("Canon", "Canon EOS R6"), ("SONY", "DSC-RX100M7")

CREDITS = """\
The photographs come with two Python packages:
  scikit-image: coffee (Rachel Michetti, CC0), the cat Chelsea (Stefan van der Walt, CC0), Eileen Collins
  (NASA, public domain), rocket launch (SpaceX, public domain), the Moon, Hubble eXtreme Deep Field (NASA,
  public domain), motorcycle (D. Scharstein and others, Middlebury stereo datasets 2014)
  scikit-learn: china.jpg (danielbuechele, CC BY 2.0), flower.jpg (vultilion, CC BY 2.0)
The other pictures are painted by voicephoto itself. Times, places and cameras are invented for the demo.
"""

_FIRST_MONTH_AFTER = {12: 3, 1: 3, 2: 3, 3: 6, 4: 6, 5: 6, 6: 9, 7: 9, 8: 9, 9: 12, 10: 12, 11: 12}


@dataclass(frozen=True, slots=True)
class When:
    """A moment of the latest northern season that is over, or of `back` years before it."""

    month: int
    day: int
    hour: int
    minute: int
    back: int = 0

    def seen_from(self, today: date) -> datetime:
        """As a local time; "last summer" on 3 July is the summer of the year before."""
        over = date(today.year, _FIRST_MONTH_AFTER[self.month], 1)
        year = today.year if over <= today else today.year - 1
        year -= (self.month == 12) + self.back
        return datetime(year, self.month, self.day, self.hour, self.minute)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of the demo library and what its EXIF says; `turned` stores it sideways, as phones do."""

    name: str
    make: Callable[[], Image.Image]
    when: When | None = None
    position: tuple[float, float] | None = None
    """Degrees north and east, WGS 84."""
    camera: tuple[str, str] | None = None
    turned: bool = False


def _shipped(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingError(
            "the demo needs the photographs inside scikit-image and scikit-learn, which are not installed; "
            "no picture was made; run: pip install 'voicephoto[demo]'"
        )
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)


def _skimage(name: str) -> Image.Image:
    return Image.open(_shipped("skimage", "data", name)).convert("RGB")


def _sklearn(name: str) -> Image.Image:
    return Image.open(_shipped("sklearn", "datasets", "images", name)).convert("RGB")


def _cat_from_the_other_side() -> Image.Image:
    return ImageOps.mirror(_skimage("chelsea.png").crop((30, 0, 430, 300))).resize(
        (1200, 900), Image.Resampling.LANCZOS
    )


PICTURES = (
    Picture(
        "Italy/positano.jpg",
        partial(seaside.cliffs_at_sunset, 1),
        When(7, 12, 20, 24),
        (40.6281, 14.4850),
        PHONE,
    ),
    Picture(
        "Italy/sorrento.jpg",
        partial(seaside.boat_at_sunset, 5),
        When(7, 14, 20, 2),
        (40.6263, 14.3758),
        CAMERA,
    ),
    Picture(
        "Italy/amalfi.jpg",
        partial(seaside.crimson_sunset, 2),
        When(7, 17, 20, 31),
        (40.6340, 14.6027),
        CAMERA,
    ),
    Picture("Italy/beach.jpg", partial(seaside.beach, 1), When(7, 15, 11, 40), (40.6140, 14.5270), PHONE),
    Picture("Italy/capri.jpg", partial(seaside.sailing_boat, 2), When(7, 16, 15, 5), (40.5500, 14.2420), CAMERA),
    Picture("Italy/coffee.jpg", partial(_skimage, "coffee.png"), When(7, 18, 9, 12), (40.8518, 14.2681), PHONE),
    Picture(
        "Greece/santorini.jpg",
        partial(seaside.island_sunset, 3),
        When(8, 23, 19, 48),
        (36.4618, 25.3753),
        CAMERA,
    ),
    Picture(
        "Portugal/lagos.jpg",
        partial(seaside.stacks_at_sunset, 5),
        When(8, 5, 20, 36),
        (37.1028, -8.6730),
        PHONE,
        turned=True,
    ),
    Picture("Portugal/lisbon.jpg", partial(night.old_town, 1), When(10, 9, 20, 15), (38.7139, -9.1334), CAMERA),
    Picture(
        "Thailand/palms.jpg",
        partial(seaside.palms_at_sunset, 11),
        When(3, 3, 18, 22),
        (7.8804, 98.3923),
        PHONE,
    ),
    Picture(
        "California/pier.jpg",
        partial(seaside.pier_at_sunset, 12),
        When(10, 21, 18, 10),
        (36.9741, -122.0308),
        CAMERA,
    ),
    Picture(
        "Croatia/evening.jpg",
        partial(seaside.crimson_sunset, 9),
        When(8, 11, 20, 5, back=1),
        (43.5081, 16.4402),
        COMPACT,
    ),
    Picture("Alps/zermatt.jpg", partial(country.mountains, 1), When(2, 6, 11, 20), (46.0207, 7.7491), CAMERA),
    Picture("Alps/grindelwald.jpg", partial(country.alpenglow, 2), When(2, 8, 17, 35), (46.6242, 8.0414), CAMERA),
    Picture("Alps/innsbruck.jpg", partial(country.winter_valley, 3), When(1, 17, 13, 2), (47.2692, 11.4041), PHONE),
    Picture("New York/skyline.jpg", partial(night.skyline, 1), When(9, 19, 21, 10), (40.7061, -73.9969), CAMERA),
    Picture("New York/avenue.jpg", partial(night.avenue, 1), When(9, 18, 19, 30), (40.7484, -73.9857), PHONE),
    Picture(
        "New York/rain.jpg",
        partial(night.rainy_street, 1),
        When(9, 20, 20, 44),
        (40.7580, -73.9855),
        PHONE,
        turned=True,
    ),
    Picture(
        "Norway/aurora.jpg",
        partial(night.northern_lights, 1),
        When(1, 28, 22, 50),
        (69.6492, 18.9553),
        CAMERA,
    ),
    Picture("Home/new year.jpg", partial(night.fireworks, 1), When(12, 31, 23, 59), (53.5436, 9.9660), PHONE),
    Picture("Home/chelsea.jpg", partial(_skimage, "chelsea.png"), When(4, 18, 16, 20), (53.5753, 10.0153), PHONE),
    Picture("Home/chelsea awake.jpg", _cat_from_the_other_side, When(11, 2, 10, 5), (53.5753, 10.0153), PHONE),
    Picture("Home/dahlia.jpg", partial(_sklearn, "flower.jpg"), When(8, 29, 14, 30), (53.5626, 9.8550), COMPACT),
    Picture(
        "Home/motorcycle.jpg",
        partial(_skimage, "motorcycle_left.png"),
        When(5, 9, 15, 15),
        (53.5753, 10.0153),
        PHONE,
    ),
    Picture("Home/moon.jpg", partial(_skimage, "moon.png"), When(3, 14, 22, 30), None, COMPACT),
    Picture("Home/hubble.png", partial(_skimage, "hubble_deep_field.jpg")),
    Picture("Bavaria/autumn.jpg", partial(country.autumn, 1), When(10, 25, 14, 45), (47.5576, 10.7498), CAMERA),
    Picture(
        "Bavaria/forest.jpg",
        partial(country.forest, 1),
        When(5, 24, 8, 15),
        (47.5969, 12.9870),
        CAMERA,
        turned=True,
    ),
    Picture("Bavaria/meadow.jpg", partial(country.meadow, 2), When(5, 23, 12, 30), (47.6770, 11.2030), PHONE),
    Picture("Provence/lavender.jpg", partial(country.lavender, 1), When(6, 28, 19, 30), (43.8360, 5.9810), CAMERA),
    Picture("Turkey/balloons.jpg", partial(country.balloons, 1), When(4, 29, 6, 20), (38.6431, 34.8289), CAMERA),
    Picture("Morocco/dunes.jpg", partial(country.dunes, 1), When(3, 22, 18, 5), (31.0801, -4.0133), COMPACT),
    Picture(
        "Chile/milky way.jpg",
        partial(night.milky_way, 1),
        When(6, 10, 23, 40, back=1),
        (-22.9087, -68.1997),
        CAMERA,
    ),
    Picture(
        "China/summer palace.jpg",
        partial(_sklearn, "china.jpg"),
        When(5, 2, 10, 10, back=1),
        (39.9990, 116.2755),
        COMPACT,
    ),
    Picture(
        "Florida/launch.jpg",
        partial(_skimage, "rocket.jpg"),
        When(2, 11, 18, 3, back=1),
        (28.5620, -80.5772),
        CAMERA,
    ),
    Picture(
        "Florida/astronaut.jpg",
        partial(_skimage, "astronaut.png"),
        When(2, 12, 11, 0, back=1),
        (28.5235, -80.6819),
        PHONE,
    ),
)


def build_library(folder: Path, today: date, progress: Callable[[int, int], None] | None = None) -> tuple[Path, ...]:
    """Write the demo library into `folder`, album by album, its times as seen from `today`.

    Raises MissingError where the
    packages that bring the photographs are not installed.
    """
    paths = tuple(folder / picture.name for picture in PICTURES)
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as painters:
        written = painters.map(_write, PICTURES, paths, repeat(today))
        for done, _ in enumerate(written, 1):
            if progress is not None:
                progress(done, len(PICTURES))
    (folder / "CREDITS.txt").write_text(CREDITS, encoding="utf-8")
    return paths


def _write(picture: Picture, path: Path, today: date) -> None:
    image = picture.make()
    exif = Image.Exif()
    if picture.turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    if picture.camera is not None:
        exif[0x010F], exif[0x0110] = picture.camera
    taken = picture.when.seen_from(today) if picture.when else None
    if taken is not None:
        stamp = f"{taken:%Y:%m:%d %H:%M:%S}"
        exif[0x0132] = stamp
        exif.get_ifd(0x8769).update({0x9003: stamp, 0x9004: stamp})
    if picture.position is not None:
        north, east = picture.position
        exif.get_ifd(0x8825).update(
            {
                1: "N" if north >= 0 else "S",
                2: _degrees(north),
                3: "E" if east >= 0 else "W",
                4: _degrees(east),
            }
        )
    if path.suffix == ".png":
        image.save(path)
    else:
        image.save(path, quality=90, exif=exif)
    if taken is not None:
        os.utime(path, (taken.timestamp(), taken.timestamp()))


def _degrees(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds as EXIF has them; the sign goes into the reference."""
    seconds = round(abs(angle) * 3600 * 100)
    return (
        IFDRational(seconds // 360_000, 1),
        IFDRational(seconds % 360_000 // 6000, 1),
        IFDRational(seconds % 6000, 100),
    )
