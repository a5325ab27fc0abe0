"""Changes between two versions of a family, as the API tells them."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Sentence
from engine.repository import comparison


class ChangeSchema(Answer):
    subject = fields.String(metadata={"enum": list(comparison.SUBJECTS)})
    what = fields.String(metadata={"enum": ["added", "removed", "renamed", "moved", "changed"]})
    process = fields.String()
    id = fields.String()
    property = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    sentence = Sentence()


class ComparisonSchema(Answer):
    changes = fields.List(fields.Nested(ChangeSchema))
