"""C0–C4: order, plan, report, publication, urging (models: rectify, plan_rectification)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine import jobs
from engine.calendars.calendar import end_of
from engine.errors import Conflict, Fault, Invalid
from engine.package import StepContext
from supervision import clocks, documents, hard_stops, lapses, problems, publications, urging
from supervision.handlers import step
from supervision.terms import (
    ApprovalOutcome,
    Audience,
    DocumentKind,
    LapseKind,
    ProblemClass,
)

#: The job that reminds the unit of its plan (procedure C1: at −5 days).
PLAN_REMINDER_JOB = "plan_reminder"


def draft_rectification_order(ctx: StepContext) -> Mapping[str, Any]:
    """整改决定: per problem basis, requirement, class and limit; the superior's duty (津9)."""
    case = step.case_of(ctx)
    for row in step.rows(ctx, "problems"):
        problems.set_terms(
            ctx.uow,
            case,
            str(row["problem_id"]),
            basis=str(row.get("basis") or ""),
            requirement=str(row.get("requirement") or ""),
            limit_class=ProblemClass(str(row["limit_class"])),
        )
    hard_stops.require_limits(ctx.uow, case)
    order = step.write(
        ctx,
        case,
        DocumentKind.RECTIFICATION_ORDER,
        basis="《教育督导条例》第二十一条；《若干措施》第九条",
        addressee_id=case.unit_id,
        audience=Audience.UNIT,
    )
    return step.to_approval(order, step.unit_and_superior(case))


def start_rectification(ctx: StepContext) -> Mapping[str, Any]:
    """The order's receipt starts every problem's clock."""
    case = step.case_of(ctx)
    received = step.variable_day(ctx, "received_on") or ctx.uow.today
    rows = problems.start_limits(ctx.uow, case, received)
    limits = [row.limit_on for row in rows if row.limit_on is not None]
    return {
        "order_received_on": received.isoformat(),
        "problem_ids": [row.id for row in rows],
        "last_limit_on": step.iso(max(limits, default=received)),
    }


def open_plan(ctx: StepContext) -> Mapping[str, Any]:
    """The plan's first clock, with a reminder some days before its end."""
    received = step.variable_day(ctx, "order_received_on") or ctx.uow.today
    due = clocks.last_day(ctx.uow, "plan.submit", received)
    days = int(clocks.parameter(ctx.uow, "plan.reminder"))
    jobs.schedule(
        ctx.uow,
        PLAN_REMINDER_JOB,
        max(end_of(due - timedelta(days=days)), ctx.uow.now),
        instance_id=ctx.instance.id,
        payload={"due_on": due.isoformat(), "days": days},
        key=f"plan_reminder:{ctx.instance.id}",
    )
    return {"plan_key": "plan.submit", "plan_from": received.isoformat(), "plan_redone": 0}


def submit_plan(ctx: StepContext) -> Mapping[str, Any]:
    """整改方案: nothing may be due later than the order says."""
    case = step.case_of(ctx)
    known = {row.id: row for row in problems.of_case(ctx.uow, case.id)}
    faults = []
    for index, item in enumerate(step.rows(ctx, "items")):
        problem = known.get(str(item.get("problem_id")))
        due_on = step.as_day(item.get("due_on"))
        if problem is None or problem.limit_on is None or due_on is None:
            continue
        if due_on > problem.limit_on:
            faults.append(
                Fault(
                    pointer=f"/items/{index}/due_on",
                    detail=f"不能晚于整改决定的期限{problem.limit_on}",
                    code="after-limit",
                )
            )
        problem.lead_unit = str(item.get("lead_unit") or "")
        problem.responsible_person = str(item.get("responsible_person") or "")
    if faults:
        raise Invalid("整改方案的期限超出了整改决定。", errors=faults)
    plan = step.take_in(ctx, case, DocumentKind.RECTIFICATION_PLAN)
    return {"plan_id": plan.id}


def notify_superior_of_plan(ctx: StepContext) -> None:
    """No plan by its date: the superior is told, the plan is still owed."""
    lapses.record(ctx.uow, step.case_of(ctx), LapseKind.NO_PLAN, audience=Audience.SUPERIOR)


def endorse_plan(ctx: StepContext) -> None:
    """The superior's word on the plan: advice, not a decision."""
    step.take_in(ctx, step.case_of(ctx), DocumentKind.PLAN_ENDORSEMENT, audience=Audience.SUPERIOR)


def review_plan(ctx: StepContext) -> Mapping[str, Any]:
    """Accepted, or sent back; sent back no more often than the parameter says (once)."""
    outcome = ApprovalOutcome(step.text(ctx, "outcome"))
    redone = int(ctx.variables.get("plan_redone") or 0)
    most = int(clocks.parameter(ctx.uow, "plan.max_redo"))
    if outcome is ApprovalOutcome.REFUSED and redone >= most:
        raise Conflict(
            f"整改方案最多退回{most}次，请接受方案，并在意见中写明保留意见。（默认值，无法定期限）",
            code="plan-redone",
        )
    step.take_in(ctx, step.case_of(ctx), DocumentKind.PLAN_REVIEW)
    if outcome is ApprovalOutcome.REFUSED:
        return {
            "outcome": outcome.value,
            "plan_key": "plan.redo",
            "plan_from": ctx.uow.today.isoformat(),
            "plan_redone": redone + 1,
        }
    return {"outcome": outcome.value}


def submit_rectification_report(ctx: StepContext) -> Mapping[str, Any]:
    """整改报告 of the whole case."""
    step.take_in(ctx, step.case_of(ctx), DocumentKind.RECTIFICATION_REPORT)
    return {"report_submitted_on": ctx.uow.today.isoformat(), "report_state": "submitted"}


def record_no_report(ctx: StepContext) -> Mapping[str, Any]:
    """No report in time: a reason for pressure of its own (条例25-3)."""
    lapses.record(ctx.uow, step.case_of(ctx), LapseKind.NO_REPORT, audience=Audience.SUPERIOR)
    return {"report_state": "missing"}


def publish_rectification(ctx: StepContext) -> None:
    """The unit made its result known itself (津9)."""
    case = step.case_of(ctx)
    report = documents.latest(ctx.uow, case.id, DocumentKind.RECTIFICATION_REPORT)
    row = publications.publish_by_unit(
        ctx.uow,
        case,
        report if report is not None else documents.get(ctx.uow, ""),
        channel="、".join(step.ids(ctx, "channels")),
        published_on=step.day(ctx, "published_on"),
        address=step.text(ctx, "address"),
    )
    row.title, row.body = step.text(ctx, "title") or row.title, step.text(ctx, "body")


def record_no_publication(ctx: StepContext) -> None:
    """Not made known in time: weighs at the next round of pressure."""
    lapses.record(ctx.uow, step.case_of(ctx), LapseKind.NO_PUBLICATION)


def urge_rectification(ctx: StepContext) -> None:
    """The superior's evidence of urging during the first rectification."""
    entries = "\n".join(
        f"{_day(row.get('urged_on'))} {row.get('content') or ''}"
        for row in step.rows(ctx, "entries")
    )
    case = step.case_of(ctx)
    step.take_in(ctx, case, DocumentKind.URGING_REPORT, audience=Audience.SUPERIOR)
    urging.report(ctx.uow, case, content=entries)


def record_no_urging(ctx: StepContext) -> None:
    """No evidence of urging: an input to joint duty."""
    urging.record_missing(ctx.uow, step.case_of(ctx))


def _day(value: object) -> date | str:
    return step.as_day(value) or ""
