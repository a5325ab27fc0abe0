"""Copies of a task (抄送) to people who may read it anyway, and that they have read it (已阅).

A copy opens nothing: who may not read the task's audience gets none, and who loses that right loses
the copy with it. Nobody learns by trying who else reads a case: who does not read what is internal
sends copies to colleagues of their own organisations alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from engine import store
from engine.administration import oversight
from engine.errors import Conflict, Fault, Invalid
from engine.identity import posts
from engine.permission import access
from engine.tables import Copy, Post, Task, User, new_id
from engine.unit_of_work import UnitOfWork

LONGEST_NOTE = 500
MOST_AT_ONCE = 50


def circulate(
    uow: UnitOfWork, task_id: str, to: Collection[str], *, note: str = ""
) -> Sequence[Copy]:
    """Bring the task to the notice of these people. All of them, or Invalid with who cannot be told.

    Who has a copy already keeps it, and is not told again.
    """
    task = _locked(uow, task_id)
    access.require_act(uow, task, "circulate")
    wanted = list(dict.fromkeys(to))
    if not 0 < len(wanted) <= MOST_AT_ONCE or len(note.strip()) > LONGEST_NOTE:
        detail = f"请选择1至{MOST_AT_ONCE}人，附言不超过{LONGEST_NOTE}字。"
        fault = Fault(pointer="/user_ids", detail=detail, code="length")
        raise Invalid("没有抄送。", errors=[fault])
    refused = [_refusal(uow, task, user_id, number) for number, user_id in enumerate(wanted)]
    faults = [one for one in refused if one is not None]
    if faults:
        raise Invalid("没有抄送：有人不能收到，请改正后再发。", errors=faults, code="not-a-reader")
    has_one = set(uow.session.scalars(sa.select(Copy.to_user_id).where(Copy.task_id == task.id)))
    rows = [
        Copy(
            id=new_id(),
            instance_id=task.instance_id,
            task_id=task.id,
            to_user_id=user_id,
            by_user_id=uow.actor.user_id,
            note=note.strip(),
            at=uow.now,
        )
        for user_id in wanted
        if user_id not in has_one
    ]
    uow.session.add_all(rows)
    uow.session.flush()
    if rows:
        told = [row.to_user_id for row in rows]
        _record(uow, "task.circulated", task, people=told, note=note.strip())
    return rows


def read(uow: UnitOfWork, task_id: str) -> Copy:
    """The actor has read the task of which they have a copy; a second time changes nothing.

    Conflict where they have none. It may be read in their place: both are on record.
    """
    task = _locked(uow, task_id)
    row = uow.session.scalars(
        sa.select(Copy).where(Copy.task_id == task.id, Copy.to_user_id == uow.actor.user_id)
    ).one_or_none()
    if row is None:
        raise Conflict("这项任务没有抄送给您。", code="no-copy")
    if row.read_at is None:
        row.read_at, row.read_by = uow.now, uow.actor.account_id
        uow.session.flush()
        _record(uow, "task.copy_read", task)
    return row


def of_task(uow: UnitOfWork, task: Task) -> Sequence[Copy]:
    """The copies of a task that the actor sees: all, to who reads what is internal; else their own

    and those that they sent. The earliest first.
    """
    query = sa.select(Copy).where(Copy.task_id == task.id).order_by(Copy.at, Copy.id)
    if not _is_insider(uow, task):
        me = uow.actor.user_id
        query = query.where(sa.or_(Copy.to_user_id == me, Copy.by_user_id == me))
    return uow.session.scalars(query).all()


def possible(uow: UnitOfWork, task_id: str, *, q: str = "") -> list[User]:
    """To whom the actor may send a copy, by name. NotAllowed, NotFound."""
    task = access.require_task(uow, task_id)
    access.require_act(uow, task, "circulate")
    found = [
        user
        for user in oversight.possible(uow, task.instance_id)
        if user.id != uow.actor.user_id and q.strip() in user.name + user.username
    ]
    is_insider = _is_insider(uow, task)
    return [
        user
        for user in found
        if (is_insider or _is_colleague(uow, user.id)) and _reads(uow, task, user)
    ]


def _locked(uow: UnitOfWork, task_id: str) -> Task:
    """Seen, with the instance locked for its history. Copies of what is done may be sent, too."""
    task = access.require_task(uow, task_id)
    store.lock(uow, task.instance_id)
    return uow.session.get_one(Task, task_id, populate_existing=True)


def _refusal(uow: UnitOfWork, task: Task, user_id: str, number: int) -> Fault | None:
    user = uow.session.get(User, user_id)
    pointer = f"/user_ids/{number}"
    if user_id == uow.actor.user_id:
        return Fault(pointer=pointer, detail="不必抄送给本人。", code="to-oneself")
    may_ask = user is not None and (_is_insider(uow, task) or _is_colleague(uow, user_id))
    if user is None or not user.is_active or not may_ask:
        detail = "没有可以抄送的这个人，请从列表中选择。"
        return Fault(pointer=pointer, detail=detail, code="unknown-user")
    if not _reads(uow, task, user):
        detail = f"{user.name}无权查看这项任务；抄送不开放任何权限，请先确认其与案件的关系。"
        return Fault(pointer=pointer, detail=detail, code="not-a-reader")
    return None


def _reads(uow: UnitOfWork, task: Task, user: User) -> bool:
    with oversight.in_the_place_of(uow, user) as theirs:
        return task.audience in access.audiences(theirs, task.instance)


def _is_insider(uow: UnitOfWork, task: Task) -> bool:
    return "internal" in access.audiences(uow, task.instance)


def _is_colleague(uow: UnitOfWork, user_id: str) -> bool:
    query = sa.select(Post.id).where(
        Post.user_id == user_id,
        Post.organisation_id.in_(sorted(uow.actor.organisation_ids)),
        posts.in_force(uow),
    )
    return uow.session.scalars(query.limit(1)).first() is not None


def _record(uow: UnitOfWork, kind: str, task: Task, **said: object) -> None:
    # who is told of what is for insiders: a unit must not learn by it who else reads
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience="internal",
        payload={"name": task.name, "item": task.item_name, **said},
    )
