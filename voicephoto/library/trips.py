"""Trips: the days in a row on which photos were taken somewhere."""

from collections.abc import Iterable
from datetime import date, timedelta

_GAP = timedelta(days=4)
"""Days without a photo from which on it was another trip."""
_LONGEST = timedelta(days=60)
"""Who takes photos somewhere for longer lives there."""


def latest_trip(days: Iterable[date]) -> tuple[date, date] | None:
    """The half-open days of the newest trip among the `days` of photos in one place; None where nobody travelled."""
    first = last = None
    for day in sorted(set(days), reverse=True):
        if first is not None and first - day > _GAP:
            break
        first, last = day, last or day
    if first is None or last is None or last - first > _LONGEST:
        return None
    return first, last + timedelta(days=1)
