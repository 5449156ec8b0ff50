import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voicephoto import __version__, cli, output
from voicephoto.audio import SAMPLE_RATE, read_sound, resample
from voicephoto.audio.sound import Sound
from voicephoto.demo.demo import QUESTIONS
from voicephoto.errors import VoicephotoError
from voicephoto.library import Catalog, Filter
from voicephoto.library.photo import Entry, Metadata, Stamp

NOW = "2026-11-23T12:00"
CLIP = Path(__file__).parent / "fixtures" / "clip"


@dataclass(frozen=True, slots=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def jsons(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line that it complained in."""
        [line] = self.err.splitlines()
        return line


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "voicephoto", *map(str, arguments)]


def voicephoto(*arguments: object, stdin: str | bytes = "") -> Run:
    """The command line as a person runs it, in a process of its own."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(command(*arguments), input=given, capture_output=True, timeout=120, check=False)
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


Inside = Callable[..., Run]


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    """The same inside this process, which is faster."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["voicephoto", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Run(ended.value.code, captured.out, captured.err)

    return run


@dataclass(frozen=True, slots=True)
class Indexed:
    """A small library that was indexed by the command line: 16 photos in three albums."""

    photos: Path
    data: Path
    run: Run


@pytest.fixture(scope="module")
def indexed(demo_library: Any, tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    photos, data = tmp_path_factory.mktemp("library") / "photos", tmp_path_factory.mktemp("data")
    for album in ("Alps", "Home", "Italy"):
        shutil.copytree(demo_library.folder / album, photos / album)
    return Indexed(photos, data, voicephoto("--data", data, "index", photos, "--json"))


def question(number: int) -> Sound:
    [file] = QUESTIONS.glob(f"{number}-*.flac")
    return read_sound(file)


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


# index and library


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


# search


def test_search_prints_the_agreed_shape(indexed: Indexed) -> None:
    run = voicephoto("--data", indexed.data, "search", "show me photos from Zermatt", "--json")
    assert (run.code, run.err) == (0, "")
    found = run.json
    assert list(found) == ["understood", "status", "photos", "ms"]
    assert found["understood"] == {
        "intent": "search",
        "query": {
            "text": "", "from": None, "until": None, "places": ["Zermatt"], "without": [], "camera": None, "album": None,
            "order": "relevance", "limit": None,
        },
        "photo": None,
        "spoken": "photos in Zermatt",
    }  # fmt: skip
    assert found["status"] == "confident"
    [photo] = found["photos"]
    assert list(photo) == ["id", "path", "score", "probability", "taken", "place"]
    assert photo["path"] == str(indexed.photos / "Alps" / "zermatt.jpg")
    assert photo["taken"].endswith("-02-06T11:20:00")
    assert photo["place"] == "Zermatt, Switzerland"
    assert found["ms"] > 0


def test_search_prints_lines_for_people(indexed: Indexed, inside: Inside) -> None:
    run = inside("--data", indexed.data, "search", "photos from Zermatt")
    head, photo = run.out.splitlines()
    assert head == "photos in Zermatt: 1 found"
    assert photo.startswith(f"100%  {indexed.photos / 'Alps' / 'zermatt.jpg'}  ")
    assert photo.endswith("  Zermatt, Switzerland")


def test_search_finds_by_what_photos_show(indexed: Indexed, inside: Inside) -> None:
    found = inside("--data", indexed.data, "search", "snowy mountains", "--json").json
    assert {Path(photo["path"]).parent.name for photo in found["photos"][:3]} == {"Alps"}
    assert all(0.5 <= photo["probability"] <= 1 for photo in found["photos"])


def test_nothing_found_is_exit_code_1(indexed: Indexed, inside: Inside) -> None:
    run = inside("--data", indexed.data, "search", "photos from Iceland")
    assert run == Run(1, "photos in Iceland: nothing found\n", "")
    run = inside("--data", indexed.data, "search", "photos from Iceland", "--json")
    assert (run.code, run.json["status"], run.json["photos"]) == (1, "none", [])


def test_search_reads_a_query_a_line_and_answers_each_with_one(indexed: Indexed) -> None:
    lines = b"photos from Zermatt\n\n?\nphotos from february 30\ncaf\xe9 from Zermatt\nphotos from Capri\n"
    run = voicephoto("--data", indexed.data, "search", "-", stdin=lines)
    assert (run.code, run.err) == (1, "")
    zermatt, empty, impossible, other, capri = run.jsons
    assert [photo["place"] for photo in zermatt["photos"]] == ["Zermatt, Switzerland"]
    assert [photo["place"] for photo in capri["photos"]] == ["Capri, Italy"]
    assert list(empty) == list(impossible) == ["error"]
    assert "empty" in empty["error"]
    assert impossible["error"].startswith("There is no February 30")
    assert other["understood"]["query"]["text"] == "caf�"


def test_a_file_name_that_is_no_utf_8_is_indexed_and_printed(indexed: Indexed, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    name = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    shutil.copy(indexed.photos / "Alps" / "zermatt.jpg", tmp_path / "photos" / name)
    assert voicephoto("--data", tmp_path / "data", "index", tmp_path / "photos").code == 0
    run = voicephoto("--data", tmp_path / "data", "search", "photos from Zermatt", "--json")
    [photo] = run.json["photos"]
    assert Path(photo["path"]).read_bytes()


# ask


def test_ask_prints_the_agreed_shape(indexed: Indexed, inside: Inside) -> None:
    run = inside("--data", indexed.data, "ask", "Show me photos from Zermatt.", "--json")
    assert (run.code, run.err) == (0, "")
    turn = run.json
    assert list(turn) == ["heard", "intent", "said", "photos", "focus", "ms"]
    assert turn["heard"] == "Show me photos from Zermatt."
    assert turn["intent"] == "search"
    assert turn["said"] == "One photo from Zermatt."
    [photo] = turn["photos"]
    assert list(photo) == ["id", "path", "taken", "place"]
    assert turn["focus"] == photo["id"]
    assert {"understand", "answer", "first_photo", "first_sound", "total"} <= set(turn["ms"])


def test_ask_holds_a_conversation_a_sentence_a_line(indexed: Indexed) -> None:
    lines = [
        "Show me photos from the Alps album.", "Show me the second one.", "Where was it taken?", "?",
        "Only the ones from Iceland.", "Go back.",
    ]  # fmt: skip
    run = voicephoto("--data", indexed.data, "ask", "-", "--json", stdin="\n".join(lines))
    assert (run.code, run.err) == (1, "")
    alps, second, where, empty, nothing, back = run.jsons
    assert len(alps["photos"]) == 3
    assert alps["focus"] is None
    assert second["focus"] == alps["photos"][1]["id"]
    assert where["said"].startswith("It was taken in ")
    assert (where["photos"], where["focus"]) == (alps["photos"], second["focus"])
    assert (empty["intent"], empty["photos"]) == ("out_of_scope", where["photos"])
    assert "empty" in empty["said"]
    assert nothing["said"] == "You have no photos in the album Alps from Iceland."
    assert nothing["photos"] == alps["photos"]
    assert back["said"] == "Back to the three photos."


def test_ask_prints_lines_for_people(indexed: Indexed, inside: Inside) -> None:
    run = inside("--data", indexed.data, "ask", "photos from Zermatt")
    heard, said, photo = run.out.splitlines()
    assert heard == "> photos from Zermatt"
    assert said == "One photo from Zermatt."
    assert photo.startswith(f"   1  {indexed.photos / 'Alps' / 'zermatt.jpg'}  ")


def test_what_is_out_of_scope_is_exit_code_1(indexed: Indexed, inside: Inside) -> None:
    run = inside("--data", indexed.data, "ask", "what's the weather", "--json")
    assert (run.code, run.json["intent"], run.json["photos"]) == (1, "out_of_scope", [])


def test_an_interrupted_conversation_ends_quietly(indexed: Indexed) -> None:
    with subprocess.Popen(
        command("--data", indexed.data, "ask", "-", "--json"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("photos from Zermatt\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["intent"] == "search"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert "Traceback" not in process.stderr.read()


# explain


def test_explain_prints_the_neutral_reading(inside: Inside, tmp_path: Path) -> None:
    run = inside("--data", tmp_path, "explain", "sunsets from last summer", "--now", NOW, "--json")
    assert run.code == 0
    assert run.json == {
        "intent": "search",
        "query": {
            "text": "sunsets", "from": "2026-06-01", "until": "2026-09-01", "places": [], "without": [], "camera": None,
            "album": None, "order": "relevance", "limit": None,
        },
        "photo": None,
        "spoken": "sunsets, June to August 2026",
    }  # fmt: skip
    run = inside("--data", tmp_path, "explain", "sunsets from last summer", "--now", NOW)
    assert run.out.splitlines() == [
        "search: sunsets, June to August 2026", "  text: sunsets", "  from: 2026-06-01", "  until: 2026-09-01",
    ]  # fmt: skip


def test_explain_knows_how_many_photos_are_on_display(inside: Inside, tmp_path: Path) -> None:
    with_photos = inside("--data", tmp_path, "explain", "the last one", "--showing", 6, "--json").json
    assert (with_photos["intent"], with_photos["photo"]) == ("show", 6)
    without = inside("--data", tmp_path, "explain", "only the ones from Italy", "--json").json
    assert (without["intent"], without["query"]["places"]) == ("search", ["Italy"])
    refined = inside("--data", tmp_path, "explain", "only the ones from Italy", "--showing", 6, "--json").json
    assert (refined["intent"], refined["query"]["places"]) == ("refine", ["Italy"])


def test_explain_reads_a_sentence_a_line_and_needs_no_catalog(tmp_path: Path) -> None:
    lines = "cats\n\n  \nwhen was this taken\nphotos from february 30\n"
    run = voicephoto("--data", tmp_path, "explain", "-", "--showing", 3, stdin=lines)
    assert (run.code, run.err) == (0, "")
    cats, when, impossible = run.jsons
    assert (cats["intent"], cats["query"]["text"]) == ("search", "cats")
    assert (when["intent"], when["query"], when["photo"]) == ("ask_metadata", None, "this")
    assert impossible["spoken"].startswith("There is no February 30")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_gets_no_complaint(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("--data", tmp_path, "explain", "-"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("cats\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["intent"] == "search"
        process.stdout.close()
        process.stdin.write("dogs\n" * 3)
        process.stdin.close()
        assert process.wait(30) in (0, 1)
        assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which only Linux has")
def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            command("--data", tmp_path, "explain", "cats"), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert run.returncode == 3
    [line] = run.stderr.splitlines()
    assert line.startswith("voicephoto: the system refused: No space left on device")


def test_a_fault_of_the_program_is_one_line_too(
    inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "print_reading", None)
    run = inside("--data", tmp_path, "explain", "cats")
    assert (run.code, run.out) == (3, "")
    assert run.complaint.startswith("voicephoto: a fault of the program: TypeError: ")


# transcribe, say and talk


def test_transcribe_prints_an_object_for_every_file_whatever_it_holds(indexed: Indexed, tmp_path: Path) -> None:
    words = resample(question(3), 44_100).samples
    noise = np.random.default_rng(1).normal(0, 30, 3 * SAMPLE_RATE).astype(np.int16)
    files = {
        name: tmp_path / f"{name}.wav" for name in ("stereo", "silence", "noise", "missing", "nosound", "empty")
    }  # fmt: skip
    soundfile.write(files["stereo"], np.stack([words, words // 2], axis=1), 44_100)
    soundfile.write(files["silence"], np.zeros(3 * SAMPLE_RATE, np.int16), SAMPLE_RATE)
    soundfile.write(files["noise"], noise, SAMPLE_RATE)
    files["nosound"].write_text("these are words, but not spoken ones")
    files["empty"].touch()
    run = voicephoto("--data", indexed.data, "transcribe", *files.values(), "--json")
    assert (run.code, run.err) == (1, "")
    heard = dict(zip(files, run.jsons, strict=True))
    assert [each["file"] for each in heard.values()] == [str(file) for file in files.values()]
    stereo = heard.pop("stereo")
    assert list(stereo) == ["file", "text", "confidence", "seconds", "ms", "engine"]
    assert stereo["text"] == "show me the second one"
    assert 0 < stereo["confidence"] <= 1
    assert stereo["seconds"] == pytest.approx(question(3).seconds, abs=0.1)
    for each in heard.values():
        assert list(each) == ["file", "text", "confidence", "seconds", "ms", "engine", "reason"]
        assert each["text"] == ""
        assert each["reason"]
        assert "\n" not in each["reason"]
    assert heard["silence"]["reason"] == heard["noise"]["reason"] == "nobody speaks in it"
    assert "does not exist" in heard["missing"]["reason"]
    assert "cannot be read as sound" in heard["nosound"]["reason"]
    assert "is empty" in heard["empty"]["reason"]


def test_say_writes_a_wav_file(inside: Inside, tmp_path: Path) -> None:
    target = tmp_path / "said.wav"
    assert inside("--data", tmp_path, "say", "Two photos of a cat.", "-o", target) == Run(0, "", "")
    said = read_sound(target)
    assert 1 < said.seconds < 4
    assert np.abs(said.samples).max() > 1000


def test_talk_hears_recordings_as_one_conversation(indexed: Indexed, inside: Inside, tmp_path: Path) -> None:
    [sunsets] = QUESTIONS.glob("1-*.flac")
    [italian] = QUESTIONS.glob("2-*.flac")
    soundfile.write(tmp_path / "silence.wav", np.zeros(2 * SAMPLE_RATE, np.int16), SAMPLE_RATE)
    run = inside("--data", indexed.data, "talk", "--json", "--wav", sunsets, tmp_path / "silence.wav", italian)
    assert run.code == 1
    assert run.complaint == f"voicephoto: heard nobody speak in {tmp_path / 'silence.wav'}; the conversation goes on"
    first, second = run.jsons
    assert (first["intent"], second["intent"]) == ("search", "refine")
    assert {"endpoint", "recognize", "first_photo", "first_sound"} <= set(first["ms"])


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
