"""What colleagues did around a task: hand-overs, copies, comments, sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.shown.people import Names
from engine.handover import circulation, comments, handovers
from engine.tables import ApprovalSheet, Comment, Task
from engine.unit_of_work import UnitOfWork


def handed(uow: UnitOfWork, task: Task) -> list[dict[str, Any]]:
    """How it went from hand to hand."""
    rows = handovers.of_tasks(uow, [task.id]).get(task.id, ())
    names = Names(
        uow,
        users=[
            i
            for row in rows
            for i in (row.from_user_id, row.to_user_id, row.stand_in_id, row.answered_for_id)
        ],
    )
    return [
        {
            "kind": row.kind,
            "giver": names.person(row.from_user_id),
            "receiver": names.person(row.to_user_id),
            "stand_in": names.person(row.stand_in_id),
            "opinion": row.opinion,
            "at": row.at,
            "ended_at": row.ended_at,
            "ending": row.ending,
            "answer": row.answer,
            "answered_for": names.person(row.answered_for_id),
        }
        for row in rows
    ]


def copies(uow: UnitOfWork, task: Task) -> list[dict[str, Any]]:
    """To whose notice it was brought, as far as the actor may know."""
    rows = circulation.of_task(uow, task)
    people = [i for row in rows for i in (row.to_user_id, row.by_user_id, row.read_by)]
    names = Names(uow, users=people)
    return [
        {
            "receiver": names.person(row.to_user_id),
            "sender": names.person(row.by_user_id),
            "note": row.note,
            "at": row.at,
            "read_at": row.read_at,
            "read_by": names.person(row.read_by),
        }
        for row in rows
    ]


def said(uow: UnitOfWork, task: Task, rows: Sequence[Comment]) -> list[dict[str, Any]]:
    """Comments of one task; of one that was withdrawn only that it was."""
    people = [i for row in rows for i in (row.author_id, row.stand_in_id, row.withdrawn_by)]
    names = Names(uow, users=people)
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "reply_to": row.reply_to_id,
            "author": names.person(row.author_id),
            "stand_in": names.person(row.stand_in_id),
            "text": (row.text or None) if row.withdrawn_at is None else None,
            "at": row.at,
            "withdrawn_at": row.withdrawn_at,
            "withdrawn_by": names.person(row.withdrawn_by),
            "reason": row.reason,
            "allowed_acts": sorted(comments.allowed_acts(uow, row, task)),
        }
        for row in rows
    ]


def sheets(uow: UnitOfWork, rows: Sequence[ApprovalSheet]) -> list[dict[str, Any]]:
    """Approval sheets with what they hold."""
    names = Names(uow, users=[i for row in rows for i in (row.made_by, row.stand_in_id)])
    newest = {row.number: max(r.version for r in rows if r.number == row.number) for row in rows}
    return [
        {
            "id": row.id,
            "task_id": row.task_id,
            "number": row.number,
            "version": row.version,
            "is_latest": row.version == newest[row.number],
            "title": row.title,
            "proposed": row.proposed,
            "content": row.content,
            "made_by": names.person(row.made_by),
            "stand_in": names.person(row.stand_in_id),
            "made_at": row.made_at,
            "paper_act_id": row.paper_act_id,
        }
        for row in rows
    ]
