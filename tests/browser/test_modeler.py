"""流程建模: long models, phones, two editors of one draft. The whole story is test_administrator.py."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from engine.clock import ManualClock
from engine.database import Database
from tests.browser import axe, modelling
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.modelling import begin_draft, elements, field, long_model, saved
from tests.browser.sandbox import Sandbox

OpenWindow = Callable[..., Desk]


@pytest.fixture
def workshop(sqlite_template: Path, clock: ManualClock, tmp_path: Path, serve: Serve) -> Sandbox:
    """The family of leave requests, live; two who edit models."""
    path = tmp_path / "sandbox.db"
    shutil.copy(sqlite_template, path)
    return serve(modelling.furnished(Database(f"sqlite:///{path}"), clock, tmp_path), clock)


def test_a_model_of_three_hundred_steps_is_opened_and_read_only_on_a_phone(
    workshop: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(workshop, "mo")
    page = desk.page
    begin_draft(desk)
    chooser = page.locator('input[type="file"]')
    began = time.perf_counter()
    model = FilePayload(name="long.bpmn", mimeType="text/xml", buffer=long_model(300))
    chooser.set_input_files([model])
    expect(elements(page).get_by_role("button", name="第300步")).to_be_visible()
    # told, and no fault: the machine of the tests has other work to do
    print(f"300 steps drawn and listed: {time.perf_counter() - began:.2f} s")  # noqa: T201
    expect(page.get_by_text(re.compile("已自动保存"))).to_be_visible()

    phone = open_window(workshop, "lin", viewport={"width": 360, "height": 740})
    phone.go(page.url.removeprefix(workshop.url))
    expect(phone.page.get_by_text("手机上只能查看")).to_be_visible()
    expect(phone.page.get_by_text("莫工正在编辑这份草稿")).to_be_visible()
    expect(phone.page.get_by_role("button", name="加定时")).to_have_count(0)
    expect(phone.page.locator(".djs-container svg").first).to_be_visible()
    page.evaluate("localStorage.setItem('dudao.language', 'en')")
    page.reload()
    expect(page.get_by_role("navigation", name="Elements")).to_be_visible()
    page.get_by_role("navigation", name="Elements").get_by_role("button").nth(4).click()


def test_a_lost_line_and_a_lost_lock_lose_nothing_of_what_was_drawn_by_keyboard(
    workshop: Sandbox, open_window: OpenWindow
) -> None:
    first = open_window(workshop, "mo")
    page = first.page
    begin_draft(first)
    address = page.url.removeprefix(workshop.url)
    assert axe.findings(page) == []
    rename(page, "经理审批", "断线时改的")
    saved(page)

    # without a line: told, kept, and sent when the line is there again
    page.context.set_offline(True)
    rename(page, "断线时改的", "断线时又改的")
    expect(page.get_by_text("未能保存。")).to_be_visible()
    page.context.set_offline(False)
    saved(page)
    # the browser reports each request that found no line
    first.faults[:] = [each for each in first.faults if "ERR_INTERNET_DISCONNECTED" not in each]

    # who reads sees who edits, and takes it over; what the first draws then stays with them
    second = open_window(workshop, "lin")
    second.go(address)
    expect(second.page.get_by_text("莫工正在编辑这份草稿")).to_be_visible()
    expect(step(second.page, "断线时又改的")).to_be_visible()
    second.page.get_by_role("button", name="接手编辑").click()
    expect(second.page.get_by_role("button", name="接手编辑")).to_have_count(0)
    rename(page, "断线时又改的", "接手之后改的")
    expect(page.get_by_text("林工正在编辑这份草稿")).to_be_visible()
    expect(step(page, "接手之后改的")).to_be_visible()
    rename(second.page, "断线时又改的", "林工改的")
    saved(second.page)
    page.get_by_role("button", name="接手编辑").click()
    expect(page.get_by_text("已保存了另一份内容")).to_be_visible()
    page.get_by_role("button", name="以我的为准").click()
    saved(page)
    page.reload()
    expect(step(page, "接手之后改的")).to_be_visible()

    # both texts are in the history
    page.get_by_role("button", name="历史").click()
    page.get_by_role("menuitem", name="历史").click()
    history = page.get_by_role("dialog")
    expect(history.get_by_role("listitem").filter(has_text="林工")).to_be_visible()
    assert axe.findings(page) == []


def step(page: Page, name: str) -> Locator:
    return elements(page).get_by_role("button", name=f"用户任务 {name}")


def rename(page: Page, old: str, new: str) -> None:
    """An element of the list, by keyboard alone."""
    step(page, old).press("Enter")
    name = field(page, "名称")
    expect(name).to_have_value(old)
    name.press("Control+a")
    page.keyboard.insert_text(new)
    name.press("Tab")
