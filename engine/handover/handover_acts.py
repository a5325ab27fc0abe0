"""What colleagues may do around a task: pass it on, urge it, send copies, talk of it, put it on a sheet.

Part of engine/permission/acts.py: added to what the holder and the signers may do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.identity import people
from engine.permission import sight
from engine.states import InstanceState
from engine.tables import Instance, Task

if TYPE_CHECKING:
    from engine.permission.sight import Sight, TaskFacts
    from engine.unit_of_work import UnitOfWork

#: Of `Task.lending`: another works on it for its owner, or has given it back.
PENDING, RESOLVED = "pending", "resolved"

#: What leaves the task where it is: nobody has to do anything because they may do these.
AROUND = frozenset({"comment", "circulate", "make_sheet", "urge"})

_NOTHING: frozenset[str] = frozenset()
_ALIVE = (InstanceState.ACTIVE, InstanceState.SUSPENDED)
#: What the holder does with a task that is theirs alone at this moment.
_HOLDERS = frozenset({"complete", "vote"})
#: What a borrower does: prepare it, and give it back.
_BORROWER = frozenset({"save_draft"})
#: What concerns the other signers, and not who has this row in hand.
_OF_SIGNERS = frozenset({"remove_signer"})


def refine(
    uow: UnitOfWork,
    tasks: Sequence[Task],
    found: Mapping[str, frozenset[str]],
    mine: Mapping[str, TaskFacts],
) -> dict[str, frozenset[str]]:
    """The acts of a page of tasks that the actor sees, with those of passing on and of talking.

    `mine` are the open ones that the actor may take or keep.
    """
    ids = {task.instance_id for task in tasks}
    # kept while the tasks ask for theirs, one by one
    kept = uow.session.scalars(sa.select(Instance).where(Instance.id.in_(ids))).all()
    views = sight.of_instances(uow, {task.instance_id for task in tasks})
    insiders = _insiders(uow, views)
    refined = {}
    for task in tasks:
        acts = found[task.id]
        if task.lending == PENDING and task.state in sight.OPEN:
            acts = _of_lent(uow, task, acts, may_take=task.id in mine)
        elif acts & _HOLDERS:
            acts |= {"lend"}
            facts = mine[task.id]
            if facts.seats or facts.named - {uow.actor.user_id}:
                acts |= {"transfer"}
        refined[task.id] = acts | _around(
            uow, task, views[task.instance_id], is_insider=task.instance_id in insiders
        )
    del kept
    return refined


def _of_lent(
    uow: UnitOfWork, task: Task, acts: Collection[str], *, may_take: bool
) -> frozenset[str]:
    """The borrower prepares, the owner may have it back; if neither can act, a candidate gives it on."""
    me = uow.actor.user_id
    of_signers = frozenset(acts) & _OF_SIGNERS
    if not may_take:
        return of_signers
    if task.assignee_id == me:
        return frozenset(acts) & _BORROWER | {"give_back"} | of_signers
    if task.owner_id == me:
        return of_signers | {"recall"}
    is_stuck = not people.may_take(uow, task, task.owner_id or "")
    return of_signers | {"assign"} if is_stuck else of_signers


def _around(uow: UnitOfWork, task: Task, view: Sight, *, is_insider: bool) -> frozenset[str]:
    me = uow.actor.user_id
    if me is None or view.is_recused or view.is_barred or task.instance.state not in _ALIVE:
        return _NOTHING
    acts = {"comment"}
    holds = me in (task.assignee_id, task.owner_id, task.completed_by)
    if is_insider or holds:
        acts.add("circulate")
    is_open = task.state in sight.OPEN and task.instance.state == InstanceState.ACTIVE
    if is_open and (is_insider or task.assignee_id == me):
        acts.add("make_sheet")
    concerned = (task.instance.started_by, task.sent_by, task.owner_id)
    if is_open and task.assignee_id != me and (is_insider or me in concerned):
        acts.add("urge")
    return frozenset(acts)


def _insiders(uow: UnitOfWork, views: Mapping[str, Sight]) -> frozenset[str]:
    """The instances of which the actor reads what is internal."""
    unsure = [key for key, view in views.items() if "internal" not in view.by_party]
    tasks = sight.tasks_of(uow, unsure) if unsure else {}
    return frozenset(
        key for key, view in views.items() if "internal" in view.audiences(tasks.get(key, ()))
    )
