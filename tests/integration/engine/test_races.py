"""Two people at once: exactly one act happens, the other is told so; the chain never forks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from engine import jobs, tasks
from engine.actor import Actor
from engine.desk import casebook
from engine.errors import Conflict, EngineError, Stale
from engine.tables import Job
from tests.driver import Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, flows, user


@pytest.fixture
def case(drive: Drive) -> Driver:
    """Two tasks side by side, then one."""
    return drive(
        bpmn(
            "main",
            "<startEvent id='start'/><parallelGateway id='fork'/>"
            + user("left")
            + user("right", form="remark")
            + "<parallelGateway id='join'/>"
            + user("after")
            + "<endEvent id='end'/>"
            + flows(
                "start>fork",
                "fork>left",
                "fork>right",
                "left>join",
                "right>join",
                "join>after",
                "after>end",
            ),
        )
    )


def together(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment; what each returned or the engine error it met."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait(timeout=10)
        try:
            return act()
        except EngineError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_people_complete_the_same_task_at_once(case: Driver) -> None:
    instance = case.start()
    task_id = case.open_task(instance, "left").id
    with case.engine.begin(case.people["ada"]) as uow:
        revision = tasks.claim(uow, task_id).revision

    def complete() -> str:
        with case.engine.begin(case.people["ada"]) as uow:
            tasks.complete(uow, task_id, {}, revision=revision)
        return "done"

    results = together(complete, complete)
    assert results.count("done") == 1
    assert any(isinstance(result, Conflict | Stale) for result in results)
    assert case.waiting(instance) == ["right"]
    assert case.breaks(instance) == []


def test_two_branches_complete_at_once_and_join_once(case: Driver) -> None:
    instance = case.start()
    ids = {}
    for element, person in (("left", "ada"), ("right", "bob")):
        task = case.open_task(instance, element)
        with case.engine.begin(case.people[person]) as uow:
            ids[element] = (task.id, tasks.claim(uow, task.id).revision, person)

    def complete(element: str) -> str:
        task_id, revision, person = ids[element]
        with case.engine.begin(case.people[person]) as uow:
            tasks.complete(uow, task_id, {}, revision=revision)
        return "done"

    assert together(lambda: complete("left"), lambda: complete("right")) == ["done", "done"]
    assert case.waiting(instance) == ["after"]
    assert case.breaks(instance) == []


def test_two_people_claim_at_once(case: Driver) -> None:
    task_id = case.open_task(case.start(), "left").id

    def claim(person: str) -> str | None:
        with case.engine.begin(case.people[person]) as uow:
            return tasks.claim(uow, task_id).assignee_id

    results = together(lambda: claim("ada"), lambda: claim("bob"))
    winners = [result for result in results if isinstance(result, str)]
    assert len(winners) == 1


def test_two_starts_with_one_business_key(case: Driver) -> None:
    def start() -> str:
        return case.start(business_key="津教督办案〔2026〕7号")

    results = together(start, start)
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1
    with case.engine.read(case.people["ada"]) as uow:
        assert len(casebook.search(uow, casebook.Filter())) == 1


def test_two_workers_schedule_one_key_at_once_and_both_have_the_same_job(case: Driver) -> None:
    """Each has looked and found nothing before either commits, where the database lets both in."""
    keys = [f"once:{number}" for number in range(5)]
    is_alone = case.engine.database.dialect == "sqlite"  # one writer at a time
    for key in keys:
        looked = Barrier(1 if is_alone else 2)

        def schedule(key: str = key, looked: Barrier = looked) -> str:
            with case.engine.begin(Actor.system("test")) as uow:
                assert (
                    uow.session.scalar(sa.select(Job.id).where(Job.key == key)) is None or is_alone
                )
                looked.wait(timeout=10)
                return jobs.schedule(uow, "sweep_files", uow.now, key=key).id

        first, second = together(schedule, schedule)
        assert first == second

    with case.engine.read(Actor.system("test")) as uow:
        found = uow.session.scalars(sa.select(Job.key).where(Job.key.in_(keys))).all()
    assert sorted(key or "" for key in found) == keys


def test_a_key_whose_writer_gave_up_is_free_again(case: Driver) -> None:
    class GivenUp(Exception):
        pass

    system = Actor.system("test")

    def give_up() -> None:
        with case.engine.begin(system) as uow:
            jobs.schedule(uow, "sweep_files", uow.now, key="given up")
            raise GivenUp

    with pytest.raises(GivenUp):
        give_up()
    with case.engine.begin(system) as uow:
        job = jobs.schedule(uow, "sweep_files", uow.now, key="given up", payload={"n": 1})
        assert (job.attempts, job.max_attempts, job.payload) == (0, 3, {"n": 1})
        assert jobs.schedule(uow, "sweep_files", uow.now, key="given up") is job
