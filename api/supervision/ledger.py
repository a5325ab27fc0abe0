"""The ledger of problems across cases: list, counts, workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import fields

from api import language, pagination, workbooks
from api.fields import Answer, Choice, Flag, Identifier, Sentence, Text, Whole, page_of
from api.pagination import PageQuery
from api.routes.people import OrganisationSchema
from api.routing import Routes
from api.supervision import shown
from api.supervision.schemas import CaseProblemSchema
from api.workbooks import Cell
from engine.unit_of_work import UnitOfWork
from supervision import ledger
from supervision.ledger import Counts, Filter
from supervision.tables import Problem, SupervisionCase
from supervision.terms import ProblemState, Severity

routes = Routes("ledger", "问题台账")

_LISTING = "supervision problems"


class LedgerFilterSchema(PageQuery):
    q = Text(most=80, load_default="")
    unit_id = Identifier(load_default=None)
    severity = Choice(list(Severity), load_default=None)
    state = Choice(list(ProblemState), load_default=None)
    overdue = Flag(load_default=None)
    year = Whole(least=1949, most=2199, load_default=None, metadata={"description": "立项的年份"})


class LedgerCaseSchema(Answer):
    id = Identifier()
    instance_id = Identifier()
    number = fields.String()
    title = fields.String()
    unit = fields.Nested(OrganisationSchema)
    office = fields.Nested(OrganisationSchema)


class LedgerRowSchema(CaseProblemSchema):
    case = fields.Nested(LedgerCaseSchema)


class StateCountSchema(Answer):
    state = fields.String()
    state_name = Sentence()
    count = fields.Integer()


class LedgerCountsSchema(Answer):
    total = fields.Integer()
    unsettled = fields.Integer(metadata={"description": "未销号、未移交的"})
    overdue = fields.Integer()
    states = fields.List(fields.Nested(StateCountSchema))


@routes.get("/supervision/problems", page_of(LedgerRowSchema), query=LedgerFilterSchema)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """能看到的各案问题，新立项的在前。"""
    after = pagination.decode(_LISTING, query["cursor"], type(None))
    rows = ledger.search(
        uow, _asked(query), after=after[1] if after else None, limit=query["limit"] + 1
    )
    return pagination.page(
        _LISTING,
        rows,
        query["limit"],
        key=lambda row: (None, row[0].id),
        show=lambda rows: [_row(problem, case) for problem, case in rows],
    )


@routes.get("/supervision/problems/counts", LedgerCountsSchema, query=LedgerFilterSchema)
def counts(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """按同样的筛选各状态的问题数。"""
    return _counts(ledger.counts(uow, _asked(query)))


@routes.get(
    "/supervision/problems/export", query=LedgerFilterSchema, media_type=workbooks.MEDIA_TYPE
)
def export(uow: UnitOfWork, query: Mapping[str, Any]) -> Response:
    """按同样的筛选导出 XLSX。"""
    rows = ledger.every(uow, _asked(query))
    return workbooks.download(
        uow, "问题台账", _COLUMNS, (_cells(problem, case) for problem, case in rows)
    )


_COLUMNS = (
    ("案号", 22),
    ("案件", 36),
    ("单位", 28),
    ("序号", 6),
    ("问题", 40),
    ("事实", 40),
    ("依据", 30),
    ("整改要求", 40),
    ("严重程度", 10),
    ("类别", 18),
    ("整改期限", 12),
    ("逾期", 6),
    ("牵头单位", 20),
    ("责任人", 12),
    ("状态", 12),
    ("复查未通过次数", 14),
    ("销号日期", 12),
)


def _cells(problem: Problem, case: SupervisionCase) -> list[Cell]:
    told = shown.problem(problem)
    words = {
        name: language.said(told[name]) for name in ("severity_name", "class_name", "state_name")
    }
    return [
        case.number,
        case.title,
        case.unit.name,
        told["number"],
        *(told[name] for name in ("title", "facts", "basis", "requirement")),
        words["severity_name"],
        " ".join(word for word in (told["class"], words["class_name"]) if word),
        *(told[name] for name in ("limit_on", "is_overdue", "lead_unit", "responsible_person")),
        words["state_name"],
        *(told[name] for name in ("failures", "closed_on")),
    ]


def _asked(query: Mapping[str, Any]) -> Filter:
    return Filter(
        q=query["q"],
        unit_id=query["unit_id"],
        severity=Severity(query["severity"]) if query["severity"] else None,
        state=ProblemState(query["state"]) if query["state"] else None,
        is_overdue=query["overdue"],
        year=query["year"],
    )


def _row(problem: Problem, case: SupervisionCase) -> Mapping[str, Any]:
    named = {name: getattr(case, name) for name in ("id", "instance_id", "number", "title")}
    return {**shown.problem(problem), "case": {**named, "unit": case.unit, "office": case.office}}


def _counts(found: Counts) -> Mapping[str, Any]:
    return {
        "total": found.total,
        "unsettled": found.unsettled,
        "overdue": found.overdue,
        "states": [
            {
                "state": state,
                "state_name": ProblemState(state).label if state in set(ProblemState) else state,
                "count": count,
            }
            for state, count in found.by_state.items()
        ],
    }
