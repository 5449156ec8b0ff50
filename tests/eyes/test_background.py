"""What a program that goes on does about photos that the chosen encoder has not seen."""

import os
import queue
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.eyes.conftest import Answers, Home, LeaveMemory
from voicephoto.assembly import Assembly
from voicephoto.assistant import Event, Heard
from voicephoto.eyes import Turns, background
from voicephoto.library import load_image
from voicephoto.vision import OpenClipEncoder

pytestmark = pytest.mark.usefixtures("no_network")

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_AGAIN", 0.1)


def until(happened: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE / 0.02)):
        if happened():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def looked_at(parts: Assembly) -> int:
    return parts.succession.change().looked_at


def test_questions_are_answered_all_along_and_the_chosen_one_takes_over_by_itself(
    calibrated: Home, answers: Answers
) -> None:
    parts, told = calibrated.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    with parts.assistant() as assistant, parts.looking(told.put):
        for _ in range(2):
            turn = assistant.typed("show me sunsets")
            assert turn.reply is not None
            assert turn.reply.status == "confident"
        line = told.get(timeout=PATIENCE)
        turn = assistant.typed("show me a red square")
        assert turn.reply is not None
        assert turn.reply.photos[0].path.stem == "0"
    everything = len(list(calibrated.photos.glob("*/*")))
    assert line == f"{everything} of {everything} photos are looked at with clip, which searches from now on"
    assert told.empty()
    assert answers(parts) == answers(calibrated.parts()) == "open_clip"


def test_what_it_makes_of_a_photo_is_what_indexing_makes_of_it(calibrated: Home) -> None:
    beside, again = calibrated.parts(), calibrated.parts()
    encoder = OpenClipEncoder(calibrated.clip)
    with beside.looking(lambda line: None):
        until(lambda: beside.succession.settled)
    ids, vectors = beside.photos.embeddings(encoder.name)
    again.photos.remove(ids.tolist())
    again.index([calibrated.photos], lambda done, total: None)
    _, indexed = again.photos.embeddings(encoder.name)
    assert vectors == pytest.approx(indexed, abs=1e-2)


def test_it_goes_on_where_it_stopped(calibrated: Home) -> None:
    first = calibrated.parts()
    with first.looking(lambda line: None):
        until(lambda: looked_at(first) > 0)
    before, everything = looked_at(first), first.photos.coverage("")[1]
    assert 0 < before < everything
    with sqlite3.connect(first.photos.path) as catalog:
        [(revision,)] = catalog.execute("SELECT revision FROM state").fetchall()
    second = calibrated.parts()
    told = queue.Queue[str]()
    with second.looking(told.put):
        told.get(timeout=PATIENCE)
    assert looked_at(second) == everything
    with sqlite3.connect(first.photos.path) as catalog:
        kept = catalog.execute(
            "SELECT count(*) FROM embeddings JOIN encoders ON encoders.id = encoder_id"
            " WHERE name LIKE 'open_clip%' AND revision <= ?",
            (revision,),
        ).fetchone()
    assert kept == (before,)


def test_it_rests_while_a_turn_is_under_way(calibrated: Home) -> None:
    parts, go_on = calibrated.parts(), threading.Event()
    thinking = threading.Event()

    def think(event: Event) -> None:
        if isinstance(event, Heard):
            thinking.set()
            go_on.wait(PATIENCE)

    with parts.assistant() as assistant:
        assistant.watch(think)
        turn = assistant.ask("show me sunsets")
        assert thinking.wait(PATIENCE)
        with parts.looking(lambda line: None):
            time.sleep(1.0)
            assert looked_at(parts) == 0
            go_on.set()
            turn.result(PATIENCE)
            until(lambda: looked_at(parts) > 0)


def test_a_turn_of_which_no_end_is_told_is_over_after_a_while(calibrated: Home) -> None:
    now = 0.0
    turns = Turns(lambda: now)
    with calibrated.parts().assistant() as assistant:
        turns.follow(assistant)
        assert not turns.under_way

        def fail(event: Event) -> None:
            assert turns.under_way
            raise RuntimeError

        assistant.watch(fail)
        with pytest.raises(RuntimeError):
            assistant.typed("show me sunsets")
    assert turns.under_way
    now = 61.0
    assert not turns.under_way


def test_a_cut_off_that_is_fitted_meanwhile_counts(home: Home, answers: Answers) -> None:
    parts, told = home.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    with parts.looking(told.put):
        until(lambda: looked_at(parts) == parts.photos.coverage("")[1])
        assert answers(parts) == "starter"
        assert told.empty()
        home.calibrate()
        assert told.get(timeout=PATIENCE).endswith("searches from now on")
    assert answers(parts) == "open_clip"


def test_photos_that_are_gone_or_changed_hold_it_up_until_they_are_indexed_and_damaged_ones_do_not(
    calibrated: Home, answers: Answers
) -> None:
    gone, changed, damaged, *_ = sorted(calibrated.photos.glob("Shapes/*"))
    gone.unlink()
    shutil.copy(calibrated.photos / "Shapes" / "17.png", changed)
    damaged.write_bytes(damaged.read_bytes()[:300])
    parts, told = calibrated.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    with parts.looking(told.put):
        line = told.get(timeout=PATIENCE)
        assert line.startswith("2 of the photos cannot be looked at with the chosen encoder, ")
        assert str(gone) in line
        assert "run voicephoto index" in line
        assert answers(parts) == "starter"
        # By another program, such as one for the command line.
        calibrated.index()
        assert told.get(timeout=PATIENCE).endswith("searches from now on")
    encoder = OpenClipEncoder(calibrated.clip)
    ids, vectors = parts.photos.embeddings(encoder.name)
    [renewed] = [photo.id for photo in parts.photos.photos(ids) if photo.path == changed]
    [expected] = encoder.encode_images([load_image(changed)])
    assert vectors[ids == renewed][0] @ expected == pytest.approx(1, abs=0.02)
    assert not {gone, damaged} & {photo.path for photo in parts.photos.photos(ids)}


def test_a_model_that_vanishes_meanwhile_is_said_once_and_the_one_before_goes_on(
    calibrated: Home, answers: Answers
) -> None:
    parts, told = calibrated.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    with parts.looking(told.put):
        shutil.rmtree(calibrated.clip)
        line = told.get(timeout=PATIENCE)
        assert line.endswith("; what answered before goes on")
        assert "\n" not in line
        assert parts.find("sunsets").results.status == "confident"
        assert answers(parts) == "starter"
    assert told.empty()


@pytest.mark.parametrize("at_first", ["gone", "cut short"])
def test_a_model_that_comes_meanwhile_is_used(calibrated: Home, answers: Answers, at_first: str) -> None:
    weights = calibrated.clip / "open_clip_model.safetensors"
    whole = weights.read_bytes()
    if at_first == "gone":
        weights.unlink()
    else:
        weights.write_bytes(whole[:100_000])
    parts, told = calibrated.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    with parts.looking(told.put):
        weights.write_bytes(whole)
        while not (line := told.get(timeout=PATIENCE)).endswith("searches from now on"):
            assert line.endswith("; what answered before goes on")
    assert answers(parts) == "open_clip"


def test_a_model_that_failed_is_tried_again_when_its_files_are_others(
    calibrated: Home, answers: Answers, leave_memory: LeaveMemory
) -> None:
    leave_memory(100_000)
    parts, told = calibrated.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    with parts.looking(told.put):
        assert told.get(timeout=PATIENCE).startswith("the image model needs ")
        leave_memory(4_000_000)
        time.sleep(0.5)
        assert told.empty()
        os.utime(calibrated.clip / "open_clip_model.safetensors")
        assert told.get(timeout=PATIENCE).endswith("searches from now on")
    assert answers(parts) == "open_clip"


def test_of_two_conversations_one_looks_and_both_change(calibrated: Home, answers: Answers) -> None:
    one, two = calibrated.parts(), calibrated.parts()
    told = queue.Queue[str]()
    assert answers(one) == answers(two) == "starter"
    before = one.photos.revision
    with one.looking(told.put), two.looking(told.put):
        for _ in (one, two):
            assert told.get(timeout=PATIENCE).endswith("searches from now on")
    assert answers(one) == answers(two) == "open_clip"
    photos = looked_at(one)
    # Whoever looks commits 16 at a time.
    assert one.photos.revision - before == -(-photos // 16)


def test_two_programs_at_once_do_no_harm(calibrated: Home, answers: Answers) -> None:
    parts, told = calibrated.parts(), queue.Queue[str]()
    assert answers(parts) == "starter"
    new = calibrated.photos / "Shapes" / "new.png"
    shutil.copy(calibrated.photos / "Shapes" / "17.png", new)
    with parts.looking(told.put):
        command = [sys.executable, "-m", "voicephoto", "--data", calibrated.data, "index", calibrated.photos]
        environment = {**os.environ, "VOICEPHOTO_ENCODER": str(calibrated.clip)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert told.get(timeout=PATIENCE).endswith("searches from now on")
        until(lambda: looked_at(parts) == len(list(calibrated.photos.glob("*/*"))))
    assert answers(parts) == answers(calibrated.parts()) == "open_clip"
    encoder = OpenClipEncoder(calibrated.clip)
    ids, vectors = parts.photos.embeddings(encoder.name)
    assert len(ids) == len(list(calibrated.photos.glob("*/*")))
    photos = parts.photos.photos(ids)
    for photo, vector in zip(photos, vectors, strict=True):
        if photo.path.parent.name == "Shapes":
            [expected] = encoder.encode_images([load_image(photo.path)])
            assert np.dot(vector, expected) == pytest.approx(1, abs=0.02)


def test_a_program_ends_cleanly_whatever_is_looked_at_or_loaded(calibrated: Home) -> None:
    script = """
import sys, time
import click
from voicephoto import cli

seconds = float(sys.argv.pop())

@cli.voicephoto.command()
@click.pass_obj
def stay(assembly):
    with assembly().looking(print):
        time.sleep(seconds)
    print("over", flush=True)
    return 3

cli.main()
"""
    for seconds in ("0", "1"):
        command = [sys.executable, "-c", script, "--data", str(calibrated.data), "stay", seconds]
        environment = {**os.environ, "VOICEPHOTO_ENCODER": str(calibrated.clip)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (3, "over\n", "")
