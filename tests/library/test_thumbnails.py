import fcntl
import multiprocessing
import os
import struct
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from voicephoto.library import SIZES, Catalog, GonePhoto, Original, Thumbnails, UnreadablePhoto, index
from voicephoto.library.images import fitted

from .conftest import write_photo

Catalogued = Callable[[Path], int]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def thumbnails(catalog: Catalog, cache: Path) -> Thumbnails:
    return Thumbnails(catalog, cache)


@pytest.fixture
def catalogued(catalog: Catalog, encoder: Any) -> Catalogued:
    """Reads a photo into the catalog; its id."""

    def add(path: Path) -> int:
        assert index([path], catalog, encoder).skipped == ()
        [id_] = [known.id for known in catalog.known(encoder.name) if known.path == path.resolve()]
        return id_

    return add


def original(thumbnails: Thumbnails, id_: int) -> Original:
    found = thumbnails.original(id_)
    assert found is not None
    return found


def seen(thumbnails: Thumbnails, id_: int, size: str = "thumbnail") -> Image.Image:
    return Image.open(BytesIO(thumbnails.picture(original(thumbnails, id_), size)))


def kept(cache: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in cache.glob("*.*")}


def noise(path: Path, seed: int, size: tuple[int, int] = (300, 200)) -> Path:
    """A photo that no encoder makes small, and no two seeds alike."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


# What a picture looks like


@pytest.mark.parametrize(
    ("stored", "thumbnail", "screen"),
    [
        ((3000, 2000), (960, 640), (2048, 1365)),
        ((2000, 3000), (427, 640), (1365, 2048)),
        ((4000, 1000), (960, 240), (2048, 512)),
        ((500, 400), (500, 400), (500, 400)),
        ((1, 1), (1, 1), (1, 1)),
        ((12_000, 40), (960, 3), (2048, 7)),
        ((40, 12_000), (2, 640), (7, 2048)),
        ((9_000, 1), (960, 1), (2048, 1)),
        ((1, 9_000), (1, 640), (1, 2048)),
    ],
)
def test_pictures_fit_their_boxes_and_never_grow(
    tmp_path: Path,
    thumbnails: Thumbnails,
    catalogued: Catalogued,
    stored: tuple[int, int],
    thumbnail: tuple[int, int],
    screen: tuple[int, int],
) -> None:
    id_ = catalogued(write_photo(tmp_path / "photo.jpg", size=stored))
    assert seen(thumbnails, id_, "thumbnail").size == thumbnail
    assert seen(thumbnails, id_, "screen").size == screen


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 8), st.sampled_from(sorted(SIZES)))
def test_the_whole_photo_is_in_its_picture(width: int, height: int, orientation: int, size: str) -> None:
    image = Image.new("L", (width, height))
    image.getexif()[0x0112] = orientation
    across, down = (height, width) if orientation > 4 else (width, height)
    picture = fitted(image, *SIZES[size])
    scale = min(SIZES[size][0] / across, SIZES[size][1] / down, 1)
    assert abs(picture.width - max(1, scale * across)) <= 0.5
    assert abs(picture.height - max(1, scale * down)) <= 0.5


_HOW_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, orientation: int
) -> None:
    image = Image.new("RGB", (1800, 1200), "blue")
    image.paste("red", (0, 0, 600, 400))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if orientation in _HOW_STORED:
        image = image.transpose(_HOW_STORED[orientation])
    image.save(tmp_path / "photo.jpg", exif=exif)
    picture = seen(thumbnails, catalogued(tmp_path / "photo.jpg"))
    assert picture.size == (960, 640)
    assert is_near(picture.getpixel((100, 100)), (254, 0, 0))
    assert is_near(picture.getpixel((860, 100)), (0, 0, 254))
    assert is_near(picture.getpixel((100, 540)), (0, 0, 254))


def test_heic_is_shown_too(tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued) -> None:
    image = Image.new("RGB", (640, 1280), "green")
    pillow_heif.from_pillow(image).save(tmp_path / "photo.heic")
    picture = seen(thumbnails, catalogued(tmp_path / "photo.heic"))
    assert (picture.format, picture.size) == ("JPEG", (320, 640))
    assert is_near(picture.getpixel((100, 100)), (0, 128, 0))


def test_what_is_transparent_lies_on_white(tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued) -> None:
    image = Image.new("RGBA", (1200, 800), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 600, 800))
    image.save(tmp_path / "photo.png")
    picture = seen(thumbnails, catalogued(tmp_path / "photo.png"))
    assert is_near(picture.getpixel((100, 300)), (254, 0, 0))
    assert is_near(picture.getpixel((700, 300)), (255, 255, 255))


def test_of_what_moves_the_first_picture_is_shown(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued
) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "photo.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert is_near(seen(thumbnails, catalogued(tmp_path / "photo.webp")).getpixel((10, 10)), (254, 0, 0))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_pictures_of_every_mode_are_as_the_photo_is_seen_elsewhere(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, mode: str
) -> None:
    path = tmp_path / ("photo.jpg" if mode == "CMYK" else "photo.png")
    Image.new(mode, (20, 10)).save(path)
    picture = seen(thumbnails, catalogued(path))
    assert (picture.mode, picture.size) == ("RGB", (20, 10))
    assert picture.getpixel((5, 5)) in ((0, 0, 0), (255, 255, 255))


# The primaries of Display P3 and of sRGB as columns of XYZ, adapted to D50: https://www.color.org/registry.xalter
_P3 = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
_SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])


def display_p3() -> bytes:
    """An ICC profile: that of sRGB, whose curve P3 has too, with other primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    [count] = struct.unpack_from(">I", profile, 128)
    for tag, at, _ in struct.iter_unpack(">4sII", profile[132 : 132 + 12 * count]):
        if tag in (b"rXYZ", b"gXYZ", b"bXYZ"):
            primary = _P3[:, (b"rXYZ", b"gXYZ", b"bXYZ").index(tag)]
            struct.pack_into(">3i", profile, at + 8, *(round(65536 * part) for part in primary))
    return bytes(profile)


def test_colours_are_those_of_the_photo_s_profile(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued
) -> None:
    colour = np.array([200, 120, 90])
    Image.new("RGB", (64, 48), tuple(colour)).save(tmp_path / "photo.png", icc_profile=display_p3())
    light = ((colour / 255 + 0.055) / 1.055) ** 2.4
    wanted = 255 * (1.055 * (np.linalg.inv(_SRGB) @ _P3 @ light) ** (1 / 2.4) - 0.055)
    assert np.abs(wanted - colour).max() > 10
    picture = seen(thumbnails, catalogued(tmp_path / "photo.png"))
    assert np.abs(np.array(picture.getpixel((30, 20))) - wanted).max() < 4
    assert "icc_profile" not in picture.info


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("profile", [b"no profile", display_p3()[:300]])
def test_a_profile_that_cannot_be_used_does_not_count(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, mode: str, profile: bytes
) -> None:
    Image.new(mode, (64, 48)).save(tmp_path / "photo.jpg", icc_profile=profile)
    picture = seen(thumbnails, catalogued(tmp_path / "photo.jpg"))
    assert is_near(picture.getpixel((30, 20)), (255, 255, 255) if mode == "CMYK" else (0, 0, 0))


def test_a_picture_says_nothing_of_where_and_by_whom_it_was_taken(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued
) -> None:
    path = write_photo(tmp_path / "photo.jpg", "red", "2024:07:03 10:00:00", (41.89, 12.48), ("Canon", "Canon EOS R6"))
    with Image.open(path) as image:
        image.save(path, exif=image.getexif(), comment=b"At Anna's", xmp=b"<secret/>")
    id_ = catalogued(path)
    for size in SIZES:
        content = thumbnails.picture(original(thumbnails, id_), size)
        picture = Image.open(BytesIO(content))
        assert not picture.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(picture.info)
        assert not any(word in content for word in (b"Exif", b"Canon", b"Anna", b"secret"))


# How pictures are kept


def test_a_picture_is_made_once(tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path) -> None:
    id_ = catalogued(noise(tmp_path / "photo.png", 1))
    first = thumbnails.picture(original(thumbnails, id_), "thumbnail")
    [file] = cache.glob("*.*")
    number = file.stat().st_ino
    assert thumbnails.picture(original(thumbnails, id_), "thumbnail") == first
    assert [file.stat().st_ino for file in cache.glob("*.*")] == [number]
    assert file.read_bytes().startswith(first)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every picture that is made."""
    made: list[int] = []
    save = Image.Image.save

    def saved(*arguments: Any, **named: Any) -> None:
        made.append(1)
        save(*arguments, **named)

    monkeypatch.setattr(Image.Image, "save", saved)
    return made


def test_sixteen_that_ask_at_once_get_one_picture(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path, encoded: list[int]
) -> None:
    id_ = catalogued(noise(tmp_path / "photo.png", 1, (1500, 1000)))
    encoded.clear()
    start, pictures = threading.Barrier(16), []

    def ask() -> None:
        start.wait()
        pictures.append(thumbnails.picture(original(thumbnails, id_), "thumbnail"))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pictures) == 16
    assert len(set(pictures)) == len(encoded) == len(kept(cache)) == 1


def test_processes_make_one_picture_too(
    tmp_path: Path, catalog: Catalog, catalogued: Catalogued, cache: Path, encoded: list[int]
) -> None:
    id_ = catalogued(noise(tmp_path / "photo.png", 1, (1500, 1000)))
    encoded.clear()
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(4), context.SimpleQueue()

    def ask() -> None:
        own = Thumbnails(Catalog(catalog.path), cache)
        start.wait()
        answers.put((own.picture(original(own, id_), "thumbnail"), len(encoded)))

    processes = [context.Process(target=ask) for _ in range(4)]
    for process in processes:
        process.start()
    told = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    assert len({picture for picture, _ in told}) == 1
    assert sum(made for _, made in told) == 1


def test_photos_of_one_content_have_one_picture_and_a_moved_one_keeps_its_own(
    tmp_path: Path, thumbnails: Thumbnails, catalog: Catalog, encoder: Any, cache: Path, encoded: list[int]
) -> None:
    album = tmp_path / "album"
    album.mkdir()
    noise(album / "one.png", 1)
    (album / "copy.png").write_bytes((album / "one.png").read_bytes())
    index([album], catalog, encoder)
    encoded.clear()
    ids = [known.id for known in catalog.known(encoder.name)]
    assert len({thumbnails.picture(original(thumbnails, id_), "thumbnail") for id_ in ids}) == 1
    (album / "one.png").rename(album / "another.png")
    index([album], catalog, encoder)
    assert any(known.path.name == "another.png" for known in catalog.known(encoder.name) if known.id in ids)
    for id_ in ids:
        thumbnails.picture(original(thumbnails, id_), "thumbnail")
    assert len(encoded) == len(kept(cache)) == 1


def test_a_changed_file_has_another_version_and_another_picture(
    tmp_path: Path, thumbnails: Thumbnails, catalog: Catalog, catalogued: Catalogued, cache: Path
) -> None:
    path = write_photo(tmp_path / "photo.jpg", "red")
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(path.read_bytes())
    id_, id_of_copy = catalogued(path), catalogued(copy)
    before = catalog.versions([id_, id_of_copy, 99])
    assert before == {id_: original(thumbnails, id_).stamp.version, id_of_copy: before[id_]}

    write_photo(path, "blue")
    os.utime(path, ns=(1, 1))
    assert original(thumbnails, id_).stamp.version != before[id_]
    assert is_near(seen(thumbnails, id_).getpixel((9, 9)), (0, 0, 254))
    assert is_near(seen(thumbnails, id_of_copy).getpixel((9, 9)), (254, 0, 0))

    catalogued(path)
    assert catalog.versions([id_])[id_] == original(thumbnails, id_).stamp.version != before[id_]
    assert is_near(seen(thumbnails, id_).getpixel((9, 9)), (0, 0, 254))
    assert len(kept(cache)) == 2


def test_a_file_that_changes_while_it_is_read_is_not_kept_for_another(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path
) -> None:
    path = write_photo(tmp_path / "photo.jpg", "red")
    before = original(thumbnails, catalogued(path))
    write_photo(path, "blue", size=(100, 100))
    with pytest.raises(UnreadablePhoto, match="being changed"):
        thumbnails.picture(before, "thumbnail")
    assert kept(cache) == {}


def test_a_damaged_picture_is_made_again(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path
) -> None:
    id_ = catalogued(noise(tmp_path / "photo.png", 1))
    picture = thumbnails.picture(original(thumbnails, id_), "thumbnail")
    [file] = cache.glob("*.*")
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damaged in (b"", b"\0", whole[:-1], whole[: len(whole) // 2], bytes(flipped), bytes(len(whole))):
        file.write_bytes(damaged)
        assert thumbnails.picture(original(thumbnails, id_), "thumbnail") == picture
        assert file.read_bytes() == whole


def test_the_folder_stays_within_its_bound_and_the_oldest_used_goes_first(
    tmp_path: Path, catalog: Catalog, catalogued: Catalogued, cache: Path
) -> None:
    ids = [catalogued(noise(tmp_path / f"{seed}.png", seed)) for seed in range(12)]
    probe = Thumbnails(catalog, tmp_path / "probe")
    one = len(probe.picture(original(probe, ids[0]), "thumbnail"))
    limit = 6 * one
    thumbnails = Thumbnails(catalog, cache, limit)
    for age, id_ in enumerate(ids[:4]):
        thumbnails.picture(original(thumbnails, id_), "thumbnail")
        file = cache / f"{original(thumbnails, id_).stamp.digest.hex()}-thumbnail.jpg"
        os.utime(file, (1_000_000 + age, 1_000_000 + age))
    (cache / "left by a crash.part").write_bytes(bytes(one))
    os.utime(cache / "left by a crash.part", (0, 0))
    # Looking at the oldest makes it the newest.
    thumbnails.picture(original(thumbnails, ids[0]), "thumbnail")
    for id_ in ids[4:7]:
        thumbnails.picture(original(thumbnails, id_), "thumbnail")
        assert sum(map(len, kept(cache).values())) <= limit
    left = {name.removesuffix("-thumbnail.jpg") for name in kept(cache)}
    digests = [original(thumbnails, id_).stamp.digest.hex() for id_ in ids]
    assert {digests[0], *digests[4:7]} <= left
    assert digests[1] not in left
    assert "left by a crash.part" not in left
    for id_ in ids:
        thumbnails.picture(original(thumbnails, id_), "thumbnail")
        assert sum(map(len, kept(cache).values())) <= limit
    assert len(kept(cache)) >= 4


def test_another_run_keeps_the_bound_of_what_it_finds(
    tmp_path: Path, catalog: Catalog, catalogued: Catalogued, cache: Path
) -> None:
    cache.mkdir()
    for number in range(10):
        (cache / f"{number:032x}-screen.jpg").write_bytes(bytes(10_000))
    id_ = catalogued(write_photo(tmp_path / "photo.jpg"))
    thumbnails = Thumbnails(catalog, cache, 50_000)
    thumbnails.picture(original(thumbnails, id_), "thumbnail")
    assert sum(map(len, kept(cache).values())) <= 50_000
    assert f"{original(thumbnails, id_).stamp.digest.hex()}-thumbnail.jpg" in kept(cache)


def test_a_folder_that_cannot_be_written_is_done_without(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path
) -> None:
    cache.write_text("no folder")
    assert seen(thumbnails, catalogued(write_photo(tmp_path / "photo.jpg"))).size == (64, 48)
    assert cache.read_text() == "no folder"


def test_a_picture_that_another_process_makes_is_waited_for(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path, encoded: list[int]
) -> None:
    id_ = catalogued(noise(tmp_path / "photo.png", 1))
    picture = thumbnails.picture(original(thumbnails, id_), "thumbnail")
    [file] = cache.glob("*.*")
    [lock] = (cache / "locks").iterdir()
    file.rename(tmp_path / "made elsewhere")
    encoded.clear()
    got: list[bytes] = []
    asking = threading.Thread(target=lambda: got.append(thumbnails.picture(original(thumbnails, id_), "thumbnail")))
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        asking.start()
        asking.join(0.2)
        (tmp_path / "made elsewhere").rename(file)
    asking.join()
    assert got == [picture]
    assert encoded == []


# What has no picture


def test_a_photo_that_nobody_knows_has_no_file(thumbnails: Thumbnails) -> None:
    assert thumbnails.original(1) is None
    assert thumbnails.original(2**63 - 1) is None


@pytest.mark.parametrize(
    ("replace", "why"),
    [
        (lambda path: None, "no such file or directory"),
        (lambda path: path.mkdir(), "no regular file"),
        (lambda path: os.mkfifo(path), "no regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "no regular file"),
        (lambda path: path.symlink_to(path.name), "too many levels of symbolic links"),
    ],
    ids=["nothing", "folder", "pipe", "device", "circle"],
)
def test_what_is_in_the_place_of_a_photo_is_not_read(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, replace: Callable[[Path], None], why: str
) -> None:
    path = write_photo(tmp_path / "photo.jpg")
    id_ = catalogued(path)
    thumbnails.picture(original(thumbnails, id_), "thumbnail")
    path.unlink()
    replace(path)
    with pytest.raises(GonePhoto, match=why):
        thumbnails.original(id_)


@pytest.mark.parametrize("kept_bytes", [0, 100, 2_000])
def test_a_file_that_was_damaged_says_so_and_is_shown_when_it_is_mended(
    tmp_path: Path, thumbnails: Thumbnails, catalogued: Catalogued, cache: Path, kept_bytes: int
) -> None:
    path = noise(tmp_path / "photo.jpg", 1)
    id_, whole = catalogued(path), path.read_bytes()
    path.write_bytes(whole[:kept_bytes])
    with pytest.raises(UnreadablePhoto):
        thumbnails.picture(original(thumbnails, id_), "thumbnail")
    assert kept(cache) == {}
    path.write_bytes(whole)
    assert seen(thumbnails, id_).size == (300, 200)


def test_real_photos_have_pictures(shared_data: Path, thumbnails: Thumbnails, catalogued: Catalogued) -> None:
    folder = shared_data / "photos"
    iphone = catalogued(folder / "exifr/test/fixtures/heic-iphone.heic")
    assert seen(thumbnails, iphone, "screen").size == (2048, 1536)
    reference: NDArray[np.int16] | None = None
    for number in range(1, 9):
        picture = seen(thumbnails, catalogued(folder / f"recurser/Landscape_{number}.jpg"))
        assert picture.size == (960, 640)
        small = np.asarray(picture.resize((60, 40)), np.int16)
        reference = small if reference is None else reference
        assert np.abs(small - reference).mean() < 6
