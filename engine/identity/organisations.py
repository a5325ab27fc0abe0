"""The tree of organisations. A node's `path` is the ids from the root, so a subtree is a prefix.

Whoever adds below a node or moves one holds its row, so that no path is written from a stale one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotFound, Stale
from engine.identity import texts
from engine.tables import Organisation, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: A path holds 33 characters a level and its column 700.
DEEPEST = 20
_LONGEST = {"code": 64, "name": 200, "short_name": 80, "kind": 40}


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

    Conflict for a code in use; Invalid for an unknown or closed parent, an empty field, or a tree
    too deep.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    parent = None if parent_id is None else _held(uow, parent_id)
    _check({"code": code, "name": name, "short_name": short_name, "kind": kind})
    _check_parent(parent_id, parent, levels=1)
    if by_code(uow, code.strip()) is not None:
        raise Conflict(f"单位代码“{code.strip()}”已有单位使用。", code="code-taken")
    organisation_id = new_id()
    row = Organisation(
        id=organisation_id,
        parent_id=parent_id,
        code=code.strip(),
        name=name.strip(),
        short_name=short_name.strip(),
        kind=kind.strip(),
        path=f"{parent.path if parent else '/'}{organisation_id}/",
        is_sample=is_sample,
    )
    uow.session.add(row)
    uow.session.flush()
    _tell(uow, "organisation.added", row, before=None)
    return row


def rename(
    uow: UnitOfWork,
    organisation_id: str,
    *,
    name: str,
    short_name: str,
    revision: int | None = None,
) -> Organisation:
    """Give it another name. What stands in documents and records keeps the name of its day.

    Invalid for an empty name; Stale where somebody changed it since `revision`.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    row = locked(uow, organisation_id, revision)
    _check({"name": name, "short_name": short_name})
    before = terms(row)
    row.name, row.short_name = name.strip(), short_name.strip()
    return _changed(uow, "organisation.renamed", row, before)


def move(
    uow: UnitOfWork, organisation_id: str, parent_id: str | None, *, revision: int | None = None
) -> Organisation:
    """Put it with everything below it under another node, or at the root. Cases keep their parties.

    Invalid for an unknown or closed parent, one that lies below it, or a tree too deep; Stale.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    _hold_roots(uow)  # of two moves at once the second sees what the first did
    row = locked(uow, organisation_id, revision)
    parent = None if parent_id is None else _held(uow, parent_id)
    below_it = sa.select(Organisation.path).where(below(row)).with_for_update()
    paths = uow.session.scalars(below_it.execution_options(populate_existing=True)).all()
    if parent is not None and parent.path.startswith(row.path):
        raise Invalid(
            "单位没有移动。",
            errors=[
                Fault(
                    pointer="/parent_id",
                    detail="上级单位不能是它自己，也不能是它的下级。",
                    code="circle",
                )
            ],
            code="organisation-invalid",
        )
    levels = max(path.count("/") for path in paths) - row.path.count("/") + 1
    _check_parent(parent_id, parent, levels=levels)
    before, old = terms(row), row.path
    new = f"{parent.path if parent else '/'}{row.id}/"
    row.parent_id = parent_id
    uow.session.flush()
    uow.session.execute(
        sa.update(Organisation)
        .where(Organisation.path.like(f"{old}%"))
        .values(path=sa.literal(new) + sa.func.substr(Organisation.path, len(old) + 1))
        .execution_options(synchronize_session=False)
    )
    uow.session.expire_all()
    return _changed(uow, "organisation.moved", row, before)


def reopen(uow: UnitOfWork, organisation_id: str, *, revision: int | None = None) -> Organisation:
    """Open it again; its former holders are not. Conflict below a closed one; Stale."""
    duties.require(uow, duties.SECURITY_ADMIN)
    row = locked(uow, organisation_id, revision)
    parent = None if row.parent_id is None else _held(uow, row.parent_id)
    if parent is not None and parent.closed_on is not None:
        raise Conflict(f"上级单位“{parent.name}”已停用，请先启用上级。", code="parent-closed")
    before = terms(row)
    row.closed_on = None
    return _changed(uow, "organisation.reopened", row, before)


def mark_closed(uow: UnitOfWork, row: Organisation) -> Organisation:
    """Write down that it is closed; engine/identity/closing.py has looked whether it may be."""
    before = terms(row)
    row.closed_on = uow.today
    return _changed(uow, "organisation.closed", row, before)


def get(uow: UnitOfWork, organisation_id: str) -> Organisation:
    """The organisation. NotFound."""
    row = uow.session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("没有这个单位。", code="organisation-not-found")
    return row


def locked(uow: UnitOfWork, organisation_id: str, revision: int | None) -> Organisation:
    """The organisation, held. NotFound; Stale where it is not at `revision`."""
    row = _held(uow, organisation_id)
    if row is None:
        raise NotFound("没有这个单位。", code="organisation-not-found")
    if revision is not None and revision != row.revision:
        raise Stale("单位在您打开之后有变动，没有保存，请刷新后再改。")
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


def terms(row: Organisation) -> dict[str, Any]:
    """What the journal tells of it."""
    return {
        "code": row.code,
        "name": row.name,
        "short_name": row.short_name,
        "kind": row.kind,
        "parent_id": row.parent_id,
        "closed_on": row.closed_on.isoformat() if row.closed_on is not None else None,
    }


def _held(uow: UnitOfWork, organisation_id: str) -> Organisation | None:
    query = sa.select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    return uow.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _hold_roots(uow: UnitOfWork) -> None:
    roots = sa.select(Organisation.id).where(Organisation.parent_id.is_(None))
    uow.session.scalars(roots.order_by(Organisation.id).with_for_update()).all()


def _changed(uow: UnitOfWork, kind: str, row: Organisation, before: dict[str, Any]) -> Organisation:
    if terms(row) != before:
        row.revision += 1
        uow.session.flush()
        _tell(uow, kind, row, before=before)
    return row


def _tell(uow: UnitOfWork, kind: str, row: Organisation, *, before: dict[str, Any] | None) -> None:
    subject = ("organisation", row.id)
    journal.record(uow, kind, subject=subject, name=row.name, before=before, after=terms(row))


def _check(given: dict[str, str]) -> None:
    faults = [
        fault
        for field, value in given.items()
        for fault in texts.faults(
            f"/{field}", value, most=_LONGEST[field], is_needed=field != "short_name"
        )
    ]
    if faults:
        raise Invalid("单位没有保存。", errors=faults, code="organisation-invalid")


def _check_parent(parent_id: str | None, parent: Organisation | None, *, levels: int) -> None:
    """`levels`: how many the branch that comes below the parent has."""
    problem = None
    if parent_id is not None and parent is None:
        problem = "没有这个上级单位。", "unknown-organisation"
    elif parent is not None and parent.closed_on is not None:
        problem = f"上级单位“{parent.name}”已停用。", "organisation-closed"
    elif parent is not None and parent.path.count("/") - 1 + levels > DEEPEST:
        problem = f"单位层级不超过{DEEPEST}级。", "too-deep"
    if problem is not None:
        fault = Fault(pointer="/parent_id", detail=problem[0], code=problem[1])
        raise Invalid("单位没有保存。", errors=[fault], code="organisation-invalid")
