"""What a draft and a lent task survive: on both databases."""

from __future__ import annotations

import pytest

from engine import instances, tasks
from engine.desk import worklist
from engine.desk.worklist import Tab
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from engine.handover import circulation, delegations, departures, handovers, urging
from engine.permission import access, recusals
from engine.signoff import signing
from engine.tables import Task
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.integration.engine.test_races import together
from tests.models import bpmn, flows, user

DRAFT = {"note": "写到一半"}
MODEL = bpmn(
    "main",
    "<startEvent id='start'/>"
    + user("write")
    + user("check", group="head,staff", extra="dudao:separateFrom='write'")
    + "<endEvent id='end'/>"
    + flows("start>write", "write>check", "check>end"),
)


def drafted(case: Driver, by: str = "ada") -> tuple[str, Task]:
    """A case whose first task somebody holds with a draft."""
    instance = case.start()
    with case.engine.begin(case.people[by]) as uow:
        task = tasks.claim(uow, case.open_task(instance, "write").id)
        return instance, tasks.save_draft(uow, task.id, DRAFT, revision=task.revision)


def id_of(case: Driver, name: str) -> str:
    return case.people[name].user_id or ""


def lend(case: Driver, task: Task, to: str, by: str = "ada") -> Task:
    with case.engine.begin(case.people[by]) as uow:
        return handovers.lend(
            uow, task.id, id_of(case, to), opinion="请先拟", revision=task.revision
        )


def now(case: Driver, task: Task) -> Task:
    with case.engine.read(SYSTEM) as uow:
        return uow.session.get_one(Task, task.id)


def test_a_draft_survives_being_put_back_passed_on_and_lent(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.unclaim(uow, task.id)
    with case.engine.begin(case.people["bob"]) as uow:
        held = tasks.claim(uow, task.id)
        assert held.draft == DRAFT
        handovers.transfer(
            uow, task.id, id_of(case, "ada"), opinion="还是你办", revision=held.revision
        )
    lent = lend(case, now(case, task), "cai")
    assert lent.draft == DRAFT
    with case.engine.begin(case.people["cai"]) as uow:
        tasks.save_draft(uow, task.id, {"note": "拟好"}, revision=lent.revision)
    with case.engine.begin(case.people["cai"]) as uow:
        handovers.give_back(uow, task.id, opinion="请阅", revision=now(case, task).revision)
    assert (now(case, task).draft, now(case, task).assignee_id) == (
        {"note": "拟好"},
        id_of(case, "ada"),
    )
    assert case.breaks(instance) == []


def test_a_draft_survives_a_pause_a_restart_a_stale_save_and_one_too_large(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    with case.engine.begin(SYSTEM) as uow:
        instances.suspend(uow, instance, reason="暂停")
    with pytest.raises(Conflict), case.engine.begin(case.people["ada"]) as uow:
        tasks.save_draft(uow, task.id, {"note": "迟"}, revision=task.revision)
    assert now(case, task).draft == DRAFT
    with case.engine.begin(SYSTEM) as uow:
        instances.resume(uow, instance, reason="继续")
    old = case.engine
    case.engine = Engine(old.database, old.clock, old.packages.values(), old.files_dir)
    with pytest.raises(Stale), case.engine.begin(case.people["ada"]) as uow:
        tasks.save_draft(uow, task.id, {"note": "旧"}, revision=task.revision - 1)
    big = {"note": "长" * tasks.MAX_DRAFT_BYTES}
    with pytest.raises(Invalid) as raised, case.engine.begin(case.people["ada"]) as uow:
        tasks.save_draft(uow, task.id, big, revision=task.revision)
    assert raised.value.code == "draft-too-large"
    assert now(case, task).draft == DRAFT


def test_a_draft_survives_its_holder_s_leaving(drive: Drive) -> None:
    case = drive(MODEL)
    _, task = drafted(case)
    with case.engine.begin(SYSTEM) as uow:
        departures.close(uow, id_of(case, "ada"))
    left = now(case, task)
    assert (left.state, left.assignee_id, left.draft) == ("ready", None, DRAFT)
    with case.engine.begin(case.people["bob"]) as uow:
        assert tasks.claim(uow, task.id).draft == DRAFT


def test_a_borrower_who_leaves_gives_the_task_back_to_its_owner(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    lend(case, task, "cai")
    with case.engine.begin(SYSTEM) as uow:
        departures.close(uow, id_of(case, "cai"))
    back = now(case, task)
    assert (back.state, back.assignee_id, back.draft) == ("claimed", id_of(case, "ada"), DRAFT)
    assert case.breaks(instance) == []
    case.complete(instance, "write", {"note": "好"})


def test_what_is_given_back_to_an_owner_who_left_waits_for_all_who_may(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    lend(case, task, "cai")
    with case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, id_of(case, "ada"), reason="亲属")
    with case.engine.begin(case.people["cai"]) as uow:
        handovers.give_back(uow, task.id, opinion="请阅", revision=now(case, task).revision)
    left = now(case, task)
    assert (left.state, left.assignee_id, left.owner_id) == ("ready", None, None)
    with case.engine.begin(case.people["bob"]) as uow:
        assert tasks.claim(uow, task.id).draft == DRAFT


def test_a_candidate_frees_a_lent_task_whose_owner_and_borrower_keep_out(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    lend(case, task, "cai")
    with case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, id_of(case, "ada"), reason="亲属")
        recusals.add(uow, instance, id_of(case, "cai"), reason="亲属")
    with pytest.raises(NotFound), case.engine.begin(case.people["cai"]) as uow:
        handovers.give_back(uow, task.id, opinion="请阅", revision=task.revision + 1)
    with case.engine.begin(case.people["bob"]) as uow:
        held = tasks.assign(uow, task.id, id_of(case, "bob"))
    assert (held.owner_id, held.lending, held.draft) == (None, None, DRAFT)
    case.complete(instance, "write", {"note": "好"}, by="bob")


def test_ending_the_case_ends_what_was_lent(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    lend(case, task, "cai")
    with pytest.raises(Invalid), case.engine.begin(case.people["ada"]) as uow:
        instances.cancel(uow, instance, reason=" ")
    with case.engine.read(case.people["bob"]) as uow:
        assert "cancel" not in access.allowed_acts(uow, access.require_instance(uow, instance))
    assert case.waiting(instance) == ["write"]
    with case.engine.begin(case.people["ada"]) as uow:
        instances.cancel(uow, instance, reason="重复发起")
    assert case.state(instance) == "cancelled"
    assert case.waiting(instance) == []
    assert now(case, task).owner_id is None
    with case.engine.read(case.people["ada"]) as uow:
        [row] = handovers.of_tasks(uow, [task.id])[task.id]
    assert row.ending == "dropped"
    assert case.breaks(instance) == []


def test_a_stand_in_passes_on_and_both_are_named(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    with case.engine.begin(case.people["ada"]) as uow:
        delegations.give(
            uow, to=id_of(case, "cai"), from_on=uow.today, until_on=uow.today, reason="出差"
        )
    with case.engine.read(case.people["cai"]) as uow:
        acting = delegations.actor_for(uow, case.people["cai"], id_of(case, "ada"))
    with case.engine.begin(acting) as uow:
        handovers.transfer(uow, task.id, id_of(case, "bob"), opinion="请办", revision=task.revision)
    with case.engine.read(case.people["bob"]) as uow:
        [row] = handovers.of_tasks(uow, [task.id])[task.id]
    assert (row.from_user_id, row.stand_in_id) == (id_of(case, "ada"), id_of(case, "cai"))
    with case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, id_of(case, "cai"), reason="亲属")
    with case.engine.begin(acting) as uow, pytest.raises(NotFound):
        urging.urge(uow, task.id, channel="phone")


def test_two_who_pass_on_at_once_leave_it_in_one_hand(drive: Drive) -> None:
    case = drive(MODEL)
    _, task = drafted(case)

    def give() -> str:
        lend(case, task, "bob")
        return "lent"

    def pass_on() -> str:
        with case.engine.begin(case.people["ada"]) as uow:
            handovers.transfer(
                uow, task.id, id_of(case, "bob"), opinion="请办", revision=task.revision
            )
        return "passed"

    results = together(give, pass_on)
    assert sum(isinstance(result, str) for result in results) == 1
    assert now(case, task).assignee_id == id_of(case, "bob")


def test_a_signer_s_task_is_lent_and_its_owner_votes(drive: Drive) -> None:
    terms = "<extensionElements><dudao:signOff rule='all' per='post'/></extensionElements>"
    text = bpmn(
        "main",
        "<startEvent id='start'/>"
        + user("joint", group="staff,head", form="remark", inner=terms)
        + "<endEvent id='end'/>"
        + flows("start>joint", "joint>end"),
    )
    case = drive(text)
    instance = case.start()
    [row] = [t for t in case.open_tasks(instance) if may(case, t, "cai")]
    with case.engine.begin(case.people["cai"]) as uow:
        row = tasks.claim(uow, row.id)
    row = lend(case, row, "bob", by="cai")
    with pytest.raises(NotAllowed), case.engine.begin(case.people["bob"]) as uow:
        signing.vote(uow, row.id, "agree", values={}, opinion="好", revision=row.revision)
    with case.engine.begin(case.people["bob"]) as uow:
        row = handovers.give_back(uow, row.id, opinion="可同意", revision=row.revision)
    with case.engine.begin(case.people["cai"]) as uow:
        signing.vote(uow, row.id, "agree", values={}, opinion="同意", revision=row.revision)
    assert len(case.open_tasks(instance)) == 1
    assert case.breaks(instance) == []


def may(case: Driver, task: Task, name: str) -> bool:
    with case.engine.read(case.people[name]) as uow:
        return "claim" in access.allowed_acts(uow, uow.session.get_one(Task, task.id))


def test_who_loses_the_case_loses_the_copy(drive: Drive) -> None:
    case = drive(MODEL)
    instance, task = drafted(case)
    with case.engine.begin(case.people["ada"]) as uow:
        circulation.circulate(uow, task.id, [id_of(case, "cai")])
    with case.engine.read(case.people["cai"]) as uow:
        assert [t.id for t in worklist.search(uow, tab=Tab.COPIED)] == [task.id]
    with case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, id_of(case, "cai"), reason="亲属")
    with case.engine.read(case.people["cai"]) as uow:
        assert list(worklist.search(uow, tab=Tab.COPIED)) == []
        counts = worklist.counts(uow)
        assert (counts["copied"], counts["copied_unread"]) == (0, 0)
