"""Sending a task back along the way it came, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api import preconditions
from api.fields import Answer, Choice, Identifier, Instant, Name, Request, Text
from api.routes.mending import EffectsSchema
from api.routes.tasks import CompletionSchema
from api.routing import Routes
from api.shown import tasks as shown
from engine import tasks
from engine.handover import returns
from engine.handover.returns import Destination, Mode
from engine.unit_of_work import UnitOfWork

routes = Routes("returns", "退回和撤回")


class WaySchema(Answer):
    mode = fields.String(metadata={"enum": list(Mode)})
    allowed = fields.Boolean()
    code = fields.String(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "为什么不能这样退回"})


class DestinationSchema(Answer):
    task_id = Identifier(metadata={"description": "退回时写在 to 里"})
    element_id = fields.String()
    name = Name()
    item = fields.String()
    done_by = fields.String()
    done_at = Instant()
    is_previous = fields.Boolean(metadata={"description": "上一步"})
    is_start = fields.Boolean(metadata={"description": "起点"})
    again = fields.List(Name(), metadata={"description": "只退回时将重新经过的步骤"})
    ways = fields.List(fields.Nested(WaySchema))


class TargetSchema(Request):
    to = Identifier(required=True)
    mode = Choice(list(Mode), required=True)


class SendBackSchema(TargetSchema):
    opinion = Text(most=returns.LONGEST_OPINION, least=1, multiline=True, required=True)


class TakeBackSchema(Request):
    reason = Text(most=returns.LONGEST_OPINION, multiline=True, load_default="")


@routes.get("/tasks/<id:task_id>/destinations", DestinationSchema, many=True)
def destinations(uow: UnitOfWork, task_id: str) -> list[Mapping[str, Any]]:
    """可以退回到的步骤，近的在前；不能退回的说明原因。"""
    return [_shown(row) for row in returns.destinations(uow, task_id)]


@routes.post("/tasks/<id:task_id>/send-back/preview", EffectsSchema, takes=TargetSchema)
def preview(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """预演退回：会取消哪些任务、产生哪些任务；不作改动。"""
    return returns.preview(uow, task_id, to=body["to"], mode=Mode(body["mode"]))


@routes.post(
    "/tasks/<id:task_id>/send-back",
    CompletionSchema,
    takes=SendBackSchema,
    if_match=True,
    revision="task.revision",
)
def send_back(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """退回：只退回，或退回后直接返回。"""
    step = returns.send_back(
        uow,
        task_id,
        to=body["to"],
        mode=Mode(body["mode"]),
        opinion=body["opinion"],
        revision=preconditions.offered(tasks.get(uow, task_id).revision),
    )
    return shown.completion(uow, step, task_id)


@routes.post(
    "/tasks/<id:task_id>/take-back",
    CompletionSchema,
    takes=TakeBackSchema,
    revision="task.revision",
)
def take_back(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """撤回本人刚办结、下一步还没有人动手的任务。"""
    return shown.completion(uow, returns.take_back(uow, task_id, reason=body["reason"]), task_id)


def _shown(row: Destination) -> Mapping[str, Any]:
    return {
        "task_id": row.task.id,
        "element_id": row.task.element_id,
        "name": row.task.name,
        "item": row.task.item_name,
        "done_by": row.done_by,
        "done_at": row.task.completed_at,
        "is_previous": row.is_previous,
        "is_start": row.is_start,
        "again": row.again,
        "ways": [
            {
                "mode": mode,
                "allowed": mode not in row.refused,
                "code": row.refused[mode][0] if mode in row.refused else None,
                "reason": row.refused[mode][1] if mode in row.refused else None,
            }
            for mode in Mode
        ],
    }
