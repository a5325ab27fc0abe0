"""我单位: what the actor's organisation owes, was served, and handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Identifier, Instant, Name, Sentence, page_of
from api.pagination import PageQuery
from api.routes.deadlines import DeadlineCaseSchema, DeadlineWholeSchema
from api.routes.people import OrganisationSchema, PersonSchema
from api.routes.tasks import TaskSummarySchema
from api.routing import Routes
from api.shown import deadlines, tasks
from api.shown.people import Names
from engine.tables import Instance, Task
from engine.unit_of_work import UnitOfWork
from supervision import obligations
from supervision.obligations import Obligation, Paper, Served
from supervision.terms import DocumentKind

routes = Routes("obligations", "我单位")

_SENT = "supervision submissions"
_SERVED = "supervision deliveries"


class PaperSchema(Answer):
    id = Identifier(allow_none=True, metadata={"description": "不可查看内容时为 null"})
    kind_name = Sentence()
    number = fields.String(allow_none=True)
    title = Sentence()


class ObligationSchema(Answer):
    task = fields.Nested(TaskSummarySchema)
    basis = fields.String()
    unit = fields.Nested(OrganisationSchema, allow_none=True)
    paper = fields.Nested(
        PaperSchema, allow_none=True, metadata={"description": "因哪一份文书而办理"}
    )
    right = fields.String(
        allow_none=True,
        metadata={
            "enum": ["defence", "review", "appeal", None],
            "description": "是权利而不是义务时，是哪一项权利",
        },
    )
    deadline = fields.Nested(DeadlineWholeSchema, allow_none=True)


class ObligationsSchema(Answer):
    tasks = fields.List(fields.Nested(ObligationSchema))
    clocks = fields.List(
        fields.Nested(DeadlineWholeSchema), metadata={"description": "没有单独步骤的期限"}
    )


class ServedSchema(Answer):
    paper = fields.Nested(PaperSchema)
    instance = fields.Nested(DeadlineCaseSchema)
    is_copy = fields.Boolean()
    delivered_on = fields.Date()
    received_on = fields.Date(allow_none=True)


class SubmissionSchema(Answer):
    task_id = Identifier()
    name = Name()
    item = fields.String()
    instance = fields.Nested(DeadlineCaseSchema)
    completed_at = Instant()
    completed_by = fields.Nested(PersonSchema, allow_none=True)


@routes.get("/supervision/obligations", ObligationsSchema)
def owed(uow: UnitOfWork) -> Mapping[str, Any]:
    """我单位现在应办、可办的事项，先到期的在前。"""
    rows = obligations.owed(uow)
    own = [row.task.deadline for row in rows if row.task.deadline is not None]
    others = obligations.clocks(uow, {deadline.id for deadline in own})
    shown = {row.id: deadlines.whole(uow, row) for row in [*own, *others]}
    summaries = tasks.summaries(uow, [row.task for row in rows])
    return {
        "tasks": [_obligation(row, told, shown) for row, told in zip(rows, summaries, strict=True)],
        "clocks": [shown[deadline.id] for deadline in others],
    }


@routes.get("/supervision/deliveries", page_of(ServedSchema), query=PageQuery)
def served(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """送达我单位的文书，最近送达的在前。"""
    rows = obligations.served(
        uow, after=pagination.decode(_SERVED, query["cursor"], date), limit=query["limit"] + 1
    )
    return pagination.page(
        _SERVED,
        rows,
        query["limit"],
        key=lambda row: (row.delivery.delivered_on, row.delivery.id),
        show=lambda rows: [_served(row) for row in rows],
    )


@routes.get("/supervision/submissions", page_of(SubmissionSchema), query=PageQuery)
def sent(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """我单位报送和办结的事项，最近的在前。"""
    rows = obligations.sent(
        uow, after=pagination.decode(_SENT, query["cursor"], datetime), limit=query["limit"] + 1
    )
    return pagination.page(
        _SENT,
        rows,
        query["limit"],
        key=lambda row: (row.completed_at, row.id),
        show=lambda rows: _submissions(uow, rows),
    )


def _obligation(
    row: Obligation, told: Mapping[str, Any], shown: Mapping[str, Any]
) -> Mapping[str, Any]:
    deadline = row.task.deadline_id
    return {
        "task": told,
        "basis": row.task.basis,
        "unit": row.unit,
        "paper": _paper(row.paper) if row.paper is not None else None,
        "right": row.right,
        "deadline": shown[deadline] if deadline is not None else None,
    }


def _paper(row: Paper) -> Mapping[str, Any]:
    known = row.kind in set(DocumentKind)
    return {
        "id": row.id,
        "kind_name": DocumentKind(row.kind).label if known else row.kind,
        "number": row.number,
        "title": row.title,
    }


def _served(row: Served) -> Mapping[str, Any]:
    delivery = row.delivery
    return {
        "paper": _paper(row.paper),
        "instance": _case(row.instance),
        "is_copy": delivery.is_copy,
        "delivered_on": delivery.delivered_on,
        "received_on": delivery.received_on,
    }


def _submissions(uow: UnitOfWork, rows: Sequence[Task]) -> list[Mapping[str, Any]]:
    names = Names(uow, users=[row.completed_by for row in rows])
    return [
        {
            "task_id": row.id,
            "name": row.name,
            "item": row.item_name,
            "instance": _case(row.instance),
            "completed_at": row.completed_at,
            "completed_by": names.person(row.completed_by),
        }
        for row in rows
    ]


def _case(instance: Instance) -> Mapping[str, Any]:
    return {name: getattr(instance, name) for name in ("id", "business_key", "title", "family")}
