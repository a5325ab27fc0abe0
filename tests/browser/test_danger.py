"""On the spot an inspector reports danger from the page of the visit: asked once more, with a note."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ops import rehearse
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.conftest import START
from tests.process import phases
from tests.process.office import Office


def test_danger_is_reported_from_the_visit_and_the_urgent_task_stands_in_the_queue(
    tmp_path: Path, open_window: Callable[..., Desk], serve: Serve
) -> None:
    stage = rehearse.prepare(tmp_path, starts=START, say=lambda _line: None)
    office = Office(engine=stage.engine, clock=stage.clock)
    office.open("county_staff1", "129901-S1", title="食堂安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    office.go_to("2026-04-20")

    sandbox = serve(stage.engine, stage.clock)
    desk = open_window(sandbox, "county_inspector1")
    page = desk.page
    desk.open_tab("可认领")
    desk.open_task("现场督导")
    page.get_by_role("button", name="报告危险或违法情形").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("将立即开启“紧急处置”")).to_be_visible()
    send = dialog.get_by_role("button", name="报告危险或违法情形")
    expect(send).to_be_disabled()
    dialog.get_by_label("情况说明").fill("食堂燃气泄漏")
    send.click()
    expect(page.get_by_text("已发出，并记入流转记录")).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(desk.submit_button).to_be_visible()  # the visit goes on

    page.get_by_role("link", name="返回任务").click()
    desk.open_tab("可认领")
    expect(desk.row("紧急处置")).to_be_visible()

    staff = open_window(sandbox, "county_staff1")
    staff.open_case("食堂安全专项督导")
    expect(staff.page.get_by_role("button", name="报告危险或违法情形")).to_have_count(0)
    name = office.actor("county_inspector1").name
    expect(staff.page.get_by_role("complementary").get_by_text(name)).to_be_visible()
    staff.page.get_by_role("tab", name="流转记录").click()
    expect(staff.page.get_by_text("收到消息“报告危险或违法情形”：食堂燃气泄漏")).to_be_visible()
