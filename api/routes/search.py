"""One search box for everything that the asker may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Identifier, Request, Text, Whole
from api.routes.people import OrganisationSchema, PersonSchema
from api.routing import Routes
from api.shown import tasks
from api.shown.people import post_group_name
from engine.desk import finding
from engine.states import InstanceState
from engine.tables import Post
from engine.unit_of_work import UnitOfWork

routes = Routes("search", "搜索")


class SearchQuery(Request):
    q = Text(
        most=80,
        least=1,
        required=True,
        metadata={"description": "名称、编号的一部分，或者拼音首字母"},
    )
    limit = Whole(least=1, most=20, load_default=8)


class FoundCaseSchema(Answer):
    id = Identifier()
    business_key = fields.String(allow_none=True)
    title = fields.String()
    state = fields.String(metadata={"enum": list(InstanceState)})
    unit_name = fields.String(allow_none=True)


class FoundPaperSchema(Answer):
    id = Identifier()
    number = fields.String()
    title = fields.String()
    instance_id = Identifier()


class FoundOrganisationSchema(OrganisationSchema):
    code = fields.String()


class FoundPersonSchema(Answer):
    person = fields.Nested(PersonSchema)
    post = fields.String()
    organisation = fields.Nested(OrganisationSchema)


class FoundSchema(Answer):
    cases = fields.List(fields.Nested(FoundCaseSchema))
    papers = fields.List(fields.Nested(FoundPaperSchema))
    organisations = fields.List(fields.Nested(FoundOrganisationSchema))
    people = fields.List(
        fields.Nested(FoundPersonSchema),
        metadata={"description": "本单位的同事；安全管理员、审计管理员可以找到所有人"},
    )


@routes.get("/search", FoundSchema, query=SearchQuery)
def find(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """案件、文书、单位、人员，各取最近的几个。"""
    found = finding.find(uow, query["q"], limit=query["limit"])
    units = tasks.unit_names(uow, [row.id for row in found.cases])
    return {
        "cases": [
            {
                **{name: getattr(row, name) for name in ("id", "business_key", "title", "state")},
                "unit_name": units.get(row.id),
            }
            for row in found.cases
        ],
        "papers": found.papers,
        "organisations": found.organisations,
        "people": [_person(uow, post) for post in found.people],
    }


def _person(uow: UnitOfWork, post: Post) -> Mapping[str, Any]:
    return {
        "person": post.user,
        "post": post.title or post_group_name(uow.engine.packages, post.group),
        "organisation": post.organisation,
    }
