"""Rows of a dossier as the schemas dump them: each value with the word that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from api.shown import paper as on_paper
from api.shown.files import file
from api.shown.paper import Marks
from api.shown.people import Names
from engine import store
from engine.filing import files
from engine.permission import access
from forms import definition
from forms.definition import Form
from supervision.dossier import Dossier, ids_in, stages
from supervision.tables import (
    Accountability,
    Approval,
    Delivery,
    Document,
    Filing,
    Measure,
    Problem,
    Publication,
    Remedy,
    SupervisionCase,
)
from supervision.terms import (
    AccountabilityState,
    ApprovalOutcome,
    ApprovalStep,
    CaseForm,
    CaseStage,
    CaseType,
    DeliveryMode,
    Disclosure,
    DocumentKind,
    DocumentState,
    FilingKind,
    MeasureKind,
    MeasureState,
    Phase,
    ProblemClass,
    ProblemState,
    PublishScope,
    RemedyKind,
    RemedyResult,
    RemedyState,
    Severity,
    Term,
)

_Term = TypeVar("_Term", bound=Term)


def _label(kind: type[_Term], value: str | None) -> str | None:
    """The word for a stored value; the value itself where a later version no longer knows it."""
    if value is None:
        return None
    return kind(value).label if value in set(kind) else value


def summary(case: SupervisionCase, stage: CaseStage) -> dict[str, Any]:
    """A case in a list."""
    superior = case.superior
    return {
        "id": case.id,
        "number": case.number,
        "title": case.title,
        "type": case.type,
        "type_name": _label(CaseType, case.type),
        "form": case.form,
        "form_name": _label(CaseForm, case.form),
        "state": case.instance.state,
        "stage": stage.value,
        "stage_name": stage.label,
        "unit": {"id": case.unit_id, "name": case.unit.name},
        "office": {"id": case.office_id, "name": case.office.name},
        "superior": {"id": superior.id, "name": superior.name} if superior is not None else None,
        "instance_id": case.instance_id,
        "opened_on": case.opened_on,
        "closed_on": case.closed_on,
    }


def whole(dossier: Dossier) -> dict[str, Any]:
    """A case with everything that the reader sees of it."""
    case = dossier.case
    papers = dossier.documents
    services = dossier.deliveries([paper.id for paper in papers])
    marks = on_paper.marks(dossier.uow, {row.paper_act_id for row in dossier.approvals})
    return {
        **summary(case, dossier.stage),
        "matter": case.matter if dossier.is_inside else "",
        "problems": [problem(row) for row in dossier.problems],
        "documents": [paper_row(paper, services.get(paper.id, ())) for paper in papers],
        "measures": [_measure(row, dossier) for row in dossier.measures],
        "approvals": [_approval(row, marks) for row in dossier.approvals],
        "filings": [_filing(row) for row in dossier.filings],
        "publications": [_publication(row, dossier) for row in dossier.publications],
        "accountability": [_accountability(row, dossier) for row in dossier.accountability],
        "appeals": [_remedy(row) for row in dossier.remedies],
        "linked": _linked(dossier),
        "allowed_acts": sorted(access.allowed_acts(dossier.uow, case.instance)),
    }


def _linked(dossier: Dossier) -> list[Mapping[str, Any]]:
    known = stages(dossier.uow, [case for _, case in dossier.linked])
    return [{"link": link, "case": summary(case, known[case.id])} for link, case in dossier.linked]


def problem(row: Problem) -> dict[str, Any]:
    """One item of the ledger."""
    return {
        "id": row.id,
        "number": row.seq,
        "title": row.title,
        "facts": row.facts,
        "basis": row.basis,
        "requirement": row.requirement,
        "severity": row.severity,
        "severity_name": _label(Severity, row.severity),
        "state": row.state,
        "state_name": _label(ProblemState, row.state),
        "class": row.limit_class,
        "class_name": _label(ProblemClass, row.limit_class),
        "limit_on": row.limit_on,
        "is_overdue": row.is_overdue,
        "failures": row.failures,
        "lead_unit": row.lead_unit,
        "responsible_person": row.responsible_person,
        "closed_on": row.closed_on,
    }


def paper_row(row: Document, services: Sequence[Delivery]) -> dict[str, Any]:
    """A paper in a list: served when the first was, signed for when the last was."""
    main = [service for service in services if not service.is_copy] or list(services)
    received = [service.received_on for service in main]
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_name": _label(DocumentKind, row.kind),
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "state_name": _label(DocumentState, row.state),
        "audience": row.audience,
        "issued_on": row.issued_on,
        "delivered_on": min((service.delivered_on for service in main), default=None),
        "received_on": _last(received),
    }


def _last(days: Sequence[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def paper(dossier: Dossier, row: Document) -> dict[str, Any]:
    """One paper with what it says, whom it was served on and who approved it."""
    services = dossier.deliveries([row.id]).get(row.id, ())
    form = store.bundle(dossier.uow, dossier.case.instance.deployment_id).forms.get(row.form_key)
    attached = files.of(dossier.uow, subject=("document", row.id))
    told = dossier.told(row)
    signed = {row.paper_act_id, *(service.paper_act_id for service in services)}
    signed |= {approval.paper_act_id for approval in dossier.approvals}
    marks = on_paper.marks(dossier.uow, signed)
    names = Names(dossier.uow, users=[upload.uploaded_by for upload in attached])
    return {
        **paper_row(row, services),
        "case_id": row.case_id,
        "basis": row.basis,
        "disclosure": row.disclosure,
        "disclosure_name": _label(Disclosure, row.disclosure),
        "disclosure_reason": row.disclosure_reason,
        "issuer": {"id": row.issuer_id, "name": row.issuer.name},
        "form": {"key": row.form_key, "schema": form.schema} if form is not None else None,
        "names": dossier.names(frozenset(ids_in(told))),
        "fields": _fields(form, told),
        "on_paper": marks.get(row.paper_act_id),
        "deliveries": [_delivery(service, marks) for service in services],
        "approvals": [
            _approval(approval, marks)
            for approval in dossier.approvals
            if approval.subject_id == row.id
        ],
        "attachments": [file(dossier.uow, upload, names) for upload in attached],
        "allowed_acts": sorted(access.allowed_acts(dossier.uow, row)),
    }


def _fields(form: Form | None, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the paper says, in the order and with the labels of the form that wrote it."""
    labels = {
        info.pointer[1:]: info.label
        for info in (definition.fields(form) if form is not None else ())
        if info.pointer.count("/") == 1
    }
    ordered = [key for key in labels if key in values]
    ordered += [key for key in values if key not in labels]
    return [{"key": key, "label": labels.get(key, key), "value": values[key]} for key in ordered]


def _delivery(row: Delivery, marks: Marks) -> Mapping[str, Any]:
    return {
        "recipient_name": row.recipient_name,
        "is_copy": row.is_copy,
        "mode": row.mode,
        "mode_name": _label(DeliveryMode, row.mode),
        "delivered_on": row.delivered_on,
        "received_on": row.received_on,
        "received_by": row.received_by,
        "on_paper": marks.get(row.paper_act_id),
    }


def _approval(row: Approval, marks: Marks) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "step": row.step,
        "step_name": _label(ApprovalStep, row.step),
        "outcome": row.outcome,
        "outcome_name": _label(ApprovalOutcome, row.outcome),
        "opinion": row.opinion,
        "approver": {"id": row.approver_id, "name": row.approver_name},
        "post_title": row.post_title,
        "at": row.at,
        "on_paper": marks.get(row.paper_act_id),
    }


def _measure(row: Measure, dossier: Dossier) -> Mapping[str, Any]:
    """Who was served the paper of a measure need not wait until the office has noted it."""
    state = MeasureState(row.state)
    if not dossier.is_inside and state is MeasureState.PROPOSED:
        state = MeasureState.ISSUED
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_name": _label(MeasureKind, row.kind),
        "phase": row.phase,
        "phase_name": _label(Phase, row.phase),
        "state": state.value,
        "state_name": state.label,
        "target": _target(row.subject.name, row.person_name, row.person_post),
        "detail": row.detail,
        "organ": row.organ,
        "result": row.result,
        "document_id": row.document_id,
        "decided_on": row.issued_on,
    }


def _filing(row: Filing) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_name": _label(FilingKind, row.kind),
        "document_id": row.document_id,
        "recipient_name": row.recipient_name,
        "filed_on": row.filed_on,
        "receipt_no": row.receipt_no,
        "receipt_on": row.receipt_on,
    }


def _publication(row: Publication, dossier: Dossier) -> Mapping[str, Any]:
    """The published text is everybody's; the paper that it was taken from is not."""
    is_read = any(paper.id == row.document_id for paper in dossier.documents)
    return {
        "id": row.id,
        "document_id": row.document_id if is_read else None,
        "scope": row.scope,
        "scope_name": _label(PublishScope, row.scope),
        "title": row.title,
        "channel": row.channel,
        "address": row.address,
        "published_on": row.published_on,
        "withdrawn_on": row.withdrawn_on,
        "withdrawn_reason": row.withdrawn_reason,
    }


def _accountability(row: Accountability, dossier: Dossier) -> Mapping[str, Any]:
    """From outside: that notice was given or that it is decided, not how far the office has come."""
    state = AccountabilityState(row.state)
    if not dossier.is_inside and row.issued_on is None:
        state = AccountabilityState.NOTIFIED
    shows_severity = dossier.is_inside or row.issued_on is not None
    return {
        "id": row.id,
        "state": state.value,
        "state_name": state.label,
        "object_kind": row.object_kind,
        "target": _target(row.organisation.name, row.person_name, row.person_post),
        "severity": row.severity if shows_severity else None,
        "severity_name": _label(Severity, row.severity) if shows_severity else None,
        "members": _members(row) if dossier.is_inside else [],
        "notice_id": row.notice_id,
        "decision_id": row.decision_id if row.issued_on is not None else None,
        "issued_on": row.issued_on,
        "effective_on": row.effective_on,
        "remedies_end_on": row.remedies_end_on,
        "final_on": row.final_on,
        "amendment": row.amendment,
    }


def _members(row: Accountability) -> list[str]:
    """The working group: departments that sent somebody, people by their mark (they are protected)."""
    return list(dict.fromkeys(m["name"] or m["organisation"] for m in row.group_members))


def _remedy(row: Remedy) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "accountability_id": row.accountability_id,
        "kind": row.kind,
        "kind_name": _label(RemedyKind, row.kind),
        "state": row.state,
        "state_name": _label(RemedyState, row.state),
        "result": row.result if row.decided_on is not None else None,
        "result_name": _label(RemedyResult, row.result) if row.decided_on is not None else None,
        "instance_id": row.instance_id,
        "received_on": row.received_on,
        "is_late": row.is_late,
        "decided_on": row.decided_on,
    }


def _target(organisation: str, person: str, post: str) -> str:
    return " ".join(part for part in (organisation, post, person) if part)
