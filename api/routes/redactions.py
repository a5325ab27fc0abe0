"""What the rules let go of an ended case, by two people; and the hold that keeps a case whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Identifier, Instant, Sentence, Values
from api.routes.administration import ProposalSchema, shown_proposals
from api.routes.instances import ReasonSchema
from api.routing import Routes
from engine.record import redaction_proposals
from engine.tables import Proposal
from engine.unit_of_work import UnitOfWork

routes = Routes("redactions", "到期删除与暂停删除", admin=True)


class RedactionPartSchema(Answer):
    rule = fields.String()
    rule_name = Sentence()
    after_days = fields.Integer()
    ground = fields.String()
    events = Values(metadata={"description": "各类流转记录的条数"})
    files = fields.Integer()


class HoldSchema(Answer):
    at = Instant()
    by_name = fields.String()
    reason = fields.String()


class RedactionSchema(Answer):
    instance_id = Identifier()
    business_key = fields.String(allow_none=True)
    ended_at = Instant(allow_none=True)
    held = fields.Nested(HoldSchema, allow_none=True)
    parts = fields.List(fields.Nested(RedactionPartSchema))
    allowed_acts = fields.List(
        fields.String(metadata={"enum": ["hold", "propose", "propose_lift"]})
    )


@routes.get("/operations/instances/<id:instance_id>/redaction", RedactionSchema)
def preview(uow: UnitOfWork, instance_id: str) -> Mapping[str, Any]:
    """按规则现在可以删除多少、是否暂停删除；没有内容。"""
    return redaction_proposals.preview(uow, instance_id)


@routes.post(
    "/operations/instances/<id:instance_id>/redaction/proposals",
    ProposalSchema,
    takes=ReasonSchema,
    status=201,
)
def propose(
    uow: UnitOfWork, body: Mapping[str, str], instance_id: str
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """提出删除一切到期的内容，由承办单位的第二人确认。"""
    return _proposed(uow, redaction_proposals.propose(uow, instance_id, reason=body["reason"]))


@routes.post("/operations/instances/<id:instance_id>/hold", RedactionSchema, takes=ReasonSchema)
def hold(uow: UnitOfWork, body: Mapping[str, str], instance_id: str) -> Mapping[str, Any]:
    """暂停删除：无论规则怎么写，案件的内容都保留。"""
    redaction_proposals.hold(uow, instance_id, reason=body["reason"])
    return redaction_proposals.preview(uow, instance_id)


@routes.post(
    "/operations/instances/<id:instance_id>/hold/lift-proposals",
    ProposalSchema,
    takes=ReasonSchema,
    status=201,
)
def propose_lift(
    uow: UnitOfWork, body: Mapping[str, str], instance_id: str
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """提出恢复到期删除，由承办单位的第二人确认。"""
    return _proposed(uow, redaction_proposals.propose_lift(uow, instance_id, reason=body["reason"]))


def _proposed(uow: UnitOfWork, row: Proposal) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    return shown_proposals(uow, [row])[0], {"Location": f"/api/v1/proposals/{row.id}"}
