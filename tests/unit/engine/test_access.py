"""Who sees what, and what they may do: one rule at a time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.clock import ManualClock
from engine.errors import NotAllowed, NotFound
from engine.handover.handover_acts import AROUND
from engine.permission import access, parties, recusals
from engine.states import InstanceState
from engine.tables import (
    Event,
    Incident,
    Instance,
    Job,
    Organisation,
    Party,
    Recusal,
    Task,
    new_id,
)
from engine.unit_of_work import UnitOfWork
from tests.conftest import EngineFor
from tests.unit.engine.world import SYSTEM, World, packages


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    return World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()


#: What the holder of a task does with it, alone or by asking others to sign.
WORK = {"complete", "save_draft", "add_signer", "add_signer_before", "add_signer_after", "lend"}


def _acts(world: World, name: str, task_id: str) -> set[str]:
    with world.engine.read(world.people[name]) as uow:
        return set(access.allowed_acts(uow, uow.session.get_one(Task, task_id))) - AROUND


def _audiences(world: World, name: str, instance_id: str) -> set[str]:
    with world.engine.read(world.people[name]) as uow:
        return set(access.audiences(uow, uow.session.get_one(Instance, instance_id)))


def _sees(world: World, name: str, instance_id: str) -> bool:
    with world.engine.read(world.people[name]) as uow:
        try:
            access.require_instance(uow, instance_id)
        except NotFound:
            return False
        return True


def test_a_post_in_a_party_is_related_to_the_case_and_reads_its_audiences(world: World) -> None:
    world.person("Ada", "staff@Office")
    world.person("Zoe", "staff@Elsewhere")
    case = world.instance("office@Office")
    assert _sees(world, "Ada", case)
    assert _audiences(world, "Ada", case) == {"internal", "unit", "superior", "public"}
    assert not _sees(world, "Zoe", case)
    assert _audiences(world, "Zoe", case) == set()


def test_a_post_of_another_group_in_the_same_organisation_is_not_related(world: World) -> None:
    world.person("Gus", "driver@Office")
    case = world.instance("office@Office")
    assert not _sees(world, "Gus", case)


def test_a_post_that_has_ended_no_longer_counts(world: World) -> None:
    from engine.identity import actor_of, posts

    ada = world.person("Ada", "staff@Office")
    case = world.instance("office@Office")
    assert ada.user_id is not None
    with world.engine.begin(SYSTEM) as uow:
        (post,) = posts.of(uow, ada.user_id)
        posts.end(uow, post.id)
        world.people["Ada"] = actor_of(uow, ada.user_id)
    assert not _sees(world, "Ada", case)


def test_a_unit_learns_nothing_before_it_is_told(world: World) -> None:
    uma = world.person("Uma", "unit@School")
    case = world.instance("office@Office", "unit@School")
    world.task(case, "unit@School", audience="unit")
    assert not _sees(world, "Uma", case)
    assert world.ids(uma, Instance.id, access.visible_instances) == set()
    assert world.ids(uma, Task.id, access.visible_tasks) == set()
    assert world.ids(uma, Task.id, access.claimable_tasks) == set()
    assert world.ids(uma, Party.id, access.visible_parties) == set()
    with world.engine.begin(SYSTEM) as uow:
        parties.notify(uow, case, "unit")
    assert _sees(world, "Uma", case)
    assert _audiences(world, "Uma", case) == {"unit", "public"}
    assert len(world.ids(uma, Task.id, access.claimable_tasks)) == 1


def test_a_task_sent_in_person_before_the_notice_gives_nothing_away(world: World) -> None:
    world.person("Uma", "unit@School")
    case = world.instance("office@Office", "unit@School")
    task = world.task(case, "Uma", audience="unit", assignee="Uma")
    assert not _sees(world, "Uma", case)
    assert _acts(world, "Uma", task) == set()
    with world.engine.read(world.people["Uma"]) as uow, pytest.raises(NotFound):
        access.require_task(uow, task)


def test_who_is_also_of_the_office_sees_the_case_before_the_notice(world: World) -> None:
    world.person("Lin", "staff@Office", "superior@Bureau")
    case = world.instance("office@Office", "superior@Bureau")
    assert _sees(world, "Lin", case)


def test_a_party_that_names_a_person_binds_that_person_alone(world: World) -> None:
    ira = world.person("Ira", "inspector@Office")
    world.person("Ivo", "inspector@Office")
    case = world.instance()
    with world.engine.begin(SYSTEM) as uow:
        office = world.organisations["Office"]
        parties.add(uow, case, "group", office, user_id=ira.user_id)
    assert _sees(world, "Ira", case)
    assert not _sees(world, "Ivo", case)
    with world.engine.read(ira) as uow:
        found = uow.session.get_one(Instance, case)
        assert access.relations(uow, found) == {"group"}


def test_an_administrator_sees_no_case_even_with_another_post(world: World) -> None:
    world.person("Sam", "system_admin@Office", "staff@Office")
    case = world.instance("office@Office")
    task = world.task(case, "staff@Office", assignee="Sam")
    assert not _sees(world, "Sam", case)
    assert _acts(world, "Sam", task) == set()
    assert world.ids(world.people["Sam"], Task.id, access.visible_tasks) == set()
    assert world.ids(world.people["Sam"], Task.id, access.claimable_tasks) == set()


def test_only_who_runs_the_system_sees_all_jobs_and_incidents(world: World) -> None:
    sam = world.person("Sam", "system_admin@Office")
    ada = world.person("Ada", "staff@Office")
    uma = world.person("Uma", "unit@School")
    case = world.instance("office@Office", "unit@School!")
    other = world.instance("office@Elsewhere")
    with world.engine.begin(SYSTEM) as uow:
        for instance_id in (case, other):
            uow.session.add(
                Job(
                    id=instance_id,
                    kind="timer",
                    instance_id=instance_id,
                    due_at=uow.now,
                    created_at=uow.now,
                )
            )
            uow.session.add(
                Incident(id=instance_id, instance_id=instance_id, message="x", opened_at=uow.now)
            )
    for column, condition in (
        (Job.id, access.visible_jobs),
        (Incident.id, access.visible_incidents),
    ):
        assert world.ids(sam, column, condition) == {case, other}
        assert world.ids(ada, column, condition) == {case}
        assert world.ids(uma, column, condition) == set()


def test_the_same_relation_of_another_family_gives_only_what_that_family_says(
    world: World,
) -> None:
    world.person("Uma", "unit@School")
    other = world.instance("unit@School", family="others")
    case = world.instance("unit@School")
    assert _audiences(world, "Uma", other) == {"internal", "public"}
    assert _audiences(world, "Uma", case) == set()


def test_events_are_read_by_audience(world: World) -> None:
    uma = world.person("Uma", "unit@School")
    case = world.instance("office@Office", "unit@School!")
    with world.engine.begin(SYSTEM) as uow:
        for audience in ("internal", "unit", "superior", "public"):
            uow.record(f"said.{audience}", instance_id=case, audience=audience)
    kinds = world.ids(uma, Event.kind, access.visible_events)
    assert kinds == {"said.unit", "said.public"}


def test_a_unit_does_not_see_who_else_is_a_party(world: World) -> None:
    uma = world.person("Uma", "unit@School")
    ada = world.person("Ada", "staff@Office")
    world.instance("office@Office", "unit@School!", "adviser@University")
    assert world.ids(uma, Party.relation, access.visible_parties) == {"unit"}
    assert world.ids(ada, Party.relation, access.visible_parties) == {"office", "unit", "adviser"}


def test_a_candidate_sees_the_task_but_reads_only_as_the_role_does(world: World) -> None:
    world.person("Ann", "adviser@University")
    case = world.instance("office@Office")
    task = world.task(case, "adviser@University", audience="internal")
    assert _sees(world, "Ann", case)
    assert _audiences(world, "Ann", case) == {"public"}
    with world.engine.read(world.people["Ann"]) as uow:
        assert access.require_task(uow, task).id == task


def test_a_units_task_that_a_model_forgot_to_mark_opens_nothing_internal(world: World) -> None:
    uma = world.person("Uma", "unit@School")
    case = world.instance("office@Office", "unit@School!")
    world.task(case, "unit@School", audience="internal", assignee="Uma")
    hidden = world.task(case, "staff@Office", audience="internal")
    assert _audiences(world, "Uma", case) == {"unit", "public"}
    assert hidden not in world.ids(uma, Task.id, access.visible_tasks)


def test_a_person_named_by_the_model_reads_with_the_tasks_audience(world: World) -> None:
    world.person("Eva")
    case = world.instance("office@Office")
    world.task(case, "Eva", audience="internal")
    assert _audiences(world, "Eva", case) == {"internal"}


def test_a_candidate_loses_the_case_when_somebody_else_has_done_the_task(world: World) -> None:
    world.person("Ann", "adviser@University")
    world.person("Abe", "adviser@University")
    case = world.instance("office@Office")
    world.task(case, "adviser@University", completed_by="Abe")
    assert not _sees(world, "Ann", case)
    assert _sees(world, "Abe", case)


def test_a_recused_person_reads_nothing_internal_and_takes_nothing(world: World) -> None:
    ada = world.person("Ada", "staff@Office")
    case = world.instance("office@Office")
    task = world.task(case, "staff@Office")
    assert ada.user_id is not None
    with world.engine.begin(SYSTEM) as uow:
        recusals.add(uow, case, ada.user_id, reason="近亲属任职")
        recusals.add(uow, case, ada.user_id, reason="近亲属任职")
        assert [row.reason for row in recusals.of(uow, case)] == ["近亲属任职"]
    assert _audiences(world, "Ada", case) == {"unit", "superior", "public"}
    assert _acts(world, "Ada", task) == set()
    assert task not in world.ids(ada, Task.id, access.visible_tasks)
    assert task not in world.ids(ada, Task.id, access.claimable_tasks)


def test_a_recusal_hides_the_case_from_who_reads_only_what_is_internal(world: World) -> None:
    ari = world.person("Ari", "archivist@Archive")
    case = world.instance("archive@Archive")
    assert _sees(world, "Ari", case)
    assert ari.user_id is not None
    with world.engine.begin(SYSTEM) as uow:
        recusals.add(uow, case, ari.user_id, reason="利害关系")
    assert not _sees(world, "Ari", case)


def test_who_did_one_step_may_not_take_the_step_that_checks_it(world: World) -> None:
    world.person("Ada", "staff@Office")
    world.person("Bob", "staff@Office")
    case = world.instance("office@Office")
    world.task(case, "staff@Office", element_id="draft", completed_by="Ada")
    check = world.task(case, "staff@Office", element_id="check")
    with world.engine.begin(SYSTEM) as uow:
        row = uow.session.get_one(Task, check)
        assert recusals.separate(uow, row, ["draft"]) == [world.people["Ada"].user_id]
        assert recusals.separate(uow, row, ["draft"]) == [world.people["Ada"].user_id]
    assert _acts(world, "Ada", check) == set()
    assert _acts(world, "Bob", check) == {"claim", "assign"}


def test_separation_counts_the_same_item_of_a_multi_instance(world: World) -> None:
    world.person("Ada", "staff@Office")
    world.person("Bob", "staff@Office")
    case = world.instance("office@Office")
    for name, scope in (("Ada", "one"), ("Bob", "two")):
        world.task(case, "staff@Office", element_id="draft", completed_by=name, scope_id=scope)
    check = world.task(case, "staff@Office", element_id="check", scope_id="two")
    with world.engine.begin(SYSTEM) as uow:
        recusals.separate(uow, uow.session.get_one(Task, check), ["draft"])
    assert "claim" in _acts(world, "Ada", check)
    assert _acts(world, "Bob", check) == set()


def test_a_free_task_can_be_claimed_and_an_own_one_completed(world: World) -> None:
    world.person("Ada", "staff@Office")
    world.person("Bob", "staff@Office")
    case = world.instance("office@Office")
    free = world.task(case, "staff@Office")
    taken = world.task(case, "staff@Office", assignee="Ada")
    assert _acts(world, "Ada", free) == {"claim", "assign"}
    assert _acts(world, "Ada", taken) == WORK | {"unclaim", "assign", "transfer"}
    assert _acts(world, "Bob", taken) == set()
    with world.engine.read(world.people["Bob"]) as uow:
        row = uow.session.get_one(Task, taken)
        with pytest.raises(NotAllowed):
            access.require_act(uow, row, "complete")


def test_a_task_given_to_one_person_alone_cannot_be_handed_back(world: World) -> None:
    world.person("Eva")
    case = world.instance("office@Office")
    task = world.task(case, assignee="Eva")
    assert _acts(world, "Eva", task) == WORK


def test_a_task_whose_holder_left_the_post_can_be_assigned_anew(world: World) -> None:
    from engine.identity import actor_of, posts

    ada = world.person("Ada", "staff@Office")
    world.person("Bob", "staff@Office")
    case = world.instance("office@Office")
    task = world.task(case, "staff@Office", assignee="Ada")
    assert _acts(world, "Bob", task) == set()
    assert ada.user_id is not None
    with world.engine.begin(SYSTEM) as uow:
        posts.end(uow, posts.of(uow, ada.user_id)[0].id)
        world.people["Ada"] = actor_of(uow, ada.user_id)
    assert _acts(world, "Ada", task) == set()
    assert _acts(world, "Bob", task) == {"assign"}


def test_nothing_is_done_in_a_suspended_case(world: World) -> None:
    world.person("Ada", "staff@Office")
    case = world.instance("office@Office")
    task = world.task(case, "staff@Office", assignee="Ada")
    with world.engine.begin(SYSTEM) as uow:
        uow.session.get_one(Instance, case).state = InstanceState.SUSPENDED
    assert _acts(world, "Ada", task) == set()
    assert _sees(world, "Ada", case)


def test_who_started_a_case_may_cancel_it_unless_the_family_says_otherwise(world: World) -> None:
    ada = world.person("Ada", "staff@Office")
    bob = world.person("Bob", "staff@Office")
    case = world.instance("office@Office", started_by=ada.user_id)
    for actor, expected in ((ada, {"cancel"}), (bob, set()), (SYSTEM, {"cancel", "suspend"})):
        with world.engine.read(actor) as uow:
            found = uow.session.get_one(Instance, case)
            assert access.allowed_acts(uow, found) == expected


def test_a_family_adds_acts_for_its_own_rows(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    from dataclasses import replace

    plain, other = packages(tmp_path)
    package = replace(
        plain,
        acts={
            "instance": lambda uow, row: ["suspend", "resume", "fly"],
            "organisation": lambda uow, row: ["praise"] if uow.actor.holds("staff") else [],
        },
    )
    world = World(engine=engine_for(package, other), clock=clock).set_up()
    ada = world.person("Ada", "staff@Office")
    case = world.instance("office@Office")
    with world.engine.read(ada) as uow:
        assert access.allowed_acts(uow, uow.session.get_one(Instance, case)) == {"suspend"}
        office = uow.session.get_one(Organisation, world.organisations["Office"])
        assert access.allowed_acts(uow, office) == {"praise"}
        assert access.allowed_acts(uow, object()) == set()


def test_a_family_with_a_start_form_is_started_by_who_holds_one_of_its_roles(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    from dataclasses import replace

    plain, other = packages(tmp_path)
    world = World(
        engine=engine_for(replace(plain, start_form="cases/open"), other), clock=clock
    ).set_up()
    with_form, without = world.engine.packages.values()
    world.person("Ada", "staff@Office")
    world.person("Gus", "driver@Office")
    world.person("Sam", "staff@Office", "model_editor@Office")
    for name, expected in (("Ada", {"start"}), ("Gus", set()), ("Sam", set())):
        with world.engine.read(world.people[name]) as uow:
            assert access.allowed_acts(uow, with_form) == expected
            assert access.allowed_acts(uow, without) == set()


def test_a_page_of_tasks_costs_a_fixed_number_of_queries(world: World) -> None:
    ada = world.person("Ada", "staff@Office")
    case = world.instance("office@Office")
    for _ in range(12):
        world.task(case, "staff@Office")
    with world.engine.read(ada) as uow:
        rows = uow.session.scalars(sa.select(Task).where(access.visible_tasks(uow))).all()
        statements: list[str] = []
        sa.event.listen(
            world.engine.database.engine,
            "before_cursor_execute",
            lambda *args: statements.append(args[2]),
        )
        acts = access.allowed_task_acts(uow, rows)
    assert len(acts) == 12
    assert {row - AROUND for row in acts.values()} == {frozenset({"claim", "assign"})}
    assert len(statements) == 6


def test_what_a_unit_of_work_writes_counts_at_once_and_no_longer_when_taken_back(
    world: World,
) -> None:
    ada = world.person("Ada", "staff@Office")
    case = world.instance("office@Office")
    task_id = world.task(case, "staff@Office")
    with world.engine.begin(ada) as uow:
        task = access.require_task(uow, task_id)
        assert "claim" in access.allowed_acts(uow, task)
        with suppress(RuntimeError), uow.session.begin_nested():
            uow.session.add(_recusal(uow, case))
            assert access.allowed_acts(uow, task) == frozenset()
            raise RuntimeError
        assert "claim" in access.allowed_acts(uow, task)
        uow.session.execute(sa.insert(Recusal), [_recusal_row(uow, case)])
        assert access.allowed_acts(uow, task) == frozenset()


def _recusal(uow: UnitOfWork, case: str) -> Recusal:
    return Recusal(**_recusal_row(uow, case))


def _recusal_row(uow: UnitOfWork, case: str) -> dict[str, object]:
    return {"user_id": uow.actor.user_id, "instance_id": case, "decided_at": uow.now}


def test_what_does_not_exist_and_what_is_hidden_are_one_answer(world: World) -> None:
    world.person("Zoe", "staff@Elsewhere")
    case = world.instance("office@Office")
    task = world.task(case, "staff@Office")
    with world.engine.read(world.people["Zoe"]) as uow:
        for real, require in ((case, access.require_instance), (task, access.require_task)):
            messages = set()
            for wanted in (real, new_id(), "nonsense"):
                with pytest.raises(NotFound) as caught:
                    require(uow, wanted)
                messages.add((caught.value.code, caught.value.detail))
            assert len(messages) == 1


def test_the_system_sees_all(world: World) -> None:
    case = world.instance("office@Office")
    task = world.task(case, "staff@Office")
    assert case in world.ids(SYSTEM, Instance.id, access.visible_instances)
    with world.engine.read(SYSTEM) as uow:
        assert access.require_task(uow, task).id == task
        assert access.audiences(uow, access.require_instance(uow, case)) == access.AUDIENCES
        assert "complete" in access.allowed_acts(uow, uow.session.get_one(Task, task))
