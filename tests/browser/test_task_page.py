"""The task page: form, autosave, refusals at their fields, uploads, conflicts, what comes after."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from engine.tables import Task
from tests.browser.desk import Desk, appear, choose
from tests.browser.sandbox import Sandbox
from tests.factories import PASSWORD, SYSTEM

OpenWindow = Callable[..., Desk]

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def desk(office: Sandbox, open_window: OpenWindow) -> Desk:
    """Ada's window with the task claimed and open."""
    window = open_window(office, "ada")
    window.open_tab("可认领")
    window.open_task("拟定方案")
    return window


def fill_plan(page: Page, **changes: str) -> None:
    """Every required field of the form."""
    values: Mapping[str, str] = {"leader": "林老师", "step": "腾空二层，改建实验室。", **changes}
    page.get_by_label("负责人").fill(values["leader"])
    page.get_by_label("完成日期").fill("2026-04-20")
    page.get_by_label("完成日期").press("Enter")
    choose(page, "牵头部门", "财务科")
    page.get_by_label("按期").check()
    page.get_by_label("内容").fill(values["step"])


def saved(page: Page) -> None:
    """Waits until what is typed is kept on the server."""
    appear(page.get_by_text(re.compile(r"已自动保存 \d\d:\d\d")))


def test_a_plan_is_filled_in_submitted_and_approved_by_the_head(
    office: Sandbox, desk: Desk, open_window: OpenWindow
) -> None:
    fill_plan(desk.page)
    desk.submit()
    expect(desk.page.get_by_text("“拟定方案”已办结")).to_be_visible()

    head = open_window(office, "cai")
    head.open_tab("可认领")
    head.open_task("审批方案")
    expect(head.page.get_by_label("负责人")).to_have_value("林老师")
    head.page.get_by_label("同意").check()
    head.submit()
    expect(head.page.get_by_text("本案流程已全部办结")).to_be_visible()


def test_what_is_typed_is_saved_by_itself_and_is_there_again(office: Sandbox, desk: Desk) -> None:
    office.clock.advance(minutes=34)
    desk.page.get_by_label("负责人").fill("林老师")
    expect(desk.page.get_by_text("已自动保存 09:34")).to_be_visible()
    desk.page.reload()
    expect(desk.page.get_by_label("负责人")).to_have_value("林老师")
    desk.go("/tasks")
    expect(desk.row("拟定方案")).to_contain_text("有草稿")


def test_leaving_the_page_at_once_saves_first(desk: Desk) -> None:
    desk.page.get_by_label("负责人").fill("王老师")
    desk.page.get_by_role("link", name="返回任务").click()
    desk.row("拟定方案").get_by_role("link").click()
    expect(desk.page.get_by_label("负责人")).to_have_value("王老师")


def test_the_browser_names_what_is_missing_in_chinese_before_anything_is_sent(desk: Desk) -> None:
    desk.submit_button.click()
    expect(desk.page.get_by_text("还有内容需要改正")).to_be_visible()
    expect(desk.page.get_by_text("此项必填。").first).to_be_visible()
    expect(desk.page.get_by_label("负责人")).to_be_focused()


def test_a_refusal_stands_at_its_fields_and_keeps_what_was_typed(desk: Desk) -> None:
    fill_plan(desk.page, leader="外人")
    desk.page.get_by_role("button", name="增加一项").click()
    desk.page.get_by_label("内容").nth(1).fill("待定")
    desk.submit_button.click()

    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text("方案有 2 处需要改正")
    expect(alert).to_contain_text("内容（第2项）：措施不能待定。")
    fields = desk.page.locator(".fjs-form")
    expect(fields.get_by_text("负责人不在名册中。")).to_be_visible()
    expect(fields.get_by_text("措施不能待定。")).to_be_visible()
    expect(desk.page.get_by_label("负责人")).to_have_value("外人")

    desk.page.get_by_label("负责人").fill("林老师")
    desk.page.get_by_label("内容").nth(1).fill("四月前完成。")
    desk.submit()


def test_a_field_that_appears_is_asked_for_and_one_that_hides_is_not_sent(
    office: Sandbox, desk: Desk
) -> None:
    fill_plan(desk.page)
    expect(desk.page.get_by_label("延期理由")).to_be_hidden()
    desk.page.get_by_label("延期", exact=True).check()
    desk.submit_button.click()
    expect(desk.page.get_by_text("此项必填。")).to_be_visible()
    desk.page.get_by_label("延期理由").fill("施工许可未下达。")
    desk.page.get_by_label("按期").check()
    desk.submit()


def test_a_file_is_stored_when_it_is_chosen_and_a_refused_one_is_named(
    office: Sandbox, desk: Desk
) -> None:
    good = FilePayload(name="检测报告.pdf", mimeType="application/pdf", buffer=PDF)
    bad = FilePayload(name="工具.exe", mimeType="application/octet-stream", buffer=b"MZ" * 40)
    desk.page.locator(".file-field-choose input").set_input_files([bad, good])
    expect(desk.page.locator(".fjs-form").get_by_text("工具.exe: ")).to_be_visible()
    link = desk.page.get_by_role("link", name="检测报告.pdf")
    expect(link).to_be_visible()
    saved(desk.page)
    with desk.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "检测报告.pdf"
    assert download.value.path().read_bytes() == PDF

    desk.page.reload()
    expect(desk.page.get_by_role("link", name="检测报告.pdf")).to_be_visible()
    fill_plan(desk.page)
    desk.submit()
    desk.page.get_by_role("tab", name="材料").click()
    expect(desk.page.get_by_role("link", name="检测报告.pdf")).to_be_visible()


def test_a_task_changed_elsewhere_is_told_and_both_roads_are_open(
    office: Sandbox, desk: Desk, open_window: OpenWindow
) -> None:
    other = open_window(office, "ada")
    other.go("/tasks")
    other.row("拟定方案").get_by_role("link").click()
    other.page.get_by_label("负责人").fill("别的窗口")
    saved(other.page)

    desk.page.get_by_label("负责人").fill("这个窗口")
    expect(desk.page.get_by_text("这项任务刚刚发生了变化")).to_be_visible()
    expect(desk.page.get_by_label("负责人")).to_have_value("这个窗口")
    desk.page.get_by_role("button", name="保留我填写的内容").click()
    saved(desk.page)
    expect(desk.page.get_by_label("负责人")).to_have_value("这个窗口")

    other.page.get_by_label("负责人").fill("又改了")
    other.page.get_by_role("button", name="载入最新内容").click()
    expect(other.page.get_by_label("负责人")).to_have_value("这个窗口")


def test_a_session_that_ended_is_taken_up_again_without_losing_a_word(
    office: Sandbox, desk: Desk
) -> None:
    desk.page.context.clear_cookies()
    desk.page.get_by_label("负责人").fill("写了一半")
    dialog = desk.page.get_by_role("dialog", name="登录已过期")
    dialog.get_by_label("密码", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_be_hidden()
    saved(desk.page)
    expect(desk.page.get_by_label("负责人")).to_have_value("写了一半")
    with office.engine.read(SYSTEM) as uow:
        draft = uow.session.scalars(select(Task)).one().draft
    assert draft is not None
    assert draft["leader"] == "写了一半"


def test_a_failure_of_a_later_step_is_told_without_undoing_the_act(
    office: Sandbox, desk: Desk, open_window: OpenWindow
) -> None:
    fill_plan(desk.page)
    desk.submit()
    head = open_window(office, "cai")
    head.open_tab("可认领")
    head.open_task("审批方案")
    head.page.get_by_label("同意").check()
    head.page.get_by_label("意见").fill("档案室没人")
    head.submit()
    expect(head.page.get_by_text("后续的自动步骤没有完成")).to_be_visible()
    head.page.get_by_role("link", name="查看案件").click()
    expect(head.page.get_by_text("1处异常")).to_be_visible()


def test_a_task_is_handed_over_to_a_colleague(
    office: Sandbox, desk: Desk, open_window: OpenWindow
) -> None:
    desk.page.get_by_label("负责人").fill("林老师")
    desk.more("转办")
    dialog = desk.page.get_by_role("dialog", name="转办")
    dialog.get_by_role("combobox", name="接办人").click()
    desk.page.get_by_title("鲍勃").click()
    dialog.get_by_label("事由").fill("出差一周。")
    dialog.get_by_role("button", name="转办").click()
    expect(desk.page.get_by_text("已转给鲍勃。")).to_be_visible()
    expect(desk.submit_button).to_be_hidden()

    colleague = open_window(office, "bob")
    colleague.row("拟定方案").get_by_role("link").click()
    expect(colleague.page.get_by_label("负责人")).to_have_value("林老师")


def test_the_deadline_card_says_until_when_on_which_ground_and_why(desk: Desk) -> None:
    card = desk.page.get_by_role("region", name="办理期限")
    expect(card).to_contain_text("2026年3月9日")
    expect(card).to_contain_text("默认值，无法定期限")
    expect(card).to_contain_text("系统默认")
    expect(card).to_contain_text("收到通知")
    expect(card).to_contain_text("视为放弃")


def test_an_address_of_a_task_that_is_not_there_says_so(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    desk.go("/tasks/" + "0" * 32)
    expect(desk.page.get_by_role("heading", name="没有找到")).to_be_visible()
    desk.go("/no/such/page")
    expect(desk.page.get_by_role("heading", name="没有找到")).to_be_visible()
