"""Ready sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Identifier, Request, Text
from api.routes.people import OrganisationSchema
from api.routing import Routes
from api.shown.people import Names
from engine.handover import phrases
from engine.tables import Phrase
from engine.unit_of_work import UnitOfWork

routes = Routes("phrases", "常用语")


class PhraseSchema(Answer):
    id = Identifier()
    text = fields.String()
    organisation = fields.Nested(
        OrganisationSchema, allow_none=True, metadata={"description": "单位的常用语；本人的为空"}
    )
    allowed_acts = fields.List(fields.String(metadata={"enum": ["delete"]}))


class PhrasesSchema(Answer):
    items = fields.List(fields.Nested(PhraseSchema))
    headed = fields.List(
        fields.Nested(OrganisationSchema), metadata={"description": "本人可以维护常用语的单位"}
    )


class KeepSchema(Request):
    text = Text(most=phrases.LONGEST_TEXT, least=1, required=True)
    organisation_id = Identifier(load_default=None, allow_none=True)


@routes.get("/phrases", PhrasesSchema)
def mine(uow: UnitOfWork) -> dict[str, Any]:
    """本人的和所在单位的常用语。"""
    headed = sorted(phrases.headed(uow))
    names = Names(uow, organisations=headed)
    return {
        "items": [_shown(uow, row) for row in phrases.mine(uow)],
        "headed": [names.organisation(place) for place in headed],
    }


@routes.post("/phrases", PhraseSchema, takes=KeepSchema, status=201)
def add(uow: UnitOfWork, body: Mapping[str, Any]) -> dict[str, Any]:
    """添加常用语；单位的由单位负责人添加。"""
    return _shown(uow, phrases.add(uow, body["text"], organisation_id=body["organisation_id"]))


@routes.delete("/phrases/<id:phrase_id>")
def delete(uow: UnitOfWork, phrase_id: str) -> None:
    """删去常用语。"""
    phrases.delete(uow, phrase_id)


def _shown(uow: UnitOfWork, row: Phrase) -> dict[str, Any]:
    names = Names(uow, organisations=[row.organisation_id])
    return {
        "id": row.id,
        "text": row.text,
        "organisation": names.organisation(row.organisation_id),
        "allowed_acts": sorted(phrases.allowed_acts(uow, row)),
    }
