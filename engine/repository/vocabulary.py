"""What a model of a family may name: everything that the modeller's dropdowns are filled from.

Of the live version, or of a model draft as it is now; parts that do not parse are left out, and the
check says why. The elements and attributes are those of engine/spiff/dialect.py, which the check reads.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

import dmn
from dmn import model as decision_model
from engine.administration import parameters
from engine.errors import Invalid
from engine.package import Handler, Manifest, ProcessPackage, parse_manifest
from engine.repository import comparison, definitions, model_drafts, model_parts
from engine.spiff import dialect, model, xml
from engine.spiff.expressions import FUNCTION_NAMES
from engine.spiff.names import bpmn, local
from engine.tables import CalendarYear
from engine.unit_of_work import UnitOfWork
from forms.components import Field
from forms.definition import parse as parse_form
from forms.definition import walk
from forms.faults import FormError

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """The models that can be read, by path."""

    roots: Mapping[str, Any]

    def named(self, kind: str, attribute: str) -> Iterator[tuple[str, Any]]:
        for path, root in self.roots.items():
            for node in root.iterchildren(bpmn(kind)):
                if node.get(attribute):
                    yield path, node


def of_family(uow: UnitOfWork, family: str, *, draft_id: str | None = None) -> Row:
    """All of it. NotAllowed for who may not compare the family's versions; Invalid for no family."""
    comparison.require_reader(uow, family)
    package = model_drafts.require_family(uow, family)
    files = _files(uow, package, draft_id)
    manifest, drawn = _manifest(package, files), _drawn(files)
    return {
        "family": family,
        "name": manifest.name,
        "groups": [
            {
                "key": role.key,
                "name": role.name,
                "relation": role.relation,
                "relation_name": _name(manifest, role.relation),
                "on_paper": role.on_paper,
                "second_factor": role.second_factor,
                "is_head": role.is_head,
            }
            for role in manifest.roles.values()
        ],
        "relations": [
            {"key": each.key, "name": each.name, "audiences": sorted(each.audiences)}
            for each in manifest.relations.values()
        ],
        "forms": list(_forms(files)),
        "handlers": _handlers(package, drawn),
        "decisions": list(_decisions(files)),
        "deadlines": [
            {
                "key": each.key,
                "name": each.name,
                "amount": each.amount,
                "unit": each.unit,
                "start_event": each.start_event,
                "binds": each.binds,
                "on_lapse": each.on_lapse,
                "is_law": each.is_law,
                "source": each.source,
                "basis": each.basis,
                "at_receipt": each.at_receipt,
            }
            for each in manifest.deadlines.values()
        ],
        "parameters": _parameters(uow, manifest),
        "messages": _messages(manifest, drawn),
        "errors": [
            {"code": node.get("errorCode"), "name": node.get("name") or "", "file": path}
            for path, node in drawn.named("error", "errorCode")
        ],
        "signals": sorted({node.get("name") for _, node in drawn.named("signal", "name")}),
        "audiences": _choices(dialect.AUDIENCES),
        "calendars": _calendars(uow),
        "processes": [
            {"key": node.get("id"), "name": node.get("name") or node.get("id"), "file": path}
            for path, node in drawn.named("process", "id")
        ],
        "elements": [
            {
                "kind": kind,
                "name": name,
                "name_en": name_en,
                "attributes": [_attribute(each) for each in dialect.of_element(kind)],
            }
            for kind, (name, name_en) in dialect.ELEMENT_NAMES.items()
        ],
        "events": [
            {"kind": kind, "definitions": sorted(names)}
            for kind, names in dialect.EVENT_DEFINITIONS.items()
        ],
    }


def _files(uow: UnitOfWork, package: ProcessPackage, draft_id: str | None) -> Mapping[str, bytes]:
    if draft_id is None:
        return model_drafts.live(uow, package)[1]
    draft = model_drafts.get(uow, draft_id)
    if draft.family != package.family:
        raise Invalid("这个草稿不是该流程族的。", code="other-family")
    return model_parts.files(uow, draft)


def _manifest(package: ProcessPackage, files: Mapping[str, bytes]) -> Manifest:
    """Of the files; while theirs is half-written, the installed one."""
    faults = definitions.manifest_faults(files)
    if faults:
        return package.manifest
    return parse_manifest(files["manifest.toml"], files.get("deadlines.toml"))


def _drawn(files: Mapping[str, bytes]) -> _Drawn:
    roots = {}
    for path, data in files.items():
        if path.startswith("bpmn/"):
            try:
                roots[path] = xml.parse(data, path)
            except Invalid:
                continue
    return _Drawn(roots=roots)


def _forms(files: Mapping[str, bytes]) -> Iterator[Row]:
    for path, data in files.items():
        if not path.startswith("forms/"):
            continue
        key = path.removeprefix("forms/").removesuffix(".json")
        try:
            form = parse_form(data)
        except FormError:
            yield {"key": key, "name": PurePosixPath(path).stem, "fields": []}
            continue
        yield {
            "key": key,
            "name": PurePosixPath(path).stem,
            "fields": [
                {"key": each.key, "label": each.label, "type": each.type}
                for each in walk(form.components)
                if isinstance(each, Field) and each.key
            ],
        }


def _handlers(package: ProcessPackage, drawn: _Drawn) -> list[Row]:
    used: dict[str, list[Row]] = {}
    for root in drawn.roots.values():
        for node in root.iter():
            if isinstance(node.tag, str) and local(node.tag) in dialect.NODES and node.get("id"):
                element = model.read(node, "")
                for name in {element.handler, element.completion} - {""}:
                    shown = {"element_id": element.id, "element_name": element.name}
                    used.setdefault(name, []).append({**shown, "kind": element.kind})
    return [
        {
            "key": key,
            "does": _does(handler),
            "guard": handler.guard,
            "repeatable": handler.repeatable,
            "used_by": used.get(key, []),
        }
        for key, handler in sorted(package.handlers.items())
    ]


def _does(handler: Handler) -> str:
    """The first line that its function says of itself."""
    return (inspect.getdoc(handler.call) or "").partition("\n")[0]


def _decisions(files: Mapping[str, bytes]) -> Iterator[Row]:
    for path, data in files.items():
        if not path.startswith("dmn/"):
            continue
        try:
            graph = dmn.parse(data, functions=FUNCTION_NAMES).graph
        except dmn.DecisionError:
            continue
        for key, decision in graph.decisions.items():
            table = decision.logic if isinstance(decision.logic, decision_model.Table) else None
            yield {
                "key": key,
                "name": decision.name or key,
                "file": path,
                "inputs": [each.label or each.id for each in table.inputs] if table else [],
                "outputs": [each.name for each in table.outputs] if table else [],
            }


def _parameters(uow: UnitOfWork, manifest: Manifest) -> list[Row]:
    found = []
    for each in manifest.parameters.values():
        row = parameters.find(uow, manifest.key, each.key)
        found.append(
            {
                "key": each.key,
                "name": each.name,
                "value": each.value if row is None else row.value,
                "unit": each.unit,
                "is_law": each.is_law,
                "source": each.source,
            }
        )
    return found


def _messages(manifest: Manifest, drawn: _Drawn) -> list[Row]:
    found: dict[str, Row] = {}
    for path, node in drawn.named("message", "name"):
        key = node.get("name")
        by_hand = manifest.messages.get(key)
        name = by_hand.name if by_hand is not None else key
        found.setdefault(
            key, {"key": key, "name": name, "by_hand": by_hand is not None, "file": path}
        )
    return list(found.values())


def _calendars(uow: UnitOfWork) -> list[Row]:
    query = sa.select(CalendarYear.calendar, CalendarYear.year).distinct()
    years: dict[str, list[int]] = {}
    for calendar, year in uow.session.execute(
        query.order_by(CalendarYear.calendar, CalendarYear.year)
    ):
        years.setdefault(calendar, []).append(year)
    return [{"key": key, "years": found} for key, found in years.items()]


def _attribute(each: dialect.Attribute) -> Row:
    return {
        "key": each.key,
        "on": each.on,
        "type": each.type,
        "choices": _choices(each.choices or {}, key="value"),
        "default": each.default,
        "needed": each.needed,
        "name": each.name,
        "name_en": each.name_en,
        "help": each.help,
        "help_en": each.help_en,
    }


def _choices(names: Mapping[str, tuple[str, str]], *, key: str = "key") -> list[Row]:
    return [
        {key: each, "name": name, "name_en": name_en} for each, (name, name_en) in names.items()
    ]


def _name(manifest: Manifest, relation: str) -> str:
    found = manifest.relations.get(relation)
    return found.name if found is not None else relation
