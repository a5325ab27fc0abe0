"""Posts that administrators give and end; the bare rows are engine/identity/posts.py's.

A security administrator gives posts of the families, never to themselves. A post of an administrator
is given by two people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.administration import duties
from engine.administration.proposals import Kind, propose
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity import organisations, posts, texts, users
from engine.tables import Organisation, Post, Proposal, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Nobody gives a post for a day so long ago: it would rewrite who was in office.
LONGEST_BACK = timedelta(days=31)


def give(
    uow: UnitOfWork,
    user_id: str,
    group: str,
    organisation_id: str,
    *,
    title: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> Post:
    """Give a post. Only the system or a security administrator, not to themselves.

    NotAllowed for an administrator's post, which two people give (`ask`). Invalid for a role that no
    installed family declares, a closed account or organisation, or a wrong period; Conflict where
    the person holds it already.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    if group in duties.ADMINISTRATORS and not uow.actor.is_system:
        raise NotAllowed(
            "管理员的岗位须由两人设立：请改为提出申请，由另一人确认。", code="second-person-needed"
        )
    _require_possible(uow, user_id, group, organisation_id, title, from_on, until_on)
    return posts.grant(
        uow, user_id, group, organisation_id, title=title, from_on=from_on, until_on=until_on
    )


def ask(
    uow: UnitOfWork,
    user_id: str,
    group: str,
    organisation_id: str,
    *,
    reason: str,
    title: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> Proposal:
    """Propose an administrator's post for somebody else. Errors as of `give`."""
    duties.require(uow, duties.SECURITY_ADMIN)
    if group not in duties.ADMINISTRATORS:
        fault = Fault(pointer="/group", detail="这个角色一人即可设立。", code="no-duty")
        raise Invalid("没有提出。", errors=[fault], code="post-invalid")
    _require_possible(uow, user_id, group, organisation_id, title, from_on, until_on)
    user = users.get(uow, user_id)
    posts.keep_apart(uow, user_id, group, from_on or uow.today, until_on)
    return propose(
        uow,
        KIND,
        subject=("user", user_id),
        title=f"设“{user.name}”（{user.username}）为 {group}",
        reason=reason,
        content={
            "group": group,
            "organisation_id": organisation_id,
            "title": title.strip(),
            "from_on": from_on.isoformat() if from_on is not None else None,
            "until_on": until_on.isoformat() if until_on is not None else None,
        },
    )


def end(uow: UnitOfWork, post_id: str, *, last_day: date | None = None) -> Post:
    """End a post at once, or after `last_day`, which is today or later.

    Only the system or a security administrator. Invalid for a day that is past; Conflict where it has
    ended, ends earlier, or is the last one of a security administrator.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    query = sa.select(Post).where(Post.id == post_id).with_for_update()
    post = uow.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if post is None:
        raise NotFound("没有这个岗位。", code="post-not-found")
    if last_day is not None and last_day < uow.today:
        fault = Fault(pointer="/last_day", detail="最后一天不能早于今天。", code="out-of-range")
        raise Invalid("岗位没有变动。", errors=[fault], code="post-invalid")
    wanted = uow.today - timedelta(days=1) if last_day is None else last_day
    if post.until_on is not None and post.until_on <= wanted:
        raise Conflict(
            f"这个岗位的最后一天已定为{post.until_on.isoformat()}，没有变动。", code="post-ended"
        )
    if post.group == duties.SECURITY_ADMIN:
        require_another_guardian(uow, post.user_id)
    return posts.end(uow, post_id, last_day=last_day)


def require_another_guardian(uow: UnitOfWork, user_id: str) -> None:
    """Conflict unless somebody else is security administrator with no end; the system is not asked.

    Two at the same moment: the posts are held, so that the second sees the first.
    """
    if uow.actor.is_system:
        return
    held = sa.select(Post.id).where(Post.group == duties.SECURITY_ADMIN).order_by(Post.id)
    uow.session.scalars(held.with_for_update()).all()
    others = (
        sa.select(Post.id)
        .join(User, User.id == Post.user_id)
        .where(
            Post.group == duties.SECURITY_ADMIN,
            Post.from_on <= uow.today,
            Post.until_on.is_(None),
            Post.user_id != user_id,
            User.is_active,
            User.password_hash != "",
        )
    )
    if uow.session.scalars(others.limit(1)).first() is None:
        raise Conflict(
            "这是最后一位安全管理员，停用后无人能管理账号。请先设立另一位，再办理。",
            code="last-security-admin",
        )


def roles(uow: UnitOfWork) -> frozenset[str]:
    """Every role that a post may have: of the installed families, and of administrators."""
    declared = (package.manifest.roles for package in uow.engine.packages.values())
    return duties.ADMINISTRATORS.union(*declared)


def search(
    uow: UnitOfWork,
    *,
    user_id: str | None = None,
    under: str | None = None,
    group: str | None = None,
    on: date | None = None,
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> Sequence[Post]:
    """Posts, the newest first, those that ended and those to come among them unless `on` is given.

    `under` is an organisation and all below it. Only security and audit administrators.
    """
    duties.require(uow, duties.SECURITY_ADMIN, duties.AUDIT_ADMIN)
    query = sa.select(Post).options(joinedload(Post.user), joinedload(Post.organisation))
    if user_id is not None:
        query = query.where(Post.user_id == user_id)
    if under is not None:
        query = query.where(posts_under(uow, under))
    if group is not None:
        query = query.where(Post.group == group)
    if on is not None:
        query = query.where(posts.in_force(uow, on=on))
    if after is not None:
        query = query.where(sa.tuple_(Post.from_on, Post.id) < sa.tuple_(*after))
    query = query.order_by(Post.from_on.desc(), Post.id.desc()).limit(limit)
    return uow.session.scalars(query).all()


def posts_under(uow: UnitOfWork, organisation_id: str) -> sa.ColumnElement[bool]:
    """Over Post: in this organisation or one below it. NotFound."""
    root = organisations.get(uow, organisation_id)
    return Post.organisation_id.in_(sa.select(Organisation.id).where(organisations.below(root)))


def _require_possible(
    uow: UnitOfWork,
    user_id: str,
    group: str,
    organisation_id: str,
    title: str,
    from_on: date | None,
    until_on: date | None,
) -> None:
    if user_id == uow.actor.user_id:
        raise NotAllowed("不能为自己设立岗位，请由另一位安全管理员办理。", code="own-post")
    start = uow.today if from_on is None else from_on
    faults = list(texts.faults("/title", title, most=80, is_needed=False))
    if group not in roles(uow):
        detail = "已安装的流程族都没有这个角色。"
        faults.append(Fault(pointer="/group", detail=detail, code="unknown-role"))
    user = uow.session.get(User, user_id)
    if user is not None and not user.is_active:
        faults.append(Fault(pointer="/user_id", detail="账号已停用。", code="account-closed"))
    held = sa.select(Organisation).where(Organisation.id == organisation_id)
    held = held.with_for_update(read=True).execution_options(populate_existing=True)
    organisation = uow.session.scalars(held).one_or_none()
    if organisation is not None and organisation.closed_on is not None:
        fault = Fault(pointer="/organisation_id", detail="单位已停用。", code="organisation-closed")
        faults.append(fault)
    if start < uow.today - LONGEST_BACK:
        detail = f"起始日最多往前{LONGEST_BACK.days}天。"
        faults.append(Fault(pointer="/from_on", detail=detail, code="out-of-range"))
    if until_on is not None and until_on < start:
        faults.append(Fault(pointer="/until_on", detail="不应早于起始日。", code="out-of-range"))
    if faults:
        raise Invalid("岗位没有设立。", errors=faults, code="post-invalid")
    if held_then(uow, user_id, group, organisation_id, start, until_on) is not None:
        raise Conflict("此人在这段时间已有这个岗位，没有再设。", code="post-held")


def held_then(
    uow: UnitOfWork,
    user_id: str,
    group: str,
    organisation_id: str,
    start: date,
    until_on: date | None,
) -> Post | None:
    """The post of this person, role and organisation that overlaps the period, if there is one."""
    overlapping = sa.select(Post).where(
        Post.user_id == user_id,
        Post.group == group,
        Post.organisation_id == organisation_id,
        sa.or_(Post.until_on.is_(None), Post.until_on >= start),
        sa.true() if until_on is None else Post.from_on <= until_on,
        # one that was over before it began was never held
        sa.or_(Post.until_on.is_(None), Post.until_on >= Post.from_on),
    )
    return uow.session.scalars(overlapping.limit(1)).first()


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    is_receiver = uow.actor.user_id == proposal.subject_id
    allowed = {duties.SECURITY_ADMIN, duties.SYSTEM_ADMIN}
    return not is_receiver and not uow.actor.groups.isdisjoint(allowed)


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.SECURITY_ADMIN)
    given = dict(proposal.content)
    place, group = given["organisation_id"], given["group"]
    from_on = None if given["from_on"] is None else date.fromisoformat(given["from_on"])
    until_on = None if given["until_on"] is None else date.fromisoformat(given["until_on"])
    user_id = proposal.subject_id
    _require_possible(uow, user_id, group, place, given["title"], from_on, until_on)
    post = posts.grant(
        uow, user_id, group, place, title=given["title"], from_on=from_on, until_on=until_on
    )
    return {"post": post.id}


KIND = Kind(key="duty", name="设立管理员岗位", may_confirm=_may_confirm, carry_out=_carry_out)
