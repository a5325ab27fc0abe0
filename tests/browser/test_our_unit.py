"""The unit's story on a phone: sign, defend, plan, ask for more time, report, ask for review.

Its superior endorses the plan and a member unit answers the consultation, each at their own desk.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.clock import ManualClock
from tests.browser import axe
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.visiting import PHONE, VisitedOffice, do_owed, open_office
from tests.process import phases
from tests.process.conftest import Template, sample_template

__all__ = ["sample_template"]


UNIT = "129901-S1"
OpenWindow = Callable[..., Desk]


@pytest.fixture
def visited(
    sample_template: Template, tmp_path: Path, clock: ManualClock, serve: Serve
) -> VisitedOffice:
    return open_office(sample_template, tmp_path, clock, serve)


def fits(page: Page) -> None:
    """Nothing makes the page wider than the phone, and nothing keeps anybody out of it."""
    assert axe.findings(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"], width  # type: ignore[index]  # a literal above


def test_unit_superior_and_member_unit_do_what_they_owe_and_the_unit_what_it_may(
    visited: VisitedOffice, open_window: OpenWindow
) -> None:
    office = visited
    instance = office.open("county_staff1", UNIT, title="食堂食品安全专项督导")
    desk = open_window(office.sandbox, "school_head", **PHONE)
    page = desk.page
    desk.go("/")
    expect(page.get_by_role("heading", level=1, name="我单位")).to_be_visible()
    expect(page.get_by_text("现在没有应办事项")).to_be_visible()

    office.do("approve_case", by="county_head", outcome="approved")
    phases.form_group(office)
    office.do("decide_recusal", by="county_head", outcome="clear")
    office.do("draft_notice", by="county_staff1", visit_from="2026-04-20", visit_until="2026-04-20")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document")
    do_owed(office, desk, "签收送达回证", "school_head")
    phases.inspect(office, visit_on="2026-04-20")
    office.do("draft_feedback", by="county_staff1")
    office.serve()

    desk.go("/our-unit")
    expect(page.get_by_role("heading", name="可以行使的权利")).to_be_visible()
    fits(page)
    page.get_by_role("navigation", name="我单位的各部分").get_by_role(
        "link", name="我们的权利"
    ).click()
    right = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="陈述申辩"))
    expect(right.get_by_text("自初步督导意见反馈函签收起10个工作日")).to_be_visible()
    expect(page.get_by_text("自问责决定签收起30日")).to_be_visible()
    fits(page)
    do_owed(office, desk, "提交申辩", "school_head", defence="given")

    problems = [{**phases.PROBLEM, "requirement": "按规定留样。", "limit_class": "B"}]
    office.do("draft_opinion_letter", by="county_staff1", problems=problems)
    office.serve()
    office.do("triage_clues", by="county_staff1", accountability_clue=True, clue=phases.CLUE)
    office.do("draft_rectification_order", by="county_staff1", problems={"limit_class": "B"})
    office.serve()

    ask_for_more_time(desk, "提交整改方案")
    do_owed(office, desk, "提交整改方案", "school_head")
    superior = open_window(office.sandbox, "county_edu")
    do_owed(office, superior, "上级主管部门把关", "county_edu", endorsement="agreed")
    office.do("review_plan", by="county_staff1", outcome="approved")
    office.days(5)
    do_owed(office, desk, "整改并报告结果", "school_head", outcome="report")
    phases.verify(office, verification="done")
    do_owed(office, desk, "提交整改报告", "school_head")

    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office, answered=False)
    liaison = open_window(office.sandbox, "county_finance")
    do_owed(office, liaison, "答复征求意见", "county_finance", reply="agree")
    office.do("reply_consultation", reply="agree")
    office.do("submit_opinion", by="county_staff1")
    phases.decide(office)
    do_owed(office, desk, "申请复核或申诉", "school_head", remedy="review")

    desk.go("/our-unit?panel=sent")
    expect(page.get_by_role("link", name="申请复核或申诉")).to_be_visible()
    expect(page.get_by_role("link", name="提交申辩")).to_be_visible()
    fits(page)
    desk.go("/our-unit?panel=served")
    expect(page.get_by_role("heading", name="问责决定书")).to_be_visible()
    fits(page)
    assert office.state(instance) == "active"


def ask_for_more_time(desk: Desk, step: str) -> None:
    """The request waits for the Office, and can be taken back."""
    desk.go("/our-unit")
    card = desk.page.get_by_role("listitem").filter(
        has=desk.page.get_by_role("heading", level=3, name=step)
    )
    card.get_by_role("button", name="申请延期").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("希望延长到").fill("2026-05-25")
    dialog.get_by_label("延期理由").fill("食堂改造需要招标。")
    assert axe.findings(desk.page) == []
    dialog.get_by_role("button", name="申请延期").click()
    expect(card.get_by_text("等待决定")).to_be_visible()
    card.get_by_role("button", name="撤回申请").click()
    expect(card.get_by_text("已撤回")).to_be_visible()
