"""Passing a task on, lending it, urging it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api import pagination, preconditions
from api.fields import Choice, Identifier, Request, Text
from api.pagination import PageQuery
from api.routes.people import UserPageSchema
from api.routes.tasks import TaskSchema
from api.routing import Routes
from api.shown import tasks as shown
from engine import tasks
from engine.handover import handovers, urging
from engine.tables import Task
from engine.unit_of_work import UnitOfWork

routes = Routes("handovers", "转办、委派和催办")


class PassOnSchema(Request):
    user_id = Identifier(required=True)
    opinion = Text(most=handovers.LONGEST_OPINION, least=1, multiline=True, required=True)


class AnswerSchema(Request):
    opinion = Text(most=handovers.LONGEST_OPINION, least=1, multiline=True, required=True)


class RecallSchema(Request):
    reason = Text(most=handovers.LONGEST_OPINION, least=1, multiline=True, required=True)


class UrgeSchema(Request):
    channel = Choice(
        list(urging.CHANNELS),
        load_default=urging.IN_APP,
        metadata={"description": "in_app 由系统提醒；phone、in_person 只作记录"},
    )
    note = Text(most=urging.LONGEST_NOTE, multiline=True, load_default="")


class TakersQuery(PageQuery):
    kind = Choice(list(handovers.KINDS), load_default=handovers.TRANSFER)
    q = Text(most=80, load_default="")


@routes.get("/tasks/<id:task_id>/takers", UserPageSchema, query=TakersQuery)
def takers(uow: UnitOfWork, query: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """可以转办（transfer）或委派（lend）给谁，按姓名。"""
    listing = f"takers {task_id} {query['kind']}"
    found = handovers.takers(
        uow,
        task_id,
        kind=query["kind"],
        q=query["q"],
        after=pagination.decode(listing, query["cursor"], str),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing, found, query["limit"], key=lambda row: (row.name, row.id), show=list
    )


@routes.post(
    "/tasks/<id:task_id>/transfer",
    TaskSchema,
    takes=PassOnSchema,
    if_match=True,
    revision="revision",
)
def transfer(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """转办：换由他人办理，连同草稿；须写事由。"""
    revision = _offered(uow, task_id)
    task = handovers.transfer(
        uow, task_id, body["user_id"], opinion=body["opinion"], revision=revision
    )
    return _left(uow, task)


@routes.post(
    "/tasks/<id:task_id>/lend", TaskSchema, takes=PassOnSchema, if_match=True, revision="revision"
)
def lend(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """委派：由他人先办，交回后仍由本人办结。"""
    revision = _offered(uow, task_id)
    task = handovers.lend(uow, task_id, body["user_id"], opinion=body["opinion"], revision=revision)
    return _left(uow, task)


@routes.post(
    "/tasks/<id:task_id>/give-back",
    TaskSchema,
    takes=AnswerSchema,
    if_match=True,
    revision="revision",
)
def give_back(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """委派办结：写明意见，交回委派人。"""
    revision = _offered(uow, task_id)
    task = handovers.give_back(uow, task_id, opinion=body["opinion"], revision=revision)
    return _left(uow, task)


@routes.post(
    "/tasks/<id:task_id>/recall", TaskSchema, takes=RecallSchema, if_match=True, revision="revision"
)
def recall(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """收回委派，草稿保留。"""
    revision = _offered(uow, task_id)
    return _left(uow, handovers.recall(uow, task_id, reason=body["reason"], revision=revision))


@routes.post("/tasks/<id:task_id>/urge", TaskSchema, takes=UrgeSchema, revision="revision")
def urge(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """催办；同一任务两次之间须间隔一段时间。"""
    urging.urge(uow, task_id, channel=body["channel"], note=body["note"])
    return shown.whole(uow, uow.session.get_one(Task, task_id))


def _left(uow: UnitOfWork, task: Task) -> Mapping[str, Any]:
    """As the actor sees it now, who may have passed it out of their own sight."""
    return shown.whole(uow, task)


def _offered(uow: UnitOfWork, task_id: str) -> int:
    return preconditions.offered(tasks.get(uow, task_id).revision)
