"""流程建模: the administrator's story from a draft to a deployed version, at the screen."""

from __future__ import annotations

import dataclasses
import re
import shutil
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from engine.administration import duties
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from ops.troupe import Troupe
from processes.leave_request import package as leave_request
from tests import factories
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.sandbox import Sandbox
from tests.factories import SYSTEM

OpenWindow = Callable[..., Desk]

#: A rehearsal has people, units and a database of its own made for it.
MADE_MS = 60_000


@pytest.fixture
def workshop(sqlite_template: Path, clock: ManualClock, tmp_path: Path, serve: Serve) -> Sandbox:
    """The family of leave requests, live, as one that takes two to deploy; two who edit models."""
    path = tmp_path / "sandbox.db"
    shutil.copy(sqlite_template, path)
    root = tmp_path / "leave_request"
    shutil.copytree(Path(leave_request.__file__).parent, root)
    manifest = root / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("accountable = false", "accountable = true"), "utf-8")
    family = dataclasses.replace(leave_request.PACKAGE, root=root)
    engine = Engine(Database(f"sqlite:///{path}"), clock, [family], tmp_path / "files")
    engine.sandboxes_dir = tmp_path / "sandboxes"
    engine.troupe = Troupe()
    with engine.begin(SYSTEM) as uow:
        house = factories.organisation(uow, "house", name="督导办")
        factories.person(uow, "mo", (duties.MODEL_EDITOR, house), name="莫工")
        factories.person(uow, "lin", (duties.MODEL_EDITOR, house), name="林工")
    factories.deploy(engine, "leave_request")
    return serve(engine, clock)


def begin_draft(desk: Desk, family: str = "请假") -> None:
    """A new draft of the live version, drawn."""
    page = desk.page
    desk.go("/models")
    page.get_by_role("button", name="新建草稿").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("流程族").click()
    page.get_by_title(re.compile(f"^{family}")).click()
    dialog.get_by_role("button", name="新建草稿").click()
    expect(page.locator(".djs-container svg").first).to_be_visible()


def elements(page: Page) -> Locator:
    return page.get_by_role("navigation", name="环节列表")


def part(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("navigation", name="文件").get_by_role("link", name=name)


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("complementary", name="属性").get_by_label(label, exact=True)


def choose(page: Page, label: str, option: str) -> None:
    field(page, label).click()
    page.locator(".ant-select-dropdown:visible").get_by_title(re.compile(option)).click()
    page.keyboard.press("Escape")


def append(page: Page, button: str, kind: str) -> None:
    page.get_by_role("button", name=button).click()
    page.get_by_role("menuitem", name=kind).click()


def check(page: Page, said: str) -> Locator:
    """Asks for the check until it says this; the panel of problems."""
    problems = page.get_by_role("region", name="问题")
    problems.get_by_role("button", name="检查").click()
    expect(problems.get_by_role("status")).to_contain_text(said)
    return problems


def go_to_step(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="步骤").get_by_role("link", name=name).click()


def test_a_step_a_timer_and_a_field_are_drawn_checked_compared_and_deployed(
    workshop: Sandbox, open_window: OpenWindow
) -> None:
    desk = open_window(workshop, "mo")
    page = desk.page
    begin_draft(desk)
    expect(page.locator(".bjs-powered-by")).to_be_in_viewport(ratio=1)

    # a step in the middle of a flow, chosen in the list of elements
    elements(page).get_by_role("button", name="出口 → 是否批准").click()
    append(page, "在这里插入", "用户任务")
    field(page, "名称").fill("复核请假")
    field(page, "标识").fill("merge_approval")
    expect(page.get_by_text("这个标识已用在别处")).to_be_visible()
    field(page, "标识").fill("review_leave")
    # a timer on its edge, and where it leads
    page.get_by_role("button", name="加定时").click()
    choose(page, "按什么定时", "时长")
    field(page, "时间").fill("=3 +")
    append(page, "在后面加", "结束事件")
    expect(page.get_by_text(re.compile("已于.*自动保存|已自动保存|已保存"))).to_be_visible()

    # what is missing is found, marked, and leads to its element
    problems = check(page, "3个问题")
    expect(page.locator(".has-fault")).to_have_count(2)
    problems.get_by_role("row", name=re.compile("没有写由谁办理")).get_by_role("button").click()
    expect(field(page, "标识")).to_have_value("review_leave")
    choose(page, "候选岗位", "经理")
    choose(page, "表单", "approval")
    problems.get_by_role("row", name=re.compile("表达式")).get_by_role("button").click()
    field(page, "时间").fill("P3D")
    check(page, "没有发现问题")
    expect(page.locator(".has-fault")).to_have_count(0)

    # a field more on the form
    part(page, re.compile("approval")).click()
    page.get_by_title("增加“单行文字”").press("Enter")
    page.get_by_role("navigation", name="栏目列表").get_by_role("button").last.click()
    field(page, "名称").fill("复核编号")
    field(page, "字段名").fill("review_number")
    field(page, "必填").check()
    expect(page.locator(".fjs-powered-by").last).to_be_in_viewport(ratio=1)
    expect(page.get_by_text(re.compile("已于.*自动保存|已自动保存|已保存"))).to_be_visible()
    part(page, "请假由谁审批").click()
    expect(page.locator(".tjs-container")).to_be_visible()

    go_to_step(page, "比较")
    expect(page.get_by_text("新增“复核请假”")).to_be_visible()
    expect(page.get_by_text(re.compile("新增栏目“复核编号”"))).to_be_visible()
    expect(page.locator(".djs-element.is-added").first).to_be_visible()

    go_to_step(page, "预演")
    page.get_by_role("button", name="开始预演").click()
    expect(page.get_by_text("预演里的时间")).to_be_visible(timeout=MADE_MS)
    expect(page.get_by_role("button", name="发起", exact=True)).to_be_visible()
    page.get_by_role("button", name="删除预演").click()
    expect(page.get_by_text("还没有预演")).to_be_visible()

    go_to_step(page, "部署")
    expect(page.get_by_text("检查通过", exact=True)).to_be_visible()
    propose = page.get_by_role("button", name="提出部署申请")
    propose.click()
    expect(page.get_by_text("请写明改了什么、为什么改。")).to_be_visible()
    page.get_by_label("部署说明").fill("增加复核环节")
    propose.click()
    address = page.get_by_role("link", name="查看申请").get_attribute("href")
    assert address is not None

    # the second person sees what changes, and confirms
    second = open_window(workshop, "lin")
    second.go(address)
    expect(second.page.locator(".djs-element.is-added").first).to_be_visible()
    second.page.get_by_label("意见").fill("看过")
    second.page.get_by_role("button", name="确认部署").click()
    expect(second.page.get_by_text("已确认，已部署")).to_be_visible()
    migration = second.page.get_by_role("link", name="迁移正在办理的案件")
    expect(migration).to_have_attribute(
        "href", re.compile(r"^/operations/migrations/new\?from=\w+&to=\w+$")
    )


def long_model(steps: int) -> bytes:
    """A process of so many user tasks, one after another, drawn in rows of twenty."""
    ids = ["started", *(f"step_{number}" for number in range(steps)), "ended"]
    nodes, shapes = [], []
    for number, each in enumerate(ids):
        kind = {"started": "startEvent", "ended": "endEvent"}.get(each, "userTask")
        nodes.append(f'<{kind} id="{each}" name="第{number}步"/>')
        x, y = 160 + number % 20 * 160, 120 + number // 20 * 140
        size = 'width="100" height="80"' if kind == "userTask" else 'width="36" height="36"'
        shapes.append(
            f'<di:BPMNShape id="{each}_di" bpmnElement="{each}"><dc:Bounds x="{x}" y="{y}" {size}/>'
            "</di:BPMNShape>"
        )
    for source, target in pairwise(ids):
        nodes.append(
            f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        )
        start, end = ids.index(source), ids.index(target)
        points = [(210 + at % 20 * 160, 160 + at // 20 * 140) for at in (start, end)]
        ways = "".join(f'<od:waypoint x="{x}" y="{y}"/>' for x, y in points)
        shapes.append(
            f'<di:BPMNEdge id="{source}_{target}_di" bpmnElement="{source}_{target}">{ways}'
            "</di:BPMNEdge>"
        )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:od="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="t">'
        f'<process id="leave_request" isExecutable="true">{"".join(nodes)}</process>'
        '<di:BPMNDiagram id="g"><di:BPMNPlane id="p" bpmnElement="leave_request">'
        f"{''.join(shapes)}</di:BPMNPlane></di:BPMNDiagram></definitions>"
    ).encode()


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
