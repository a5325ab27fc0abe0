"""The ledger of problems: found, given a limit, rectified, rechecked, closed by two persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.record import history
from engine.tables import Event, new_id
from engine.unit_of_work import UnitOfWork
from supervision import cases, chronicle, clocks, hard_stops, rules, visits
from supervision.tables import Problem, ProblemReport, Recheck, SupervisionCase
from supervision.terms import (
    Audience,
    CaseStage,
    ProblemClass,
    ProblemState,
    ProblemType,
    RecheckResult,
    Severity,
    VisitKind,
)

#: States in which a problem still presses: found wanting, or not even reported.
FAILING = frozenset({ProblemState.FAILED, ProblemState.REBOUND, ProblemState.NOT_REPORTED})

#: States in which nothing more is owed on a problem here.
SETTLED = frozenset({ProblemState.CLOSED, ProblemState.TRANSFERRED})

#: Events of the engine by which a running clock has another end than a step of the process gave it.
_MOVED = frozenset({"deadline.recomputed", "deadline.resumed", "deadline.corrected"})

_AFTER_RECHECK: Mapping[RecheckResult, ProblemState] = {
    RecheckResult.DONE: ProblemState.VERIFIED_OK,
    RecheckResult.BASIC: ProblemState.BASIC,
    RecheckResult.FAILED: ProblemState.FAILED,
    RecheckResult.REBOUND: ProblemState.REBOUND,
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """A problem as written down: on the visit without requirement and class, in the letter with."""

    title: str
    facts: str
    id: str | None = None
    basis: str = ""
    requirement: str = ""
    limit_class: ProblemClass | None = None
    severity: Severity = Severity.MINOR
    is_safety: bool = False
    type: ProblemType = ProblemType.OTHER


def write(uow: UnitOfWork, case: SupervisionCase, cards: Sequence[Card]) -> list[Problem]:
    """Make these the problems of the case: known ones change, new ones come, others are dropped.

    Conflict once rectification has begun: the ledger then changes by rechecks only.
    """
    known = {row.id: row for row in of_case(uow, case.id)}
    if any(row.state != ProblemState.OPEN for row in known.values()):
        raise Conflict("整改已经开始，问题清单不能再改。", code="ledger-running")
    kept = {card.id for card in cards if card.id in known}
    for problem_id in known.keys() - kept:
        uow.session.delete(known.pop(problem_id))
    uow.session.flush()
    seq = max((row.seq for row in known.values()), default=0)
    rows = []
    for card in cards:
        row = known.get(card.id or "") or Problem(id=new_id(), case_id=case.id, seq=0)
        if not row.seq:
            row.seq = seq = seq + 1
            row.state = ProblemState.OPEN
        _fill(row, card)
        uow.session.add(row)
        rows.append(row)
    uow.session.flush()
    chronicle.note(uow, case.instance_id, "problems.written", f"登记问题{len(rows)}个")
    return rows


def set_terms(
    uow: UnitOfWork,
    case: SupervisionCase,
    problem_id: str,
    *,
    basis: str,
    requirement: str,
    limit_class: ProblemClass,
) -> None:
    """What the rectification order says of one problem: basis, requirement, class."""
    row = _of(uow, case, problem_id)
    row.basis = basis
    row.requirement = requirement
    row.limit_class = limit_class.value
    uow.session.flush()


def start_limits(uow: UnitOfWork, case: SupervisionCase, received_on: date) -> list[Problem]:
    """Begin rectification: each problem's clock runs from the receipt of the order (9.2a)."""
    hard_stops.require_limits(uow, case)
    rows = [row for row in of_case(uow, case.id) if row.state not in SETTLED]
    for row in rows:
        key = f"rectify.class{row.limit_class}"
        set_limit(uow, row, key=key, start=received_on)
        row.state = ProblemState.IN_PROGRESS
    uow.session.flush()
    cases.move(uow, case, CaseStage.RECTIFYING)
    return rows


def set_limit(uow: UnitOfWork, problem: Problem, *, key: str, start: date) -> None:
    """Let another clock run for a problem: which, from when, until when."""
    problem.limit_key = key
    problem.limit_from = start
    problem.limit_on = clocks.last_day(uow, key, start)
    problem.is_overdue = False
    uow.session.flush()


def follow_clock(uow: UnitOfWork, event: Event) -> None:
    """A listener: where a clock was counted anew, resumed or corrected, its problems' limits follow."""
    if event.kind not in _MOVED:
        return
    case = cases.of_instance(uow, event.instance_id)
    if case is None:
        return
    uow.session.flush()  # what the event says may not be written yet
    told = history.payload_of(uow, event.id)
    for row in of_case(uow, case.id):
        if row.limit_key == told["key"] and str(row.limit_on) == told["from"]:
            row.limit_on = date.fromisoformat(told["due_on"])
            row.is_overdue = row.limit_on < uow.today
    uow.session.flush()


def report(
    uow: UnitOfWork,
    case: SupervisionCase,
    problem: Problem,
    *,
    measure: str,
    result: str,
    remaining: str = "",
) -> ProblemReport:
    """The unit reports what it did about a problem."""
    row = ProblemReport(
        id=new_id(),
        problem_id=problem.id,
        seq=len(reports(uow, problem.id)) + 1,
        measure=measure,
        result=result,
        remaining=remaining,
        reported_on=uow.acted_on,
        reported_by=uow.actor.user_id,
    )
    uow.session.add(row)
    problem.state = ProblemState.REPORTED
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "problem.reported",
        f"报告第{problem.seq}项问题的整改结果",
        audience=Audience.UNIT,
        problem_id=problem.id,
    )
    return row


def mark_overdue(uow: UnitOfWork, case: SupervisionCase, problem: Problem) -> None:
    """The limit has passed: the item turns red, and the superior is told (C2)."""
    problem.is_overdue = True
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "problem.overdue",
        f"第{problem.seq}项问题的整改期限已过，请上级主管部门督促",
        audience=Audience.SUPERIOR,
        problem_id=problem.id,
    )


def mark_not_reported(uow: UnitOfWork, case: SupervisionCase, problem: Problem) -> None:
    """No report by the due date: it goes to pressure directly (条例25-3)."""
    problem.state = ProblemState.NOT_REPORTED
    problem.failures += 1
    uow.session.flush()


def recheck(
    uow: UnitOfWork,
    case: SupervisionCase,
    problem: Problem,
    *,
    result: RecheckResult,
    opinion: str,
    verifiers: Sequence[str],
    checked_on: date,
    started_on: date | None = None,
    place: str = "",
) -> Recheck:
    """Verify one problem (回头看). 基本完成 a second time counts as failed (C5).

    A recheck is a supervision activity of its own: it may produce a clue (问责13).
    """
    last = latest_report(uow, problem.id)
    if last is None:
        raise Conflict("没有整改结果报告，不能核查。", code="nothing-to-verify")
    if not last.reported_on <= checked_on <= uow.today:
        raise Invalid(
            "核查日期应在报告之后、今天之前。",
            errors=[Fault(pointer="/checked_on", detail="日期不正确", code="out-of-range")],
        )
    done = rechecks(uow, problem.id)
    basic_before = any(row.result == RecheckResult.BASIC for row in done)
    verdict = rules.recheck_verdict(result, basic_before=basic_before)
    visit = visits.record(
        uow,
        case,
        kind=VisitKind.RECHECK,
        started_on=started_on or checked_on,
        ended_on=checked_on,
        place=place or case.unit.name,
        text=opinion,
        people=verifiers,
    )
    row = Recheck(
        id=new_id(),
        problem_id=problem.id,
        visit_id=visit.id,
        round=len(done) + 1,
        result=verdict.value,
        verifiers=list(verifiers),
        opinion=opinion,
        checked_on=checked_on,
        recorded_by=uow.actor.user_id,
    )
    uow.session.add(row)
    problem.state = _AFTER_RECHECK[verdict]
    if verdict in (RecheckResult.FAILED, RecheckResult.REBOUND):
        problem.failures += 1
    uow.session.flush()
    cases.move(uow, case, CaseStage.VERIFYING)
    chronicle.note(
        uow,
        case.instance_id,
        "problem.verified",
        f"核查第{problem.seq}项问题：{verdict.label}",
        audience=Audience.UNIT,
        problem_id=problem.id,
        result=verdict.value,
    )
    return row


def propose_closing(uow: UnitOfWork, case: SupervisionCase, problem: Problem) -> None:
    """The verifier proposes to close an item (销号). Hard-stop: it was verified as done."""
    hard_stops.require_verified(uow, problem)
    problem.proposed_by = uow.actor.user_id
    problem.proposed_on = uow.today
    uow.session.flush()


def confirm_closing(uow: UnitOfWork, case: SupervisionCase, problem: Problem) -> None:
    """A second person confirms. Hard-stops: verified; not the person who proposed."""
    hard_stops.require_verified(uow, problem)
    hard_stops.require_second_person(problem, uow.actor.user_id)
    problem.state = ProblemState.CLOSED
    problem.closed_by = uow.actor.user_id
    problem.closed_on = uow.today
    problem.is_overdue = False
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "problem.closed",
        f"第{problem.seq}项问题销号",
        audience=Audience.UNIT,
        problem_id=problem.id,
    )


def object_to_closing(uow: UnitOfWork, problem: Problem) -> None:
    """The second person does not agree: the proposal is void and the item is verified again."""
    problem.proposed_by = None
    problem.proposed_on = None
    problem.state = ProblemState.REPORTED
    uow.session.flush()


def transfer(uow: UnitOfWork, problem: Problem) -> None:
    """It goes to a competent organ alone (线索分流 b): nothing is rectified here."""
    problem.state = ProblemState.TRANSFERRED
    uow.session.flush()


def reopen(uow: UnitOfWork, case: SupervisionCase, problem_ids: Iterable[str]) -> None:
    """Monitoring after a decision found them not corrected (H3): they count as rebounded."""
    for problem_id in problem_ids:
        row = _of(uow, case, problem_id)
        row.state = ProblemState.REBOUND
        row.failures += 1
        row.proposed_by = row.closed_by = None
        row.proposed_on = row.closed_on = None
    uow.session.flush()


def get(uow: UnitOfWork, problem_id: str) -> Problem:
    """A problem by id. NotFound if there is none."""
    row = uow.session.get(Problem, problem_id)
    if row is None:
        raise NotFound("没有这个问题。", code="problem-not-found")
    return row


def of_case(uow: UnitOfWork, case_id: str) -> Sequence[Problem]:
    """The ledger of a case, in its order."""
    return uow.session.scalars(
        sa.select(Problem).where(Problem.case_id == case_id).order_by(Problem.seq)
    ).all()


def rechecks(uow: UnitOfWork, problem_id: str) -> Sequence[Recheck]:
    """The rechecks of a problem, oldest first."""
    return uow.session.scalars(
        sa.select(Recheck).where(Recheck.problem_id == problem_id).order_by(Recheck.round)
    ).all()


def reports(uow: UnitOfWork, problem_id: str) -> Sequence[ProblemReport]:
    """What the unit reported about a problem, oldest first."""
    return uow.session.scalars(
        sa.select(ProblemReport)
        .where(ProblemReport.problem_id == problem_id)
        .order_by(ProblemReport.seq)
    ).all()


def latest_report(uow: UnitOfWork, problem_id: str) -> ProblemReport | None:
    """The unit's last report about a problem."""
    rows = reports(uow, problem_id)
    return rows[-1] if rows else None


def _of(uow: UnitOfWork, case: SupervisionCase, problem_id: str) -> Problem:
    row = get(uow, problem_id)
    if row.case_id != case.id:
        raise NotFound("本案没有这个问题。", code="problem-not-found")
    return row


def _fill(row: Problem, card: Card) -> None:
    row.title = card.title
    row.facts = card.facts
    row.basis = card.basis or row.basis or ""
    row.requirement = card.requirement or row.requirement or ""
    row.limit_class = card.limit_class.value if card.limit_class else row.limit_class
    row.severity = card.severity.value
    row.is_safety = card.is_safety
    row.type = card.type.value
