"""Moving running cases of an `accountable` family takes two people.

The proposer is a model editor or a system administrator; who confirms holds one of the posts that the
family names (`second_persons`), or, where it names none, is another of these administrators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.administration import duties, rejections
from engine.administration.proposals import Kind, propose
from engine.errors import NotAllowed
from engine.migrating import migration_plans, migrations
from engine.migrating.migration_plans import Plan
from engine.tables import Deployment, Migration, Proposal
from engine.unit_of_work import UnitOfWork


def make(uow: UnitOfWork, plan: Plan, *, reason: str) -> Proposal:
    """Propose to move the cases that the plan means. Invalid with every fault of the plan."""
    migrations.require_keeper(uow)
    _tell_if_refused(uow, plan, reason)
    migration_plans.require(uow, plan)
    old = uow.session.get_one(Deployment, plan.from_id)
    new = uow.session.get_one(Deployment, plan.to_id)
    cases = uow.session.scalar(
        sa.select(sa.func.count()).select_from(migration_plans.selected(plan).subquery())
    )
    name = uow.engine.package(old.family).manifest.name
    return propose(
        uow,
        KIND,
        subject=("family", old.family),
        title=f"把“{name}”的{cases}个案件从第{old.version}版迁移到第{new.version}版",
        reason=reason,
        content={"plan": plan.as_dict(), "digest": plan.digest},
    )


def start(uow: UnitOfWork, plan: Plan, *, reason: str) -> Migration:
    """Begin at once, alone. NotAllowed for a family that needs a second person."""
    migrations.require_keeper(uow)
    _tell_if_refused(uow, plan, reason)
    migration_plans.require(uow, plan)
    family = uow.session.get_one(Deployment, plan.from_id).family
    if uow.engine.package(family).manifest.accountable:
        raise NotAllowed(
            "这个流程族影响问责，迁移案件须由第二人确认：请改为提出申请。",
            code="second-person-needed",
        )
    return migrations.start(uow, plan, reason=reason)


def _tell_if_refused(uow: UnitOfWork, plan: Plan, reason: str) -> None:
    old = uow.session.get(Deployment, plan.from_id)
    family = old.family if old is not None else ""
    rejections.tell(
        uow,
        "migration.rejected",
        subject=("family", family),
        name=family,
        reason=reason,
        asked={"plan": plan.digest, "from": plan.from_id, "to": plan.to_id},
    )


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    package = uow.engine.packages.get(proposal.subject_id)
    if package is None:
        return False
    posts = package.manifest.second_persons or {duties.MODEL_EDITOR, duties.SYSTEM_ADMIN}
    return not uow.actor.groups.isdisjoint(posts)


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    plan = migration_plans.read(proposal.content["plan"])
    row = migrations.start(uow, plan, reason=proposal.reason, proposal_id=proposal.id)
    return {"migration": row.id, "plan": row.plan_digest}


KIND = Kind(key="migration", name="迁移案件", may_confirm=_may_confirm, carry_out=_carry_out)
