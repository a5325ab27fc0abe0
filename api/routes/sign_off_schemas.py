"""How a task is signed, as part of every answer about a task; the acts are in api/routes/signoffs.py."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Identifier, Instant, Sentence, Values
from api.routes.people import OrganisationSchema, PersonSchema
from engine.signoff import signers
from engine.spiff import signing
from engine.states import SignerState, SignOffState

_VOTES = [*signing.VOTES, None]


class SignOffSummarySchema(Answer):
    rule = fields.String(metadata={"enum": [*signing.RULES, signing.ALONE]})
    rule_name = Sentence()
    state = fields.String(metadata={"enum": list(SignOffState)})
    outcome = fields.String(
        allow_none=True, metadata={"enum": [signing.AGREED, signing.REFUSED, None]}
    )
    total = fields.Integer(metadata={"description": "计票的签署方"})
    voted = fields.Integer(metadata={"description": "其中已表决的"})
    agreed = fields.Integer()
    refused = fields.Integer()
    abstained = fields.Integer()
    signer_id = Identifier(metadata={"description": "这一行任务是哪个签署方的"})
    signer = fields.String(metadata={"description": "其名称"})
    question = fields.String(metadata={"description": "加签时提出的问题"})
    is_held = fields.Boolean(metadata={"description": "正等待他人先签或后签"})


class SignerSchema(Answer):
    id = Identifier()
    task_id = Identifier(allow_none=True)
    name = fields.String()
    organisation = fields.Nested(OrganisationSchema, allow_none=True)
    roles = fields.List(fields.String())
    state = fields.String(metadata={"enum": list(SignerState)})
    holder = fields.Nested(PersonSchema, allow_none=True)
    vote = fields.String(allow_none=True, metadata={"enum": _VOTES})
    opinion = fields.String()
    values = Values()
    voted_by = fields.Nested(PersonSchema, allow_none=True)
    stand_in = fields.Nested(
        PersonSchema, allow_none=True, metadata={"description": "代为表决的人"}
    )
    voted_at = Instant(allow_none=True)
    weight = fields.Integer()
    has_veto = fields.Boolean()
    counts = fields.Boolean(metadata={"description": "计票；否则只提意见"})
    beside_id = Identifier(allow_none=True, metadata={"description": "在哪个签署方处加签"})
    placement = fields.String(allow_none=True, metadata={"enum": [*signers.PLACEMENTS, None]})
    added_by = fields.Nested(PersonSchema, allow_none=True)
    added_at = Instant(allow_none=True)
    question = fields.String()
    reason = fields.String(metadata={"description": "减去或作废的原因"})
    closed_by = fields.Nested(PersonSchema, allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["remove_signer"]}))


class SignOffSchema(SignOffSummarySchema):
    sentence = Sentence(metadata={"description": "怎样得出结论"})
    may_abstain = fields.Boolean()
    opinion_needed = fields.List(
        fields.String(metadata={"enum": list(signing.VOTES)}),
        metadata={"description": "这样表决须写明意见"},
    )
    signers = fields.List(fields.Nested(SignerSchema))
