"""A whole day at the desk by the keyboard alone: nothing here clicks, fills or sets a focus.

Who cannot use a mouse signs in, skips to the content, claims, fills in, submits, goes on with the next
task, opens dialogs and comes back to where they were; axe looks at each screen on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser import axe
from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox
from tests.browser.test_office_work import second_case
from tests.browser.test_task_page import saved
from tests.factories import PASSWORD

#: More stops than any of these screens has.
STOPS = 120


def walk_to(desk: Desk, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there; where it never comes, no keyboard reaches it."""
    expect(target).to_be_attached()
    for _ in range(STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        desk.page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {target}")


def press(desk: Desk, target: Locator) -> None:
    """Walk there, and Enter."""
    walk_to(desk, target)
    desk.page.keyboard.press("Enter")


def button(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("button", name=name, exact=True)


def open_tab(desk: Desk, name: str) -> None:
    tabs = desk.page.get_by_role("navigation", name="任务分类")
    press(desk, tabs.get_by_role("link", name=re.compile(f"^{name}")))


def sign_in(desk: Desk, username: str) -> None:
    keys = desk.page.keyboard
    desk.go("/sign-in")
    expect(desk.page.get_by_label("账号")).to_be_focused()
    assert axe.findings(desk.page) == []
    keys.type(username)
    walk_to(desk, desk.page.get_by_label("密码", exact=True))
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(desk.page.get_by_role("heading", name="任务", exact=True)).to_be_visible()


def fill_plan(desk: Desk, leader: str) -> None:
    """Every required field, in the order in which Tab comes by."""
    page, keys = desk.page, desk.page.keyboard
    walk_to(desk, page.get_by_label("负责人"))
    keys.type(leader)
    walk_to(desk, page.get_by_label("完成日期"))
    keys.type("2026-04-20")
    keys.press("Enter")
    keys.press("Escape")
    walk_to(desk, page.locator(".fjs-form-field-select .fjs-input-group input"))
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Enter")
    walk_to(desk, page.get_by_label("按期"))
    keys.press("Space")
    walk_to(desk, page.get_by_label("内容"))
    keys.type("腾空二层。")
    saved(page)


def test_a_day_at_the_desk_without_the_mouse(
    office: Sandbox, open_window: Callable[..., Desk]
) -> None:
    second_case(office)
    ada = open_window(office)
    page, keys = ada.page, ada.page.keyboard
    sign_in(ada, "ada")

    # past the head of the page
    page.reload()
    expect(page.get_by_role("heading", name="任务", exact=True)).to_be_visible()
    keys.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    # the list: both claimed from it, the second chosen and left again, the help read
    open_tab(ada, "可认领")
    rows = page.get_by_role("row").filter(has_text="拟定方案")
    expect(rows).to_have_count(2)
    assert axe.findings(page) == []
    keys.press("j")
    keys.press("x")
    expect(page.get_by_role("region", name="批量办理")).to_contain_text("已选1项")
    assert axe.findings(page) == []
    keys.press("x")
    press(ada, page.get_by_role("button", name=re.compile("^键盘操作")))
    expect(page.get_by_role("dialog")).to_contain_text("上一项")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^键盘操作"))).to_be_focused()
    for left in (1, 0):
        keys.press("j")
        keys.press("a")
        expect(rows).to_have_count(left)
    open_tab(ada, "我的待办")
    expect(rows).to_have_count(2)
    keys.press("k")  # from wherever the list remembers
    for key, chosen in (("k", 0), ("j", 1), ("k", 0)):
        keys.press(key)
        expect(rows.nth(chosen)).to_have_attribute("aria-selected", "true")
    keys.press("Enter")

    # a task: a dialog is opened from the menu and left, the form filled in, the next task taken
    expect(page.get_by_role("heading", level=1, name="拟定方案")).to_be_visible()
    first = page.url
    expect(page.get_by_label("负责人")).to_be_editable()
    leave_a_dialog(ada)
    fill_plan(ada, "林老师")
    assert axe.findings(page) == []
    press(ada, button(ada, "提交"))
    expect(page.get_by_text("记录已写入流转记录")).to_be_visible()
    onward = page.get_by_role("paragraph").filter(has_text="您的下一项待办")
    press(ada, onward.get_by_role("link", name="拟定方案"))
    expect(page).not_to_have_url(first)
    expect(page.get_by_label("负责人")).to_be_editable()
    fill_plan(ada, "王老师")
    press(ada, button(ada, "提交"))
    expect(page.get_by_text("记录已写入流转记录")).to_be_visible()

    # the head returns one of the two
    cai = open_window(office)
    sign_in(cai, "cai")
    open_tab(cai, "可认领")
    expect(cai.row("审批方案")).to_have_count(2)
    cai.page.keyboard.press("j")
    cai.page.keyboard.press("Enter")
    expect(cai.page.get_by_role("heading", level=1, name="审批方案")).to_be_visible()
    press(cai, button(cai, "认领"))
    press(cai, button(cai, "退回"))
    dialog = cai.page.get_by_role("dialog", name="退回")
    expect(dialog.get_by_text("退回之后")).to_be_visible()
    assert axe.findings(cai.page) == []
    walk_to(cai, dialog.get_by_label("退回意见"))
    cai.page.keyboard.type("请补充工期。")
    press(cai, dialog.get_by_role("button", name="退回", exact=True))
    expect(cai.page.get_by_text("已退回“拟定方案”").first).to_be_visible()


def test_a_task_is_lent_and_passed_on_with_others_without_the_mouse(
    office: Sandbox, open_window: Callable[..., Desk]
) -> None:
    desk = open_window(office, "ada")
    page, keys = desk.page, desk.page.keyboard
    open_tab(desk, "可认领")
    rows = page.get_by_role("row").filter(has_text="拟定方案")
    expect(rows).to_have_count(1)
    keys.press("j")
    keys.press("a")
    expect(rows).to_have_count(0)
    open_tab(desk, "我的待办")
    expect(rows).to_have_count(1)

    # from the list, as one of many; left before it is done
    keys.press("k")
    expect(rows).to_have_attribute("aria-selected", "true")
    keys.press("x")
    press(desk, button(desk, "批量转办"))
    many = page.get_by_role("dialog", name="批量转办")
    walk_to(desk, many.get_by_label("事由"))
    keys.type("出差一周。")
    assert axe.findings(page) == []
    keys.press("Escape")
    expect(many).to_be_hidden()

    # lent to a colleague
    keys.press("k")
    keys.press("Enter")
    expect(page.get_by_label("负责人")).to_be_editable()
    dialog = choose_act(desk, "委派")
    choose_by_typing(desk, dialog.get_by_role("combobox", name="接办人"))
    walk_to(desk, dialog.get_by_label("事由"))
    keys.type("请先核对工期。")
    assert axe.findings(page) == []
    press(desk, dialog.get_by_role("button", name="委派", exact=True))
    expect(page.get_by_text("已委派给鲍勃，办好后交回您。").first).to_be_visible()


def choose_act(desk: Desk, name: str) -> Locator:
    """An act of the menu 更多; its dialog."""
    press(desk, button(desk, "更多"))
    item = desk.page.get_by_role("menuitem", name=name, exact=True)
    expect(item).to_be_visible()
    walk_to(desk, item, "ArrowDown")
    desk.page.keyboard.press("Enter")
    return desk.page.get_by_role("dialog", name=name)


def choose_by_typing(desk: Desk, box: Locator) -> None:
    """Bob, of whom a part of the name is typed."""
    walk_to(desk, box)
    desk.page.keyboard.type("鲍")
    expect(desk.page.locator(".ant-select-item-option")).to_have_text(["鲍勃"])
    desk.page.keyboard.press("Enter")


def leave_a_dialog(desk: Desk) -> None:
    """更多 → 转办: the focus is kept inside while it is open, and is back at 更多 after Escape."""
    page, keys = desk.page, desk.page.keyboard
    press(desk, button(desk, "更多"))
    item = page.get_by_role("menuitem", name="转办", exact=True)
    expect(item).to_be_visible()
    assert axe.findings(page) == []
    walk_to(desk, item, "ArrowDown")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="转办")
    expect(dialog).to_be_visible()
    for _ in range(12):
        keys.press("Tab")
        # from its end the browser itself has the focus for a moment; what lies behind never has
        assert dialog.evaluate(
            "box => [document.body, ...box.querySelectorAll('*')].includes(document.activeElement)"
        )
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button(desk, "更多")).to_be_focused()
