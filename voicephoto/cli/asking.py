"""Questions that are typed."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from voicephoto.cli.options import NOTHING, as_json
from voicephoto.errors import UsageError


@click.command()
@click.argument("text")
@as_json
@click.pass_obj
def search(assembly: Any, text: str, as_json: bool) -> int:
    """Find photos: voicephoto search "sunsets from last summer"; - reads one query a line."""
    from voicephoto import output

    parts = assembly()

    def answer(line: str, as_json: bool) -> int:
        found = parts.find(line)
        output.print_found(found, as_json)
        return NOTHING if found.results.status == "none" else 0

    return _each_line(text, answer, as_json or text == "-")


@click.command()
@click.argument("text")
@as_json
@click.pass_obj
def ask(assembly: Any, text: str, as_json: bool) -> int:
    """Ask as you would aloud; - is a conversation, one sentence a line."""
    from voicephoto import output

    with assembly().assistant() as assistant:

        def answer(line: str, as_json: bool) -> int:
            turn = assistant.typed(line)
            output.print_turn(turn, as_json)
            return NOTHING if turn.reply is None or turn.reply.status == "none" else 0

        return _each_line(text, answer, as_json)


@click.command()
@click.argument("text")
@click.option("--now", help="Pretend that it is this day or moment (ISO 8601).")
@click.option("--showing", type=click.IntRange(min=0), default=0, help="How many photos are on display.")
@as_json
@click.pass_obj
def explain(assembly: Any, text: str, now: str | None, showing: int, as_json: bool) -> int:
    """Say how TEXT is understood, without searching; - reads one sentence a line."""
    from voicephoto import output

    understander = assembly().understander(_moment(now))

    def answer(line: str, as_json: bool) -> int:
        output.print_reading(understander.understand(line, showing), as_json)
        return 0

    return _each_line(text, answer, as_json or text == "-")


def _each_line(text: str, answer: Callable[[str, bool], int], as_json: bool) -> int:
    """The worst exit code of answering `text`, or for - every line of the standard input.

    Among many lines one that cannot be used is said in its place, and does not end the others.
    """
    from voicephoto import output

    if text != "-":
        return answer(_readable(text), as_json)
    worst = 0
    for line in filter(str.strip, sys.stdin):
        try:
            worst = max(worst, answer(_readable(line.rstrip("\n")), as_json))
        except UsageError as error:
            output.print_refused(error, as_json)
            worst = max(worst, NOTHING)
    return worst


def _readable(text: str) -> str:
    """`text` with a question mark in a box for every byte that is no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _moment(now: str | None) -> datetime | None:
    if now is None:
        return None
    try:
        return datetime.fromisoformat(now).replace(tzinfo=None)
    except ValueError:
        raise UsageError(f"--now {now!r} is not a date; write it like 2026-11-23 or 2026-11-23T18:30") from None
