"""What the owner of an account is told of it: password, factors, ways back, signing in from elsewhere.

In the system, and by mail at once whatever they chose; an address that was changed is told at the old one.
Written in the transaction of the act, by `Engine.tell_owner`: the journal and the sign-ins call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.clock import LOCAL_ZONE
from engine.database import insert
from engine.reminding import mails
from engine.tables import Notification, User, new_id

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Of the journal, and a session that was opened where the person had none before.
KINDS = (
    "account.password_set",
    "account.activated",
    "account.recovered",
    "account.changed",
    "recovery.half_taken",
    "second_factor.enrolled",
    "second_factor.removed",
    "recovery_code.used",
    "identity.linked",
    "identity.unlinked",
    "sign_in.elsewhere",
)
#: Of a changed account only these are news: mail and messages lead there.
_WAYS = ("email", "phone")


def tell(
    uow: UnitOfWork,
    user_id: str,
    kind: str,
    key: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    address: str = "",
) -> None:
    """Tell the owner, once for each `key`, if this kind of event is told at all.

    `before` and `after` are those of the journal; `address` is where a sign-in came from.
    """
    old, new = before or {}, after or {}
    if kind not in KINDS or (
        kind == "account.changed" and all(old.get(way) == new.get(way) for way in _WAYS)
    ):
        return
    user = uow.session.scalars(sa.select(User).where(User.id == user_id)).one_or_none()
    if user is None:
        return
    is_own = uow.actor.is_system or uow.actor.user_id == user_id
    data = {
        "at": uow.now.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M"),
        "by": "" if is_own else uow.actor.name,
        "address": address,
    }
    row = {
        "id": new_id(),
        "key": f"account:{key}",
        "user_id": user_id,
        "kind": kind,
        "data": data,
        "created_at": uow.now,
    }
    uow.session.flush()
    once = insert(uow.session, Notification).values(row).on_conflict_do_nothing()
    if uow.session.scalar(once.returning(Notification.id)) is None:
        return
    mails.write_to_owner(uow, user, f"account:{key}", kind, data, to=old.get("email"))
