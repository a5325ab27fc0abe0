"""Opinions, questions and replies around a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Choice, Identifier, Instant, Name, Request, Text
from api.routes.people import PersonSchema
from api.routing import Routes
from api.shown import around
from engine import tasks
from engine.handover import comments
from engine.tables import Comment
from engine.unit_of_work import UnitOfWork

routes = Routes("comments", "意见、提问和回复")


class CommentSchema(Answer):
    id = Identifier()
    kind = fields.String(metadata={"enum": list(comments.KINDS)})
    reply_to = Identifier(allow_none=True)
    author = fields.Nested(PersonSchema, allow_none=True)
    stand_in = fields.Nested(PersonSchema, allow_none=True, metadata={"description": "代写人"})
    text = fields.String(allow_none=True, metadata={"description": "撤回或按规则删除后为空"})
    at = Instant()
    withdrawn_at = Instant(allow_none=True)
    withdrawn_by = fields.Nested(PersonSchema, allow_none=True)
    reason = fields.String(metadata={"description": "撤回的理由"})
    allowed_acts = fields.List(fields.String(metadata={"enum": ["reply", "withdraw"]}))


class TaskCommentsSchema(Answer):
    task_id = Identifier()
    name = Name()
    item = fields.String()
    comments = fields.List(fields.Nested(CommentSchema))


class SaySchema(Request):
    kind = Choice(list(comments.KINDS), load_default=comments.OPINION)
    text = Text(most=comments.LONGEST_TEXT, least=1, multiline=True, required=True)
    reply_to = Identifier(load_default=None, allow_none=True)


class WithdrawSchema(Request):
    reason = Text(most=comments.LONGEST_TEXT, least=1, multiline=True, required=True)


@routes.get("/tasks/<id:task_id>/comments", CommentSchema, many=True)
def of_task(uow: UnitOfWork, task_id: str) -> list[dict[str, Any]]:
    """一项任务的意见、提问和回复，早的在前。"""
    return around.said(uow, tasks.get(uow, task_id), comments.of_task(uow, task_id))


@routes.get("/instances/<id:instance_id>/comments", TaskCommentsSchema, many=True)
def of_instance(uow: UnitOfWork, instance_id: str) -> list[dict[str, Any]]:
    """一个案件中能看到的各项任务的意见、提问和回复。"""
    return [
        {
            "task_id": task.id,
            "name": task.name,
            "item": task.item_name,
            "comments": around.said(uow, task, rows),
        }
        for task, rows in comments.of_instance(uow, instance_id)
    ]


@routes.post("/tasks/<id:task_id>/comments", CommentSchema, takes=SaySchema, status=201)
def add(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> dict[str, Any]:
    """发表意见、提问或回复；发表后不能修改，可以撤回。"""
    row = comments.add(uow, task_id, body["kind"], body["text"], reply_to=body["reply_to"])
    return _shown(uow, row)


@routes.post("/comments/<id:comment_id>/withdraw", CommentSchema, takes=WithdrawSchema)
def withdraw(uow: UnitOfWork, body: Mapping[str, str], comment_id: str) -> dict[str, Any]:
    """撤回本人的意见：不再显示内容，留下撤回的人、时间和理由。"""
    return _shown(uow, comments.withdraw(uow, comment_id, reason=body["reason"]))


def _shown(uow: UnitOfWork, row: Comment) -> dict[str, Any]:
    return around.said(uow, tasks.get(uow, row.task_id), [row])[0]
