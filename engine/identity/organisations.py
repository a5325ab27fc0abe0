"""The tree of organisations. A node's `path` is the ids from the root, so a subtree is a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import duties
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import Organisation, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: A path holds 33 characters a level and its column 700.
DEEPEST = 20


def add(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    kind: str,
    parent_id: str | None = None,
    short_name: str = "",
    is_sample: bool = False,
) -> Organisation:
    """Add a node below `parent_id`, or a root. Only the system or a security administrator.

    Conflict for a code in use; Invalid for an unknown parent, an empty field, or a tree too deep.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    parent = None if parent_id is None else uow.session.get(Organisation, parent_id)
    _check(code, name, kind, parent_id, parent)
    if by_code(uow, code) is not None:
        raise Conflict(f"单位代码“{code}”已有单位使用。", code="code-taken")
    organisation_id = new_id()
    row = Organisation(
        id=organisation_id,
        parent_id=parent_id,
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        path=f"{parent.path if parent else '/'}{organisation_id}/",
        is_sample=is_sample,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def get(uow: UnitOfWork, organisation_id: str) -> Organisation:
    """The organisation. NotFound."""
    row = uow.session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("没有这个单位。", code="organisation-not-found")
    return row


def by_code(uow: UnitOfWork, code: str) -> Organisation | None:
    """The organisation with this code."""
    return uow.session.scalars(
        sa.select(Organisation).where(Organisation.code == code)
    ).one_or_none()


def subtree(uow: UnitOfWork, organisation_id: str) -> list[Organisation]:
    """The organisation and everything below it, parents before children. NotFound."""
    root = get(uow, organisation_id)
    return list(
        uow.session.scalars(sa.select(Organisation).where(below(root)).order_by(Organisation.path))
    )


def below(root: Organisation) -> sa.ColumnElement[bool]:
    """Over Organisation: the root itself and everything below it."""
    # A path holds hex and slashes only, so that nothing in it is a wildcard of LIKE.
    return Organisation.path.like(f"{root.path}%")


def search(
    uow: UnitOfWork, q: str = "", *, kind: str | None = None, limit: int = 50
) -> list[Organisation]:
    """Organisations whose name, short name or code contains `q`, by code."""
    query = sa.select(Organisation).order_by(Organisation.code).limit(limit)
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    text = q.strip()
    if text:
        query = query.where(
            sa.or_(
                Organisation.name.icontains(text, autoescape=True),
                Organisation.short_name.icontains(text, autoescape=True),
                Organisation.code.icontains(text, autoescape=True),
            )
        )
    return list(uow.session.scalars(query))


def _check(
    code: str, name: str, kind: str, parent_id: str | None, parent: Organisation | None
) -> None:
    faults = [
        Fault(pointer=f"/{field}", detail=f"不能为空，且不超过{most}个字。", code="length")
        for field, value, most in (("code", code, 64), ("name", name, 200), ("kind", kind, 40))
        if not 0 < len(value.strip()) <= most
    ]
    if parent_id is not None and parent is None:
        faults.append(
            Fault(pointer="/parent_id", detail="没有这个上级单位。", code="unknown-organisation")
        )
    if parent is not None and parent.path.count("/") - 1 >= DEEPEST:
        faults.append(
            Fault(pointer="/parent_id", detail=f"单位层级不超过{DEEPEST}级。", code="too-deep")
        )
    if faults:
        raise Invalid("单位没有登记。", errors=faults, code="organisation-invalid")
