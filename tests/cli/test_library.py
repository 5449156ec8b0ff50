import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from voicephoto.library import Catalog, Filter

from .conftest import Indexed, Inside, command, voicephoto

CLIP = Path(__file__).parents[1] / "fixtures" / "clip"


def test_index_says_what_it_did(indexed: Indexed) -> None:
    assert (indexed.run.code, indexed.run.err) == (0, "")
    report = indexed.run.json
    assert list(report) == ["added", "updated", "removed", "unchanged", "skipped", "seconds"]
    assert report | {"seconds": 0} == {
        "added": 16, "updated": 0, "removed": 0, "unchanged": 0, "skipped": [], "seconds": 0,
    }  # fmt: skip


def test_indexing_again_changes_nothing(indexed: Indexed, inside: Inside) -> None:
    run = inside("--data", indexed.data, "index", indexed.photos)
    assert run.code == 0
    assert run.out.startswith("16 unchanged in ")


def test_a_file_that_is_no_photo_is_skipped_and_said(indexed: Indexed, inside: Inside, tmp_path: Path) -> None:
    shutil.copy(indexed.photos / "Alps" / "zermatt.jpg", tmp_path)
    (tmp_path / "broken.jpg").write_text("no photo")
    (tmp_path / "empty.jpg").touch()
    run = inside("--data", tmp_path / "data", "index", tmp_path, "--json")
    assert run.code == 1
    assert run.json["added"] == 1
    assert run.json["skipped"] == [
        {"path": str(tmp_path / "broken.jpg"), "reason": "it is not a photo this program can read"},
        {"path": str(tmp_path / "empty.jpg"), "reason": "the file is empty"},
    ]
    again = inside("--data", tmp_path / "data", "index", tmp_path)
    assert again.out.splitlines()[0] == f"skipped {tmp_path / 'broken.jpg'}: it is not a photo this program can read"


def test_whatever_a_file_is_called_it_is_said_in_one_line(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "two\nlines \x1b[31m.jpg").write_text("no photo")
    run = inside("--data", tmp_path / "data", "index", tmp_path)
    skipped, _ = run.out.splitlines()
    assert skipped.endswith("two\\nlines \\x1b[31m.jpg: it is not a photo this program can read")
    assert "two\\nlines" in inside("--data", tmp_path / "data", "index", tmp_path / "two\nlines").complaint


def test_an_interrupted_index_run_keeps_what_was_done(indexed: Indexed, tmp_path: Path) -> None:
    for number in range(400):
        shutil.copy(indexed.photos / "Alps" / "zermatt.jpg", tmp_path / f"{number}.jpg")
    catalog = tmp_path / "data" / "catalog.sqlite"
    with subprocess.Popen(
        command("--data", catalog.parent, "index", tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while process.poll() is None and not (catalog.is_file() and Catalog(catalog).count(Filter())):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (
        130, "", "voicephoto: interrupted; what was done so far is kept",
    )  # fmt: skip
    assert 0 < Catalog(catalog).count(Filter()) < 400


def test_a_folder_without_photos_is_said(inside: Inside, tmp_path: Path) -> None:
    run = inside("--data", tmp_path / "data", "index", tmp_path)
    assert run.code == 1
    assert run.out.startswith("no photos found there in ")


def test_library_says_what_the_catalog_holds(indexed: Indexed, inside: Inside) -> None:
    library = inside("--data", indexed.data, "library", "--json").json
    assert list(library) == ["photos", "earliest", "latest", "places", "albums", "cameras", "encoder"]
    assert library["photos"] == 16
    assert library["albums"] == {"Home": 7, "Italy": 6, "Alps": 3}
    assert library["cameras"]["Canon EOS R6"] >= 5
    assert "Zermatt, Switzerland" in library["places"]
    assert library["encoder"] == {"chosen": "starter", "searches": "starter", "looked_at": 16, "calibrated": True}
    assert inside("--data", indexed.data, "library").out.startswith("16 photos\nfrom ")


def test_another_encoder_that_is_chosen_is_told_of_until_it_searches(
    indexed: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(indexed.data, tmp_path / "data")
    monkeypatch.setenv("VOICEPHOTO_ENCODER", str(CLIP))
    index = voicephoto("--data", tmp_path / "data", "index", indexed.photos / "Alps", "--json")
    line = (
        "3 of 16 photos are looked at with clip so far, and it has no cut-off of its own; until then the starter searches; "
        "run: voicephoto models calibrate FOLDER"
    )
    assert (index.code, index.json["updated"], index.complaint) == (0, 3, f"voicephoto: {line}")
    assert voicephoto("--data", tmp_path / "data", "library").out.splitlines()[-1] == line
    library = voicephoto("--data", tmp_path / "data", "library", "--json").json
    assert library["encoder"] == {"chosen": str(CLIP), "searches": "starter", "looked_at": 3, "calibrated": False}
    search = voicephoto("--data", tmp_path / "data", "search", "cats", "--json")
    assert (search.code, search.json["status"], search.complaint) == (0, "confident", f"voicephoto: {line}")
