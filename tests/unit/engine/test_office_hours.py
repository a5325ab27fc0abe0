"""Working hours: counted by the office's own hours, over nights, weekends, holidays, make-up days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.calendars.calendar import Calendar, CalendarError, OfficeHours, seed_year
from engine.clock import LOCAL_ZONE

HOURS = OfficeHours.of(["08:30-12:00", "13:30-17:30"])
CALENDAR = Calendar([seed_year(2026), seed_year(2027)]).kept_by(hours=HOURS, rolls=True)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T09:00", 1, "2026-03-02T10:00"),
        ("2026-03-02T11:00", 2, "2026-03-02T14:30"),  # over noon
        ("2026-03-02T12:30", 1, "2026-03-02T14:30"),  # begun at noon
        ("2026-03-02T03:00", 1, "2026-03-02T09:30"),  # before the doors open
        ("2026-03-06T17:00", 1, "2026-03-09T09:00"),  # over the weekend
        ("2026-03-07T10:00", 2, "2026-03-09T10:30"),  # begun on a Saturday
        ("2026-02-14T17:00", 1, "2026-02-24T09:00"),  # Spring Festival, on from a make-up Saturday
        ("2026-09-18T17:00", 1, "2026-09-20T09:00"),  # a worked Sunday
        ("2026-03-02T08:30", 7, "2026-03-02T17:00"),
        ("2026-03-02T08:30", 15, "2026-03-03T17:30"),  # two whole days of seven and a half
        ("2026-03-02T09:00", 0, "2026-03-02T09:00"),
    ],
)
def test_office_time_ends_at_its_instant(start: str, hours: int, end: str) -> None:
    assert CALENDAR.add_working_hours(_at(start), timedelta(hours=hours)) == _at(end)


def test_what_passed_between_is_what_was_counted() -> None:
    for hours in range(1, 60):
        start = _at("2026-02-11T10:15")
        end = CALENDAR.add_working_hours(start, timedelta(hours=hours))
        assert CALENDAR.working_time_between(start, end) == timedelta(hours=hours)
    assert CALENDAR.working_time_between(end, start) == timedelta()


@pytest.mark.parametrize(
    "spans",
    [
        [],
        ["8:30-12:00"],
        ["08:30-08:30"],
        ["12:00-08:30"],
        ["08:30-12:00", "11:00-17:00"],
        ["08:30-12:00", "12:00-17:00"],
        ["24:00-25:00"],
        ["morning"],
    ],
)
def test_hours_that_are_no_day_s_work_are_refused(spans: list[str]) -> None:
    with pytest.raises(CalendarError):
        OfficeHours.of(spans)


def test_without_office_hours_nothing_is_counted_in_them() -> None:
    bare = Calendar([seed_year(2026)])
    with pytest.raises(CalendarError, match=r"office\.hours"):
        bare.add_working_hours(_at("2026-03-02T09:00"), timedelta(hours=1))


def test_a_calendar_that_does_not_roll_leaves_the_last_day_on_a_rest_day() -> None:
    start = _at("2026-10-15T09:00").astimezone(LOCAL_ZONE).date()
    assert str(CALENDAR.due(start, 30, "days").on) == "2026-11-16"
    stays = CALENDAR.kept_by(hours=None, rolls=False)
    assert str(stays.due(start, 30, "days").on) == "2026-11-14"
