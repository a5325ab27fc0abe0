"""docs/authoring.md: its pieces make a family that can be deployed, and its faults are refused."""

from __future__ import annotations

import copy
import importlib
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from lxml import etree

import processes
from engine import instances
from engine.calendars import working_calendar
from engine.package import ProcessPackage
from engine.permission.parties import Party
from engine.repository import definitions
from engine.spiff import dialect
from engine.spiff.names import BPMN, CAMUNDA, DUDAO
from tests.conftest import EngineFor
from tests.factories import SYSTEM, organisation, person
from tests.unit.docs.pages import Block, blocks, page

PAGE = "authoring.md"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SOUND = [block for block in blocks(PAGE, "xml", "bpmn") if "refused" not in block.words]
REFUSED = blocks(PAGE, "xml", "bpmn", "refused")
NODES = {f"{{{BPMN}}}{name}" for name in dialect.NODES}

FORM = {
    "type": "default",
    "id": "answer",
    "components": [
        {
            "type": "radio",
            "key": "outcome",
            "label": "意见",
            "values": [{"label": "同意", "value": "agree"}, {"label": "异议", "value": "object"}],
        },
        {"type": "textarea", "key": "note", "label": "理由"},
    ],
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessPackage]:
    """The family of the page, written into a folder of its own with all sound examples."""
    root = tmp_path / "processes" / "visit"
    for folder in ("bpmn", "dmn"):
        (root / folder).mkdir(parents=True)
    (root / "manifest.toml").write_text(_one("toml", "manifest"), "utf-8")
    (root / "deadlines.toml").write_text(_one("toml", "deadlines"), "utf-8")
    (root / "package.py").write_text(_one("python", "package"), "utf-8")
    (root / "dmn" / "visit_form.dmn").write_text(_one("xml", "dmn"), "utf-8")
    for number, block in enumerate(SOUND):
        (root / "bpmn" / f"example_{number}.bpmn").write_bytes(_file(block, number))
    forms = tmp_path / "forms" / "visit"
    forms.mkdir(parents=True)
    (forms / "answer.json").write_bytes(orjson.dumps(FORM))
    monkeypatch.setattr(processes, "__path__", [*processes.__path__, str(root.parent)])
    module = importlib.import_module("processes.visit.package")
    yield replace(module.PACKAGE, forms_root=forms)
    for name in ("processes.visit.package", "processes.visit"):
        sys.modules.pop(name)


def test_the_examples_have_no_faults(package: ProcessPackage) -> None:
    assert len(SOUND) >= 10
    assert definitions.check(package) == []


def test_the_family_of_the_page_is_deployed_and_starts(
    package: ProcessPackage, engine_for: EngineFor
) -> None:
    engine = engine_for(package)
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow, range(2026, 2028))
        definitions.deploy(uow, package)
        office = organisation(uow, "office")
        clerk = person(uow, "clerk", ("clerk", office))
    with engine.begin(clerk) as uow:
        case = instances.start(
            uow, "visit", related=[Party(relation="office", organisation_id=office.id)]
        )
        assert [task.element_id for task in instances.open_tasks(uow, case.id)] == ["draft_notice"]


@pytest.mark.parametrize("block", REFUSED, ids=[block.words[-1] for block in REFUSED])
def test_what_the_page_calls_refused_is_refused(package: ProcessPackage, block: Block) -> None:
    files = dict(package.files) | {"bpmn/refused.bpmn": _file(block, 99)}
    found = [fault for fault in definitions.check(package, files) if "refused" in fault.file]
    assert block.words[-1] in {fault.rule for fault in found}


def test_the_page_names_every_attribute_that_the_checks_know() -> None:
    text = page(PAGE)
    for name in dialect.OUR_NAMES:
        assert f"dudao:{name}" in text, name
    listed = " ".join(
        line for line in text.splitlines() if line.startswith(("Honoured", "Accepted"))
    )
    for name in dialect.CAMUNDA_NAMES:
        assert name in listed, name


def test_the_page_names_everything_that_a_package_may_have() -> None:
    for field in fields(ProcessPackage):
        assert field.name in page(PAGE), field.name


def _one(*words: str) -> str:
    (block,) = blocks(PAGE, *words)
    return block.text


def _file(block: Block, number: int) -> bytes:
    """The model file of an example: its process, or one around its elements."""
    head = f'xmlns="{BPMN}" xmlns:camunda="{CAMUNDA}" xmlns:dudao="{DUDAO}" xmlns:xsi="{XSI}"'
    root = etree.fromstring(f'<definitions {head} id="d{number}">{block.text}</definitions>')
    if root.find(f"{{{BPMN}}}process") is None:
        _wrap(root, f"example_{number}")
    return etree.tostring(root)


def _wrap(root: Any, key: str) -> None:
    """Move the elements into a process, with a start, an end, and the flows that are missing."""
    process = etree.Element(f"{{{BPMN}}}process", id=key, name=key, isExecutable="true")
    for child in list(root):
        if child.tag not in (f"{{{BPMN}}}message", f"{{{BPMN}}}error"):
            process.append(copy.deepcopy(child))
            root.remove(child)
    root.append(process)
    nodes = [child for child in process if child.tag in NODES]
    flows = process.findall(f"{{{BPMN}}}sequenceFlow")
    etree.SubElement(process, f"{{{BPMN}}}startEvent", id="example_starts")
    etree.SubElement(process, f"{{{BPMN}}}endEvent", id="example_ends")
    for node in nodes:
        is_boundary = node.tag == f"{{{BPMN}}}boundaryEvent"
        if not is_boundary and node.get("id") not in {flow.get("targetRef") for flow in flows}:
            _flow(process, "example_starts", node.get("id"))
        if node.get("id") not in {flow.get("sourceRef") for flow in flows}:
            _flow(process, node.get("id"), "example_ends")


def _flow(process: Any, source: str, target: str) -> None:
    etree.SubElement(
        process,
        f"{{{BPMN}}}sequenceFlow",
        id=f"{source}__{target}",
        sourceRef=source,
        targetRef=target,
    )
