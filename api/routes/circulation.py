"""Copies of tasks, and that they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from api.fields import Identifier, Request, Text
from api.routes.people import UserSchema
from api.routes.tasks import TaskSchema
from api.routing import Routes
from api.shown import tasks as shown
from engine import tasks
from engine.handover import circulation
from engine.tables import User
from engine.unit_of_work import UnitOfWork

routes = Routes("circulation", "抄送和已阅")


class CirculateSchema(Request):
    user_ids = fields.List(
        Identifier(),
        required=True,
        validate=validate.Length(
            min=1, max=circulation.MOST_AT_ONCE, error="length: 请选 {min} 至 {max} 人。"
        ),
    )
    note = Text(most=circulation.LONGEST_NOTE, multiline=True, load_default="")


class ReadersQuery(Request):
    q = Text(most=80, load_default="")


@routes.get("/tasks/<id:task_id>/possible-readers", UserSchema, query=ReadersQuery, many=True)
def possible(uow: UnitOfWork, query: Mapping[str, str], task_id: str) -> Sequence[User]:
    """可以抄送的人：本来就能查看这项任务的人，按姓名。"""
    return circulation.possible(uow, task_id, q=query["q"])


@routes.post("/tasks/<id:task_id>/copies", TaskSchema, takes=CirculateSchema, revision="revision")
def circulate(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """抄送；不开放任何权限，本来无权查看的人不能收到。"""
    circulation.circulate(uow, task_id, body["user_ids"], note=body["note"])
    return shown.whole(uow, tasks.get(uow, task_id))


@routes.post("/tasks/<id:task_id>/copies/read", TaskSchema, revision="revision")
def read(uow: UnitOfWork, task_id: str) -> Mapping[str, Any]:
    """已阅。"""
    circulation.read(uow, task_id)
    return shown.whole(uow, tasks.get(uow, task_id))
