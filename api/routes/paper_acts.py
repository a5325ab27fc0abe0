"""代录: what somebody outside the Office did on paper, written in by one and confirmed by another.

The record waits as a proposal: it is confirmed, refused and withdrawn under /proposals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from marshmallow import fields, validate

from api import preconditions
from api.fields import Answer, Day, Identifier, Instant, Request, Sentence, Text, Values
from api.routes.administration import ProposalSchema, shown_proposals
from api.routes.people import OrganisationSchema, PersonSchema
from api.routing import Routes
from api.shown.people import Names
from engine import tasks
from engine.paper import paper_acts, paper_seats
from engine.paper.paper_acts import Paper
from engine.permission import access
from engine.unit_of_work import UnitOfWork

routes = Routes("paper_acts", "代录")


class OnPaperSchema(Answer):
    """代录: done on paper, written in by one person of the Office and compared by another."""

    name = fields.String(metadata={"description": "纸面签署人"})
    title = fields.String()
    acted_on = fields.Date(metadata={"description": "纸面日期"})
    is_before_arrival = fields.Boolean(metadata={"description": "纸面日期早于任务到达"})
    recorded_by = fields.Nested(PersonSchema)
    recorded_at = Instant()
    confirmed_by = fields.Nested(PersonSchema)
    confirmed_at = Instant()


class PaperSeatSchema(Answer):
    group = fields.String()
    group_name = Sentence()
    organisation = fields.Nested(OrganisationSchema)
    needs_account = fields.Boolean(metadata={"description": "须从登记的人员中选定签署人"})
    people = fields.List(fields.Nested(PersonSchema))


class PaperSeatsSchema(Answer):
    items = fields.List(fields.Nested(PaperSeatSchema))


class PaperActSchema(Request):
    values = Values(required=True, metadata={"description": "任务的表单，与办理时相同"})
    group = Text(most=64, least=1, required=True, metadata={"description": "以哪个岗位办理"})
    organisation_id = Identifier(load_default=None)
    name = Text(most=80, required=True, metadata={"description": "纸面签署人"})
    title = Text(most=80, required=True, metadata={"description": "纸面职务"})
    user_id = Identifier(load_default=None, metadata={"description": "签署人的账号"})
    acted_on = Day(required=True, metadata={"description": "纸面日期"})
    acted_time = Text(
        most=5,
        load_default=None,
        validate=validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error="format: 应为“时:分”。"),
        metadata={"description": "纸面写明的时刻", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"},
    )
    scans = fields.List(
        Identifier(),
        required=True,
        validate=validate.Length(max=paper_acts.MAX_SCANS, error="length: 最多 {max} 份扫描件。"),
        metadata={"description": "POST /files 上传的扫描件"},
    )
    sheet_id = Identifier(
        load_default=None, allow_none=True, metadata={"description": "所签批的呈批件"}
    )
    reason = Text(most=2000, multiline=True, required=True)


@routes.get("/tasks/<id:task_id>/paper-seats", PaperSeatsSchema)
def seats(uow: UnitOfWork, task_id: str) -> Mapping[str, Any]:
    """这项任务可以为哪些岗位代录，以及这些岗位上登记的人员。"""
    task = tasks.get(uow, task_id)
    access.require_act(uow, task, "record_on_paper")
    found = paper_seats.of_task(uow, task)
    names = Names(uow, organisations=[seat.organisation_id for seat in found])
    return {
        "items": [
            {
                "group": seat.role.key,
                "group_name": seat.role.name,
                "organisation": names.organisation(seat.organisation_id),
                "needs_account": seat.needs_account,
                "people": paper_acts.holders(uow, task, seat),
            }
            for seat in found
        ]
    }


@routes.post(
    "/tasks/<id:task_id>/paper-acts",
    ProposalSchema,
    takes=PaperActSchema,
    if_match=True,
    status=201,
)
def propose(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """登记纸面办理；由同一办公室的第二人与扫描件核对、确认之后，任务才办结。"""
    at = body["acted_time"]
    paper = Paper(
        group=body["group"],
        organisation_id=body["organisation_id"],
        name=body["name"],
        title=body["title"],
        user_id=body["user_id"],
        acted_on=body["acted_on"],
        acted_time=time.fromisoformat(at) if at is not None else None,
        scans=tuple(body["scans"]),
        sheet_id=body["sheet_id"],
    )
    row = paper_acts.propose(
        uow,
        task_id,
        paper,
        body["values"],
        reason=body["reason"],
        revision=preconditions.offered(tasks.get(uow, task_id).revision),
    )
    return shown_proposals(uow, [row])[0]
