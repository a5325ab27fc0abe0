"""What an open page asks again and again: who else has the task open, and whether anything is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Flag, Request
from api.routes.people import PersonSchema
from api.routes.tasks import TaskCountsSchema
from api.routing import Routes
from engine.desk import presence, worklist
from engine.reminding import notifications
from engine.unit_of_work import UnitOfWork

routes = Routes("presence", "在场和动静")


class BeatSchema(Request):
    leaves = Flag(load_default=False, metadata={"description": "本人刚关上这一页"})


class PresentSchema(Answer):
    others = fields.List(
        fields.Nested(PersonSchema), metadata={"description": "此刻也打开着这项任务的人"}
    )
    again_in = fields.Integer(metadata={"description": "过几秒再说一次"})


class PulseSchema(Answer):
    tasks = fields.Nested(TaskCountsSchema)
    unread = fields.Integer(metadata={"description": "未读通知"})


@routes.put("/tasks/<id:task_id>/presence", PresentSchema, takes=BeatSchema)
def beat(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """我打开着这项任务；还有谁也打开着。不含任何人填写的内容。"""
    if body["leaves"]:
        presence.leave(uow, task_id)
        return {"others": [], "again_in": 0}
    others = presence.beat(uow, task_id)
    return {
        "others": [{"id": user.id, "name": user.name} for user in others],
        "again_in": int(presence.BEAT.total_seconds()),
    }


@routes.get("/pulse", PulseSchema, conditional=True)
def pulse(uow: UnitOfWork) -> Mapping[str, Any]:
    """各标签下的任务数和未读通知数；与 If-None-Match 相同时为 304，没有内容。"""
    return {"tasks": worklist.counts(uow), "unread": notifications.unread_count(uow)}
