"""Trips: the days in a row on which photos were taken somewhere."""

from collections.abc import Iterable
from datetime import date, timedelta

_GAP = timedelta(days=4)
"""Days without a photo from which on it was another trip."""
_LONGEST = timedelta(days=60)
"""Who takes photos somewhere for longer lives there."""


def trips(days: Iterable[date]) -> list[tuple[date, date]]:
    """The `days` of photos as half-open stretches of days in a row, the oldest first."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][1] < _GAP:
            found[-1] = found[-1][0], day + timedelta(days=1)
        else:
            found.append((day, day + timedelta(days=1)))
    return found


def latest_trip(days: Iterable[date]) -> tuple[date, date] | None:
    """The half-open days of the newest trip among the `days` of photos in one place; None where nobody travelled."""
    newest = trips(days)[-1:]
    if not newest or newest[0][1] - newest[0][0] > _LONGEST + timedelta(days=1):
        return None
    return newest[0]
