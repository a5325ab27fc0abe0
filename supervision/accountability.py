"""Accountability from the clue to the start decision (问责13; procedure F1–F3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from engine.clock import local_date
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import approvals, chronicle, clocks, hard_stops, rules
from supervision.tables import Accountability, Approval, Clue, Document, SupervisionCase
from supervision.terms import (
    AccountabilityState,
    ApprovalOutcome,
    ApprovalStep,
    ObjectKind,
    Severity,
    Trigger,
)


def open(uow: UnitOfWork, case: SupervisionCase, clue: Clue) -> Accountability:
    """Open a record on a clue. The clue is internal: nobody outside learns of it before the notice."""
    row = Accountability(
        id=new_id(),
        case_id=case.id,
        state=AccountabilityState.CLUE,
        object_kind=ObjectKind.UNIT,
        organisation_id=case.unit_id,
        clue_id=clue.id,
        activity_ended_on=clue.activity_ended_on,
        activity_reason=clue.activity_reason,
        group_due_on=clocks.last_day(uow, "account.group", clue.activity_ended_on),
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "accountability.opened",
        "登记问责事项",
        accountability_id=row.id,
        group_due_on=row.group_due_on.isoformat() if row.group_due_on else None,
    )
    return row


def form_group(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    *,
    members: Sequence[Mapping[str, str]],
    visit_id: str | None,
    activity_ended_on: date,
    activity_reason: str,
    formed_on: date,
) -> bool:
    """Form the investigation group with the departments; whether it comes late (then: the chair).

    The Office records which activity produced the clue, when it was completed, and why it says so.
    """
    faults = []
    if not members:
        faults.append(Fault(pointer="/members", detail="请填写工作组成员", code="required"))
    if not activity_reason.strip():
        faults.append(
            Fault(pointer="/activity_reason", detail="请写明完成日的认定理由", code="required")
        )
    if not activity_ended_on <= formed_on <= uow.today:
        faults.append(
            Fault(
                pointer="/formed_on",
                detail="成立日期应在督导活动完成之后、今天之前",
                code="out-of-range",
            )
        )
    if faults:
        raise Invalid("工作组的记录不完整。", errors=faults)
    row.group_members = [dict(member) for member in members]
    row.visit_id = visit_id
    row.activity_ended_on = activity_ended_on
    row.activity_reason = activity_reason
    row.group_due_on = clocks.last_day(uow, "account.group", activity_ended_on)
    row.group_formed_on = formed_on
    row.state = AccountabilityState.INVESTIGATING
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "accountability.group_formed",
        f"成立调查认定工作组（{len(row.group_members)}人），期限{row.group_due_on}",
        accountability_id=row.id,
    )
    return formed_on > row.group_due_on and not row.group_late_reason.strip()


def justify_lateness(
    uow: UnitOfWork, case: SupervisionCase, row: Accountability, *, reason: str
) -> None:
    """The chair's written reason for a late group. Lateness stops nothing; a missing reason does."""
    if not reason.strip():
        raise Invalid(
            "请写明逾期成立工作组的理由。",
            errors=[Fault(pointer="/reason", detail="请写明理由", code="required")],
        )
    approvals.record(
        uow,
        case,
        subject_kind="accountability",
        subject_id=row.id,
        step=ApprovalStep.LATE_GROUP,
        outcome=ApprovalOutcome.APPROVED,
        opinion=reason,
    )
    row.group_late_reason = reason
    row.group_late_by = uow.actor.user_id
    uow.session.flush()


def record_facts(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    *,
    facts: str,
    evidence: str,
    triggers: Sequence[Trigger],
    severity: Severity,
    conduct: Mapping[str, object],
    suggestion: str,
) -> None:
    """The fact material of the working group. Hard-stops: there is a group; if late, its reason."""
    hard_stops.require_group(row)
    faults = [
        Fault(pointer=f"/{key}", detail="请填写", code="required")
        for key, text in (("facts", facts), ("evidence", evidence))
        if not text.strip()
    ]
    if faults:
        raise Invalid("事实材料不完整。", errors=faults)
    row.facts = facts
    row.evidence = evidence
    row.triggers = [trigger.value for trigger in triggers]
    row.severity = severity.value
    row.conduct = dict(conduct)
    row.suggestion = suggestion
    uow.session.flush()
    chronicle.note(
        uow, case.instance_id, "accountability.facts", "形成事实材料", accountability_id=row.id
    )


def weigh(uow: UnitOfWork, row: Accountability) -> tuple[str, ...]:
    """Which of the five grounds of aggravation hold: a flag for those who decide, no more."""
    facts = rules.AggravationFacts(
        hides_or_obstructs=bool(row.conduct.get("hides_or_obstructs")),
        retaliates=bool(row.conduct.get("retaliates")),
        uncorrected_after_accountability=bool(row.conduct.get("uncorrected")),
        decisions_within_year=decisions_within_year(uow, row),
        other=str(row.conduct.get("other_aggravation") or ""),
    )
    found = rules.aggravations(facts)
    row.aggravations = list(found)
    uow.session.flush()
    return found


def decisions_within_year(uow: UnitOfWork, row: Accountability) -> int:
    """Other decisions against the same object that were issued within the last 365 days and stand."""
    query = (
        sa.select(sa.func.count())
        .select_from(Accountability)
        .where(
            Accountability.organisation_id == row.organisation_id,
            Accountability.object_kind == row.object_kind,
            Accountability.person_name == row.person_name,
            Accountability.id != row.id,
            Accountability.issued_on.is_not(None),
            Accountability.issued_on > uow.today - timedelta(days=365),
            Accountability.state != AccountabilityState.REVOKED,
        )
    )
    return uow.session.scalar(query) or 0


def ask_for_extension(uow: UnitOfWork, row: Accountability, *, reason: str) -> None:
    """The working group asks for the one extension, before its time is over."""
    if row.is_facts_extended:
        raise Conflict("调查认定的期限已经延长过一次。", code="facts-extended")
    due = facts_due(uow, row)
    if due is not None and uow.today > due:
        raise Conflict(f"调查认定的期限已于{due}届满，不能再申请延长。", code="extension-late")
    row.facts_extension_reason = reason
    uow.session.flush()


def investigate_again(uow: UnitOfWork, row: Accountability) -> None:
    """F7 sent the opinion back to F2: a supplementary inquiry, with its time and its one extension."""
    row.state = AccountabilityState.INVESTIGATING
    row.is_facts_extended = False
    row.facts_extension_reason = ""
    uow.session.flush()


def facts_from(uow: UnitOfWork, row: Accountability) -> date | None:
    """The day on which the inquiry began: the group's, or that of the last return from F7."""
    returned_at = uow.session.scalar(
        sa.select(sa.func.max(Approval.at))
        .join(Document, Document.id == Approval.subject_id)
        .where(
            Approval.subject_kind == "document",
            Approval.step == ApprovalStep.DECISION,
            Approval.outcome == ApprovalOutcome.RETURNED,
            Document.subject_kind == "accountability",
            Document.subject_id == row.id,
        )
    )
    return local_date(returned_at) if returned_at is not None else row.group_formed_on


def facts_due(uow: UnitOfWork, row: Accountability) -> date | None:
    """The last day of fact finding as it stands."""
    start = facts_from(uow, row)
    if start is None:
        return None
    due = clocks.last_day(uow, "facts.find", start)
    return clocks.last_day(uow, "facts.extended", due) if row.is_facts_extended else due


def extend_facts(
    uow: UnitOfWork, case: SupervisionCase, row: Accountability, *, is_granted: bool, opinion: str
) -> None:
    """Grant or refuse the one extension of fact finding."""
    approvals.record(
        uow,
        case,
        subject_kind="accountability",
        subject_id=row.id,
        step=ApprovalStep.EXTENSION,
        outcome=ApprovalOutcome.APPROVED if is_granted else ApprovalOutcome.REFUSED,
        opinion=opinion,
    )
    row.is_facts_extended = is_granted
    uow.session.flush()


def decide_start(
    uow: UnitOfWork, case: SupervisionCase, row: Accountability, *, is_started: bool, reason: str
) -> None:
    """Start or not, with reasons. Hard-stops: a group, in time or with the reason, and facts."""
    hard_stops.require_group(row)
    if not row.facts.strip():
        raise Conflict("还没有事实材料，不能决定是否启动问责。", code="no-facts")
    if not reason.strip():
        raise Invalid(
            "请写明理由。",
            errors=[Fault(pointer="/reasons", detail="请写明理由", code="required")],
        )
    approvals.record(
        uow,
        case,
        subject_kind="accountability",
        subject_id=row.id,
        step=ApprovalStep.START,
        outcome=ApprovalOutcome.APPROVED if is_started else ApprovalOutcome.REFUSED,
        opinion=reason,
    )
    row.is_started = is_started
    row.start_reason = reason
    row.started_by = uow.actor.user_id
    row.started_on = uow.today
    if not is_started:
        row.state = AccountabilityState.NOT_STARTED
    uow.session.flush()


def get(uow: UnitOfWork, accountability_id: str) -> Accountability:
    """A record by id. NotFound if there is none."""
    row = uow.session.get(Accountability, accountability_id)
    if row is None:
        raise NotFound("没有这个问责事项。", code="accountability-not-found")
    return row


def of_case(uow: UnitOfWork, case_id: str) -> Sequence[Accountability]:
    """The accountability records of a case, oldest first."""
    return uow.session.scalars(
        sa.select(Accountability)
        .where(Accountability.case_id == case_id)
        .order_by(Accountability.activity_ended_on, Accountability.id)
    ).all()
