"""The phases of the procedure as a test walks through them; each leaves the case at the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.process.office import Office
from tests.process.paper import PaperOffice, on_paper

#: Who does what on each level.
COUNTY = {"staff": "county_staff1", "other": "county_staff2", "head": "county_head"}
CITY = {"staff": "city_staff1", "other": "city_staff2", "head": "city_head"}

PROBLEM: Mapping[str, Any] = {
    "title": "食堂食品留样不规范",
    "facts": "抽查三日，两日没有留样。",
    "type": "food",
    "severity": "serious",
    "is_safety": True,
    "basis": "《学校食品安全与营养健康管理规定》",
}


def prepare(office: Office, *, staff: Mapping[str, str] = COUNTY, visit_on: str) -> None:
    """A2–A5: approved, grouped, declared, notified."""
    office.do("approve_case", by=staff["head"], outcome="approved")
    form_group(office, staff=staff)
    office.do("decide_recusal", by=staff["head"], outcome="clear")
    office.do("draft_notice", by=staff["staff"], visit_from=visit_on, visit_until=visit_on)
    office.serve()


def form_group(office: Office, *, staff: Mapping[str, str] = COUNTY, count: int = 3) -> None:
    """A3–A4: three inspectors, each of whom declares."""
    options = office.context("form_group")["inspector_options"]
    chosen = [row["value"] for row in options[:count]]
    office.do("form_group", by=staff["staff"], members=chosen, leader=chosen[0])
    office.do_each("declare_recusal", declaration="none")


def inspect(
    office: Office, *, visit_on: str, problems: Sequence[Mapping[str, Any]] = (PROBLEM,)
) -> None:
    """B3–B5: the visit, the public, the deliberation."""
    office.go_to(visit_on)
    office.do(
        "record_visit",
        started_on=visit_on,
        ended_on=visit_on,
        problems=list(problems),
        danger="none",
    )
    office.do(
        "gather_public_opinion",
        hearings=[
            {
                "method": "questionnaire",
                "participants": 120,
                "groups": ["pupils", "parents", "teachers"],
                "managers_left": True,
            }
        ],
    )
    office.do("deliberate", votes_for=1)


def conclude(
    office: Office,
    *,
    staff: Mapping[str, str] = COUNTY,
    limit_class: str = "B",
    defence: str = "waived",
    clue: Mapping[str, Any] | None = None,
) -> None:
    """B6–B9: feedback, defence, opinion letter, triage."""
    office.do("draft_feedback", by=staff["staff"])
    office.serve()
    office.do("submit_defence", defence=defence)
    with_class = [{**PROBLEM, "requirement": "按规定留样并建立台账。", "limit_class": limit_class}]
    office.do("draft_opinion_letter", by=staff["staff"], problems=with_class)
    office.serve()
    values: dict[str, Any] = {"accountability_clue": clue is not None}
    if clue is not None:
        values["clue"] = dict(clue)
    office.do("triage_clues", by=staff["staff"], **values)


def receive_filing(office: Office) -> None:
    """The receipt of the Office one tier up: here, or on paper from outside."""
    if "receive_filing" in office.waiting():
        office.do("receive_filing")
    else:
        outside(office).do("record_filing_receipt")


def outside(office: Office) -> PaperOffice:
    """The same installation, where the city's Office records what the State Council's does."""
    return on_paper(office, recorder="city_staff1", second="city_staff2")


def report(office: Office, *, staff: Mapping[str, str] = COUNTY) -> None:
    """B10–B12: report to the government, filing upward, publication."""
    office.do("draft_report", by=staff["staff"])
    office.do("approve_by_office_head", by=staff["head"], outcome="approved")
    office.do("deliver_document", by=staff["staff"])
    office.do("sign_receipt")
    office.do("submit_filing", by=staff["staff"])
    receive_filing(office)
    office.do("redact_report", by=staff["staff"])
    office.do("publish_report", by=staff["head"])


def order_rectification(
    office: Office, *, staff: Mapping[str, str] = COUNTY, limit_class: str = "B"
) -> None:
    """C0–C1: the order, its receipt, the plan."""
    office.do("draft_rectification_order", by=staff["staff"], problems={"limit_class": limit_class})
    office.serve()
    office.do("submit_plan")
    office.do("endorse_plan", endorsement="agreed")
    office.do("review_plan", by=staff["staff"], outcome="approved")


def rectify(office: Office, *, verification: str = "done", days: int = 10) -> None:
    """C2, C5, C6 for the one problem: report, recheck and, if it is done, closing by two."""
    office.days(days)
    office.do("carry_out_rectification", outcome="report")
    verify(office, verification=verification)


def verify(office: Office, *, verification: str) -> None:
    """The recheck by two; closing, where it is done."""
    office.days(3)
    options = office.context("verify_problem")["member_options"]
    office.do(
        "verify_problem",
        verifiers=[row["value"] for row in options[:2]],
        verification=verification,
    )
    if verification == "done":
        office.do("propose_closure")
        office.do("confirm_closure", outcome="confirm")


def finish_rectification(office: Office) -> None:
    """C3–C4: the report on the whole, its publication, the superior's record."""
    office.do("submit_rectification_report")
    office.do("publish_rectification")
    office.do("urge_rectification")


def close(office: Office, *, staff: Mapping[str, str] = COUNTY) -> None:
    """I1, H2: to appraisal and to the archive."""
    office.do("send_to_appraisal", by=staff["staff"])
    office.do("archive_case", by=staff["staff"])


CLUE: Mapping[str, Any] = {
    "trigger": "poor_rectification",
    "text": "整改不力，复查两次未完成。",
    "activity_reason": "以第二次复查结束之日为督导活动完成日。",
}


def investigate(
    office: Office,
    *,
    staff: Mapping[str, str] = COUNTY,
    start: str = "yes",
    severity: str = "serious",
) -> None:
    """F1–F3: the group in time, its notice, the facts, the decision to start."""
    options = office.context("form_working_group")
    office.do(
        "form_working_group",
        by=staff["staff"],
        object_kind="unit",
        members=[row["value"] for row in options["people_options"][:3]],
    )
    if "justify_late_start" in office.waiting():
        return
    office.do("approve_by_office_head", by=staff["head"], outcome="approved")
    find_facts(office, staff=staff, severity=severity)
    office.do("decide_start", by=staff["head"], outcome=start)


def find_facts(
    office: Office, *, staff: Mapping[str, str] = COUNTY, severity: str = "serious"
) -> None:
    """F2: the fact material."""
    office.do(
        "find_facts",
        by=staff["staff"],
        outcome="submit",
        triggers=["poor_rectification"],
        severity=severity,
        suggestion="start",
    )


def hear(office: Office, *, staff: Mapping[str, str] = COUNTY, defence: str = "given") -> None:
    """F4–F5: the notice is served, the object states its case."""
    office.do(
        "draft_accountability_notice", by=staff["staff"], measures=["accountability_circular"]
    )
    office.do("approve_by_office_head", by=staff["head"], outcome="approved")
    office.do("deliver_document", by=staff["staff"])
    office.do_each("sign_receipt")
    office.do("submit_account_defence", defence=defence)


SANCTIONS: Sequence[Mapping[str, Any]] = (
    {"kind": "accountability_circular", "target": "unit", "detail": "在全县教育系统通报"},
)


def propose_decision(
    office: Office,
    *,
    staff: Mapping[str, str] = COUNTY,
    measures: Sequence[Mapping[str, Any]] = SANCTIONS,
    answered: bool = True,
) -> None:
    """F6: the opinion, the member units, the submission."""
    offered = office.context("draft_accountability_opinion")["member_unit_options"]
    options = [row for row in offered if "财政局" in row["label"] or "人力资源" in row["label"]]
    office.do(
        "draft_accountability_opinion",
        by=staff["staff"],
        measures=list(measures),
        aggravation=[],
        consulted_units=[row["value"] for row in options[:2]],
    )
    if answered:
        office.do_each("reply_consultation", reply="agree")
        office.do("submit_opinion", by=staff["staff"])


def decide(
    office: Office, *, staff: Mapping[str, str] = COUNTY, chair: str = "county_chair"
) -> None:
    """F7–F8: approved by the chair, issued, served."""
    office.do("approve_accountability", by=chair, outcome="approved")
    office.do("draft_accountability_decision", by=staff["staff"])
    office.do("deliver_document", by=staff["staff"])
    office.do_each("sign_receipt")


def execute_circular(office: Office, *, staff: Mapping[str, str] = COUNTY, chair: str) -> None:
    """F9a: the circular of the decision."""
    office.do("draft_circular", by=staff["staff"], legal_basis="accountability")
    office.do("approve_by_chair", by=chair, outcome="approved")
    office.do("deliver_document", by=staff["staff"])
    office.do_each("sign_receipt")


def publish_decision(office: Office, *, staff: Mapping[str, str] = COUNTY) -> None:
    """F10: to society, names left out."""
    office.do("draft_decision_publication", by=staff["staff"], scope="society", names="post_only")
    office.do("publish_decision_notice", by=staff["head"])


def file_decision(office: Office, *, staff: Mapping[str, str] = COUNTY) -> None:
    """H1: upward, with the receipt."""
    office.do("submit_filing", by=staff["staff"])
    receive_filing(office)
