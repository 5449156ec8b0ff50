import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from voicephoto.errors import UsageError
from voicephoto.library import Catalog, Filter, GonePhoto, UnreadablePhoto, index, look_again

from .conftest import write_photo


def test_a_first_run_adds_everything_and_a_second_one_nothing(photos: Path, catalog: Catalog, encoder: Any) -> None:
    first = index([photos], catalog, encoder)
    assert (first.added, first.updated, first.removed, first.unchanged, first.skipped) == (3, 0, 0, 0, ())
    revision = catalog.revision
    second = index([photos], catalog, encoder)
    assert (second.added, second.unchanged, second.photos) == (0, 3, 3)
    assert catalog.revision == revision


def test_changed_moved_and_deleted_files_are_followed(photos: Path, catalog: Catalog, encoder: Any) -> None:
    index([photos], catalog, encoder)
    [forum] = [photo for photo in catalog.photos(catalog.select(Filter())) if photo.path.name == "forum.jpg"]
    write_photo(photos / "Rome" / "colosseo.jpg", "blue", "2024:07:05 09:00:00")
    (photos / "Rome" / "forum.jpg").rename(photos / "garden" / "forum romanum.jpg")
    (photos / "garden" / "IMG_20250514_080000.jpg").unlink()
    report = index([photos], catalog, encoder)
    assert (report.added, report.updated, report.removed) == (0, 2, 1)
    moved = catalog.photo(forum.id)
    assert moved.path.name == "forum romanum.jpg"
    assert moved.album == "garden"
    ids, vectors = catalog.embeddings("colours")
    assert len(ids) == len(vectors) == 2


def test_a_photo_that_cannot_be_read_is_said_and_the_others_go_on(photos: Path, catalog: Catalog, encoder: Any) -> None:
    whole = write_photo(photos / "Rome" / "half.jpg", size=(2000, 1500)).read_bytes()
    (photos / "Rome" / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (photos / "Rome" / "empty.jpg").touch()
    (photos / "Rome" / "letter.png").write_text("Dear Anna, no photo here")
    report = index([photos], catalog, encoder)
    assert report.added == 3
    assert {skipped.path.name: skipped.reason for skipped in report.skipped} == {
        "empty.jpg": "the file is empty",
        "half.jpg": "the file ends too early",
        "letter.png": "it is not a photo this program can read",
    }


def test_what_is_named_like_a_photo_and_is_no_file_is_said_too(photos: Path, catalog: Catalog, encoder: Any) -> None:
    (photos / "gone.jpg").symlink_to(photos / "nowhere.jpg")
    (photos / "itself.jpg").symlink_to("itself.jpg")
    (photos / "zero.jpg").symlink_to("/dev/zero")
    os.mkfifo(photos / "pipe.jpg")
    (photos / "folder.jpg").mkdir()
    (photos / "round").symlink_to(photos)
    report = index([photos], catalog, encoder)
    assert report.added == 3
    assert {skipped.path.name: skipped.reason for skipped in report.skipped} == {
        "gone.jpg": "no such file or directory",
        "itself.jpg": "too many levels of symbolic links",
        "pipe.jpg": "it is not a regular file",
        "zero.jpg": "it is not a regular file",
    }


@pytest.mark.parametrize("year", [-8_000, 1_850, 2_400, 30_000])
def test_the_date_of_a_file_may_be_absurd(photos: Path, catalog: Catalog, encoder: Any, year: int) -> None:
    seconds = (year - 1970) * 31_556_952
    os.utime(photos / "Rome" / "forum.jpg", (0, seconds))
    assert index([photos], catalog, encoder).added == 3
    assert index([photos], catalog, encoder).unchanged == 3


def test_a_catalogued_photo_that_became_unreadable_is_kept(photos: Path, catalog: Catalog, encoder: Any) -> None:
    index([photos], catalog, encoder)
    (photos / "Rome" / "forum.jpg").write_bytes(b"")
    report = index([photos], catalog, encoder)
    assert [skipped.path.name for skipped in report.skipped] == ["forum.jpg"]
    assert catalog.count(Filter()) == 3


def test_a_catalogued_photo_is_looked_at_again_as_it_was_indexed(photos: Path, catalog: Catalog, encoder: Any) -> None:
    index([photos], catalog, encoder)
    for photo in catalog.lacking("another", 0, 10):
        ids, vectors = catalog.embeddings(encoder.name)
        assert (encoder.encode_images([look_again(photo, encoder.side)]) == vectors[ids == photo.id]).all()
        # What was only touched is the same photo.
        os.utime(photo.path, (1, 1))
        look_again(photo, encoder.side)


def test_a_catalogued_photo_that_is_not_what_it_was_is_not_looked_at(
    photos: Path, catalog: Catalog, encoder: Any
) -> None:
    index([photos], catalog, encoder)
    colosseo, forum, garden = sorted(catalog.lacking("another", 0, 10), key=lambda photo: photo.path.stem.lower())
    write_photo(colosseo.path, "blue")
    with pytest.raises(GonePhoto, match="it has changed since it was indexed"):
        look_again(colosseo, encoder.side)
    forum.path.write_bytes(b"no photo any more")
    with pytest.raises(UnreadablePhoto, match="not a photo"):
        look_again(forum, encoder.side)
    garden.path.unlink()
    with pytest.raises(GonePhoto, match="no such file"):
        look_again(garden, encoder.side)
    os.mkfifo(garden.path)
    with pytest.raises(GonePhoto, match="no regular file"):
        look_again(garden, encoder.side)


def test_a_missing_folder_keeps_its_photos_and_the_others_are_indexed(
    photos: Path, catalog: Catalog, encoder: Any
) -> None:
    index([photos], catalog, encoder)
    shutil.rmtree(photos / "Rome")
    report = index([photos / "Rome", photos / "garden"], catalog, encoder)
    assert report.removed == 0
    assert "no such folder" in report.skipped[0].reason
    assert catalog.count(Filter()) == 3


def test_a_folder_that_holds_nothing_any_more_may_be_an_unplugged_disk(
    photos: Path, catalog: Catalog, encoder: Any
) -> None:
    index([photos], catalog, encoder)
    for file in photos.rglob("*.jpg"):
        file.unlink()
    report = index([photos], catalog, encoder)
    assert report.removed == 0
    assert catalog.count(Filter()) == 3


def test_no_folder_at_all_is_wrong_use(tmp_path: Path, catalog: Catalog, encoder: Any) -> None:
    with pytest.raises(UsageError, match="nothing was indexed"):
        index([tmp_path / "nowhere"], catalog, encoder)


def test_hidden_files_and_thumbnails_are_not_photos(photos: Path, catalog: Catalog, encoder: Any) -> None:
    for name in (".trash/a.jpg", "@eaDir/b.jpg", "Rome/._forum.jpg", "Rome/.hidden.jpg"):
        write_photo(photos / name)
    assert index([photos], catalog, encoder).added == 3


def test_progress_reaches_the_number_of_new_photos(photos: Path, catalog: Catalog, encoder: Any) -> None:
    seen: list[tuple[int, int]] = []
    index([photos], catalog, encoder, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)


def test_names_that_are_no_text_are_kept_as_they_are(photos: Path, catalog: Catalog, encoder: Any) -> None:
    strange = os.fsdecode(b"caf\xe9 \xff.jpg")
    (photos / "Rome" / "forum.jpg").rename(photos / "Rome" / strange)
    index([photos], catalog, encoder)
    assert strange in {photo.path.name for photo in catalog.photos(catalog.select(Filter()))}


def test_camera_files_from_many_makers(shared_data: Path, catalog: Catalog, encoder: Any) -> None:
    report = index([shared_data / "photos"], catalog, encoder)
    assert report.added >= 60
    assert all(skipped.reason for skipped in report.skipped)
    [phuket] = catalog.photos(catalog.select(Filter(places=("Thailand",))))
    assert (phuket.path.suffix, phuket.camera, phuket.width, phuket.height) == (
        ".heic",
        "Apple iPhone XS Max",
        4032,
        3024,
    )
