"""One act on many tasks, with a result for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from api import auth
from api.fields import Answer, Choice, Identifier, Request, Sentence, Text, Values, Whole
from api.routing import Routes
from api.transaction import engine
from engine.handover import bulk, handovers
from engine.handover.bulk import BulkAct, Item

routes = Routes("bulk", "批量办理")


class ItemSchema(Request):
    task_id = Identifier(required=True)
    revision = Whole(least=1, most=999_999_999, required=True)


class BulkSchema(Request):
    act = Choice(list(BulkAct), required=True)
    items = fields.List(
        fields.Nested(ItemSchema),
        required=True,
        validate=validate.Length(min=1, max=bulk.MOST, error="length: 请选 {min} 至 {max} 项。"),
    )
    to = Identifier(
        load_default=None, allow_none=True, metadata={"description": "转办给谁（transfer）"}
    )
    opinion = Text(most=handovers.LONGEST_OPINION, multiline=True, load_default="")
    values = Values(
        load_default=dict, metadata={"description": "审批时填入各件表单的内容（approve）"}
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


@routes.post("/tasks/bulk", ResultsSchema, takes=BulkSchema, own_transaction=True)
def run(body: Mapping[str, Any]) -> dict[str, Any]:
    """批量认领、转办、审批：各件互不影响，逐件答复。"""
    items = [Item(task_id=row["task_id"], revision=row["revision"]) for row in body["items"]]
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
