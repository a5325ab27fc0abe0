"""The office finds things: the ledger, the calendar, the list of cases, the search by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from engine.clock import ManualClock
from tests.browser import axe
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.visiting import open_office
from tests.process import phases
from tests.process.conftest import Template, sample_template

__all__ = ["sample_template"]


UNIT = "129901-S1"


def test_a_case_is_found_by_its_problems_its_days_its_filters_and_its_initials(
    sample_template: Template,
    tmp_path: Path,
    clock: ManualClock,
    serve: Serve,
    open_window: Callable[..., Desk],
) -> None:
    office = open_office(sample_template, tmp_path, clock, serve)
    office.open("county_staff1", UNIT, title="食堂食品安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    blocked = {**phases.PROBLEM, "title": "消防通道堆放杂物", "severity": "grave"}
    phases.inspect(office, visit_on="2026-04-20", problems=[phases.PROBLEM, blocked])
    desk = open_window(office.sandbox, "county_staff1")
    page = desk.page
    title = page.get_by_role("heading", level=1, name="食堂食品安全专项督导")

    desk.go("/problems?severity=grave")
    expect(page.get_by_role("link", name="2. 消防通道堆放杂物")).to_be_visible()
    expect(page.get_by_role("link", name="1. 食堂食品留样不规范")).to_have_count(0)
    assert axe.findings(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 XLSX").click()
    assert download.value.suggested_filename == "问题台账.xlsx"
    page.get_by_role("link", name="2. 消防通道堆放杂物").click()
    expect(title).to_be_visible()
    page.get_by_role("tab", name="期限").click()
    expect(page.get_by_role("heading", level=3, name="组建督导小组")).to_be_visible()
    assert axe.findings(page) == []

    desk.go("/calendar?month=2026-05&view=month")
    expect(page.get_by_role("cell").filter(has_text="劳动节").first).to_be_visible()
    expect(page.get_by_role("cell").filter(has_text="上班")).to_have_count(1)
    assert axe.findings(page) == []
    page.get_by_role("button", name="上个月").click()
    page.get_by_text("列表", exact=True).click()
    expect(page).to_have_url(re.compile("month=2026-04.*view=list|view=list.*month=2026-04"))
    expect(page.get_by_role("link", name="食堂食品安全专项督导").first).to_be_visible()
    assert axe.findings(page) == []

    desk.go("/cases?stage=closed")
    expect(page.get_by_text("没有相符的案件")).to_be_visible()
    desk.go("/cases?mine=true&year=2026")
    expect(page.get_by_role("link", name="食堂食品安全专项督导")).to_be_visible()
    assert axe.findings(page) == []

    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="搜索")
    box.fill("stspaq")
    expect(page.get_by_role("option", name=re.compile("食堂食品安全"))).to_be_visible()
    assert axe.findings(page) == []
    page.keyboard.press("Enter")
    expect(title).to_be_visible()
