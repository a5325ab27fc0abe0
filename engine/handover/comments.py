"""What people say of a task: opinions, questions, replies.

Whoever sees the task reads them. A word is never edited; its author may withdraw it, which leaves
who, when and why. The history keeps a digest of each text, so that none changes unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from engine import store
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.permission import access
from engine.tables import Comment, Task, new_id
from engine.unit_of_work import UnitOfWork

OPINION, QUESTION, REPLY = KINDS = ("opinion", "question", "reply")
LONGEST_TEXT = 2_000
#: Of one task.
MOST = 500


def add(
    uow: UnitOfWork, task_id: str, kind: str, text: str, *, reply_to: str | None = None
) -> Comment:
    """Say something of a task. A reply names what it answers, the others do not.

    Invalid with pointers; NotAllowed for who keeps out, or when the case has ended.
    """
    task = access.require_task(uow, task_id)
    access.require_act(uow, task, "comment")
    words = _checked(uow, task, kind, text, reply_to)
    store.lock(uow, task.instance_id)
    count = sa.select(sa.func.count()).where(Comment.task_id == task.id)
    if (uow.session.scalar(count) or 0) >= MOST:
        raise Conflict(f"一项任务最多{MOST}条意见。", code="too-many-comments")
    stand_in = uow.actor.stand_in
    row = Comment(
        id=new_id(),
        instance_id=task.instance_id,
        task_id=task.id,
        kind=kind,
        reply_to_id=reply_to,
        author_id=uow.actor.user_id,
        stand_in_id=stand_in.user_id if stand_in is not None else None,
        text=words,
        at=uow.now,
        reason="",
    )
    uow.session.add(row)
    uow.session.flush()
    _record(uow, "task.commented", task, row)
    return row


def withdraw(uow: UnitOfWork, comment_id: str, *, reason: str) -> Comment:
    """Take one's own word back: its text is shown no more, that it was said is. Invalid, NotAllowed."""
    row = uow.session.get(Comment, comment_id)
    task = uow.session.get_one(Task, row.task_id) if row is not None else None
    if row is None or task is None or not access.sees_task(uow, task):
        raise NotFound("没有这条意见，或您无权查看。", code="comment-not-found")
    why = reason.strip()
    if not 0 < len(why) <= LONGEST_TEXT:
        fault = Fault(pointer="/reason", detail="请写明撤回的理由。", code="required")
        raise Invalid("没有撤回。", errors=[fault])
    store.lock(uow, row.instance_id)
    uow.session.refresh(row)
    if row.withdrawn_at is not None:
        raise Conflict("这条意见已经撤回。", code="already-withdrawn")
    if "withdraw" not in allowed_acts(uow, row, task):
        raise NotAllowed("只有本人可以撤回自己的意见。", code="not-the-author")
    row.withdrawn_at, row.withdrawn_by = uow.now, uow.actor.account_id
    row.reason = why
    uow.session.flush()
    _record(uow, "task.comment_withdrawn", task, row, reason=why)
    return row


def of_task(uow: UnitOfWork, task_id: str) -> Sequence[Comment]:
    """All that was said of a task, the earliest first. NotFound."""
    task = access.require_task(uow, task_id)
    query = sa.select(Comment).where(Comment.task_id == task.id)
    return uow.session.scalars(query.order_by(Comment.at, Comment.id)).all()


def of_instance(uow: UnitOfWork, instance_id: str) -> Sequence[tuple[Task, Sequence[Comment]]]:
    """What was said of each task of a case that the actor sees, the earliest task first. NotFound."""
    access.require_instance(uow, instance_id)
    said: dict[str, list[Comment]] = {}
    query = sa.select(Comment).where(Comment.instance_id == instance_id)
    for row in uow.session.scalars(query.order_by(Comment.at, Comment.id)):
        said.setdefault(row.task_id, []).append(row)
    seen = sa.select(Task).where(Task.id.in_(said), access.visible_tasks(uow, within=[instance_id]))
    tasks = uow.session.scalars(seen.order_by(Task.created_at, Task.id))
    return [(task, said[task.id]) for task in tasks]


def allowed_acts(uow: UnitOfWork, row: Comment, task: Task) -> frozenset[str]:
    """`withdraw` and `reply`, while the case lasts."""
    if "comment" not in access.allowed_acts(uow, task) or row.withdrawn_at is not None:
        return frozenset()
    mine = row.author_id == uow.actor.user_id
    return frozenset({"reply", "withdraw"} if mine else {"reply"})


def _checked(uow: UnitOfWork, task: Task, kind: str, text: str, reply_to: str | None) -> str:
    faults = []
    words = text.strip()
    if kind not in KINDS:
        faults.append(
            Fault(pointer="/kind", detail=f"应为 {'、'.join(KINDS)} 之一。", code="choice")
        )
    if not 0 < len(words) <= LONGEST_TEXT:
        detail = f"请填写内容（{LONGEST_TEXT}字以内）。"
        faults.append(Fault(pointer="/text", detail=detail, code="required"))
    if (kind == REPLY) != (reply_to is not None):
        detail = "回复须指明所回复的意见，意见和提问则不需要。"
        faults.append(Fault(pointer="/reply_to", detail=detail, code="reply"))
    elif reply_to is not None:
        answered = uow.session.get(Comment, reply_to)
        if answered is None or answered.task_id != task.id or answered.withdrawn_at is not None:
            detail = "所回复的意见不存在或已撤回。"
            faults.append(Fault(pointer="/reply_to", detail=detail, code="comment-not-found"))
    if faults:
        raise Invalid("没有保存。", errors=faults, code="comment-invalid")
    return words


def _record(uow: UnitOfWork, kind: str, task: Task, row: Comment, **said: object) -> None:
    uow.record(
        kind,
        instance_id=task.instance_id,
        element_id=task.element_id,
        task_id=task.id,
        audience=task.audience,
        payload={
            "name": task.name,
            "comment": row.id,
            "kind": row.kind,
            "reply_to": row.reply_to_id,
            "digest": hashlib.sha256(row.text.encode()).hexdigest(),
            **said,
        },
    )
