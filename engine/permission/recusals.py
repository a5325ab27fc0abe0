"""Who keeps out: a person recused from an instance, or excluded from one task by another.

Rules are per person, not per post: who did one step under one hat may not check it under another.
`engine/permission/access.py` reads these rows; task creation and the domain's recusal decisions write them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import jobs
from engine.errors import NotFound
from engine.handover import lendings
from engine.signoff import signers
from engine.states import SignerState, TaskState
from engine.tables import Recusal, SignOff, Task, TaskExclusion, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def add(uow: UnitOfWork, instance_id: str, user_id: str, *, reason: str) -> Recusal:
    """Keep a person out of an instance from now on; a second time changes nothing.

    Tasks that the person already holds stay theirs in name, but cannot be completed by them: the
    other candidates may assign them anew (`access.allowed_acts`). NotFound for an unknown person.
    """
    if uow.session.get(User, user_id) is None:
        raise NotFound("没有这个人员。", code="user-unknown")
    row = uow.session.get(Recusal, (user_id, instance_id))
    if row is not None:
        return row
    row = Recusal(
        user_id=user_id,
        instance_id=instance_id,
        reason=reason,
        decided_by=uow.actor.user_id,
        decided_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(
        "person.recused", instance_id=instance_id, payload={"user_id": user_id, "reason": reason}
    )
    _empty_seats(uow, instance_id, user_id)
    return row


def _empty_seats(uow: UnitOfWork, instance_id: str, user_id: str) -> None:
    """Where the person was to sign as themselves, nobody does; a unit's seat is another's to take.

    The act that leads here may be a step of the same instance: what follows is left to a job.
    """
    for signer in signers.personal(uow, instance_id, user_id):
        signers.close(uow, signer, SignerState.VOID, reason="已回避")
        sign_off = uow.session.get_one(SignOff, signer.sign_off_id)
        uow.record(
            "task.signer_void",
            instance_id=instance_id,
            element_id=sign_off.element_id,
            task_id=signer.task_id,
            payload={"user_id": user_id},
        )
        jobs.schedule(
            uow,
            signers.JOB_KIND,
            uow.now,
            instance_id=instance_id,
            element_id=sign_off.element_id,
            payload={"sign_off": sign_off.id},
        )


def of(uow: UnitOfWork, instance_id: str) -> list[Recusal]:
    """The recusals of an instance, oldest first."""
    return list(
        uow.session.scalars(
            sa.select(Recusal)
            .where(Recusal.instance_id == instance_id)
            .order_by(Recusal.decided_at, Recusal.user_id)
        )
    )


def separate(uow: UnitOfWork, task: Task, elements: Collection[str]) -> list[str]:
    """Exclude from an open task who last completed each of `elements` (dudao:separateFrom).

    Where an element was completed in the task's own scope (the same item of a multi-instance), that
    completion counts, else the last one in the instance. Call it when the task is created, and
    again when one of `elements` is completed meanwhile: the exclusions are made anew. Of an element
    that several signed, all who voted are excluded; and who voted in a sign-off votes there no more.
    Returns the ids of the persons now excluded.
    """
    done = uow.session.scalars(
        sa.select(Task)
        .where(
            Task.instance_id == task.instance_id,
            Task.element_id.in_(sorted(elements)),
            Task.state == TaskState.COMPLETED,
            Task.completed_by.is_not(None),
        )
        .order_by(Task.completed_at.desc(), Task.id)
    ).all()
    because: dict[str, str] = {}
    for element_id in elements:
        rows = [row for row in done if row.element_id == element_id]
        own = [row for row in rows if row.scope_id == task.scope_id] or rows
        for row in own:
            if _is_last(row, own[0]):
                because |= _hands(uow, row)
    because |= _have_signed(uow, task)
    uow.session.execute(sa.delete(TaskExclusion).where(TaskExclusion.task_id == task.id))
    uow.session.add_all(
        TaskExclusion(task_id=task.id, user_id=user_id, because_of=done_id)
        for user_id, done_id in because.items()
    )
    uow.session.flush()
    return sorted(because)


def _is_last(row: Task, last: Task) -> bool:
    """The last completion itself, or another signature of the same sign-off."""
    return row.id == last.id or (
        row.sign_off_id is not None and row.sign_off_id == last.sign_off_id
    )


def _have_signed(uow: UnitOfWork, task: Task) -> dict[str, str]:
    """person → their row in the task's own sign-off."""
    if task.sign_off_id is None:
        return {}
    rows = uow.session.scalars(
        sa.select(Task).where(
            Task.instance_id == task.instance_id,
            Task.sign_off_id == task.sign_off_id,
            Task.state == TaskState.COMPLETED,
            Task.completed_by.is_not(None),
            Task.id != task.id,
        )
    )
    found: dict[str, str] = {}
    for row in rows:
        found |= _hands(uow, row)
    return found


def _hands(uow: UnitOfWork, row: Task) -> dict[str, str]:
    """Everybody who did this task, in their own place or in another's, or prepared it for its owner."""
    people = (row.completed_by, row.stand_in_id, *lendings.borrowed(uow, [row.id]).get(row.id, ()))
    return {user_id: row.id for user_id in people if user_id is not None}
