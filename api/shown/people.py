"""Names of people, organisations and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import pages
from engine.administration import duties
from engine.package import ProcessPackage
from engine.unit_of_work import UnitOfWork

#: The groups that no family declares.
ADMINISTRATORS = {
    duties.SYSTEM_ADMIN: "系统管理员",
    duties.SECURITY_ADMIN: "安全管理员",
    duties.AUDIT_ADMIN: "审计管理员",
    duties.MODEL_EDITOR: "流程管理员",
}


class Names:
    """The names behind a set of ids, fetched by one query each; absent ids show as null."""

    def __init__(
        self,
        uow: UnitOfWork,
        *,
        users: Iterable[str | None] = (),
        organisations: Iterable[str | None] = (),
    ) -> None:
        self.users = pages.user_names(uow, {i for i in users if i})
        self.organisations = pages.organisation_names(uow, {i for i in organisations if i})

    def person(self, user_id: str | None) -> Mapping[str, str] | None:
        """{id, name}, or None where the system acted."""
        return _named(self.users, user_id)

    def organisation(self, organisation_id: str | None) -> Mapping[str, str] | None:
        """{id, name}."""
        return _named(self.organisations, organisation_id)


def _named(names: Mapping[str, str], row_id: str | None) -> Mapping[str, str] | None:
    if row_id is None:
        return None
    return {"id": row_id, "name": names.get(row_id, "")}


def group_name(package: ProcessPackage | None, group: str) -> str:
    """What a family calls a candidate group."""
    role = package.manifest.roles.get(group) if package is not None else None
    return role.name if role is not None else ADMINISTRATORS.get(group, group)


def post_group_name(packages: Mapping[str, ProcessPackage], group: str) -> str:
    """What the first family that knows the group calls it."""
    found = (group_name(package, group) for package in packages.values())
    return next((name for name in found if name != group), ADMINISTRATORS.get(group, group))


def posts(uow: UnitOfWork) -> list[dict[str, Any]]:
    """The actor's own posts."""
    names = Names(uow, organisations=uow.actor.organisation_ids)
    return [
        {
            "group": post.group,
            "group_name": post_group_name(uow.engine.packages, post.group),
            "organisation": names.organisation(post.organisation_id),
            "title": post.title,
        }
        for post in uow.actor.posts
    ]
