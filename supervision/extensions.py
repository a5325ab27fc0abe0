"""Extensions of a problem's limit: asked for before it is due, once, granted by the Office head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid
from engine.tables import new_id
from engine.timing import deadline_rules, extension_requests
from engine.unit_of_work import UnitOfWork
from supervision import approvals, chronicle, clocks
from supervision.tables import Extension, Problem, SupervisionCase
from supervision.terms import ApprovalOutcome, ApprovalStep, Audience


def apply(
    uow: UnitOfWork, case: SupervisionCase, problem: Problem, *, reason: str, until_on: date
) -> Extension:
    """Ask for more time. Conflict after the limit, or where one was granted already."""
    if problem.limit_on is None or not problem.limit_key:
        raise Conflict("整改期限还没有确定，不能申请延期。", code="extension-late")
    extension_requests.require_admissible(
        uow,
        deadline_rules.current(uow, clocks.FAMILY, problem.limit_key),
        ends_on=problem.limit_on,
        is_over=uow.acted_on > problem.limit_on,
        granted=sum(bool(row.is_granted) for row in of_problem(uow, problem.id)),
        until_on=until_on,
    )
    row = Extension(
        id=new_id(),
        problem_id=problem.id,
        reason=reason,
        asked_until_on=until_on,
        applied_on=uow.acted_on,
        applied_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "extension.applied",
        f"申请将第{problem.seq}项问题的整改期限延至{until_on}",
        audience=Audience.UNIT,
        problem_id=problem.id,
    )
    return row


def decide(
    uow: UnitOfWork,
    case: SupervisionCase,
    problem: Problem,
    *,
    is_granted: bool,
    until_on: date | None,
    opinion: str,
) -> Extension:
    """Grant or turn down the open application; a granted one moves the problem's limit."""
    row = open_application(uow, problem.id)
    if row is None:
        raise Conflict("没有待决定的延期申请。", code="no-application")
    if is_granted and (until_on is None or until_on <= (problem.limit_on or until_on)):
        raise Invalid(
            "批准延期的，延期后的日期应晚于现在的期限。",
            errors=[Fault(pointer="/until_on", detail="日期不正确", code="out-of-range")],
        )
    approvals.record(
        uow,
        case,
        subject_kind="extension",
        subject_id=row.id,
        step=ApprovalStep.EXTENSION,
        outcome=ApprovalOutcome.APPROVED if is_granted else ApprovalOutcome.REFUSED,
        opinion=opinion,
    )
    row.is_granted = is_granted
    row.granted_until_on = until_on if is_granted else None
    row.decision = opinion
    row.decided_on = uow.today
    row.decided_by = uow.actor.user_id
    if is_granted and until_on is not None:
        problem.limit_key = "rectify.extended"
        problem.limit_from = until_on
        problem.limit_on = clocks.last_day(uow, "rectify.extended", until_on)
    uow.session.flush()
    return row


def of_problem(uow: UnitOfWork, problem_id: str) -> Sequence[Extension]:
    """The applications for a problem, oldest first."""
    return uow.session.scalars(
        sa.select(Extension)
        .where(Extension.problem_id == problem_id)
        .order_by(Extension.applied_on, Extension.id)
    ).all()


def open_application(uow: UnitOfWork, problem_id: str) -> Extension | None:
    """The application that waits for a decision."""
    return uow.session.scalar(
        sa.select(Extension)
        .where(Extension.problem_id == problem_id, Extension.is_granted.is_(None))
        .order_by(Extension.applied_on.desc())
        .limit(1)
    )
