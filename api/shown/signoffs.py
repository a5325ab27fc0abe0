"""How a task is signed, by whom, and each vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from api.shown.people import Names, group_name
from engine.permission import access
from engine.signoff import signers, signing_acts, signoffs
from engine.signoff.signers import Board
from engine.spiff import signing
from engine.states import SignerState
from engine.tables import Signer, Task
from engine.unit_of_work import UnitOfWork


def briefs(uow: UnitOfWork, rows: Sequence[Task]) -> dict[str, dict[str, Any]]:
    """What a list says of tasks that several sign, by task: the rule, and how far it is (会签 2/3)."""
    boards = signers.boards(uow, {task.sign_off_id for task in rows if task.sign_off_id})
    seats = {
        task.id: boards[task.sign_off_id].of_task(task.id) for task in rows if task.sign_off_id
    }
    names = _names(uow, list(seats.values()), rows)
    return {
        task.id: {
            **_brief(boards[task.sign_off_id]),
            "signer_id": seats[task.id].id,
            "signer": _name(seats[task.id], names, task),
            "question": seats[task.id].question,
            "is_held": task.held_at is not None,
        }
        for task in rows
        if task.sign_off_id
    }


def whole(uow: UnitOfWork, task: Task, brief: Mapping[str, Any]) -> dict[str, Any]:
    """The same with every signer, for who reads the task's audience or signs it themselves."""
    board = signers.board(uow, task.sign_off_id or "")
    rows = signoffs.tasks_of(uow, board.signers)
    return {
        **brief,
        "sentence": signing.sentence(board.terms),
        "may_abstain": board.terms.may_abstain,
        "opinion_needed": [vote for vote in board.terms.opinion if vote in signing.VOTES],
        "signers": _signers(uow, task, board, rows) if _may_read(uow, task, board, rows) else [],
    }


def _may_read(uow: UnitOfWork, task: Task, board: Board, rows: Sequence[Task]) -> bool:
    if uow.actor.is_system or task.audience in access.audiences(uow, task.instance):
        return True
    me = uow.actor.user_id
    return me is not None and any(me in (row.assignee_id, row.completed_by) for row in rows)


def _brief(board: Board) -> dict[str, Any]:
    counted = board.counted()
    said = Counter(row.vote for row in counted if row.state == SignerState.VOTED)
    return {
        "rule": board.terms.rule,
        "rule_name": signing.NAMES[board.terms.rule],
        "state": board.sign_off.state,
        "outcome": board.sign_off.outcome,
        "total": len(counted),
        "voted": said.total(),
        "agreed": said[signing.AGREE],
        "refused": said[signing.REFUSE],
        "abstained": said[signing.ABSTAIN],
    }


def _signers(
    uow: UnitOfWork, task: Task, board: Board, rows: Sequence[Task]
) -> list[dict[str, Any]]:
    family = uow.engine.packages.get(task.instance.family)
    tasks = {row.id: row for row in rows}
    names = _names(uow, board.signers, rows)
    removable = {row.id for row in signing_acts.removable(uow, board, board.signers)}
    found = []
    for row in sorted(board.signers, key=lambda row: row.position):
        own = tasks.get(row.task_id or "")
        found.append(
            {
                "id": row.id,
                "task_id": row.task_id,
                "name": _name(row, names, own),
                "organisation": names.organisation(row.organisation_id),
                "roles": [group_name(family, group) for group in row.groups],
                "state": row.state,
                "holder": names.person(own.assignee_id if own is not None else None),
                "vote": row.vote,
                "opinion": row.opinion,
                "values": row.values or {},
                "voted_by": names.person(row.voted_by),
                "stand_in": names.person(own.stand_in_id if own is not None else None),
                "voted_at": row.voted_at,
                "weight": row.weight,
                "has_veto": row.has_veto,
                "counts": row.counts,
                "beside_id": row.beside_id,
                "placement": row.placement,
                "added_by": names.person(row.added_by),
                "added_at": row.added_at,
                "question": row.question,
                "reason": row.reason,
                "closed_by": names.person(row.closed_by),
                "allowed_acts": ["remove_signer"] if row.id in removable else [],
            }
        )
    return found


def _names(uow: UnitOfWork, rows: Sequence[Signer], tasks: Sequence[Task] = ()) -> Names:
    people = [
        user_id
        for row in rows
        for user_id in (row.user_id, row.voted_by, row.added_by, row.closed_by)
    ]
    people += [user_id for task in tasks for user_id in (task.assignee_id, task.stand_in_id)]
    return Names(uow, users=people, organisations=[row.organisation_id for row in rows])


def _name(signer: Signer, names: Names, own: Task | None) -> str:
    """The person where they sign for themselves, else the unit, else whoever holds the task."""
    shown = names.person(signer.user_id) or names.organisation(signer.organisation_id)
    if shown is None and own is not None:
        shown = names.person(own.assignee_id)
    return shown["name"] if shown is not None else ""
