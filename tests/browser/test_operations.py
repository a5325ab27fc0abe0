"""运维: an operator retries what broke, moves a token, and moves cases to a newer version."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from engine import tasks
from engine.actor import Actor
from engine.administration import duties
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.package import Handler, ProcessPackage, StepContext
from engine.repository import definitions
from engine.states import TaskState
from engine.tables import Task
from tests import factories
from tests.browser import axe, paper
from tests.browser.conftest import Serve, start
from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox
from tests.factories import SYSTEM

OpenWindow = Callable[..., Desk]

PLAN: Mapping[str, Any] = {
    "leader": "林老师",
    "due_on": "2026-06-30",
    "unit": "building",
    "kind": "on_time",
    "steps": [{"text": "封存档案"}],
}
APPROVED = {"outcome": "approved"}


@dataclass(kw_only=True)
class House:
    """Five cases: two broke while filing, one waits for the head, two for the staff."""

    sandbox: Sandbox
    family: ProcessPackage
    people: dict[str, Actor] = field(default_factory=dict)
    is_locked: bool = True

    def file_paper(self, _step: StepContext) -> None:
        if self.is_locked:
            raise ValueError("档案柜锁着")

    def done(self, instance_id: str, by: str, values: Mapping[str, Any]) -> None:
        with self.sandbox.engine.begin(self.people[by]) as uow:
            open_here = sa.select(Task).where(
                Task.instance_id == instance_id, Task.state == TaskState.READY
            )
            task = tasks.claim(uow, uow.session.scalars(open_here).one().id)
            tasks.complete(uow, task.id, values, revision=task.revision)

    def deploy_again(self) -> None:
        """A second version: the step of drafting has another id, and there is a step more."""
        files = {
            path: content.replace(b"draft_plan", b"write_plan")
            for path, content in self.family.files.items()
        }
        with self.sandbox.engine.begin(SYSTEM) as uow:
            definitions.deploy(uow, self.family, files=files, note="改了标识")


@pytest.fixture
def house(sqlite_template: Path, clock: ManualClock, tmp_path: Path, serve: Serve) -> House:
    path = tmp_path / "sandbox.db"
    shutil.copy(sqlite_template, path)
    plain = paper.package(tmp_path, is_flat=True, entries='second_persons = ["head"]')
    made: list[House] = []
    family = dataclasses.replace(
        plain,
        handlers={
            **plain.handlers,
            "file_paper": Handler(call=lambda step: made[0].file_paper(step)),
        },
    )
    engine = Engine(Database(f"sqlite:///{path}"), clock, [family], tmp_path / "files")
    people = {}
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        bureau = factories.organisation(uow, "office", name="督导办")
        school = factories.organisation(uow, "unit", name="第一中学")
        for username, role, name in (
            ("ada", "staff", "阿达"),
            ("cai", "head", "蔡主任"),
            ("sam", duties.SYSTEM_ADMIN, "管运维"),
        ):
            people[username] = factories.person(uow, username, (role, bureau), name=name)
        places = bureau.id, school.id
    factories.deploy(engine, "paper")
    house = House(sandbox=serve(engine, clock), family=family, people=people)
    made.append(house)
    cases = [start(engine, people["ada"], places, number=number) for number in range(1, 6)]
    clock.advance(days=7)
    for instance_id in cases[:3]:
        house.done(instance_id, "ada", PLAN)
    clock.advance(days=1)
    for instance_id in cases[:2]:
        clock.advance(minutes=1)
        house.done(instance_id, "cai", APPROVED)
    return house


def fine(page: Page) -> None:
    assert axe.findings(page) == []


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def act(page: Page, button: str, why: str) -> None:
    """The act of the open dialog, with its reason."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("理由").fill(why)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_be_hidden()


def test_an_operator_retries_looks_where_cases_stand_and_moves_a_token_with_another(
    house: House, open_window: OpenWindow
) -> None:
    desk = open_window(house.sandbox, "sam")
    page = desk.page

    # two incidents are one cause; when it is mended they are tried again together
    desk.go("/operations")
    row = page.get_by_role("row").filter(has_text="档案柜锁着")
    expect(row).to_contain_text("2 个异常")
    expect(row.get_by_role("link")).to_have_text(["测文〔2026〕1号", "测文〔2026〕2号"])
    fine(page)
    page.get_by_role("link", name="案件检索").click()
    page.get_by_role("checkbox", name="只看有异常的").check()
    expect(page.get_by_role("row").filter(has_text="归档")).to_have_count(2)
    fine(page)
    desk.go("/definitions")
    process = page.get_by_role("row").filter(has_text="来文办理")
    expect(process.get_by_role("cell")).to_contain_text(["来文办理", "1", "5", "5", "2"])
    fine(page)
    house.is_locked = False
    desk.go("/operations")
    row.get_by_role("button", name="全部重试").click()
    act(page, "全部重试", "柜子开了")
    expect(page).to_have_url(re.compile("batch="))
    house.sandbox.run_due()
    progress = region(page, "批量重试")
    expect(progress).to_contain_text("已重试 2 / 2")
    page.reload()
    expect(progress.get_by_text("已解决")).to_have_count(2)
    expect(page.get_by_text("没有未处理的异常")).to_be_visible()
    expect(region(page, "后台办理").get_by_role("link", name="批量重试")).to_be_visible()

    # numbers on the drawing, by how often and by how long; behind each the cases
    desk.go("/definitions")
    process.get_by_role("link", name="来文办理").click()
    expect(page.locator(".dudao-badge.is-waiting").filter(has_text="停 2")).to_be_visible()
    fine(page)
    page.get_by_text("停留工作日", exact=True).click()
    expect(page).to_have_url(re.compile("view=long"))
    expect(page.locator(".djs-element.is-heat-5")).to_have_count(1)
    heat = page.locator(".dudao-badge.is-heat").filter(has_text="个工作日").first
    expect(heat).to_be_visible()
    table = region(page, "各环节").get_by_role("row")
    expect(table.filter(has_text="拟定方案").get_by_role("cell")).to_contain_text(
        ["拟定方案", "2", "2", "0", "0", "0", "5", "3"]
    )
    table.filter(has_text="审批方案").get_by_role("button", name=re.compile("^列出")).click()
    standing = region(page, "停在“审批方案”的案件")
    standing.get_by_role("link", name="测文〔2026〕3号").click()

    # one token is moved back: first what it would do, then a second person of the office
    expect(page.locator(".djs-element.is-current")).to_have_count(1)
    expect(region(page, "变量").get_by_text("leader")).to_be_visible()
    fine(page)
    page.get_by_role("button", name="移动").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("目标环节").click()
    page.get_by_title("退到 拟定方案").click()
    expect(dialog.get_by_text("如果这样处理")).to_be_visible()
    expect(dialog).to_contain_text("会取消")
    fine(page)
    act(page, "提出，等待第二人确认", "方案要重写")
    second = open_window(house.sandbox, "cai")
    second.go("/admin/proposals")
    second.page.get_by_role("button", name="确认").click()
    said = second.page.get_by_role("dialog")
    expect(said).to_contain_text(re.compile("移动流程位置：审批方案.*拟定方案"))
    expect(said.get_by_role("listitem")).to_contain_text(
        ["取消任务“审批方案”", "产生任务“拟定方案”"]
    )
    fine(second.page)
    said.get_by_role("button", name="确认").click()
    expect(second.page.get_by_role("row").filter(has_text="方案要重写")).to_contain_text("已确认")
    page.reload()
    expect(region(page, "办理位置").get_by_role("row").filter(has_text="拟定方案")).to_be_visible()


def test_an_operator_moves_cases_to_a_newer_version_and_puts_one_back(
    house: House, open_window: OpenWindow
) -> None:
    house.deploy_again()
    desk = open_window(house.sandbox, "sam")
    page = desk.page
    desk.go("/operations/migrations")
    page.get_by_role("button", name="拟定方案").click()

    # both versions side by side: what is chosen on one side is marked on the other
    pairs = region(page, "环节对应")
    expect(pairs).to_contain_text("方案可行")
    row = pairs.get_by_role("row").filter(has_text="draft_plan")
    expect(row).to_contain_text("建议，请核对")
    row.get_by_role("button", name="拟定方案").click()
    new = page.get_by_role("group", name="新版本的环节")
    expect(new.locator('[data-element-id="write_plan"].is-chosen')).to_be_visible()
    old = page.get_by_role("group", name="旧版本的环节")
    expect(old.locator('[data-element-id="draft_plan"].is-mapped')).to_be_visible()
    fine(page)

    # where cases stand and nothing is said, it is said so, and why it cannot go
    row.get_by_role("combobox").click()
    page.keyboard.press("Escape")
    row.locator(".ant-select-clear").click()
    expect(pairs).to_contain_text("方案有 1 处问题")
    expect(row).to_contain_text("有案件停留，还没有对应")
    expect(old.locator('[data-element-id="draft_plan"].is-unplaced')).to_be_visible()
    row.get_by_role("combobox").click()
    page.get_by_title("拟定方案（write_plan）").click()
    expect(pairs).to_contain_text("方案可行")

    # a dry run of each case, then all but those that broke
    page.get_by_role("button", name="逐案演练").click()
    dry = region(page, "逐案演练")
    expect(dry.get_by_role("checkbox")).to_have_count(5)
    expect(dry.get_by_text("到期").first).to_be_visible()
    for number in (1, 2, 3):
        dry.get_by_role("checkbox", name=f"测文〔2026〕{number}号").uncheck()
    fine(page)
    dry.get_by_label("理由").fill("启用新版本")
    dry.get_by_role("button", name="直接开始").click()
    progress = region(page, "进度")
    expect(progress).to_contain_text("第 1 版 → 第 2 版")
    expect(progress).to_contain_text("等待 2")
    page.reload()
    progress.get_by_role("button", name="暂停").click()
    expect(progress).to_contain_text("已暂停：")
    house.sandbox.run_due()
    progress.get_by_role("button", name="继续").click()
    expect(progress).to_contain_text("进行中：")
    house.sandbox.run_due()
    expect(progress).to_contain_text("已完成：已迁移 2，未能迁移 0，等待 0，已退回 0")
    fine(page)
    page.get_by_role("row").filter(has_text="测文〔2026〕4号").get_by_role(
        "button", name="退回"
    ).click()
    act(page, "退回", "先办完")
    expect(progress).to_contain_text("已迁移 1，未能迁移 0，等待 0，已退回 1")

    # and all the others at once, in the background
    progress.get_by_role("button", name="全部退回").click()
    fine(page)
    act(page, "全部退回", "新版本停用")
    expect(progress).to_contain_text("等待退回 1")
    house.sandbox.run_due()
    expect(progress).to_contain_text("已完成：已迁移 0，未能迁移 0，等待 0，已退回 2")
