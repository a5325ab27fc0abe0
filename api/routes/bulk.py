"""One act on many tasks, with a result for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from api import auth
from api.fields import (
    Answer,
    Choice,
    Identifier,
    Instant,
    Request,
    Sentence,
    Text,
    Values,
    Whole,
)
from api.routing import Routes
from api.transaction import engine
from engine.handover import batches, bulk, handovers
from engine.handover.bulk import BulkAct, Item
from engine.unit_of_work import UnitOfWork

routes = Routes("bulk", "批量办理")


class ItemSchema(Request):
    task_id = Identifier(required=True)
    revision = Whole(least=1, most=999_999_999, required=True)


class ActSchema(Request):
    act = Choice(list(BulkAct), required=True)
    to = Identifier(
        load_default=None, allow_none=True, metadata={"description": "转办给谁（transfer）"}
    )
    opinion = Text(most=handovers.LONGEST_OPINION, multiline=True, load_default="")
    values = Values(
        load_default=dict, metadata={"description": "审批时填入各件表单的内容（approve）"}
    )


class BulkSchema(ActSchema):
    items = fields.List(
        fields.Nested(ItemSchema),
        required=True,
        validate=validate.Length(min=1, max=bulk.MOST, error="length: 请选 {min} 至 {max} 项。"),
    )


class BatchRequestSchema(ActSchema):
    items = fields.List(
        fields.Nested(ItemSchema),
        required=True,
        validate=validate.Length(min=1, max=batches.MOST, error="length: 请选 {min} 至 {max} 项。"),
    )


class ItemFaultSchema(Answer):
    pointer = fields.String()
    detail = Sentence()
    code = fields.String()


class ResultSchema(Answer):
    task_id = Identifier()
    name = fields.String()
    done = fields.Boolean()
    code = fields.String(allow_none=True)
    detail = Sentence(allow_none=True, metadata={"description": "没有办成的原因"})
    errors = fields.List(fields.Nested(ItemFaultSchema))


class ResultsSchema(Answer):
    done = fields.Integer()
    failed = fields.Integer()
    results = fields.List(fields.Nested(ResultSchema))


class BatchResultSchema(Answer):
    task_id = Identifier()
    name = fields.String()
    state = fields.String(metadata={"enum": ["waiting", "done", "refused", "stopped"]})
    code = fields.String(allow_none=True)
    detail = Sentence(allow_none=True, metadata={"description": "没有办成的原因"})
    errors = fields.List(fields.Nested(ItemFaultSchema))


class BatchSchema(Answer):
    id = Identifier()
    act = fields.String(metadata={"enum": list(BulkAct)})
    started_at = Instant()
    total = fields.Integer()
    done = fields.Integer()
    failed = fields.Integer(metadata={"description": "没有办成的，和停止以后没有办的"})
    waiting = fields.Integer()
    results = fields.List(fields.Nested(BatchResultSchema))
    allowed_acts = fields.List(fields.String(metadata={"enum": ["stop"]}))


@routes.post("/tasks/bulk", ResultsSchema, takes=BulkSchema, own_transaction=True)
def run(body: Mapping[str, Any]) -> dict[str, Any]:
    """批量认领、转办、审批：各件互不影响，逐件答复。"""
    items = _items(body)
    results = bulk.run(
        engine(),
        auth.actor(),
        BulkAct(body["act"]),
        items,
        to=body["to"],
        opinion=body["opinion"],
        values=body["values"],
    )
    failed = sum(result.error is not None for result in results)
    return {
        "done": len(results) - failed,
        "failed": failed,
        "results": [
            {
                "task_id": result.task_id,
                "name": result.name,
                "done": result.error is None,
                "code": result.error.code if result.error else None,
                "detail": result.error.detail if result.error else None,
                "errors": list(getattr(result.error, "errors", ())),
            }
            for result in results
        ],
    }


@routes.post("/tasks/batches", BatchSchema, takes=BatchRequestSchema, status=202)
def begin(uow: UnitOfWork, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """在后台批量认领、转办、审批：离开页面也接着办，进度另查，可以停止。"""
    batch = batches.start(
        uow,
        BulkAct(body["act"]),
        _items(body),
        to=body["to"],
        opinion=body["opinion"],
        values=body["values"],
    )
    return _batch(batches.of(uow, batch)), {"Location": f"/api/v1/tasks/batches/{batch}"}


@routes.get("/tasks/batches", BatchSchema, many=True)
def list_batches(uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """本人一天以内的批量办理，新的在前。"""
    return [_batch(found) for found in batches.recent(uow)]


@routes.get("/tasks/batches/<id:batch_id>", BatchSchema)
def get_batch(uow: UnitOfWork, batch_id: str) -> Mapping[str, Any]:
    """本人的一次批量办理：进度和逐件结果。"""
    return _batch(batches.of(uow, batch_id))


@routes.post("/tasks/batches/<id:batch_id>/stop", BatchSchema)
def stop_batch(uow: UnitOfWork, batch_id: str) -> Mapping[str, Any]:
    """停止：还没有办的不再办，办成的不退回；正在办的一件办完为止。"""
    batches.stop(uow, batch_id)
    return _batch(batches.of(uow, batch_id))


def _items(body: Mapping[str, Any]) -> list[Item]:
    return [Item(task_id=row["task_id"], revision=row["revision"]) for row in body["items"]]


def _batch(found: batches.Batch) -> Mapping[str, Any]:
    return {**vars(found), "allowed_acts": ["stop"] if found.waiting else []}
