"""Views of the queue and of other lists kept under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from api.fields import Answer, Choice, Identifier, Request, Text
from api.routes.people import OrganisationSchema, PersonSchema
from api.routing import Routes
from api.shown.people import Names
from engine.desk import saved_filters
from engine.desk.worklist import Sort, Tab
from engine.tables import SavedFilter
from engine.unit_of_work import UnitOfWork

routes = Routes("saved_filters", "保存的筛选")


class FiltersQuery(Request):
    of = Text(most=40, load_default=saved_filters.QUEUE, metadata={"description": "哪个列表"})


class SavedFilterSchema(Answer):
    id = Identifier()
    name = fields.String()
    of = fields.String(metadata={"description": "哪个列表，如 tasks、cases"})
    tab = fields.String(metadata={"enum": list(Tab)})
    q = fields.String()
    sort = fields.String(metadata={"enum": list(Sort)})
    asked = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "列表地址中的条件；任务列表没有"},
    )
    organisation = fields.Nested(
        OrganisationSchema, allow_none=True, metadata={"description": "与其共享的单位"}
    )
    owner = fields.Nested(PersonSchema, allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["delete"]}))


class KeepFilterSchema(Request):
    name = Text(most=saved_filters.LONGEST_NAME, least=1, required=True)
    of = Text(most=40, load_default=saved_filters.QUEUE, metadata={"description": "哪个列表"})
    tab = Choice(list(Tab), load_default=Tab.MINE.value)
    q = Text(most=saved_filters.LONGEST_WORDS, load_default="")
    sort = Choice(list(Sort), load_default=Sort.DUE.value)
    asked = fields.Dict(
        keys=Text(most=saved_filters.LONGEST_ASKED),
        values=Text(most=saved_filters.LONGEST_ASKED),
        load_default=dict,
    )
    organisation_id = Identifier(load_default=None, allow_none=True)


@routes.get("/saved-filters", SavedFilterSchema, query=FiltersQuery, many=True)
def mine(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """一个列表的筛选：本人保存的，和本单位共享的。"""
    return [_shown(uow, row) for row in saved_filters.mine(uow, query["of"])]


@routes.post("/saved-filters", SavedFilterSchema, takes=KeepFilterSchema, status=201)
def keep(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """保存一个筛选；可以与所在单位共享。"""
    return _shown(uow, saved_filters.keep(uow, **body))


@routes.delete("/saved-filters/<id:filter_id>")
def delete(uow: UnitOfWork, filter_id: str) -> None:
    """删去自己保存的筛选。"""
    saved_filters.delete(uow, filter_id)


def _shown(uow: UnitOfWork, row: SavedFilter) -> Mapping[str, Any]:
    names = Names(uow, users=[row.user_id], organisations=[row.organisation_id])
    return {
        "id": row.id,
        "name": row.name,
        "of": saved_filters.list_of(row),
        "asked": {},
        **row.criteria,
        "organisation": names.organisation(row.organisation_id),
        "owner": names.person(row.user_id),
        "allowed_acts": sorted(saved_filters.allowed_acts(uow, row)),
    }
