"""What the actor may do with a row, as `allowed_acts` of every object that the API shows.

Screens show exactly these acts and the verbs require them, so that both follow one rule. Families
add acts for their own rows by `ProcessPackage.acts`. Callers use it as `access.allowed_acts`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import Fault, Invalid, NotAllowed
from engine.handover import handover_acts, rework
from engine.identity import people
from engine.package import Message, ProcessPackage
from engine.paper import paper_seats
from engine.permission import obstacles, sight
from engine.permission.sight import TaskFacts
from engine.permission.standing import is_administrator
from engine.signoff import signing_acts
from engine.states import INSTANCE_MOVES, InstanceState, TaskState
from engine.tables import File, Instance, Subscription, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_NOTHING: frozenset[str] = frozenset()
_WORK = frozenset({"complete", "save_draft"})
_RECORD = frozenset({"record_on_paper"})
_PASS_ON = frozenset({"assign", "unclaim"})
_SEND_BACK = frozenset({"send_back"})
_TAKE_BACK = frozenset({"take_back"})

#: The act that leads to each state of an instance.
_MOVES = {
    InstanceState.SUSPENDED: "suspend",
    InstanceState.ACTIVE: "resume",
    InstanceState.CANCELLED: "cancel",
}


def allowed_acts(uow: UnitOfWork, obj: object) -> frozenset[str]:
    """What the actor may do now with a task, an instance, a file, a family, or a family's own row.

    The row itself was read through `engine/permission/access.py`; of an unknown kind nothing is allowed.
    """
    if isinstance(obj, Task):
        return allowed_task_acts(uow, [obj])[obj.id]
    if isinstance(obj, Instance):
        return allowed_instance_acts(uow, [obj])[obj.id]
    if isinstance(obj, File):
        is_mine = uow.actor.is_system or obj.uploaded_by == uow.actor.user_id
        return frozenset({"delete"}) if is_mine and not obj.is_bound else _NOTHING
    if isinstance(obj, ProcessPackage):
        return _of_family(uow, obj)
    return _of_row(uow, obj)


def require_act(uow: UnitOfWork, obj: object, act: str) -> None:
    """NotAllowed unless the actor may do this with the row now; of a task with why not, or Conflict."""
    if act in allowed_acts(uow, obj):
        return
    if isinstance(obj, Task):
        raise obstacles.of_task(uow, obj, act)
    raise NotAllowed(obstacles.SENTENCES[NotAllowed.default_code], act=act)


def allowed_task_acts(uow: UnitOfWork, tasks: Sequence[Task]) -> dict[str, frozenset[str]]:
    """The same for a page of tasks, by task id, in a fixed number of statements."""
    if uow.actor.is_system:
        return signing_acts.refine(uow, tasks, {task.id: _system_acts(task) for task in tasks})
    if is_administrator(uow.actor):
        return {task.id: _NOTHING for task in tasks}
    still_open = [task for task in tasks if task.state in sight.OPEN]
    facts = sight.tasks(uow, [task.id for task in still_open])
    views = sight.of_instances(uow, {task.instance_id for task in still_open})
    excluded = sight.exclusions(uow, [task.id for task in still_open])
    on_paper = paper_seats.recordable(uow, still_open)
    mine = {
        task.id: task
        for task in facts
        if task.id not in excluded and views[task.instance_id].may_take(task)
    }
    sendable = rework.sendable(uow, [task for task in still_open if task.id in mine])
    retakable = rework.retakable(uow, tasks)
    found = {
        task.id: (_of_task(uow, task, mine[task.id]) if task.id in mine else _NOTHING)
        | (_RECORD if task.id in on_paper else _NOTHING)
        | (_SEND_BACK if task.id in sendable else _NOTHING)
        | (_TAKE_BACK if task.id in retakable else _NOTHING)
        for task in tasks
    }
    return handover_acts.refine(uow, tasks, signing_acts.refine(uow, tasks, found), mine)


def _of_task(uow: UnitOfWork, task: Task, facts: TaskFacts) -> frozenset[str]:
    """Of who may take it. Only the assignee works on a task; the others may free a stuck one."""
    me = uow.actor.user_id
    if task.assignee_id is None:
        return frozenset({"claim", "assign"})
    if task.assignee_id == me:
        # handing it back must lead somewhere
        has_others = bool(facts.seats or facts.named - {me})
        return _WORK | _PASS_ON if has_others else _WORK
    if task.lending == handover_acts.PENDING:
        return _NOTHING  # see handover_acts
    # Who took it has since left the post, or keeps out of the case: it must not lie there for ever.
    is_stuck = not people.may_take(uow, task, task.assignee_id)
    return frozenset({"assign"}) if is_stuck else _NOTHING


def _system_acts(task: Task) -> frozenset[str]:
    if task.state not in sight.OPEN or task.instance.state != InstanceState.ACTIVE:
        return _NOTHING
    acts = {"assign", "complete", "save_draft"}
    if task.state == TaskState.CLAIMED:
        acts.add("unclaim")
    return frozenset(acts)


def allowed_instance_acts(
    uow: UnitOfWork, instances: Sequence[Instance]
) -> dict[str, frozenset[str]]:
    """The same for a page of instances, by id, in a fixed number beside the families' rules."""
    seen = known(uow, [row.id for row in instances])
    return {row.id: _of_instance(uow, row) if row.id in seen else _NOTHING for row in instances}


def require_message(uow: UnitOfWork, instance: Instance, name: str, *, note: str) -> None:
    """NotAllowed unless the manifest lets the actor send it; Invalid without the note it asks for.

    Whether anybody there waits for it is another question, see `sendable_messages`.
    """
    message = next((m for m in _own_messages(uow, instance) if m.key == name), None)
    if message is None:
        raise NotAllowed("您不能向这个案件发送这种消息。", code="message-not-allowed")
    if message.needs_note and not note.strip():
        raise Invalid(
            f"“{message.name}”没有发出：请写明情况。",
            errors=[Fault(pointer="/note", detail="请写明情况。", code="required")],
        )


def sendable_messages(uow: UnitOfWork, instance: Instance) -> list[Message]:
    """The messages that the actor may send, and for which the instance waits now."""
    own = _own_messages(uow, instance) if instance.state == InstanceState.ACTIVE else []
    if not own:
        return []
    query = sa.select(Subscription.message).where(
        Subscription.instance_id == instance.id, Subscription.kind == "message"
    )
    awaited = set(uow.session.scalars(query))
    return [message for message in own if message.key in awaited]


def _own_messages(uow: UnitOfWork, instance: Instance) -> list[Message]:
    package = uow.engine.packages.get(instance.family)
    declared = list(package.manifest.messages.values()) if package is not None else []
    if uow.actor.is_system or not declared:
        return declared
    if is_administrator(uow.actor):
        return []
    view = sight.of_instances(uow, [instance.id])[instance.id]
    if view.is_recused:
        return []
    return [
        message
        for message in declared
        if any(
            party.relation in message.relations
            and _holds_any(uow, message.groups, party.organisation_id)
            for party, _ in view.related
        )
    ]


def _holds_any(uow: UnitOfWork, groups: Collection[str], organisation_id: str) -> bool:
    """The actor has a post in the organisation, in one of these groups if any are named."""
    return any(
        post.organisation_id == organisation_id and (not groups or post.group in groups)
        for post in uow.actor.posts
    )


def known(uow: UnitOfWork, instance_ids: Collection[str]) -> frozenset[str]:
    """Those of the instances that the actor may know to exist."""
    if uow.actor.is_system:
        return frozenset(instance_ids)
    if is_administrator(uow.actor):
        return _NOTHING
    views = sight.of_instances(uow, instance_ids)
    unsure = [key for key, view in views.items() if not view.by_party]
    tasks = sight.tasks_of(uow, unsure) if unsure else {}
    return frozenset(
        key for key, view in views.items() if view.by_party or view.sees(tasks.get(key, []))
    )


def _of_instance(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """By the family's rule; without one, who started it may cancel it. Never more than is legal."""
    legal = {
        _MOVES[target]
        for target in INSTANCE_MOVES[InstanceState(instance.state)]
        if target in _MOVES
    }
    if uow.actor.is_system:
        return frozenset(legal)
    package = uow.engine.packages.get(instance.family)
    rule = package.acts.get("instance") if package is not None else None
    if rule is not None:
        return frozenset(rule(uow, instance)) & legal
    return frozenset({"cancel"} & legal if instance.started_by == uow.actor.user_id else ())


def _of_family(uow: UnitOfWork, package: ProcessPackage) -> frozenset[str]:
    """`start`, by the family's rule; without one, whoever holds any of its roles, if it has a form."""
    rule = package.acts.get("family")
    if is_administrator(uow.actor):
        return _NOTHING
    if rule is not None and not uow.actor.is_system:
        return frozenset(rule(uow, package))
    may = uow.actor.is_system or not uow.actor.groups.isdisjoint(package.manifest.roles)
    return frozenset({"start"}) if may and package.start_form is not None else _NOTHING


def _of_row(uow: UnitOfWork, obj: Any) -> frozenset[str]:
    kind = getattr(type(obj), "__tablename__", None)
    for package in uow.engine.packages.values():
        rule = package.acts.get(kind) if kind is not None else None
        if rule is not None:
            return frozenset(rule(uow, obj))
    return _NOTHING
