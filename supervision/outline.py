"""Where a case stands, in words of its own rows: what a rehearsal may expect (docs: ops/expectations.py).

Everything is read by the system, whoever may see it; nothing here is shown to anybody.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.tables import Event, EventPayload, Instance
from engine.unit_of_work import UnitOfWork
from supervision import (
    accountability,
    appeals,
    cases,
    decisions,
    documents,
    lapses,
    measures,
    problems,
    publications,
)
from supervision.tables import Accountability, Document, Remedy, SupervisionCase


def facts(uow: UnitOfWork, instance: Instance) -> dict[str, Any]:
    """The case of an instance, or of the remedy that it handles; nothing for other families.

    Lists are in the order of the case: documents as they took effect (`kind number`), problems as
    in the ledger (state), measures by round (`kind state`), records of accountability (state),
    consultations (reply), remedies (`kind state result`), lapses (kind), publications (scope).
    """
    case = cases.of_instance(uow, instance.id) or _of_remedy(uow, instance)
    if case is None:
        return {}
    records = accountability.of_case(uow, case.id)
    return {
        "stage": case.stage,
        "documents": [_words(d.kind, d.number) for d in _in_effect(uow, case)],
        "problems": [row.state for row in problems.of_case(uow, case.id)],
        "measures": [_words(row.kind, row.state) for row in measures.of_case(uow, case.id)],
        "accountability": [row.state for row in records],
        "consultations": sorted(
            row.reply or "" for r in records for row in decisions.consultations(uow, r.id)
        ),
        "remedies": [
            _words(row.kind, row.state, row.result) for row in appeals.of_case(uow, case.id)
        ],
        "lapses": [row.kind for row in lapses.of_case(uow, case.id)],
        "publications": [
            row.scope for row in publications.of_case(uow, case.id) if row.published_on is not None
        ],
    }


def _in_effect(uow: UnitOfWork, case: SupervisionCase) -> list[Document]:
    """Issued or handed in, in the order in which the history says so."""
    rows = {row.id: row for row in documents.of_case(uow, case.id)}
    said = uow.session.scalars(
        sa.select(EventPayload.content)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.instance_id.in_({row.instance_id for row in rows.values()}))
        .where(Event.kind.in_(("document.issued", "document.handed_in")))
        .order_by(Event.at, Event.instance_id, Event.seq)
    )
    return [rows[content["document_id"]] for content in said if content["document_id"] in rows]


def _of_remedy(uow: UnitOfWork, instance: Instance) -> SupervisionCase | None:
    return uow.session.scalar(
        sa.select(SupervisionCase)
        .join(Accountability, Accountability.case_id == SupervisionCase.id)
        .join(Remedy, Remedy.accountability_id == Accountability.id)
        .where(Remedy.instance_id == instance.id)
        .limit(1)
    )


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
