"""What signing changes in what people may do with a task: voting, asking others, taking them out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.permission import sight
from engine.signoff import signers
from engine.signoff.signers import AFTER, BEFORE, PARALLEL, Board
from engine.states import InstanceState, SignerState, SignOffState
from engine.tables import Signer, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: The act of each placement.
ADDING: Mapping[str, str] = {
    BEFORE: "add_signer_before",
    AFTER: "add_signer_after",
    PARALLEL: "add_signer",
}
_ADD = frozenset(ADDING.values())
#: What is left of a task whose holder waits for others to sign: it may be freed of who left.
_AT_REST = frozenset({"assign"})
_AWAITED = (SignerState.WAITING, SignerState.OPEN)


def refine(
    uow: UnitOfWork, tasks: Sequence[Task], found: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The acts of a page of tasks, as signing has them; in a fixed number of statements."""
    boards = signers.boards(uow, {task.sign_off_id for task in tasks if task.sign_off_id})
    hands = _hands(uow, boards.values())
    refined = dict(found)
    for task in tasks:
        acts = found[task.id]
        if task.sign_off_id is not None:
            board = boards[task.sign_off_id]
            refined[task.id] = _of_signer(task, board, acts)
            is_running = task.instance.state == InstanceState.ACTIVE
            if is_running and _removable(uow, board, board.signers, hands):
                refined[task.id] |= {"remove_signer"}
        elif "complete" in acts and not uow.actor.is_system:
            refined[task.id] = acts | _ADD
    return refined


def _of_signer(task: Task, board: Board, acts: frozenset[str]) -> frozenset[str]:
    signer = board.of_task(task.id)
    is_holder = "complete" in acts
    if signer.state == SignerState.VOID or (task.held_at is not None and is_holder):
        return frozenset()
    if task.held_at is not None:
        return acts & _AT_REST
    is_owner = board.is_alone and signer.id == board.owner.id
    if not is_owner:
        acts = acts - {"complete", "send_back"} | ({"vote"} if is_holder else frozenset())
    if is_holder and board.terms.may_add:
        acts |= _ADD
    return acts - {"record_on_paper"}


def removable(uow: UnitOfWork, board: Board, rows: Sequence[Signer]) -> list[Signer]:
    """Those of the signers whom the actor may take out now (减签).

    Who was added: by whoever asked them, or holds the place at which they were asked. Who is demanded
    by the model: by the roles that it names. Whether enough are left is asked when it is done.
    """
    return _removable(uow, board, rows, _hands(uow, [board]))


def _removable(
    uow: UnitOfWork, board: Board, rows: Sequence[Signer], hands: Mapping[str, frozenset[str]]
) -> list[Signer]:
    awaited = [row for row in rows if row.state in _AWAITED]
    if board.sign_off.state != SignOffState.OPEN or not awaited:
        return []
    if uow.actor.is_system:
        return [row for row in awaited if not (board.is_alone and row.id == board.owner.id)]
    if _is_out(uow, board):
        return []
    me = uow.actor.user_id or ""
    hosts = {row.id: row.task_id or "" for row in board.signers}
    found = []
    for row in awaited:
        if row.beside_id is not None:
            is_mine = row.added_by == me or me in hands.get(hosts[row.beside_id], frozenset())
        else:
            is_mine = not board.is_alone and _holds_role(uow, board)
        if is_mine:
            found.append(row)
    return found


def _hands(uow: UnitOfWork, boards: Collection[Board]) -> dict[str, frozenset[str]]:
    """task → who holds it or did it."""
    ids = [row.task_id for board in boards for row in board.signers if row.task_id is not None]
    if not ids:
        return {}
    query = sa.select(Task.id, Task.assignee_id, Task.completed_by).where(Task.id.in_(ids))
    return {
        row.id: frozenset(i for i in (row.assignee_id, row.completed_by) if i is not None)
        for row in uow.session.execute(query)
    }


def _is_out(uow: UnitOfWork, board: Board) -> bool:
    view = sight.of_instances(uow, [board.sign_off.instance_id])[board.sign_off.instance_id]
    return view.is_recused or view.is_barred


def _holds_role(uow: UnitOfWork, board: Board) -> bool:
    """The actor holds a role that the terms name, in an organisation that stands so to the case."""
    view = sight.of_instances(uow, [board.sign_off.instance_id])[board.sign_off.instance_id]
    wanted = {seat for seat in view.seats if seat.group in board.terms.remove_by}
    return any(
        party.relation == seat.relation and party.organisation_id in seat.organisation_ids
        for seat in wanted
        for party, _ in view.related
    )
