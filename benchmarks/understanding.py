"""How well sentences are understood: `python -m benchmarks.understanding [--spoken] [--errors]`.

The labelled sentences are tests/data/sentences.jsonl; how they are compared is in tests/data/README.md. From those of the
part "develop" the networks learn, those of "final" were neither learnt from nor looked at: theirs are the numbers to
believe. Set 1 is written as to a program, set 2 is as people talk. "Same photos" is everything, but for other words that
find the same among ../shared/data/captions/flickr8k (tests/data/README.md says how it is told).
With --spoken every sentence of "final" is also said by one of three synthetic voices in turn and understood as the
starter recogniser heard it (needs the commands flite and espeak-ng, and some fifteen minutes). --errors prints what went wrong in
the part "develop"; of "final" only numbers are ever printed.
"""

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recognition import Voice, clips
from benchmarks.same_photos import Photos, opened
from voicephoto import hub
from voicephoto.dialogue import Router, Understander, reading
from voicephoto.library import Gazetteer, fold
from voicephoto.search import ImpossibleDate, QueryContext, Wording, find_dates
from voicephoto.speech import MoonshineRecognizer, load_sentences, moonshine_folder
from voicephoto.vision import StarterEncoder

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "tests" / "data" / "sentences.jsonl"
TEXT = ROOT.parent / "shared" / "data" / "text"
NOW = "2026-07-15T12:00"
_WITH_QUERY = ("search", "refine", "count")
_WITH_PHOTO = ("show", "similar", "describe", "ask_photo", "ask_metadata")
PARTS, SETS = ("develop", "final"), (1, 2)
VOICES = (Voice("flite", "slt"), Voice("flite", "awb"), Voice("espeak", "en-us"))
_LEADING = re.compile(r"^(?:photos? of|pictures? of|an?|the|my|our|some) ")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One labelled sentence and what was right in its reading."""

    label: Mapping[str, Any]
    heard: str
    intent: bool
    dates: bool
    query: bool
    photo: bool
    read: Mapping[str, Any]
    texts: tuple[str, ...] = ()
    """What might have been looked for, where all but the text is right."""

    @property
    def everything(self) -> bool:
        return self.intent and self.dates and self.query and self.photo

    def same_photos(self, photos: Photos) -> bool:
        """Whether the photos are found that were wanted, if by other words."""
        found = self.read["query"]["text"] if self.texts else ""
        return self.everything or (self.intent and any(photos.same(text, found) for text in self.texts))


MEASURES: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ("intent", lambda each: each.intent),
    ("dates", lambda each: each.dates),
    ("everything", lambda each: each.everything),
)


def labels() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line.strip()]


class Reader:
    """Reads sentences as of a moment, with the albums and cameras of the library they were written for."""

    def __init__(
        self, said: Sequence[Mapping[str, Any]], wording: Wording | None = None, router: Router | None = None
    ) -> None:
        """`wording` and `router` are the ones that ship, where none are given."""
        self._now = NOW
        queries = [label["query"] for label in said]
        gazetteer = Gazetteer()
        place = lru_cache(maxsize=4096)(gazetteer.find)
        context = {
            name: tuple(dict.fromkeys(query[name] for query in queries if query.get(name)))
            for name in ("album", "camera")
        }
        sentences = load_sentences("en")
        encoder = StarterEncoder(hub.locate("starter"))
        wording = wording or Wording.load(encoder)
        self._understander = Understander(
            sentences.intents,
            lambda: QueryContext(
                now=datetime.fromisoformat(self._now),
                wording=wording,
                places=place,
                albums=context["album"],
                cameras=context["camera"],
                said_places=sentences.places,
            ),
            router or Router.load(encoder),
            sentences.misheard,
        )

    def read(self, text: str, showing: int = 0, now: str = NOW) -> dict[str, Any]:
        self._now = now
        return reading(self._understander.understand(text, showing))


def compare(label: Mapping[str, Any], read: Mapping[str, Any], heard: str) -> Outcome:
    query = read["query"] or {}
    wanted = [label["query"], *({**label["query"], **also} for also in label.get("also", ()))]
    kinds = (label["intent"], *label.get("also_intents", ()))
    dated = any((query.get("from"), query.get("until")) == (each.get("from"), each.get("until")) for each in wanted)
    return Outcome(
        label,
        heard,
        intent=read["intent"] in kinds,
        dates=dated or label["intent"] not in _WITH_QUERY,
        query=label["intent"] not in _WITH_QUERY or any(_same(each, query) for each in wanted),
        photo=label["intent"] not in _WITH_PHOTO or read["photo"] == label["photo"],
        read=read,
        texts=tuple(each.get("text") or "" for each in wanted if read["query"] and _same_but_text(each, query)),
    )


def _same(wanted: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    return _plain(wanted.get("text")) == _plain(query.get("text")) and _same_but_text(wanted, query)


def _same_but_text(wanted: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    return (
        _names(wanted.get("places")) == _names(query.get("places"))
        and _names(wanted.get("without")) == _names(query.get("without"))
        and _plain(wanted.get("camera")) == _plain(query.get("camera"))
        and _plain(wanted.get("album")) == _plain(query.get("album"))
        and (wanted.get("order") or "relevance") == (query.get("order") or "relevance")
        and wanted.get("limit") == query.get("limit")
        and (wanted.get("from"), wanted.get("until")) == (query.get("from"), query.get("until"))
    )


def _plain(text: str | None) -> str:
    plain = fold(text or "")
    while shorter := _LEADING.match(plain):
        plain = plain[shorter.end() :]
    return plain


def _names(names: Sequence[str] | None) -> list[str]:
    return sorted(map(_plain, names or ()))


def outcomes(reader: Reader, said: Sequence[Mapping[str, Any]], heard: Sequence[str]) -> list[Outcome]:
    return [
        compare(label, reader.read(text, label["showing"], label.get("now", NOW)), text)
        for label, text in zip(said, heard, strict=True)
    ]


def spoken(said: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the starter recogniser hears of every sentence, said by one of VOICES in turn in a quiet room."""
    queries = [label["query"] for label in said]
    names = {name for query in queries for name in (*query.get("places", ()), query.get("album")) if name}
    heard = [""] * len(said)
    model = moonshine_folder()
    assert model is not None, "pip install moonshine-voice==0.1.0"
    with tempfile.TemporaryDirectory() as folder:
        recognizer = MoonshineRecognizer(model, load_sentences("en"), sorted(names), Path(folder))
        for first, voice in enumerate(VOICES):
            texts = [label["text"] for label in said[first :: len(VOICES)]]
            for place, clip in enumerate(clips(texts, [voice], [])):
                heard[first + place * len(VOICES)] = recognizer.transcribe(clip.samples).text
    return heard


def out_of_scope(reader: Reader) -> tuple[int, Counter[str]]:
    """How many sentences for other assistants there are, and what they were taken for."""
    lines = [line for line in (TEXT / "out_of_scope.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    return len(lines), Counter(reader.read(line)["intent"] for line in lines)


def past_dates() -> list[tuple[bool, bool, str]]:
    """For the phrases of dates.jsonl that mean days which have begun: whether they are read exactly so, whether the days
    are over (today may be the last), and the phrase."""
    found = []
    for phrase in map(json.loads, (TEXT / "dates.jsonl").read_text(encoding="utf-8").splitlines()):
        if phrase["from"] > phrase["reference"]:
            continue
        try:
            matches = find_dates(phrase["phrase"], datetime.fromisoformat(phrase["reference"]))
        except ImpossibleDate:
            matches = ()
        ranges = [(str(match.range.from_), str(match.range.until)) for match in matches]
        over = date.fromisoformat(phrase["until"]) <= date.fromisoformat(phrase["reference"]) + timedelta(days=1)
        found.append((ranges == [(phrase["from"], phrase["until"])], over, phrase["phrase"]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spoken", action="store_true", help="a second column: as the starter recogniser heard it")
    parser.add_argument("--errors", action="store_true", help="print what went wrong in the part develop")
    options = parser.parse_args()
    said = labels()
    reader = Reader(said)
    reader.read("show me beaches in portugal last summer")
    typed = [label["text"] for label in said]
    columns = [outcomes(reader, said, typed)]
    if options.spoken:
        final = [label for label in said if label["part"] == "final"]
        columns.append(outcomes(reader, final, spoken(final)))
    captioned = TEXT.parent / "captions" / "flickr8k"
    with opened(captioned) if captioned.is_dir() else nullcontext() as photos:
        _table(columns, photos)
    _groups(columns)
    if options.errors:
        print_errors([label for label in said if label["part"] == "develop"], reader)
    if TEXT.is_dir():
        total, taken = out_of_scope(reader)
        wrong = total - taken["out_of_scope"]
        print(
            f"\nout_of_scope.txt: {wrong} of {total} taken for something else ({100 * wrong / total:.1f} %): {dict(taken)}"
        )
        dates = past_dates()
        for name, hits in (
            ("days that are over", [hit for hit, over, _ in dates if over]),
            ("days that have begun", [hit for hit, *_ in dates]),
        ):
            print(f"dates.jsonl, {name}: {sum(hits)} of {len(hits)} exact ({100 * sum(hits) / len(hits):.1f} %)")
        print("    otherwise:", ", ".join(phrase for hit, _, phrase in dates if not hit))
    times = [_milliseconds(reader, label) for label in said]
    print(f"one sentence: median {np.median(times):.2f} ms, p95 {np.percentile(times, 95):.2f} ms")


def _table(columns: Sequence[Sequence[Outcome]], photos: Photos | None) -> None:
    print(f"{'part':10}{'sentences':>10}" + "".join(f"{name:>22}" for name in ("typed", "spoken")[: len(columns)]))
    measures = [*MEASURES, *([("same photos", lambda each: each.same_photos(photos))] if photos else [])]
    for part, set_ in product(PARTS, SETS):
        for name, right in measures:
            results = [
                [each for each in column if (each.label["part"], each.label["set"]) == (part, set_)]
                for column in columns
            ]
            print(f"{part:8}{set_:2}{len(results[0]):>10}" + "".join(f"{name:>14}{_share(r, right)}" for r in results))


def print_errors(said: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    """What goes wrong in these sentences, and how much of them is right."""
    results = outcomes(reader, said, [label["text"] for label in said])
    for outcome in results:
        if not outcome.everything:
            print(json.dumps(outcome.label), "\n    ->", json.dumps(outcome.read))
    for name, right in MEASURES:
        print(f"{len(results):>6}{name:>14}{_share(results, right)}")


def _groups(columns: Sequence[Sequence[Outcome]]) -> None:
    print()
    for group in dict.fromkeys(each.label["group"] for each in columns[0]):
        shares = [
            _share([each for each in column if (each.label["group"], each.label["part"]) == (group, part)], _everything)
            for part in PARTS
            for column in columns
        ]
        print(f"{group:14}" + "  ".join(shares))


def _everything(outcome: Outcome) -> bool:
    return outcome.everything


def _share(results: Sequence[Outcome], right: Callable[[Outcome], bool]) -> str:
    return f"{100 * sum(map(right, results)) / len(results):6.1f} %" if results else f"{'-':>8}"


def _milliseconds(reader: Reader, label: Mapping[str, Any]) -> float:
    started = time.perf_counter()
    reader.read(label["text"], label["showing"])
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
