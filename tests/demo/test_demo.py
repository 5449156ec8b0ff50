import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from voicephoto.audio import read_sound
from voicephoto.demo.demo import QUESTIONS

# The demo in a process of its own, which says at its end how it ended and what it loaded.
SCRIPT = """
import sys
from voicephoto import cli
sys.argv = ["voicephoto", "demo", "-o", sys.argv[1]]
try:
    cli.main()
except SystemExit as ended:
    code = ended.code
print("code", code)
print("loaded", *{name.partition(".")[0] for name in sys.modules})
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that was run, at the speed of speech, as somebody sees it."""

    folder: Path
    code: int
    loaded: frozenset[str]
    printed: str
    complaints: str
    turns: tuple[Mapping[str, Any], ...]

    def turn(self, number: int) -> Mapping[str, Any]:
        return self.turns[number - 1]

    def found(self, number: int) -> list[str]:
        """The photos of a turn as album/name."""
        paths = [Path(photo["path"]) for photo in self.turn(number)["photos"]]
        return [f"{path.parent.name}/{path.stem}" for path in paths]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "output"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder], capture_output=True, text=True, timeout=280, check=True
    )
    *printed, code, loaded = done.stdout.splitlines()
    session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    return Demo(
        folder=folder,
        code=int(code.removeprefix("code ")),
        loaded=frozenset(loaded.split()[1:]),
        printed="\n".join(printed),
        complaints=done.stderr,
        turns=tuple(session["turns"]),
    )


def words_of(question: str) -> list[str]:
    """The words of a recorded question, which are its file's name: "4-when-was-this-taken.flac"."""
    return Path(question).stem.split("-")[1:]


def test_the_demo_ends_well_and_quietly(demo: Demo) -> None:
    assert demo.code == 0
    assert demo.complaints == ""
    assert "9 of 9 questions answered" in demo.printed


def test_every_recorded_question_is_a_turn(demo: Demo) -> None:
    assert [turn["question"] for turn in demo.turns] == sorted(file.name for file in QUESTIONS.glob("*.flac"))
    assert len(demo.turns) >= 6


def test_what_was_heard_is_what_was_said_up_to_one_word(demo: Demo) -> None:
    for turn in demo.turns:
        changes = SequenceMatcher(a=turn["heard"].split(), b=words_of(turn["question"]), autojunk=False).get_opcodes()
        wrong = sum(max(end - start, to - from_) for what, start, end, from_, to in changes if what != "equal")
        assert wrong <= 1, turn["heard"]


def test_sunsets_from_last_summer_are_sunsets_from_last_summer(demo: Demo) -> None:
    turn = demo.turn(1)
    assert turn["intent"] == "search"
    last_summers = {"Italy/positano", "Italy/sorrento", "Italy/amalfi", "Greece/santorini", "Portugal/lagos"}
    assert set(demo.found(1)[:3]) <= last_summers
    query = turn["understood"]["query"]
    for photo in turn["photos"]:
        assert query["from"] <= photo["taken"][:10] < query["until"]


def test_only_the_ones_from_italy_are_from_italy(demo: Demo) -> None:
    assert demo.turn(2)["intent"] == "refine"
    assert set(demo.found(2)) < set(demo.found(1))
    assert len(demo.found(2)) >= 2
    assert {photo["place"].rpartition(", ")[2] for photo in demo.turn(2)["photos"]} == {"Italy"}


def test_the_second_one_is_shown_and_says_when_it_was_taken(demo: Demo) -> None:
    italian, second, when = demo.turn(2), demo.turn(3), demo.turn(4)
    photo = italian["photos"][1]
    assert second["focus"] == when["focus"] == photo["id"]
    assert second["photos"] == italian["photos"]
    assert when["said"].startswith("It was taken on ")
    assert f", {photo['taken'][:4]}, at 8:" in when["said"]


def test_snowy_mountains_are_in_the_alps_and_say_where(demo: Demo) -> None:
    assert {name.partition("/")[0] for name in demo.found(5)[:3]} == {"Alps"}
    first = demo.turn(5)["photos"][0]
    assert demo.turn(6)["focus"] == first["id"]
    assert demo.turn(6)["said"] == f"It was taken in {first['place']}."


def test_cats_are_counted_and_shown(demo: Demo) -> None:
    assert demo.turn(7)["intent"] == "count"
    assert set(demo.found(7)) == {"Home/chelsea", "Home/chelsea awake"}
    assert demo.turn(7)["said"] == "You have two cats."


def test_the_motorcycle_comes_first(demo: Demo) -> None:
    assert demo.found(8)[0] == "Home/motorcycle"


def test_elephants_are_not_found_and_it_says_so(demo: Demo) -> None:
    turn = demo.turn(9)
    assert (turn["photos"], turn["focus"]) == ([], None)
    assert turn["said"] == "I found nothing that looks like elephants."


def test_every_turn_left_a_picture_to_look_at(demo: Demo) -> None:
    for turn in demo.turns:
        with Image.open(demo.folder / turn["sheet"]) as sheet:
            assert sheet.format == "PNG"
            assert sheet.width == 1200
            pixels = np.asarray(sheet.convert("L"))
        assert pixels.std() > 5


def test_a_sheet_with_photos_is_higher_than_one_without(demo: Demo) -> None:
    heights = []
    for number in (1, 9):
        with Image.open(demo.folder / demo.turn(number)["sheet"]) as sheet:
            heights.append(sheet.height)
    assert heights[0] > heights[1]


def test_every_turn_left_a_reply_to_listen_to(demo: Demo) -> None:
    for turn in demo.turns:
        reply = read_sound(demo.folder / turn["reply"])
        assert 0.5 < reply.seconds < 20
        assert np.abs(reply.samples).max() > 1000


def test_every_turn_says_how_long_each_step_took(demo: Demo) -> None:
    for turn in demo.turns:
        assert {"endpoint", "recognize", "understand", "answer", "first_photo", "first_sound"} <= set(turn["ms"])
        assert turn["ms"]["first_photo"] <= turn["ms"]["first_sound"] <= turn["ms"]["total"]


def test_what_is_printed_tells_the_same_story(demo: Demo) -> None:
    for turn in demo.turns:
        assert f"heard       {turn['heard']}" in demo.printed
        assert f"said        {turn['said']}" in demo.printed
    for name in demo.found(1):
        assert f"{name}.jpg" in demo.printed


def test_the_demo_needs_no_torch(demo: Demo) -> None:
    assert {"onnxruntime", "faiss", "pocketsphinx"} <= demo.loaded
    assert not demo.loaded & {"torch", "torchvision", "open_clip", "transformers"}
