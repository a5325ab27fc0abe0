"""A case of supervision copied in the middle, and the clock run to its end; the live case stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.clock import LOCAL_ZONE
from engine.engine import Engine
from engine.rehearsing import rehearsals, replay, sandboxes
from engine.rehearsing.rehearsals import Happening
from engine.repository import definitions
from engine.tables import Base, Mail, ProtectedValue, User
from processes.supervision.package import PACKAGE
from tests.process import phases
from tests.process.office import SYSTEM, Office

#: Whoever may form the group of a case of the county.
STAFF = ("姜宛如", "陶然", "魏子衿")


@pytest.fixture
def case(office: Office, tmp_path: Path) -> str:
    """A case that is open and waits for its group."""
    office.engine.sandboxes_dir = tmp_path / "sandboxes"
    instance_id = office.open("county_staff1", "129901-S2")
    office.do("approve_case", by="county_head", outcome="approved")
    return instance_id


def rows(engine: Engine) -> dict[str, str]:
    """A digest of every table but the one that lists sandboxes."""
    found = {}
    with engine.read(SYSTEM) as uow:
        for table in Base.metadata.sorted_tables:
            if table.name != "sandbox":
                said = sorted(str(row) for row in uow.session.execute(sa.select(table)))
                found[table.name] = hashlib.sha256("\n".join(said).encode()).hexdigest()
    return found


def told(happening: Happening) -> tuple[str, str, str]:
    """Kind, local day and person."""
    day = happening.at.astimezone(LOCAL_ZONE)
    return happening.kind, f"{day:%m-%d}", happening.person


def test_a_case_runs_to_its_end_without_anybody_and_each_missed_limit_is_told(
    office: Office, case: str
) -> None:
    before = rows(office.engine)
    ann = office.actor("county_staff1")
    row = sandboxes.fork(office.engine, ann, case, reason="看看没有人办理会怎样")
    with sandboxes.opened(office.engine, row) as stage:
        ran = rehearsals.run(stage, None)
        assert ran.halt == rehearsals.Halt.IDLE
        with stage.engine.read(ann) as uow:
            state = rehearsals.state(uow, stage)
        expected = [
            *(("reminder", "03-06", name) for name in STAFF),
            *(("reminder", "03-09", name) for name in STAFF),
            ("missed", "03-10", ""),
            ("escalation", "03-10", "金树人"),
            *(("reminder", "03-10", name) for name in STAFF),
            ("escalation", "03-12", "金树人"),
            *(("reminder", "03-12", name) for name in STAFF),
        ]
        found = [told(each) for each in state.happenings]
        assert [day for _, day, _ in found] == [day for _, day, _ in expected]
        assert sorted(found) == sorted(expected), "at one moment in any order"
        assert {each.name for each in state.happenings} == {"组建督导小组"}
        assert [each.detail for each in state.happenings if each.kind == "missed"] == [
            "上报督导办主任"
        ]
        assert "form_group" in [task.element_id for task in state.tasks]
        with stage.engine.read(SYSTEM) as uow:
            assert not uow.session.scalars(sa.select(Mail)).all(), "nothing waits to be sent"
            secrets = sa.select(User.password_hash, User.email, User.phone).distinct()
            assert uow.session.execute(secrets).all() == [("", None, None)]
            assert not uow.session.scalars(sa.select(ProtectedValue)).all()
    assert rows(office.engine) == before


def test_a_history_on_another_version_of_the_chain_differs_in_words_and_as_data(
    office: Office, case: str
) -> None:
    phases.form_group(office)
    office.go_to("2026-03-20")
    path = "bpmn/prepare.bpmn"
    drawn = PACKAGE.files[path].decode()
    longer = drawn.replace('dudao:deadline="group.form"', 'dudao:deadline="office.step"')
    chair = longer.replace('name="审批立项"', 'name="立项审批"').replace(
        'camunda:formKey="supervision/case_approval" '
        'camunda:candidateGroups="city_office_head,district_office_head"',
        'camunda:formKey="supervision/case_approval" '
        'camunda:candidateGroups="city_gov_chair,district_chair"',
    )
    assert len({drawn, longer, chair}) == 3
    for changed in (longer, chair):
        with office.engine.begin(SYSTEM) as uow:
            definitions.deploy(uow, PACKAGE, files={**PACKAGE.files, path: changed.encode()})
    before, head = rows(office.engine), office.actor("county_head")
    alike = replay.compare(office.engine, head, case, [1, 2])
    first, second = alike.outcomes
    assert (first.stop, second.stop) == (None, None)
    assert (first.done, first.total) == (second.done, second.total) == (5, 5)
    assert first.waiting == second.waiting
    assert {each.key for each in first.deadlines} - {each.key for each in second.deadlines} == {
        "group.form"
    }
    words = {each.subject: (each.left, each.right) for each in alike.differences}
    assert set(words) == {"deadlines"}
    other = replay.compare(office.engine, head, case, [1, 3])
    third = other.outcomes[1]
    assert third.stop is not None
    assert (third.done, third.stop.element_id) == (0, "approve_case")
    assert "金树人不能办理这项任务" in third.stop.reason
    assert third.waiting == ["立项审批"]
    assert {"tasks", "stop", "waiting", "deadlines"} <= {each.subject for each in other.differences}
    assert rows(office.engine) == before
