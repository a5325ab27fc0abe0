"""Running clocks: lists, pausing, more time, corrections; whether a plan fits its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Choice, Identifier, Instant, Name, Request, Sentence, Text, page_of
from api.pagination import PageQuery
from api.routes.administration import ProposalSchema, shown_proposals
from api.routing import Routes
from api.shown import deadlines as shown
from engine import pages
from engine.permission import access
from engine.states import DeadlineState, ExtensionState
from engine.timing import corrections, deadline_acts, enclosures, extension_requests
from engine.timing.countdown import Light
from engine.timing.periods import UNITS
from engine.timing.reckoning import End
from engine.unit_of_work import UnitOfWork

routes = Routes("deadlines", "期限")

_STATES = {
    "running": (DeadlineState.OPEN, DeadlineState.MISSED, DeadlineState.PAUSED),
    "all": tuple(DeadlineState),
} | {state.value: (state,) for state in DeadlineState}


class DeadlineSegmentSchema(Answer):
    kind = fields.String(
        metadata={
            "enum": [
                "initial",
                "extension",
                "pause",
                "resume",
                "correction",
                "recomputed",
                "parameter",
            ]
        }
    )
    starts_on = fields.Date(metadata={"description": "起算日；后来的各段为原来的届满日"})
    ends_on = fields.Date(allow_none=True)
    reason = fields.String()
    by_name = fields.String()
    confirmed_by = fields.String()
    at = fields.String(allow_none=True)


class DeadlineSchema(Answer):
    id = Identifier()
    key = fields.String()
    name = Name()
    starts_on = fields.Date()
    start_event = Sentence()
    amount = fields.Integer()
    unit = fields.String(metadata={"enum": sorted(UNITS)})
    rule_version = fields.Integer(metadata={"description": "所依据的期限参数的版本"})
    at_receipt = fields.Boolean(metadata={"description": "自收到文书起算"})
    due_on = fields.Date()
    due_at = Instant()
    basis = fields.String()
    source = Sentence()
    mark = fields.String()
    is_law = fields.Boolean()
    why = Sentence(metadata={"description": "为什么是这一天，一句话"})
    binds = fields.String()
    on_lapse = Sentence()
    pausable = Sentence(metadata={"description": "可以中止的依据；空为不能中止"})
    state = fields.String(metadata={"enum": list(DeadlineState)})
    paused_at = Instant(allow_none=True)
    provisional = fields.Boolean(metadata={"description": "所涉年份的放假安排尚未公布"})
    segments = fields.List(fields.Nested(DeadlineSegmentSchema))


class DeadlineCaseSchema(Answer):
    id = Identifier()
    business_key = fields.String(allow_none=True)
    title = fields.String()
    family = fields.String()


class TimeLeftSchema(Answer):
    amount = fields.Integer()
    unit = fields.String(metadata={"enum": ["working_days", "days"]})


class DeadlineRowSchema(DeadlineSchema):
    instance = fields.Nested(DeadlineCaseSchema)
    element_id = fields.String()
    days_left = fields.Nested(TimeLeftSchema, allow_none=True)
    light = fields.String(allow_none=True, metadata={"enum": [*Light, None]})
    light_text = Sentence()
    allowed_acts = fields.List(
        fields.String(metadata={"enum": ["pause", "resume", "request_extension", "correct"]})
    )


class ActingPersonSchema(Answer):
    id = Identifier()
    name = fields.String()


class ExtensionRequestSchema(Answer):
    id = Identifier()
    deadline_id = Identifier()
    until_on = fields.Date()
    reason = fields.String()
    state = fields.String(metadata={"enum": list(ExtensionState)})
    asked_by = fields.Nested(ActingPersonSchema)
    asked_stand_in = fields.Nested(
        ActingPersonSchema, allow_none=True, metadata={"description": "代为申请的人"}
    )
    asked_at = Instant()
    granted_until_on = fields.Date(allow_none=True)
    opinion = fields.String()
    decided_by = fields.Nested(ActingPersonSchema, allow_none=True)
    decided_stand_in = fields.Nested(
        ActingPersonSchema, allow_none=True, metadata={"description": "代为决定的人"}
    )
    decided_at = Instant(allow_none=True)
    allowed_acts = fields.List(
        fields.String(metadata={"enum": ["grant", "refuse", "withdraw"]}),
    )


class DeadlineWholeSchema(DeadlineRowSchema):
    extension_requests = fields.List(fields.Nested(ExtensionRequestSchema))


class DeadlinesQuery(PageQuery):
    state = Choice(list(_STATES), load_default="running")
    instance_id = Identifier(load_default=None)
    family = Text(most=64, least=1, load_default=None)
    key = Text(most=64, least=1, load_default=None)
    due_from = fields.Date(load_default=None)
    due_until = fields.Date(load_default=None)
    provisional = fields.Boolean(load_default=None)
    whose = Choice(
        ["mine", "office"],
        load_default=None,
        metadata={"description": "我手中任务的，或者我所在机构的任务的"},
    )


class DeadlineReasonSchema(Request):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class ExtensionAskSchema(DeadlineReasonSchema):
    until_on = fields.Date(required=True)


class ExtensionDecisionSchema(Request):
    is_granted = fields.Boolean(required=True)
    until_on = fields.Date(load_default=None)
    opinion = Text(most=2000, least=1, multiline=True, required=True)


class CorrectionDaysSchema(Request):
    starts_on = fields.Date(load_default=None)
    due_on = fields.Date(load_default=None)


class CorrectionSchema(CorrectionDaysSchema):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class DeadlineEndSchema(Answer):
    due_on = fields.Date()
    due_at = Instant()
    why = Sentence()
    is_provisional = fields.Boolean()


class PlanQuery(Request):
    family = Text(most=64, least=1, required=True)
    on = fields.Date(required=True)


class StepEndSchema(Answer):
    name = Name()
    ends_on = fields.Date()


class FitSchema(Answer):
    key = fields.String()
    name = Name()
    event_on = fields.Date()
    ends_on = fields.Date()
    limit_on = fields.Date()
    fits = fields.Boolean()
    text = Sentence()
    steps = fields.List(fields.Nested(StepEndSchema))


@routes.get("/deadlines", page_of(DeadlineRowSchema), query=DeadlinesQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """可以看到的期限，先届满的在前。"""
    filters = {name: told for name, told in query.items() if name not in ("cursor", "limit")}
    listing = f"deadlines {sorted((name, str(told)) for name, told in filters.items())}"
    states = _STATES[filters.pop("state")]
    found = pages.find_deadlines(
        uow,
        states=states,
        after=pagination.decode(listing, query["cursor"], datetime),
        limit=query["limit"] + 1,
        **filters,
    )
    return pagination.page(
        listing,
        found,
        query["limit"],
        key=lambda row: (row.due_at, row.id),
        show=lambda rows: shown.rows(uow, rows),
    )


@routes.get("/deadlines/<id:deadline_id>", DeadlineWholeSchema)
def get(uow: UnitOfWork, deadline_id: str) -> Mapping[str, Any]:
    """一项期限：各段经过、为什么是这一天、延期申请。"""
    return shown.whole(uow, access.require_deadline(uow, deadline_id))


@routes.post("/deadlines/<id:deadline_id>/pause", DeadlineWholeSchema, takes=DeadlineReasonSchema)
def pause(uow: UnitOfWork, body: Mapping[str, str], deadline_id: str) -> Mapping[str, Any]:
    """中止：期限停止计算，须有依据和理由。"""
    return shown.whole(uow, deadline_acts.pause(uow, deadline_id, reason=body["reason"]))


@routes.post("/deadlines/<id:deadline_id>/resume", DeadlineWholeSchema, takes=DeadlineReasonSchema)
def resume(uow: UnitOfWork, body: Mapping[str, str], deadline_id: str) -> Mapping[str, Any]:
    """恢复：余下的期限自次日起继续计算。"""
    return shown.whole(uow, deadline_acts.resume(uow, deadline_id, reason=body["reason"]))


@routes.post(
    "/deadlines/<id:deadline_id>/extension-requests",
    ExtensionRequestSchema,
    takes=ExtensionAskSchema,
    status=201,
)
def ask_extension(uow: UnitOfWork, body: Mapping[str, Any], deadline_id: str) -> Mapping[str, Any]:
    """受期限约束的一方在届满前申请延期。"""
    row = deadline_acts.request_extension(
        uow, deadline_id, until_on=body["until_on"], reason=body["reason"]
    )
    return shown.requests(uow, [row])[0]


@routes.post(
    "/extension-requests/<id:request_id>/decide",
    ExtensionRequestSchema,
    takes=ExtensionDecisionSchema,
)
def decide_extension(
    uow: UnitOfWork, body: Mapping[str, Any], request_id: str
) -> Mapping[str, Any]:
    """批准（可另定日期）或者不批准延期。"""
    row = extension_requests.decide(uow, request_id, **body)
    return shown.requests(uow, [row])[0]


@routes.post("/extension-requests/<id:request_id>/withdraw", ExtensionRequestSchema)
def withdraw_extension(uow: UnitOfWork, request_id: str) -> Mapping[str, Any]:
    """撤回自己的延期申请。"""
    return shown.requests(uow, [extension_requests.withdraw(uow, request_id)])[0]


@routes.post(
    "/deadlines/<id:deadline_id>/corrections/preview", DeadlineEndSchema, takes=CorrectionDaysSchema
)
def preview_correction(uow: UnitOfWork, body: Mapping[str, Any], deadline_id: str) -> End:
    """更正起算日或者届满日之后，期限到哪一天；不改变任何东西。"""
    return corrections.preview(uow, deadline_id, **body)


@routes.post(
    "/deadlines/<id:deadline_id>/corrections", ProposalSchema, takes=CorrectionSchema, status=201
)
def propose_correction(
    uow: UnitOfWork, body: Mapping[str, Any], deadline_id: str
) -> Mapping[str, Any]:
    """提出更正，由本案督导办的另一人确认后生效。"""
    return shown_proposals(uow, [corrections.propose(uow, deadline_id, **body)])[0]


@routes.get("/deadline-plans", FitSchema, query=PlanQuery, many=True)
def plan(uow: UnitOfWork, query: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """在这一天安排现场督导等事项，前后相接的各项期限放不放得下。"""
    return [
        {
            **asdict(fit),
            "fits": fit.fits,
            "text": fit.text,
            "steps": [{"name": name, "ends_on": on} for name, on in fit.steps],
        }
        for fit in enclosures.plan(uow, query["family"], query["on"])
    ]
