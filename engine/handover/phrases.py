"""Sentences ready for use in opinions (常用语): one's own, and those that a unit's head keeps."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.tables import Phrase, new_id
from engine.unit_of_work import UnitOfWork

LONGEST_TEXT = 200
#: Of one person, and of one unit.
MOST = 100


def mine(uow: UnitOfWork) -> Sequence[Phrase]:
    """The actor's own, then those of their units, each by age."""
    places = sorted(uow.actor.organisation_ids)
    query = sa.select(Phrase).where(
        sa.or_(Phrase.user_id == uow.actor.user_id, Phrase.organisation_id.in_(places))
    )
    ordered = query.order_by(Phrase.organisation_id.nulls_first(), Phrase.created_at, Phrase.id)
    return uow.session.scalars(ordered).all()


def add(uow: UnitOfWork, text: str, *, organisation_id: str | None = None) -> Phrase:
    """Keep a sentence; for a unit only where the actor heads it. Invalid, NotAllowed, Conflict."""
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST_TEXT:
        detail = f"请填写常用语（{LONGEST_TEXT}字以内）。"
        fault = Fault(pointer="/text", detail=detail, code="required")
        raise Invalid("没有保存。", errors=[fault])
    if uow.actor.user_id is None:
        raise NotAllowed("只有人才有常用语。", code="no-person")
    if organisation_id is not None and organisation_id not in headed(uow):
        raise NotAllowed("本单位的常用语由单位负责人维护。", code="not-the-head")
    owned = (
        Phrase.organisation_id == organisation_id
        if organisation_id is not None
        else Phrase.user_id == uow.actor.user_id
    )
    kept = uow.session.scalars(sa.select(Phrase.text).where(owned)).all()
    if words in kept:
        raise Conflict("已经有这条常用语。", code="phrase-known")
    if len(kept) >= MOST:
        raise Conflict(f"最多{MOST}条，请先删去不用的。", code="too-many-phrases")
    row = Phrase(
        id=new_id(),
        user_id=uow.actor.user_id if organisation_id is None else None,
        organisation_id=organisation_id,
        text=words,
        created_by=uow.actor.account_id,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def delete(uow: UnitOfWork, phrase_id: str) -> None:
    """Away with it. NotFound for another's; NotAllowed for a unit's without being its head."""
    row = uow.session.get(Phrase, phrase_id)
    if row is None or row.id not in {known.id for known in mine(uow)}:
        raise NotFound("没有这条常用语。", code="phrase-not-found")
    if "delete" not in allowed_acts(uow, row):
        raise NotAllowed("本单位的常用语由单位负责人维护。", code="not-the-head")
    uow.session.delete(row)


def allowed_acts(uow: UnitOfWork, row: Phrase) -> frozenset[str]:
    """`delete`."""
    is_mine = row.user_id is not None and row.user_id == uow.actor.user_id
    return frozenset({"delete"} if is_mine or row.organisation_id in headed(uow) else ())


def headed(uow: UnitOfWork) -> frozenset[str]:
    """The organisations in which the actor holds a post that a manifest calls a head (`is_head`)."""
    heads = {
        role.key
        for package in uow.engine.packages.values()
        for role in package.manifest.roles.values()
        if role.is_head
    }
    return frozenset(post.organisation_id for post in uow.actor.posts if post.group in heads)
