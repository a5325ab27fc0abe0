"""What somebody owed and did not do: recorded, so that pressure and joint duty can weigh it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle
from supervision.tables import Lapse, SupervisionCase
from supervision.terms import Audience, LapseKind


def record(
    uow: UnitOfWork,
    case: SupervisionCase,
    kind: LapseKind,
    *,
    text: str = "",
    organisation_id: str | None = None,
    problem_id: str | None = None,
    round_: int = 0,
    audience: Audience = Audience.INTERNAL,
) -> Lapse:
    """Write a lapse down; who lapsed is the unit unless another organisation is named."""
    row = Lapse(
        id=new_id(),
        case_id=case.id,
        kind=kind.value,
        organisation_id=organisation_id or case.unit_id,
        problem_id=problem_id,
        round=round_,
        text=text or kind.label,
        on=uow.today,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "lapse.recorded",
        row.text,
        audience=audience,
        lapse=kind.value,
        problem_id=problem_id,
    )
    return row


def of_case(
    uow: UnitOfWork, case_id: str, kinds: Iterable[LapseKind] | None = None
) -> Sequence[Lapse]:
    """The lapses of a case (of some kinds), oldest first."""
    query = sa.select(Lapse).where(Lapse.case_id == case_id).order_by(Lapse.on, Lapse.id)
    if kinds is not None:
        query = query.where(Lapse.kind.in_([kind.value for kind in kinds]))
    return uow.session.scalars(query).all()
