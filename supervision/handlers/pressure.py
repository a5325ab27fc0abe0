"""D: the ledger after a recheck, 督办单, choice of measures, joint duty (models: pursue_…, press)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine import jobs
from engine.errors import Fault, Invalid
from engine.package import StepContext
from supervision import (
    approvals,
    cases,
    documents,
    hard_stops,
    interviews,
    lapses,
    measures,
    problems,
    urging,
)
from supervision.documents import Subject
from supervision.handlers import step
from supervision.handlers.opinion import record_clue
from supervision.tables import Measure, Problem, SupervisionCase
from supervision.terms import (
    ApprovalOutcome,
    ApprovalStep,
    Audience,
    CaseStage,
    ClueSource,
    DocumentKind,
    LapseKind,
    MeasureKind,
    MeasureState,
    ProblemState,
    Severity,
)

#: The job that opens the case against a superior department.
JOINT_DUTY_JOB = "open_joint_duty"

#: Lapses that count as not cooperating (条例25; procedure D2).
_NON_COOPERATION = (
    LapseKind.NO_SELF_EVALUATION,
    LapseKind.FALSE_SELF_EVALUATION,
    LapseKind.NO_SHOW,
)


def assess_ledger(ctx: StepContext) -> Mapping[str, Any]:
    """Count the ledger: clear, or another round of pressure and what it weighs."""
    case = step.case_of(ctx)
    failing = [
        row for row in problems.of_case(ctx.uow, case.id) if row.state not in problems.SETTLED
    ]
    if not failing:
        return {"ledger_state": "clear", "failing_ids": []}
    cases.move(ctx.uow, case, CaseStage.PRESSURE)
    return {
        "ledger_state": "failing",
        "failing_ids": [row.id for row in failing],
        "round": int(ctx.variables.get("round") or 0) + 1,
        "severity": _worst(failing).value,
        "times_failed": max(row.failures for row in failing),
        "safety": any(row.is_safety for row in failing),
        "no_report": any(row.state == ProblemState.NOT_REPORTED for row in failing),
        "interview_failed": _was_interviewed(ctx, case),
        "non_cooperation": bool(lapses.of_case(ctx.uow, case.id, _NON_COOPERATION)),
    }


def draft_supervision_notice(ctx: StepContext) -> Mapping[str, Any]:
    """督办单 after every failed recheck (津9); leaving it out is proposed with a reason."""
    case = step.case_of(ctx)
    row = _notice_of_round(ctx, case)
    choice = step.text(ctx, "notice_choice")
    if choice == "omit":
        row.detail = step.text(ctx, "omission_reason")
        return {"notice_choice": choice}
    row.problem_ids = step.ids(ctx, "problem_ids") or _failing_ids(ctx)
    notice = step.write(
        ctx,
        case,
        DocumentKind.SUPERVISION_NOTICE,
        basis="《若干措施》第九条",
        addressee_id=case.unit_id,
        subject=Subject(kind="measure", id=row.id),
        audience=Audience.UNIT,
    )
    measures.attach(ctx.uow, row, notice)
    return {
        "notice_choice": choice,
        **step.to_approval(
            notice, step.unit_and_superior(case), receipt_key="supervision_notice.receipt"
        ),
    }


def justify_omission(ctx: StepContext) -> Mapping[str, Any]:
    """The Office head, by name and with a reason, leaves the 督办单 out, or has it issued."""
    case = step.case_of(ctx)
    outcome = step.text(ctx, "outcome")
    if outcome != "omit":
        return {"outcome": outcome}
    row = _notice_of_round(ctx, case)
    reason = step.text(ctx, "reason")
    measures.omit_notice(ctx.uow, case, row, reason=reason)
    approvals.record(
        ctx.uow,
        case,
        subject_kind="measure",
        subject_id=row.id,
        step=ApprovalStep.OMISSION,
        outcome=ApprovalOutcome.APPROVED,
        opinion=reason,
    )
    return {"outcome": outcome}


def choose_measures(ctx: StepContext) -> Mapping[str, Any]:
    """What comes in addition to the 督办单: each proposal taken or not, with a reason if it differs."""
    case = step.case_of(ctx)
    chosen = step.rows(ctx, "measures")
    _require_reasons(chosen)
    approvals.record(
        ctx.uow,
        case,
        subject_kind="case",
        subject_id=case.id,
        step=ApprovalStep.MEASURES,
        outcome=ApprovalOutcome.APPROVED,
        opinion=step.text(ctx, "opinion"),
    )
    taken = [
        measures.propose(
            ctx.uow,
            case,
            MeasureKind(str(row["kind"])),
            round_=_round(ctx),
            person_name=str(row.get("person_name") or ""),
            person_post=str(row.get("person_post") or ""),
            problem_ids=[str(id_) for id_ in row.get("problem_ids") or _failing_ids(ctx)],
            detail=str(row.get("detail") or row.get("reason") or ""),
        ).id
        for row in chosen
        if row.get("choice") == "adopt"
    ]
    accountable = step.text(ctx, "accountability") == "yes"
    clue_id = record_clue(ctx, case, ClueSource.PRESSURE) if accountable else None
    return {
        "measure_ids": taken,
        "accountability": accountable,
        "clue_source": clue_id or ctx.variables.get("clue_source"),
    }


def set_new_limits(ctx: StepContext) -> Mapping[str, Any]:
    """A new limit for every failing problem, from the receipt of the 督办单 (or today without one)."""
    case = step.case_of(ctx)
    notice = _notice_of_round(ctx, case)
    issued = notice.document_id is not None and notice.state == MeasureState.PROPOSED
    start = ctx.uow.today
    if issued:
        measures.mark_issued(ctx.uow, notice)
        document = documents.get(ctx.uow, notice.document_id or "")
        start = documents.effective_receipt(ctx.uow, document) or start
    hard_stops.require_notice_or_reason(ctx.uow, case, _round(ctx))
    for problem_id in _failing_ids(ctx):
        problems.set_limit(
            ctx.uow,
            problems.get(ctx.uow, problem_id),
            key="supervision_notice.handle",
            start=start,
        )
    return {"press_limit_from": start.isoformat()}


def report_urging(ctx: StepContext) -> None:
    """督促报告 of the superior on a 督办单."""
    case = step.case_of(ctx)
    step.take_in(ctx, case, DocumentKind.URGING_REPORT, audience=Audience.SUPERIOR)
    urging.report(ctx.uow, case, content=step.text(ctx, "urging"), round_=_round(ctx))


def record_urging_missing(ctx: StepContext) -> None:
    """The superior did not report by the due date."""
    urging.record_missing(ctx.uow, step.case_of(ctx), round_=_round(ctx))


def assess_joint_duty(ctx: StepContext) -> Mapping[str, Any]:
    """J: still failing, and the superior did not urge in this round; once for each case."""
    case = step.case_of(ctx)
    still = any(row.state in problems.FAILING for row in problems.of_case(ctx.uow, case.id))
    owed = still and urging.is_owed(ctx.uow, case, round_=_round(ctx))
    notice = _notice_of_round(ctx, case)
    if notice.state == MeasureState.ISSUED:
        measures.finish(ctx.uow, case, notice)
    return {"joint_duty": owed}


def open_joint_duty(ctx: StepContext) -> None:
    """The case against the superior is an instance of its own, started by a job."""
    case = step.case_of(ctx)
    jobs.schedule(
        ctx.uow,
        JOINT_DUTY_JOB,
        ctx.uow.now,
        instance_id=ctx.instance.id,
        payload={"case_id": case.id},
        key=f"joint_duty:{case.id}",
    )


def _notice_of_round(ctx: StepContext, case: SupervisionCase) -> Measure:
    for row in measures.of_case(ctx.uow, case.id):
        if row.kind == MeasureKind.SUPERVISION_NOTICE and row.round == _round(ctx):
            return row
    return measures.propose(
        ctx.uow,
        case,
        MeasureKind.SUPERVISION_NOTICE,
        round_=_round(ctx),
        problem_ids=_failing_ids(ctx),
    )


def _round(ctx: StepContext) -> int:
    return int(ctx.variables.get("round") or 0)


def _failing_ids(ctx: StepContext) -> list[str]:
    return [str(id_) for id_ in ctx.variables.get("failing_ids") or []]


def _worst(rows: Sequence[Problem]) -> Severity:
    order = (Severity.GRAVE, Severity.SERIOUS, Severity.MINOR)
    found = {row.severity for row in rows}
    return next(severity for severity in order if severity in found)


def _was_interviewed(ctx: StepContext, case: SupervisionCase) -> bool:
    done = [
        row
        for row in measures.of_case(ctx.uow, case.id)
        if row.kind == MeasureKind.RECTIFY_INTERVIEW and row.done_on is not None
    ]
    return any(interviews.of_measure(ctx.uow, row.id).was_attended is not None for row in done)


def _require_reasons(chosen: Sequence[Mapping[str, Any]]) -> None:
    faults = [
        Fault(
            pointer=f"/measures/{index}/reason",
            detail="与建议不同的，请写明理由",
            code="required",
        )
        for index, row in enumerate(chosen)
        if (row.get("choice") == "adopt") != (row.get("is_proposed") is True)
        and not str(row.get("reason") or "").strip()
    ]
    if faults:
        raise Invalid("选定的措施与建议不同，请写明理由。", errors=faults)
