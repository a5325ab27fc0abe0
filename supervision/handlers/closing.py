"""H2, H3, I1: conditions, monitoring, closing, appraisal, archive (model: close_case)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.package import StepContext
from supervision import accountability, appeals, cases, documents, hard_stops, lapses, problems
from supervision.documents import Recipient
from supervision.handlers import step
from supervision.tables import Accountability, SupervisionCase
from supervision.terms import (
    AccountabilityState,
    Audience,
    DeliveryMode,
    DocumentKind,
    LapseKind,
)


def assess_closure(ctx: StepContext) -> Mapping[str, Any]:
    """Whether a decision was made; its filing must have a receipt (H1)."""
    case = step.case_of(ctx)
    hard_stops.require_decisions_filed(ctx.uow, case)
    # H3 has no period of its own (procedure 8.5: as the decision says). It is begun when the remedy
    # period is over or used and the ledger is clear: counted from the receipt it would be over.
    return {"has_decision": bool(_decided(ctx, case)), "monitor_from": step.iso(ctx.uow.today)}


def monitor_result(ctx: StepContext) -> Mapping[str, Any]:
    """H3: corrected after the decision, or not: then the items are open again."""
    case = step.case_of(ctx)
    result = step.text(ctx, "monitoring")
    step.take_in(ctx, case, DocumentKind.MONITORING_RECORD, audience=Audience.INTERNAL)
    if result == "still_failing":
        problems.reopen(ctx.uow, case, step.ids(ctx, "problem_ids"))
        lapses.record(ctx.uow, case, LapseKind.UNCORRECTED)
    return {"monitoring": result}


def finish_case(ctx: StepContext) -> Mapping[str, Any]:
    """Guard 结案: nothing open, everything reported, filed and published."""
    case = step.case_of(ctx)
    cases.close(ctx.uow, case)
    return {
        "closed_on": step.iso(case.closed_on),
        "remedies_pending": appeals.pending(ctx.uow, case.id),
        "archive_from": step.iso(case.closed_on),
    }


def send_to_appraisal(ctx: StepContext) -> None:
    """I1: 结果通报函 to those who appraise, as a record with its delivery."""
    case = step.case_of(ctx)
    letter = step.write(ctx, case, DocumentKind.RESULT_LETTER, basis="《教育督导条例》第二十四条")
    documents.issue(ctx.uow, letter)
    documents.deliver(
        ctx.uow,
        letter,
        [Recipient(name=name) for name in step.ids(ctx, "organs")],
        mode=DeliveryMode.DIRECT,
        delivered_on=step.day(ctx, "delivered_on"),
    )


def fix_archive_start(ctx: StepContext) -> Mapping[str, Any]:
    """The archive's clock: the last remedy over, or without a decision the closing (9.2a).

    Asked again after each remedy that ends: a case may hold several decisions.
    """
    case = step.case_of(ctx)
    ends = [row.remedies_end_on for row in _decided(ctx, case) if row.remedies_end_on]
    days = [day for day in (*ends, case.closed_on) if day is not None]
    return {
        "archive_from": step.iso(max(days, default=ctx.uow.today)),
        "remedies_pending": appeals.pending(ctx.uow, case.id),
    }


def archive_case(ctx: StepContext) -> None:
    """归档: the record, then the verb, which refuses while a remedy is pending or still open."""
    case = step.case_of(ctx)
    step.take_in(ctx, case, DocumentKind.ARCHIVE_RECORD, audience=Audience.INTERNAL)
    cases.archive(ctx.uow, case)
    for row in _decided(ctx, case):
        if row.state != AccountabilityState.REVOKED:
            row.state = AccountabilityState.ARCHIVED


def _decided(ctx: StepContext, case: SupervisionCase) -> list[Accountability]:
    return [row for row in accountability.of_case(ctx.uow, case.id) if row.issued_on is not None]
