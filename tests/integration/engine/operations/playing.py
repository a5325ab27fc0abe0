"""Play every cell: the operation done for real, what came of it noted, and all of it taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import sqlalchemy as sa

from engine import runner, tasks
from engine.actor import Actor
from engine.clock import ManualClock
from engine.engine import Engine
from engine.errors import EngineError, NotFound
from engine.handover import bulk
from engine.handover.bulk import BulkAct, Item
from engine.permission import access
from engine.states import DeadlineState
from engine.tables import Deadline, Task
from engine.unit_of_work import UnitOfWork
from tests.driver import SYSTEM
from tests.integration.engine.operations import cases
from tests.integration.engine.operations.acts import ACTS, AROUND, VALUES, Act, Try, tried
from tests.integration.engine.operations.kinds import KINDS, Kind
from tests.integration.engine.operations.persons import PERSONS
from tests.integration.engine.operations.states import BY_KEY, STATES, State, enter, why_absent
from tests.integration.engine.operations.world import World

OK = "ok"
#: Done before: answered as if it were done now, and nothing is changed.
SAME = "same"
ABSENT = "–"
APPROVE = "approve"
#: The kinds by which the acts around a task are played: they ask for no more of it.
FOR_AROUND = ("plain", "sign_all", "called")
#: What the acts around are said to be of.
ANY = "any"
LONG = timedelta(days=90)

#: (operation, kind or person, state)
Cell = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one try: `code` of the error or OK; the class and the sentence of the error."""

    code: str
    error: str = ""
    detail: str = ""


@dataclass(kw_only=True)
class Played:
    """One table, straight on and after storing, and the acts that were offered in each way."""

    straight: dict[Cell, Outcome] = field(default_factory=dict)
    restored: dict[Cell, Outcome] = field(default_factory=dict)
    offered: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    offered_restored: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All tables."""

    tasks: Played
    around: dict[str, Played]
    persons: Played
    cases: Played
    #: (kind, state) → what became of the task when its deadline had long passed.
    lapsed: dict[tuple[str, str], str]


def play(world: World) -> Matrix:
    """The whole matrix."""
    matrix = Matrix(
        tasks=Played(),
        around={key: Played() for key in FOR_AROUND},
        persons=_persons(world),
        cases=_cases(world),
        lapsed=_lapsed(world),
    )
    for kind in KINDS:
        for state in STATES:
            if state.after is None:
                _play_from(world, kind, state, matrix)
    return matrix


def _play_from(world: World, kind: Kind, state: State, matrix: Matrix) -> None:
    """This state, and those that come of it."""
    with world.undone():
        if why_absent(kind, state) is None:
            state.reach(world, kind)
            at = tried(world, world.cases[kind.key], world.tasks[kind.key])
            _play_acts(world, world.people["ada"], ACTS, at, (kind.key, state.key), matrix.tasks)
            for engine, found in _ways(world, matrix.tasks):
                found[APPROVE, kind.key, state.key] = approve(world, engine, at)
            if kind.key in FOR_AROUND:
                played = matrix.around[kind.key]
                _play_acts(world, world.people["ada"], AROUND, at, (ANY, state.key), played)
        else:
            for key in (*(act.key for act in ACTS), APPROVE):
                for _, found in _ways(world, matrix.tasks):
                    found[key, kind.key, state.key] = Outcome(code=ABSENT)
        for following in STATES:
            if following.after == state.key:
                _play_from(world, kind, following, matrix)


def _persons(world: World) -> Played:
    played = Played()
    for person in PERSONS:
        with world.undone():
            actor = person.enter(world)
            at = tried(world, world.cases[person.kind.key], world.tasks[person.kind.key])
            at = replace(at, other=person.other, adviser=person.adviser)
            _play_acts(world, actor, (*ACTS, *AROUND), at, (person.key, ""), played)
    return played


def _cases(world: World) -> Played:
    played = Played()
    for kind in KINDS:
        for state in cases.STATES:
            with world.undone():
                state.reach(world, kind)
                for act in cases.ACTS:
                    for engine, found in _ways(world, played):

                        def do(uow: UnitOfWork, act: cases.CaseAct = act) -> object:
                            return act.play(uow, world, kind)  # noqa: B023  # done at once

                        actor = world.people[act.by]
                        found[act.key, kind.key, state.key] = attempt(world, engine, actor, do)
    return played


def _lapsed(world: World) -> dict[tuple[str, str], str]:
    """Let every deadline pass, and a worker do all that falls due: what became of each task."""
    found = {}
    late = ManualClock(world.clock.now() + LONG)
    for state in (BY_KEY["free"], BY_KEY["mine"]):
        with world.undone():
            for kind in KINDS:
                if why_absent(kind, state) is None:
                    enter(world, kind, state)
            then = Engine(
                world.engine.database, late, world.engine.packages.values(), world.engine.files_dir
            )
            runner.run_all_due(then)
            for kind in KINDS:
                found[kind.key, state.key] = (
                    _fate(then, world.tasks[kind.key]) if not why_absent(kind, state) else ABSENT
                )
    return found


def _fate(engine: Engine, task_id: str) -> str:
    with engine.read(SYSTEM) as uow:
        task = uow.session.get_one(Task, task_id)
        query = sa.select(Deadline.state).where(Deadline.id == task.deadline_id)
        assert uow.session.scalar(query) == DeadlineState.MISSED
        return task.state


def _ways(world: World, played: Played) -> Sequence[tuple[Engine, dict[Cell, Outcome]]]:
    return ((world.engine, played.straight), (world.fresh, played.restored))


def _play_acts(
    world: World,
    actor: Actor,
    acts: Collection[Act],
    at: Try,
    where: tuple[str, str],
    played: Played,
) -> None:
    played.offered[where] = offered(world.engine, actor, at.task_id)
    played.offered_restored[where] = offered(world.fresh, actor, at.task_id)
    for act in acts:
        for engine, found in _ways(world, played):
            found[(act.key, *where)] = _tried(world, engine, actor, act, at)


def _tried(world: World, engine: Engine, actor: Actor, act: Act, at: Try) -> Outcome:
    outcome = attempt(world, engine, actor, lambda uow: act.play(uow, at))
    if outcome.code == OK and act.key == "claim" and _is_theirs(world, actor, at):
        return Outcome(code=SAME)
    for other in act.others if outcome.code == OK else ():
        assert attempt(world, engine, actor, lambda uow, go=other: go(uow, at)) == outcome
    return outcome


def _is_theirs(world: World, actor: Actor, at: Try) -> bool:
    with world.engine.read(SYSTEM) as uow:
        return uow.session.get_one(Task, at.task_id).assignee_id == actor.user_id


def offered(engine: Engine, actor: Actor, task_id: str) -> frozenset[str]:
    """The acts that the actor is shown; none where they do not see the task."""
    with engine.read(actor) as uow:
        try:
            return access.allowed_acts(uow, tasks.get(uow, task_id))
        except NotFound:
            return frozenset()


def attempt(
    world: World, engine: Engine, actor: Actor, act: Callable[[UnitOfWork], object]
) -> Outcome:
    """Do it and take it back."""
    with world.undone():
        try:
            with engine.begin(actor) as uow:
                act(uow)
        except EngineError as error:
            return refused(error)
    return Outcome(code=OK)


def approve(world: World, engine: Engine, at: Try) -> Outcome:
    """As one of many (批量审批), each of which is a transaction of its own."""
    items = [Item(task_id=at.task_id, revision=at.revision)]
    me = world.people["ada"]
    with world.undone():
        [result] = bulk.run(engine, me, BulkAct.APPROVE, items, opinion="同意", values=VALUES)
    return Outcome(code=OK) if result.error is None else refused(result.error)


def refused(error: EngineError) -> Outcome:
    """The code, the class and the sentence."""
    return Outcome(code=error.code, error=type(error).__name__, detail=error.detail)
