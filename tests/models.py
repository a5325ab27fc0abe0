"""Small process families for tests: BPMN written in place, one role, one relation."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

import orjson

from engine.package import Handler, ProcessPackage

MANIFEST = """
[family]
key = "{family}"
name = "测试"
start = "{start}"
{entries}
[roles.staff]
name = "经办"
relation = "office"

[roles.head]
name = "负责人"
relation = "office"
head = true

[roles.unit]
name = "单位"
relation = "unit"

[relations.office]
name = "承办单位"
audiences = ["internal", "unit", "superior", "public"]

[relations.unit]
name = "相对单位"
audiences = ["unit", "public"]
needs_notice = true

[[deadlines]]
key = "answer"
name = "答复期限"
amount = 5
unit = "working_days"
start_event = "收到通知"
binds = "unit"
on_lapse = "视为放弃"
law = false
mark = "C"
source = "默认值，无法定期限"
"""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:dudao="https://dudao.example/bpmn"
  targetNamespace="https://dudao.example/tests" id="definitions_{key}">
"""

NOTE_FORM = {
    "type": "default",
    "id": "note",
    "schemaVersion": 16,
    "components": [
        {"type": "textfield", "id": "f_note", "key": "note", "label": "说明"},
        {"type": "textfield", "id": "f_outcome", "key": "outcome", "label": "结果"},
        {"type": "number", "id": "f_amount", "key": "amount", "label": "数量"},
    ],
}


REMARK_FORM = {
    "type": "default",
    "id": "remark",
    "schemaVersion": 16,
    "components": [{"type": "textfield", "id": "f_remark", "key": "remark", "label": "备注"}],
}


def bpmn(key: str, body: str, *, extra: str = "") -> str:
    """A model file with one process; `extra` are messages, errors and the like."""
    process = f'<process id="{key}" name="{key}" isExecutable="true">{body}</process>'
    return _HEAD.format(key=key) + extra + process + "</definitions>"


def flows(*pairs: str) -> str:
    """Sequence flows from "a>b" texts; "a>b: condition" is a conditional one."""
    found = []
    for pair in pairs:
        route, _, condition = pair.partition(":")
        source, _, target = (part.strip() for part in route.partition(">"))
        inner = (
            "<conditionExpression xsi:type='tFormalExpression'>"
            f"{condition.strip().replace('<', '&lt;')}</conditionExpression>"
            if condition
            else ""
        )
        found.append(
            f"<sequenceFlow id='{source}_to_{target}' sourceRef='{source}'"
            f" targetRef='{target}'>{inner}</sequenceFlow>"
        )
    return "".join(found)


def user(
    element_id: str,
    *,
    group: str = "staff",
    form: str = "note",
    extra: str = "",
    inner: str = "",
) -> str:
    """A user task; its form is `note` (note, outcome, amount) or `remark`."""
    return (
        f"<userTask id='{element_id}' name='{element_id}' camunda:candidateGroups='{group}'"
        f" camunda:formKey='tests/{form}' {extra}>{inner}</userTask>"
    )


def service(element_id: str, handler: str, *, extra: str = "") -> str:
    """A service task."""
    return (
        f"<serviceTask id='{element_id}' name='{element_id}'"
        f" camunda:delegateExpression='${{{handler}}}' {extra}/>"
    )


def family(
    folder: Path,
    *models: str,
    name: str = "tests",
    start: str = "main",
    handlers: Mapping[str, Handler] | None = None,
    dmn: Mapping[str, str] | None = None,
    forms: Mapping[str, object] | None = None,
    manifest: str = "",
    entries: str = "",
) -> ProcessPackage:
    """Write the files of a family into `folder` and read it as an installed one.

    `manifest` is added to the end of manifest.toml, `entries` to its table `family`.
    """
    root = folder / name
    (root / "bpmn").mkdir(parents=True)
    (root / "dmn").mkdir()
    (root / "tests").mkdir()
    head = MANIFEST.format(family=name, start=start, entries=entries)
    (root / "manifest.toml").write_text(head + manifest)
    for number, model in enumerate(models):
        (root / "bpmn" / f"m{number}.bpmn").write_text(model)
    for stem, table in (dmn or {}).items():
        (root / "dmn" / f"{stem}.dmn").write_text(table)
    for stem, form in (forms or {"note": NOTE_FORM, "remark": REMARK_FORM}).items():
        (root / "tests" / f"{stem}.json").write_bytes(orjson.dumps(form))
    return ProcessPackage(
        root=_traversable(root),
        forms_root=_traversable(root / "tests"),
        handlers=dict(handlers or {}),
    )


def _traversable(path: Path) -> Traversable:
    return path
