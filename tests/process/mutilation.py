"""Models and forms with a step of the law taken out, deployed in place of the shipped ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lxml import etree

from engine.repository import definitions
from processes.supervision.package import PACKAGE
from tests.process.drawing import BPMN, CAMUNDA, parser
from tests.process.office import SYSTEM, Office

Change = Callable[[dict[str, bytes]], None]


def without(model: str, element: str, *, sets: str = "left_out", to: str = "true") -> Change:
    """A task or call becomes a script that pretends: it sets one variable and goes on."""

    def change(files: dict[str, bytes]) -> None:
        root, found = _element(files, model, element)
        script = etree.Element(f"{BPMN}scriptTask", id=element, name=found.get("name") or element)
        script.set("scriptFormat", "feel")
        script.set(f"{CAMUNDA}resultVariable", sets)
        for child in found:
            if child.tag in (f"{BPMN}incoming", f"{BPMN}outgoing"):
                etree.SubElement(script, child.tag).text = child.text
        etree.SubElement(script, f"{BPMN}script").text = to
        found.getparent().replace(found, script)
        files[_path(model)] = etree.tostring(root)

    return change


def with_attribute(model: str, element: str, **attributes: str) -> Change:
    """Attributes of our own (`dudao:…`) are changed, e.g. the deadline of a task."""

    def change(files: dict[str, bytes]) -> None:
        root, found = _element(files, model, element)
        for name, value in attributes.items():
            key = f"{{{root.nsmap['dudao']}}}{name}"
            assert found.get(key) is not None, (element, name)
            found.set(key, value)
        files[_path(model)] = etree.tostring(root)

    return change


def with_condition(model: str, flow: str, condition: str) -> Change:
    """A sequence flow asks something else."""

    def change(files: dict[str, bytes]) -> None:
        root, found = _element(files, model, flow)
        found.find(f"{BPMN}conditionExpression").text = condition
        files[_path(model)] = etree.tostring(root)

    return change


def without_field(form: str, key: str) -> Change:
    """A form no longer has this field, wherever it stood."""

    def change(files: dict[str, bytes]) -> None:
        path = f"forms/supervision/{form}.json"
        schema = json.loads(files[path])
        assert _drop(schema, key), f"{form} has no {key}"
        files[path] = json.dumps(schema, ensure_ascii=False).encode()

    return change


def deploy(office: Office, *changes: Change) -> None:
    """Deploy the family with these changes; cases opened from now on follow it."""
    files = dict(PACKAGE.files)
    for change in changes:
        change(files)
    with office.engine.begin(SYSTEM) as uow:
        definitions.deploy(uow, PACKAGE, files=files)


def _path(model: str) -> str:
    return f"bpmn/{model}.bpmn"


def _element(files: dict[str, bytes], model: str, element: str) -> tuple[Any, Any]:
    root = etree.fromstring(files[_path(model)], parser())
    [found] = [e for e in root.iter() if isinstance(e.tag, str) and e.get("id") == element]
    return root, found


def _drop(schema: dict[str, Any], key: str) -> bool:
    components = schema.get("components", [])
    kept = [row for row in components if row.get("key") != key]
    schema["components"] = kept
    inside = [_drop(row, key) for row in kept if "components" in row]
    return len(kept) < len(components) or any(inside)
