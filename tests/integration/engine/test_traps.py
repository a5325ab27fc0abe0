"""The ten traps of SpiffWorkflow 3.2 that engine/spiff/ closes, each with what would go wrong.

Told elsewhere: long loops (1) in tests/process/test_conformance_loops.py; completing twice (5) in
test_tasks.py; items that give lists (6) in tests/process/test_conformance_gateways.py; working days
frozen when a timer is armed (7) in test_waiting.py; sending back past joins and items (8) in
test_returns.py; what a migration keeps (9) in test_migration.py; adding and removing signers (10) in
test_signing.py and tests/unit/engine/test_adding_signers.py; a model that never waits in test_flows.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from engine import store
from engine.database import Database
from engine.package import Handler, StepContext
from engine.spiff import run, state
from engine.spiff.scripts import ScriptEngine
from engine.tables import Instance, Job
from engine.tables.runtime import InstanceSnapshot
from engine.timing import deadlines
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, flows, service, user

START, END = "<startEvent id='start'/>", "<endEvent id='end'/>"
FORK, JOIN = "<parallelGateway id='fork'/>", "<parallelGateway id='join'/>"
SIDES = ("start>fork", "fork>left", "fork>right", "left>join", "right>join", "join>after")
SIDE_BY_SIDE = START + FORK + JOIN + user("after") + END + flows(*SIDES, "after>end")


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """One for all: the traps are not those of a database."""
    return sqlite_database


@contextmanager
def tokens(case: Driver, instance_id: str) -> Iterator[Any]:
    """The restored tokens of a case."""
    with case.engine.read(SYSTEM) as uow:
        instance = uow.session.get_one(Instance, instance_id)
        yield store.load(uow, instance, scripts(uow, instance))


def test_1_a_way_of_more_than_a_thousand_steps_is_not_over_while_somebody_works(
    drive: Drive,
) -> None:
    steps = [f"pass{number}" for number in range(1_050)]
    body = START + "".join(f"<intermediateThrowEvent id='{step}'/>" for step in steps)
    body += user("ask") + user("also") + END
    pairs = zip(["start", *steps], [*steps, "ask"], strict=True)
    body += flows(*(f"{one}>{two}" for one, two in pairs), "pass1049>also", "ask>end", "also>end")
    case = drive(bpmn("main", body))
    instance = case.start()
    assert case.waiting(instance) == ["also", "ask"]
    assert case.complete(instance, "ask") is None
    assert (case.state(instance), case.waiting(instance)) == ("active", ["also"])
    case.complete(instance, "also")
    assert case.state(instance) == "completed"


def test_1_thirty_forks_and_joins_in_a_row_are_as_many_steps_as_drawn(drive: Drive) -> None:
    """The library foresees every way behind every fork: two to the power of thirty."""
    body, before = START + user("ask") + END, "start"
    for number in range(30):
        fork, join, ways = f"fork{number}", f"join{number}", [f"a{number}", f"b{number}"]
        body += f"<parallelGateway id='{fork}'/><parallelGateway id='{join}'/>"
        body += "".join(f"<intermediateThrowEvent id='{way}'/>" for way in ways)
        body += flows(f"{before}>{fork}", *(f"{fork}>{way}" for way in ways))
        body += flows(*(f"{way}>{join}" for way in ways))
        before = join
    case = drive(bpmn("main", body + flows(f"{before}>ask", "ask>end")))
    instance = case.start()
    assert case.waiting(instance) == ["ask"]
    with tokens(case, instance) as workflow:
        assert len(workflow.tasks) < 200
    case.complete(instance, "ask")
    assert case.state(instance) == "completed"


def test_2_what_a_handler_changes_in_place_reaches_no_other_branch(drive: Drive) -> None:
    seen = []

    def spoil(step: StepContext) -> dict[str, object]:
        step.variables["rows"][0]["note"] = "spoilt"
        step.variables["rows"].append("more")
        return {"left": 1}

    def look(step: StepContext) -> dict[str, object]:
        seen.append(step.variables["rows"])
        return {"right": 1}

    body = SIDE_BY_SIDE + service("left", "spoil") + service("right", "look")
    case = drive(
        bpmn("main", body), handlers={"spoil": Handler(call=spoil), "look": Handler(call=look)}
    )
    instance = case.start({"rows": [{"note": "as it was"}]})
    assert seen == [[{"note": "as it was"}]]
    held = case.variables(instance)
    assert held == {"rows": [{"note": "as it was"}], "left": 1, "right": 1}


def test_3_a_stored_state_is_bytes_that_restore_to_the_same_bytes(drive: Drive) -> None:
    wait = (
        "<intermediateCatchEvent id='right'><timerEventDefinition>"
        "<timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    )
    case = drive(bpmn("main", SIDE_BY_SIDE + user("left") + wait))
    instance = case.start({"z": 1, "a": {"z": [1], "b": None}})
    with tokens(case, instance) as workflow:
        first = state.read(state.dump(workflow))
        orders = [list(task.data) for task in workflow.tasks.values() if task.data]
    assert orders[0] == ["z", "a"]
    with case.engine.read(SYSTEM) as uow:
        stored = state.read(_content(uow, instance))
    assert [row[:3] for row in stored["top"]["tasks"]] == [row[:3] for row in first["top"]["tasks"]]
    assert stored == first


def test_4_threads_restore_beside_each_other_each_with_its_own_step(drive: Drive) -> None:
    case = drive(bpmn("main", SIDE_BY_SIDE + user("left") + user("right")))
    instances = [case.start({"number": number}) for number in range(4)]
    with case.engine.read(SYSTEM) as uow:
        rows = [uow.session.get_one(Instance, each) for each in instances]
        contents = [_content(uow, each) for each in instances]
        engines = [scripts(uow, row) for row in rows]

        def restore(number: int) -> set[Any]:
            found = set()
            for _ in range(20):
                workflow = store.restore(contents[number], engines[number])
                assert workflow.script_engine is engines[number]
                found.add(run.variables(workflow)["number"])
            return found

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(restore, range(4))) == [{0}, {1}, {2}, {3}]


def test_4_what_a_handler_raises_is_told_by_its_own_name(drive: Drive) -> None:
    def fail(step: StepContext) -> None:
        raise LookupError("no such register")

    body = START + user("ask") + service("call", "fail") + END
    body += flows("start>ask", "ask>call", "call>end")
    case = drive(bpmn("main", body), handlers={"fail": Handler(call=fail)})
    incident = case.complete(case.start(), "ask")
    assert incident is not None
    assert incident.element_id == "call"
    assert "LookupError：no such register" in incident.message


def test_6_branches_that_write_one_variable_do_not_mix_their_lists(drive: Drive) -> None:
    def write(rows: list[int]) -> Handler:
        return Handler(call=lambda step: {"rows": rows, f"by_{step.element_id}": True})

    body = SIDE_BY_SIDE + service("left", "long") + service("right", "short")
    case = drive(bpmn("main", body), handlers={"long": write([1, 2, 3]), "short": write([9])})
    held = case.variables(case.start({"rows": [0, 0]}))
    assert held["rows"] in ([1, 2, 3], [9])
    assert (held["by_left"], held["by_right"]) == (True, True)


def test_7_an_act_of_a_person_fires_no_timer_that_is_overdue(drive: Drive) -> None:
    due = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"
    body = START + FORK + user("ask") + user("after") + END
    for name, days in (("short", "P1D"), ("long", "P2D")):
        body += f"<intermediateCatchEvent id='{name}'>{due.format(days)}</intermediateCatchEvent>"
        body += user(f"after_{name}")
    body += flows("start>fork", "fork>ask", "fork>short", "fork>long", "ask>after", "after>end")
    body += flows("short>after_short", "long>after_long", "after_short>end", "after_long>end")
    case = drive(bpmn("main", body))
    instance = case.start()
    armed = {job.element_id: job.due_at for job in case.jobs(instance)}
    case.clock.advance(days=3)
    case.complete(instance, "ask")
    assert case.waiting(instance) == ["after"]
    assert {job.element_id: job.due_at for job in case.jobs(instance)} == armed
    with case.engine.begin(SYSTEM) as uow:  # only `long` is given to a worker
        short = next(job for job in case.jobs(instance) if job.element_id == "short")
        uow.session.get_one(Job, short.id).due_at = uow.now.replace(year=2030)
    case.pass_time()
    assert case.waiting(instance) == ["after", "after_long"]


def scripts(uow: Any, instance: Instance) -> ScriptEngine:
    """What a step evaluates with."""
    return ScriptEngine(
        uow=uow,
        instance=instance,
        bundle=store.bundle(uow, instance.definition.deployment_id),
        handlers={},
        functions=deadlines.functions(uow, instance.family),
    )


def _content(uow: Any, instance_id: str) -> bytes:
    query = sa.select(InstanceSnapshot.content).where(InstanceSnapshot.instance_id == instance_id)
    return bytes(uow.session.execute(query).scalars().all()[-1])
