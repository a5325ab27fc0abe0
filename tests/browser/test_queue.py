"""The queue: tabs with counts, filters in the address, the keyboard, claiming from the row."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox

OpenWindow = Callable[..., Desk]


def test_a_task_is_claimed_from_its_row_and_moves_to_my_tasks(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    tabs = desk.page.get_by_role("navigation", name="任务分类")
    expect(tabs.get_by_role("link", name="可认领 1")).to_be_visible()

    desk.open_tab("可认领")
    row = desk.row("关于校舍安全的来文")
    expect(row).to_contain_text("测文〔2026〕1号")
    expect(row).to_contain_text("剩5个工作日")
    row.get_by_role("button", name="认领").click()

    expect(tabs.get_by_role("link", name="我的待办 1")).to_be_visible()
    expect(desk.page.get_by_text("没有可认领的任务")).to_be_visible()
    desk.open_tab("我的待办")
    expect(desk.row("拟定方案")).to_be_visible()


def test_the_tab_the_search_and_the_order_live_in_the_address(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    desk.open_tab("可认领")
    desk.page.get_by_role("searchbox").fill("校舍")
    expect(desk.page).to_have_url(re.compile(r"tab=claimable.*q=%E6%A0%A1%E8%88%8D"))
    expect(desk.row("拟定方案")).to_be_visible()

    desk.go("/tasks?tab=claimable&q=%E9%A3%9F%E5%A0%82")
    expect(desk.page.get_by_text("没有与“食堂”相符的任务")).to_be_visible()
    expect(desk.page.get_by_role("searchbox")).to_have_value("食堂")


def test_the_keyboard_moves_claims_opens_and_comes_back_to_the_same_row(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    desk.open_tab("可认领")
    expect(desk.row("拟定方案")).to_be_visible()
    keys = desk.page.keyboard
    keys.press("?")
    expect(desk.page.get_by_role("dialog")).to_contain_text("上一项")
    keys.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()

    keys.press("j")
    expect(desk.row("拟定方案")).to_have_attribute("aria-selected", "true")
    keys.press("a")
    expect(desk.page.get_by_text("没有可认领的任务")).to_be_visible()
    desk.open_tab("我的待办")
    expect(desk.row("拟定方案")).to_have_attribute("aria-selected", "true")
    keys.press("j")
    keys.press("Enter")
    expect(desk.page.get_by_role("heading", level=1, name="拟定方案")).to_be_visible()
    desk.page.go_back()
    expect(desk.row("拟定方案")).to_have_attribute("aria-selected", "true")

    keys.press("/")
    expect(desk.page.get_by_role("searchbox")).to_be_focused()


def test_an_overdue_task_says_so_in_words_and_is_counted(
    office: Sandbox, open_window: OpenWindow
) -> None:
    office.pass_time(days=10)
    desk = open_window(office, "ada")
    desk.open_tab("逾期")
    expect(desk.row("拟定方案")).to_contain_text("逾期3个工作日")


def test_a_phone_shows_cards_and_no_table(office: Sandbox, open_window: OpenWindow) -> None:
    desk = open_window(office, "ada", viewport={"width": 360, "height": 740})
    desk.open_tab("可认领")
    card = desk.page.get_by_role("listitem").filter(has_text="拟定方案")
    expect(card).to_contain_text("剩5个工作日")
    expect(desk.page.get_by_role("table")).to_have_count(0)
    card.get_by_role("link", name="拟定方案").click()
    expect(desk.page.get_by_role("button", name="认领")).to_be_in_viewport()
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


def test_who_is_not_signed_in_comes_back_to_the_address_asked_for(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office)
    desk.go("/cases?q=%E6%A0%A1%E8%88%8D")
    desk.page.get_by_label("账号").fill("ada")
    desk.page.get_by_label("密码", exact=True).fill("wrong")
    desk.page.get_by_role("button", name="登录").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("密码")

    desk.page.get_by_label("密码", exact=True).fill("a long sentence for tests")
    desk.page.get_by_role("button", name="登录").click()
    expect(desk.page.get_by_role("heading", name="案件", exact=True)).to_be_visible()
    expect(desk.page.get_by_role("searchbox")).to_have_value("校舍")
    desk.sign_out()
