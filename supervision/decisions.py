"""From the notice to the issued decision (问责14–17; procedure F4–F9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import Organisation, new_id
from engine.unit_of_work import UnitOfWork
from supervision import (
    accountability,
    approvals,
    chronicle,
    defences,
    documents,
    hard_stops,
    measures,
    organisations,
    rules,
)
from supervision.tables import (
    Accountability,
    Approval,
    Consultation,
    Document,
    Measure,
    SupervisionCase,
)
from supervision.terms import (
    AccountabilityState,
    ApprovalOutcome,
    ApprovalStep,
    Approver,
    ConsultationReply,
    MeasureKind,
    Phase,
    Severity,
)


@dataclass(frozen=True, kw_only=True)
class Sanction:
    """One measure of a proposal or decision, against the unit or a person of it."""

    kind: MeasureKind
    detail: str
    person_name: str = ""
    person_post: str = ""
    organ: str = ""

    def as_field(self) -> dict[str, str]:
        """How it stands in a document's fields."""
        return {
            "kind": self.kind.value,
            "detail": self.detail,
            "person_name": self.person_name,
            "person_post": self.person_post,
            "organ": self.organ,
        }


def read_sanctions(rows: Sequence[Mapping[str, Any]]) -> list[Sanction]:
    """The measures of a form, or of a document's fields. Invalid: unknown kind, person unnamed."""
    found, faults = [], []
    for index, row in enumerate(rows):
        pointer = f"/measures/{index}"
        kind = str(row.get("kind") or "")
        if kind not in set(rules.ACCOUNTABILITY_KINDS):
            faults.append(
                Fault(pointer=f"{pointer}/kind", detail="不是问责措施", code="unknown-measure")
            )
            continue
        is_person = row.get("target", "person" if row.get("person_name") else "unit") == "person"
        name = str(row.get("person_name") or "")
        if is_person and not name.strip():
            faults.append(
                Fault(pointer=f"{pointer}/person_name", detail="请写明姓名", code="required")
            )
        found.append(
            Sanction(
                kind=MeasureKind(kind),
                detail=str(row.get("detail") or ""),
                person_name=name if is_person else "",
                person_post=str(row.get("person_post") or "") if is_person else "",
                organ=str(row.get("organ") or ""),
            )
        )
    if not rows:
        faults.append(Fault(pointer="/measures", detail="请至少写一项措施", code="required"))
    if faults:
        raise Invalid("问责措施不完整。", errors=faults)
    return found


def notify(uow: UnitOfWork, row: Accountability, notice: Document, *, organisation_id: str) -> None:
    """The notice (告知书) is drafted for this object. It takes effect when it is issued."""
    hard_stops.require_started(row)
    row.organisation_id = organisation_id
    row.notice_id = notice.id
    uow.session.flush()


def mark_defended(uow: UnitOfWork, row: Accountability) -> None:
    """The object stated its case, waived it, or let it lapse."""
    row.state = AccountabilityState.DEFENDED
    uow.session.flush()


def draw_up_opinion(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    opinion: Document,
    *,
    severity: Severity,
    mitigation: str,
    consulted_ids: Sequence[str],
) -> list[Consultation]:
    """The opinion is drafted; these member units are asked. Hard-stop: defence before (问责14–15).

    Invalid where nobody is asked. An earlier round's answers go: they concerned another draft.
    """
    hard_stops.require_group(row)
    hard_stops.require_started(row)
    hard_stops.require_defence_before_decision(uow, row)
    chosen = list(dict.fromkeys(consulted_ids))
    if not chosen:
        raise Invalid(
            "问责意见应当征求成员单位意见，请选择成员单位。",
            errors=[Fault(pointer="/consulted_units", detail="请选择", code="required")],
        )
    uow.session.execute(sa.delete(Consultation).where(Consultation.accountability_id == row.id))
    asked = [
        Consultation(
            id=new_id(), accountability_id=row.id, organisation_id=unit_id, asked_on=uow.today
        )
        for unit_id in chosen
    ]
    uow.session.add_all(asked)
    row.opinion_id = opinion.id
    row.severity = severity.value
    row.mitigation = mitigation
    row.state = AccountabilityState.CONSULTING
    uow.session.flush()
    return asked


def reply(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    organisation_id: str,
    answer: ConsultationReply,
    *,
    text: str = "",
) -> None:
    """A member unit's answer, or 未反馈 at its limit: shown to the chair, never as agreement."""
    consultation = uow.session.scalar(
        sa.select(Consultation)
        .where(Consultation.accountability_id == row.id)
        .where(Consultation.organisation_id == organisation_id)
    )
    if consultation is None:
        raise NotFound("没有征求这个单位的意见。", code="not-consulted")
    if consultation.reply is not None:
        raise Conflict("这个单位已经答复。", code="already-replied")
    consultation.reply = answer.value
    consultation.text = text
    consultation.replied_on = uow.acted_on
    consultation.replied_by = uow.actor.user_id
    uow.session.flush()
    name = uow.session.get_one(Organisation, organisation_id).name
    chronicle.note(
        uow,
        case.instance_id,
        "consultation.replied",
        f"{name}答复征求意见：{answer.label}"
        if answer is not ConsultationReply.NONE
        else f"{name}未反馈意见，不视为同意",
        accountability_id=row.id,
        reply=answer.value,
    )


def consultations(uow: UnitOfWork, accountability_id: str) -> Sequence[Consultation]:
    """Who was asked and what was answered."""
    return uow.session.scalars(
        sa.select(Consultation)
        .where(Consultation.accountability_id == accountability_id)
        .order_by(Consultation.asked_on, Consultation.id)
    ).all()


def submit(uow: UnitOfWork, row: Accountability) -> None:
    """The opinion goes to the chair. Hard-stop: every member unit answered or is 未反馈."""
    hard_stops.require_consulted(uow, row)
    row.state = AccountabilityState.APPROVING
    uow.session.flush()


def approve(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    *,
    outcome: ApprovalOutcome,
    opinion: str,
) -> Approval:
    """F7: the chair or a vice-chair decides, checked per person (9.2c). Never by lapse of time."""
    hard_stops.require_consulted(uow, row)
    draft = documents.get(uow, row.opinion_id or "")
    approval = approvals.record(
        uow,
        case,
        subject_kind="document",
        subject_id=draft.id,
        step=ApprovalStep.DECISION,
        outcome=outcome,
        opinion=opinion,
        approver=Approver.CHAIR,
        content_digest=draft.content_digest,
        concerns_id=row.organisation_id,
    )
    if outcome is ApprovalOutcome.RETURNED:
        accountability.investigate_again(uow, row)
    elif outcome is ApprovalOutcome.REFUSED:
        row.state = AccountabilityState.REFUSED
    uow.session.flush()
    return approval


def decide(uow: UnitOfWork, case: SupervisionCase, row: Accountability, decision: Document) -> None:
    """The decision is drafted. Hard-stops of 问责14–16 stand here and once more at its issue."""
    hard_stops.require_defence_before_decision(uow, row)
    hard_stops.require_chair_approval(uow, row)
    hard_stops.require_decision_contents(uow, row, decision)
    row.decision_id = decision.id
    uow.session.flush()


def take_effect(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Accountability,
    *,
    received_on: date,
) -> list[Measure]:
    """The decision is issued and served: its measures are due, its remedies run from the receipt.

    Neither review nor appeal suspends the execution (问责办法; procedure 3.3).
    """
    decision = documents.get(uow, row.decision_id or "")
    if decision.issued_on is None:
        raise Conflict("问责决定书还没有印发。", code="decision-not-issued")
    row.issued_on = decision.issued_on
    row.effective_on = date.fromisoformat(str(decision.fields["effective_on"]))
    row.received_on = received_on
    row.state = AccountabilityState.EXECUTING
    uow.session.flush()
    rows = [
        measures.propose(
            uow,
            case,
            sanction.kind,
            phase=Phase.ACCOUNTABILITY,
            accountability_id=row.id,
            subject_id=row.organisation_id,
            person_name=sanction.person_name,
            person_post=sanction.person_post,
            detail=sanction.detail,
            organ=sanction.organ,
        )
        for sanction in read_sanctions(decision.fields["measures"])
    ]
    chronicle.note(
        uow,
        case.instance_id,
        "accountability.decided",
        f"问责决定{decision.number or ''}送达，自{row.effective_on}起生效",
        accountability_id=row.id,
    )
    return rows


def mark_executed(uow: UnitOfWork, row: Accountability) -> None:
    """Every measure is carried out or answered; the remedies may still run."""
    row.is_executed = True
    if row.state == AccountabilityState.EXECUTING:
        over = row.remedies_end_on is not None
        row.state = AccountabilityState.FINAL if over else AccountabilityState.REMEDY_OPEN
    uow.session.flush()


def defence_text(uow: UnitOfWork, row: Accountability) -> str:
    """What the object said in its defence, for those who decide."""
    defence = defences.of_document(uow, row.notice_id) if row.notice_id else None
    return defence.content if defence else ""


def object_name(uow: UnitOfWork, row: Accountability) -> str:
    """The unit, or the person with post and unit."""
    unit = organisations.name_of(uow, row.organisation_id)
    return f"{unit}{row.person_post}{row.person_name}" if row.person_name else unit
