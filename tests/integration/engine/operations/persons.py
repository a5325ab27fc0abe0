"""Who tries an act: how each comes to stand to the task as they do, and as whom they then act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from engine import identity, tasks
from engine.actor import Actor
from engine.handover import delegations
from engine.permission import recusals
from tests.driver import SYSTEM
from tests.integration.engine.operations.kinds import KINDS, SEPARATE, Kind
from tests.integration.engine.operations.world import World

PLAIN = KINDS[0]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A column: `enter` puts things so, and says who acts."""

    key: str
    zh: str
    says: str
    enter: Callable[[World], Actor]
    kind: Kind = PLAIN
    #: To whom they would give it, whom they would ask.
    other: str = "bob"
    adviser: str = "dan"


def _held_by(name: str, kind: Kind = PLAIN) -> Callable[[World], None]:
    def hold(world: World) -> None:
        with world.engine.begin(world.people[name]) as uow:
            tasks.claim(uow, world.tasks[kind.key])

    return hold


def _is(name: str, *before: Callable[[World], None]) -> Callable[[World], Actor]:
    def enter(world: World) -> Actor:
        for act in before:
            act(world)
        with world.engine.read(SYSTEM) as uow:
            return identity.actor_of(uow, world.id_of(name))

    return enter


def _stands_in(name: str, kind: Kind) -> Callable[[World], Actor]:
    """For ada, who holds it."""

    def enter(world: World) -> Actor:
        _held_by("ada", kind)(world)
        with world.engine.begin(world.people["ada"]) as uow:
            delegations.give(
                uow,
                to=world.id_of(name),
                from_on=uow.today,
                until_on=uow.today + timedelta(days=3),
                reason="出差",
            )
        with world.engine.read(world.people[name]) as uow:
            return delegations.actor_for(uow, world.people[name], world.id_of("ada"))

    return enter


def _recuse(name: str) -> Callable[[World], None]:
    def recuse(world: World) -> None:
        with world.engine.begin(SYSTEM) as uow:
            recusals.add(uow, world.cases[PLAIN.key], world.id_of(name), reason="亲属")

    return recuse


def _leave(name: str) -> Callable[[World], None]:
    """The post is over since yesterday, and nobody has swept up behind it."""

    def leave(world: World) -> None:
        with world.engine.begin(SYSTEM) as uow:
            for post in identity.posts.of(uow, world.id_of(name)):
                identity.posts.end(uow, post.id)

    return leave


PERSONS: tuple[Person, ...] = (
    Person(
        key="reader",
        zh="知情人，任务无人认领",
        says="reads the case, is no candidate; nobody has the task",
        enter=_is("gus"),
    ),
    Person(
        key="reader_held",
        zh="知情人，任务有人在办",
        says="the same, and somebody has it",
        enter=_is("gus", _held_by("ada")),
    ),
    Person(
        key="separated",
        zh="办过须分开的一步",
        says="a candidate who did the step that the task checks (`dudao:separateFrom`)",
        enter=_is("cai"),
        kind=SEPARATE,
    ),
    Person(
        key="stand_in",
        zh="代理人",
        says="stands in for the holder",
        enter=_stands_in("dan", PLAIN),
        adviser="gus",
    ),
    Person(
        key="stand_in_separated",
        zh="代理人，须分开",
        says="stands in for the holder, and did the step that the task checks",
        enter=_stands_in("cai", SEPARATE),
        kind=SEPARATE,
    ),
    Person(
        key="left",
        zh="已离岗的办理人",
        says="holds the task, and has left the post",
        enter=_is("ada", _held_by("ada"), _leave("ada")),
    ),
    Person(
        key="behind_left",
        zh="离岗者的同事",
        says="a candidate, while somebody holds it who has left the post",
        enter=_is("bob", _held_by("ada"), _leave("ada")),
        other="eva",
    ),
    Person(
        key="recused",
        zh="回避的候选人",
        says="a candidate who keeps out of the case",
        enter=_is("ada", _recuse("ada")),
    ),
    Person(
        key="recused_holder",
        zh="回避的办理人",
        says="took the task, and keeps out of the case since",
        enter=_is("ada", _held_by("ada"), _recuse("ada")),
    ),
    Person(
        key="untold",
        zh="尚未通知的单位",
        says="of a party that has not been told of the case",
        enter=_is("uma"),
    ),
    Person(
        key="outsider",
        zh="无关人员",
        says="of an organisation that has no part in the case",
        enter=_is("oda"),
    ),
    Person(
        key="administrator",
        zh="系统管理员",
        says="runs the system",
        enter=_is("sys"),
    ),
)
