"""Closing an organisation: what still hangs on it is shown first, and must be gone or be named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.administration import duties
from engine.errors import Conflict
from engine.identity import organisations, posts
from engine.states import InstanceState, TaskState
from engine.tables import Instance, Organisation, Party, Post, Task, TaskCandidate

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: So many names stand in a refusal.
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """What hangs on an organisation: open units below, posts held or to come, open tasks and cases."""

    units: Sequence[Organisation]
    posts: Sequence[Post]
    open_tasks: int
    open_cases: int


def preview(uow: UnitOfWork, organisation_id: str) -> Hanging:
    """What hangs on it now. Only the system or a security administrator. NotFound."""
    duties.require(uow, duties.SECURITY_ADMIN)
    root = organisations.get(uow, organisation_id)
    units = sa.select(Organisation).where(
        organisations.below(root), Organisation.id != root.id, Organisation.closed_on.is_(None)
    )
    held = (
        sa.select(Post)
        .where(
            Post.organisation_id == organisation_id,
            sa.or_(Post.until_on.is_(None), Post.until_on >= uow.today),
        )
        .options(joinedload(Post.user))
        .order_by(Post.from_on, Post.id)
    )
    waiting = sa.select(sa.func.count(sa.distinct(Task.id))).where(
        Task.state.in_((TaskState.READY, TaskState.CLAIMED)),
        TaskCandidate.task_id == Task.id,
        TaskCandidate.organisation_id == organisation_id,
    )
    running = sa.select(sa.func.count(sa.distinct(Instance.id))).where(
        Party.instance_id == Instance.id,
        Party.organisation_id == organisation_id,
        Instance.state.in_((InstanceState.ACTIVE, InstanceState.SUSPENDED)),
    )
    return Hanging(
        units=uow.session.scalars(units.order_by(Organisation.code)).all(),
        posts=uow.session.scalars(held).all(),
        open_tasks=uow.session.scalar(waiting) or 0,
        open_cases=uow.session.scalar(running) or 0,
    )


def close(
    uow: UnitOfWork,
    organisation_id: str,
    *,
    ending: Collection[str] = (),
    open_cases: int = 0,
    revision: int | None = None,
) -> Organisation:
    """Close it. `ending` names the posts that end with it, `open_cases` how many cases it stays in.

    Conflict, with the list, for open units below it, open tasks that wait for it, a post that is not
    named, or more cases than were named. Stale.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    row = organisations.locked(uow, organisation_id, revision)
    if row.closed_on is not None:
        return row
    hanging = preview(uow, organisation_id)
    unnamed = [post for post in hanging.posts if post.id not in ending]
    _refuse_if(hanging.units, "它的下级单位还在：", [unit.name for unit in hanging.units])
    _refuse_if(unnamed, "还有人在任：", [f"{p.user.name}（{p.group}）" for p in unnamed])
    if hanging.open_tasks:
        raise Conflict(
            f"还有{hanging.open_tasks}项待办任务等这个单位办理，没有停用。请先办结或改派。",
            code="organisation-in-use",
        )
    if hanging.open_cases > open_cases:
        raise Conflict(
            f"它还是{hanging.open_cases}个在办案件的当事单位，没有停用。"
            "确要停用，请在申请中写明这个数目。",
            code="organisation-in-use",
        )
    for post in hanging.posts:
        posts.end(uow, post.id)
    return organisations.mark_closed(uow, row)


def _refuse_if(found: Sequence[object], what: str, names: Sequence[str]) -> None:
    if found:
        more = f"等{len(names)}个" if len(names) > _SHOWN else ""
        raise Conflict(
            f"{what}{'、'.join(names[:_SHOWN])}{more}，没有停用。", code="organisation-in-use"
        )
