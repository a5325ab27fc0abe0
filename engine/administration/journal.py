"""The journal of administrative acts: who changed accounts, posts, models, parameters, or mended a case.

One chain for the whole installation, by the same rules as the chain of a case (docs/audit.md). What
happens in a case stands in that case's history; an operator's act on a case stands in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import duties
from engine.database import insert
from engine.record import chains
from engine.record.chains import Break, Head, Link, Pin
from engine.tables import JournalEntry, JournalHead, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_ONLY = 1


def record(
    uow: UnitOfWork,
    kind: str,
    *,
    subject: tuple[str, str],
    name: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    instance_id: str | None = None,
    proposal_id: str | None = None,
) -> JournalEntry:
    """Append an act, in the transaction of the act.

    `subject` is (kind of object, id), `name` what people call it; `before` and `after` hold what
    changed, never a secret.
    """
    end = _locked_head(uow)
    entry = JournalEntry(
        seq=end.length + 1,
        id=new_id(),
        at=uow.now,
        kind=kind,
        actor_id=uow.actor.user_id,
        actor_name=uow.actor.name,
        actor_title=uow.actor.posts[0].title if uow.actor.posts else "",
        subject_kind=subject[0],
        subject_id=subject[1],
        subject_name=name[:200],
        instance_id=instance_id,
        proposal_id=proposal_id,
        reason=reason,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        previous_digest=end.digest,
        algorithm=uow.engine.digest,
        digest="",
    )
    entry.digest = chains.link_digest(link_of(entry))
    uow.session.add(entry)
    end.length, end.digest = entry.seq, entry.digest
    uow.session.flush()
    if subject[0] == "user":
        uow.engine.tell_owner(uow, subject[1], kind, entry.id, before=before, after=after)
    return entry


def search(
    uow: UnitOfWork,
    *,
    kind: str | None = None,
    subject_id: str | None = None,
    actor_id: str | None = None,
    since: datetime | None = None,
    before_seq: int | None = None,
    limit: int = 50,
) -> Sequence[JournalEntry]:
    """Entries, the newest first. Only the system or an audit administrator."""
    duties.require(uow, duties.AUDIT_ADMIN)
    query = sa.select(JournalEntry)
    if kind is not None:
        query = query.where(JournalEntry.kind == kind)
    if subject_id is not None:
        query = query.where(JournalEntry.subject_id == subject_id)
    if actor_id is not None:
        query = query.where(JournalEntry.actor_id == actor_id)
    if since is not None:
        query = query.where(JournalEntry.at >= since)
    if before_seq is not None:
        query = query.where(JournalEntry.seq < before_seq)
    return uow.session.scalars(query.order_by(JournalEntry.seq.desc()).limit(limit)).all()


def links(uow: UnitOfWork) -> Iterator[Link]:
    """The chain as it is stored, from its first link."""
    for entry in uow.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.seq)):
        yield link_of(entry)


def head(uow: UnitOfWork) -> Head:
    """The end of the chain, as its row says."""
    found = uow.session.get(JournalHead, _ONLY)
    return Head(length=found.length, digest=found.digest) if found else Head(length=0, digest="")


def verify(uow: UnitOfWork, *, pins: Iterable[Pin] = ()) -> Iterator[Break]:
    """Every break in the chain; nothing when it is whole."""
    yield from chains.breaks(links(uow), head(uow), pins=pins)


def link_of(entry: JournalEntry) -> Link:
    """The entry as a link of the chain: every column is covered."""
    columns = (column.key for column in sa.inspect(JournalEntry).column_attrs)
    own = ("digest", "previous_digest", "algorithm")
    told = {key: getattr(entry, key) for key in columns if key not in own}
    told["at"] = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Link(
        told=told,
        previous_digest=entry.previous_digest,
        digest=entry.digest,
        algorithm=entry.algorithm,
    )


def _locked_head(uow: UnitOfWork) -> JournalHead:
    """The end of the chain, held until this transaction ends; made at the first act."""
    query = sa.select(JournalHead).where(JournalHead.id == _ONLY).with_for_update()
    head = uow.session.scalars(query).one_or_none()
    if head is not None:
        return head
    first = insert(uow.session, JournalHead).values(id=_ONLY, length=0, digest="")
    uow.session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
    return uow.session.scalars(query).one()
