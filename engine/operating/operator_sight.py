"""What an operator sees of a case: what they need to mend it, and nothing else.

Its number, its definition, where its tokens stand and which elements they passed, its jobs and
incidents, and the names of its variables. No title, no form, no history, no document, no value:
whoever mends is related to no case.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine import advance
from engine.administration import duties
from engine.advance import Step
from engine.errors import NotFound
from engine.operating import mend_plans, mending
from engine.spiff import moves, run
from engine.spiff.moves import Route, Standing
from engine.states import IncidentState, InstanceState, JobState
from engine.tables import Activity, Definition, Incident, Instance, Job
from engine.unit_of_work import UnitOfWork

_LIVE_JOBS = (JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED)


def of_instance(uow: UnitOfWork, instance_id: str) -> dict[str, Any]:
    """A case as its operator sees it. NotAllowed to others; NotFound where there is none."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance = uow.session.get(Instance, instance_id)
    if instance is None:
        raise NotFound("没有这个案件。", code="instance-not-found")
    step = advance.begin(uow, instance)
    names = {key: element.name for (_, key), element in step.bundle.elements.items()}
    tokens = _tokens(step)
    return {
        "id": instance.id,
        "family": instance.family,
        "business_key": instance.business_key,
        "definition": instance.definition,
        "state": instance.state,
        "revision": instance.revision,
        "processes": _processes(uow, instance, {each["process_key"] for each in tokens}),
        "tokens": tokens,
        "variables": sorted(run.variables(step.workflow)),
        "jobs": [
            {"row": job, "element_name": names.get(job.element_id or "", "")}
            for job in _jobs(uow, instance.id)
        ],
        "incidents": [
            {
                "row": incident,
                "element_name": names.get(incident.element_id, ""),
                "may_skip": _may_skip(step, incident),
            }
            for incident in _incidents(uow, instance.id)
        ],
        "allowed_acts": sorted(mending.allowed_acts(uow, instance)),
    }


def _processes(uow: UnitOfWork, instance: Instance, keys: set[str]) -> list[dict[str, Any]]:
    """Where tokens stand, the process that began first; of an ended case that one alone."""
    query = sa.select(Definition).where(
        Definition.deployment_id == instance.deployment_id,
        Definition.key.in_(keys | {instance.definition.key}),
    )
    rows = uow.session.scalars(query.order_by(Definition.key)).all()
    passed: dict[str, set[str]] = {}
    visits = sa.select(Activity.process_key, Activity.element_id).where(
        Activity.instance_id == instance.id, Activity.state == "completed"
    )
    for key, element_id in uow.session.execute(visits.distinct()):
        passed.setdefault(key, set()).add(element_id)
    return [
        {
            "definition_id": row.id,
            "key": row.key,
            "name": row.name,
            "done": sorted(passed.get(row.key, ())),
        }
        for row in sorted(rows, key=lambda row: row.id != instance.definition_id)
    ]


def _may_skip(step: Step, incident: Incident) -> bool:
    """Whether a skip of this incident's element could be proposed."""
    if incident.job_id is not None or step.instance.state != InstanceState.ACTIVE:
        return False
    elements = [e for (_, key), e in step.bundle.elements.items() if key == incident.element_id]
    is_fixed = mend_plans.fixed(step)
    return bool(elements) and all(e.kind in moves.AUTOMATIC and not is_fixed(e) for e in elements)


def _tokens(step: Step) -> list[dict[str, Any]]:
    if step.instance.state in (InstanceState.COMPLETED, InstanceState.CANCELLED):
        return []
    ways, jumps = mend_plans.routes(step, "move"), mend_plans.routes(step, "jump")
    return [
        _token(token, ways[token.token_id], jumps[token.token_id])
        for token in moves.standing(step.workflow)
    ]


def _token(token: Standing, routes: list[Route], jumps: list[Route]) -> dict[str, Any]:
    return {
        "id": token.token_id,
        "process_key": token.element.process_key,
        "element_id": token.element.id,
        "element_name": token.element.name,
        "kind": token.element.kind,
        "waits_for": token.waits_for,
        "targets": [_target(route) for route in routes],
        "jump_targets": [_target(route) for route in jumps],
    }


def _target(route: Route) -> dict[str, Any]:
    return {
        "element_id": route.target.id,
        "element_name": route.target.name,
        "direction": "back" if route.is_back else "forward",
    }


def _jobs(uow: UnitOfWork, instance_id: str) -> list[Job]:
    query = sa.select(Job).where(Job.instance_id == instance_id, Job.state.in_(_LIVE_JOBS))
    return list(uow.session.scalars(query.order_by(Job.due_at, Job.id)))


def _incidents(uow: UnitOfWork, instance_id: str) -> list[Incident]:
    query = sa.select(Incident).where(
        Incident.instance_id == instance_id, Incident.state == IncidentState.OPEN
    )
    return list(uow.session.scalars(query.order_by(Incident.opened_at, Incident.id)))
