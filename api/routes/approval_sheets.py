"""Approval sheets made from tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Identifier, Instant, Request, Text, Values
from api.routes.people import PersonSchema
from api.routing import Routes
from api.shown import around
from engine.handover import approval_sheets
from engine.unit_of_work import UnitOfWork

routes = Routes("approval_sheets", "呈批件")


class SheetSchema(Answer):
    id = Identifier()
    task_id = Identifier()
    number = fields.Integer(metadata={"description": "案内编号"})
    version = fields.Integer()
    is_latest = fields.Boolean()
    title = fields.String()
    proposed = fields.String(metadata={"description": "拟办意见"})
    content = Values(metadata={"description": "事项、附件、已有意见、依据、期限，均为生成时所见"})
    made_by = fields.Nested(PersonSchema, allow_none=True)
    stand_in = fields.Nested(PersonSchema, allow_none=True)
    made_at = Instant()
    paper_act_id = Identifier(
        allow_none=True, metadata={"description": "签批后代录的记录；还没有签批时为空"}
    )


class MakeSchema(Request):
    title = Text(most=approval_sheets.LONGEST_TITLE, least=1, required=True)
    proposed = Text(most=approval_sheets.LONGEST_PROPOSAL, least=1, multiline=True, required=True)
    replaces = Identifier(
        load_default=None, allow_none=True, metadata={"description": "由新版取代的呈批件"}
    )


@routes.get("/tasks/<id:task_id>/sheets", SheetSchema, many=True)
def of_task(uow: UnitOfWork, task_id: str) -> list[dict[str, Any]]:
    """一项任务的呈批件，各版俱在。"""
    return around.sheets(uow, approval_sheets.of_task(uow, task_id))


@routes.post("/tasks/<id:task_id>/sheets", SheetSchema, takes=MakeSchema, status=201)
def make(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> dict[str, Any]:
    """由任务生成呈批件，或者它的新版。"""
    row = approval_sheets.make(
        uow, task_id, title=body["title"], proposed=body["proposed"], replaces=body["replaces"]
    )
    return around.sheets(uow, [row])[0]


@routes.get("/sheets/<id:sheet_id>", SheetSchema)
def get(uow: UnitOfWork, sheet_id: str) -> dict[str, Any]:
    """一份呈批件。"""
    row = approval_sheets.get(uow, sheet_id)
    versions = approval_sheets.of_task(uow, row.task_id)
    return next(shown for shown in around.sheets(uow, versions) if shown["id"] == row.id)
