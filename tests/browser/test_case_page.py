"""Cases: starting one by its form, the list, the page with record and diagram, pausing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox
from tests.browser.test_task_page import fill_plan

OpenWindow = Callable[..., Desk]


def shape(desk: Desk, element_id: str) -> Locator:
    """An element of the drawing."""
    return desk.page.locator(f'.djs-element[data-element-id="{element_id}"]')


def open_case(desk: Desk) -> None:
    desk.go("/cases")
    desk.page.get_by_role("link", name="关于校舍安全的来文").click()
    expect(desk.page.get_by_role("heading", level=1, name="关于校舍安全的来文")).to_be_visible()


def test_a_case_is_started_by_its_form(office: Sandbox, open_window: OpenWindow) -> None:
    desk = open_window(office, "ada")
    desk.go("/cases")
    desk.page.get_by_role("link", name="发起", exact=True).click()
    expect(desk.page.get_by_role("heading", name="发起：测试")).to_be_visible()
    desk.page.get_by_role("button", name="发起").click()
    expect(desk.page.get_by_text("此项必填。").first).to_be_visible()
    fill_plan(desk.page)
    desk.page.get_by_role("button", name="发起").click()
    expect(desk.page.get_by_role("heading", level=1, name="测试：阿达")).to_be_visible()
    expect(desk.page.get_by_role("link", name="拟定方案")).to_be_visible()


def test_the_diagram_marks_what_is_done_and_follows_a_call_into_its_process(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    desk.open_tab("可认领")
    desk.open_task("拟定方案")
    expect(shape(desk, "draft_plan")).to_have_class("djs-element djs-shape is-current")
    fill_plan(desk.page)
    desk.submit()

    # the case now stands in the called process, and that is what is shown
    expect(shape(desk, "approve_plan")).to_have_class("djs-element djs-shape is-current")
    desk.page.get_by_role("combobox", name="流程").click()
    desk.page.get_by_title("来文办理").click()
    expect(shape(desk, "draft_plan")).to_have_class("djs-element djs-shape is-done")
    shape(desk, "review").click()
    expect(shape(desk, "approve_plan")).to_be_visible()


def test_the_diagram_is_a_list_as_well(office: Sandbox, open_window: OpenWindow) -> None:
    desk = open_window(office, "ada")
    open_case(desk)
    desk.page.get_by_role("tab", name="流程图").click()
    desk.page.get_by_text("以列表查看").click()
    steps = desk.page.get_by_role("list").filter(has_text="拟定方案").get_by_role("listitem")
    expect(steps.filter(has_text="拟定方案")).to_contain_text("进行中")
    expect(steps.filter(has_text="归档")).to_contain_text("未到")
    expect(steps.filter(has_text="收文")).to_contain_text("已办")


def test_the_mark_of_bpmn_io_is_whole_on_diagram_and_form(
    office: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(office, "ada")
    desk.open_tab("可认领")
    desk.open_task("拟定方案")
    form_mark = desk.page.locator(".fjs-powered-by-link svg")
    form_mark.scroll_into_view_if_needed()
    assert_whole(form_mark, width=53, height=21)
    diagram_mark = desk.page.locator(".bjs-powered-by svg")
    diagram_mark.scroll_into_view_if_needed()
    assert_whole(diagram_mark, width=53, height=21)


def assert_whole(mark: Locator, *, width: int, height: int) -> None:
    """It has its full size, and what is at its corners and middle is the mark itself."""
    box = mark.bounding_box()
    assert box is not None
    assert box["width"] >= width - 1
    assert box["height"] >= height - 1
    covered = mark.evaluate(
        """mark => {
          const box = mark.getBoundingClientRect();
          const link = mark.closest('a');
          return [[1, 1], [box.width - 2, 1], [box.width / 2, box.height / 2],
                  [1, box.height - 2], [box.width - 2, box.height - 2]]
            .filter(([x, y]) => !link.contains(document.elementFromPoint(box.x + x, box.y + y)));
        }"""
    )
    assert covered == []


def test_the_record_tells_who_did_what(office: Sandbox, open_window: OpenWindow) -> None:
    desk = open_window(office, "ada")
    desk.open_tab("可认领")
    desk.open_task("拟定方案")
    open_case(desk)
    desk.page.get_by_role("tab", name="流转记录").click()
    entry = desk.page.get_by_role("listitem").filter(has_text="认领“拟定方案”")
    expect(entry).to_contain_text("阿达")
    expect(entry).to_contain_text("03-02 09:00")


def test_a_process_can_be_read_by_itself(office: Sandbox, open_window: OpenWindow) -> None:
    desk = open_window(office, "ada")
    desk.page.get_by_role("link", name="流程").click()
    desk.page.get_by_role("link", name="来文办理").click()
    expect(desk.page.get_by_role("heading", level=1, name="来文办理")).to_be_visible()
    shape(desk, "review").click()
    expect(desk.page.get_by_role("heading", level=1, name="审核方案")).to_be_visible()
    expect(shape(desk, "approve_plan")).to_be_visible()


def test_the_page_speaks_english_behind_a_switch(office: Sandbox, open_window: OpenWindow) -> None:
    desk = open_window(office, "ada")
    desk.page.get_by_role("banner").locator("[aria-haspopup=menu]").click()
    desk.page.get_by_role("menuitem", name="English").click()
    expect(desk.page.get_by_role("heading", name="Tasks")).to_be_visible()
    desk.page.get_by_role("link", name="To claim").click()
    desk.page.get_by_role("link", name="拟定方案").click()
    expect(desk.page.get_by_role("heading", level=1, name="拟定方案")).to_be_visible()
    desk.page.get_by_role("button", name="Claim").click()
    expect(desk.page.get_by_label("负责人")).to_be_editable()
    desk.page.get_by_role("button", name="Submit", exact=True).click()
    expect(desk.page.get_by_text("This field is required.").first).to_be_visible()
    desk.page.reload()
    expect(desk.page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
