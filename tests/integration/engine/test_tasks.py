"""Taking and completing tasks: who may, when it is refused, and that a refusal changes nothing."""

from __future__ import annotations

import pytest

from engine import instances, tasks
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, PreconditionMissing, Stale
from engine.tables import Task
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, flows, user

START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"


@pytest.fixture
def case(drive: Drive) -> Driver:
    """ask (staff) → approve (head, not by who asked) → end."""
    return drive(
        bpmn(
            "main",
            START
            + user("ask")
            + user("review", group="staff", extra="dudao:separateFrom='ask'")
            + END
            + flows("start>ask", "ask>review", "review>end"),
        )
    )


def task_row(case: Driver, task_id: str) -> Task:
    with case.engine.read(SYSTEM) as uow:
        return uow.session.get_one(Task, task_id)


def test_a_claimed_task_cannot_be_claimed_by_another(case: Driver) -> None:
    task = case.open_task(case.start(), "ask")
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.claim(uow, task.id)
    with case.engine.begin(case.people["bob"]) as uow, pytest.raises(Conflict) as caught:
        tasks.claim(uow, task.id)
    assert caught.value.code == "already-claimed"
    assert task_row(case, task.id).assignee_id == case.people["ada"].user_id


def test_a_task_handed_back_keeps_its_draft(case: Driver) -> None:
    task = case.open_task(case.start(), "ask")
    with case.engine.begin(case.people["ada"]) as uow:
        row = tasks.claim(uow, task.id)
        tasks.save_draft(uow, task.id, {"note": "half"}, revision=row.revision)
        tasks.unclaim(uow, task.id)
    row = task_row(case, task.id)
    assert (row.state, row.assignee_id, row.draft) == ("ready", None, {"note": "half"})


def test_completing_needs_the_revision_that_was_read(case: Driver) -> None:
    task = case.open_task(case.start(), "ask")
    with case.engine.begin(case.people["ada"]) as uow:
        revision = tasks.claim(uow, task.id).revision
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(PreconditionMissing):
        tasks.complete(uow, task.id, {}, revision=None)
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(Stale):
        tasks.complete(uow, task.id, {}, revision=revision - 1)
    assert task_row(case, task.id).state == "claimed"


def test_completing_twice_is_refused_and_happens_once(case: Driver) -> None:
    instance = case.start()
    task = case.open_task(instance, "ask")
    case.complete(instance, "ask")
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(Conflict) as caught:
        tasks.complete(uow, task.id, {}, revision=task_row(case, task.id).revision)
    assert caught.value.code == "already-completed"
    assert case.waiting(instance) == ["review"]


def test_a_person_without_the_post_does_not_even_see_the_task(case: Driver) -> None:
    task = case.open_task(case.start(), "ask")
    with case.engine.begin(case.people["uma"]) as uow, pytest.raises(NotFound):
        tasks.claim(uow, task.id)


def test_another_post_of_the_office_sees_the_task_but_may_not_take_it(case: Driver) -> None:
    task = case.open_task(case.start(), "ask")
    with case.engine.begin(case.people["cai"]) as uow:
        assert tasks.get(uow, task.id).id == task.id
        with pytest.raises(NotAllowed):
            tasks.claim(uow, task.id)


def test_who_did_one_step_may_not_check_it(case: Driver) -> None:
    instance = case.start()
    case.complete(instance, "ask", by="ada")
    task = case.open_task(instance, "review")
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(NotAllowed):
        tasks.claim(uow, task.id)
    case.complete(instance, "review", by="bob")
    assert case.state(instance) == "completed"


def test_wrong_values_are_pointed_out_and_the_draft_stays(case: Driver) -> None:
    instance = case.start()
    task = case.open_task(instance, "ask")
    with case.engine.begin(case.people["ada"]) as uow:
        row = tasks.claim(uow, task.id)
        row = tasks.save_draft(uow, task.id, {"note": "kept"}, revision=row.revision)
        revision = row.revision
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(Invalid) as caught:
        tasks.complete(uow, task.id, {"amount": "many"}, revision=revision)
    assert [fault.pointer for fault in caught.value.errors] == ["/values/amount"]
    row = task_row(case, task.id)
    assert (row.state, row.draft) == ("claimed", {"note": "kept"})


def test_a_task_of_a_suspended_or_ended_case_cannot_be_completed(case: Driver) -> None:
    instance = case.start()
    task = case.open_task(instance, "ask")
    with case.engine.begin(SYSTEM) as uow:
        instances.suspend(uow, instance, reason="核实")
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(Conflict) as caught:
        tasks.claim(uow, task.id)
    assert caught.value.code == "instance-suspended"
    with case.engine.begin(SYSTEM) as uow:
        instances.cancel(uow, instance, reason="撤销")
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(Conflict) as caught:
        tasks.complete(uow, task.id, {}, revision=1)
    assert caught.value.code == "task-cancelled"


def test_assigning_needs_a_person_who_may_take_it(case: Driver) -> None:
    task = case.open_task(case.start(), "ask")
    bob, uma = case.people["bob"].user_id or "", case.people["uma"].user_id or ""
    with case.engine.begin(case.people["ada"]) as uow, pytest.raises(Invalid):
        tasks.assign(uow, task.id, uma)
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.assign(uow, task.id, bob)
    assert task_row(case, task.id).assignee_id == bob


def test_a_business_key_is_used_once(case: Driver) -> None:
    case.start(business_key="津教督办案〔2026〕1号")
    with pytest.raises(Conflict) as caught:
        case.start(business_key="津教督办案〔2026〕1号")
    assert caught.value.code == "duplicate-business-key"
