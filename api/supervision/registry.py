"""Who is supervised, and by which deadline parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api import pagination
from api.fields import Text, page_of
from api.pagination import PageQuery
from api.routing import Routes
from api.supervision.schemas import DeadlineRuleSchema, UnitSchema
from engine import deadline_rules
from engine.tables import DeadlineRule
from engine.unit_of_work import UnitOfWork
from supervision import cases, organisations
from supervision.clocks import FAMILY
from supervision.tables import SupervisedOrganisation
from supervision.terms import UnitKind

routes = Routes("registry", "督导对象与期限参数")

_LISTING = "supervision units"


class UnitsQuery(PageQuery):
    q = Text(most=80, load_default="")


@routes.get("/supervision/units", page_of(UnitSchema), query=UnitsQuery)
def list_units(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """自己所在督导办公室负责的单位，按代码。"""
    after = pagination.decode(_LISTING, query["cursor"], str)
    found = {
        row.organisation_id: row
        for office_id in cases.may_open(uow)
        for row in organisations.units_of(uow, office_id, q=query["q"].strip())
    }
    rows = [row for row in sorted(found.values(), key=_place) if not after or _place(row) > after]
    return pagination.page(
        _LISTING,
        rows[: query["limit"] + 1],
        query["limit"],
        key=_place,
        show=lambda rows: [_unit(row) for row in rows],
    )


@routes.get("/supervision/deadline-rules", DeadlineRuleSchema, many=True)
def list_deadline_rules(uow: UnitOfWork) -> Sequence[DeadlineRule]:
    """各项期限现行的参数及其依据。"""
    return deadline_rules.in_force(uow, FAMILY)


def _place(row: SupervisedOrganisation) -> tuple[str, str]:
    return row.organisation.code, row.organisation_id


def _unit(row: SupervisedOrganisation) -> Mapping[str, Any]:
    kind = organisations.kind_of(row)
    superior = row.superior
    return {
        "id": row.organisation_id,
        "name": row.organisation.name,
        "code": row.organisation.code,
        "kind": kind.value,
        "kind_name": UnitKind(kind).label,
        "level": row.level,
        "superior": {"id": superior.id, "name": superior.name} if superior is not None else None,
    }
