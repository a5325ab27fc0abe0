"""What the domain says in a case's history: a kind, a Chinese sentence, and the facts behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from supervision.terms import Audience

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


def note(
    uow: UnitOfWork,
    instance_id: str,
    kind: str,
    text: str,
    *,
    audience: Audience = Audience.INTERNAL,
    **facts: Any,
) -> None:
    """Append an event to the chain of the instance whose lock the caller holds."""
    uow.record(
        kind,
        instance_id=instance_id,
        audience=audience.value,
        payload={"text": text, **facts},
    )
