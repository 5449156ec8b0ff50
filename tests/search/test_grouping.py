from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.library import Columns
from voicephoto.library.columns import Names
from voicephoto.search.grouping import spread, stacked

NOON = datetime(2026, 5, 1, 12, 0)
Row = tuple[int, int | None, int, bool]


def photo(number: int, taken: datetime | None = NOON, width: int = 400, *, hourless: bool = False) -> Row:
    return number, None if taken is None else round((taken - datetime(1970, 1, 1)).total_seconds()), width, hourless


def columns(*photos: Row) -> Columns:
    """As the catalog has them, in the order of their ids."""
    rows = [(id_, taken, None, None, None, 0, width * 300, hourless) for id_, taken, width, hourless in photos]
    return Columns.of(rows, Names(), Names())


def stacks(photos: Columns, pictures: np.ndarray, probabilities: list[float] | None = None) -> list[tuple[int, ...]]:
    """Ids, the one that stands for the others first; `pictures` are the vectors in the order of the photos."""

    def looks(ids: np.ndarray) -> np.ndarray:
        return pictures[[photos.ids.tolist().index(id_) for id_ in ids.tolist()]]

    worth = np.array(probabilities or [0.9] * len(photos.ids), np.float32)
    rows, alike = stacked(photos, worth, looks)
    return [tuple(int(photos.ids[each]) for each in (row, *alike.get(row, []))) for row in rows.tolist()]


def pictures(*which: int) -> np.ndarray:
    """One direction for each picture."""
    return np.eye(8, dtype=np.float32)[list(which)]


def test_a_burst_is_one_and_the_others_are_one_step_away() -> None:
    burst = [photo(number, NOON + timedelta(seconds=number)) for number in (1, 2, 3)]
    assert stacks(columns(*burst, photo(4)), pictures(0, 0, 0, 1)) == [(1, 2, 3), (4,)]


def test_the_same_scene_an_hour_later_is_another_photo() -> None:
    later = photo(2, NOON + timedelta(hours=1))
    assert stacks(columns(photo(1), later), pictures(0, 0)) == [(1,), (2,)]


def test_the_largest_stands_for_its_copies_and_has_the_place_of_the_most_probable() -> None:
    small, other, large = photo(1), photo(2), photo(3, width=4000)
    assert stacks(columns(small, other, large), pictures(0, 1, 0), [0.9, 0.85, 0.8]) == [(3, 1), (2,)]


def test_copies_without_a_time_are_one() -> None:
    untimed = [photo(number, None) for number in (1, 2, 3)]
    assert stacks(columns(*untimed), pictures(0, 0, 1)) == [(1, 2), (3,)]


def test_days_known_by_name_alone_are_no_moments() -> None:
    alike = np.array([[1, 0], [0.95, np.sqrt(1 - 0.95**2)]], np.float32)
    midnight = datetime(2026, 5, 1)
    named = [photo(number, midnight, hourless=True) for number in (1, 2)]
    assert stacks(columns(*named), alike) == [(1,), (2,)]
    assert stacks(columns(photo(1), photo(2)), alike) == [(1, 2)]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=12))
def test_every_photo_stays_exactly_once(taken: list[tuple[int, int]]) -> None:
    photos = columns(*(photo(number, NOON + timedelta(seconds=second)) for number, (second, _) in enumerate(taken)))
    found = stacks(photos, pictures(*(picture for _, picture in taken)))
    assert sorted(id_ for stack in found for id_ in stack) == list(range(len(taken)))


def first_ones(photos: Columns, worth: list[float]) -> list[int]:
    found: list[int] = photos.ids[spread(photos, np.array(worth, np.float32))].tolist()
    return found


def test_the_first_ones_come_from_many_days() -> None:
    party = [photo(number, NOON + timedelta(minutes=number)) for number in range(6)]
    others = [photo(number, NOON + timedelta(days=number)) for number in range(10, 13)]
    assert first_ones(columns(*party, *others), [0.9] * 6 + [0.8] * 3)[:4] == [0, 10, 11, 12]


def test_photos_of_no_known_day_are_each_of_a_day_of_their_own() -> None:
    copied = [photo(number, None) for number in range(6)]
    later = photo(10, NOON + timedelta(days=1))
    assert first_ones(columns(*copied, later), [0.9] * 6 + [0.8]) == [*range(6), 10]


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.5, 1)), max_size=60))
def test_spreading_loses_none_and_keeps_the_best_first(taken: list[tuple[int, float]]) -> None:
    photos = columns(*(photo(number, NOON + timedelta(days=day)) for number, (day, _) in enumerate(taken)))
    worth = [round(probability, 3) for _, probability in taken]
    found = first_ones(photos, worth)
    assert sorted(found) == list(range(len(taken)))
    assert not found or worth[found[0]] == max(worth)
