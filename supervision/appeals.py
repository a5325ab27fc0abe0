"""Review (复核) and appeal (申诉): 30/30, 15/15/60 and 15 days, one of each, never suspending.

A remedy is a row of the decision's case; an instance of its own handles it. What comes too late, or
by a road that is closed, is refused by a person and stays on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, clocks, documents, hard_stops, organisations, rules
from supervision.tables import Accountability, Document, Remedy, SupervisionCase
from supervision.terms import (
    AccountabilityState,
    Audience,
    RemedyKind,
    RemedyResult,
    RemedyState,
)

_COUNTED = (RemedyState.ACCEPTED, RemedyState.DECIDED, RemedyState.CORRECTED)
_BASIS = "《教育督导问责办法》关于复核、申诉的规定"


def facts(uow: UnitOfWork, row: Accountability) -> rules.RemedyFacts:
    """The remedies of a decision so far, and their last days. Conflict before it was received."""
    if row.received_on is None:
        raise Conflict(
            "问责决定还没有送达，复核和申诉期限还没有开始。", code="decision-not-received"
        )
    known = [r for r in of_decision(uow, row.id) if r.state in _COUNTED]
    reviews = [r for r in known if r.kind == RemedyKind.REVIEW]
    answered = [r.decision_received_on for r in reviews if r.decision_received_on]
    return rules.RemedyFacts(
        review_until=clocks.last_day(uow, "review.apply", row.received_on),
        direct_appeal_until=clocks.last_day(uow, "appeal.direct", row.received_on),
        reviews=len(reviews),
        appeals=sum(r.kind == RemedyKind.APPEAL for r in known),
        is_review_pending=len(answered) < len(reviews),
        appeal_after_review_until=(
            clocks.last_day(uow, "appeal.after_review", answered[-1]) if answered else None
        ),
    )


def apply(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    kind: RemedyKind,
    *,
    request: str,
    reasons: str,
    instance_id: str | None = None,
) -> Remedy:
    """Apply in time and by an open road. Raises the hard-stop that closes it; nothing is stored.

    The decision goes on being executed (procedure 3.3).
    """
    road = rules.road(kind, facts(uow, row), uow.acted_on)
    if not road.is_open:
        hint = ""
        if kind is RemedyKind.APPEAL and road.is_late:
            later = rules.road(RemedyKind.REVIEW, facts(uow, row), uow.acted_on)
            hint = f"仍可在{later.until}之前申请复核。" if later.is_open else ""
        hard_stops.refuse(road.code, road.detail + hint, _BASIS)
    return _write(
        uow,
        case,
        row,
        kind,
        state=RemedyState.ACCEPTED,
        received_on=uow.acted_on,
        until=road.until,
        request=request,
        reasons=reasons,
        instance_id=instance_id,
    )


def record_late(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    kind: RemedyKind,
    *,
    received_on: date,
    request: str,
    reasons: str,
) -> Remedy:
    """Record an application that arrived on paper too late, or by a closed road; `refuse` follows.

    Conflict for one whose road is open: that is `apply`.
    """
    road = rules.road(kind, facts(uow, row), received_on)
    if road.is_open:
        raise Conflict("申请没有逾期，请按正常途径受理。", code="remedy-open")
    return _write(
        uow,
        case,
        row,
        kind,
        state=RemedyState.RECEIVED,
        received_on=received_on,
        until=road.until,
        request=request,
        reasons=reasons,
        is_late=road.is_late,
    )


def refuse(uow: UnitOfWork, case: SupervisionCase, remedy: Remedy, *, reason: str) -> None:
    """不予受理: decided by a person, with the reason; the application stays on record."""
    if uow.actor.user_id is None:
        raise Conflict("不予受理须由具名的人决定。", code="refusal-needs-person")
    if remedy.state != RemedyState.RECEIVED:
        raise Conflict("这项申请已经处理。", code="remedy-handled")
    if not reason.strip():
        raise Invalid(
            "请写明不予受理的理由。",
            errors=[Fault(pointer="/reason", detail="请写明理由", code="required")],
        )
    remedy.state = RemedyState.NOT_ACCEPTED
    remedy.refusal_reason = reason
    remedy.refused_by = uow.actor.user_id
    remedy.decided_on = uow.today
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "remedy.refused",
        f"{RemedyKind(remedy.kind).label}申请不予受理：{reason}",
        audience=Audience.UNIT,
        remedy_id=remedy.id,
    )


def require_not_drafter(uow: UnitOfWork, row: Accountability) -> None:
    """Who drafted the decision does not review it (per person, procedure 9.2c)."""
    decision = documents.get(uow, row.decision_id or "")
    if uow.actor.user_id is not None and uow.actor.user_id == decision.drafted_by:
        raise NotAllowed("您是原问责决定的起草人，不能办理对它的复核。", code="own-decision")


def decide(
    uow: UnitOfWork,
    remedy: Remedy,
    decision: Document,
    *,
    result: RemedyResult,
    finding: str,
    instruction: str = "",
) -> None:
    """The finding of a review or an appeal; it never makes the object's position worse."""
    remedy.result = result.value
    remedy.finding = finding
    remedy.instruction = instruction
    remedy.decision_id = decision.id
    uow.session.flush()


def conclude(
    uow: UnitOfWork, remedy: Remedy, *, decided_on: date, received_on: date | None
) -> None:
    """The decision on the remedy was issued and received: the next clock runs from the receipt."""
    remedy.decided_on = decided_on
    remedy.decision_received_on = received_on
    remedy.state = RemedyState.DECIDED
    uow.session.flush()


def correct(
    uow: UnitOfWork, remedy: Remedy, row: Accountability, correction: Document | None
) -> None:
    """The Office corrected its decision: revoked as a whole, or amended (the measures were taken
    back one by one by the caller)."""
    remedy.correction_id = correction.id if correction is not None else None
    remedy.corrected_on = uow.today
    remedy.state = RemedyState.CORRECTED
    if remedy.result == RemedyResult.REVOKED:
        row.state = AccountabilityState.REVOKED
    uow.session.flush()


def lapse(uow: UnitOfWork, row: Accountability, *, on: date) -> None:
    """Nobody applied in time, or the remedies have ended: what stands of the decision is final."""
    row.remedies_end_on = on
    if row.state != AccountabilityState.REVOKED:
        row.final_on = on
    if row.state == AccountabilityState.REMEDY_OPEN:
        row.state = AccountabilityState.FINAL
    uow.session.flush()


def pending(uow: UnitOfWork, case_id: str) -> bool:
    """Whether a remedy of this case is still open: applied for, or still to be applied for."""
    open_ = uow.session.scalar(
        sa.select(Accountability.id)
        .where(Accountability.case_id == case_id)
        .where(Accountability.issued_on.is_not(None), Accountability.remedies_end_on.is_(None))
        .limit(1)
    )
    return open_ is not None


def of_decision(uow: UnitOfWork, accountability_id: str) -> Sequence[Remedy]:
    """The applications against a decision, in order."""
    return uow.session.scalars(
        sa.select(Remedy)
        .where(Remedy.accountability_id == accountability_id)
        .order_by(Remedy.received_on, Remedy.id)
    ).all()


def of_case(uow: UnitOfWork, case_id: str) -> Sequence[Remedy]:
    """The applications against the decisions of a case."""
    return uow.session.scalars(
        sa.select(Remedy)
        .join(Accountability, Accountability.id == Remedy.accountability_id)
        .where(Accountability.case_id == case_id)
        .order_by(Remedy.received_on, Remedy.id)
    ).all()


def papers(uow: UnitOfWork, remedies: Sequence[Remedy]) -> Sequence[Document]:
    """What whoever decides these remedies has before them, oldest first.

    The papers of the decisions that were served or handed in (notice, statement, decision, the
    applications, an earlier review), and what the reader's own organisation drafts on a remedy. Never the clue,
    the working group, the consultation: those are internal to the Office that decided.
    """
    records = {row.accountability_id for row in remedies}
    of_records = sa.select(Remedy.id).where(Remedy.accountability_id.in_(records))
    own = sorted(uow.actor.organisation_ids)
    query = sa.select(Document).where(
        sa.or_(Document.subject_id.in_(records), Document.subject_id.in_(of_records)),
        sa.or_(
            sa.and_(Document.issued_on.is_not(None), Document.audience != Audience.INTERNAL),
            sa.and_(Document.subject_id.in_(of_records), Document.issuer_id.in_(own)),
        ),
    )
    return uow.session.scalars(query.order_by(Document.seq)).all()


def get(uow: UnitOfWork, remedy_id: str) -> Remedy:
    """A remedy by id. NotFound if there is none."""
    row = uow.session.get(Remedy, remedy_id)
    if row is None:
        raise NotFound("没有这项复核或申诉。", code="remedy-not-found")
    return row


def authority(uow: UnitOfWork, case: SupervisionCase, kind: RemedyKind) -> str:
    """Who decides: a review the same Office, an appeal the Office one tier up (9.2c)."""
    if kind is RemedyKind.REVIEW:
        return case.office_id
    return organisations.appeal_authority(uow, case.office_id).organisation_id


def _write(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    kind: RemedyKind,
    *,
    state: RemedyState,
    received_on: date,
    until: date,
    request: str,
    reasons: str,
    is_late: bool = False,
    instance_id: str | None = None,
) -> Remedy:
    remedy = Remedy(
        id=new_id(),
        accountability_id=row.id,
        instance_id=instance_id,
        kind=kind.value,
        state=state,
        authority_id=authority(uow, case, kind),
        request=request,
        reasons=reasons,
        applied_by=uow.actor.user_id,
        received_on=received_on,
        apply_until_on=until,
        is_late=is_late,
    )
    uow.session.add(remedy)
    uow.session.flush()
    chronicle.note(
        uow,
        instance_id or case.instance_id,
        "remedy.applied",
        f"收到{kind.label}申请（期限{until}）",
        audience=Audience.UNIT,
        remedy_id=remedy.id,
        remedy_kind=kind.value,
        is_late=is_late,
    )
    return remedy
