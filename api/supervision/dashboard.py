"""The dashboard: numbers by scope, the rows behind each of them, both as a workbook, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Response
from marshmallow import fields

from api import language, pagination, workbooks
from api.fields import Answer, Choice, Identifier, Name, Request, Sentence, Text, Whole, page_of
from api.routing import Routes
from api.workbooks import Cell
from engine.unit_of_work import UnitOfWork
from supervision import dashboard
from supervision.dashboard import Figure, Overview, Row, Scope

routes = Routes("dashboard", "数据")

_LISTING = "dashboard"


class ScopeQuery(Request):
    year = Whole(least=1949, most=2199, load_default=None, metadata={"description": "立项的年份"})
    office_id = Identifier(load_default=None)
    unit_id = Identifier(load_default=None)


class FigureQuery(ScopeQuery):
    figure = Choice(list(Figure), required=True)
    key = Text(
        most=100,
        load_default="",
        metadata={"description": "环节、督导办或措施的编号；只有这几类数字需要"},
    )


class FigureRowsQuery(FigureQuery):
    cursor = Text(most=600, load_default=None)
    limit = Whole(least=1, most=pagination.MOST, load_default=pagination.DEFAULT_LIMIT)


class CaseFiguresSchema(Answer):
    open = fields.Integer()
    overdue = fields.Integer()
    due_soon = fields.Integer()
    closed = fields.Integer()


class ProblemFiguresSchema(Answer):
    problems = fields.Integer()
    settled = fields.Integer()
    late_problems = fields.Integer()
    rechecked = fields.Integer()
    passed = fields.Integer()


class StepFiguresSchema(Answer):
    element_id = fields.String()
    name = Name()
    waiting = fields.Integer()
    ages = fields.List(fields.Integer(), metadata={"description": "按已等待的工作日分段"})
    oldest = fields.Integer(allow_none=True)
    done = fields.Integer()
    median = fields.Float(allow_none=True, metadata={"description": "工作日"})
    p90 = fields.Float(allow_none=True, metadata={"description": "工作日"})


class OfficeFiguresSchema(Answer):
    id = Identifier()
    name = fields.String()
    cases = fields.Integer()
    closed = fields.Integer()
    met = fields.Integer()
    not_met = fields.Integer()
    on_time = fields.Float(allow_none=True, metadata={"description": "按期率，0 至 1"})


class MeasureFigureSchema(Answer):
    kind = fields.String()
    kind_name = Sentence()
    count = fields.Integer()


class DashboardSchema(Answer):
    cases = fields.Nested(CaseFiguresSchema)
    problems = fields.Nested(ProblemFiguresSchema)
    ages = fields.List(fields.Integer(), metadata={"description": "等待时间各段的上限，工作日"})
    steps = fields.List(fields.Nested(StepFiguresSchema))
    offices = fields.List(fields.Nested(OfficeFiguresSchema))
    measures = fields.List(fields.Nested(MeasureFigureSchema))


class FigureRowSchema(Answer):
    id = Identifier()
    instance_id = Identifier()
    number = fields.String()
    title = fields.String()
    unit = fields.String()
    office = fields.String()
    what = Sentence()
    on = fields.Date()
    until_on = fields.Date(allow_none=True)
    days = fields.Integer(allow_none=True, metadata={"description": "工作日"})


@routes.get("/supervision/dashboard", DashboardSchema, query=ScopeQuery)
def get(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """在办、逾期、即将到期、已办结；各环节、各督导办、问题、措施。只统计能看到的。"""
    return _shown(dashboard.overview(uow, _scope(query)))


@routes.get("/supervision/dashboard/rows", page_of(FigureRowSchema), query=FigureRowsQuery)
def rows(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """一个数字背后的清单。"""
    found = dashboard.rows(
        uow,
        _scope(query),
        Figure(query["figure"]),
        key=query["key"],
        after=pagination.decode(_LISTING, query["cursor"], date),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _LISTING,
        found,
        query["limit"],
        key=lambda row: (dashboard.opened_on(uow, row), row.id),
        show=lambda page: [asdict(row) for row in page],
    )


@routes.get(
    "/supervision/dashboard/rows/export", query=FigureQuery, media_type=workbooks.MEDIA_TYPE
)
def export_rows(uow: UnitOfWork, query: Mapping[str, Any]) -> Response:
    """一个数字背后的清单，XLSX。"""
    found = dashboard.every(uow, _scope(query), Figure(query["figure"]), key=query["key"])
    return workbooks.download(uow, "督导数据清单", _ROW_COLUMNS, (_cells(row) for row in found))


@routes.get("/supervision/dashboard/export", query=ScopeQuery, media_type=workbooks.MEDIA_TYPE)
def export(uow: UnitOfWork, query: Mapping[str, Any]) -> Response:
    """全部数字，XLSX。"""
    found = dashboard.overview(uow, _scope(query))
    return workbooks.download(uow, "督导数据", _COLUMNS, _lines(found))


_ROW_COLUMNS = (
    ("案号", 22),
    ("案件", 36),
    ("单位", 28),
    ("督导办", 28),
    ("事项", 36),
    ("起", 12),
    ("止", 12),
    ("工作日", 8),
)

_COLUMNS = (("类别", 14), ("项目", 36), ("指标", 20), ("数值", 12))

_CASE_NAMES = {
    Figure.OPEN: "在办",
    Figure.OVERDUE: "逾期",
    Figure.DUE_SOON: "即将到期",
    Figure.CLOSED: "已办结",
}
_PROBLEM_NAMES = {
    Figure.PROBLEMS: "问题",
    Figure.SETTLED: "已销号或移交",
    Figure.LATE_PROBLEMS: "逾期未整改",
    Figure.RECHECKED: "回头看（项次）",
    Figure.PASSED: "回头看通过（项次）",
}


def _cells(row: Row) -> list[Cell]:
    return [
        row.number,
        row.title,
        row.unit,
        row.office,
        language.said(row.what),
        row.on,
        row.until_on,
        row.days,
    ]


def _lines(found: Overview) -> Iterator[list[Cell]]:
    """The figures, with the program's words in the language asked for; names stay."""
    for group, name, figure, count in _figures(found):
        yield [language.said(group), name, language.said(figure), count]


def _figures(found: Overview) -> Iterator[tuple[str, str, str, Cell]]:
    for figure, name in _CASE_NAMES.items():
        yield "案件", "", name, found.cases[figure]
    for figure, name in _PROBLEM_NAMES.items():
        yield "问题整改", "", name, found.problems[figure]
    for office in found.offices:
        yield "督导办", office.name, "案件", office.cases
        yield "督导办", office.name, "已办结", office.closed
        yield "督导办", office.name, "按期", office.met
        yield "督导办", office.name, "未按期", office.not_met
        if office.on_time is not None:
            yield "督导办", office.name, "按期率", f"{office.on_time:.1%}"
    for step in found.steps:
        yield "环节", step.name, "待办", step.waiting
        yield "环节", step.name, "已办", step.done
        if step.median is not None and step.p90 is not None:
            yield "环节", step.name, "用时中位数（工作日）", f"{step.median:g}"
            yield "环节", step.name, "用时九成以内（工作日）", f"{step.p90:g}"
    for kind, count in found.measures:
        yield "措施", str(language.said(kind.label)), "次数", count


def _scope(query: Mapping[str, Any]) -> Scope:
    return Scope(year=query["year"], office_id=query["office_id"], unit_id=query["unit_id"])


def _shown(found: Overview) -> Mapping[str, Any]:
    return {
        "cases": {figure.value: count for figure, count in found.cases.items()},
        "problems": {figure.value: count for figure, count in found.problems.items()},
        "ages": list(dashboard.AGES),
        "steps": [asdict(step) for step in found.steps],
        "offices": [asdict(office) | {"on_time": office.on_time} for office in found.offices],
        "measures": [
            {"kind": kind.value, "kind_name": kind.label, "count": count}
            for kind, count in found.measures
        ],
    }
