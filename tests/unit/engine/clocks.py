"""A world whose clocks may be paused, extended, corrected and counted anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from engine.administration import parameters
from engine.clock import LOCAL_ZONE, ManualClock
from engine.package import ProcessPackage
from engine.tables import Deadline, Event, EventPayload, JournalEntry
from engine.timing import deadlines
from engine.unit_of_work import UnitOfWork
from tests.conftest import EngineFor
from tests.unit.engine.world import SYSTEM, World, packages

MORE = """
[[deadlines]]
key = "answer"
name = "答复"
amount = 10
unit = "days"
start_event = "收到通知"
binds = "unit"
on_lapse = "视为没有意见"
law = false
mark = "C"
source = "默认值，无法定期限"
receipt = true
pausable = "默认值，无法定期限：不可抗力"
extensions = { most = "answer.extensions", by = ["staff"], longest = 10 }

[[deadlines]]
key = "repair"
name = "抢修"
amount = 5
unit = "working_hours"
start_event = "发现故障"
binds = "office"
on_lapse = "报告主任"
law = false
mark = "C"
source = "默认值，无法定期限"
pausable = "默认值，无法定期限：停电"

[[deadlines]]
key = "desk"
name = "内部办理"
amount = 8
unit = "working_days"
start_event = "到达"
binds = "office"
on_lapse = "报告主任"
law = false
mark = "C"
source = "默认值，无法定期限"
pausable = "默认值，无法定期限：等待鉴定"
extensions = { most = 1, by = ["staff"], in_process = true }

[[parameters]]
key = "answer.extensions"
name = "答复延期次数"
value = 1
unit = "次"
law = false
mark = "C"
source = "默认值，无法定期限"
most = 3

[[parameters]]
key = "office.hours"
name = "办公时间"
value = ["08:30-12:00", "13:30-17:30"]
law = false
mark = "C"
source = "默认值，无法定期限"

[[parameters]]
key = "words"
name = "层级"
value = "lead"
among = ["lead", "chair"]
law = false
mark = "C"
source = "默认值，无法定期限"

[[enclosures]]
key = "answer.desk"
name = "办理与答复"
within = "answer"
steps = ["desk"]
"""


def _acts(uow: UnitOfWork, _deadline: Deadline) -> Iterable[str]:
    return ("pause", "resume", "correct") if "staff" in uow.actor.groups else ()


def clock_world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    """The world of tests/unit/engine/world.py with these clocks."""
    first, *others = packages(tmp_path)
    (tmp_path / "families" / "cases" / "deadlines.toml").write_text(MORE)
    family: ProcessPackage = replace(first, acts={"deadline": _acts})
    world = World(engine=engine_for(family, *others), clock=clock).set_up()
    with world.engine.begin(SYSTEM) as uow:
        parameters.seed(uow, family)
    return world


def opened(world: World, case: str, key: str, starts_on: object, **details: object) -> str:
    """A running clock that the unit reads."""
    with world.engine.begin(SYSTEM) as uow:
        return deadlines.open(
            uow,
            case,
            key,
            **{"starts_on": starts_on, "audience": "unit", **details},  # type: ignore[arg-type]
        ).id


def row(world: World, deadline_id: str) -> Deadline:
    """The deadline as it is stored, with its rule."""
    with world.engine.read(SYSTEM) as uow:
        found = deadlines.get(uow, deadline_id)
        assert found.rule.key == found.key
        return found


def told(world: World, case: str, kind: str) -> list[dict[str, object]]:
    """What the case's events of a kind say."""
    with world.engine.read(SYSTEM) as uow:
        query = sa.select(EventPayload.content).join(Event, Event.id == EventPayload.event_id)
        found = query.where(Event.instance_id == case, Event.kind == kind).order_by(Event.seq)
        return list(uow.session.scalars(found))


def entries(world: World, kind: str) -> list[JournalEntry]:
    """The journal's entries of a kind."""
    with world.engine.read(SYSTEM) as uow:
        query = sa.select(JournalEntry).where(JournalEntry.kind == kind)
        return list(uow.session.scalars(query.order_by(JournalEntry.seq)))


def at(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    """A local instant of 2026, as the database gives it back."""
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL_ZONE).astimezone(UTC)


def on(day: int, month: int = 3) -> date:
    """A day of 2026."""
    return date(2026, month, day)
