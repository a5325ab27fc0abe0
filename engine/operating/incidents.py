"""What failed by itself and waits for an operator: find, group by cause, retry one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import advance, jobs, store
from engine.actor import Actor
from engine.administration import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.states import IncidentState
from engine.tables import Definition, Incident, Instance, Job
from engine.unit_of_work import UnitOfWork

#: What differs from case to case in the text of one cause: ids, quoted words, numbers.
_VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|“[^”]*”|'[^']*'|\"[^\"]*\"|\d+", re.IGNORECASE
)
#: Of each group so many ids are named.
SAMPLES = 5

#: Who runs again what had failed: the operator signs none of it.
RUNS = Actor.system("retry")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case by its number alone."""

    id: str
    business_key: str | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Open incidents of one cause at one element; `key` names the group as long as any is open."""

    key: str
    family: str
    definition_key: str
    definition_name: str
    element_id: str
    cause: str
    count: int
    first_at: datetime
    last_at: datetime
    samples: tuple[str, ...]
    cases: tuple[Case, ...]


def search(
    uow: UnitOfWork, *, state: str = IncidentState.OPEN, instance_id: str | None = None
) -> Sequence[Incident]:
    """Incidents in a state, the newest first. Operators only: the caller has checked."""
    query = sa.select(Incident).where(Incident.state == state)
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    return uow.session.scalars(query.order_by(Incident.opened_at.desc())).all()


def grouped(uow: UnitOfWork) -> list[Group]:
    """The open incidents by cause, the largest group first. Operators only."""
    found: dict[str, list[Any]] = {}
    for row in _open(uow):
        found.setdefault(_key(row), []).append(row)
    groups = [
        Group(
            key=key,
            family=rows[0].family or "",
            definition_key=rows[0].definition_key or "",
            definition_name=rows[0].definition_name or "",
            element_id=rows[0].element_id,
            cause=rows[-1].message,
            count=len(rows),
            first_at=rows[0].opened_at,
            last_at=rows[-1].opened_at,
            samples=tuple(row.id for row in rows[:SAMPLES]),
            cases=tuple(
                Case(id=instance_id, business_key=number)
                for instance_id, number in list(
                    {row.instance_id: row.business_key for row in rows if row.instance_id}.items()
                )[:SAMPLES]
            ),
        )
        for key, rows in found.items()
    ]
    return sorted(groups, key=lambda group: (-group.count, group.first_at, group.key))


def of_group(uow: UnitOfWork, key: str) -> list[str]:
    """The ids of the open incidents of a group, the oldest first. Operators only."""
    return [row.id for row in _open(uow) if _key(row) == key]


def _open(uow: UnitOfWork) -> Sequence[Any]:
    duties.require(uow, duties.SYSTEM_ADMIN)
    query = (
        sa.select(
            Incident.id,
            Incident.instance_id,
            Incident.element_id,
            Incident.message,
            Incident.opened_at,
            Instance.business_key,
            Instance.family,
            Definition.key.label("definition_key"),
            Definition.name.label("definition_name"),
        )
        .outerjoin(Instance, Instance.id == Incident.instance_id)
        .outerjoin(Definition, Definition.id == Instance.definition_id)
        .where(Incident.state == IncidentState.OPEN)
        .order_by(Incident.opened_at, Incident.id)
    )
    return uow.session.execute(query).all()


def _key(row: Any) -> str:
    parts = (row.family or "", row.definition_key or "", row.element_id, cause(row.message))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def cause(message: str) -> str:
    """A message without what differs from case to case."""
    return _VARIES.sub("…", message.strip())


def retry(uow: UnitOfWork, incident_id: str, *, reason: str) -> Incident:
    """Try again what failed: for a job, the worker will; else at once.

    Raises NotFound; Conflict when it is resolved already, by this moment's other operator too. It
    changes nothing but does again, as the system: no second person is asked.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    instance, incident = _locked(uow, incident_id)
    text = require_reason(reason)
    again = replace(uow, actor=RUNS)
    if incident.job_id is not None:
        jobs.retry(again, incident.job_id)
    elif instance is not None:
        advance.resume(again, instance)
    if incident.state == IncidentState.RESOLVED:
        incident.resolved_by = uow.actor.user_id
    _tell(uow, instance, incident, text)
    return incident


def retry_job(uow: UnitOfWork, job_id: str, *, reason: str) -> Job:
    """Put a failed job back, due now, as `retry` does for its incident; it may have no case.

    Raises NotFound; Conflict if it has not failed.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    text = require_reason(reason)
    found = uow.session.get(Job, job_id)
    if found is not None and found.instance_id is not None:
        store.lock(uow, found.instance_id)
    job = jobs.retry(uow, job_id)
    if job.instance_id is not None:
        uow.record(
            "job.retried",
            instance_id=job.instance_id,
            element_id=job.element_id,
            payload={"job": job.id, "kind": job.kind, "reason": text},
        )
    journal.record(
        uow,
        "job.retried",
        subject=("job", job.id),
        name=job.kind,
        reason=text,
        before={"state": "failed"},
        after={"state": str(job.state)},
        instance_id=job.instance_id,
    )
    return job


def require_reason(reason: str) -> str:
    """The reason without spaces around it. Invalid without one."""
    text = reason.strip()
    if not text:
        fault = Fault(pointer="/reason", detail="请写明理由。", code="required")
        raise Invalid("没有办理：请写明理由。", errors=[fault], code="reason-missing")
    return text


def _locked(uow: UnitOfWork, incident_id: str) -> tuple[Instance | None, Incident]:
    """The incident as it is once its case is locked: another may have mended it meanwhile."""
    query = sa.select(Incident.instance_id).where(Incident.id == incident_id)
    found = uow.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("没有这个异常。", code="incident-not-found")
    instance = store.lock(uow, found.instance_id) if found.instance_id is not None else None
    incident = uow.session.scalars(
        sa.select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if incident.state != IncidentState.OPEN:
        raise Conflict("这个异常已经处理完毕。", code="incident-resolved")
    return instance, incident


def _tell(uow: UnitOfWork, instance: Instance | None, incident: Incident, reason: str) -> None:
    outcome = "queued" if incident.job_id is not None else str(incident.state)
    if instance is not None:
        uow.record(
            "incident.retried",
            instance_id=instance.id,
            element_id=incident.element_id,
            payload={"incident": incident.id, "reason": reason, "outcome": outcome},
        )
    journal.record(
        uow,
        "incident.retried",
        subject=("incident", incident.id),
        name=incident.element_id,
        reason=reason,
        before={"state": "open"},
        after={"state": str(incident.state), "outcome": outcome},
        instance_id=incident.instance_id,
    )
