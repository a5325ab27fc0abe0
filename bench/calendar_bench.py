"""How long a calendar computation takes, and counting 100 000 open deadlines anew after a notice.

They start on sixty different days, as those of an office do, and one day more is given off. Then the
same with a fifth as many that all start in that week, so that half of them move. Beside it in the
same run, references: counting day by day over the same years, and rewriting the same rows' dates in
bare statements. Run: python -m bench.calendar_bench [deadlines]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import jobs, runner
from engine.calendars import notices, working_calendar
from engine.calendars.calendar import Calendar, Unit, Year, seed_year
from engine.clock import LOCAL_ZONE, ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.states import RecountState
from engine.tables import Deadline, Instance, Job, Recount, new_id
from engine.timing import recounts
from ops import migrate
from tests.unit.engine.world import SYSTEM, World, packages

START = datetime(2026, 6, 29, 9, tzinfo=LOCAL_ZONE)
#: Deadlines of one case.
PER_CASE = 20
CLOSED = date(2026, 9, 3)


def main(deadlines: int) -> None:
    """Print medians."""
    _computation()
    for number, days in ((deadlines, 60), (deadlines // 5, 1)):
        with tempfile.TemporaryDirectory() as folder:
            _recount(Path(folder), number, days)


def _computation() -> None:
    calendar = Calendar(seed_year(year) for year in range(2024, 2028))
    starts = [date(2025, 1, 1) + timedelta(days=n) for n in range(600)]
    kinds = [(10, Unit.WORKING_DAYS), (30, Unit.DAYS), (60, Unit.DAYS), (6, Unit.MONTHS)]
    kinds += [(20, Unit.WORKING_DAYS), (5, Unit.WORKING_DAYS)]
    for amount, unit in kinds:
        ours = _median(lambda day, a=amount, u=unit: calendar.due(day, a, u), starts)
        line = f"{amount:3} {unit.value:12} {ours:6.1f} µs"
        if unit is Unit.WORKING_DAYS:
            walked = _median(lambda day, a=amount: _walk(calendar, day, a), starts)
            line += f"   day by day, without a sentence {walked:6.1f} µs"
        print(line)


def _walk(calendar: Calendar, day: date, amount: int) -> date:
    while amount:
        day += timedelta(days=1)
        amount -= calendar.is_working_day(day)
    return day


def _median(act: Callable[[date], object], starts: list[date]) -> float:
    """Microseconds of one call."""
    taken = []
    for _ in range(15):
        begun = time.perf_counter()
        for start in starts:
            act(start)
        taken.append((time.perf_counter() - begun) / len(starts) * 1e6)
    return statistics.median(taken)


def _recount(folder: Path, deadlines: int, days: int) -> None:
    database = Database(f"sqlite:///{folder}/bench.db")
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
    clock = ManualClock(START)
    world = World(engine=Engine(database, clock, packages(folder), folder), clock=clock).set_up()
    _fill(world, deadlines, days)
    year = seed_year(2026)
    names = {**year.names, CLOSED: "特别放假"}
    changed = replace(year, rest_days=year.rest_days | {CLOSED}, names=names, source="补充通知")
    _look(world, changed)
    _carry_out(world, changed)
    _reference(world)
    database.dispose()


def _fill(world: World, deadlines: int, days: int) -> None:
    """Half of them in working days, from the last of these days back; as the engine's verb opens them."""
    from engine.timing import deadlines as clocks  # beside the number of this name

    template = world.instance("office@Office")
    with world.engine.begin(SYSTEM) as uow:
        first = [
            clocks.open(uow, template, key, starts_on=date(2026, 8, 31) - timedelta(days=n)).id
            for n in range(days)
            for key in ("plan.submit", "review.apply")
        ]
        rows = [uow.session.get_one(Deadline, found) for found in first]
        kept = [_values(row) for row in rows]
        carried = [
            [
                _values(job)
                for job in uow.session.scalars(sa.select(Job))
                if found in (job.key or "")
            ]
            for found in first
        ]
        told = _values(uow.session.get_one(Instance, template))
    for begun in range(0, deadlines, 5_000):
        number = min(5_000, deadlines - begun)
        cases = [new_id() for _ in range(max(1, number // PER_CASE))]
        made, jobs_made = [], []
        for n in range(number):
            case, which = cases[n % len(cases)], n % len(kept)
            row = {**kept[which], "id": new_id(), "instance_id": case}
            made.append(row)
            jobs_made += [_copy(job, kept[which]["id"], row) for job in carried[which]]
        with world.engine.begin(SYSTEM) as uow:
            uow.session.execute(
                sa.insert(Instance), [{**told, "id": case, "business_key": case} for case in cases]
            )
            uow.session.execute(sa.insert(Deadline), made)
            uow.session.execute(sa.insert(Job), jobs_made)


def _values(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).column_attrs}


def _copy(job: dict[str, Any], old_id: str, row: dict[str, Any]) -> dict[str, Any]:
    """The lapse or the reminder of another deadline."""
    payload = {
        key: row["id"] if value == old_id else value for key, value in job["payload"].items()
    }
    return {
        **job,
        "id": new_id(),
        "key": job["key"].replace(old_id, row["id"]),
        "instance_id": row["instance_id"],
        "deadline_id": row["id"] if job["deadline_id"] else None,
        "payload": payload,
    }


def _look(world: World, year: Year) -> None:
    begun = time.perf_counter()
    with world.engine.begin(SYSTEM) as uow:
        found = notices.check(uow, year)
    taken = time.perf_counter() - begun
    print(f"preview: {found.preview.looked} open, {len(found.moves)} would move, {taken:.1f} s")


def _carry_out(world: World, year: Year) -> None:
    with world.engine.begin(SYSTEM) as uow:
        recount = recounts.start_year(
            uow, year, calendar=working_calendar.DEFAULT, reason="bench"
        ).id
    begun, worked, chunks = time.perf_counter(), time.process_time(), []
    while True:
        chunk = time.perf_counter()
        runner.run_due(world.engine, worker="bench", lease=jobs.LEASE)
        chunks.append(time.perf_counter() - chunk)
        with world.engine.read(SYSTEM) as uow:
            row = uow.session.get_one(Recount, recount)
        if row.looked // 20_000 > (row.looked - recounts.CHUNK) // 20_000:
            print(f"  {row.looked}/{row.total} after {time.perf_counter() - begun:.1f} s")
        if row.state == RecountState.DONE:
            break
    taken, busy = time.perf_counter() - begun, time.process_time() - worked
    median = statistics.median(chunks) * 1000
    print(f"recount: {row.looked} looked at, {row.moved} moved: {taken:.1f} s")
    print(f"  of it {busy:.1f} s of processor; chunk of {recounts.CHUNK}: median {median:.0f} ms")


def _reference(world: World) -> None:
    """The same rows' dates rewritten, nothing else: no sentence, no history, no jobs."""
    begun = time.perf_counter()
    with world.engine.begin(SYSTEM) as uow:
        rows = uow.session.execute(sa.select(Deadline.id, Deadline.due_on)).all()
        uow.session.execute(
            sa.update(Deadline), [{"id": row.id, "due_on": row.due_on} for row in rows]
        )
    print(
        f"reference: {len(rows)} bare rewrites in one transaction, {time.perf_counter() - begun:.1f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
