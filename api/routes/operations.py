"""What runs by itself: jobs and incidents, for those who run the system; messages from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from api import pagination
from api.fields import Answer, Choice, Identifier, Instant, Request, Text, Values, page_of
from api.pagination import PageQuery
from api.routes.instances import ReasonSchema
from api.routing import Routes
from engine import messages, pages
from engine.administration import duties
from engine.errors import NotFound
from engine.operating import incidents, kept_messages
from engine.permission import access
from engine.states import IncidentState, JobState
from engine.tables import Incident, Instance, Job
from engine.unit_of_work import UnitOfWork

routes = Routes("operations", "作业、异常与消息", admin=True)


class JobSchema(Answer):
    id = Identifier()
    kind = fields.String()
    instance_id = Identifier(allow_none=True)
    element_id = fields.String(allow_none=True)
    due_at = Instant()
    state = fields.String(metadata={"enum": list(JobState)})
    attempts = fields.Integer()
    max_attempts = fields.Integer()
    error = fields.String(allow_none=True)
    created_at = Instant()
    finished_at = Instant(allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["retry"]}))


class IncidentSchema(Answer):
    id = Identifier()
    instance_id = Identifier(allow_none=True)
    job_id = Identifier(allow_none=True)
    element_id = fields.String()
    message = fields.String()
    state = fields.String(metadata={"enum": list(IncidentState)})
    opened_at = Instant()
    resolved_at = Instant(allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["retry"]}))


class JobsQuery(PageQuery):
    state = Choice(list(JobState), load_default=None)
    instance_id = Identifier(load_default=None)


class IncidentsQuery(PageQuery):
    state = Choice(list(IncidentState), load_default=IncidentState.OPEN.value)
    instance_id = Identifier(load_default=None)


class MessageSchema(Request):
    name = Text(most=100, least=1, required=True)
    instance_id = Identifier(load_default=None)
    business_key = Text(most=100, least=1, load_default=None)
    keys = Values(load_default=dict)
    variables = Values(load_default=dict)
    note = Text(most=2000, multiline=True, load_default="")
    message_id = Text(most=100, least=1, load_default=None)

    @validates_schema
    def _addressed(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        if (data["instance_id"] is None) == (data["business_key"] is None):
            raise ValidationError("address: 请给出 instance_id 或 business_key 之一。")


class CorrelationSchema(Answer):
    instance_id = Identifier()


class KeptMessageSchema(Answer):
    id = Identifier()
    name = fields.String()
    instance_id = Identifier(allow_none=True)
    family = fields.String(allow_none=True)
    keys = fields.List(fields.String())
    variables = fields.List(fields.String())
    state = fields.String(metadata={"enum": list(JobState)})
    error = fields.String(allow_none=True)
    created_at = Instant()
    kept_until = Instant()
    allowed_acts = fields.List(fields.String(metadata={"enum": ["deliver", "discard"]}))


class KeptMessagesQuery(PageQuery):
    instance_id = Identifier(load_default=None)


class MessageDeliverySchema(ReasonSchema):
    element_id = Text(most=100, least=1, load_default=None)


@routes.get("/jobs", page_of(JobSchema), query=JobsQuery)
def list_jobs(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """作业，先到期的在前。"""
    rows = pages.jobs(
        uow,
        state=query["state"],
        instance_id=query["instance_id"],
        after=pagination.decode("jobs", query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        "jobs",
        rows,
        query["limit"],
        key=lambda row: (row.due_at, row.id),
        show=lambda rows: [shown_job(uow, row) for row in rows],
    )


@routes.post("/jobs/<id:job_id>/retry", JobSchema, takes=ReasonSchema)
def retry_job(uow: UnitOfWork, body: Mapping[str, str], job_id: str) -> Mapping[str, Any]:
    """重试失败的作业。"""
    return shown_job(uow, incidents.retry_job(uow, job_id, reason=body["reason"]))


@routes.get("/incidents", page_of(IncidentSchema), query=IncidentsQuery)
def list_incidents(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """异常，新的在前。"""
    listing = f"incidents {query['state']}"
    rows = pages.incidents(
        uow,
        state=query["state"],
        instance_id=query["instance_id"],
        after=pagination.decode(listing, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        rows,
        query["limit"],
        key=lambda row: (row.opened_at, row.id),
        show=lambda rows: [shown_incident(uow, row) for row in rows],
    )


@routes.post("/incidents/<id:incident_id>/retry", IncidentSchema, takes=ReasonSchema)
def retry_incident(uow: UnitOfWork, body: Mapping[str, str], incident_id: str) -> Mapping[str, Any]:
    """再次执行出故障的自动步骤。"""
    return shown_incident(uow, incidents.retry(uow, incident_id, reason=body["reason"]))


@routes.post("/messages", CorrelationSchema, takes=MessageSchema)
def send_message(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, str]:
    """把消息交给正在等待它的案件；谁能发哪些消息由流程族规定。"""
    instance = _addressed(uow, body)
    access.require_message(uow, instance, body["name"], note=body["note"])
    correlated = messages.correlate(
        uow,
        body["name"],
        instance_id=instance.id,
        keys=body["keys"],
        variables=body["variables"],
        note=body["note"],
        message_id=body["message_id"],
    )
    return {"instance_id": correlated}


@routes.get("/messages", page_of(KeptMessageSchema), query=KeptMessagesQuery)
def list_messages(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """还没有案件接收的消息，先到的在前；只有名称，没有内容。"""
    rows = kept_messages.search(
        uow,
        instance_id=query["instance_id"],
        after=pagination.decode("messages", query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        "messages",
        rows,
        query["limit"],
        key=lambda row: (row.created_at, row.id),
        show=lambda rows: [shown_message(row) for row in rows],
    )


@routes.post("/messages/<id:job_id>/deliver", KeptMessageSchema, takes=MessageDeliverySchema)
def deliver_message(uow: UnitOfWork, body: Mapping[str, Any], job_id: str) -> Mapping[str, Any]:
    """现在送达一条消息；有几处在等待时，用 element_id 指明是哪一处。"""
    job = kept_messages.deliver(uow, job_id, reason=body["reason"], element_id=body["element_id"])
    return shown_message(job)


@routes.post("/messages/<id:job_id>/discard", KeptMessageSchema, takes=ReasonSchema)
def discard_message(uow: UnitOfWork, body: Mapping[str, str], job_id: str) -> Mapping[str, Any]:
    """作废一条没有案件接收的消息。"""
    return shown_message(kept_messages.discard(uow, job_id, reason=body["reason"]))


def _addressed(uow: UnitOfWork, body: Mapping[str, Any]) -> Instance:
    if body["instance_id"] is not None:
        return access.require_instance(uow, body["instance_id"])
    found = pages.instances_by_key(uow, body["business_key"])
    if len(found) != 1:
        raise NotFound(
            f"案号 {body['business_key']} 没有对应到唯一的案件，请改用 instance_id。",
            code="instance-not-found",
        )
    return found[0]


def shown_job(uow: UnitOfWork, row: Job) -> Mapping[str, Any]:
    """A job as the API shows it."""
    return {**_members(JobSchema, row), "allowed_acts": _acts(uow, row.state == JobState.FAILED)}


def shown_incident(uow: UnitOfWork, row: Incident) -> Mapping[str, Any]:
    """An incident as the API shows it."""
    is_open = row.state == IncidentState.OPEN
    return {**_members(IncidentSchema, row), "allowed_acts": _acts(uow, is_open)}


def shown_message(row: Job) -> Mapping[str, Any]:
    """A kept message as the API shows it to operators: no value that it carries."""
    begins = row.payload.get("begins") or {}
    return {
        **{name: getattr(row, name) for name in ("id", "instance_id", "state", "error")},
        "name": row.payload["name"],
        "family": begins.get("family"),
        "keys": sorted(row.payload["keys"]),
        "variables": sorted(row.payload["variables"]),
        "created_at": row.created_at,
        "kept_until": messages.kept_until(row),
        "allowed_acts": ["deliver", "discard"] if row.state in kept_messages.KEPT else [],
    }


def _members(schema: type[Answer], row: object) -> dict[str, Any]:
    """The row's columns that the schema shows."""
    names = schema().fields.keys() - {"allowed_acts"}
    return {name: getattr(row, name) for name in names}


def _acts(uow: UnitOfWork, is_retriable: bool) -> Sequence[str]:
    return ["retry"] if is_retriable and duties.holds(uow, duties.SYSTEM_ADMIN) else []
