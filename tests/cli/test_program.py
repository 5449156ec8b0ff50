import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Run
from voicephoto import __version__, cli
from voicephoto.demo.demo import QUESTIONS
from voicephoto.errors import VoicephotoError
from voicephoto.library import Catalog
from voicephoto.library.photo import Entry, Metadata, Stamp

from .conftest import Indexed, Inside, voicephoto

# Help and imports


def test_help_says_what_there_is_in_the_order_of_a_first_day() -> None:
    run = voicephoto("--help")
    assert run.code == 0
    commands = run.out.partition("Commands:")[2]
    names = [line.split()[0] for line in commands.splitlines() if line[:3] == "  " + line[2:3].strip()]
    assert names == [
        "index",
        "library",
        "search",
        "ask",
        "explain",
        "transcribe",
        "say",
        "talk",
        "serve",
        "devices",
        "models",
        "demo",
    ]


def test_every_command_explains_itself(inside: Inside) -> None:
    for name in cli.voicephoto.commands:
        run = inside(name, "--help")
        assert (run.code, run.err) == (0, "")
        assert run.out.startswith("Usage: ")


def test_the_version(inside: Inside) -> None:
    assert inside("--version") == Run(0, f"voicephoto {__version__}\n", "")


def imported_by(runs: Sequence[Sequence[object]]) -> set[str]:
    """The packages that are loaded after running these commands in one fresh process."""
    lines = [[str(argument) for argument in run] for run in runs]
    script = f"""
import contextlib, io, sys
from voicephoto.cli import main
for arguments in {lines!r}:
    sys.argv = ["voicephoto", *arguments]
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        main()
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_help_loads_nothing_heavy() -> None:
    loaded = imported_by([["--help"], ["search", "--help"]])
    assert "click" in loaded
    assert not loaded & {"numpy", "onnxruntime", "faiss", "PIL", "hassil", "pocketsphinx", "pydantic", "torch"}


def test_indexing_searching_asking_and_transcribing_never_load_torch(indexed: Indexed) -> None:
    data = ["--data", indexed.data]
    [recording] = QUESTIONS.glob("3-*.flac")
    loaded = imported_by(
        [
            [*data, "index", indexed.photos],
            [*data, "search", "snow"],
            [*data, "ask", "show me snow"],
            [*data, "transcribe", recording],
        ]
    )
    assert {"onnxruntime", "faiss", "pocketsphinx"} <= loaded
    assert not loaded & {"torch", "torchvision", "open_clip", "transformers"}


# Whatever is wrong is one line


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (
            ["index", "/nowhere/at/all"],
            2,
            "there is no folder /nowhere/at/all; nothing was indexed and nothing changed",
        ),
        (["search", "dogs"], 3, "no photos are indexed yet"),
        (["ask", "dogs"], 3, "no photos are indexed yet"),
        (["library"], 3, "run: voicephoto index FOLDER"),
        (["explain", "dogs", "--now", "tomorrow"], 2, "--now 'tomorrow' is not a date; write it like 2026-11-23"),
        (["explain", "dogs", "--showing", "-1"], 2, "Invalid value for '--showing'"),
        (["explain", "dogs", "--fast"], 2, "No such option '--fast'; see: "),
        (["explain"], 2, "Missing argument 'TEXT'; see: "),
        (["dance"], 2, "No such command 'dance'; see: "),
        (["say", "...", "-o", "silent.wav"], 2, "there is nothing to say in that text; no file was written"),
        (["say", "hello", "-o", "/nowhere/said.wav"], 1, "/nowhere/said.wav cannot be written"),
        (["--config", "/nowhere.toml", "library"], 2, "the settings file /nowhere.toml does not exist"),
        (["index", ""], 2, "that name is empty"),
    ],
)
def test_wrong_use_is_said_in_one_line(
    inside: Inside, tmp_path: Path, arguments: list[str], code: int, complaint: str
) -> None:
    run = inside("--data", tmp_path / "data", *arguments)
    assert (run.code, run.out) == (code, "")
    assert run.complaint.startswith("voicephoto: ")
    assert complaint in run.complaint


def test_the_same_in_a_process_of_its_own_has_no_traceback(tmp_path: Path) -> None:
    run = voicephoto("--data", tmp_path, "search", "dogs")
    assert run.code == 3
    assert "no photos are indexed yet" in run.complaint
    run = voicephoto("--data", tmp_path, "search", "dogs", "--fast")
    assert run.code == 2
    assert "No such option '--fast'" in run.complaint


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("", "That was an empty sentence."),
        (" ?! ", "That was an empty sentence."),
        ("dogs " * 2000, "That was 2,000 words at once, and I can follow 100."),
        (
            "zeig mir fotos vom strand",
            "That sounds like German. I only understand English so far. Nothing was looked for.",
        ),
        ("photos from february 30", "There is no February 30"),
    ],
)
def test_a_query_that_cannot_be_read_is_wrong_use(
    indexed: Indexed, inside: Inside, sentence: str, complaint: str
) -> None:
    run = inside("--data", indexed.data, "search", sentence)
    assert (run.code, run.out) == (2, "")
    assert complaint in run.complaint


def test_a_data_folder_that_cannot_be_made_is_said(indexed: Indexed, inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = inside("--data", tmp_path / "file", "index", indexed.photos, "--json")
    assert (run.code, run.out) == (3, "")
    assert "cannot be used" in run.complaint
    assert "--data" in run.complaint
    run = inside("demo", "-o", tmp_path / "file" / "demo")
    assert (run.code, run.out) == (2, "")
    assert "nothing was made; choose another folder with -o" in run.complaint


def test_a_damaged_catalog_is_kept_and_said(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"this was a catalog once " * 500)
    run = inside("--data", tmp_path, "search", "dogs")
    assert (run.code, run.out) == (3, "")
    assert "is damaged; it was kept as catalog-damaged-" in run.complaint
    assert "run voicephoto index on your folders again" in run.complaint
    [kept] = tmp_path.glob("catalog-damaged-*.sqlite")
    assert kept.read_bytes() == b"this was a catalog once " * 500


def test_a_missing_model_is_named(
    indexed: Indexed, inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = import_module("voicephoto.hub.manifest")
    shutil.copy(next(folder for folder in hub._SHIPPED if folder.exists()) / "manifest.toml", tmp_path)
    monkeypatch.setattr(hub, "_SHIPPED", (tmp_path,))
    for arguments in (["search", "dogs"], ["index", indexed.photos, "--json"], ["ask", "dogs"]):
        run = inside("--data", indexed.data, *arguments)
        assert (run.code, run.out) == (3, "")
        assert str(tmp_path / "starter") in run.complaint
        assert "install voicephoto again" in run.complaint


def test_photos_that_another_model_looked_at_have_to_be_indexed_again(inside: Inside, tmp_path: Path) -> None:
    facts = Metadata(None, None, 64, 48, None, None, None, None, ())
    photo = Entry(Path("/photos/1.jpg"), Stamp(1, 1, b"1"), facts, None, None, np.ones(4, np.float32) / 2)
    Catalog(tmp_path / "catalog.sqlite").put([photo], "an-older-model")
    run = inside("--data", tmp_path, "search", "dogs")
    assert (run.code, run.out) == (3, "")
    assert "another image model; nothing was changed; run voicephoto index on your folders again" in run.complaint


def test_debug_shows_where_it_went_wrong(inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["voicephoto", "--debug", "--data", str(tmp_path), "search", "dogs"])
    with pytest.raises(VoicephotoError, match="no photos are indexed yet"):
        cli.main()
