"""What a story may expect of an instance: what every family has, and what its own rows say.

    state       of the instance
    waiting     elements of open tasks, these among them;  not_waiting: none of these
    missed      keys of deadlines that passed and were never met;  late: done after their end
    incidents   how many stand open, anywhere
    instances   titles of all instances, these texts in this order among them

A domain adds its own: the module of its entry point in `dudao.samples` may have
`facts(uow, instance) -> Mapping`. A list that is expected must be found in this order, other things
in between; `exactly` before its first entry forbids those. Anything else must be equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

import sqlalchemy as sa

from engine import waits
from engine.states import DeadlineState, IncidentState
from engine.tables import Deadline, Incident, Instance, Task
from engine.unit_of_work import UnitOfWork
from ops import sample

#: First entry of a list that must hold nothing else.
EXACTLY = "exactly"


class UnmetError(Exception):
    """Something is not as expected; the message says what it should be and what it is."""


def check(uow: UnitOfWork, instance: Instance, wanted: Mapping[str, Any]) -> None:
    """Raises UnmetError at the first thing that is otherwise, or that nobody knows."""
    facts = found(uow, instance)
    for key, value in wanted.items():
        name = "waiting" if key == "not_waiting" else key
        if name not in facts:
            raise UnmetError(f"不认识 {key}；可以写 {'、'.join(sorted(facts))}、not_waiting。")
        actual = facts[name]
        if not _meets(key, value, actual):
            raise UnmetError(f"{key} 应为 {_words(value)}，实为 {_words(actual)}。")


def found(uow: UnitOfWork, instance: Instance) -> dict[str, Any]:
    """Everything that can be expected of the instance, as it is."""
    facts: dict[str, Any] = {
        "state": instance.state,
        "waiting": waiting(uow, instance.id),
        "missed": _deadlines(uow, instance.id, DeadlineState.MISSED),
        "late": _deadlines(uow, instance.id, DeadlineState.LATE),
        "incidents": len(incidents(uow)),
        "instances": list(
            uow.session.scalars(sa.select(Instance.title).order_by(Instance.started_at))
        ),
    }
    for point in entry_points(group=sample.ENTRY_POINT_GROUP):
        own: Callable[[UnitOfWork, Instance], Mapping[str, Any]] | None
        own = getattr(point.load(), "facts", None)
        if own is not None:
            facts |= own(uow, instance)
    return facts


def waiting(uow: UnitOfWork, instance_id: str | None = None) -> list[str]:
    """The elements of the open tasks, of one instance or of all."""
    query = sa.select(Task.element_id).where(Task.state.in_(waits.OPEN_TASKS))
    if instance_id is not None:
        query = query.where(Task.instance_id == instance_id)
    return list(uow.session.scalars(query.order_by(Task.element_id)))


def incidents(uow: UnitOfWork) -> Sequence[Incident]:
    """The incidents that stand open, anywhere."""
    return uow.session.scalars(
        sa.select(Incident).where(Incident.state == IncidentState.OPEN)
    ).all()


def _deadlines(uow: UnitOfWork, instance_id: str, state: DeadlineState) -> list[str]:
    return list(
        uow.session.scalars(
            sa.select(Deadline.key)
            .where(Deadline.instance_id == instance_id, Deadline.state == state)
            .order_by(Deadline.due_at, Deadline.key)
        )
    )


def _meets(key: str, wanted: Any, actual: Any) -> bool:
    if key == "not_waiting":
        return not set(wanted) & set(actual)
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        return all(
            name in actual and _meets("", value, actual[name]) for name, value in wanted.items()
        )
    if not isinstance(wanted, list):
        return bool(wanted == actual)
    if wanted[:1] == [EXACTLY]:
        return bool(wanted[1:] == actual)
    if key == "waiting":
        return set(wanted) <= set(actual)
    left = iter(actual)
    return all(any(_is(one, other) for other in left) for one in wanted)


def _is(wanted: Any, actual: Any) -> bool:
    """A text is met by one that begins with it: a title, or a kind with a number after it."""
    if isinstance(wanted, str) and isinstance(actual, str):
        return actual.startswith(wanted)
    return bool(wanted == actual)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or "（无）"
    return str(value)
