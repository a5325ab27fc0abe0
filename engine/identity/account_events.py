"""What happened to one's own account: sign-ins, passwords, factors, posts, tokens, ways back.

Nothing is kept apart for it: it is read from the journal and from the sign-ins themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.identity.sign_ins import TOKEN
from engine.tables import JournalEntry, SignIn

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class AccountEvent:
    """One of them; `by` is who did it, empty for the owner's own sign-ins and tokens."""

    id: str
    at: datetime
    kind: str
    by: str = ""
    address: str = ""
    agent: str = ""
    name: str = ""
    #: Of a sign-in: how many tries were refused since the one before it.
    refused_before: int = 0
    after: Mapping[str, Any] = field(default_factory=dict)


def mine(
    uow: UnitOfWork, *, after: tuple[datetime, str] | None = None, limit: int = 50
) -> Sequence[AccountEvent]:
    """The actor's own, the newest first; `after` is (at, id) of the last one seen."""
    found = [*_journal(uow, after, limit), *_sign_ins(uow, after, limit)]
    return sorted(found, key=lambda event: (event.at, event.id), reverse=True)[:limit]


def _journal(uow: UnitOfWork, after: tuple[datetime, str] | None, limit: int) -> list[AccountEvent]:
    query = sa.select(JournalEntry).where(
        JournalEntry.subject_kind == "user", JournalEntry.subject_id == uow.actor.user_id
    )
    if after is not None:
        query = query.where(_older(JournalEntry.at, JournalEntry.id, after))
    query = query.order_by(JournalEntry.at.desc(), JournalEntry.id.desc()).limit(limit)
    return [
        AccountEvent(
            id=entry.id, at=entry.at, kind=entry.kind, by=entry.actor_name, after=entry.after or {}
        )
        for entry in uow.session.scalars(query)
    ]


def _sign_ins(
    uow: UnitOfWork, after: tuple[datetime, str] | None, limit: int
) -> list[AccountEvent]:
    query = sa.select(SignIn).where(SignIn.user_id == uow.actor.user_id)
    if after is not None:
        query = query.where(_older(SignIn.created_at, SignIn.id, after))
    query = query.order_by(SignIn.created_at.desc(), SignIn.id.desc()).limit(limit)
    return [
        AccountEvent(
            id=row.id,
            at=row.created_at,
            kind="token.made" if row.kind == TOKEN else "sign_in.opened",
            address=row.address,
            agent=row.agent,
            name=row.name,
            refused_before=row.refused_before,
        )
        for row in uow.session.scalars(query)
    ]


def _older(at: Any, row_id: Any, after: tuple[datetime, str]) -> sa.ColumnElement[bool]:
    moment, last = after
    return sa.or_(at < moment, sa.and_(at == moment, row_id < last))
