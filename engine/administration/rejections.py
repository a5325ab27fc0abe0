"""What a permitted person asked for and the rules refused: kept in the journal, though nothing was done.

A refusal takes the whole transaction back; the entry is written in the next one. Verbs ask for it as
soon as the actor is known to be permitted: what strangers guess at is nobody's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.administration import journal
from engine.errors import EngineError, Invalid, NotFound

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Of a long list of faults the journal keeps the first ones.
MOST_FAULTS = 20


def tell(
    uow: UnitOfWork,
    kind: str,
    *,
    subject: tuple[str, str],
    name: str,
    reason: str = "",
    asked: Mapping[str, Any] | None = None,
    instance_id: str | None = None,
    proposal_id: str | None = None,
) -> None:
    """From here on, a refusal of this unit of work is told of in the journal as `kind`.

    `asked` is what was asked for, never a secret or a value of a case.
    """

    def record(after: UnitOfWork, refusal: EngineError) -> None:
        if isinstance(refusal, NotFound):
            return
        faults = refusal.errors[:MOST_FAULTS] if isinstance(refusal, Invalid) else ()
        journal.record(
            after,
            kind,
            subject=subject,
            name=name,
            reason=reason.strip()[:2_000],
            after={
                **(asked or {}),
                "refused": refusal.code,
                "detail": refusal.detail,
                "faults": [{"code": fault.code, "detail": fault.detail} for fault in faults],
            },
            instance_id=instance_id,
            proposal_id=proposal_id,
        )

    uow.after_refusal(record)
