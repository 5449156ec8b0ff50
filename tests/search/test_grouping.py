from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.library import Photo
from voicephoto.search import Hit
from voicephoto.search.grouping import spread, stacked

NOON = datetime(2026, 5, 1, 12, 0)


def hit(number: int, taken: datetime | None = NOON, probability: float = 0.9, width: int = 400) -> Hit:
    path = Path(f"{number}.jpg")
    photo = Photo(number, path, taken, "exif" if taken else None, width, 300, None, None, None, None, None, None, ())
    return Hit(photo, 0.3, probability)


def pictures(*which: int) -> np.ndarray:
    """One direction for each picture."""
    return np.eye(8, dtype=np.float32)[list(which)]


def ids(hits: list[Hit]) -> list[tuple[int, ...]]:
    return [(one.photo.id, *sorted(photo.id for photo in one.alike)) for one in hits]


def test_a_burst_is_one_and_the_others_are_one_step_away() -> None:
    burst = [hit(number, NOON + timedelta(seconds=number)) for number in (1, 2, 3)]
    assert ids(stacked([*burst, hit(4)], pictures(0, 0, 0, 1))) == [(1, 2, 3), (4,)]


def test_the_same_scene_an_hour_later_is_another_photo() -> None:
    later = hit(2, NOON + timedelta(hours=1))
    assert ids(stacked([hit(1), later], pictures(0, 0))) == [(1,), (2,)]


def test_the_largest_stands_for_its_copies() -> None:
    small, large = hit(1, width=400), hit(2, width=4000, probability=0.8)
    [found] = stacked([small, large], pictures(0, 0))
    assert (found.photo.id, found.probability, [photo.id for photo in found.alike]) == (2, 0.9, [1])


def test_copies_without_a_time_are_one() -> None:
    assert ids(stacked([hit(1, None), hit(2, None), hit(3, None)], pictures(0, 0, 1))) == [(1, 2), (3,)]


def test_days_known_by_name_alone_are_no_moments() -> None:
    midnight = datetime(2026, 5, 1)
    named = [hit(number, midnight) for number in (1, 2)]
    named = [replace(one, photo=replace(one.photo, taken_from="name")) for one in named]
    alike = np.array([[1, 0], [0.95, np.sqrt(1 - 0.95**2)]], np.float32)
    assert ids(stacked(named, alike)) == [(1,), (2,)]
    assert ids(stacked([hit(1), hit(2)], alike)) == [(1, 2)]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=12))
def test_every_photo_stays_exactly_once(taken: list[tuple[int, int]]) -> None:
    hits = [hit(number, NOON + timedelta(seconds=second)) for number, (second, _) in enumerate(taken)]
    found = stacked(hits, pictures(*(picture for _, picture in taken)))
    assert sorted(id_ for group in ids(found) for id_ in group) == list(range(len(hits)))


def test_the_first_ones_come_from_many_days() -> None:
    party = [hit(number, NOON + timedelta(minutes=number), 0.9) for number in range(6)]
    others = [hit(number, NOON + timedelta(days=number), 0.8) for number in range(10, 13)]
    first = [one.photo.id for one in spread([*party, *others])][:4]
    assert first == [0, 10, 11, 12]


def test_the_days_of_copies_are_no_days_of_photos() -> None:
    copied = [hit(number, probability=0.9) for number in range(6)]
    copied = [replace(one, photo=replace(one.photo, taken_from="file")) for one in copied]
    assert [one.photo.id for one in spread([*copied, hit(10, NOON + timedelta(days=1), 0.8)])] == [*range(6), 10]


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.5, 1)), max_size=60))
def test_spreading_loses_none_and_keeps_the_best_first(taken: list[tuple[int, float]]) -> None:
    hits = [hit(number, NOON + timedelta(days=day), p) for number, (day, p) in enumerate(taken)]
    found = spread(hits)
    assert sorted(one.photo.id for one in found) == list(range(len(hits)))
    assert not hits or found[0].probability == max(one.probability for one in hits)
