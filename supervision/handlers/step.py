"""What every handler does first and last: find the case, read the form, hand a draft to approval.

A handler translates: form values and variables in, one or two verbs of the domain, thin variables
out. Rules live in the verbs, never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine import store
from engine.errors import Conflict, Fault, Invalid
from engine.package import StepContext
from engine.permission import parties
from engine.tables import Party
from supervision import cases, clocks, documents
from supervision.documents import Subject
from supervision.tables import Document, SupervisionCase
from supervision.terms import (
    Approver,
    Audience,
    CaseType,
    Disclosure,
    DocumentKind,
    DocumentState,
    ProblemType,
    Severity,
)

#: What the system itself writes on a document when it is issued; never part of the draft.
_WRITTEN_AT_ISSUE = frozenset({"number", "signed_by", "issued_on"})

#: Who approves where the deployment carries no decision table approver_level (models.md §6).
_APPROVERS: Mapping[DocumentKind, Approver] = {
    DocumentKind.RECTIFY_INTERVIEW_NOTICE: Approver.LEAD,
    DocumentKind.ACCOUNTABILITY_INTERVIEW_NOTICE: Approver.LEAD,
    DocumentKind.RECTIFY_CIRCULAR: Approver.CHAIR,
    DocumentKind.ACCOUNTABILITY_CIRCULAR: Approver.CHAIR,
    DocumentKind.PERSONAL_CRITICISM_NOTICE: Approver.CHAIR,
    DocumentKind.CRITICISM_NOTICE: Approver.CHAIR,
    DocumentKind.MEASURE_PROPOSAL: Approver.CHAIR,
    DocumentKind.REFERRAL_LETTER: Approver.CHAIR,
    DocumentKind.CORRECTION: Approver.CHAIR,
}


def case_of(ctx: StepContext) -> SupervisionCase:
    """The case of the step: its own, or in a remedy the case of the decision."""
    case_id = ctx.variables.get("case_id") or ctx.variables.get("source_case_id")
    case = ctx.uow.session.get(SupervisionCase, case_id) if case_id else None
    found = case or cases.of_instance(ctx.uow, ctx.instance.id)
    if found is None:
        raise Conflict("流程实例没有对应的案件，请联系管理员。", code="case-missing")
    return found


def text(ctx: StepContext, key: str) -> str:
    """A text of the form, empty where it was left out."""
    return str(ctx.values.get(key) or "").strip()


def flag(ctx: StepContext, key: str) -> bool:
    """A tick of the form."""
    return ctx.values.get(key) is True


def day(ctx: StepContext, key: str) -> date:
    """A date of the form (a date and time counts by its date); today where it was left out."""
    return as_day(ctx.values.get(key)) or ctx.uow.today


def rows(ctx: StepContext, key: str) -> list[Mapping[str, Any]]:
    """The rows of a list of the form."""
    return [row for row in ctx.values.get(key) or [] if isinstance(row, Mapping)]


def ids(ctx: StepContext, key: str) -> list[str]:
    """The chosen options of the form, in order."""
    return [str(value) for value in ctx.values.get(key) or []]


def as_day(value: object) -> date | None:
    """A date out of ISO text, or nothing."""
    return date.fromisoformat(str(value)[:10]) if value else None


def variable_day(ctx: StepContext, key: str) -> date | None:
    """A date held in a variable."""
    return as_day(ctx.variables.get(key))


def iso(value: date | None) -> str | None:
    """How a date goes into a variable."""
    return value.isoformat() if value else None


def approver_for(
    ctx: StepContext,
    kind: DocumentKind,
    *,
    government_leader: bool = False,
    changes_decision: bool = False,
) -> Approver:
    """Whose approval a document needs, by the decision table approver_level of the deployment."""
    bundle = store.bundle(ctx.uow, ctx.instance.deployment_id)
    asked = {
        "document_kind": kind.value,
        "government_leader": government_leader,
        "changes_decision": changes_decision,
    }
    try:
        found = bundle.decide(
            "approver_level", asked, shape="singleEntry", functions={}, now=ctx.uow.now
        )
    except KeyError:
        raised = government_leader or changes_decision
        default = _APPROVERS.get(kind, Approver.OFFICE_HEAD)
        return Approver.CHAIR if raised else default
    return Approver(str(found)) if found else Approver.OFFICE_HEAD


def write(
    ctx: StepContext,
    case: SupervisionCase,
    kind: DocumentKind,
    *,
    fields: Mapping[str, Any] | None = None,
    basis: str = "",
    title: str = "",
    approver: Approver = Approver.OFFICE_HEAD,
    addressee_id: str | None = None,
    issuer_id: str | None = None,
    subject: Subject | None = None,
    audience: Audience = Audience.INTERNAL,
) -> Document:
    """Draft a document with the form's values; the draft that was returned is written anew."""
    content = dict(ctx.values if fields is None else fields)
    content = {key: value for key, value in content.items() if key not in _WRITTEN_AT_ISSUE}
    said = ctx.values.get("disclosure")
    disclosure = Disclosure(str(said)) if said else None
    open_draft = documents.latest(
        ctx.uow, case.id, kind, subject_id=subject.id if subject else None
    )
    if open_draft is not None and open_draft.state in (
        DocumentState.DRAFTED,
        DocumentState.APPROVED,
    ):
        documents.revise(
            ctx.uow,
            open_draft,
            fields=content,
            basis=text(ctx, "basis") or basis,
            title=title or None,
            approver=approver,
            addressee_id=addressee_id,
            disclosure=disclosure,
            disclosure_reason=text(ctx, "disclosure_reason"),
            form_key=_form_key(ctx),
        )
        return open_draft
    return documents.draft(
        ctx.uow,
        case,
        kind,
        fields=content,
        instance_id=ctx.instance.id,
        basis=text(ctx, "basis") or basis,
        title=title,
        approver=approver,
        issuer_id=issuer_id,
        addressee_id=addressee_id,
        subject=subject,
        audience=audience,
        disclosure=disclosure,
        disclosure_reason=text(ctx, "disclosure_reason"),
        form_key=_form_key(ctx),
    )


def take_in(
    ctx: StepContext,
    case: SupervisionCase,
    kind: DocumentKind,
    *,
    subject: Subject | None = None,
    audience: Audience = Audience.UNIT,
) -> Document:
    """A document that somebody hands in: received as it is, with the form's values."""
    document = documents.draft(
        ctx.uow,
        case,
        kind,
        fields=dict(ctx.values),
        instance_id=ctx.instance.id,
        subject=subject,
        audience=audience,
        form_key=_form_key(ctx),
    )
    return documents.hand_in(ctx.uow, document)


def _form_key(ctx: StepContext) -> str:
    return (ctx.task.form_key or "") if ctx.task is not None else ""


def require_as_on_paper(ctx: StepContext, *, person: str = "", day: str) -> None:
    """What a form says of signer and day is what the record on paper says: clocks start by it.

    Invalid with the fields that differ; nothing is asked of an act that was not done on paper.
    """
    actor = ctx.uow.actor
    if actor.on_paper is None:
        return
    faults = []
    if person and text(ctx, person) != actor.name:
        detail = f"与纸质件的签署人（{actor.name}）不一致。"
        faults.append(Fault(pointer=f"/{person}", detail=detail, code="differs-from-paper"))
    if as_day(ctx.values.get(day)) != ctx.uow.acted_on:
        detail = f"与纸质件的日期（{ctx.uow.acted_on}）不一致。"
        faults.append(Fault(pointer=f"/{day}", detail=detail, code="differs-from-paper"))
    if faults:
        raise Invalid("登记的内容与纸质件不一致。", errors=faults)


def to_approval(
    document: Document,
    recipients: Sequence[str],
    *,
    approver: Approver | None = None,
    receipt_key: str = "receipt.sign",
    delivery_key: str = "office.step",
    delivery_from: date | None = None,
    signing_office: str | None = None,
    signing_committee: str | None = None,
) -> dict[str, Any]:
    """The document variables that approve_and_issue takes (models.md §3)."""
    return {
        "document_id": document.id,
        "approver": (approver or Approver(document.approver)).value,
        "recipients": list(dict.fromkeys(recipients)),
        "receipt_key": receipt_key,
        "delivery_key": delivery_key,
        "delivery_from": iso(delivery_from),
        "signing_office": signing_office,
        "signing_committee": signing_committee,
    }


def tell(ctx: StepContext, organisation_id: str) -> None:
    """Let every relation in which an organisation stands to this instance see what it was sent."""
    for party in parties.of(ctx.uow, ctx.instance.id):
        if party.organisation_id == organisation_id and party.notified_at is None:
            _notify(ctx, party)


def _notify(ctx: StepContext, party: Party) -> None:
    if party.user_id is None:
        parties.notify(ctx.uow, ctx.instance.id, party.relation, party.organisation_id)


def is_joint(case: SupervisionCase) -> bool:
    """Whether this is the case against a superior department (branch J)."""
    return case.type == CaseType.JOINT_DUTY


def unit_and_superior(case: SupervisionCase) -> list[str]:
    """The unit first, then its superior department."""
    return [id_ for id_ in (case.unit_id, case.superior_id) if id_]


def severity(value: object) -> Severity:
    """A severity of a form; ordinary where it was left out."""
    return Severity(str(value)) if value else Severity.MINOR


def problem_type(value: object) -> ProblemType:
    """A type of a form; other where it was left out."""
    return ProblemType(str(value)) if value else ProblemType.OTHER


def last_day(ctx: StepContext, key: str, start: date) -> date:
    """The last day of a period that starts with `start`."""
    return clocks.last_day(ctx.uow, key, start)
