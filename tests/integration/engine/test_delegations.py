"""Acting for somebody who is away: what a stand-in sees and does, and what keeps them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import tasks
from engine.actor import Actor, PostRef
from engine.administration import duties, proposals
from engine.desk import worklist
from engine.desk.worklist import Tab
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.handover import delegations
from engine.identity.posts import actor_of
from engine.permission import recusals
from engine.record import history
from engine.tables import Delegation, Event, Organisation, Post, Task
from tests import factories, models
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import flows, user

MODEL = models.bpmn(
    "main",
    "<startEvent id='start'/>"
    + user("write", form="remark")
    + user("check", group="head", form="remark", extra="dudao:separateFrom='write'")
    + user("file", group="head", form="remark")
    + "<endEvent id='end'/>"
    + flows("start>write", "write>check", "check>file", "file>end"),
)


@pytest.fixture
def case(drive: Drive) -> Driver:
    """The head, cai, is away; dan, of another place, may stand in; eve may for dan."""
    found = drive(MODEL)
    with found.engine.begin(SYSTEM) as uow:
        elsewhere = factories.organisation(uow, "elsewhere")
        for name in ("dan", "eve"):
            found.people[name] = factories.person(uow, name, ("staff", elsewhere))
    return found


def give(case: Driver, by: str, to: str, **given: Any) -> Delegation:
    with case.engine.begin(case.people[by]) as uow:
        return delegations.give(
            uow,
            to=str(case.people[to].user_id),
            **{
                "from_on": uow.today,
                "until_on": uow.today + timedelta(days=3),
                "reason": "出差",
                **given,
            },
        )


def stand_in(case: Driver, who: str, principal: str) -> Actor:
    with case.engine.read(case.people[who]) as uow:
        me = actor_of(uow, str(case.people[who].user_id))
        return delegations.actor_for(uow, me, str(case.people[principal].user_id))


def queue(case: Driver, actor: Actor, tab: Tab = Tab.CLAIMABLE) -> list[str]:
    with case.engine.read(actor) as uow:
        return [task.element_id for task in worklist.search(uow, tab=tab)]


def complete(case: Driver, actor: Actor, instance: str, element: str) -> Task:
    task = case.open_task(instance, element)
    with case.engine.begin(actor) as uow:
        task = tasks.claim(uow, task.id)
        tasks.complete(uow, task.id, {"remark": "同意"}, revision=task.revision)
        return task


def test_a_stand_in_sees_and_does_what_was_entrusted_and_both_names_stand(case: Driver) -> None:
    instance = case.start()
    case.complete(instance, "write")
    assert queue(case, case.people["dan"]) == []
    with pytest.raises(NotAllowed):
        stand_in(case, "dan", "cai")
    give(case, "cai", "dan")
    acting = stand_in(case, "dan", "cai")
    assert queue(case, acting) == ["check"]
    assert queue(case, case.people["dan"]) == []
    done = complete(case, acting, instance, "check")
    assert done.completed_by == case.people["cai"].user_id
    assert done.stand_in_id == case.people["dan"].user_id
    assert case.breaks(instance) == []
    with case.engine.read(SYSTEM) as uow:
        event = uow.session.scalars(
            sa.select(Event).where(Event.task_id == done.id, Event.kind == "task.completed")
        ).one()
        assert (event.actor_name, event.actor_id) == ("dan（代cai）", case.people["dan"].user_id)
        said = history.payload_of(uow, event.id)["acted_for"]
        assert said["name"] == "cai"
    assert queue(case, case.people["cai"], Tab.DONE) == ["check"]


def test_what_the_absent_person_holds_goes_on_in_the_hands_of_the_stand_in(case: Driver) -> None:
    instance = case.start()
    case.complete(instance, "write")
    task = case.open_task(instance, "check")
    with case.engine.begin(case.people["cai"]) as uow:
        task = tasks.claim(uow, task.id)
        task = tasks.save_draft(uow, task.id, {"remark": "半"}, revision=task.revision)
    give(case, "cai", "dan")
    acting = stand_in(case, "dan", "cai")
    assert queue(case, acting, Tab.MINE) == ["check"]
    with case.engine.begin(acting) as uow:
        tasks.complete(uow, task.id, {"remark": "全"}, revision=task.revision)
    assert case.waiting(instance) == ["file"]


def test_it_ends_with_its_last_day_or_when_it_is_revoked(case: Driver) -> None:
    give(case, "cai", "dan")
    stand_in(case, "dan", "cai")
    case.pass_time(days=4)
    with pytest.raises(NotAllowed):
        stand_in(case, "dan", "cai")
    row = give(case, "cai", "dan", from_on=case.clock.now().date() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        stand_in(case, "dan", "cai")
    case.pass_time(days=1)
    stand_in(case, "dan", "cai")
    with case.engine.begin(case.people["eve"]) as uow, pytest.raises(NotFound):
        delegations.revoke(uow, row.id)
    with case.engine.begin(case.people["dan"]) as uow:
        delegations.revoke(uow, row.id)
    with pytest.raises(NotAllowed):
        stand_in(case, "dan", "cai")
    with case.engine.begin(case.people["cai"]) as uow, pytest.raises(Conflict):
        delegations.revoke(uow, row.id)


@pytest.mark.parametrize("recused", ["cai", "dan"])
def test_recusal_of_either_beats_the_delegation(case: Driver, recused: str) -> None:
    give(case, "cai", "dan")
    acting = stand_in(case, "dan", "cai")
    instance, other = case.start(), case.start()
    for one in (instance, other):
        case.complete(one, "write")
    with case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, str(case.people[recused].user_id), reason="亲属")
    with case.engine.read(acting) as uow:
        assert [t.instance_id for t in worklist.search(uow, tab=Tab.CLAIMABLE)] == [other]
    with case.engine.begin(acting) as uow, pytest.raises(EngineError):
        tasks.claim(uow, case.open_task(instance, "check").id)


def test_separation_of_duties_holds_for_both_persons(case: Driver) -> None:
    with case.engine.begin(SYSTEM) as uow:
        office = uow.session.get_one(Organisation, case.office_id)
        case.people["fay"] = factories.person(uow, "fay", ("staff", office))
    instance = case.start()
    complete(case, case.people["fay"], instance, "write")
    give(case, "cai", "fay")
    acting = stand_in(case, "fay", "cai")
    assert queue(case, acting) == []  # fay wrote it
    with case.engine.begin(acting) as uow, pytest.raises(NotAllowed):
        tasks.claim(uow, case.open_task(instance, "check").id)

    with case.engine.begin(SYSTEM) as uow:
        uow.session.add(
            Post(
                user_id=str(case.people["cai"].user_id),
                group="staff",
                organisation_id=case.office_id,
                from_on=uow.today,
            )
        )
    second = case.start()
    complete(case, stand_in(case, "fay", "cai"), second, "write")
    give(case, "cai", "eve", until_on=case.clock.now().date())
    with case.engine.begin(stand_in(case, "eve", "cai")) as uow, pytest.raises(NotAllowed):
        tasks.claim(uow, case.open_task(second, "check").id)  # in cai's place it was written


def test_only_the_entrusted_posts_count_with_the_tasks_held_by_them(case: Driver) -> None:
    head = ("head", case.office_id)
    with case.engine.begin(SYSTEM) as uow:
        uow.session.add(
            Post(
                user_id=str(case.people["cai"].user_id),
                group="staff",
                organisation_id=case.office_id,
                from_on=uow.today,
            )
        )
    cai = Actor(
        user_id=case.people["cai"].user_id,
        name="cai",
        posts=tuple(PostRef(group=g, organisation_id=case.office_id) for g in ("head", "staff")),
    )
    instance, held = case.start(), case.start()
    case.complete(instance, "write")
    with case.engine.begin(cai) as uow:
        tasks.claim(uow, case.open_task(held, "write").id)
    give(case, "cai", "dan", posts=[head])
    acting = stand_in(case, "dan", "cai")
    assert queue(case, acting) == ["check"]
    assert queue(case, acting, Tab.MINE) == []
    with case.engine.begin(acting) as uow, pytest.raises(EngineError):
        tasks.complete(uow, case.open_task(held, "write").id, {}, revision=2)
    with case.engine.begin(case.people["cai"]) as uow, pytest.raises(Invalid) as refused:
        delegations.give(
            uow,
            to=str(case.people["dan"].user_id),
            from_on=uow.today,
            until_on=uow.today,
            reason="x",
            posts=[("chair", case.office_id)],
        )
    assert [fault.code for fault in refused.value.errors] == ["not-held"]


def test_it_is_passed_on_by_who_is_away_too_and_never_in_a_circle(case: Driver) -> None:
    give(case, "cai", "dan")
    give(case, "dan", "eve")
    acting = stand_in(case, "eve", "cai")
    assert acting.stand_in is not None
    assert acting.stand_in.through == (case.people["dan"].user_id,)
    instance = case.start()
    case.complete(instance, "write")
    with case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, str(case.people["dan"].user_id), reason="亲属")
    assert queue(case, acting) == []  # who passed it on keeps out
    for by, to in (("eve", "cai"), ("dan", "cai"), ("eve", "dan")):
        with pytest.raises(Conflict) as refused:
            give(case, by, to)
        assert refused.value.code == "delegation-circle"
    later = case.clock.now().date() + timedelta(days=10)
    give(case, "eve", "cai", from_on=later, until_on=later)  # not at the same time


def test_an_assistant_arranges_and_does_not_act(case: Driver) -> None:
    with pytest.raises(NotAllowed):
        give(case, "dan", "eve", principal=case.people["cai"].user_id)
    give(case, "cai", "dan", kind=delegations.ARRANGE)
    with pytest.raises(NotAllowed):
        stand_in(case, "dan", "cai")
    row = give(case, "dan", "eve", principal=case.people["cai"].user_id)
    assert (row.source, row.set_by) == ("assistant", case.people["dan"].user_id)
    assert stand_in(case, "eve", "cai").name == "cai"


def test_acts_of_two_people_and_delegations_are_done_in_person(case: Driver) -> None:
    give(case, "cai", "dan")
    acting = stand_in(case, "dan", "cai")
    with case.engine.begin(acting) as uow:
        with pytest.raises(NotAllowed) as refused:
            delegations.give(
                uow,
                to=str(case.people["eve"].user_id),
                from_on=uow.today,
                until_on=uow.today,
                reason="x",
            )
        assert refused.value.code == "in-person"
        kind = next(iter(uow.engine.proposal_kinds.values()))
        with pytest.raises(NotAllowed):
            proposals.propose(uow, kind, subject=("x", "y"), title="x", reason="x")


def test_what_makes_no_sense_is_refused_and_nothing_is_kept(case: Driver) -> None:
    today = case.clock.now().date()
    with case.engine.begin(SYSTEM) as uow:
        office = uow.session.get_one(Organisation, case.office_id)
        case.people["adm"] = factories.person(uow, "adm", (duties.SYSTEM_ADMIN, office))
    for given, code in (
        ({"to": "cai"}, "delegation-to-oneself"),
        ({"to": "dan", "until_on": today - timedelta(days=1)}, "out-of-range"),
        ({"to": "dan", "until_on": today + timedelta(days=400)}, "out-of-range"),
        ({"to": "dan", "reason": "   "}, "required"),
        ({"to": "adm"}, "administrator"),
    ):
        with pytest.raises(Invalid) as refused:
            give(case, "cai", **given)  # type: ignore[arg-type]
        assert [fault.code for fault in refused.value.errors] == [code]
    with case.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(Delegation)).all() == []
