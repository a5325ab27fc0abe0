"""What failed by itself and waits for an operator: open, retry, resolve."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine import advance, jobs, store
from engine.errors import Conflict, NotFound
from engine.states import IncidentState
from engine.tables import Incident, Job
from engine.unit_of_work import UnitOfWork


def search(
    uow: UnitOfWork, *, state: str = IncidentState.OPEN, instance_id: str | None = None
) -> Sequence[Incident]:
    """Incidents in a state, the newest first. Operators only: the caller has checked."""
    query = sa.select(Incident).where(Incident.state == state)
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    return uow.session.scalars(query.order_by(Incident.opened_at.desc())).all()


def retry(uow: UnitOfWork, incident_id: str) -> Incident:
    """Try again what failed. Raises NotFound; Conflict when it is resolved already."""
    incident = uow.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound("没有这个异常。", code="incident-not-found")
    if incident.state != IncidentState.OPEN:
        raise Conflict("这个异常已经处理完毕。", code="incident-resolved")
    if incident.job_id is not None:
        jobs.retry(uow, uow.session.get_one(Job, incident.job_id).id)
        return incident
    if incident.instance_id is not None:
        instance = store.lock(uow, incident.instance_id)
        advance.resume(uow, instance)
    return incident
