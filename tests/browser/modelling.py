"""What a model editor does at the screen: find an element, fill in its properties, add, check."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from engine.administration import duties
from engine.clock import Clock
from engine.database import Database
from engine.engine import Engine
from processes.leave_request.package import PACKAGE as LEAVE_REQUEST
from tests import factories
from tests.browser.desk import Desk, appear
from tests.factories import SYSTEM

#: A rehearsal has people, units and a database of its own made for it.
MADE_MS = 60_000

#: What a user task needs before it may be deployed.
WORK = 'camunda:formKey="leave_request/approval" camunda:candidateGroups="manager"'

SAVED = re.compile("已于.*自动保存|已自动保存|已保存")


def furnished(database: Database, clock: Clock, folder: Path) -> Engine:
    """The family of leave requests, live; two who edit models."""
    engine = Engine(database, clock, [LEAVE_REQUEST], folder / "files")
    with engine.begin(SYSTEM) as uow:
        house = factories.organisation(uow, "house", name="督导办")
        factories.person(uow, "mo", (duties.MODEL_EDITOR, house), name="莫工")
        factories.person(uow, "lin", (duties.MODEL_EDITOR, house), name="林工")
    factories.deploy(engine, "leave_request")
    return engine


def long_model(steps: int) -> bytes:
    """A process of so many user tasks, one after another, drawn in rows of twenty."""
    ids = ["started", *(f"step_{number}" for number in range(steps)), "ended"]
    nodes, shapes = [], []
    for number, each in enumerate(ids):
        kind = {"started": "startEvent", "ended": "endEvent"}.get(each, "userTask")
        nodes.append(
            f'<{kind} id="{each}" name="第{number}步" {WORK if kind == "userTask" else ""}/>'
        )
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
        ' xmlns:od="http://www.omg.org/spec/DD/20100524/DI"'
        ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">'
        f'<process id="leave_request" isExecutable="true">{"".join(nodes)}</process>'
        '<di:BPMNDiagram id="g"><di:BPMNPlane id="p" bpmnElement="leave_request">'
        f"{''.join(shapes)}</di:BPMNPlane></di:BPMNDiagram></definitions>"
    ).encode()


def begin_draft(desk: Desk, family: str = "请假") -> None:
    """A new draft of the live version, drawn."""
    page = desk.page
    desk.go("/models")
    page.get_by_role("button", name="新建草稿").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("流程族").click()
    page.get_by_title(re.compile(f"^{family}")).click()
    dialog.get_by_role("button", name="新建草稿").click()
    appear(page.locator(".djs-container svg").first)


def elements(page: Page) -> Locator:
    return page.get_by_role("navigation", name="环节列表")


def part(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("navigation", name="文件").get_by_role("link", name=name)


def open_model(page: Page, name: str, element: str) -> Locator:
    """Another model of the draft, drawn; one of its elements in the list."""
    part(page, name).click()
    found = elements(page).get_by_role("button", name=element)
    appear(found)
    return found


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("complementary", name="属性").get_by_label(label, exact=True)


def choose(page: Page, label: str, option: str) -> None:
    """One of a list; long lists show what is typed."""
    field(page, label).fill(option)
    page.locator(".ant-select-dropdown:visible").get_by_title(re.compile(option)).first.click()
    page.keyboard.press("Escape")


def append(page: Page, button: str, kind: str) -> None:
    page.get_by_role("button", name=button).click()
    page.get_by_role("menuitem", name=kind).click()


def saved(page: Page) -> None:
    appear(page.get_by_text(SAVED))


def check(page: Page, said: str) -> Locator:
    """Asks for the check until it says this; the panel of problems."""
    problems = page.get_by_role("region", name="问题")
    problems.get_by_role("button", name="检查").click()
    expect(problems.get_by_role("status")).to_contain_text(said)
    return problems


def add_text_field(page: Page, *, label: str, key: str) -> None:
    """A line of text at the end of the form that is open, which must be filled in."""
    page.get_by_title("增加“单行文字”").press("Enter")
    page.get_by_role("navigation", name="栏目列表").get_by_role("button").last.click()
    field(page, "名称").fill(label)
    field(page, "字段名").fill(key)
    field(page, "必填").check()
    saved(page)


def go_to_step(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="步骤").get_by_role("link", name=name).click()
