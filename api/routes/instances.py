"""Cases: start, find, look at, suspend, resume, cancel; their history and diagrams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Response
from marshmallow import fields

from api import language, pagination, workbooks
from api.fields import (
    Answer,
    Choice,
    Flag,
    Identifier,
    Instant,
    Name,
    Request,
    Sentence,
    Text,
    Values,
    Whole,
    page_of,
)
from api.pagination import PageQuery
from api.routes.deadlines import DeadlineSchema
from api.routes.paper_acts import OnPaperSchema
from api.routes.people import OrganisationSchema, PersonSchema
from api.routes.tasks import TaskSummarySchema
from api.routing import Routes
from api.shown import events, tasks
from api.shown import instances as shown
from api.workbooks import Cell
from engine import instances, pages, starting, store
from engine.clock import local_date
from engine.desk import casebook, outlook
from engine.desk.outlook import Ahead
from engine.permission import access
from engine.repository import diagrams
from engine.states import INSTANCE_MOVES, InstanceState
from engine.tables import Instance
from engine.unit_of_work import UnitOfWork

routes = Routes("instances", "案件")

_LISTING = "instances"

_STATES = {
    InstanceState.ACTIVE: "在办",
    InstanceState.SUSPENDED: "已暂停",
    InstanceState.COMPLETED: "已办结",
    InstanceState.CANCELLED: "已撤销",
}

TARGETS = {
    "suspend": InstanceState.SUSPENDED,
    "resume": InstanceState.ACTIVE,
    "cancel": InstanceState.CANCELLED,
}


class DefinitionRefSchema(Answer):
    id = Identifier()
    key = fields.String()
    version = fields.Integer()
    name = Name()


class PartySchema(Answer):
    relation = fields.String()
    relation_name = Sentence()
    organisation = fields.Nested(OrganisationSchema)
    person = fields.Nested(
        PersonSchema, allow_none=True, metadata={"description": "只约及单位中的这一人"}
    )
    notified_at = Instant(allow_none=True)


class InstanceSchema(Answer):
    id = Identifier()
    family = fields.String()
    business_key = fields.String(allow_none=True, metadata={"description": "案号"})
    title = fields.String()
    state = fields.String(metadata={"enum": list(InstanceState)})
    started_at = Instant()
    ended_at = Instant(allow_none=True)
    started_by = fields.Nested(PersonSchema, allow_none=True)
    definition = fields.Nested(DefinitionRefSchema)
    parties = fields.List(fields.Nested(PartySchema))
    open_tasks = fields.List(fields.Nested(TaskSummarySchema))
    deadlines = fields.List(fields.Nested(DeadlineSchema))
    incidents = fields.Integer(metadata={"description": "未处理的异常数"})
    allowed_acts = fields.List(fields.String(metadata={"enum": ["cancel", "suspend", "resume"]}))


class EventActorSchema(Answer):
    name = fields.String()
    title = fields.String()


class EventSchema(Answer):
    id = Identifier()
    seq = fields.Integer(
        allow_none=True,
        metadata={"description": "案件中的序号；看不到内部情况的人没有，以免由空缺推知内部活动"},
    )
    at = Instant()
    kind = fields.String()
    text = Sentence(metadata={"description": "一句中文"})
    actor = fields.Nested(EventActorSchema)
    element_id = fields.String(allow_none=True)
    element_name = Name(allow_none=True)
    task_id = Identifier(allow_none=True)
    audience = fields.String(metadata={"enum": ["internal", "unit", "superior", "public"]})
    opinion = fields.String(allow_none=True)
    on_paper = fields.Nested(OnPaperSchema, allow_none=True)
    elapsed_seconds = fields.Integer(allow_none=True, metadata={"description": "任务从到达到办结"})


class CurrentElementSchema(Answer):
    element_id = fields.String()
    count = fields.Integer()


class AheadSchema(Answer):
    process_key = fields.String()
    element_id = fields.String()
    name = Name()
    is_certain = fields.Boolean(metadata={"description": "之前没有分支，必定经过"})
    groups = fields.List(Name(), metadata={"description": "可以办理的岗位"})
    people = fields.List(
        fields.String(), metadata={"description": "任职的人，少时列出；只给能看内部情况的人"}
    )


class DiagramProcessSchema(Answer):
    key = fields.String()
    name = Name()
    xml = fields.String()
    done = fields.List(fields.String())
    current = fields.List(fields.Nested(CurrentElementSchema))


class DiagramSchema(Answer):
    processes = fields.List(fields.Nested(DiagramProcessSchema))


class InstancesQuery(PageQuery):
    family = Text(most=64, load_default=None)
    state = Choice(list(InstanceState), load_default=None)
    stage = Text(
        most=40,
        least=1,
        load_default=None,
        metadata={"description": "办理阶段；只列出能看到内部情况的案件"},
    )
    unit_id = Identifier(load_default=None, metadata={"description": "案件所涉的单位"})
    year = Whole(least=1949, most=2199, load_default=None, metadata={"description": "发起的年份"})
    mine = Flag(load_default=False, metadata={"description": "我发起的，或者有任务在我手中的"})
    overdue = Flag(load_default=False, metadata={"description": "有能看到的任务已经逾期"})
    q = Text(most=80, load_default="")


class StartSchema(Request):
    family = Text(most=64, least=1, required=True)
    business_key = Text(most=100, least=1, load_default=None, allow_none=True)
    title = Text(most=300, load_default="")
    values = Values(load_default=dict)


class ReasonSchema(Request):
    reason = Text(most=300, least=1, multiline=True, required=True)


@routes.post("/instances", InstanceSchema, takes=StartSchema, status=201)
def start(uow: UnitOfWork, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """发起一个案件。"""
    instance = starting.by_person(
        uow,
        body["family"],
        body["values"],
        business_key=body["business_key"],
        title=body["title"],
    )
    return _shown(uow, instance), {"Location": f"/api/v1/instances/{instance.id}"}


@routes.get("/instances", page_of(InstanceSchema), query=InstancesQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """能看到的案件，最近发起的在前。"""
    rows = casebook.search(
        uow,
        _asked(query),
        after=pagination.decode(_LISTING, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _LISTING,
        rows,
        query["limit"],
        key=lambda row: (row.started_at, row.id),
        show=lambda rows: shown.whole(uow, rows),
    )


@routes.get("/instances/export", query=InstancesQuery, media_type=workbooks.MEDIA_TYPE)
def export(uow: UnitOfWork, query: Mapping[str, Any]) -> Response:
    """按同样的筛选导出 XLSX。"""
    return workbooks.download(uow, "案件", _COLUMNS, _cells(uow, _asked(query)))


@routes.get("/instances/<id:instance_id>", InstanceSchema)
def get(uow: UnitOfWork, instance_id: str) -> Mapping[str, Any]:
    """一个案件。"""
    return _shown(uow, access.require_instance(uow, instance_id))


@routes.post("/instances/<id:instance_id>/suspend", InstanceSchema, takes=ReasonSchema)
def suspend(uow: UnitOfWork, body: Mapping[str, str], instance_id: str) -> Mapping[str, Any]:
    """暂停：期间不能办理，定时不触发。"""
    return _moved(uow, instance_id, "suspend", instances.suspend, body)


@routes.post("/instances/<id:instance_id>/resume", InstanceSchema, takes=ReasonSchema)
def resume(uow: UnitOfWork, body: Mapping[str, str], instance_id: str) -> Mapping[str, Any]:
    """恢复。"""
    return _moved(uow, instance_id, "resume", instances.resume, body)


@routes.post("/instances/<id:instance_id>/cancel", InstanceSchema, takes=ReasonSchema)
def cancel(uow: UnitOfWork, body: Mapping[str, str], instance_id: str) -> Mapping[str, Any]:
    """撤销：未办的任务和定时一并取消。"""
    return _moved(uow, instance_id, "cancel", instances.cancel, body)


@routes.get("/instances/<id:instance_id>/events", page_of(EventSchema), query=PageQuery)
def history(uow: UnitOfWork, query: Mapping[str, Any], instance_id: str) -> Mapping[str, Any]:
    """流转记录，从头开始。"""
    instance = access.require_instance(uow, instance_id)
    listing = f"events {instance_id}"
    after = pagination.decode(listing, query["cursor"], type(None))
    rows = pages.events(
        uow, instance_id, after_id=after[1] if after else None, limit=query["limit"] + 1
    )
    return pagination.page(
        listing,
        rows,
        query["limit"],
        # the position would tell how much there is between two events that are shown
        key=lambda row: (None, row[0].id),
        show=lambda rows: events.entries(uow, instance, rows),
    )


@routes.get("/instances/<id:instance_id>/outlook", AheadSchema, many=True)
def ahead(uow: UnitOfWork, instance_id: str) -> list[Ahead]:
    """接下来可能经过的步骤，以及由谁办理；按流程图推算，不是承诺。"""
    return outlook.of_instance(uow, access.require_instance(uow, instance_id))


@routes.get("/instances/<id:instance_id>/diagram", DiagramSchema)
def diagram(uow: UnitOfWork, instance_id: str) -> Mapping[str, Any]:
    """流程图与当前位置，包括被调用的流程。"""
    instance = access.require_instance(uow, instance_id)
    return {"processes": diagrams.of_instance(uow, instance)}


_COLUMNS = (
    ("案号", 22),
    ("案件", 40),
    ("类别", 16),
    ("单位", 28),
    ("状态", 10),
    ("发起", 12),
    ("结束", 12),
    ("正在办理", 40),
    ("最近的期限", 12),
)


def _asked(query: Mapping[str, Any]) -> casebook.Filter:
    return casebook.Filter(
        family=query["family"],
        state=query["state"],
        stage=query["stage"],
        unit_id=query["unit_id"],
        year=query["year"],
        is_mine=query["mine"],
        is_overdue=query["overdue"],
        q=query["q"],
    )


def _cells(uow: UnitOfWork, wanted: casebook.Filter) -> Iterator[list[Cell]]:
    """As the list shows them: open tasks and days as far as the asker sees them."""
    for rows in casebook.every(uow, wanted):
        ids = [row.id for row in rows]
        units = tasks.unit_names(uow, ids)
        waiting = pages.open_tasks(uow, ids)
        for row in rows:
            package = uow.engine.packages.get(row.family)
            own = waiting.get(row.id, ())
            due = [local_date(task.due_at) for task in own if task.due_at is not None]
            yield [
                row.business_key,
                row.title,
                package.manifest.name if package is not None else row.family,
                units.get(row.id),
                language.said(_STATES[InstanceState(row.state)]),
                local_date(row.started_at),
                local_date(row.ended_at) if row.ended_at is not None else None,
                "、".join(dict.fromkeys(task.name for task in own)),
                min(due, default=None),
            ]


def _shown(uow: UnitOfWork, instance: Instance) -> Mapping[str, Any]:
    return shown.whole(uow, [instance])[0]


def _moved(
    uow: UnitOfWork,
    instance_id: str,
    act: str,
    move: Callable[..., Instance],
    body: Mapping[str, str],
) -> Mapping[str, Any]:
    """Whether the state permits it is the verb's to say (409), whether the person may is access's.

    The lock comes first: else the state could change between the two answers.
    """
    access.require_instance(uow, instance_id)
    instance = store.lock(uow, instance_id)
    if TARGETS[act] in INSTANCE_MOVES[InstanceState(instance.state)]:
        access.require_act(uow, instance, act)
    return _shown(uow, move(uow, instance_id, reason=body["reason"]))
