"""Voting on tasks that several people sign, asking further signers, taking them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api import pagination, preconditions
from api.fields import Choice, Identifier, Request, Text, Values
from api.pagination import PageQuery
from api.routes.people import UserPageSchema
from api.routes.tasks import CompletionSchema, TaskSchema
from api.routing import Routes
from api.shown import tasks as shown
from engine import tasks
from engine.errors import NotAllowed
from engine.permission import access
from engine.signoff import cosigners, signers, signing
from engine.spiff.signing import VOTES
from engine.tables import Task
from engine.unit_of_work import UnitOfWork

routes = Routes("signoffs", "会签、加签和减签")


class VoteSchema(Request):
    vote = Choice(list(VOTES), required=True)
    opinion = Text(most=signing.LONGEST_TEXT, multiline=True, load_default="")
    values = Values(load_default=dict, metadata={"description": "本人的表单；加签的人没有表单"})


class AddSignerSchema(Request):
    user_id = Identifier(required=True)
    placement = Choice(list(signers.PLACEMENTS), required=True)
    question = Text(most=signing.LONGEST_TEXT, multiline=True, load_default="")


class RemoveSignerSchema(Request):
    reason = Text(most=signing.LONGEST_TEXT, least=1, multiline=True, required=True)


class PeopleQuery(PageQuery):
    q = Text(most=80, load_default="")


@routes.post(
    "/tasks/<id:task_id>/vote",
    CompletionSchema,
    takes=VoteSchema,
    if_match=True,
    revision="task.revision",
)
def vote(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """表决：同意、不同意或弃权；结果已定时流程继续。"""
    step = signing.vote(
        uow,
        task_id,
        body["vote"],
        values=body["values"],
        opinion=body["opinion"],
        revision=_offered(uow, task_id),
    )
    return shown.completion(uow, step, task_id)


@routes.get("/tasks/<id:task_id>/possible-signers", UserPageSchema, query=PeopleQuery)
def possible(uow: UnitOfWork, query: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """可以加签的人：本单位的在岗人员，以及与案件有关、看得到这项任务的人。"""
    task = tasks.get(uow, task_id)
    if not any(act.startswith("add_signer") for act in access.allowed_acts(uow, task)):
        raise NotAllowed("您现在不能加签，请刷新后查看可以进行的操作。", act="add_signer")
    listing = f"possible-signers {task_id}"
    after = pagination.decode(listing, query["cursor"], str)
    rows = cosigners.possible(uow, task, q=query["q"], after=after, limit=query["limit"] + 1)
    return pagination.page(
        listing, rows, query["limit"], key=lambda row: (row.name, row.id), show=list
    )


@routes.post(
    "/tasks/<id:task_id>/signers",
    TaskSchema,
    takes=AddSignerSchema,
    if_match=True,
    revision="revision",
)
def add(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """加签：before 先由其提出意见再回到本人，after 在本人之后，parallel 同时。"""
    task = cosigners.add(
        uow,
        task_id,
        body["user_id"],
        placement=body["placement"],
        question=body["question"],
        revision=_offered(uow, task_id),
    )
    return shown.whole(uow, task)


@routes.post(
    "/tasks/<id:task_id>/signers/<id:signer_id>/remove", TaskSchema, takes=RemoveSignerSchema
)
def remove(
    uow: UnitOfWork, body: Mapping[str, str], task_id: str, signer_id: str
) -> Mapping[str, Any]:
    """减签：还没有表决的签署方不再需要签署；其余已足以得出结果时流程继续。"""
    cosigners.remove(uow, task_id, signer_id, reason=body["reason"])
    return shown.whole(uow, uow.session.get_one(Task, task_id))


def _offered(uow: UnitOfWork, task_id: str) -> int:
    return preconditions.offered(tasks.get(uow, task_id).revision)
