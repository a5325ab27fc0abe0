"""Acts that need two people (双人操作): one proposes, another confirms, and only then is it done.

Each kind says who may propose, who may confirm, and what is then done; engine/administration/four_eyes.py lists
them. Nobody confirms what they proposed themselves. What was proposed is carried out as the act of
the proposer, with the posts that they hold at that moment, in the transaction of the confirmation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import store
from engine.administration import duties, journal, rejections
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity.posts import actor_of
from engine.permission import access
from engine.states import ProposalState
from engine.tables import Proposal

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

LONGEST_REASON = 2_000


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A dangerous act. `carry_out` is given a unit of work whose actor is the proposer."""

    key: str
    name: str
    may_confirm: Callable[[UnitOfWork, Proposal], bool]
    carry_out: Callable[[UnitOfWork, Proposal], Mapping[str, Any]]
    #: Whether it is an act within a case: its history tells of it and the journal does not, and only
    #: who reads what is internal there sees it, auditors not excepted.
    is_of_case: bool = False
    #: How long it may wait for the second person.
    valid_for: timedelta = timedelta(days=7)


def propose(
    uow: UnitOfWork,
    kind: Kind,
    *,
    subject: tuple[str, str],
    title: str,
    reason: str,
    content: Mapping[str, Any] | None = None,
    instance_id: str | None = None,
) -> Proposal:
    """Ask for an act; the caller has checked that the actor may, and that it could be done now.

    Invalid without a reason. Conflict where the same is proposed already and still open.
    """
    if uow.actor.user_id is None:
        raise NotAllowed("只有人才能提出需要双人确认的操作。", code="no-person")
    if uow.actor.stand_in is not None:
        raise NotAllowed("双人操作须由本人办理，不能代理。", code="in-person")
    text = reason.strip()
    if not 0 < len(text) <= LONGEST_REASON:
        fault = Fault(pointer="/reason", detail="请写明理由（2000字以内）。", code="required")
        raise Invalid("没有提出：需要写明理由。", errors=[fault])
    _require_new(uow, kind, subject)
    row = Proposal(
        kind=kind.key,
        subject_kind=subject[0],
        subject_id=subject[1],
        title=title[:200],
        instance_id=instance_id,
        content=dict(content or {}),
        reason=text,
        proposed_by=uow.actor.user_id,
        proposed_at=uow.now,
        expires_at=uow.now + kind.valid_for,
    )
    uow.session.add(row)
    uow.session.flush()
    _tell(uow, row, "proposal.made", reason=text)
    return row


def confirm(uow: UnitOfWork, proposal_id: str, *, note: str = "") -> Proposal:
    """Say yes as the second person: it is done now, or nothing is changed and the error says why."""
    row = _open(uow, proposal_id)
    _tell_if_refused(uow, row)
    _require(uow, row, "confirm")
    proposer = replace(uow, actor=actor_of(uow, row.proposed_by))
    _decide(uow, row, ProposalState.CONFIRMED, note)  # first: what is done names who confirmed it
    outcome = _kind(uow, row).carry_out(proposer, row)
    row.outcome = dict(outcome)
    _tell(uow, row, "proposal.confirmed", reason=note, after=outcome)
    return row


def refuse(uow: UnitOfWork, proposal_id: str, *, note: str) -> Proposal:
    """Say no as the second person. Invalid without a note."""
    row = _open(uow, proposal_id)
    _require(uow, row, "refuse")
    if not note.strip():
        fault = Fault(pointer="/note", detail="请写明不同意的理由。", code="required")
        raise Invalid("没有办理：请写明理由。", errors=[fault])
    _decide(uow, row, ProposalState.REFUSED, note)
    _tell(uow, row, "proposal.refused", reason=note)
    return row


def withdraw(uow: UnitOfWork, proposal_id: str) -> Proposal:
    """Take back what one proposed oneself."""
    row = _open(uow, proposal_id)
    _require(uow, row, "withdraw")
    _decide(uow, row, ProposalState.WITHDRAWN, "")
    _tell(uow, row, "proposal.withdrawn")
    return row


def get(uow: UnitOfWork, proposal_id: str) -> Proposal:
    """One proposal. NotFound where it does not exist or is not the actor's to know."""
    row = uow.session.get(Proposal, proposal_id)
    if row is None or not _sees(uow, row):
        raise NotFound("没有这项待确认的操作。", code="proposal-not-found")
    return row


def search(
    uow: UnitOfWork,
    *,
    state: str | None = ProposalState.OPEN,
    only_of_cases: bool = False,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[Proposal]:
    """Those that the actor made, may confirm or decided, the newest first; an auditor reads all.

    With `only_of_cases` what administers is left out.
    `after` is (proposed_at, id) of the last one seen. Who may confirm is a rule in Python: rows are
    read until enough of them are the actor's to see.
    """
    query = sa.select(Proposal).order_by(Proposal.proposed_at.desc(), Proposal.id.desc())
    if state is not None:
        query = query.where(Proposal.state == state)
    if after is not None:
        moment, last = after  # a tuple would lose the column's own way of writing a time
        same = sa.and_(Proposal.proposed_at == moment, Proposal.id < last)
        query = query.where(sa.or_(Proposal.proposed_at < moment, same))
    found = []
    with closing(uow.session.scalars(query.execution_options(yield_per=200))) as rows:
        for row in rows:
            if (is_of_case(uow, row) or not only_of_cases) and _sees(uow, row):
                found.append(row)
            if len(found) == limit:
                break
    return found


def allowed_acts(uow: UnitOfWork, row: Proposal) -> frozenset[str]:
    """What the actor may do with it now: confirm and refuse, or withdraw."""
    if row.state != ProposalState.OPEN or uow.now >= row.expires_at:
        return frozenset()
    if row.proposed_by == uow.actor.user_id:
        return frozenset({"withdraw"})
    return frozenset({"confirm", "refuse"} if _may_confirm(uow, row) else ())


def expire(uow: UnitOfWork) -> int:
    """Close those that nobody answered in time; how many."""
    overdue = sa.select(Proposal).where(
        Proposal.state == ProposalState.OPEN, Proposal.expires_at <= uow.now
    )
    rows = uow.session.scalars(overdue.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.state = ProposalState.EXPIRED
        row.decided_at = uow.now
    uow.session.flush()
    return len(rows)


def _sees(uow: UnitOfWork, row: Proposal) -> bool:
    mine = uow.actor.user_id is not None and uow.actor.user_id in (row.proposed_by, row.decided_by)
    if is_of_case(uow, row):
        instance_id = row.instance_id or ""
        reads = mine and "internal" in access.audiences_in(uow, [instance_id]).get(instance_id, ())
        return reads or _may_confirm(uow, row)
    return mine or duties.holds(uow, duties.AUDIT_ADMIN) or _may_confirm(uow, row)


def _may_confirm(uow: UnitOfWork, row: Proposal) -> bool:
    kind = uow.engine.proposal_kinds.get(row.kind)
    is_other = uow.actor.user_id not in (None, row.proposed_by) and uow.actor.stand_in is None
    return kind is not None and is_other and kind.may_confirm(uow, row)


def is_of_case(uow: UnitOfWork, row: Proposal) -> bool:
    """Whether it is an act of a case, and administers nothing."""
    kind = uow.engine.proposal_kinds.get(row.kind)
    return kind is not None and kind.is_of_case


def _kind(uow: UnitOfWork, row: Proposal) -> Kind:
    found = uow.engine.proposal_kinds.get(row.kind)
    if found is None:
        raise Conflict("本系统现在不能办理这种操作，请撤回。", code="proposal-kind-unknown")
    return found


def _open(uow: UnitOfWork, proposal_id: str) -> Proposal:
    query = sa.select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    row = uow.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or not _sees(uow, row):
        raise NotFound("没有这项待确认的操作。", code="proposal-not-found")
    if row.state != ProposalState.OPEN:
        raise Conflict("这项操作已经办结，请刷新后查看。", code="proposal-decided")
    if uow.now >= row.expires_at:
        raise Conflict("这项操作已过确认期限，请重新提出。", code="proposal-expired")
    return row


def _require(uow: UnitOfWork, row: Proposal, act: str) -> None:
    if act in allowed_acts(uow, row):
        return
    if row.proposed_by == uow.actor.user_id:
        raise NotAllowed("提出的人不能自己确认，须由另一人确认。", code="same-person")
    raise NotAllowed("您不能确认这项操作。", code="not-the-second-person")


def _require_new(uow: UnitOfWork, kind: Kind, subject: tuple[str, str]) -> None:
    """Two at the same moment meet at the unique index, and one of them loses the race."""
    expire(uow)
    same = sa.select(Proposal.id).where(
        Proposal.kind == kind.key,
        Proposal.subject_kind == subject[0],
        Proposal.subject_id == subject[1],
        Proposal.state == ProposalState.OPEN,
    )
    if uow.session.scalars(same).first() is not None:
        raise Conflict("同样的操作已经提出，正待确认。", code="proposal-pending")


def _tell_if_refused(uow: UnitOfWork, row: Proposal) -> None:
    """Who confirms their own, or what can no longer be done. Of a case's own acts only the case tells."""
    if is_of_case(uow, row):
        return
    rejections.tell(
        uow,
        "proposal.rejected",
        subject=(row.subject_kind, row.subject_id),
        name=row.title,
        asked={"act": row.kind},
        instance_id=row.instance_id,
        proposal_id=row.id,
    )


def _decide(uow: UnitOfWork, row: Proposal, state: ProposalState, note: str) -> None:
    row.state = state
    row.decided_by = uow.actor.user_id
    row.decided_at = uow.now
    row.note = note.strip()
    uow.session.flush()


def _tell(
    uow: UnitOfWork,
    row: Proposal,
    kind: str,
    *,
    reason: str = "",
    after: Mapping[str, Any] | None = None,
) -> None:
    if is_of_case(uow, row) and row.instance_id is not None:
        store.lock(uow, row.instance_id)
        uow.record(
            kind,
            instance_id=row.instance_id,
            payload={"name": row.title, "act": row.kind, "reason": reason, "proposal": row.id},
        )
        return
    journal.record(
        uow,
        kind,
        subject=(row.subject_kind, row.subject_id),
        name=row.title,
        reason=reason,
        after={"act": row.kind, **(after or {})},
        instance_id=row.instance_id,
        proposal_id=row.id,
    )
