"""C2, C5, C6: one problem from its limit to its closing by two (model: rectify_problem)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.package import StepContext
from supervision import clocks, extensions, inspectors, lapses, problems
from supervision.handlers import step
from supervision.tables import Problem
from supervision.terms import (
    Audience,
    DocumentKind,
    LapseKind,
    ProblemState,
    RecheckResult,
)


def open_problem(ctx: StepContext) -> Mapping[str, Any]:
    """Which clock runs for this problem now."""
    row = _problem(ctx)
    row.state = ProblemState.IN_PROGRESS
    return _limits(row)


def report_problem(ctx: StepContext) -> Mapping[str, Any]:
    """The unit reports its result, or asks for more time."""
    case, row = step.case_of(ctx), _problem(ctx)
    outcome = step.text(ctx, "outcome")
    if outcome == "extend":
        extensions.apply(
            ctx.uow,
            case,
            row,
            reason=step.text(ctx, "extension_reason"),
            until_on=step.day(ctx, "asked_until_on"),
        )
        return {"outcome": outcome}
    problems.report(
        ctx.uow,
        case,
        row,
        measure=step.text(ctx, "measure"),
        result=step.text(ctx, "result"),
        remaining=step.text(ctx, "remaining"),
    )
    return {"outcome": outcome, "reported_on": ctx.uow.today.isoformat()}


def mark_problem_overdue(ctx: StepContext) -> None:
    """The limit has passed: red, and the superior is told."""
    problems.mark_overdue(ctx.uow, step.case_of(ctx), _problem(ctx))


def record_problem_not_reported(ctx: StepContext) -> None:
    """No result by the due date: straight to pressure (条例25-3)."""
    case, row = step.case_of(ctx), _problem(ctx)
    problems.mark_not_reported(ctx.uow, case, row)
    lapses.record(
        ctx.uow,
        case,
        LapseKind.NO_PROBLEM_REPORT,
        text=f"第{row.seq}项问题逾期未报告整改结果",
        problem_id=row.id,
        audience=Audience.SUPERIOR,
    )


def decide_extension(ctx: StepContext) -> Mapping[str, Any]:
    """Granted: the problem's clock and that of the whole report move."""
    case, row = step.case_of(ctx), _problem(ctx)
    granted = step.text(ctx, "outcome") == "approved"
    until = step.day(ctx, "granted_until_on") if granted else None
    extensions.decide(
        ctx.uow,
        case,
        row,
        is_granted=granted,
        until_on=until,
        opinion=step.text(ctx, "opinion"),
    )
    if granted and row.limit_on is not None:
        reason = f"第{row.seq}项问题延期至{row.limit_on}"
        for key in ("rectify.report", "urge.submit"):
            last = step.last_day(ctx, key, row.limit_on)
            clocks.prolong(ctx.uow, ctx.instance.id, key, to=last, reason=reason)
    return _limits(row)


def verify_problem(ctx: StepContext) -> Mapping[str, Any]:
    """核查（回头看） by two; 基本完成 gives one more limit, once."""
    case, row = step.case_of(ctx), _problem(ctx)
    verifiers = step.ids(ctx, "verifiers")
    inspectors.require_verifiers(ctx.uow, case, verifiers)
    checked_on = step.day(ctx, "checked_on")
    found = problems.recheck(
        ctx.uow,
        case,
        row,
        result=RecheckResult(step.text(ctx, "verification")),
        opinion=step.text(ctx, "opinion"),
        verifiers=verifiers,
        started_on=step.day(ctx, "started_on"),
        checked_on=checked_on,
        place=step.text(ctx, "place"),
    )
    step.take_in(ctx, case, DocumentKind.VERIFICATION_OPINION)
    if found.result == RecheckResult.REBOUND:
        lapses.record(
            ctx.uow,
            case,
            LapseKind.REBOUND,
            text=f"第{row.seq}项问题整改后反弹",
            problem_id=row.id,
        )
    if found.result != RecheckResult.BASIC:
        return {"verification": found.result}
    problems.set_limit(ctx.uow, row, key="rectify.remainder", start=checked_on)
    return {"verification": found.result, **_limits(row)}


def propose_closure(ctx: StepContext) -> None:
    """The verifier proposes 销号."""
    problems.propose_closing(ctx.uow, step.case_of(ctx), _problem(ctx))


def confirm_closure(ctx: StepContext) -> Mapping[str, Any]:
    """A second person confirms, or objects: then it is verified again."""
    case, row = step.case_of(ctx), _problem(ctx)
    outcome = step.text(ctx, "outcome")
    if outcome == "confirm":
        problems.confirm_closing(ctx.uow, case, row)
    else:
        problems.object_to_closing(ctx.uow, row)
    return {"outcome": outcome}


def _problem(ctx: StepContext) -> Problem:
    return problems.get(ctx.uow, str(ctx.variables["problem_id"]))


def _limits(row: Problem) -> dict[str, Any]:
    return {
        "limit_key": row.limit_key,
        "limit_from": step.iso(row.limit_from),
        "limit_on": step.iso(row.limit_on),
    }
