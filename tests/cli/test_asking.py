import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run
from voicephoto import output

from .conftest import NOW, Indexed, Inside, command, voicephoto

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
