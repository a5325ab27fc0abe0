"""Who could have done a task on paper, and whose Office may record it: by the family's manifest.

A role with `on_paper` stands outside the case's Office; `recorders` are posts of the Office itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.package import BY_ACCOUNT, ProcessPackage, Role
from engine.permission import sight
from engine.permission.sight import Sight, TaskFacts
from engine.permission.standing import is_administrator

if TYPE_CHECKING:
    from engine.tables import Instance, Task
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class PaperSeat:
    """A post outside the Office that the task waits for."""

    role: Role
    organisation_id: str

    @property
    def needs_account(self) -> bool:
        """Whether it counts who it is: recusal and separation are kept per person."""
        return self.role.on_paper == BY_ACCOUNT


def of_task(uow: UnitOfWork, task: Task) -> list[PaperSeat]:
    """The posts for which this task may be recorded; none for one that is not open."""
    package = uow.engine.packages.get(task.instance.family)
    view = sight.of_instances(uow, [task.instance_id])[task.instance_id]
    return [
        seat
        for facts in sight.tasks(uow, [task.id])
        for seat in (_seats(package, view, facts) if package is not None else ())
    ]


def recordable(uow: UnitOfWork, tasks: list[Task]) -> frozenset[str]:
    """Those of these open tasks, by id, that the actor may record."""
    if not _recorders_among(uow):
        return frozenset()
    views = sight.of_instances(uow, {task.instance_id for task in tasks})
    families = {task.id: uow.engine.packages.get(task.instance.family) for task in tasks}
    found = set()
    for facts in sight.tasks(uow, [task.id for task in tasks]):
        package, view = families[facts.id], views[facts.instance_id]
        if package is None or not (facts.is_open and view.is_active):
            continue
        if _offices(uow, package, view) and _seats(package, view, facts):
            found.add(facts.id)
    return frozenset(found)


def offices_of(uow: UnitOfWork, instance: Instance) -> frozenset[str]:
    """The Offices of the case for which the actor may record and confirm; empty for others."""
    package = uow.engine.packages.get(instance.family)
    if package is None or not _recorders_among(uow):
        return frozenset()
    return _offices(uow, package, sight.of_instances(uow, [instance.id])[instance.id])


def _recorders_among(uow: UnitOfWork) -> bool:
    """Most people hold no such post: nothing need be read for them."""
    if uow.actor.is_system or is_administrator(uow.actor):
        return False
    return any(
        not uow.actor.groups.isdisjoint(package.manifest.recorders)
        for package in uow.engine.packages.values()
    )


def _offices(uow: UnitOfWork, package: ProcessPackage, view: Sight) -> frozenset[str]:
    """Where the actor holds a recorder's post and the organisation reads what is internal."""
    if view.is_recused or view.is_limited or view.is_barred:
        return frozenset()
    inside = {
        party.organisation_id
        for party, standing in view.related
        if "internal" in standing.audiences
    }
    return frozenset(
        post.organisation_id
        for post in uow.actor.posts
        if post.group in package.manifest.recorders and post.organisation_id in inside
    )


def _seats(package: ProcessPackage, view: Sight, facts: TaskFacts) -> list[PaperSeat]:
    """Candidate posts that are outside and have been told, where they need to be."""
    manifest = package.manifest
    found = []
    for group, organisation_id in sorted(facts.seats, key=lambda seat: (seat[0], seat[1] or "")):
        role = manifest.roles.get(group)
        relation = manifest.relations.get(role.relation) if role is not None else None
        if role is None or relation is None or not role.on_paper or organisation_id is None:
            continue
        if any(
            party.relation == relation.key
            and party.organisation_id == organisation_id
            and (party.notified_at is not None or not relation.needs_notice)
            for party in view.parties
        ):
            found.append(PaperSeat(role=role, organisation_id=organisation_id))
    return found
