"""One history on two versions of a model, and a copy of a case, with each kind of live database."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import starting
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotFound
from engine.rehearsing import rehearsals, replay, sandboxes
from engine.repository import definitions
from engine.tables import Base, Instance, StartEntry
from ops import casting, rehearse, stories
from ops.narration import Narrator
from ops.rehearse import Stage
from processes.leave_request.package import PACKAGE
from tests import factories
from tests.conftest import EngineFor
from tests.factories import SYSTEM

STORY = """
title: 王安请假
source: 一则公开的例子，写在这里
fiction: 其余都是虚构
family: leave_request
starts: 2026-03-02
start:
  by: ann
  values: {reason: annual, starts_on: 2026-03-16, ends_on: 2026-03-18, colleagues: ["@李博文"]}
steps:
  - complete: approve_by_manager
    by: mia
    on: 2026-03-02T15:00:00
    values: {outcome: approve}
  - complete: accept_handover
    by: bob
    on: 2026-03-03
    values: {accepted: yes}
  - wait_until: 2026-03-17
"""

DMN, BPMN = "dmn/leave_approver.dmn", "bpmn/leave_request.bpmn"


@pytest.fixture
def engine(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Engine:
    """A department where somebody was on leave, and three versions of how leave is asked for."""
    engine = engine_for(PACKAGE)
    engine.sandboxes_dir = tmp_path / "sandboxes"
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2027))
        house = factories.organisation(uow, "house")
        place = factories.organisation(uow, "dept", parent=house)
        for username, role, where, name in (
            ("ann", "applicant", place, "王安"),
            ("bob", "colleague", place, "李博文"),
            ("mia", "manager", place, "米雅"),
            ("dan", "director", house, "丹青"),
            ("hal", "hr", house, "何莉"),
        ):
            factories.person(uow, username, (role, where), name=name)
    factories.deploy(engine, "leave_request")
    path = tmp_path / "story.yaml"
    path.write_text(STORY, encoding="utf-8")
    narrator = Narrator(engine=engine, say=lambda _: None)
    rehearse.play(stories.read(path), Stage(engine=engine, clock=clock, narrator=narrator))
    for file, old, new in (
        (DMN, b'_o1"><text>"manager"', b'_o1"><text>"director"'),
        (BPMN, b"PT24H", b"PT1H"),
    ):
        changed = PACKAGE.files[file].replace(old, new)
        assert changed != PACKAGE.files[file]
        with engine.begin(SYSTEM) as uow:
            definitions.deploy(uow, PACKAGE, files={**PACKAGE.files, file: changed})
    return engine


def person(engine: Engine, username: str) -> Actor:
    return casting.person(engine, username)


def case(engine: Engine) -> str:
    with engine.read(SYSTEM) as uow:
        return uow.session.scalars(sa.select(Instance.id)).one()


def rows(engine: Engine) -> dict[str, list[str]]:
    with engine.read(SYSTEM) as uow:
        return {
            table.name: sorted(str(row) for row in uow.session.execute(sa.select(table)))
            for table in Base.metadata.sorted_tables
        }


def test_a_history_on_two_versions_tells_what_is_not_alike_and_where_it_no_longer_fits(
    engine: Engine,
) -> None:
    _reminds_sooner(engine)
    _asks_somebody_else(engine)
    _refused(engine)


def _reminds_sooner(engine: Engine) -> None:
    before = rows(engine)
    mia = person(engine, "mia")
    found = replay.compare(engine, mia, case(engine), [1, 3])
    first, third = found.outcomes
    assert (first.stop, third.stop) == (None, None)
    assert (first.done, first.total) == (2, 2)
    assert first.state == third.state == "completed"
    assert first.ended_at == third.ended_at
    with engine.read(SYSTEM) as uow:
        assert uow.session.get_one(Instance, case(engine)).ended_at == first.ended_at
    assert "remind" not in first.path
    assert "remind" in third.path
    assert [each.subject for each in found.differences] == ["path"]
    assert rows(engine) == before
    assert list((engine.sandboxes_dir or Path()).iterdir()) == [], "nothing of a replay stays"


def _asks_somebody_else(engine: Engine) -> None:
    found = replay.compare(engine, person(engine, "mia"), case(engine), [1, 2])
    first, second = found.outcomes
    assert first.stop is None
    assert second.stop is not None
    assert (second.done, second.stop.element_id) == (0, "approve_by_manager")
    assert "主管领导审批" in second.stop.reason
    assert second.waiting == ["主管领导审批"]
    assert {"state", "stop", "deadlines"} <= {each.subject for each in found.differences}


def _refused(engine: Engine) -> None:
    mia, instance_id = person(engine, "mia"), case(engine)
    for versions, code in (([1, 9], "unknown-version"), ([2, 2], "same-version")):
        with pytest.raises(Invalid) as refused:
            replay.compare(engine, mia, instance_id, versions)
        assert refused.value.code == code
    with engine.begin(SYSTEM) as uow:
        eve = factories.person(uow, "eve", ("manager", factories.organisation(uow, "other")))
    with pytest.raises(NotFound):
        replay.compare(engine, eve, instance_id, [1, 2])
    with engine.begin(SYSTEM) as uow:
        uow.session.delete(uow.session.get_one(StartEntry, instance_id))
    with pytest.raises(Conflict, match="不能重放"):
        replay.compare(engine, mia, instance_id, [1, 2])


def test_a_case_is_copied_whole_and_goes_on(engine: Engine) -> None:
    ann = person(engine, "ann")
    with engine.begin(ann) as uow:
        offered = starting.start_data(uow, PACKAGE)
        values = {"reason": "sick", "starts_on": "2026-04-01", "ends_on": "2026-04-02"}
        instance_id = starting.by_person(uow, "leave_request", {**offered, **values}).id
    before = rows(engine)
    row = sandboxes.fork(engine, ann, instance_id, reason="试")
    with sandboxes.opened(engine, row) as stage:
        ran = rehearsals.run(stage, None)
        with stage.engine.read(ann) as uow:
            state = rehearsals.state(uow, stage)
            assert uow.session.scalars(sa.select(Instance.id)).all() == [instance_id]
        assert ran.halt == rehearsals.Halt.IDLE
        assert [task.element_id for task in state.tasks] == ["approve_by_director"]
        assert [each.kind for each in state.happenings if each.kind == "missed"] == ["missed"]
        rehearsals.play(stage, ann, state.tasks[0].id, {"outcome": "reject", "opinion": "不同意"})
        with stage.engine.read(ann) as uow:
            assert rehearsals.state(uow, stage).instance.state == "completed"
    after = rows(engine)
    assert {name for name in after if after[name] != before[name]} == {"sandbox"}
