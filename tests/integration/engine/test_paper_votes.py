"""What several sign is not recorded on paper by one record: each votes, or somebody in their place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from engine import identity, instances, tasks
from engine.clock import ManualClock
from engine.errors import EngineError, NotAllowed
from engine.handover import delegations
from engine.permission import access
from engine.permission.parties import Party
from engine.signoff import cosigners, signing
from engine.tables import Task
from tests import factories, models
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.integration.engine.test_paper_acts import OUTSIDE, Desk
from tests.models import flows, user

VOTE = "<extensionElements><dudao:signOff rule='all'/></extensionElements>"


def desk_of(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path, *, inner: str
) -> tuple[Desk, str]:
    """A case that waits for the mayor; with `inner` in the model of that task."""
    model = models.bpmn(
        "main",
        "<startEvent id='start'/>"
        + user("sign", group="mayor", inner=inner)
        + "<endEvent id='end'/>"
        + flows("start>sign", "sign>end"),
    )
    entries = 'recorders = ["staff", "head"]\n'
    family = models.family(tmp_path, model, entries=entries, manifest=OUTSIDE)
    case = Driver(engine=engine_for(family), clock=clock).set_up()
    with case.engine.begin(SYSTEM) as uow:
        committee = factories.organisation(uow, "committee")
        mayor = factories.person(uow, "mayor", ("mayor", committee))
        factories.person(uow, "vice", ("mayor", committee))
        related = [
            Party(relation="office", organisation_id=case.office_id),
            Party(relation="committee", organisation_id=committee.id),
        ]
        instance = instances.start(uow, case.family, related=related).id
    return Desk(case=case, mayor=mayor, committee_id=committee.id, acted=[]), instance


def acts(desk: Desk, task: Task, by: str) -> set[str]:
    with desk.case.engine.read(desk.person(by)) as uow:
        return set(access.allowed_acts(uow, uow.session.get_one(Task, task.id)))


def refusal(desk: Desk, instance: str) -> EngineError:
    """Of a record of the mayor's signature."""
    paper = desk.paper()
    return desk.refused(instance, lambda: desk.propose(instance, paper))


def test_a_vote_of_several_is_not_offered_and_refused_and_a_stand_in_votes_for_the_absent(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    desk, instance = desk_of(engine_for, clock, tmp_path, inner=VOTE)
    task = desk.task(instance)
    assert "record_on_paper" not in acts(desk, task, "ada")
    assert isinstance(refusal(desk, instance), NotAllowed)

    with desk.case.engine.begin(SYSTEM) as uow:
        deputy = factories.person(uow, "deputy")
    with desk.case.engine.begin(desk.mayor) as uow:
        delegations.give(
            uow,
            to=str(deputy.user_id),
            from_on=uow.today,
            until_on=uow.today + timedelta(days=1),
            reason="出差，已在纸质件上签字",
        )
    with desk.case.engine.read(SYSTEM) as uow:
        acting = delegations.actor_for(
            uow, identity.actor_of(uow, str(deputy.user_id)), str(desk.mayor.user_id)
        )
    with desk.case.engine.begin(acting) as uow:
        own = tasks.claim(uow, task.id)
        signing.vote(uow, own.id, "agree", values={}, opinion="见纸质件", revision=own.revision)
    [(event, said)] = desk.told(instance, "task.voted")
    assert (event.actor_name, said["vote"]) == ("deputy（代mayor）", "agree")


def test_a_task_that_others_were_asked_to_sign_too_is_not_recorded(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    desk, instance = desk_of(engine_for, clock, tmp_path, inner="")
    task = desk.task(instance)
    assert "record_on_paper" in acts(desk, task, "ada")
    with desk.case.engine.begin(desk.mayor) as uow:
        own = tasks.claim(uow, task.id)
        vice = desk.person("vice")
        cosigners.add(
            uow,
            own.id,
            str(vice.user_id),
            placement="parallel",
            question="请会签",
            revision=own.revision,
        )
    assert "record_on_paper" not in acts(desk, task, "ada")
    assert isinstance(refusal(desk, instance), NotAllowed)
