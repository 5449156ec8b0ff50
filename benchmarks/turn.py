"""How long a person waits: `python -m benchmarks.turn [--rounds N]`.

Plays the demo's recorded questions at the speed of speech into the whole loop over the demo library. Times are
milliseconds from the end of speech, the pause that tells that it has ended included.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.demo import demo
from voicephoto.assembly import Assembly
from voicephoto.assistant import Turn
from voicephoto.audio import read_sound
from voicephoto.demo import QUESTIONS

STAGES = ("endpoint", "recognize", "understand", "answer", "first_photo", "synthesize", "first_sound")


def measure(parts: Assembly, rounds: int) -> list[Turn]:
    """The turns of `rounds` conversations, each begun afresh over a warm program."""
    turns = []
    for _ in range(rounds):
        with parts.assistant() as assistant:
            for file in sorted(QUESTIONS.glob("*.flac")):
                turns += list(assistant.listen(read_sound(file), pace=True))
    return turns


def table(turns: Sequence[Turn]) -> str:
    """One line a turn, then the medians and the worst."""
    lines = [f"{'heard':<40}" + "".join(f"{stage:>13}" for stage in STAGES)]
    for turn in turns:
        lines.append(f"{turn.heard:<40.40}" + "".join(f"{turn.ms.get(stage, float('nan')):13.0f}" for stage in STAGES))
    for name, of in (("median", statistics.median), ("worst", max)):
        each = [[turn.ms[stage] for turn in turns if stage in turn.ms] for stage in STAGES]
        lines.append(f"{name:<40}" + "".join(f"{of(times):13.0f}" for times in each))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often the conversation is held")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table(measure(demo(Path(folder)), arguments.rounds)))


if __name__ == "__main__":
    main()
