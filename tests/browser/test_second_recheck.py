"""From the failed second recheck through supervision notice, interview and circular, by clicking.

What came before is seeded: the first steps of the county's story, played without a browser. What comes
after, F1–F10 and the review, is clicked in test_postgresql_story.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from playwright.sync_api import expect

from ops import rehearse, stories
from tests.browser.clicking import Player
from tests.browser.conftest import Serve
from tests.browser.desk import Desk

STORY = Path(__file__).with_name("second_recheck.yaml")


def test_a_county_is_clicked_from_the_failed_second_recheck_to_interview_and_circular(
    tmp_path: Path, open_window: Callable[..., Desk], serve: Serve
) -> None:
    with as_file(files("processes.supervision") / "rehearsals" / "teacher_pay.yaml") as path:
        county = stories.read(path)
    story = stories.read(STORY)
    notices = [
        number
        for number, step in enumerate(county.steps)
        if step.complete == ("draft_supervision_notice",)
    ]
    stage = rehearse.prepare(tmp_path, starts=county.starts, say=lambda _line: None)
    rehearse.play(replace(county, steps=county.steps[: notices[1]]), stage)
    sandbox = serve(stage.engine, stage.clock)
    player = Player(sandbox=sandbox, open_window=open_window, story=story)
    player.play(story.steps)

    desk = player.desks["city_staff1"]
    read_the_notice_beside_its_case(desk)
    open_what_the_numbers_count(desk)
    read_as_the_public(open_window(sandbox))


def read_the_notice_beside_its_case(desk: Desk) -> None:
    """The case, and one of its papers."""
    page = desk.page
    desk.open_case("教师待遇")
    line = page.get_by_role("list", name="办理阶段")
    expect(line.locator('[aria-current="step"]')).to_have_text("问责")
    page.get_by_role("tab", name="文书").click()
    page.get_by_role("button", name="督办单").first.click()
    sheet = page.get_by_role("article")
    expect(sheet.get_by_role("heading", level=2)).to_be_visible()
    for part in ("送达", "审批"):
        expect(sheet.get_by_role("heading", name=part)).to_be_visible()
    expect(sheet.get_by_text("整改不力的问题", exact=True)).to_be_visible()
    expect(sheet.get_by_text("（未知）")).to_have_count(0)
    page.get_by_role("button", name="返回文书列表").click()
    expect(page.get_by_role("button", name="督办单").first).to_be_visible()


def open_what_the_numbers_count(desk: Desk) -> None:
    """From a number to its list, from the list to the case; the wall shows the same without a frame."""
    page = desk.page
    navigation = page.get_by_role("navigation", name="主导航")
    navigation.get_by_role("link", name="数据").click()
    expect(page.get_by_role("heading", name="督导数据")).to_be_visible()
    measures = page.get_by_role("region", name="采取的措施")
    notices = measures.get_by_role("link", name="督办单")
    count = int(notices.inner_text())
    notices.click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(count + 1)
    page.get_by_role("link", name="返回数据").click()
    page.get_by_role("link", name="大屏").click()
    expect(page.get_by_role("heading", name="督导数据")).to_be_visible()
    expect(navigation).to_have_count(0)
    page.get_by_role("link", name="返回数据").click()
    expect(navigation).to_be_visible()


def read_as_the_public(desk: Desk) -> None:
    """Nobody signs in: from the list of what was published to a report, and an opinion about it."""
    page = desk.page
    desk.go("/portal?kind=report")
    page.get_by_role("link", name="督导报告").first.click()
    expect(page.get_by_text("存在的问题")).to_be_visible()
    expect(page.get_by_role("heading", name="整改情况")).to_be_visible()
    page.get_by_role("article").get_by_role("link", name="提意见").click()
    page.get_by_label("意见内容").fill("希望公布后续整改的时间。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="意见已收到")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Your opinion has arrived")).to_be_visible()
