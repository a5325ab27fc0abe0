"""The one place that reads the system clock.

Everything else takes `uow.now`, or a Clock where there is no unit of work (worker, engine start).
"""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

#: Where dates of law are counted: a day ends at 24:00 here, whatever zone the server runs in.
LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the present instant as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The real time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told to: a year of a case is tested or rehearsed in a second."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._now = _utc(start)

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def set(self, at: datetime) -> None:
        """Move to `at` (aware). Time never runs backwards: an earlier instant is a ValueError."""
        with self._lock:
            if _utc(at) < self._now:
                raise ValueError(f"the clock stands at {self._now} and cannot go back to {at}")
            self._now = _utc(at)

    def advance(self, **delta: float) -> None:
        """Move forward by `timedelta(**delta)`."""
        with self._lock:
            self._now += timedelta(**delta)


def local_date(at: datetime) -> date:
    """The calendar date in LOCAL_ZONE of an aware instant."""
    return at.astimezone(LOCAL_ZONE).date()


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock takes aware datetimes only")
    return at.astimezone(UTC)
