"""The states of a task, and how each is reached from another one by acts of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import instances, messages, store, tasks
from engine.handover import handovers
from engine.migrating import migration
from engine.signoff import cosigners, signing
from tests.driver import SYSTEM
from tests.integration.engine.operations.kinds import WITHDRAWN, Kind
from tests.integration.engine.operations.world import World

Reach = Callable[[World, Kind], None]


@dataclass(frozen=True, kw_only=True)
class State:
    """A column: what it is called, the state that it comes of, and what leads there."""

    key: str
    zh: str
    en: str
    after: str | None
    reach: Reach
    #: kind → why a task of that kind is never in it.
    absent: Mapping[str, str]


def _claim(name: str) -> Reach:
    def reach(world: World, kind: Kind) -> None:
        with world.engine.begin(world.people[name]) as uow:
            tasks.claim(uow, world.tasks[kind.key])

    return reach


def _nothing(_world: World, _kind: Kind) -> None:
    """It waits."""


def _lend(giver: str, to: str) -> Reach:
    def reach(world: World, kind: Kind) -> None:
        task_id = world.tasks[kind.key]
        revision = world.revision(task_id)
        with world.engine.begin(world.people[giver]) as uow:
            handovers.lend(uow, task_id, world.id_of(to), opinion="请先拟", revision=revision)

    return reach


def _lent_to_me(world: World, kind: Kind) -> None:
    _claim("bob")(world, kind)
    _lend("bob", "ada")(world, kind)


def _ask(world: World, kind: Kind) -> None:
    with world.engine.begin(world.people["ada"]) as uow:
        cosigners.add(
            uow, world.tasks[kind.key], world.id_of("dan"), placement="before", question="请核"
        )


def _finish(world: World, kind: Kind) -> None:
    task_id = world.tasks[kind.key]
    revision = world.revision(task_id)
    with world.engine.begin(world.people["ada"]) as uow:
        if kind.is_signed:
            signing.vote(uow, task_id, "agree", values={}, revision=revision)
        else:
            tasks.complete(uow, task_id, {"note": "好"}, revision=revision)


def _vote(world: World, kind: Kind, office: str, choice: str) -> None:
    name = {"south": "eva", "west": "fay"}[office]
    row = world.open_row(world.cases[kind.key], "t", office=office)
    with world.engine.begin(world.people[name]) as uow:
        revision = tasks.claim(uow, row).revision
        signing.vote(uow, row, choice, values={}, opinion="意见", revision=revision)


def _finish_and_follow(world: World, kind: Kind) -> None:
    """Whoever comes next has begun."""
    _finish(world, kind)
    case = world.cases[kind.key]
    if kind.key in ("sign_all", "sign_in_order"):
        _vote(world, kind, "south", "agree")
        _vote(world, kind, "west", "agree")
    elif kind.key == "sign_vote":
        _vote(world, kind, "south", "agree")
    elif kind.key == "item":
        world.do("bob", case, "t")
    following = "t" if kind.key == "item_in_turn" else "next"
    with world.engine.begin(world.people["bob"]) as uow:
        tasks.claim(uow, world.open_row(case, following))


def _decide(world: World, kind: Kind) -> None:
    if kind.key == "sign_all":
        _vote(world, kind, "south", "refuse")
        return
    _vote(world, kind, "south", "agree")
    if kind.key == "sign_vote":
        _vote(world, kind, "west", "agree")


def _withdraw(world: World, kind: Kind) -> None:
    with world.engine.begin(SYSTEM) as uow:
        messages.correlate(uow, WITHDRAWN, instance_id=world.cases[kind.key])


def _suspend(world: World, kind: Kind) -> None:
    with world.engine.begin(SYSTEM) as uow:
        instances.suspend(uow, world.cases[kind.key], reason="暂停")


def _cancel(world: World, kind: Kind) -> None:
    with world.engine.begin(SYSTEM) as uow:
        instances.cancel(uow, world.cases[kind.key], reason="终止")


def move(world: World, kind: Kind) -> None:
    """Put the case on another version of the family."""
    assert world.moved is not None
    with world.engine.begin(SYSTEM) as uow:
        migration.move(uow, store.lock(uow, world.cases[kind.key]), world.moved, proposal_id=None)


_GIVEN = "given to one person by the model: it is theirs from the start, and nobody else's"
_ONE = "nobody votes on it"

STATES: tuple[State, ...] = (
    State(
        key="free",
        zh="等待认领",
        en="waits",
        after=None,
        reach=_nothing,
        absent={"assigned": _GIVEN},
    ),
    State(key="mine", zh="本人认领", en="mine", after="free", reach=_claim("ada"), absent={}),
    State(
        key="other",
        zh="他人认领",
        en="another's",
        after="free",
        reach=_claim("bob"),
        absent={"assigned": _GIVEN},
    ),
    State(
        key="lent",
        zh="本人已委派",
        en="lent by me",
        after="mine",
        reach=_lend("ada", "bob"),
        absent={},
    ),
    State(
        key="borrowed",
        zh="受委派",
        en="lent to me",
        after="free",
        reach=_lent_to_me,
        absent={"assigned": _GIVEN},
    ),
    State(
        key="asked",
        zh="等加签",
        en="waits for a signer",
        after="mine",
        reach=_ask,
        absent={"sign_vote": "the model lets nobody be added"},
    ),
    State(
        key="done",
        zh="本人已办",
        en="done by me",
        after="mine",
        reach=_finish,
        absent={"sign_any": "one vote decides it: see the next column"},
    ),
    State(
        key="followed",
        zh="已办且已续办",
        en="done, gone on",
        after="mine",
        reach=_finish_and_follow,
        absent={},
    ),
    State(
        key="decided",
        zh="会签已定",
        en="decided without me",
        after="mine",
        reach=_decide,
        absent={"sign_in_order": "the first in order is heard before anything is decided"},
    ),
    State(
        key="gone",
        zh="流程撤去",
        en="taken away by the model",
        after="mine",
        reach=_withdraw,
        absent={},
    ),
    State(
        key="suspended",
        zh="案件暂停",
        en="case suspended",
        after="mine",
        reach=_suspend,
        absent={},
    ),
    State(key="ended", zh="案件终止", en="case ended", after="mine", reach=_cancel, absent={}),
)

BY_KEY = {state.key: state for state in STATES}


def why_absent(kind: Kind, state: State) -> str | None:
    """Why a task of the kind is never in the state; None where it can be."""
    if state.key == "decided" and not kind.is_signed:
        return _ONE
    return state.absent.get(kind.key)


def enter(world: World, kind: Kind, state: State) -> None:
    """Put the case of the kind into the state."""
    if state.after is not None and why_absent(kind, BY_KEY[state.after]) is None:
        enter(world, kind, BY_KEY[state.after])
    state.reach(world, kind)
