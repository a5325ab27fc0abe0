"""What the public wrote to the reader's own Office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Flag, Identifier, Request, Text, page_of
from api.pagination import PageQuery
from api.routing import Routes
from engine.unit_of_work import UnitOfWork
from supervision import suggestions
from supervision.tables import Suggestion

routes = Routes("suggestions", "群众意见")

_LISTING = "suggestions"


class SuggestionSchema(Answer):
    id = Identifier()
    office_id = Identifier()
    office = fields.String()
    publication_id = Identifier(allow_none=True)
    publication = fields.String(allow_none=True)
    text = fields.String()
    writer = fields.String()
    contact = fields.String()
    received_at = fields.AwareDateTime()
    handled_at = fields.AwareDateTime(allow_none=True)
    handled_by = fields.String(allow_none=True)
    note = fields.String()
    allowed_acts = fields.List(fields.String())


class SuggestionsQuery(PageQuery):
    is_handled = Flag(load_default=None)


class HandlingSchema(Request):
    note = Text(most=1000, least=1, multiline=True, required=True)


@routes.get("/supervision/suggestions", page_of(SuggestionSchema), query=SuggestionsQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """本办公室收到的群众意见，最近收到的在前。"""
    rows = suggestions.search(
        uow,
        is_handled=query["is_handled"],
        after=pagination.decode(_LISTING, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _LISTING,
        rows,
        query["limit"],
        key=lambda row: (row.received_at, row.id),
        show=_shown,
    )


@routes.post(
    "/supervision/suggestions/<id:suggestion_id>/handle", SuggestionSchema, takes=HandlingSchema
)
def handle(uow: UnitOfWork, body: Mapping[str, str], suggestion_id: str) -> Mapping[str, Any]:
    """记下办理情况；只记一次。"""
    return _shown([suggestions.handle(uow, suggestion_id, note=body["note"])])[0]


def _shown(rows: Sequence[Suggestion]) -> list[Mapping[str, Any]]:
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "office": row.office.name,
            "publication": None if row.publication is None else row.publication.title,
            "handled_by": None if row.handler is None else row.handler.name,
            "allowed_acts": [] if row.handled_at is not None else ["handle"],
        }
        for row in rows
    ]


_PLAIN = (
    "id", "office_id", "publication_id", "text", "writer", "contact", "received_at", "handled_at",
    "note",
)  # fmt: skip
