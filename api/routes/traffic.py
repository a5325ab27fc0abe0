"""Where cases stand and what went through each element, for who runs the system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Choice, Flag, Identifier, Instant, Name, Request, Text, page_of
from api.pagination import PageQuery
from api.routes.instances import DefinitionRefSchema
from api.routing import Routes
from engine.operating import traffic
from engine.operating.traffic import Standing
from engine.spiff.model import Element
from engine.states import InstanceState
from engine.unit_of_work import UnitOfWork

routes = Routes("traffic", "运行概况", admin=True)


class VersionSchema(Answer):
    id = Identifier()
    key = fields.String()
    name = Name()
    version = fields.Integer()
    family = fields.String()
    deployment_id = Identifier()
    deployed_at = Instant()
    note = fields.String()
    deployment_version = fields.Integer()
    is_latest = fields.Boolean()
    started = fields.Integer(metadata={"description": "由它开始、还在进行的案件"})
    cases = fields.Integer(metadata={"description": "有办理位置在这个流程里的案件"})
    tokens = fields.Integer(metadata={"description": "其中的办理位置"})
    incidents = fields.Integer()


class VersionsQuery(Request):
    key = Text(most=100, load_default=None, metadata={"description": "这个流程的所有版本"})
    deployment_id = Identifier(load_default=None, metadata={"description": "这次部署的所有流程"})


class _ElementSchema(Answer):
    element_id = fields.String()
    element_name = Name()
    kind = fields.String()


class ElementCountSchema(_ElementSchema):
    tokens = fields.Integer()
    tasks = fields.Integer()
    timers = fields.Integer()
    jobs_failed = fields.Integer()
    incidents = fields.Integer()


class InstanceCountsSchema(Answer):
    active = fields.Integer()
    suspended = fields.Integer()
    completed = fields.Integer()
    cancelled = fields.Integer()


class DefinitionCountsSchema(Answer):
    definition_id = Identifier()
    elements = fields.List(fields.Nested(ElementCountSchema))
    instances = fields.Nested(InstanceCountsSchema)


class ElementHeatSchema(_ElementSchema):
    entered = fields.Integer()
    left = fields.Integer()
    working_days_total = fields.Integer(metadata={"description": "已离开的合计停留的工作日"})
    working_days_mean = fields.Float(allow_none=True)
    working_days_most = fields.Integer()
    open = fields.Integer(metadata={"description": "其中还没有离开的"})


class DefinitionHeatSchema(Answer):
    definition_id = Identifier()
    from_ = Instant(data_key="from", attribute="from")
    until = Instant()
    elements = fields.List(fields.Nested(ElementHeatSchema))


class HeatQuery(Request):
    from_ = Instant(data_key="from", load_default=None)
    until = Instant(load_default=None)


class PlaceSchema(Answer):
    element_id = fields.String()
    element_name = Name()
    count = fields.Integer()


class StandingInstanceSchema(Answer):
    id = Identifier()
    family = fields.String()
    business_key = fields.String(allow_none=True)
    definition = fields.Nested(DefinitionRefSchema)
    state = fields.String(metadata={"enum": list(InstanceState)})
    started_at = Instant()
    ended_at = Instant(allow_none=True)
    tokens = fields.List(fields.Nested(PlaceSchema))
    jobs = fields.Integer()
    incidents = fields.Integer()


class StandingQuery(PageQuery):
    text = Text(most=100, load_default=None, metadata={"description": "案号的开头，或者编号"})
    family = Text(most=64, load_default=None)
    definition_key = Text(most=100, load_default=None)
    definition_id = Identifier(
        load_default=None, metadata={"description": "停在这个流程版本里的，或由它开始的"}
    )
    state = Choice(list(InstanceState), load_default=None)
    element = Text(
        most=100,
        load_default=None,
        metadata={
            "description": "停在这个环节的；与 has_incident=true 合用时，在这个环节出了异常的"
        },
    )
    has_incident = Flag(load_default=None)


@routes.get("/operations/definitions", VersionSchema, query=VersionsQuery, many=True)
def list_versions(uow: UnitOfWork, query: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """各流程的最新版本，和仍有案件或异常的旧版本；各有多少案件、办理位置和异常。"""
    return [
        {
            **{
                name: getattr(each.definition, name)
                for name in ("id", "key", "name", "version", "family", "deployment_id")
            },
            "deployed_at": each.definition.deployment.deployed_at,
            "note": each.definition.deployment.note,
            "deployment_version": each.definition.deployment.version,
            **{
                name: getattr(each, name)
                for name in ("is_latest", "started", "cases", "tokens", "incidents")
            },
        }
        for each in traffic.versions(uow, key=query["key"], deployment_id=query["deployment_id"])
    ]


@routes.get("/operations/definitions/<id:definition_id>/counts", DefinitionCountsSchema)
def get_counts(uow: UnitOfWork, definition_id: str) -> Mapping[str, Any]:
    """一个流程版本的每个环节上现在有多少令牌、任务、定时、失败的作业和异常。"""
    found, instances = traffic.counts(uow, definition_id)
    return {
        "definition_id": definition_id,
        "elements": [{**_element(each.element), **vars(each)} for each in found],
        "instances": instances,
    }


@routes.get(
    "/operations/definitions/<id:definition_id>/heat", DefinitionHeatSchema, query=HeatQuery
)
def get_heat(uow: UnitOfWork, query: Mapping[str, Any], definition_id: str) -> Mapping[str, Any]:
    """一段时间里每个环节经过多少次、停留多少个工作日；不写时间为最近九十天。"""
    found, since, until = traffic.heat(
        uow, definition_id, begins=query["from_"], ends=query["until"]
    )
    return {
        "definition_id": definition_id,
        "from": since,
        "until": until,
        "elements": [
            {
                **_element(each.element),
                **vars(each),
                "working_days_mean": each.working_days_mean,
            }
            for each in found
        ],
    }


@routes.get("/operations/instances", page_of(StandingInstanceSchema), query=StandingQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """案件停在哪里，新的在前；只有案号和位置，没有标题和内容。"""
    listing = "standing " + " ".join(
        str(query[key]) for key in sorted(query) if key not in ("cursor", "limit")
    )
    rows = traffic.search(
        uow,
        text=query["text"],
        family=query["family"],
        definition_key=query["definition_key"],
        definition_id=query["definition_id"],
        state=query["state"],
        element_id=query["element"],
        has_incident=query["has_incident"],
        after=pagination.decode(listing, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        rows,
        query["limit"],
        key=lambda row: (row.instance.started_at, row.instance.id),
        show=_shown,
    )


def _element(element: Element) -> Mapping[str, str]:
    return {"element_id": element.id, "element_name": element.name, "kind": element.kind}


def _shown(rows: Sequence[Standing]) -> list[Mapping[str, Any]]:
    return [
        {
            "id": row.instance.id,
            "family": row.instance.family,
            "business_key": row.instance.business_key,
            "definition": row.instance.definition,
            "state": row.instance.state,
            "started_at": row.instance.started_at,
            "ended_at": row.instance.ended_at,
            "tokens": row.tokens,
            "jobs": row.jobs,
            "incidents": row.incidents,
        }
        for row in rows
    ]
