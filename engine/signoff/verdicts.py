"""What several signers of a task came to, as a completion handler is given it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.signoff.signers import Board
from engine.spiff.signing import VOTES
from engine.states import SignerState


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One vote. `values` are those of the signer's own form; an adviser's vote was not counted."""

    organisation_id: str | None
    user_id: str | None
    roles: tuple[str, ...]
    vote: str
    opinion: str
    values: Mapping[str, Any]
    voted_by: str | None
    voted_at: datetime | None
    weight: int
    counts: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`agreed` or `refused`, and the votes in the order in which they were cast."""

    outcome: str
    signatures: tuple[Signature, ...]
    counts: Mapping[str, int]  #: how many counted votes there were of each kind
    result: str  #: the variable that the model gives the outcome

    @property
    def variables(self) -> dict[str, Any]:
        """What the flow is told."""
        return {self.result: self.outcome, f"{self.result}_votes": dict(self.counts)}


def of(board: Board, outcome: str) -> Verdict:
    """The verdict of a sign-off that is decided."""
    cast = sorted(
        (row for row in board.signers if row.state == SignerState.VOTED),
        key=lambda row: row.number or 0,
    )
    counted = Counter(row.vote for row in cast if row.counts)
    return Verdict(
        outcome=outcome,
        signatures=tuple(
            Signature(
                organisation_id=row.organisation_id,
                user_id=row.user_id,
                roles=tuple(row.groups),
                vote=row.vote or "",
                opinion=row.opinion,
                values=row.values or {},
                voted_by=row.voted_by,
                voted_at=row.voted_at,
                weight=row.weight,
                counts=row.counts,
            )
            for row in cast
        ),
        counts={vote: counted[vote] for vote in VOTES},
        result=board.terms.result,
    )
