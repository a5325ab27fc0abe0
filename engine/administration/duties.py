"""The four administrative duties, kept apart from each other and from every case.

Separation of duties is what a security review asks for (三权分立): who runs the system does not
give out rights, who gives out rights does not read the audit log, and none of them acts in a case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import NotAllowed

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

SYSTEM_ADMIN = "system_admin"  #: runs the system: jobs, incidents, calendar, deadline parameters
SECURITY_ADMIN = "security_admin"  #: accounts, posts, rights
AUDIT_ADMIN = "audit_admin"  #: reads logs, changes nothing
MODEL_EDITOR = "model_editor"  #: models, forms, decision tables

#: Nobody holds two of these on one day (三员分立).
KEPT_APART = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN})

#: Who holds one of these groups is related to no case, whatever other posts they hold.
ADMINISTRATORS = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN, MODEL_EDITOR})


def holds(uow: UnitOfWork, *groups: str) -> bool:
    """Whether the actor is the system or holds one of these groups."""
    return uow.actor.is_system or not uow.actor.groups.isdisjoint(groups)


def require(uow: UnitOfWork, *groups: str) -> None:
    """NotAllowed unless the actor is the system or holds one of these groups."""
    if not holds(uow, *groups):
        raise NotAllowed("您的岗位没有这项管理权限。", code="duty-required", groups=sorted(groups))
