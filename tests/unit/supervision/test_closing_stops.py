"""What stops the closing of a case at its very end: failed rechecks, decisions nobody was told of."""

from __future__ import annotations

import sqlalchemy as sa

from supervision import (
    appeals,
    cases,
    documents,
    filings,
    hard_stops,
    measures,
    problems,
    publications,
)
from supervision.tables import Accountability, Problem
from supervision.terms import (
    AccountabilityState,
    FilingKind,
    MeasureKind,
    MeasureState,
    ProblemState,
    PublishScope,
    RecheckResult,
)
from tests.unit.supervision.desk import Desk
from tests.unit.supervision.test_hard_stops import rectified, refused


def test_a_failed_recheck_that_nobody_answered_stops_the_closing(desk: Desk) -> None:
    problem_id = rectified(desk, RecheckResult.FAILED)
    with desk.acting("county_staff1") as (uow, case):
        uow.session.get_one(Problem, problem_id).state = ProblemState.CLOSED
        uow.session.flush()
        with refused("no-supervision-notice"):
            cases.close(uow, case)


def test_a_notice_of_another_round_answers_it_at_the_end_but_not_in_its_own_round(
    desk: Desk,
) -> None:
    problem_id = rectified(desk, RecheckResult.FAILED)
    with desk.acting("county_staff1") as (uow, case):
        uow.session.get_one(Problem, problem_id).state = ProblemState.CLOSED
        row = measures.propose(uow, case, MeasureKind.SUPERVISION_NOTICE, round_=2)
        row.state = MeasureState.ISSUED
        uow.session.flush()
        hard_stops.require_failures_answered(uow, case)
        hard_stops.require_notice_or_reason(uow, case, 2)
        with refused("no-supervision-notice"):
            hard_stops.require_notice_or_reason(uow, case, 1)


def test_a_notice_that_was_only_proposed_answers_nothing(desk: Desk) -> None:
    rectified(desk, RecheckResult.REBOUND)
    with desk.acting("county_staff1") as (uow, case):
        measures.propose(uow, case, MeasureKind.SUPERVISION_NOTICE, round_=1)
        with refused("no-supervision-notice"):
            hard_stops.require_failures_answered(uow, case)


def test_a_case_whose_rechecks_found_everything_done_owes_no_notice(desk: Desk) -> None:
    problem_id = rectified(desk)
    with desk.acting("county_staff1") as (uow, case):
        assert not problems.get(uow, problem_id).failures
        hard_stops.require_failures_answered(uow, case)


def test_a_decision_that_was_not_made_known_stops_the_closing(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("county_staff1") as (uow, case), refused("decision-not-published"):
        hard_stops.require_decisions_known(uow, case)
    with desk.acting("county_staff1") as (uow, case):
        row = uow.session.get_one(Accountability, record_id)
        text = publications.draft_of_decision(
            uow,
            case,
            row,
            documents.get(uow, row.decision_id or ""),
            scope=PublishScope.SOCIETY,
            rectified_badly=False,
            title="问责决定",
            body="正文",
            channel="",
        )
        with refused("decision-not-published"):  # a draft tells nobody
            hard_stops.require_decisions_known(uow, case)
    with desk.acting("county_head") as (uow, case):
        publications.publish(
            uow,
            case,
            publications.get(uow, text.id),
            channel="门户",
            published_on=uow.today,
            privacy_checked=True,
        )
        hard_stops.require_decisions_known(uow, case)


def test_a_decision_that_was_revoked_need_not_be_made_known(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("county_staff1") as (uow, case):
        uow.session.execute(
            sa.update(Accountability)
            .where(Accountability.id == record_id)
            .values(state=AccountabilityState.REVOKED)
        )
        hard_stops.require_decisions_known(uow, case)


def test_a_decision_without_the_receipt_of_its_filing_stops_the_closing(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("county_staff1") as (uow, case):
        with refused("decision-not-filed"):
            hard_stops.require_decisions_filed(uow, case)
        row = uow.session.get_one(Accountability, record_id)
        filing = filings.submit(
            uow,
            case,
            FilingKind.DECISION_UPWARD,
            documents.get(uow, row.decision_id or ""),
            filed_on=uow.today,
        )
        with refused("decision-not-filed"):  # handed in is not yet received
            hard_stops.require_decisions_filed(uow, case)
        filing.receipt_on = uow.today
        uow.session.flush()
        hard_stops.require_decisions_filed(uow, case)


def test_a_closed_case_is_not_archived_while_a_remedy_is_open(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("county_staff1") as (uow, case):
        with refused("case-not-closed"):
            cases.archive(uow, case)
        case.closed_on = uow.today
        with refused("remedies-pending"):
            cases.archive(uow, case)
        appeals.lapse(uow, uow.session.get_one(Accountability, record_id), on=uow.today)
        cases.archive(uow, case)
        assert case.archived_on == uow.today
