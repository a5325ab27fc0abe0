"""Deadline parameters and other numbers of a family: what is in force, every version, changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api.fields import (
    Answer,
    Choice,
    Identifier,
    Instant,
    Name,
    Request,
    Sentence,
    Text,
    Values,
    Whole,
)
from api.pagination import MOST as MOST_ROWS
from api.routes.calendars import DeadlineMovesSchema, RecountSchema, page_of_moves
from api.routing import Routes
from engine.administration import duties, parameters
from engine.tables import DeadlineRule, Parameter, Recount
from engine.timing import deadline_rules, enclosures, recounts
from engine.timing.periods import MOST, UNITS
from engine.unit_of_work import UnitOfWork

routes = Routes("parameters", "期限参数与其他参数", admin=True)


class PeriodSchema(Answer):
    id = Identifier()
    family = fields.String()
    key = fields.String()
    version = fields.Integer()
    name = Name()
    amount = fields.Integer(metadata={"description": "倒计的为负"})
    unit = fields.String(metadata={"enum": sorted(UNITS)})
    start_event = Sentence()
    binds = fields.String()
    binds_name = Sentence(metadata={"description": "约束谁；流程族没有为它命名的为空"})
    on_lapse = Sentence()
    is_law = fields.Boolean()
    mark = fields.String()
    source = Sentence()
    basis = fields.String()
    at_receipt = fields.Boolean()
    pausable = Sentence()
    extensions = Values(allow_none=True)
    created_at = Instant()
    allowed_acts = fields.List(fields.String(metadata={"enum": ["change", "recount"]}))


class ParameterSchema(Answer):
    family = fields.String()
    key = fields.String()
    version = fields.Integer()
    name = Name()
    value = fields.Raw()
    unit = Sentence()
    period = Sentence()
    bounds = Values()
    is_law = fields.Boolean()
    mark = fields.String()
    source = Sentence()
    basis = fields.String()
    created_at = Instant()
    allowed_acts = fields.List(fields.String(metadata={"enum": ["change"]}))


class FamilyQuery(Request):
    family = Text(most=64, least=1, required=True)


class KeyQuery(FamilyQuery):
    key = Text(most=64, least=1, required=True)


class PeriodPreviewRequestSchema(KeyQuery):
    amount = Whole(least=0, most=MOST, load_default=None)
    unit = Choice(sorted(UNITS), load_default=None)
    limit = Whole(least=1, most=MOST_ROWS, load_default=50)
    after = Identifier(load_default=None)


class PeriodChangeSchema(KeyQuery):
    amount = Whole(least=0, most=MOST, required=True)
    unit = Choice(sorted(UNITS), required=True)
    source = Text(most=200, least=1, required=True)
    basis = Text(most=200, load_default=None)


class PeriodRecountSchema(KeyQuery):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class ParameterChangeSchema(KeyQuery):
    value = fields.Raw(required=True, allow_none=False)
    source = Text(most=200, least=1, required=True)
    basis = Text(most=200, load_default=None)


class PeriodPreviewSchema(DeadlineMovesSchema):
    warnings = fields.List(fields.String())


class PeriodChangedSchema(Answer):
    rule = fields.Nested(PeriodSchema)
    warnings = fields.List(fields.String())
    running = fields.Integer(metadata={"description": "仍按旧参数进行的期限"})


@routes.get("/deadline-rules", PeriodSchema, query=FamilyQuery, many=True)
def list_rules(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """一个流程族现行的期限参数。"""
    return [_rule(uow, row) for row in deadline_rules.in_force(uow, query["family"])]


@routes.get("/deadline-rules/versions", PeriodSchema, query=KeyQuery, many=True)
def list_rule_versions(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """一项期限参数的各个版本，新的在前。"""
    rows = deadline_rules.versions(uow, query["family"], query["key"])
    return [_rule(uow, row) for row in rows]


@routes.post("/deadline-rules/previews", PeriodPreviewSchema, takes=PeriodPreviewRequestSchema)
def preview_rule(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """改成这样（或按现行参数）重新推算，哪些进行中的期限会变动；不改变任何东西。"""
    family, key = body["family"], body["key"]
    found = recounts.preview_rule(uow, family, key, amount=body["amount"], unit=body["unit"])
    rule = deadline_rules.current(uow, family, key)
    if body["amount"] is not None:
        unit = body["unit"] or rule.unit
        rule = deadline_rules.proposed(uow, rule, amount=body["amount"], unit=unit)
    return {
        "warnings": enclosures.warnings(uow, family, rule),
        "looked": found.looked,
        **page_of_moves(found.moves, body["after"], body["limit"]),
    }


@routes.post("/deadline-rules/changes", PeriodChangedSchema, takes=PeriodChangeSchema, status=201)
def change_rule(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """调整期限参数：新的期限即按新参数，进行中的不变。"""
    row = deadline_rules.change(uow, **body)
    found = recounts.preview_rule(uow, body["family"], body["key"])
    return {
        "rule": _rule(uow, row),
        "warnings": enclosures.warnings(uow, row.family, row),
        "running": len(found.moves),
    }


@routes.post("/deadline-rules/recounts", RecountSchema, takes=PeriodRecountSchema, status=201)
def recount_rule(uow: UnitOfWork, body: Mapping[str, str]) -> Recount:
    """把现行参数用于进行中的期限；在后台办理，进度见 /recounts。"""
    return recounts.start_rule(uow, body["family"], body["key"], reason=body["reason"])


@routes.get("/parameters", ParameterSchema, query=FamilyQuery, many=True)
def list_parameters(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """一个流程族现行的其他参数：人数、次数、开关等。"""
    return [_parameter(uow, row) for row in parameters.in_force(uow, query["family"])]


@routes.get("/parameters/versions", ParameterSchema, query=KeyQuery, many=True)
def list_parameter_versions(
    uow: UnitOfWork, query: Mapping[str, str]
) -> Sequence[Mapping[str, Any]]:
    """一项参数的各个版本，新的在前。"""
    rows = parameters.versions(uow, query["family"], query["key"])
    return [_parameter(uow, row) for row in rows]


@routes.post("/parameters/changes", ParameterSchema, takes=ParameterChangeSchema, status=201)
def change_parameter(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """调整一项参数，写明依据；旧的版本保留。"""
    return _parameter(uow, parameters.change(uow, **body))


def _rule(uow: UnitOfWork, row: DeadlineRule) -> Mapping[str, Any]:
    names = PeriodSchema().fields.keys() - {"allowed_acts", "binds_name"}
    may = duties.holds(uow, duties.SYSTEM_ADMIN)
    bound = uow.engine.package(row.family).manifest.relations.get(row.binds)
    return {
        **{name: getattr(row, name) for name in names},
        "binds_name": "" if bound is None else bound.name,
        "allowed_acts": ["change", "recount"] if may else [],
    }


def _parameter(uow: UnitOfWork, row: Parameter) -> Mapping[str, Any]:
    names = ParameterSchema().fields.keys() - {"allowed_acts"}
    may = duties.holds(uow, duties.SYSTEM_ADMIN)
    return {
        **{name: getattr(row, name) for name in names},
        "allowed_acts": ["change"] if may else [],
    }
