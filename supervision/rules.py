"""The rules of the procedure as pure functions: no row, no clock, no text of a form.

Who approves, who is told, where an appeal goes, when a measure is aggravated, how far a result is
published. Each names its source; mark C is a default of this system that an office may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from supervision.terms import (
    LICENSED_KINDS,
    TEACHING_KINDS,
    ApprovalStep,
    Approver,
    CaseType,
    InspectorKind,
    Level,
    MeasureKind,
    Ownership,
    PublishScope,
    RecheckResult,
    RemedyKind,
    Severity,
    UnitKind,
)

#: 条例16: a group has three inspectors at least.
LEAST_INSPECTORS = 3
#: 条例6: a part-time term is three years, three in a row at most.
TERM_YEARS = 3
MOST_TERMS = 3

_CHAIR = {Level.CITY: "city_gov_chair", Level.DISTRICT: "district_chair"}
_VICE = {Level.CITY: "city_gov_vice", Level.DISTRICT: "district_vice"}
_HEAD = {Level.CITY: "city_office_head", Level.DISTRICT: "district_office_head"}
_CHIEF = {
    Level.CITY: frozenset({"chief_inspector", "deputy_chief"}),
    Level.DISTRICT: frozenset[str](),
}

#: Groups whose holders lead a body (used where the leaders of a body are recused).
LEADER_GROUPS = frozenset({"unit_head", *_HEAD.values()})
#: The groups of a committee's chair and vice-chairs.
COMMITTEE_GROUPS = frozenset({*_CHAIR.values(), *_VICE.values()})
#: The groups of the heads of an Office.
HEAD_GROUPS = frozenset(_HEAD.values())


def approver_groups(
    step: ApprovalStep, level: Level, *, approver: Approver = Approver.OFFICE_HEAD
) -> frozenset[str]:
    """The posts that may approve `step` in a case of this level.

    A document goes to whom its draft named (`approver`, from the decision table approver_level). The
    decision itself is for the chair or a vice-chair (问责15), the reason for a late investigation
    group for the chair alone (procedure F1).
    """
    if level is Level.NATIONAL:
        return frozenset()
    if step is ApprovalStep.LATE_GROUP:
        return frozenset({_CHAIR[level]})
    if step is ApprovalStep.DECISION or approver is Approver.CHAIR:
        return frozenset({_CHAIR[level], _VICE[level]})
    if approver is Approver.LEAD:
        return frozenset({_HEAD[level]}) | _CHIEF[level]
    return frozenset({_HEAD[level]})


def handling_level(kind: UnitKind, level: Level) -> Level:
    """The tier whose committee handles cases against a unit (条例2): a government's, one up."""
    return Level.CITY if kind is UnitKind.DISTRICT_GOVERNMENT else level


def appeal_level(decided_at: Level) -> Level:
    """The tier that an appeal goes to: one above the Office that decided (procedure 9.2c)."""
    return {Level.DISTRICT: Level.CITY}.get(decided_at, Level.NATIONAL)


def is_told_one_level_up(kind: UnitKind) -> bool:
    """Whether a unit's circulars and records go to the tier above the place it governs (9.2c)."""
    return kind is UnitKind.DISTRICT_GOVERNMENT


def case_type(kind: UnitKind) -> CaseType:
    """督学 where the unit teaches, 督政 where it governs (条例2)."""
    return CaseType.DUXUE if kind in TEACHING_KINDS else CaseType.DUZHENG


def is_licensed(kind: UnitKind, ownership: Ownership | None) -> bool:
    """Whether the unit holds a licence that an approval organ could revoke (津13, branch P)."""
    private = kind in TEACHING_KINDS and ownership is Ownership.PRIVATE
    return private or kind in LICENSED_KINDS


@dataclass(frozen=True, kw_only=True)
class AggravationFacts:
    """What the five grounds of aggravation are judged by (问责办法, V2)."""

    hides_or_obstructs: bool = False
    retaliates: bool = False
    uncorrected_after_accountability: bool = False
    #: Decisions against the same object that took effect within the year before, without this one.
    decisions_within_year: int = 0
    other: str = ""


AGGRAVATIONS: Mapping[str, str] = {
    "hides_or_obstructs": "隐瞒事实真相，阻挠、干扰或者不配合督导问责工作",
    "retaliates": "威胁、打击报复举报人、督学或者工作人员",
    "uncorrected_after_accountability": "被问责后仍不纠正",
    "repeated_within_year": "一年内被问责两次以上",
    "other": "其他依规应当从重的情形",
}


def aggravations(facts: AggravationFacts) -> tuple[str, ...]:
    """The grounds that hold, as keys of `AGGRAVATIONS`. A flag for F6 and F7; people decide.

    "≥ 2 in one year" counts the one in hand: the earlier decision and this one (reading 待确认).
    """
    found = {
        "hides_or_obstructs": facts.hides_or_obstructs,
        "retaliates": facts.retaliates,
        "uncorrected_after_accountability": facts.uncorrected_after_accountability,
        "repeated_within_year": facts.decisions_within_year + 1 >= 2,
        "other": bool(facts.other.strip()),
    }
    return tuple(key for key, holds in found.items() if holds)


def least_publish_scope(severity: Severity, *, rectified_badly: bool) -> PublishScope:
    """How far a result must be published at least (问责18).

    Serious, or rectified badly → society, which is then mandatory; else within the system.
    """
    if severity is not Severity.MINOR or rectified_badly:
        return PublishScope.SOCIETY
    return PublishScope.SYSTEM


def reaches(scope: PublishScope, least: PublishScope) -> bool:
    """Whether `scope` is as wide as `least`."""
    order = (PublishScope.INTERNAL, PublishScope.SYSTEM, PublishScope.SOCIETY)
    return order.index(scope) >= order.index(least)


#: Measures that only other organs may take: the Office proposes and records the result (问责17).
COMPETENT_ORGANS: Mapping[MeasureKind, str] = {
    MeasureKind.ORGANISATIONAL_HANDLING: "组织（人事）部门",
    MeasureKind.DISCIPLINE: "有处分权限的任免机关或者监察机关",
    MeasureKind.PENALTY: "有处罚权的行政机关",
    MeasureKind.LICENCE_PROPOSAL: "审批机关",
    MeasureKind.REFERRAL: "纪检监察机关或者司法机关",
}

#: Measures on the object of accountability that open review and appeal (procedure 9.2c, 15).
ACCOUNTABILITY_KINDS = frozenset(
    {
        MeasureKind.OPEN_CRITICISM,
        MeasureKind.ACCOUNTABILITY_INTERVIEW,
        MeasureKind.ACCOUNTABILITY_CIRCULAR,
        MeasureKind.RESOURCE_ADJUSTMENT,
        MeasureKind.WRITTEN_REVIEW,
        MeasureKind.PERSONAL_CRITICISM,
        *COMPETENT_ORGANS,
    }
)

#: Pressure before accountability (procedure 8.4): never opens review or appeal.
PRESSURE_KINDS = frozenset(
    {
        MeasureKind.SUPERVISION_NOTICE,
        MeasureKind.RECTIFY_INTERVIEW,
        MeasureKind.RECTIFY_CIRCULAR,
        MeasureKind.OPEN_CRITICISM,
        MeasureKind.RESOURCE_ADJUSTMENT,
        MeasureKind.LICENCE_PROPOSAL,
    }
)


def is_ours_to_issue(kind: MeasureKind) -> bool:
    """Whether the Office itself may carry the measure out (问责17)."""
    return kind not in COMPETENT_ORGANS


@dataclass(frozen=True, kw_only=True)
class RemedyFacts:
    """The remedies of one decision so far. Dates are the last days to apply, already rolled."""

    review_until: date
    direct_appeal_until: date
    reviews: int = 0
    appeals: int = 0
    is_review_pending: bool = False
    #: Last day to appeal after the review decision was received; None: no review decided yet.
    appeal_after_review_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Road:
    """Whether a remedy is open on a day; `code` and `detail` say why not."""

    is_open: bool
    until: date
    code: str = ""
    detail: str = ""

    @property
    def is_late(self) -> bool:
        return self.code == "remedy-late"


def road(kind: RemedyKind, facts: RemedyFacts, today: date) -> Road:
    """Whether a review or an appeal may still be applied for (问责办法; procedure 3.3, 9.2b).

    One review and one appeal per decision; a pending review closes the direct road; after the
    direct limit only the road through review is left.
    """
    if kind is RemedyKind.REVIEW:
        return _review_road(facts, today)
    if facts.appeals:
        return _closed(facts.direct_appeal_until, "remedy-used", "对该决定已经申诉过一次。")
    if facts.is_review_pending:
        return _closed(
            facts.direct_appeal_until,
            "review-pending",
            "复核正在办理，不能同时直接申诉；收到复核决定之后可以申诉。",
        )
    until = facts.appeal_after_review_until or facts.direct_appeal_until
    if today > until:
        return _closed(until, "remedy-late", f"申诉期限已于{until}届满。")
    return Road(is_open=True, until=until)


def _review_road(facts: RemedyFacts, today: date) -> Road:
    if facts.reviews:
        return _closed(facts.review_until, "remedy-used", "对该决定已经申请过一次复核。")
    if facts.appeals:
        return _closed(facts.review_until, "appeal-taken", "对该决定已经提出申诉，不再适用复核。")
    if today > facts.review_until:
        return _closed(facts.review_until, "remedy-late", f"复核期限已于{facts.review_until}届满。")
    return Road(is_open=True, until=facts.review_until)


def _closed(until: date, code: str, detail: str) -> Road:
    return Road(is_open=False, until=until, code=code, detail=detail)


def term_fault(kind: InspectorKind, term_number: int, from_on: date, until_on: date | None) -> str:
    """What is wrong with a term of appointment, or an empty text (条例6; 津14)."""
    if kind is InspectorKind.FULL_TIME:
        return ""
    if until_on is None:
        return "兼职督学、责任督学的聘任必须有截止日期。"
    if until_on < from_on:
        return "聘期的截止日期早于起始日期。"
    if until_on >= _years_after(from_on, TERM_YEARS):
        return f"每届聘期不超过{TERM_YEARS}年。"
    if not 1 <= term_number <= MOST_TERMS:
        return f"连续聘任不超过{MOST_TERMS}届。"
    return ""


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)


def recheck_verdict(result: RecheckResult, *, basic_before: bool) -> RecheckResult:
    """基本完成 gives one more limit and one more recheck; the second time it is a failure (C5)."""
    if result is RecheckResult.BASIC and basic_before:
        return RecheckResult.FAILED
    return result
