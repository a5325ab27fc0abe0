"""Opinions that the public sends to an Office from the portal: taken in, read, dealt with.

Only people of that Office read them: who wrote one may have said who they are. An opinion opens no
case and is evidence of nothing; whoever finds a clue in it opens a case by hand (条例19, 24).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision import portal
from supervision.tables import Suggestion
from supervision.terms import UnitKind

#: Who opens the letters of an Office.
READERS = frozenset({"office_staff", "city_office_head", "district_office", "district_office_head"})

LEAST_TEXT, MOST_TEXT = 5, 2000
MOST_NAME, MOST_CONTACT = 80, 120


def send(
    uow: UnitOfWork,
    *,
    text: str,
    publication_id: str = "",
    office_id: str = "",
    writer: str = "",
    contact: str = "",
) -> Suggestion:
    """Take in an opinion, on a published text or to one of `offices`. Invalid with every fault."""
    faults = []
    if not LEAST_TEXT <= len(text.strip()) <= MOST_TEXT:
        said = f"请写 {LEAST_TEXT} 至 {MOST_TEXT} 个字"
        faults.append(Fault(pointer="/text", detail=said, code="length"))
    for pointer, value, most in (
        ("/writer", writer, MOST_NAME),
        ("/contact", contact, MOST_CONTACT),
    ):
        if len(value.strip()) > most:
            faults.append(Fault(pointer=pointer, detail=f"最多 {most} 个字", code="length"))
    if publication_id:
        office_id = portal.office_of(uow, publication_id)
    elif office_id not in dict(offices(uow)):
        faults.append(Fault(pointer="/office", detail="请选择收件的督导办公室", code="choice"))
    if faults:
        raise Invalid("意见还没有提交，请修改后再试。", errors=faults)
    row = Suggestion(
        office_id=office_id,
        publication_id=publication_id or None,
        text=text.strip(),
        writer=writer.strip(),
        contact=contact.strip(),
        received_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def offices(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    """(id, name) of the Offices that may be written to."""
    query = (
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.kind == UnitKind.OFFICE.value, Organisation.closed_on.is_(None))
        .order_by(Organisation.path)
    )
    return [(row.id, row.name) for row in uow.session.execute(query)]


def search(
    uow: UnitOfWork,
    *,
    is_handled: bool | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[Suggestion]:
    """Opinions to the actor's own Offices, newest first; `after`: (received_at, id) of the last seen."""
    query = (
        sa.select(Suggestion)
        .where(Suggestion.office_id.in_(_own_offices(uow)))
        .options(
            joinedload(Suggestion.office),
            joinedload(Suggestion.publication),
            joinedload(Suggestion.handler),
        )
        .order_by(Suggestion.received_at.desc(), Suggestion.id.desc())
        .limit(limit)
    )
    if is_handled is not None:
        query = query.where(Suggestion.handled_at.is_not(None) == is_handled)
    if after is not None:
        at, last_id = after
        query = query.where(
            sa.or_(
                Suggestion.received_at < at,
                sa.and_(Suggestion.received_at == at, Suggestion.id < last_id),
            )
        )
    return uow.session.scalars(query).all()


def handle(uow: UnitOfWork, suggestion_id: str, *, note: str) -> Suggestion:
    """Note what was done about it. NotFound outside the actor's Offices, Conflict the second time."""
    row = uow.session.get(Suggestion, suggestion_id, with_for_update=True)
    if row is None or row.office_id not in _own_offices(uow):
        raise NotFound("没有这条意见，或者您无权查看。", code="suggestion-not-found")
    if row.handled_at is not None:
        raise Conflict("这条意见已经办理，请刷新后查看。", code="suggestion-handled")
    row.handled_at, row.handled_by, row.note = uow.now, uow.actor.account_id, note.strip()
    uow.session.flush()
    return row


def may_handle(uow: UnitOfWork) -> bool:
    """Whether the actor opens the letters of some Office."""
    return bool(_own_offices(uow))


def _own_offices(uow: UnitOfWork) -> frozenset[str]:
    return frozenset(post.organisation_id for post in uow.actor.posts if post.group in READERS)
