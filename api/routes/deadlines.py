"""The schema of a deadline card, inside tasks and cases."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Identifier, Instant


class DeadlineSegmentSchema(Answer):
    kind = fields.String(metadata={"description": "initial、extension 等"})
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    reason = fields.String()


class DeadlineSchema(Answer):
    id = Identifier()
    key = fields.String()
    name = fields.String()
    starts_on = fields.Date()
    start_event = fields.String()
    amount = fields.Integer()
    unit = fields.String(metadata={"enum": ["working_days", "days", "months", "hours", "minutes"]})
    due_on = fields.Date()
    due_at = Instant()
    basis = fields.String()
    source = fields.String()
    mark = fields.String()
    is_law = fields.Boolean()
    why = fields.String(metadata={"description": "为什么是这一天，一句话"})
    binds = fields.String()
    on_lapse = fields.String()
    state = fields.String(metadata={"enum": ["open", "met", "late", "missed", "cancelled"]})
    provisional = fields.Boolean(metadata={"description": "所涉年份的放假安排尚未公布"})
    segments = fields.List(fields.Nested(DeadlineSegmentSchema))
