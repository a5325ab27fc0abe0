"""The pure rules of the procedure: who approves, who hears appeals, what is published, when too late."""

from __future__ import annotations

from datetime import date

import pytest

from supervision import rules
from supervision.rules import AggravationFacts, RemedyFacts
from supervision.terms import (
    ApprovalStep,
    Approver,
    CaseType,
    InspectorKind,
    Level,
    MeasureKind,
    PublishScope,
    RecheckResult,
    RemedyKind,
    Severity,
    UnitKind,
)


def test_the_decision_is_for_the_chair_or_a_vice_chair_of_its_level() -> None:
    city = rules.approver_groups(ApprovalStep.DECISION, Level.CITY)
    assert city == {"city_gov_chair", "city_gov_vice"}
    district = rules.approver_groups(ApprovalStep.DECISION, Level.DISTRICT)
    assert district == {"district_chair", "district_vice"}


def test_a_decision_table_cannot_lower_the_approval_of_the_decision() -> None:
    groups = rules.approver_groups(ApprovalStep.DECISION, Level.CITY, approver=Approver.OFFICE_HEAD)
    assert groups == {"city_gov_chair", "city_gov_vice"}


def test_the_reason_for_a_late_group_is_the_chairs_alone() -> None:
    assert rules.approver_groups(ApprovalStep.LATE_GROUP, Level.DISTRICT) == {"district_chair"}


def test_an_interview_may_be_approved_by_the_chief_inspector_of_the_city() -> None:
    groups = rules.approver_groups(ApprovalStep.DOCUMENT, Level.CITY, approver=Approver.LEAD)
    assert groups == {"city_office_head", "chief_inspector", "deputy_chief"}
    assert rules.approver_groups(ApprovalStep.DOCUMENT, Level.DISTRICT, approver=Approver.LEAD) == {
        "district_office_head"
    }


def test_nobody_here_approves_for_the_national_level() -> None:
    assert rules.approver_groups(ApprovalStep.DECISION, Level.NATIONAL) == frozenset()


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        (UnitKind.SCHOOL, Level.DISTRICT, Level.DISTRICT),
        (UnitKind.KINDERGARTEN, Level.DISTRICT, Level.DISTRICT),
        (UnitKind.TOWN, Level.DISTRICT, Level.DISTRICT),
        (UnitKind.DISTRICT_GOVERNMENT, Level.DISTRICT, Level.CITY),
        (UnitKind.DEPARTMENT, Level.CITY, Level.CITY),
        (UnitKind.INDUSTRY_BODY, Level.CITY, Level.CITY),
    ],
)
def test_a_government_is_handled_one_level_up(
    kind: UnitKind, level: Level, expected: Level
) -> None:
    assert rules.handling_level(kind, level) is expected


def test_an_appeal_goes_one_level_up() -> None:
    assert rules.appeal_level(Level.DISTRICT) is Level.CITY
    assert rules.appeal_level(Level.CITY) is Level.NATIONAL


def test_schools_are_duxue_and_governments_duzheng() -> None:
    assert rules.case_type(UnitKind.PRIVATE_SCHOOL) is CaseType.DUXUE
    assert rules.case_type(UnitKind.DISTRICT_GOVERNMENT) is CaseType.DUZHENG


def test_the_second_decision_within_a_year_is_a_ground_of_aggravation() -> None:
    assert rules.aggravations(AggravationFacts()) == ()
    assert rules.aggravations(AggravationFacts(decisions_within_year=1)) == (
        "repeated_within_year",
    )


def test_every_ground_of_aggravation_is_found_and_has_a_name() -> None:
    found = rules.aggravations(
        AggravationFacts(
            hides_or_obstructs=True,
            retaliates=True,
            uncorrected_after_accountability=True,
            decisions_within_year=2,
            other="多次阻挠",
        )
    )
    assert set(found) == set(rules.AGGRAVATIONS)


@pytest.mark.parametrize(
    ("severity", "badly", "expected"),
    [
        (Severity.MINOR, False, PublishScope.SYSTEM),
        (Severity.MINOR, True, PublishScope.SOCIETY),
        (Severity.SERIOUS, False, PublishScope.SOCIETY),
        (Severity.GRAVE, False, PublishScope.SOCIETY),
    ],
)
def test_serious_or_badly_rectified_means_publication_to_society(
    severity: Severity, badly: bool, expected: PublishScope
) -> None:
    assert rules.least_publish_scope(severity, rectified_badly=badly) is expected
    assert rules.reaches(PublishScope.SOCIETY, expected)
    assert not rules.reaches(PublishScope.INTERNAL, expected)


def test_discipline_penalties_and_licences_are_not_ours_to_issue() -> None:
    foreign = {
        MeasureKind.ORGANISATIONAL_HANDLING,
        MeasureKind.DISCIPLINE,
        MeasureKind.PENALTY,
        MeasureKind.LICENCE_PROPOSAL,
        MeasureKind.REFERRAL,
    }
    assert {kind for kind in MeasureKind if not rules.is_ours_to_issue(kind)} == foreign


def test_interview_and_circular_exist_twice_and_only_the_second_is_accountability() -> None:
    assert MeasureKind.RECTIFY_INTERVIEW not in rules.ACCOUNTABILITY_KINDS
    assert MeasureKind.RECTIFY_CIRCULAR not in rules.ACCOUNTABILITY_KINDS
    assert MeasureKind.ACCOUNTABILITY_INTERVIEW not in rules.PRESSURE_KINDS
    assert MeasureKind.ACCOUNTABILITY_CIRCULAR not in rules.PRESSURE_KINDS


# The vector of procedure 9.2b: received 2026-03-02 → appeal until 03-17, review until 04-01.
RECEIVED = RemedyFacts(review_until=date(2026, 4, 1), direct_appeal_until=date(2026, 3, 17))


def test_both_roads_are_open_until_their_last_day() -> None:
    assert rules.road(RemedyKind.APPEAL, RECEIVED, date(2026, 3, 17)).is_open
    assert rules.road(RemedyKind.REVIEW, RECEIVED, date(2026, 4, 1)).is_open


def test_after_fifteen_days_only_the_road_through_review_is_left() -> None:
    late = rules.road(RemedyKind.APPEAL, RECEIVED, date(2026, 3, 18))
    assert late.is_late
    assert rules.road(RemedyKind.REVIEW, RECEIVED, date(2026, 3, 18)).is_open


def test_after_thirty_days_no_road_is_left() -> None:
    assert rules.road(RemedyKind.REVIEW, RECEIVED, date(2026, 4, 2)).is_late


def test_a_pending_review_closes_the_direct_road() -> None:
    pending = RemedyFacts(
        review_until=date(2026, 4, 1),
        direct_appeal_until=date(2026, 3, 17),
        reviews=1,
        is_review_pending=True,
    )
    road = rules.road(RemedyKind.APPEAL, pending, date(2026, 3, 10))
    assert (road.is_open, road.code) == (False, "review-pending")


def test_after_the_review_decision_there_are_fifteen_days_of_its_own() -> None:
    reviewed = RemedyFacts(
        review_until=date(2026, 4, 1),
        direct_appeal_until=date(2026, 3, 17),
        reviews=1,
        appeal_after_review_until=date(2026, 5, 6),
    )
    assert rules.road(RemedyKind.APPEAL, reviewed, date(2026, 5, 6)).is_open
    assert rules.road(RemedyKind.APPEAL, reviewed, date(2026, 5, 7)).is_late


def test_there_is_one_review_and_one_appeal_for_each_decision() -> None:
    used = RemedyFacts(
        review_until=date(2026, 4, 1),
        direct_appeal_until=date(2026, 3, 17),
        reviews=1,
        appeals=1,
    )
    assert rules.road(RemedyKind.REVIEW, used, date(2026, 3, 3)).code == "remedy-used"
    assert rules.road(RemedyKind.APPEAL, used, date(2026, 3, 3)).code == "remedy-used"


def test_who_has_appealed_directly_cannot_ask_for_a_review() -> None:
    appealed = RemedyFacts(
        review_until=date(2026, 4, 1), direct_appeal_until=date(2026, 3, 17), appeals=1
    )
    assert rules.road(RemedyKind.REVIEW, appealed, date(2026, 3, 3)).code == "appeal-taken"


def test_a_part_time_term_is_three_years_and_three_terms_at_most() -> None:
    part_time = InspectorKind.PART_TIME
    assert rules.term_fault(part_time, 1, date(2026, 3, 1), date(2029, 2, 28)) == ""
    assert rules.term_fault(part_time, 1, date(2026, 3, 1), date(2029, 3, 1))
    assert rules.term_fault(part_time, 4, date(2026, 3, 1), date(2029, 2, 28))
    assert rules.term_fault(part_time, 1, date(2026, 3, 1), None)
    assert rules.term_fault(part_time, 1, date(2026, 3, 1), date(2026, 2, 1))


def test_a_term_that_begins_on_the_29th_of_february_has_an_end() -> None:
    assert rules.term_fault(InspectorKind.PART_TIME, 1, date(2028, 2, 29), date(2031, 2, 28)) == ""


def test_a_full_time_inspector_has_no_term() -> None:
    assert rules.term_fault(InspectorKind.FULL_TIME, 7, date(2026, 3, 1), None) == ""


def test_basically_done_twice_is_a_failure() -> None:
    basic = RecheckResult.BASIC
    assert rules.recheck_verdict(basic, basic_before=False) is basic
    assert rules.recheck_verdict(basic, basic_before=True) is RecheckResult.FAILED
    assert rules.recheck_verdict(RecheckResult.DONE, basic_before=True) is RecheckResult.DONE
