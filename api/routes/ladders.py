"""Ladders of reminders: what is in force, every version, changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from api.fields import Answer, Identifier, Instant, Request, Text, Values
from api.routing import Routes
from engine.administration import duties
from engine.reminding import ladders, rungs
from engine.tables import ReminderLadder
from engine.unit_of_work import UnitOfWork

routes = Routes("ladders", "提醒和督促的阶梯", admin=True)


class RungSchema(Answer):
    offset = fields.Integer(metadata={"description": "届满之前的为负，当日为0"})
    unit = fields.String(metadata={"enum": list(rungs.UNITS)})
    to = fields.List(
        fields.String(),
        metadata={"description": "holder、candidates、starter、role:岗位、relation:关系"},
    )
    channels = fields.List(fields.String(metadata={"enum": list(rungs.CHANNELS)}))
    binding = fields.Boolean(metadata={"description": "邮件立即发给每个人，不论其选择"})


class LadderSchema(Answer):
    id = Identifier()
    family = fields.String()
    key = fields.String(metadata={"description": f"期限的名称；“{rungs.DEFAULT}”为默认"})
    version = fields.Integer()
    rungs = fields.List(fields.Nested(RungSchema))
    source = fields.String()
    created_at = Instant()
    allowed_acts = fields.List(fields.String(metadata={"enum": ["change"]}))


class FamilyQuery(Request):
    family = Text(most=64, least=1, required=True)


class KeyQuery(FamilyQuery):
    key = Text(most=64, least=1, required=True)


class LadderChangeSchema(KeyQuery):
    rungs = fields.List(Values(), required=True, validate=validate.Length(max=rungs.MOST_RUNGS))
    source = Text(most=200, least=1, required=True)


@routes.get("/ladders", LadderSchema, query=FamilyQuery, many=True)
def list_ladders(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """一个流程族现行的提醒阶梯；没有单独列出的期限按默认的提醒。"""
    return [_shown(uow, row) for row in ladders.in_force(uow, query["family"])]


@routes.get("/ladders/versions", LadderSchema, query=KeyQuery, many=True)
def list_versions(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """一个阶梯的各个版本，新的在前。"""
    return [_shown(uow, row) for row in ladders.versions(uow, query["family"], query["key"])]


@routes.post("/ladders/changes", LadderSchema, takes=LadderChangeSchema, status=201)
def change(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """调整提醒的时间、对象和渠道，写明依据；旧的版本保留，进行中的期限从下一级提醒起按新的办。"""
    return _shown(uow, ladders.change(uow, **body))


def _shown(uow: UnitOfWork, row: ReminderLadder) -> Mapping[str, Any]:
    names = LadderSchema().fields.keys() - {"allowed_acts"}
    may = duties.holds(uow, duties.SYSTEM_ADMIN)
    return {
        **{name: getattr(row, name) for name in names},
        "rungs": [rungs.read(rung).as_dict() for rung in row.rungs],
        "allowed_acts": ["change"] if may else [],
    }
