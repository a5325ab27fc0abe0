"""F9 end, F10, G: execution recorded, publication, remedies sought (models: publish_…, follow_…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import jobs
from engine.package import StepContext
from supervision import (
    appeals,
    chronicle,
    decisions,
    documents,
    measures,
    problems,
    publications,
)
from supervision.documents import Subject
from supervision.handlers import step
from supervision.handlers.investigation import record_of
from supervision.handlers.reporting import require_redacted
from supervision.tables import Accountability
from supervision.terms import (
    DocumentKind,
    MeasureState,
    PublishScope,
    RemedyKind,
    Severity,
    Trigger,
)

#: The job that starts the instance of a review or an appeal.
REMEDY_JOB = "open_remedy"


def record_execution(ctx: StepContext) -> None:
    """What became of each measure of the decision, in one entry."""
    case, row = step.case_of(ctx), record_of(ctx)
    lines = [
        f"{measures.named(m)}：{MeasureState(m.state).label}"
        for m in measures.of_case(ctx.uow, case.id, accountability_id=row.id)
    ]
    chronicle.note(
        ctx.uow,
        ctx.instance.id,
        "accountability.executed",
        f"问责措施执行情况：{'；'.join(lines)}",
        accountability_id=row.id,
    )


def record_executed(ctx: StepContext) -> None:
    """Execution is over; the remedies may still run."""
    decisions.mark_executed(ctx.uow, record_of(ctx))


def assess_publication(ctx: StepContext) -> Mapping[str, Any]:
    """What decides how far the result is published (问责18)."""
    row = record_of(ctx)
    return {
        "severity": row.severity or Severity.MINOR.value,
        "poor_rectification": was_rectified_badly(ctx, row),
    }


def was_rectified_badly(ctx: StepContext, row: Accountability) -> bool:
    """整改不力: a trigger of the record, or a problem that a recheck found failed."""
    failed = any(p.failures for p in problems.of_case(ctx.uow, row.case_id))
    return failed or Trigger.POOR_RECTIFICATION in row.triggers


def draft_decision_publication(ctx: StepContext) -> Mapping[str, Any]:
    """The text on the decision, as wide as the law demands; posts, names only by choice."""
    require_redacted(ctx)
    case, row = step.case_of(ctx), record_of(ctx)
    text = publications.draft_of_decision(
        ctx.uow,
        case,
        row,
        documents.get(ctx.uow, row.decision_id or ""),
        scope=PublishScope(step.text(ctx, "scope")),
        rectified_badly=was_rectified_badly(ctx, row),
        title=step.text(ctx, "title"),
        body=step.text(ctx, "body"),
        channel="",
        names_reason=step.text(ctx, "names_reason"),
    )
    return {"publication_id": text.id}


def seek_remedy(ctx: StepContext) -> Mapping[str, Any]:
    """复核, 申诉, or neither. The execution goes on in any case."""
    case, row = step.case_of(ctx), record_of(ctx)
    choice = step.text(ctx, "remedy")
    if choice == "none":
        appeals.lapse(ctx.uow, row, on=appeals.facts(ctx.uow, row).review_until)
        return {"remedy": choice, "remedy_id": None}
    kind = RemedyKind(choice)
    remedy = appeals.apply(
        ctx.uow,
        case,
        row,
        kind,
        request=step.text(ctx, "request"),
        reasons=step.text(ctx, "reasons"),
    )
    step.take_in(
        ctx,
        case,
        DocumentKind.REVIEW_APPLICATION
        if kind is RemedyKind.REVIEW
        else DocumentKind.APPEAL_APPLICATION,
        subject=Subject(kind="remedy", id=remedy.id),
    )
    return {"remedy": choice, "remedy_id": remedy.id}


def record_remedy_lapsed(ctx: StepContext) -> None:
    """Nobody applied: the right has lapsed."""
    row = record_of(ctx)
    appeals.lapse(ctx.uow, row, on=appeals.facts(ctx.uow, row).review_until)


def open_remedy(ctx: StepContext) -> None:
    """The remedy is an instance of its own, started by a job."""
    remedy_id = str(ctx.variables["remedy_id"])
    jobs.schedule(
        ctx.uow,
        REMEDY_JOB,
        ctx.uow.now,
        instance_id=ctx.instance.id,
        payload={"remedy_id": remedy_id},
        key=f"remedy:{remedy_id}",
    )
