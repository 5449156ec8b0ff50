"""Phrases made for a general time parser, which reads "May" as the next one where this one reads the last."""

import json
from datetime import datetime
from pathlib import Path

from voicephoto.search.dates import find_dates


def test_reads_most_phrases_that_do_not_lean_to_the_future(shared_data: Path) -> None:
    lines = (shared_data / "text" / "dates.jsonl").read_text().splitlines()
    phrases = [json.loads(line) for line in lines]
    exact, past, exact_past = 0, 0, 0
    for phrase in phrases:
        now = datetime.fromisoformat(phrase["reference"])
        ranges = [match.range for match in find_dates(phrase["phrase"], now)]
        hit = [(str(r.from_), str(r.until)) for r in ranges] == [(phrase["from"], phrase["until"])]
        exact += hit
        is_past = phrase["from"] <= phrase["reference"]
        past += is_past
        exact_past += hit and is_past
    print(f"{exact} of {len(phrases)} phrases exact; of {past} in the past {exact_past}")
    assert exact >= 240
    assert exact_past >= 118
