"""我的账号: an authenticator is enrolled at the screen, and signing in then takes two steps."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox
from tests.factories import PASSWORD

OpenWindow = Callable[..., Desk]


def test_an_authenticator_is_enrolled_and_asked_for_at_the_next_sign_in(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    page = desk.page
    page.get_by_role("banner").locator("[aria-haspopup=menu]").click()
    page.get_by_role("menuitem", name="我的账号").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()

    factor = page.locator("section", has=page.get_by_role("heading", name="两步验证"))
    factor.get_by_label("当前密码").fill(PASSWORD)
    factor.get_by_role("button", name="绑定验证器").click()
    secret = factor.get_by_text(re.compile(r"^[A-Z2-7]{32}$")).inner_text()
    phone = pyotp.TOTP(secret)
    factor.get_by_label("验证码或恢复码").fill(phone.at(office.clock.now()))
    factor.get_by_role("button", name="确认并启用").click()
    expect(factor.get_by_text("请妥善保存恢复码")).to_be_visible()
    expect(factor.get_by_role("listitem")).to_have_count(10)
    expect(factor.get_by_text("已启用，还有 10 个恢复码未用。")).to_be_visible()

    desk.sign_out()
    office.pass_time(minutes=1)
    page.get_by_label("账号").fill("ada")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_label("验证码或恢复码").fill("000000")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确或已用过")
    page.get_by_label("验证码或恢复码").fill(phone.at(office.clock.now()))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("navigation", name="任务分类")).to_be_visible()


def test_another_session_is_ended_at_the_screen_and_a_token_is_shown_once(
    office: Sandbox, open_window: OpenWindow
) -> None:
    lost = open_window(office, "ada")
    desk = open_window(office, "ada")
    desk.go("/account")
    list_of = desk.page.locator("section", has=desk.page.get_by_role("heading", name="登录与令牌"))
    expect(list_of.get_by_text("（本次登录）")).to_have_count(1)
    expect(list_of.get_by_role("button", name="结束", exact=True)).to_have_count(1)
    list_of.get_by_role("button", name="结束其他所有登录").click()
    expect(list_of.get_by_role("button", name="结束", exact=True)).to_have_count(0)
    lost.go("/tasks")
    expect(lost.page.get_by_role("button", name="登录", exact=True)).to_be_visible()

    desk.page.get_by_label("名称").fill("月报脚本")
    desk.page.get_by_role("button", name="建立").click()
    expect(desk.page.get_by_text(re.compile("^dudao_"))).to_be_visible()
    expect(list_of.get_by_text("令牌“月报脚本”")).to_be_visible()
