"""Handler and supervisor at their desks: pass on, counter-sign, return, urge, copy, many at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, expect

from engine.actor import Actor
from engine.identity import posts
from engine.tables import Organisation, User
from tests.browser import axe
from tests.browser.conftest import start
from tests.browser.desk import Desk, appear
from tests.browser.sandbox import Sandbox
from tests.browser.test_task_page import fill_plan, saved
from tests.factories import SYSTEM

OpenWindow = Callable[..., Desk]


def actor(office: Sandbox, username: str) -> Actor:
    with office.engine.read(SYSTEM) as uow:
        user_id = uow.session.scalars(sa.select(User.id).where(User.username == username)).one()
        return posts.actor_of(uow, user_id)


def second_case(office: Sandbox) -> None:
    more_cases(office, 1)


def more_cases(office: Sandbox, count: int) -> None:
    with office.engine.read(SYSTEM) as uow:
        rows = uow.session.execute(sa.select(Organisation.name, Organisation.id))
        places = {row.name: row.id for row in rows}
    ada, between = actor(office, "ada"), (places["督导办"], places["第一中学"])
    for number in range(2, count + 2):
        start(office.engine, ada, between, number=number)


def choose_person(dialog: Locator, label: str, name: str) -> None:
    dialog.get_by_role("combobox", name=re.compile(label)).click()
    dialog.page.get_by_title(name, exact=True).click()


def said(desk: Desk, text: str) -> None:
    appear(desk.page.get_by_text(text).first)


def test_a_handler_claims_many_passes_one_on_copies_and_is_urged(
    office: Sandbox, open_window: OpenWindow
) -> None:
    second_case(office)
    ada = open_window(office, "ada")
    ada.open_tab("可认领")
    ada.page.get_by_role("checkbox", name="全选").check()
    ada.page.get_by_role("button", name="批量认领").click()
    dialog = ada.page.get_by_role("dialog", name="批量认领")
    dialog.get_by_role("button", name="办理2项").click()
    expect(dialog.get_by_text("办成2项，没有办成0项。")).to_be_visible()
    expect(dialog.get_by_text("已办成", exact=True)).to_have_count(2)
    assert axe.findings(ada.page) == []
    dialog.get_by_role("button", name="完成").click()

    # a filter, shared with the office
    ada.open_tab("我的待办")
    ada.page.get_by_role("searchbox").fill("校舍")
    expect(ada.page).to_have_url(re.compile("q="))
    ada.page.get_by_role("button", name="筛选").click()
    keep = ada.page.get_by_role("dialog", name="筛选")
    keep.get_by_label("名称").fill("校舍来文")
    keep.get_by_role("combobox", name="共享给").click()
    ada.page.get_by_title("督导办", exact=True).click()
    keep.get_by_role("button", name="保存").click()
    tabs = ada.page.get_by_role("navigation", name="任务分类")
    expect(tabs.get_by_role("link", name="校舍来文")).to_have_attribute("aria-current", "page")

    # passed on, with a sentence that is kept for the next time
    ada.page.get_by_role("link", name="拟定方案").first.click()
    expect(ada.page.get_by_label("按期")).to_be_enabled()
    ada.page.get_by_label("负责人").fill("林老师")
    saved(ada.page)
    ada.more("转办")
    dialog = ada.page.get_by_role("dialog", name="转办")
    choose_person(dialog, "接办人", "鲍勃")
    dialog.get_by_label("事由").fill("出差一周，请代为办理。")
    dialog.get_by_role("button", name="存为常用语").click()
    said(ada, "已存为常用语。")
    expect(dialog.get_by_role("button", name="出差一周，请代为办理。")).to_be_visible()
    assert axe.findings(ada.page) == []
    dialog.get_by_role("button", name="转办", exact=True).click()
    said(ada, "已转给鲍勃。")
    ada.more("催办")
    dialog = ada.page.get_by_role("dialog", name="催办")
    dialog.get_by_label("附言").fill("周五前")
    assert axe.findings(ada.page) == []
    dialog.get_by_role("button", name="催办", exact=True).click()
    said(ada, "已催办（第1次），并记入流转记录。")

    bob = open_window(office, "bob")
    expect(bob.page.get_by_role("link", name="校舍来文")).to_be_visible()
    bob.page.get_by_role("button", name=re.compile("^通知，")).click()
    bob.page.get_by_role("dialog", name="通知").get_by_role("link").last.click()
    expect(bob.page.get_by_label("负责人")).to_have_value("林老师")
    expect(bob.page.get_by_text("阿达也打开着")).to_be_visible()
    said(bob, "已被催办1次")
    bob.more("抄送")
    dialog = bob.page.get_by_role("dialog", name="抄送")
    choose_person(dialog, "抄送给", "蔡主任")
    bob.page.keyboard.press("Escape")
    assert axe.findings(bob.page) == []
    dialog.get_by_role("button", name="抄送", exact=True).click()
    said(bob, "已抄送1人。")

    cai = open_window(office, "cai")
    cai.open_tab("抄送我")
    cai.row("拟定方案").get_by_role("link").click()
    cai.page.get_by_role("button", name="已阅").click()
    expect(cai.page.get_by_role("button", name="已阅")).to_be_hidden()
    cai.page.get_by_role("tab", name="流转记录").click()
    said(cai, "已阅“拟定方案”")
    said(cai, "负责人")  # who may come next, by post or by name


def test_many_are_claimed_in_the_background_survive_a_reload_and_are_stopped(
    office: Sandbox, open_window: OpenWindow
) -> None:
    more_cases(office, 20)
    ada = open_window(office, "ada")
    page = ada.page
    ada.open_tab("可认领")
    work = page.get_by_role("region", name="批量认领")

    def begin() -> None:
        page.get_by_role("checkbox", name="全选").check()
        page.get_by_role("button", name="批量认领").click()
        dialog = page.get_by_role("dialog", name="批量认领")
        expect(dialog).to_contain_text("在后台逐件办理")
        dialog.get_by_role("button", name="办理21项").click()
        expect(work).to_contain_text("已办 0 / 21")

    begin()
    assert axe.findings(page) == []
    ada.go("/tasks?tab=claimable")  # it is found again without its number
    work.get_by_role("button", name="停止").click()
    expect(work).to_contain_text("办成0项，没有办成21项。")
    expect(work.get_by_text("已停止，没有办")).to_have_count(21)
    work.get_by_role("button", name="完成").click()
    expect(work).to_be_hidden()
    begin()
    page.reload()
    expect(work).to_contain_text("已办 0 / 21")
    office.run_due()
    expect(work).to_contain_text("办成21项，没有办成0项。")
    expect(page.get_by_text("没有可认领的任务")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 360])
def test_a_supervisor_counter_signs_returns_and_has_it_straight_back(
    flat_office: Sandbox, open_window: OpenWindow, width: int
) -> None:
    size = {"width": width, "height": 800}
    bob = open_window(flat_office, "bob", viewport=size)
    bob.open_tab("可认领")
    bob.open_task("拟定方案")
    fill_plan(bob.page)
    bob.submit()

    cai = open_window(flat_office, "cai", viewport=size)
    cai.open_tab("可认领")
    cai.open_task("审批方案")
    address = cai.page.url
    cai.more("加签")
    dialog = cai.page.get_by_role("dialog", name="加签")
    choose_person(dialog, "签署人", "阿达")
    dialog.get_by_label("提请其意见的问题").fill("工期够不够？")
    assert axe.findings(cai.page) == []
    dialog.get_by_role("button", name="加签", exact=True).click()
    said(cai, "已加签。")
    said(cai, "正等待他人签署，之后回到您。")

    ada = open_window(flat_office, "ada", viewport=size)
    ada.open_tab("可认领")
    ada.page.get_by_role("link", name="审批方案").click()
    said(ada, "提请您意见的问题：工期够不够？")
    ada.page.get_by_role("button", name="认领").click()
    ada.page.get_by_role("button", name="表决").click()
    dialog = ada.page.get_by_role("dialog", name="表决")
    dialog.get_by_role("radio", name="同意", exact=True).check()
    dialog.get_by_label("意见").fill("够。")
    assert axe.findings(ada.page) == []
    dialog.get_by_role("button", name="提交表决").click()
    said(ada, "已表决：同意。")

    cai.go(address.removeprefix(cai.url))
    said(cai, "够。")
    cai.page.get_by_role("button", name="退回").click()
    dialog = cai.page.get_by_role("dialog", name="退回")
    expect(dialog.get_by_text("退回之后")).to_be_visible()
    dialog.get_by_role("radio", name=re.compile("退回后直接返回")).check()
    expect(dialog.get_by_role("button", name="退回", exact=True)).to_be_disabled()
    assert axe.findings(cai.page) == []
    dialog.get_by_label("退回意见").fill("步骤写得不够细。")
    dialog.get_by_role("button", name="退回", exact=True).click()
    said(cai, "已退回“拟定方案”（鲍勃），意见已记入流转记录。")

    bob.go("/tasks")
    bob.page.get_by_role("link", name="拟定方案").click()
    said(bob, "退回，改好后直接返回")
    said(bob, "步骤写得不够细。")
    bob.page.get_by_label("内容").fill("一、腾空二层；二、改建实验室。")
    bob.submit()

    cai.go("/tasks")
    cai.page.get_by_role("link", name="审批方案").click()
    said(cai, "改好后返回（此前由蔡主任从“审批方案”退回）")
    cai.page.get_by_label("同意").check()
    cai.page.get_by_role("button", name="全部").click()
    book = cai.page.get_by_role("dialog", name="常用语")
    book.get_by_label("新的常用语").fill("同意，请抓紧落实。")
    book.get_by_role("button", name="添加").click()
    book.get_by_role("button", name="同意，请抓紧落实。", exact=True).click()
    expect(cai.page.get_by_label("意见", exact=True)).to_have_value("同意，请抓紧落实。")
    assert cai.page.evaluate("document.documentElement.scrollWidth") <= width
    cai.submit()
    cai.page.get_by_role("tab", name="流转记录").click()
    said(cai, "步骤写得不够细。")


def test_a_stand_in_acts_for_the_head_and_a_lost_connection_heals(
    office: Sandbox, open_window: OpenWindow
) -> None:
    cai = open_window(office, "cai")
    cai.page.get_by_role("banner").get_by_role("button", name="蔡主任").click()
    cai.page.get_by_role("menuitem", name="代理与委托").click()
    cai.page.get_by_role("button", name="设立委托").click()
    dialog = cai.page.get_by_role("dialog", name="设立委托")
    dialog.get_by_role("combobox", name="委托给").click()
    cai.page.get_by_title("阿达", exact=True).click()
    dialog.get_by_label("至（最后一天）").fill("2026-03-31")
    dialog.get_by_label("事由").fill("外出开会")
    assert axe.findings(cai.page) == []
    dialog.get_by_role("button", name="设立委托").click()
    said(cai, "蔡主任 委托 阿达 代理")

    bob = open_window(office, "bob")
    bob.open_tab("可认领")
    bob.open_task("拟定方案")
    fill_plan(bob.page)
    bob.submit()

    ada = open_window(office, "ada")
    ada.go("/delegations")
    ada.page.get_by_role("button", name="代蔡主任办理").click()
    band = ada.page.get_by_role("complementary", name="代理")
    expect(band).to_contain_text("您（阿达）正在代蔡主任办理")
    ada.open_tab("可认领")
    ada.open_task("审批方案")
    ada.page.get_by_label("同意").check()
    ada.submit()
    ada.page.get_by_role("tab", name="流转记录").click()
    said(ada, "阿达（代蔡主任）")
    band.get_by_role("button", name="返回本人").click()
    expect(band).to_be_hidden()

    ada.page.context.set_offline(True)
    ada.look(away=True)
    ada.look(away=False)  # asks at once, not with the next beat of the pulse
    ada.page.get_by_role("link", name="已办").click()
    lost = ada.page.get_by_text("连接已断开")
    expect(lost).to_be_visible(timeout=40_000)
    ada.page.context.set_offline(False)
    expect(lost).to_be_hidden(timeout=20_000)
    ada.faults.clear()  # the browser itself reports each request that found no network
