"""A request made twice is done once: its answer is kept under its key, in the same transaction.

The key is reserved before the act begins. A second transaction with the same key then waits at the
unique index until the first has committed, instead of doing the act and losing a race inside it.
Called by the HTTP layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.errors import Fault, Invalid
from engine.tables import IdempotencyRecord

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """What was answered, to be given again."""

    status: int
    headers: Mapping[str, str]
    body: str


class Reserved(Exception):  # a state of affairs, not an error
    """Another transaction committed this key meanwhile; begin anew and `find` its answer."""


def reserve(uow: UnitOfWork, key: str, digest: str) -> StoredAnswer | None:
    """The answer given before, or None after taking the key for this transaction.

    `digest` is over method, address and body. Invalid if the key was used for another request.
    Reserved if a concurrent transaction took it: this unit of work is then spent.
    """
    stored = find(uow, key, digest)
    if stored is not None:
        return stored
    uow.session.add(
        IdempotencyRecord(
            key=key,
            actor_id=_owner(uow),
            request_digest=digest,
            status=0,
            body="",
            created_at=uow.now,
        )
    )
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise Reserved(key) from error
    return None


def find(uow: UnitOfWork, key: str, digest: str) -> StoredAnswer | None:
    """The answer kept under this key of this actor. Invalid if the key was for another request."""
    record = uow.session.get(IdempotencyRecord, (key, _owner(uow)))
    if record is None:
        return None
    if record.request_digest != digest:
        raise Invalid(
            "这个 Idempotency-Key 已用于另一个请求，本次没有办理。请换一个新的键。",
            code="idempotency-key-reused",
            errors=[
                Fault(pointer="", detail="同一个键只能用于同一个请求。", code="idempotency-key")
            ],
        )
    return StoredAnswer(status=record.status, headers=record.headers, body=record.body)


def keep(uow: UnitOfWork, key: str, answer: StoredAnswer) -> None:
    """Store the answer under the key that this unit of work reserved."""
    record = uow.session.get_one(IdempotencyRecord, (key, _owner(uow)))
    record.status = answer.status
    record.headers = dict(answer.headers)
    record.body = answer.body


def forget(uow: UnitOfWork, before: datetime) -> int:
    """Delete the answers kept before this instant; returns how many."""
    result = uow.session.execute(
        sa.delete(IdempotencyRecord).where(IdempotencyRecord.created_at < before)
    )
    return cast("sa.CursorResult[Any]", result).rowcount


def _owner(uow: UnitOfWork) -> str:
    """Whose key it is: two people may choose the same."""
    return uow.actor.account_id or uow.actor.name[:32]
