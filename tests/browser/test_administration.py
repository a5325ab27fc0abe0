"""The administrators at their screens: lists, units, posts, rules, holidays, journal.

Security, system and audit administrators each do their part of one day; axe looks at each screen and
dialog on the way, and a phone at the lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from engine.clock import ManualClock
from engine.timing import deadlines
from tests.browser import axe
from tests.browser.conftest import Serve
from tests.browser.desk import Desk, appear
from tests.browser.visiting import PHONE, open_office
from tests.factories import SYSTEM
from tests.process.conftest import Template, sample_template

__all__ = ["sample_template"]

OpenWindow = Callable[..., Desk]

#: An invented notice; the real one of 2027 is not out.
NOTICE = """\
年份,2027
依据,关于2027年部分节假日安排的通知（试拟）
日期,安排,名称
2027-01-01至2027-01-03,放假,元旦
2027-01-04,放假,元旦
2027-02-05至2027-02-11,放假,春节
2027-02-14,上班
2027-04-03至2027-04-05,放假,清明节
2027-05-01至2027-05-05,放假,劳动节
2027-06-09,放假,端午节
2027-09-15,放假,中秋节
2027-10-01至2027-10-07,放假,国庆节
"""
FAULTY = "用户名,姓名,角色,单位代码\nxin.lao,辛老师,unit_contact,129901-S1\nqu.lao,曲老师,unit_contact,没有\n"
RIGHT = FAULTY.replace("没有", "129901-S1")


def dialog_of(page: Page, title: str) -> Locator:
    """The open dialog, once it stands still."""
    dialog = page.get_by_role("dialog", name=re.compile(title))
    appear(dialog)
    return dialog


def send_list(dialog: Locator, name: str, text: str) -> None:
    dialog.get_by_label("选择文件").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def act_on(page: Page, name: str, act: str) -> None:
    page.get_by_role("button", name=f"{name} 的操作").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def choose_option(dialog: Locator, label: str, typed: str, option: str) -> None:
    box = dialog.get_by_role("combobox", name=label)
    box.click()
    box.fill(typed)
    dialog.page.locator(".ant-select-item-option").filter(has_text=option).first.click()


def test_the_security_administrator_keeps_accounts_units_and_posts_and_the_auditor_reads_it(
    sample_template: Template,
    tmp_path: Path,
    clock: ManualClock,
    serve: Serve,
    open_window: OpenWindow,
) -> None:
    office = open_office(sample_template, tmp_path, clock, serve)
    desk = open_window(office.sandbox, "secadmin")
    page = desk.page

    # a list with a fault is shown line by line, and nothing of it is written
    desk.go("/admin/users")
    page.get_by_role("button", name="导入账号").click()
    dialog = dialog_of(page, "导入账号")
    send_list(dialog, "错.csv", FAULTY)
    expect(dialog.get_by_text("第3行：没有代码为“没有”的单位。")).to_be_visible()
    expect(dialog.get_by_role("button", name="导入", exact=True)).to_be_disabled()
    assert axe.findings(page) == []
    send_list(dialog, "对.csv", RIGHT)
    expect(dialog.get_by_text("2 行都可以导入，还没有写入。")).to_be_visible()
    dialog.get_by_role("button", name="导入", exact=True).click()
    codes = dialog_of(page, "2 个新账号的激活码")
    expect(codes.get_by_role("listitem").filter(has_text="xin.lao")).to_be_visible()
    assert axe.findings(page) == []
    codes.get_by_role("button", name="已经记下").click()

    # a unit below another, found in the tree
    page.get_by_role("navigation", name="管理").get_by_role("link", name="单位", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="129901-S1")).to_be_visible()
    assert axe.findings(page) == []
    page.get_by_role("button", name="新增单位").click()
    dialog = dialog_of(page, "新增单位")
    dialog.get_by_label("单位代码").fill("129901-S9")
    dialog.get_by_label("单位名称").fill("新河小学")
    dialog.get_by_label("类别").fill("school")
    page.keyboard.press("Tab")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="新增单位").click()
    expect(dialog).to_be_hidden()
    row = page.get_by_role("row").filter(has_text="129901-S9")
    expect(row).to_contain_text("新河小学")
    act_on(page, "新河小学", "停用")
    dialog = dialog_of(page, "停用 新河小学")
    dialog.get_by_role("button", name="停用", exact=True).click()
    expect(row).to_contain_text("停用")

    # a post for somebody who came with the list
    desk.go("/admin/users?q=xin.lao")
    act_on(page, "辛老师", "设立岗位")
    dialog = dialog_of(page, "设立岗位")
    choose_option(dialog, "岗位角色", "审计", "审计管理员")
    expect(dialog.get_by_text("管理员岗位须由第二人确认。")).to_be_visible()
    choose_option(dialog, "单位", "120000-OFF", "督导")
    dialog.get_by_label("理由").fill("年度轮换")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="提出申请").click()
    expect(page.get_by_text("已提出申请，等待第二人确认")).to_be_visible()
    second = open_window(office.sandbox, "sysadmin")
    second.go("/admin/proposals")
    second.page.get_by_role("row").filter(has_text="辛老师").get_by_role(
        "button", name="确认", exact=True
    ).click()
    dialog = dialog_of(second.page, "确认")
    expect(dialog.get_by_text("年度轮换")).to_be_visible()
    assert axe.findings(second.page) == []
    dialog.get_by_role("button", name="确认", exact=True).click()
    expect(second.page.get_by_text("已确认并执行")).to_be_visible()

    # the auditor reads all of it, and changes nothing
    audit = open_window(office.sandbox, "auditadmin", **PHONE)
    for address in ("/admin/users", "/admin/organisations", "/admin/journal"):
        audit.go(address)
        expect(audit.page.get_by_role("table")).to_be_visible()
        width = audit.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["viewport"]["width"], (address, width)
        assert axe.findings(audit.page) == []
    expect(audit.page.get_by_role("row").filter(has_text="新河小学").first).to_contain_text(
        "袁守护"
    )
    audit.go("/admin/organisations")
    expect(audit.page.get_by_role("button", name="新增单位")).to_have_count(0)


def test_the_system_administrator_changes_rules_and_sees_what_moves(
    sample_template: Template,
    tmp_path: Path,
    clock: ManualClock,
    serve: Serve,
    open_window: OpenWindow,
) -> None:
    office = open_office(sample_template, tmp_path, clock, serve)
    case = office.open("county_staff1", "129901-S1", title="食堂食品安全专项督导")
    with office.engine.begin(SYSTEM) as uow:
        deadlines.open(uow, case, "group.form", starts_on="2026-12-30", scope_id="late")
    desk = open_window(office.sandbox, "sysadmin")
    page = desk.page

    desk.go("/admin/periods")
    page.get_by_label("名称或编号").fill("group.form")
    expect(page.get_by_role("row").filter(has_text="group.form")).to_be_visible()
    assert axe.findings(page) == []
    period = page.get_by_role("row").filter(has_text="group.form")
    period.get_by_role("button", name="调整", exact=True).click()
    dialog = dialog_of(page, "调整")
    dialog.get_by_label("数量").fill("8")
    expect(dialog.get_by_role("row").filter(has_text="组建督导小组").first).to_be_visible()
    dialog.get_by_label("调整的依据").fill("督导办二〇二六年第三次办公会纪要")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="调整", exact=True).click()
    expect(page.get_by_text(re.compile("已调整；进行中的"))).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(period).to_contain_text("8 个工作日")

    page.get_by_role("link", name="提醒阶梯").click()
    first = page.get_by_role("button", name="调整", exact=True).first
    expect(first).to_be_visible()
    assert axe.findings(page) == []
    first.click()
    dialog = dialog_of(page, "调整")
    dialog.get_by_role("button", name="增加一级").click()
    dialog.get_by_label("调整的依据").fill("督导办二〇二六年第三次办公会纪要")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="调整", exact=True).click()
    expect(page.get_by_text(re.compile("进行中的期限从下一级提醒起"))).to_be_visible()

    page.get_by_role("link", name="放假安排").click()
    page.get_by_role("button", name="导入通知").click()
    dialog = dialog_of(page, "导入通知")
    dialog.get_by_label("通知内容").fill(NOTICE)
    dialog.get_by_role("button", name="核对", exact=True).click()
    expect(dialog.get_by_role("row").filter(has_text="组建督导小组")).to_be_visible()
    dialog.get_by_label("理由").fill("通知已公布")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="导入通知").click()
    expect(dialog).to_be_hidden()
    assert office.sandbox is not None
    office.sandbox.run_due()
    page.reload()
    expect(page.get_by_role("row").filter(has_text="通知已公布")).to_be_visible()
    assert axe.findings(page) == []


def test_a_person_keeps_tokens_delegations_settings_and_reads_figures_in_english(
    sample_template: Template,
    tmp_path: Path,
    clock: ManualClock,
    serve: Serve,
    open_window: OpenWindow,
) -> None:
    office = open_office(sample_template, tmp_path, clock, serve)
    office.open("county_staff1", "129901-S1", title="食堂食品安全专项督导")
    desk = open_window(office.sandbox, "county_staff1")
    page = desk.page

    desk.go("/account")
    # not check(): the box is ticked when the server has answered
    page.get_by_role("checkbox", name="办结后自动打开下一项").click()
    expect(page.get_by_role("checkbox", name="办结后自动打开下一项")).to_be_checked()
    page.get_by_label("名称").fill("月报脚本")
    page.get_by_role("button", name="建立", exact=True).click()
    expect(page.get_by_text(re.compile("^dudao_"))).to_be_visible()
    assert axe.findings(page) == []
    page.reload()
    expect(page.get_by_role("checkbox", name="办结后自动打开下一项")).to_be_checked()

    desk.go("/delegations")
    page.get_by_role("button", name="设立委托").click()
    dialog = dialog_of(page, "设立委托")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name=re.compile("取")).click()

    desk.go("/dashboard")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("XLSX")).first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert axe.findings(page) == []
    desk.go("/wall")
    expect(page.get_by_role("heading").first).to_be_visible()
    assert axe.findings(page) == []

    # a filter of the case list for the whole unit, kept in Chinese, used in English
    desk.go("/cases?mine=true&year=2026")
    page.get_by_role("button", name="筛选", exact=False).click()
    dialog = dialog_of(page, "筛选")
    dialog.get_by_label("名称").fill("今年我的")
    assert axe.findings(page) == []
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(dialog).to_be_hidden()
    desk.go("/cases")
    page.get_by_role("navigation", name="保存的筛选").get_by_role("link", name="今年我的").click()
    expect(page).to_have_url(re.compile("mine=true.*year=2026|year=2026.*mine=true"))

    page.get_by_role("banner").locator("[aria-haspopup=menu]").click()
    page.get_by_role("menuitem", name="English").click()
    page.get_by_role("link", name="食堂食品安全专项督导").click()
    rail = page.get_by_role("complementary")
    expect(rail.get_by_text(re.compile("5 working days from the day after"))).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Diagram")).click()
    page.get_by_text("As a list").click()
    done = page.get_by_role("listitem").filter(has_text="立项").get_by_role("button").first
    done.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("panel=history&at="))
    sought = page.locator("li:focus")
    expect(sought).to_be_visible()
    sought.get_by_role("button", name=re.compile("in the diagram")).click()
    expect(page.get_by_role("tabpanel").locator("li[aria-current=step]")).to_be_visible()
    assert axe.findings(page) == []
