"""Each hard-stop of the law, alone, in the verb that has it (procedure 15, end of the list)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.actor import Actor
from engine.errors import Conflict, EngineError, Invalid, NotAllowed
from supervision import (
    accountability,
    appeals,
    approvals,
    cases,
    decisions,
    defences,
    documents,
    filings,
    inspectors,
    interviews,
    measures,
    problems,
    publications,
    visits,
)
from supervision.documents import Recipient, Subject
from supervision.tables import Approval, SupervisionCase
from supervision.terms import (
    AccountabilityState,
    ApprovalOutcome,
    ApprovalStep,
    Approver,
    ConsultationReply,
    DefenceOutcome,
    DocumentKind,
    FilingKind,
    MeasureKind,
    MeasureState,
    Phase,
    PublishScope,
    RecheckResult,
    RemedyKind,
    RemedyState,
    TieGround,
    VisitKind,
)
from tests.unit.supervision.desk import SYSTEM, Desk


@contextmanager
def refused(code: str, kind: type[EngineError] = Conflict) -> Iterator[None]:
    """The act inside is refused with this code; every refusal speaks to the person."""
    with pytest.raises(kind) as error:
        yield
    codes = {error.value.code, *(f.code for f in getattr(error.value, "errors", ()))}
    assert code in codes, codes
    assert error.value.detail


# -- the group ------------------------------------------------------------------------------------


def test_a_group_of_two_inspectors_is_refused(desk: Desk) -> None:
    desk.open()
    with refused("fewer-than-three-inspectors"):
        desk.group(count=2)


def test_an_inspector_whose_term_is_over_does_not_count(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case):
        rows = inspectors.available(uow, case)[:3]
        ids = [row.id for row in rows]
        rows[2].removed_on = uow.today
        with refused("not-serving", Invalid):
            inspectors.form_group(uow, case, ids, leader_id=ids[0])


def test_an_inspector_with_a_registered_tie_to_the_unit_is_refused(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case):
        rows = inspectors.available(uow, case)[:3]
        inspectors.tie(uow, rows[1].user_id, case.unit_id, TieGround.RELATIVE)
        ids = [row.id for row in rows]
        with refused("recusal-conflict"):
            inspectors.form_group(uow, case, ids, leader_id=ids[0])


def test_the_notice_waits_until_every_inspector_has_declared(desk: Desk) -> None:
    desk.open()
    desk.group(declare=False)
    notice = desk.write(DocumentKind.INSPECTION_NOTICE)
    desk.approve(notice)
    with refused("recusal-not-declared"):
        desk.issue(notice)


def test_a_declared_conflict_bars_the_inspector_until_it_is_decided(desk: Desk) -> None:
    desk.open()
    members = desk.group(declare=False)
    with desk.acting("county_staff1") as (uow, case):
        for user_id in members[1:]:
            inspectors.declare(uow, case, user_id=user_id, has_conflict=False)
        inspectors.declare(
            uow, case, user_id=members[0], has_conflict=True, ground=TieGround.RELATIVE
        )
    notice = desk.write(DocumentKind.INSPECTION_NOTICE)
    desk.approve(notice)
    with refused("recusal-conflict"):
        desk.issue(notice)


def test_an_application_by_the_unit_must_be_decided_before_the_visit(desk: Desk) -> None:
    desk.open()
    members = desk.group()
    desk.notify()
    with desk.acting("school_contact") as (uow, case):
        inspectors.declare(
            uow,
            case,
            user_id=members[0],
            has_conflict=True,
            ground=TieGround.OTHER,
            origin="unit",
        )
    with refused("recusal-undecided"):
        desk.visit()
    with desk.acting("county_head") as (uow, case):
        inspectors.decide_recusal(uow, case, members[0], is_upheld=False, reason="不影响公正")
    desk.visit()


def test_who_was_recused_approves_nothing_in_the_case(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_chair") as (uow, case):
        inspectors.decide_recusal(
            uow, case, desk.user_id("county_head"), is_upheld=True, reason="校长的近亲属"
        )
    letter = desk.write(DocumentKind.TRANSFER_LETTER)
    with refused("recusal-conflict"):
        desk.approve(letter)


# -- notice, visit, public --------------------------------------------------------------------------


def test_there_is_no_visit_without_a_written_notice_before(desk: Desk) -> None:
    desk.open()
    desk.group()
    with refused("no-written-notice"):
        desk.visit()


def test_a_notice_served_on_the_day_of_the_visit_is_not_before_it(desk: Desk) -> None:
    desk.open()
    desk.group()
    desk.notify()
    with desk.acting("county_inspector1") as (uow, case), refused("no-written-notice"):
        visits.record(
            uow,
            case,
            kind=VisitKind.VISIT,
            started_on=uow.today,
            ended_on=uow.today,
            place="样例学校",
            text="记录",
        )


def test_an_unannounced_visit_needs_its_approval_instead(desk: Desk) -> None:
    desk.open(is_unannounced=True)
    desk.group()
    with refused("unannounced-not-approved"):
        desk.visit()
    with desk.acting("county_head") as (uow, case):
        approvals.record(
            uow,
            case,
            subject_kind="case",
            subject_id=case.id,
            step=ApprovalStep.UNANNOUNCED_VISIT,
            outcome=ApprovalOutcome.APPROVED,
        )
    desk.visit()


def test_nobody_deliberates_without_a_visit(desk: Desk) -> None:
    desk.open()
    desk.group()
    desk.hear_public()
    with desk.acting("county_inspector1") as (uow, case), refused("no-visit"):
        visits.deliberate(uow, case, deliberated_on=uow.today, attended=3, agreed=3)


def test_nobody_deliberates_before_the_public_was_heard(desk: Desk) -> None:
    desk.open()
    desk.group()
    desk.notify()
    desk.visit()
    with desk.acting("county_inspector1") as (uow, case), refused("no-public-opinion"):
        visits.deliberate(uow, case, deliberated_on=uow.today, attended=3, agreed=3)


@pytest.mark.parametrize("left_out", ["pupils", "parents", "teachers"])
def test_pupils_parents_and_teachers_must_each_be_heard(desk: Desk, left_out: str) -> None:
    desk.open()
    heard = tuple({"pupils", "parents", "teachers"} - {left_out})
    with desk.acting("county_inspector1") as (uow, case), refused("not-heard", Invalid):
        visits.hear_public(
            uow,
            case,
            [
                visits.Hearing(
                    method=visits.OpinionMethod.QUESTIONNAIRE,
                    held_on=uow.today,
                    participants=3,
                    groups=heard,
                    managers_left=True,
                    summary="意见",
                )
            ],
        )


def test_managers_leave_the_meetings_of_pupils_and_parents(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_inspector1") as (uow, case), refused("managers-present", Invalid):
        visits.hear_public(
            uow,
            case,
            [
                visits.Hearing(
                    method=visits.OpinionMethod.MEETING,
                    held_on=uow.today,
                    participants=9,
                    groups=("pupils", "parents", "teachers"),
                    managers_left=False,
                    summary="意见",
                )
            ],
        )


# -- the opinion letter -----------------------------------------------------------------------------


def test_the_opinion_letter_waits_for_the_opportunity_to_defend(desk: Desk) -> None:
    desk.inspected()
    desk.problem()
    desk.feed_back(outcome=None)
    letter = desk.write(DocumentKind.OPINION_LETTER)
    desk.approve(letter)
    with refused("no-defence-before-opinion"):
        desk.issue(letter)


@pytest.mark.parametrize("outcome", [DefenceOutcome.WAIVED, DefenceOutcome.LAPSED])
def test_a_defence_that_was_waived_or_lapsed_lets_the_letter_pass(
    desk: Desk, outcome: DefenceOutcome
) -> None:
    desk.inspected()
    desk.problem()
    desk.feed_back(outcome)
    letter = desk.write(DocumentKind.OPINION_LETTER)
    desk.approve(letter)
    desk.issue(letter)
    assert desk.document(letter).number == "津青禾教督意〔2026〕2号"


def test_a_defence_that_was_given_must_be_answered_in_the_letter(desk: Desk) -> None:
    desk.inspected()
    desk.problem()
    desk.feed_back(DefenceOutcome.GIVEN)
    silent = desk.write(DocumentKind.OPINION_LETTER)
    desk.approve(silent)
    with refused("defence-not-answered"):
        desk.issue(silent)
    answered = desk.write(
        DocumentKind.OPINION_LETTER, defence_replies=[{"point": "申辩意见", "reply": "采纳"}]
    )
    desk.approve(answered)
    desk.issue(answered)


def test_a_defence_cannot_lapse_before_the_document_was_served(desk: Desk) -> None:
    desk.inspected()
    letter = desk.write(DocumentKind.PRELIMINARY_OPINION)
    with desk.acting("county_staff1") as (uow, case), refused("defence-not-opened"):
        defences.record(uow, case, documents.get(uow, letter), DefenceOutcome.LAPSED)


@pytest.mark.parametrize("missing", [{"limit_class": None}, {"requirement": ""}])
def test_a_problem_without_limit_or_requirement_stops_the_letter(
    desk: Desk, missing: dict[str, str | None]
) -> None:
    desk.inspected()
    desk.problem(**missing)
    desk.feed_back()
    letter = desk.write(DocumentKind.OPINION_LETTER)
    desk.approve(letter)
    with refused("problem-without-limit"):
        desk.issue(letter)


def test_a_document_without_a_basis_cannot_be_issued(desk: Desk) -> None:
    desk.inspected()
    desk.problem()
    desk.feed_back()
    letter = desk.write(DocumentKind.OPINION_LETTER, law="")
    desk.approve(letter)
    with refused("no-basis"):
        desk.issue(letter)


def test_a_draft_that_changed_after_its_approval_needs_another(desk: Desk) -> None:
    desk.inspected()
    desk.problem()
    desk.feed_back()
    letter = desk.write(DocumentKind.OPINION_LETTER)
    desk.approve(letter)
    with desk.acting("county_staff1") as (uow, _case):
        documents.revise(uow, documents.get(uow, letter), fields={"evaluation": "另一种评价"})
    with refused("not-approved"):
        desk.issue(letter)


def test_nobody_approves_a_document_of_their_own(desk: Desk) -> None:
    desk.open()
    letter = desk.write(DocumentKind.TRANSFER_LETTER, by="county_head")
    with refused("own-document", NotAllowed):
        desk.approve(letter)


def test_an_issued_document_cannot_be_changed_any_more(desk: Desk) -> None:
    desk.open()
    letter = desk.write(DocumentKind.TRANSFER_LETTER)
    desk.approve(letter)
    with desk.acting("county_staff1") as (uow, _case):
        documents.issue(uow, documents.get(uow, letter))
    with desk.acting("county_staff1") as (uow, _case), refused("document-issued"):
        documents.revise(uow, documents.get(uow, letter), fields={})


def test_what_is_not_to_be_published_says_why(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case), refused("required", Invalid):
        documents.draft(
            uow,
            case,
            DocumentKind.TRANSFER_LETTER,
            fields={},
            disclosure=documents.Disclosure.NONE,
        )


# -- closing an item --------------------------------------------------------------------------------


def rectified(desk: Desk, result: RecheckResult = RecheckResult.DONE) -> str:
    """A problem with a report and one recheck; its id."""
    desk.inspected()
    problem_id = desk.problem()
    with desk.acting("county_staff1") as (uow, case):
        problems.start_limits(uow, case, uow.today)
    with desk.acting("school_contact") as (uow, case):
        problems.report(uow, case, problems.get(uow, problem_id), measure="措施", result="结果")
    with desk.acting("county_inspector1") as (uow, case):
        problems.recheck(
            uow,
            case,
            problems.get(uow, problem_id),
            result=result,
            opinion="意见",
            verifiers=[desk.user_id("county_inspector1"), desk.user_id("county_inspector2")],
            checked_on=uow.today,
        )
    return problem_id


def test_an_item_is_not_closed_before_a_recheck_found_it_done(desk: Desk) -> None:
    problem_id = rectified(desk, RecheckResult.FAILED)
    with desk.acting("county_inspector1") as (uow, case), refused("not-verified"):
        problems.propose_closing(uow, case, problems.get(uow, problem_id))


def test_nothing_is_verified_before_the_unit_has_reported(desk: Desk) -> None:
    desk.inspected()
    problem_id = desk.problem()
    with desk.acting("county_inspector1") as (uow, case), refused("nothing-to-verify"):
        problems.recheck(
            uow,
            case,
            problems.get(uow, problem_id),
            result=RecheckResult.DONE,
            opinion="意见",
            verifiers=[],
            checked_on=uow.today,
        )


def test_one_verifier_alone_is_too_few(desk: Desk) -> None:
    desk.inspected()
    one = [desk.user_id("county_inspector1")]
    with desk.acting("county_inspector1") as (uow, case), refused("too-few-verifiers"):
        inspectors.require_verifiers(uow, case, one)


def test_who_proposed_to_close_an_item_cannot_confirm_it(desk: Desk) -> None:
    problem_id = rectified(desk)
    with desk.acting("county_inspector1") as (uow, case):
        problems.propose_closing(uow, case, problems.get(uow, problem_id))
    with desk.acting("county_inspector1") as (uow, case), refused("same-person-closes"):
        problems.confirm_closing(uow, case, problems.get(uow, problem_id))
    with desk.acting("county_staff1") as (uow, case):
        problems.confirm_closing(uow, case, problems.get(uow, problem_id))


def test_the_system_confirms_nothing(desk: Desk) -> None:
    problem_id = rectified(desk)
    with desk.acting("county_inspector1") as (uow, case):
        problems.propose_closing(uow, case, problems.get(uow, problem_id))
    with desk.engine.begin(Actor.system("timer")) as uow, refused("same-person-closes"):
        case = uow.session.get_one(SupervisionCase, desk.case_id)
        problems.confirm_closing(uow, case, problems.get(uow, problem_id))


# -- closing the case -------------------------------------------------------------------------------


def test_a_case_with_an_open_item_cannot_be_closed(desk: Desk) -> None:
    rectified(desk)
    with desk.acting("county_staff1") as (uow, case), refused("problems-open"):
        cases.close(uow, case)


def test_a_case_without_a_report_cannot_be_closed(desk: Desk) -> None:
    desk.inspected()
    with desk.acting("county_staff1") as (uow, case), refused("no-report"):
        cases.close(uow, case)


def test_report_filing_and_publication_are_each_demanded_before_closing(desk: Desk) -> None:
    desk.inspected()
    report = desk.write(DocumentKind.SUPERVISION_REPORT)
    desk.approve(report)
    with desk.acting("county_staff1") as (uow, _case):
        documents.issue(uow, documents.get(uow, report))
    with desk.acting("county_staff1") as (uow, case), refused("not-reported"):
        cases.close(uow, case)
    with desk.acting("county_staff1") as (uow, case):
        document = documents.get(uow, report)
        documents.deliver(
            uow, document, [Recipient(organisation_id=desk.organisation("129901-GOV"))]
        )
    with desk.acting("county_staff1") as (uow, case), refused("not-filed"):
        cases.close(uow, case)
    with desk.acting("county_staff1") as (uow, case):
        document = documents.get(uow, report)
        filings.submit(uow, case, FilingKind.REPORT_UPWARD, document, filed_on=uow.today)
    with desk.acting("county_staff1") as (uow, case), refused("not-published"):
        cases.close(uow, case)
    with desk.acting("county_staff1") as (uow, case):
        text = publications.draft(
            uow,
            case,
            documents.get(uow, report),
            scope=PublishScope.SOCIETY,
            title="督导报告",
            body="正文",
        )
    with desk.acting("county_head") as (uow, case):
        row = publications.get(uow, text.id)
        publications.publish(
            uow, case, row, channel="门户", published_on=uow.today, privacy_checked=True
        )
    with desk.acting("county_staff1") as (uow, case):
        cases.close(uow, case)
        assert case.closed_on == uow.today


def test_who_drafted_a_publication_cannot_release_it(desk: Desk) -> None:
    desk.open()
    letter = desk.write(DocumentKind.TRANSFER_LETTER)
    with desk.acting("county_staff1") as (uow, case):
        text = publications.draft(
            uow,
            case,
            documents.get(uow, letter),
            scope=PublishScope.SOCIETY,
            title="标题",
            body="正文",
        )
        with refused("same-person-publishes"):
            publications.publish(
                uow, case, text, channel="门户", published_on=uow.today, privacy_checked=True
            )


def test_nothing_is_published_before_privacy_was_checked(desk: Desk) -> None:
    desk.open()
    letter = desk.write(DocumentKind.TRANSFER_LETTER)
    with desk.acting("county_staff1") as (uow, case):
        text = publications.draft(
            uow,
            case,
            documents.get(uow, letter),
            scope=PublishScope.SOCIETY,
            title="标题",
            body="正文",
        )
    with desk.acting("county_head") as (uow, case), refused("required", Invalid):
        publications.publish(
            uow,
            case,
            publications.get(uow, text.id),
            channel="门户",
            published_on=uow.today,
            privacy_checked=False,
        )


# -- pressure ---------------------------------------------------------------------------------------


def test_a_supervision_notice_is_left_out_only_with_a_reason(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_head") as (uow, case):
        row = measures.propose(uow, case, MeasureKind.SUPERVISION_NOTICE, round_=1)
        with refused("required", Invalid):
            measures.omit_notice(uow, case, row, reason=" ")


def test_the_system_never_leaves_a_supervision_notice_out(desk: Desk) -> None:
    desk.open()
    with desk.engine.begin(SYSTEM) as uow, refused("omission-needs-person"):
        case = uow.session.get_one(SupervisionCase, desk.case_id)
        row = measures.propose(uow, case, MeasureKind.SUPERVISION_NOTICE, round_=1)
        measures.omit_notice(uow, case, row, reason="理由")


def test_an_interview_needs_two_interviewers_and_five_working_days(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case):
        row = measures.propose(uow, case, MeasureKind.RECTIFY_INTERVIEW)
        details = {"place": "会议室", "interviewee": "校长", "interviewee_post": "校长"}
        with refused("too-few", Invalid):
            interviews.plan(
                uow,
                row,
                planned_on=uow.today + timedelta(days=20),
                leads_government=False,
                interviewers=["冯道安"],
                **details,
            )
        with refused("notice-too-short", Invalid):
            interviews.plan(
                uow,
                row,
                planned_on=uow.today + timedelta(days=3),
                leads_government=False,
                interviewers=["冯道安", "陈若水"],
                **details,
            )


def test_a_case_does_not_close_before_an_interviews_record_is_filed(desk: Desk) -> None:
    desk.inspected()
    with desk.acting("county_staff1") as (uow, case):
        row = measures.propose(uow, case, MeasureKind.RECTIFY_INTERVIEW)
        interviews.plan(
            uow,
            row,
            planned_on=uow.today + timedelta(days=14),
            place="会议室",
            interviewee="校长",
            interviewee_post="校长",
            leads_government=False,
            interviewers=["冯道安", "陈若水"],
        )
    desk.days(14)
    record = desk.write(DocumentKind.RECTIFY_INTERVIEW_RECORD)
    with desk.acting("county_staff1") as (uow, case):
        measure = measures.of_case(uow, case.id)[0]
        interviews.hold(uow, case, measure, documents.get(uow, record), held_on=uow.today)
        with refused("interview-not-filed"):
            cases.close(uow, case)


def test_a_licence_proposal_is_only_for_who_holds_a_licence(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case), refused("not-licensed"):
        measures.propose(uow, case, MeasureKind.LICENCE_PROPOSAL)


@pytest.mark.parametrize(
    "kind", [MeasureKind.DISCIPLINE, MeasureKind.PENALTY, MeasureKind.ORGANISATIONAL_HANDLING]
)
def test_discipline_and_penalties_are_recorded_but_never_carried_out(
    desk: Desk, kind: MeasureKind
) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case):
        row = measures.propose(uow, case, kind, phase=Phase.ACCOUNTABILITY)
        with refused("not-ours-to-issue"):
            measures.finish(uow, case, row)
        measures.record_answer(
            uow, case, row, delivered_on=uow.today, result="警告处分", result_kind="警告"
        )
        measures.finish(uow, case, row)
        assert row.state == MeasureState.ANSWERED


# -- accountability ---------------------------------------------------------------------------------


def test_facts_wait_for_the_group(desk: Desk) -> None:
    desk.open()
    record_id = desk.record(started=False)
    with desk.acting("county_staff1") as (uow, _case):
        desk.get(uow, record_id).group_formed_on = None
    with refused("no-investigation-group"):
        desk.start(record_id)


def test_a_late_group_needs_the_chairs_reason_but_is_not_stopped_by_being_late(
    desk: Desk,
) -> None:
    desk.open()
    record_id = desk.record(in_time=False, started=False)
    with refused("late-group-without-reason"):
        desk.start(record_id)
    with desk.acting("county_vice") as (uow, case), refused("not-approver", NotAllowed):
        accountability.justify_lateness(uow, case, desk.get(uow, record_id), reason="理由")
    with desk.acting("county_chair") as (uow, case):
        accountability.justify_lateness(uow, case, desk.get(uow, record_id), reason="理由")
    desk.start(record_id)


def test_the_opinion_waits_for_the_objects_defence(desk: Desk) -> None:
    desk.open()
    record_id = desk.record()
    desk.tell_object(record_id, outcome=None)
    with refused("no-defence-before-decision"):
        desk.consult(record_id)


def test_the_chair_does_not_see_the_opinion_before_every_unit_has_answered(desk: Desk) -> None:
    desk.open()
    record_id = desk.record()
    desk.tell_object(record_id)
    desk.consult(record_id, answered=False)
    with desk.acting("county_staff1") as (uow, _case), refused("consultation-open"):
        decisions.submit(uow, desk.get(uow, record_id))
    with desk.engine.begin(SYSTEM) as uow:
        case = uow.session.get_one(SupervisionCase, desk.case_id)
        row = desk.get(uow, record_id)
        decisions.reply(uow, case, row, desk.organisation("129901-HRS"), ConsultationReply.NONE)
        decisions.submit(uow, row)
        assert row.state == AccountabilityState.APPROVING


def test_nobody_is_consulted_is_not_a_consultation(desk: Desk) -> None:
    desk.open()
    record_id = desk.record()
    desk.tell_object(record_id)
    opinion = desk.write(DocumentKind.ACCOUNTABILITY_OPINION)
    with desk.acting("county_staff1") as (uow, case), refused("required", Invalid):
        decisions.draw_up_opinion(
            uow,
            case,
            desk.get(uow, record_id),
            documents.get(uow, opinion),
            severity=accountability.Severity.SERIOUS,
            mitigation="",
            consulted_ids=[],
        )


def approvable(desk: Desk, unit: str = "129901-S1") -> str:
    """A record whose opinion waits for the chair."""
    desk.open(unit)
    record_id = desk.record()
    desk.tell_object(record_id)
    desk.consult(record_id)
    return record_id


def test_a_decision_without_the_chairs_approval_cannot_be_issued(desk: Desk) -> None:
    record_id = approvable(desk)
    decision = desk.decision(record_id)
    with refused("not-approved-by-chair"):
        desk.issue(decision)


def test_an_approval_by_another_post_does_not_help(desk: Desk) -> None:
    record_id = approvable(desk)
    with refused("not-approver", NotAllowed):
        desk.chair_approves(record_id, by="county_staff2")
    with refused("not-approver", NotAllowed):
        desk.chair_approves(record_id, by="city_chair")  # the chair of another committee
    decision = desk.decision(record_id)
    with refused("not-approved-by-chair"):
        desk.issue(decision)


def test_the_system_cannot_approve(desk: Desk) -> None:
    record_id = approvable(desk)
    with desk.engine.begin(Actor.system("timer")) as uow, refused("approval-needs-person"):
        case = uow.session.get_one(SupervisionCase, desk.case_id)
        row = desk.get(uow, record_id)
        decisions.approve(uow, case, row, outcome=ApprovalOutcome.APPROVED, opinion="")


def test_a_refusal_needs_its_opinion(desk: Desk) -> None:
    record_id = approvable(desk)
    with desk.acting("county_chair") as (uow, case), refused("required", Invalid):
        decisions.approve(
            uow,
            case,
            desk.get(uow, record_id),
            outcome=ApprovalOutcome.REFUSED,
            opinion="",
        )


def test_an_opinion_changed_after_the_approval_is_not_approved(desk: Desk) -> None:
    record_id = approvable(desk)
    desk.chair_approves(record_id)
    with desk.acting("county_staff1") as (uow, _case):
        opinion = documents.get(uow, desk.get(uow, record_id).opinion_id or "")
        documents.revise(uow, opinion, fields={**opinion.fields, "facts": "另一事实"})
    decision = desk.decision(record_id, facts="另一事实")
    with refused("not-approved-by-chair"):
        desk.issue(decision)


def test_who_signed_as_office_head_cannot_approve_as_vice_chair(desk: Desk) -> None:
    record_id = approvable(desk)  # county_head has signed the notice as head of the Office
    with refused("signed-as-head"):
        desk.chair_approves(record_id, by="county_head")
    desk.chair_approves(record_id, by="county_vice")


def test_the_hosts_leader_does_not_approve_against_the_host_or_its_school(desk: Desk) -> None:
    """The county's education bureau hosts the Office and runs the school; its head is vice-chair."""
    desk.open("129901-S1")
    circular = desk.write(DocumentKind.RECTIFY_CIRCULAR, approver=Approver.CHAIR)
    with refused("host-leader-recused"):
        desk.approve(circular, by="county_head")
    desk.approve(circular, by="county_chair")


def test_against_a_private_school_the_same_vice_chair_may_approve(desk: Desk) -> None:
    desk.open("129901-P1")
    circular = desk.write(DocumentKind.RECTIFY_CIRCULAR, approver=Approver.CHAIR)
    desk.approve(circular, by="county_head")


@pytest.mark.parametrize(
    "missing", ["basic_situation", "facts", "basis", "measures", "effective_on", "remedies"]
)
def test_a_decision_that_lacks_a_part_cannot_be_issued(desk: Desk, missing: str) -> None:
    record_id = approvable(desk)
    desk.chair_approves(record_id)
    decision = desk.decision(record_id, **{missing: ""})
    with refused("decision-incomplete"):
        desk.issue(decision)


def test_a_decision_cannot_go_beyond_what_was_approved(desk: Desk) -> None:
    record_id = approvable(desk)
    desk.chair_approves(record_id)
    decision = desk.decision(record_id, measures=[{"kind": "discipline", "detail": "记大过"}])
    with refused("decision-differs"):
        desk.issue(decision)


def test_a_decision_of_no_record_cannot_be_issued(desk: Desk) -> None:
    desk.open()
    stray = desk.write(DocumentKind.ACCOUNTABILITY_DECISION)
    with refused("decision-without-record"):
        desk.issue(stray)


def test_an_accountability_circular_needs_a_decision_in_force(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case):
        row = measures.propose(
            uow, case, MeasureKind.ACCOUNTABILITY_CIRCULAR, phase=Phase.ACCOUNTABILITY
        )
        measure_id = row.id
    circular = desk.write(
        DocumentKind.ACCOUNTABILITY_CIRCULAR,
        approver=Approver.CHAIR,
        subject=Subject(kind="measure", id=measure_id),
    )
    desk.approve(circular, by="county_chair")
    with refused("no-decision"):
        desk.issue(circular)


def test_a_pressure_measure_does_not_exist_in_accountability_and_back(desk: Desk) -> None:
    desk.open()
    with desk.acting("county_staff1") as (uow, case):
        with refused("wrong-phase"):
            measures.propose(uow, case, MeasureKind.RECTIFY_INTERVIEW, phase=Phase.ACCOUNTABILITY)
        with refused("wrong-phase"):
            measures.propose(uow, case, MeasureKind.DISCIPLINE)


def test_a_serious_result_must_be_published_to_society(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("county_staff1") as (uow, case), refused("publication-too-narrow"):
        row = desk.get(uow, record_id)
        publications.draft_of_decision(
            uow,
            case,
            row,
            documents.get(uow, row.decision_id or ""),
            scope=PublishScope.SYSTEM,
            rectified_badly=False,
            title="标题",
            body="正文",
            channel="",
        )


# -- remedies ---------------------------------------------------------------------------------------


def test_a_remedy_never_suspends_the_execution(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("school_contact") as (uow, case):
        appeals.apply(
            uow,
            case,
            desk.get(uow, record_id),
            RemedyKind.REVIEW,
            request="撤销",
            reasons="事实不清",
        )
    with desk.acting("county_staff1") as (uow, case):
        [row] = measures.of_case(uow, case.id, accountability_id=record_id)
        measures.finish(uow, case, row)
        assert row.state == MeasureState.DONE


@pytest.mark.parametrize(("kind", "days"), [(RemedyKind.REVIEW, 32), (RemedyKind.APPEAL, 16)])
def test_an_application_after_its_last_day_is_refused(
    desk: Desk, kind: RemedyKind, days: int
) -> None:
    desk.open()
    record_id = desk.decided()
    desk.days(days)
    with desk.acting("school_contact") as (uow, case), refused("remedy-late"):
        row = desk.get(uow, record_id)
        appeals.apply(uow, case, row, kind, request="撤销", reasons="理由")


def test_a_late_application_is_on_record_and_refused_by_a_named_person(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    desk.days(40)
    with desk.acting("county_staff1") as (uow, case):
        late = appeals.record_late(
            uow,
            case,
            desk.get(uow, record_id),
            RemedyKind.REVIEW,
            received_on=uow.today,
            request="撤销",
            reasons="理由",
        )
        late_id = late.id
    with desk.engine.begin(SYSTEM) as uow, refused("refusal-needs-person"):
        case = uow.session.get_one(SupervisionCase, desk.case_id)
        appeals.refuse(uow, case, appeals.get(uow, late_id), reason="逾期")
    with desk.acting("county_staff1") as (uow, case):
        appeals.refuse(uow, case, appeals.get(uow, late_id), reason="逾期")
        assert appeals.get(uow, late_id).state == RemedyState.NOT_ACCEPTED


def test_a_second_review_is_refused(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("school_contact") as (uow, case):
        row = desk.get(uow, record_id)
        appeals.apply(uow, case, row, RemedyKind.REVIEW, request="撤销", reasons="理由")
        with refused("remedy-used"):
            appeals.apply(uow, case, row, RemedyKind.REVIEW, request="撤销", reasons="理由")
        with refused("review-pending"):
            appeals.apply(uow, case, row, RemedyKind.APPEAL, request="撤销", reasons="理由")


def test_there_is_no_remedy_before_the_decision_was_received(desk: Desk) -> None:
    record_id = approvable(desk)
    with desk.acting("school_contact") as (uow, case), refused("decision-not-received"):
        row = desk.get(uow, record_id)
        appeals.apply(uow, case, row, RemedyKind.REVIEW, request="撤销", reasons="理由")


def test_the_archive_waits_while_a_remedy_could_still_come(desk: Desk) -> None:
    desk.open()
    record_id = desk.decided()
    with desk.acting("county_staff1") as (uow, case):
        assert appeals.pending(uow, case.id)
        appeals.lapse(uow, desk.get(uow, record_id), on=uow.today)
        assert not appeals.pending(uow, case.id)


def test_every_approval_is_kept_with_the_post_in_which_it_was_given(desk: Desk) -> None:
    record_id = approvable(desk)
    desk.chair_approves(record_id)
    with desk.engine.read(SYSTEM) as uow:
        row = uow.session.scalars(
            sa.select(Approval).where(Approval.step == ApprovalStep.DECISION)
        ).one()
    assert (row.post_group, row.post_organisation_id) == (
        "district_chair",
        desk.organisation("129901-CMT"),
    )
    assert row.approver_name == "严守正"
