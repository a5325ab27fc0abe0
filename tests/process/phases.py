"""The phases of the procedure as a test walks through them; each leaves the case at the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.process.office import Office

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


def report(office: Office, *, staff: Mapping[str, str] = COUNTY) -> None:
    """B10–B12: report to the government, filing upward, publication."""
    office.do("draft_report", by=staff["staff"])
    office.do("approve_by_office_head", by=staff["head"], outcome="approved")
    office.do("deliver_document", by=staff["staff"])
    office.do("sign_receipt")
    office.do("submit_filing", by=staff["staff"])
    for element in ("receive_filing", "record_filing_receipt"):
        if element in office.waiting():
            office.do(element)
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
