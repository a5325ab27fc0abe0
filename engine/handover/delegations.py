"""Acting for somebody who is away (代理、离岗委托): who may, for how long, with which posts.

A stand-in says for each request that they act for another (`actor_for`): then they see and do what
that person sees and does with the posts that were entrusted, and history names both. What keeps
either of the two out, keeps the act out: recusal and separation of duties are per person. Acts of two
people, one's account and administration are never done for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.actor import Actor, PostRef, StandIn
from engine.administration import duties, journal
from engine.administration.duties import ADMINISTRATORS
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.identity.posts import actor_of, in_force
from engine.tables import Delegation, Organisation, Post, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

ACT, ARRANGE = KINDS = ("act", "arrange")
BY_SELF, BY_ASSISTANT, BY_IMPORT = "self", "assistant", "import"
LONGEST = timedelta(days=366)
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody that the actor may act for today: with which posts, and through whom it came."""

    user: User
    posts: tuple[PostRef, ...]
    is_partial: bool
    through: tuple[str, ...]  #: user ids, when it was passed on: who entrusted the actor comes last
    delegation_ids: tuple[str, ...]


def give(
    uow: UnitOfWork,
    *,
    to: str,
    from_on: date,
    until_on: date,
    reason: str,
    principal: str | None = None,
    kind: str = ACT,
    posts: Iterable[tuple[str, str]] = (),
    source: str | None = None,
) -> Delegation:
    """Entrust somebody: for oneself, or for `principal` as their assistant or as an import.

    Invalid for a period that is none, an unknown or closed account, oneself, posts that the person
    does not hold; Conflict where it would close a circle; NotAllowed for another's without being
    their assistant.
    """
    _in_person(uow)
    absent = principal or uow.actor.user_id
    how = source or (BY_SELF if absent == uow.actor.user_id else BY_ASSISTANT)
    _require_setter(uow, absent, how, kind)
    wanted = sorted({(group, organisation_id) for group, organisation_id in posts})
    _check(uow, absent, to, from_on, until_on, reason, wanted, kind)
    # both accounts are held: of two that would close a circle together, the second sees the first
    users = sa.select(User.id).where(User.id.in_((absent, to))).order_by(User.id)
    uow.session.execute(users.with_for_update()).all()
    if kind == ACT:
        _require_no_circle(uow, str(absent), to, from_on, until_on)
    row = Delegation(
        kind=kind,
        from_user_id=str(absent),
        to_user_id=to,
        from_on=from_on,
        until_on=until_on,
        posts=[list(pair) for pair in wanted],
        reason=reason.strip(),
        source=how,
        set_by=uow.actor.user_id,
        set_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    _tell(uow, "delegation.given", row)
    return row


def candidates(uow: UnitOfWork, *, q: str = "", limit: int = 50) -> Sequence[User]:
    """Whom the actor might entrust, by name: people of their organisations, and of those above and below.

    Anybody else is found by their whole user name only: this is no directory of all accounts.
    """
    places = sa.select(Organisation.id).where(
        sa.or_(
            Organisation.id.in_(sorted(uow.actor.organisation_ids)),
            Organisation.parent_id.in_(sorted(uow.actor.organisation_ids)),
            Organisation.id.in_(
                sa.select(Organisation.parent_id).where(
                    Organisation.id.in_(sorted(uow.actor.organisation_ids))
                )
            ),
        )
    )
    near = sa.select(Post.user_id).where(Post.organisation_id.in_(places), in_force(uow))
    words = q.strip()
    found = sa.and_(User.id.in_(near), User.name.contains(words, autoescape=True))
    query = sa.select(User).where(
        User.is_active.is_(True),
        User.id != uow.actor.account_id,
        sa.or_(found, User.username == words) if words else found,
    )
    return uow.session.scalars(query.order_by(User.name, User.id).limit(limit)).all()


def revoke(uow: UnitOfWork, delegation_id: str) -> Delegation:
    """End it now: by either of the two, by who set it, or by a security administrator."""
    _in_person(uow)
    row = get(uow, delegation_id)
    if "revoke" not in allowed_acts(uow, row):
        raise Conflict("这项委托已经结束，或不由您撤销。", code="delegation-over")
    row.revoked_by, row.revoked_at = uow.actor.user_id, uow.now
    uow.session.flush()
    _tell(uow, "delegation.revoked", row)
    return row


def get(uow: UnitOfWork, delegation_id: str) -> Delegation:
    """One that concerns the actor. NotFound."""
    row = uow.session.get(Delegation, delegation_id)
    if row is None or not _concerns(uow, row):
        raise NotFound("没有这项委托。", code="delegation-not-found")
    return row


def search(
    uow: UnitOfWork, *, after: tuple[date, str] | None = None, limit: int = 50
) -> Sequence[Delegation]:
    """Those that concern the actor, the latest first; a security or audit administrator sees all.

    `after` is (until_on, id) of the last one seen.
    """
    query = sa.select(Delegation).order_by(Delegation.until_on.desc(), Delegation.id.desc())
    if not _oversees(uow):
        me = uow.actor.user_id
        query = query.where(
            sa.or_(
                Delegation.from_user_id == me, Delegation.to_user_id == me, Delegation.set_by == me
            )
        )
    if after is not None:
        query = query.where(sa.tuple_(Delegation.until_on, Delegation.id) < sa.tuple_(*after))
    return uow.session.scalars(query.limit(limit)).all()


def allowed_acts(uow: UnitOfWork, row: Delegation) -> frozenset[str]:
    """`revoke`, while it is not over."""
    is_over = row.revoked_at is not None or row.until_on < uow.today
    mine = uow.actor.user_id in (row.from_user_id, row.to_user_id, row.set_by)
    may = uow.actor.is_system or mine or duties.holds(uow, duties.SECURITY_ADMIN)
    return frozenset({"revoke"} if may and not is_over else ())


def principals(uow: UnitOfWork, user_id: str | None = None) -> list[Principal]:
    """For whom the actor (or `user_id`) may act today, by name; what was passed on to them, too."""
    me = user_id or uow.actor.user_id
    if me is None:
        return []
    in_force = sa.select(Delegation).where(
        Delegation.kind == ACT,
        Delegation.from_on <= uow.today,
        Delegation.until_on >= uow.today,
        Delegation.revoked_at.is_(None),
    )
    found: dict[str, Principal] = {}
    following: list[tuple[str, tuple[str, ...], tuple[str, ...], frozenset[tuple[str, str]] | None]]
    following = [(me, (), (), None)]
    while following:
        to, through, ids, limits = following.pop(0)
        for row in uow.session.scalars(in_force.where(Delegation.to_user_id == to)):
            if row.from_user_id in (me, *found):
                continue
            scope = frozenset((group, org) for group, org in row.posts) or None
            narrowed = scope if limits is None else (limits if scope is None else limits & scope)
            principal = _principal(uow, row, through, ids, narrowed)
            if principal is not None:
                found[row.from_user_id] = principal
                way = (row.from_user_id, *through)
                following.append((row.from_user_id, way, (row.id, *ids), narrowed))
    return sorted(found.values(), key=lambda p: (p.user.name, p.user.id))


def _principal(
    uow: UnitOfWork,
    row: Delegation,
    through: tuple[str, ...],
    ids: tuple[str, ...],
    limits: frozenset[tuple[str, str]] | None,
) -> Principal | None:
    user = uow.session.get(User, row.from_user_id)
    if user is None or not user.is_active:
        return None
    held = actor_of(uow, user.id).posts
    if any(post.group in ADMINISTRATORS for post in held):
        return None  # is related to no case, and so is nobody in their place
    posts = tuple(
        post for post in held if limits is None or (post.group, post.organisation_id) in limits
    )
    return Principal(
        user=user,
        posts=posts,
        is_partial=limits is not None,
        through=through,
        delegation_ids=(row.id, *ids),
    )


def actor_for(uow: UnitOfWork, actor: Actor, principal_id: str) -> Actor:
    """The actor in the place of another. NotAllowed where nobody entrusted them today."""
    if not actor.groups.isdisjoint(ADMINISTRATORS):
        raise NotAllowed("管理员不办理案件，也不能代理他人办理。", code="not-delegated")
    found = next((p for p in principals(uow, actor.user_id) if p.user.id == principal_id), None)
    if found is None or actor.user_id is None:
        raise NotAllowed("此人现在没有委托您代理，或委托已经结束。", code="not-delegated")
    return Actor(
        user_id=found.user.id,
        name=found.user.name,
        posts=found.posts,
        locale=actor.locale,
        stand_in=StandIn(
            user_id=actor.user_id,
            name=actor.name,
            through=found.through,
            is_partial=found.is_partial,
            delegation_id=found.delegation_ids[0],
        ),
    )


def _in_person(uow: UnitOfWork) -> None:
    if uow.actor.stand_in is not None:
        raise NotAllowed("委托须由本人设立或撤销，不能以代理身份办理。", code="in-person")


def _require_setter(uow: UnitOfWork, absent: str | None, how: str, kind: str) -> None:
    if how == BY_IMPORT:
        duties.require(uow, duties.SECURITY_ADMIN)
        return
    if absent is None:
        raise NotAllowed("只有人才能委托他人。", code="no-person")
    if absent == uow.actor.user_id:
        return
    arranging = sa.select(Delegation.id).where(
        Delegation.kind == ARRANGE,
        Delegation.from_user_id == absent,
        Delegation.to_user_id == uow.actor.user_id,
        Delegation.from_on <= uow.today,
        Delegation.until_on >= uow.today,
        Delegation.revoked_at.is_(None),
    )
    if kind != ACT or uow.session.scalars(arranging.limit(1)).first() is None:
        raise NotAllowed("您不是此人的助理，不能替其设立委托。", code="not-the-assistant")


def _check(
    uow: UnitOfWork,
    absent: str | None,
    to: str,
    from_on: date,
    until_on: date,
    reason: str,
    posts: Sequence[tuple[str, str]],
    kind: str,
) -> None:
    faults = [*_period_faults(uow, from_on, until_on), *_person_faults(uow, absent, to)]
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        faults.append(_fault("/reason", "请写明委托理由（500字以内）。", "required"))
    if kind not in KINDS:
        faults.append(_fault("/kind", "委托应为代办（act）或安排（arrange）。", "choice"))
    principal = uow.session.get(User, absent)
    if principal is not None and principal.is_active:
        own = actor_of(uow, principal.id).posts
        held = {(p.group, p.organisation_id) for p in own if p.group not in ADMINISTRATORS}
        if set(posts) - held:
            faults.append(_fault("/posts", "只能委托本人现任的岗位。", "not-held"))
    if faults:
        raise Invalid("没有设立委托。", errors=faults, code="delegation-invalid")


def _period_faults(uow: UnitOfWork, from_on: date, until_on: date) -> list[Fault]:
    if until_on < from_on:
        return [_fault("/until_on", "截止日期不应早于开始日期。", "out-of-range")]
    if until_on < uow.today:
        return [_fault("/until_on", "截止日期已经过去。", "out-of-range")]
    if until_on - from_on > LONGEST:
        return [_fault("/until_on", "一次委托不超过366天，到期可以再设。", "out-of-range")]
    return []


def _person_faults(uow: UnitOfWork, absent: str | None, to: str) -> list[Fault]:
    if to == absent:
        return [_fault("/to", "不能委托给本人。", "delegation-to-oneself")]
    faults = []
    for pointer, user_id in (("/principal", absent), ("/to", to)):
        user = uow.session.get(User, user_id) if user_id is not None else None
        if user is None or not user.is_active:
            faults.append(_fault(pointer, "没有这个在用账号。", "unknown-user"))
        elif any(post.group in ADMINISTRATORS for post in actor_of(uow, user.id).posts):
            faults.append(_fault(pointer, "管理员不办理案件，不能委托或受托。", "administrator"))
    return faults


def _fault(pointer: str, detail: str, code: str) -> Fault:
    return Fault(pointer=pointer, detail=detail, code=code)


def _require_no_circle(
    uow: UnitOfWork, absent: str, to: str, from_on: date, until_on: date
) -> None:
    """Whom `to` entrusts on these days, and they in turn, must not come back to `absent`."""
    rows = uow.session.execute(
        sa.select(Delegation.from_user_id, Delegation.to_user_id).where(
            Delegation.kind == ACT,
            Delegation.revoked_at.is_(None),
            Delegation.from_on <= until_on,
            Delegation.until_on >= from_on,
        )
    ).all()
    following, seen = [to], {to}
    while following:
        current = following.pop()
        for row in rows:
            if row.from_user_id == current and row.to_user_id not in seen:
                seen.add(row.to_user_id)
                following.append(row.to_user_id)
    if absent in seen:
        raise Conflict(
            "没有设立委托：对方在这段时间已（间接）委托给您，会形成循环。请改换受托人或日期。",
            code="delegation-circle",
        )


def _concerns(uow: UnitOfWork, row: Delegation) -> bool:
    mine = uow.actor.user_id in (row.from_user_id, row.to_user_id, row.set_by)
    return uow.actor.is_system or mine or _oversees(uow)


def _oversees(uow: UnitOfWork) -> bool:
    return any(duties.holds(uow, duty) for duty in (duties.SECURITY_ADMIN, duties.AUDIT_ADMIN))


def _tell(uow: UnitOfWork, kind: str, row: Delegation) -> None:
    user = uow.session.get_one(User, row.from_user_id)
    journal.record(
        uow,
        kind,
        subject=("user", row.from_user_id),
        name=user.name,
        reason=row.reason,
        after=_terms(row),
    )


def _terms(row: Delegation) -> Mapping[str, Any]:
    return {
        "delegation": row.id,
        "kind": row.kind,
        "to": row.to_user_id,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat(),
        "posts": row.posts,
        "source": row.source,
    }
