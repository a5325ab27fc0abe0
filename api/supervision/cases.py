"""Supervision cases and their papers, as far as the reader may see them (supervision/dossier.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api import pagination
from api.fields import Choice, Identifier, Request, Text, Values, page_of
from api.pagination import PageQuery
from api.routing import Routes
from api.supervision import shown
from api.supervision.schemas import (
    CaseDocumentWholeSchema,
    CaseProblemSchema,
    CaseSchema,
    CaseSummarySchema,
)
from engine import starting, store
from engine.errors import NotFound
from engine.permission import access
from engine.unit_of_work import UnitOfWork
from supervision import cases, documents, dossier
from supervision.clocks import FAMILY
from supervision.tables import SupervisionCase
from supervision.terms import CaseStage, Disclosure

routes = Routes("supervision", "督导案件")

_LISTING = "supervision cases"


class CasesQuery(PageQuery):
    q = Text(most=80, load_default="")
    stage = Choice(
        list(CaseStage),
        load_default=None,
        metadata={"description": "只列出能看到内部情况的案件"},
    )
    instance_id = Identifier(
        load_default=None, metadata={"description": "这个流程实例的案件；复核、申诉为原案件"}
    )
    unit_id = Identifier(load_default=None)


class DisclosureChangeSchema(Request):
    disclosure = Choice(list(Disclosure), required=True)
    reason = Text(most=300, least=1, multiline=True, required=True)


class OpeningSchema(Request):
    values = Values(required=True, metadata={"description": "立项表 supervision/case_opening"})


@routes.get("/supervision/cases", page_of(CaseSummarySchema), query=CasesQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """能看到的案件，最近立项的在前。"""
    if query["instance_id"] is not None:
        found = dossier.of_instance(uow, query["instance_id"])
        items = [shown.summary(found.case, found.stage)] if found is not None else []
        return {"items": items, "next_cursor": None}
    after = pagination.decode(_LISTING, query["cursor"], date)
    rows = dossier.search(
        uow,
        q=query["q"],
        stage=CaseStage(query["stage"]) if query["stage"] else None,
        unit_id=query["unit_id"],
        after=after,
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _LISTING,
        rows,
        query["limit"],
        key=lambda row: (row.opened_on, row.id),
        show=lambda rows: _summaries(uow, rows),
    )


@routes.post("/supervision/cases", CaseSchema, takes=OpeningSchema, status=201)
def open_case(uow: UnitOfWork, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], dict[str, str]]:
    """立项；与 POST /instances 是同一扇门，回答案件。"""
    instance = starting.by_person(uow, FAMILY, body["values"])
    case = cases.of_instance(uow, instance.id)
    if case is None:
        raise NotFound("没有这个案件，或者您无权查看。", code="case-not-found")
    found = dossier.of_case(uow, case.id)
    return shown.whole(found), {"Location": f"/api/v1/supervision/cases/{case.id}"}


@routes.get("/supervision/cases/<id:case_id>", CaseSchema)
def get(uow: UnitOfWork, case_id: str) -> Mapping[str, Any]:
    """一个案件的卷宗。"""
    return shown.whole(dossier.of_case(uow, case_id))


@routes.get("/supervision/cases/<id:case_id>/problems", CaseProblemSchema, many=True)
def list_problems(uow: UnitOfWork, case_id: str) -> Sequence[Mapping[str, Any]]:
    """问题台账。"""
    return [shown.problem(row) for row in dossier.of_case(uow, case_id).problems]


@routes.get("/supervision/documents/<id:document_id>", CaseDocumentWholeSchema)
def get_document(uow: UnitOfWork, document_id: str) -> Mapping[str, Any]:
    """一份文书：内容、送达、审批、附件。"""
    found, paper = dossier.of_document(uow, document_id)
    return shown.paper(found, paper)


@routes.post(
    "/supervision/documents/<id:document_id>/disclosure",
    CaseDocumentWholeSchema,
    takes=DisclosureChangeSchema,
)
def disclose(uow: UnitOfWork, body: Mapping[str, str], document_id: str) -> Mapping[str, Any]:
    """变更已印发文书的公开属性，写明理由；记入流转记录。"""
    found, paper = dossier.of_document(uow, document_id)
    store.lock(uow, paper.instance_id)
    access.require_act(uow, paper, "disclose")
    documents.disclose(uow, paper, Disclosure(body["disclosure"]), reason=body["reason"])
    return shown.paper(found, paper)


def _summaries(uow: UnitOfWork, rows: Sequence[SupervisionCase]) -> list[Mapping[str, Any]]:
    stages = dossier.stages(uow, rows)
    return [shown.summary(row, stages[row.id]) for row in rows]
