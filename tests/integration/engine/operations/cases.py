"""What is done to a whole case that waits for a task: ended by who began it, mended by an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import instances, store
from engine.operating import mending
from engine.operating.mend_plans import Plan
from engine.permission import access
from engine.states import INSTANCE_MOVES, InstanceState
from engine.tables import Task
from engine.unit_of_work import UnitOfWork
from tests.driver import SYSTEM
from tests.integration.engine.operations.kinds import Kind
from tests.integration.engine.operations.states import BY_KEY, enter
from tests.integration.engine.operations.world import World

Play = Callable[[UnitOfWork, World, Kind], object]


@dataclass(frozen=True, kw_only=True)
class CaseAct:
    """A row, and who does it."""

    key: str
    zh: str
    by: str
    play: Play
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseState:
    """A column, and how the case comes there."""

    key: str
    zh: str
    en: str
    reach: Callable[[World, Kind], None]


def _cancel(uow: UnitOfWork, world: World, kind: Kind) -> object:
    """As the address does it: the state says whether, access says who."""
    instance = store.lock(uow, access.require_instance(uow, world.cases[kind.key]).id)
    if InstanceState.CANCELLED in INSTANCE_MOVES[InstanceState(instance.state)]:
        access.require_act(uow, instance, "cancel")
    return instances.cancel(uow, instance.id, reason="不再需要")


def _mend(act: str) -> Play:
    def play(uow: UnitOfWork, world: World, kind: Kind) -> object:
        plan = Plan(act=act)
        if act == "jump":
            token = uow.session.get_one(Task, world.tasks[kind.key]).token_id
            plan = Plan(act=act, token_id=token, target="next")
        return mending.propose(uow, world.cases[kind.key], plan, reason="据实处理")

    return play


def _nothing(_world: World, _kind: Kind) -> None:
    """The task is open."""


def _by_operator(world: World, kind: Kind) -> None:
    with world.engine.begin(world.people["sys"]) as uow:
        mending.suspend(uow, world.cases[kind.key], reason="核查")


def _end(world: World, kind: Kind) -> None:
    with world.engine.begin(SYSTEM) as uow:
        instances.cancel(uow, world.cases[kind.key], reason="终止")


def _run_out(world: World, kind: Kind) -> None:
    """Everything is done to the end."""
    enter(world, kind, BY_KEY["followed"])
    case = world.cases[kind.key]
    if kind.key == "item_in_turn":
        world.do("bob", case, "t")
    world.do("bob", case, "next")


ACTS: tuple[CaseAct, ...] = (
    CaseAct(key="cancel", zh="撤销（发起人）", by="cai", play=_cancel),
    CaseAct(key="cancel_by_another", zh="撤销（他人）", by="ada", play=_cancel),
    CaseAct(
        key="terminate",
        zh="终止（双人）",
        by="sys",
        play=_mend("cancel"),
        note="proposed with its preview, which does it and takes it back",
    ),
    CaseAct(
        key="jump",
        zh="自由跳转（双人）",
        by="sys",
        play=_mend("jump"),
        note="proposed in the same way: from the task to the step behind it",
    ),
)

STATES: tuple[CaseState, ...] = (
    CaseState(key="open", zh="在办", en="the task waits", reach=_nothing),
    CaseState(key="suspended", zh="暂停", en="suspended", reach=_by_operator),
    CaseState(key="ended", zh="终止", en="cancelled", reach=_end),
    CaseState(key="completed", zh="办结", en="every step done", reach=_run_out),
)
