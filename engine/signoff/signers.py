"""Who signs a task together: whose turn it is, who waits for whom, and what the votes come to.

Signers of the model stand side by side, or one after another. Others may be added beside one of them
(加签): before (that one waits for the answer), after (asked when that one has voted) or in parallel.
A signer is settled when they have voted and whoever was added beside them is settled: only then does
their vote count, and only then is it the next one's turn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.signoff import tallies
from engine.signoff.tallies import Ballot
from engine.spiff import signing
from engine.spiff.signing import Terms
from engine.states import SignerState, SignOffState
from engine.tables import Signer, SignOff, Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: The kind of the jobs that `signing.settle` handles.
JOB_KIND = "settle_sign_off"

BEFORE, AFTER, PARALLEL = "before", "after", "parallel"
PLACEMENTS = (BEFORE, AFTER, PARALLEL)
#: Seats that nobody sits in any more.
_GONE = (SignerState.REMOVED, SignerState.VOID)
#: Which seats hold what events of a kind said, and what is left of it.
_SAYS: Mapping[str, tuple[str, Mapping[str, str | None]]] = {
    "task.voted": ("own", {"opinion": "", "values": None}),
    "task.completed": ("own", {"opinion": "", "values": None}),
    "task.handed_in": ("own", {"opinion": "", "values": None}),
    "task.signer_added": ("beside", {"question": ""}),
    "task.signer_removed": ("same", {"reason": ""}),
}
_AWAITED = (SignerState.WAITING, SignerState.OPEN)


@dataclass(kw_only=True)
class Board:
    """One sign-off with its signers, in their order."""

    sign_off: SignOff
    signers: Sequence[Signer]

    @cached_property
    def terms(self) -> Terms:
        """As they were when the task came."""
        return signing.of_dict(self.sign_off.terms)

    @property
    def is_alone(self) -> bool:
        """A task of one person: the others only advise."""
        return self.terms.rule == signing.ALONE

    @property
    def owner(self) -> Signer:
        """Of a task of one person: the one."""
        return self.signers[0]

    def of_task(self, task_id: str) -> Signer:
        """The signer whose row in the queue this is."""
        return next(row for row in self.signers if row.task_id == task_id)

    def is_alone_with(self, task_id: str) -> bool:
        """Whether that row is the one person's, who completes the task and does not vote."""
        return self.is_alone and self.owner.task_id == task_id

    def beside(self, signer: Signer) -> list[Signer]:
        """Who was added at this signer's place, and is still asked."""
        return [
            row for row in self.signers if row.beside_id == signer.id and row.state not in _GONE
        ]

    def below(self, signer: Signer) -> list[Signer]:
        """The same with whom those have added in turn."""
        found = []
        for row in self.beside(signer):
            found += [row, *self.below(row)]
        return found

    def is_settled(self, signer: Signer) -> bool:
        """Has voted, and so has everybody asked beside them."""
        has_voted = signer.state == SignerState.VOTED
        return has_voted and all(self.is_settled(row) for row in self.beside(signer))

    def is_held(self, signer: Signer) -> bool:
        """Waits for somebody who was asked before them; or, alone, for whoever comes after."""
        if signer.state == SignerState.VOTED:
            return self.is_alone and signer.id == self.owner.id
        return any(
            row.placement == BEFORE and not self.is_settled(row) for row in self.beside(signer)
        )

    def has_turn(self, signer: Signer) -> bool:
        """Nobody comes before them."""
        if signer.beside_id is not None:
            host = next(row for row in self.signers if row.id == signer.beside_id)
            return signer.placement != AFTER or host.state == SignerState.VOTED
        if self.terms.rule != signing.IN_ORDER:
            return True
        earlier = [r for r in self.signers if r.beside_id is None and r.position < signer.position]
        return all(row.state in _GONE or self.is_settled(row) for row in earlier)

    def counted(self) -> list[Signer]:
        """Whose votes are counted."""
        return [row for row in self.signers if row.counts and row.state not in _GONE]

    def outcome(self) -> str | None:
        """What the votes come to, or None while that is open."""
        if self.is_alone:
            return signing.AGREED if self.is_settled(self.owner) else None
        return tallies.outcome(self.terms, [self._ballot(row) for row in self.counted()])

    def _ballot(self, signer: Signer) -> Ballot:
        return Ballot(
            vote=signer.vote if self.is_settled(signer) else None,
            number=signer.number or 0,
            weight=signer.weight,
            has_veto=signer.has_veto,
        )

    def objection(self) -> Signer | None:
        """Of a task of one person: who was asked after it was handed in, and does not agree."""
        since = self.owner.number or 0
        refused = [row for row in self.below(self.owner) if row.vote == signing.REFUSE]
        return next((row for row in refused if (row.number or 0) > since), None)

    def awaited(self) -> list[Signer]:
        """Who has not voted yet, and is still asked."""
        return [row for row in self.signers if row.state in _AWAITED]


def board(uow: UnitOfWork, sign_off_id: str) -> Board:
    """A sign-off as it is now."""
    return boards(uow, [sign_off_id])[sign_off_id]


def boards(uow: UnitOfWork, ids: Collection[str]) -> dict[str, Board]:
    """Several, in two statements."""
    if not ids:
        return {}
    query = sa.select(SignOff).where(SignOff.id.in_(ids))
    heads = uow.session.scalars(query.execution_options(populate_existing=True)).all()
    query_rows = sa.select(Signer).where(Signer.sign_off_id.in_(ids)).order_by(Signer.position)
    rows = uow.session.scalars(query_rows.execution_options(populate_existing=True)).all()
    return {
        head.id: Board(sign_off=head, signers=[row for row in rows if row.sign_off_id == head.id])
        for head in heads
    }


def cast(uow: UnitOfWork, board: Board, signer: Signer, vote: str, opinion: str) -> None:
    """Write a vote down; it has the next number."""
    board.sign_off.votes += 1
    signer.state, signer.vote, signer.number = SignerState.VOTED, vote, board.sign_off.votes
    signer.opinion = opinion
    signer.voted_by, signer.voted_at = uow.actor.user_id, uow.now


def close(uow: UnitOfWork, signer: Signer, state: SignerState, *, reason: str = "") -> None:
    """A seat that will not vote."""
    signer.state = state
    signer.closed_by, signer.closed_at = uow.actor.user_id, uow.now
    signer.reason = reason


def end(uow: UnitOfWork, board: Board, *, outcome: str | None) -> None:
    """Decided, or ended without a decision: nobody is asked any more."""
    board.sign_off.state = SignOffState.DECIDED if outcome else SignOffState.CANCELLED
    board.sign_off.outcome = outcome
    board.sign_off.decided_at = uow.now
    for row in board.awaited():
        close(uow, row, SignerState.UNNEEDED)


def cancel(uow: UnitOfWork, task: Task) -> None:
    """The process went on without this task: so it does without its signers."""
    if task.sign_off_id is None:
        return
    found = board(uow, task.sign_off_id)
    if found.sign_off.state == SignOffState.OPEN:
        end(uow, found, outcome=None)


def forget(uow: UnitOfWork, kind: str, task_id: str | None) -> None:
    """What an event of this kind said of the task was taken away by rule: seats say it no more."""
    if task_id is None or kind not in _SAYS:
        return
    own = sa.select(Signer.id).where(Signer.task_id == task_id)
    same = sa.select(Signer.sign_off_id).where(Signer.task_id == task_id)
    where = {
        "own": Signer.task_id == task_id,
        "beside": Signer.beside_id.in_(own),
        "same": sa.and_(Signer.sign_off_id.in_(same), Signer.state == SignerState.REMOVED),
    }
    which, emptied = _SAYS[kind]
    for row in uow.session.scalars(sa.select(Signer).where(where[which])):
        for name, nothing in emptied.items():
            setattr(row, name, nothing)


def personal(uow: UnitOfWork, instance_id: str, user_id: str) -> list[Signer]:
    """The seats of an instance that are this person's alone, and have not voted."""
    query = (
        sa.select(Signer)
        .join(SignOff, SignOff.id == Signer.sign_off_id)
        .where(
            Signer.user_id == user_id,
            Signer.state.in_(_AWAITED),
            SignOff.instance_id == instance_id,
            SignOff.state == SignOffState.OPEN,
        )
    )
    return list(uow.session.scalars(query.order_by(Signer.position)))
