"""Cases in lists and alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.shown import deadlines, tasks
from api.shown.people import Names
from engine import pages
from engine.permission import acts
from engine.tables import Instance, Party
from engine.unit_of_work import UnitOfWork


def whole(uow: UnitOfWork, rows: Sequence[Instance]) -> list[dict[str, Any]]:
    """Cases, each with its parties, open tasks and deadlines, as far as the actor sees them."""
    ids = [row.id for row in rows]
    parties = pages.parties(uow, ids)
    open_tasks = _open_tasks(uow, ids)
    clocks = pages.deadlines(uow, ids)
    allowed = acts.allowed_instance_acts(uow, rows)
    incidents = pages.incident_counts(uow, ids)
    everybody = [party for some in parties.values() for party in some]
    names = Names(
        uow,
        users=[*(row.started_by for row in rows), *(party.user_id for party in everybody)],
        organisations=[party.organisation_id for party in everybody],
    )
    return [
        {
            **_facts(row, names),
            "parties": [_party(uow, row, party, names) for party in parties.get(row.id, ())],
            "open_tasks": open_tasks.get(row.id, []),
            "deadlines": [deadlines.card(clock) for clock in clocks.get(row.id, ())],
            "incidents": incidents.get(row.id, 0),
            "allowed_acts": sorted(allowed[row.id]),
        }
        for row in rows
    ]


def _facts(row: Instance, names: Names) -> dict[str, Any]:
    definition = row.definition
    return {
        "id": row.id,
        "family": row.family,
        "business_key": row.business_key,
        "title": row.title,
        "state": row.state,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "started_by": names.person(row.started_by),
        "definition": {
            "id": definition.id,
            "key": definition.key,
            "version": definition.version,
            "name": definition.name,
        },
    }


def _open_tasks(uow: UnitOfWork, ids: Sequence[str]) -> Mapping[str, list[dict[str, Any]]]:
    rows = [task for some in pages.open_tasks(uow, ids).values() for task in some]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tasks.summaries(uow, rows):
        found.setdefault(row["instance"]["id"], []).append(row)
    return found


def _party(uow: UnitOfWork, row: Instance, party: Party, names: Names) -> dict[str, Any]:
    package = uow.engine.packages.get(row.family)
    relation = package.manifest.relations.get(party.relation) if package is not None else None
    return {
        "relation": party.relation,
        "relation_name": relation.name if relation is not None else party.relation,
        "organisation": names.organisation(party.organisation_id),
        "person": names.person(party.user_id),
        "notified_at": party.notified_at,
    }
