"""Opening what is protected: by named posts only, with a reason, written into the case's history.

What is protected and how it lies apart is in engine/record/protection.py. Nobody sees such a value or file
without this act, whoever entered it; docs/access.md has the rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import store
from engine.administration import duties
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.permission import access, sight
from engine.permission.standing import is_administrator
from engine.record import protection
from engine.tables import Disclosure, File, Instance, ProtectedValue, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: How long a file may be fetched after it was opened.
OPEN_FOR = timedelta(minutes=15)

KIND = "protected.read"


def read(
    uow: UnitOfWork, instance_id: str, codes: Collection[str], *, reason: str
) -> Sequence[ProtectedValue]:
    """The values that these marks of an instance stand for, in the order asked.

    NotFound for the instance or a code that is not its own; NotAllowed for who is no named reader;
    Invalid without a reason. The read is an event of the instance.
    """
    instance = access.require_instance(uow, instance_id)
    if "internal" not in access.audiences(uow, instance):
        # who reads nothing internal does not learn by guessing that there is such a thing
        raise NotFound("没有找到该事项，或您无权查看。", code="instance-not-found")
    store.lock(uow, instance.id)
    asked = list(dict.fromkeys(codes))
    query = sa.select(ProtectedValue).where(
        ProtectedValue.instance_id == instance.id, ProtectedValue.code.in_(asked)
    )
    found = {row.code: row for row in uow.session.scalars(query)}
    if not found or len(found) < len(asked):
        raise NotFound("没有找到所指的受保护信息，请刷新后再试。", code="protected-not-found")
    rows = [found[code] for code in asked]
    _open(uow, instance, {row.kind for row in rows}, reason=reason, codes=asked)
    return rows


def open_file(uow: UnitOfWork, file_id: str, *, reason: str) -> Disclosure:
    """Let the actor fetch a protected file for a while (`OPEN_FOR`), and record it.

    NotFound; Conflict for a file that needs none of this; NotAllowed; Invalid without a reason.
    """
    file = access.require_file(uow, file_id)
    if file.protected is None or not file.is_bound or file.instance_id is None:
        raise Conflict("这份文件不需要填写理由，可以直接下载。", code="file-not-protected")
    instance = store.lock(uow, file.instance_id)
    return _open(uow, instance, {file.protected}, reason=reason, file=file)


def require_open(uow: UnitOfWork, file: File) -> None:
    """NotAllowed for a protected file that the actor has not opened just now."""
    if file.protected is None or not file.is_bound or uow.actor.is_system:
        return
    last = uow.session.scalar(
        sa.select(sa.func.max(Disclosure.at)).where(
            Disclosure.file_id == file.id,
            Disclosure.actor_id == uow.actor.user_id,
            Disclosure.at > uow.now - OPEN_FOR,
        )
    )
    instance = uow.session.get_one(Instance, file.instance_id)
    if last is None or not may_read(uow, instance, {file.protected}):
        raise NotAllowed("这份文件受保护，请先写明查阅理由，再下载。", code="file-protected")


def may_read(uow: UnitOfWork, instance: Instance, kinds: Iterable[str]) -> bool:
    """Whether a post of the actor is named for all these kinds, in an office inside the case.

    Who may is a matter of today: the installed manifest says it. Never who keeps out of the case.
    """
    package = uow.engine.packages.get(instance.family)
    if package is None or uow.actor.is_system or is_administrator(uow.actor):
        return False
    view = sight.of_instances(uow, [instance.id])[instance.id]
    if view.is_recused or view.is_limited:
        return False
    inside = {
        party.organisation_id
        for party, standing in view.related
        if "internal" in standing.audiences
    }
    held = {post.group for post in uow.actor.posts if post.organisation_id in inside}
    named = package.manifest.protected
    return all(kind in named and not held.isdisjoint(named[kind].readers) for kind in kinds)


def search(
    uow: UnitOfWork, *, before: tuple[datetime, str] | None = None, limit: int
) -> Sequence[tuple[Disclosure, Instance]]:
    """Who opened what and why, the newest first: for audit administrators alone (NotAllowed).

    What was opened is not among it, nor anything else of the case but its number.
    """
    duties.require(uow, duties.AUDIT_ADMIN)
    query = (
        sa.select(Disclosure, Instance)
        .join(Instance, Instance.id == Disclosure.instance_id)
        .order_by(Disclosure.at.desc(), Disclosure.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, last = before
        query = query.where(
            sa.or_(Disclosure.at < at, sa.and_(Disclosure.at == at, Disclosure.id < last))
        )
    return [(row[0], row[1]) for row in uow.session.execute(query)]


def _open(
    uow: UnitOfWork,
    instance: Instance,
    kinds: set[str],
    *,
    reason: str,
    codes: Sequence[str] = (),
    file: File | None = None,
) -> Disclosure:
    if not reason.strip():
        raise Invalid("请写明查阅的理由。", code="reason-missing")
    if uow.actor.user_id is None or not may_read(uow, instance, kinds):
        raise NotAllowed("您的岗位不能查阅这项受保护的信息。", code="protected-not-reader")
    names = [protection.name_of(uow, instance.family, kind) for kind in sorted(kinds)]
    said: dict[str, Any] = {"kinds": names, "reason": reason.strip()}
    said |= {"file": file.id} if file is not None else {"codes": list(codes)}
    event = uow.record(
        KIND,
        instance_id=instance.id,
        task_id=file.task_id if file is not None else None,
        payload=said,
    )
    row = Disclosure(
        id=new_id(),
        instance_id=instance.id,
        at=uow.now,
        actor_id=uow.actor.user_id,
        actor_name=event.actor_name,
        actor_title=event.actor_title,
        reason=reason.strip(),
        kinds=names,
        codes=list(codes),
        file_id=file.id if file is not None else None,
    )
    uow.session.add(row)
    uow.session.flush()
    return row
