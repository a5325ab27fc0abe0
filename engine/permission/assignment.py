"""Who may take a task: groups of the model resolved to organisations of this instance."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.errors import EngineError, ProcessFault
from engine.package import Manifest
from engine.spiff.expressions import Scope
from engine.spiff.model import Element
from engine.tables import Instance, Organisation, Party, TaskCandidate, User
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """The people and posts that a new task waits for."""

    assignee_id: str | None
    groups: tuple[tuple[str, str], ...]  # (group, organisation id)
    user_ids: tuple[str, ...]

    def rows(self, task_id: str) -> list[TaskCandidate]:
        """The rows to insert for a task."""
        found = [
            TaskCandidate(task_id=task_id, group=group, organisation_id=organisation_id)
            for group, organisation_id in self.groups
        ]
        found += [TaskCandidate(task_id=task_id, user_id=user_id) for user_id in self.user_ids]
        return found


def resolve(
    uow: UnitOfWork, instance: Instance, manifest: Manifest, element: Element, scope: Scope
) -> Candidates:
    """Raises ProcessFault when nobody at all could ever take the task."""
    assignee = user(uow, element, scope.text(element.assignee)) if element.assignee else None
    users = []
    if element.candidate_users:
        for name in scope.text(element.candidate_users).split(","):
            if name.strip():
                users.append(user(uow, element, name.strip()))
    groups = _groups(uow, instance, manifest, element, scope)
    if assignee is None and not users and not groups:
        raise ProcessFault(
            f"“{element.name}”没有人可以办理：案件里没有与角色"
            f"{'、'.join(element.candidate_groups)}对应的单位。请补上案件的相关单位后重试。",
            element_id=element.id,
            code="nobody-to-act",
        )
    return Candidates(assignee_id=assignee, groups=tuple(groups), user_ids=tuple(users))


def _groups(
    uow: UnitOfWork, instance: Instance, manifest: Manifest, element: Element, scope: Scope
) -> list[tuple[str, str]]:
    if element.organisation and (organisation_id := scope.text(element.organisation)):
        if uow.session.get(Organisation, organisation_id) is None:
            raise EngineError(f"没有标识为 {organisation_id} 的单位。", code="unknown-organisation")
        return [(group, organisation_id) for group in element.candidate_groups]
    relations = {group: manifest.roles[group].relation for group in element.candidate_groups}
    rows = uow.session.execute(
        sa.select(Party.relation, Party.organisation_id).where(
            Party.instance_id == instance.id, Party.relation.in_(set(relations.values()))
        )
    ).all()
    return [
        (group, organisation_id)
        for group, wanted in relations.items()
        for relation, organisation_id in rows
        if relation == wanted
    ]


def user(uow: UnitOfWork, element: Element, name: str) -> str:
    """A user by id or by username."""
    user_id = uow.session.scalar(
        sa.select(User.id).where(
            sa.or_(User.id == name, User.username == name), User.is_active.is_(True)
        )
    )
    if user_id is None:
        raise ProcessFault(
            f"“{element.name}”要交给 {name or '（空）'}，但没有这个在用账号。",
            element_id=element.id,
            code="unknown-user",
        )
    return user_id
