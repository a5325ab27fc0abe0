"""The administrator's story: the live rectification model is changed while two cases run through it.

A step, a timer and a field are added; the check finds the fault; it is mended, rehearsed, compared,
deployed by two people, the cases are moved to it, and people finish them the new way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine.administration import duties
from engine.clock import ManualClock
from engine.states import InstanceState
from engine.tables import Instance
from ops.troupe import Troupe
from tests import factories
from tests.browser import axe
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.modelling import (
    MADE_MS,
    add_text_field,
    append,
    begin_draft,
    check,
    choose,
    field,
    go_to_step,
    open_model,
    part,
    saved,
)
from tests.browser.visiting import VisitedOffice, open_office
from tests.process import phases
from tests.process.conftest import Template, sample_template
from tests.process.office import SYSTEM

__all__ = ["sample_template"]

OpenWindow = Callable[..., Desk]

MODEL = "单个问题的整改与销号"
STEP, FIELD = "复核核查材料", "材料编号"
TITLES = ("食堂食品安全专项督导", "校车安全专项督导")


@pytest.fixture
def running(
    sample_template: Template, tmp_path: Path, clock: ManualClock, serve: Serve
) -> VisitedOffice:
    """Two cases whose schools rectify; somebody edits models."""
    office = open_office(sample_template, tmp_path, clock, serve)
    office.engine.sandboxes_dir = tmp_path / "sandboxes"
    office.engine.troupe = Troupe()
    with office.engine.begin(SYSTEM) as uow:
        house = factories.organisation(uow, "house", name="信息中心")
        factories.person(uow, "mo", (duties.MODEL_EDITOR, house), name="莫工")
    for title in TITLES:
        office.open("county_staff1", "129901-S1", title=title)
        phases.prepare(office, visit_on="2026-04-20")
        office.days(1)  # whose step waits longest is done first
    for _ in TITLES:
        phases.inspect(office, visit_on="2026-04-20")
        phases.conclude(office)
        phases.report(office)
        phases.order_rectification(office)
    return office


def test_the_live_rectification_model_is_changed_and_two_running_cases_finish_on_it(
    running: VisitedOffice, open_window: OpenWindow
) -> None:
    editor = open_window(running.sandbox, "mo")
    begin_draft(editor, "教育督导问责")
    change_the_model(editor)
    rehearse(editor)
    second = open_window(running.sandbox, "county_head")
    deploy_by_two(editor, second)
    migrate(running, editor, second)
    finish(running, open_window)


def change_the_model(desk: Desk) -> None:
    """A step, its limit as a timer on its edge, and a field on its form; a fault found and mended."""
    page = desk.page
    open_model(page, MODEL, "完成 → 提出销号").click()
    append(page, "在这里插入", "用户任务")
    field(page, "名称").fill(STEP)
    field(page, "标识").fill("propose_closure")
    expect(page.get_by_text("这个标识已用在别处")).to_be_visible()
    field(page, "标识").fill("review_verification")
    choose(page, "候选岗位", "（office_staff）")
    choose(page, "候选岗位", "（district_office）")
    choose(page, "表单", "closure_proposal")
    choose(page, "期限", "office.step")
    page.get_by_role("button", name="加定时").click()
    field(page, "名称").fill("复核逾期")
    page.get_by_role("button", name="写表达式").click()
    field(page, "期限").fill("office.stap")
    append(page, "在后面加", "结束事件")
    saved(page)

    problems = check(page, "1个问题")
    expect(page.locator(".has-fault")).to_have_count(1)
    assert axe.findings(page) == []
    problems.get_by_role("row", name=re.compile("没有期限参数 office.stap")).get_by_role(
        "button"
    ).click()
    expect(field(page, "名称")).to_have_value("复核逾期")
    choose(page, "期限", "office.step")
    check(page, "没有发现问题")
    expect(page.locator(".has-fault")).to_have_count(0)

    part(page, "closure_proposal").click()
    add_text_field(page, label=FIELD, key="material_number")


def rehearse(desk: Desk) -> None:
    """A sample story comes to the new step, where it does not fit any more; from there by hand."""
    page = desk.page
    go_to_step(page, "预演")
    page.get_by_label("情节").click()
    page.get_by_title("青禾县第一中学违规补课专项督导").click()
    page.get_by_role("button", name="开始预演").click()
    stopped = page.get_by_text("情节走不下去")
    expect(stopped).to_be_visible(timeout=MADE_MS)  # in pieces, one after the other
    step = page.get_by_role("listitem").filter(has_text=STEP)
    step.get_by_role("button", name="办理").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(FIELD).fill("预-1")
    dialog.get_by_label("销号理由").fill("材料齐全")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="提交").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="提出销号").first).to_be_visible()
    reminded = page.get_by_role("listitem").filter(has_text=re.compile("将于.*到期"))
    before = reminded.count()
    page.get_by_role("button", name="走到下一件事").click()
    expect(reminded.nth(before)).to_be_visible()


def deploy_by_two(desk: Desk, second: Desk) -> None:
    """Compared, proposed with a note, compared by a second person, confirmed; the way to migrate."""
    page = desk.page
    go_to_step(page, "比较")
    expect(page.get_by_text(f"新增“{STEP}”")).to_be_visible()
    expect(page.get_by_text(re.compile(f"新增栏目“{FIELD}”"))).to_be_visible()
    expect(page.locator(".djs-element.is-added").first).to_be_visible()
    go_to_step(page, "部署")
    expect(page.get_by_text("检查通过", exact=True)).to_be_visible()
    propose = page.get_by_role("button", name="提出部署申请")
    propose.click()
    expect(page.get_by_text("请写明改了什么、为什么改。")).to_be_visible()
    page.get_by_label("部署说明").fill("销号前由督导办复核核查材料")
    propose.click()
    address = page.get_by_role("link", name="查看申请")
    expect(address).to_be_visible()

    other = second.page
    second.go("/admin/proposals")
    other.get_by_role("row", name=re.compile("部署")).get_by_role("link", name="查看改动").click()
    expect(other.get_by_text("销号前由督导办复核核查材料")).to_be_visible()
    expect(other.get_by_text(f"新增“{STEP}”")).to_be_visible()
    expect(other.get_by_text(re.compile(f"新增栏目“{FIELD}”"))).to_be_visible()
    expect(other.locator(".djs-element.is-added").first).to_be_visible()
    mark = other.locator(".bjs-powered-by").last
    mark.scroll_into_view_if_needed()
    expect(mark).to_be_in_viewport(ratio=1)
    assert axe.findings(other) == []
    other.get_by_label("意见").fill("看过")
    other.get_by_role("button", name="确认部署").click()
    expect(other.get_by_text("已确认，已部署")).to_be_visible()

    address.click()
    page.get_by_role("link", name="迁移正在办理的案件").click()


def migrate(office: VisitedOffice, desk: Desk, second: Desk) -> None:
    """What goes where, what becomes of each case, with its dates; then by two people."""
    page = desk.page
    page.get_by_role("button", name="检查方案").click()
    expect(page.get_by_text("方案可行")).to_be_visible()
    page.get_by_role("button", name="逐案演练").click()
    cases = page.get_by_role("row").filter(has_text="可以迁移")
    expect(cases).to_have_count(len(TITLES))
    for number in range(len(TITLES)):  # where it stands, and when that is due
        expect(cases.nth(number)).to_contain_text(re.compile(r"整改并报告结果.*\d\d-\d\d"))
    page.get_by_label("理由").fill("按新的销号流程办理")
    page.get_by_role("button", name="提出迁移（两人办理）").click()
    expect(page.get_by_role("heading", name="双人事项")).to_be_visible()

    other = second.page
    second.go("/admin/proposals")
    other.get_by_role("row", name=re.compile("迁移")).get_by_role("button", name="确认").click()
    other.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(other.get_by_role("dialog")).to_have_count(0)
    assert office.sandbox is not None
    office.sandbox.run_due()
    desk.go("/operations/migrations")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("已迁移 2")).to_be_visible()


def finish(office: VisitedOffice, open_window: OpenWindow) -> None:
    """The new step is done at the screen for one case; then both go to their archive."""
    office.days(10)
    office.do_each("carry_out_rectification", outcome="report")
    office.days(3)
    options = office.context("verify_problem")["member_options"]
    office.do_each(
        "verify_problem", verifiers=[row["value"] for row in options[:2]], verification="done"
    )
    desk = open_window(office.sandbox, "county_staff1")
    desk.open_tab("可认领")
    desk.open_task(STEP)
    expect(desk.page.get_by_text(FIELD)).to_be_visible()
    desk.page.get_by_label("销号理由").fill("材料齐全")
    desk.page.get_by_label(FIELD).fill("青督核〔2026〕1号")
    desk.submit()
    office.do("review_verification", reason="材料齐全", material_number="青督核〔2026〕2号")
    office.do_each("propose_closure")
    office.do_each("confirm_closure", outcome="confirm")
    for step in (
        "submit_rectification_report",
        "publish_rectification",
        "urge_rectification",
        "send_to_appraisal",
        "archive_case",
    ):
        office.do_each(step)
    assert office.waiting() == []
    states = {row.state for row in office.rows(Instance)}
    assert states == {InstanceState.COMPLETED}
