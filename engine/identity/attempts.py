"""Wrong passwords and wrong codes: counted together, each beyond the free ones doubles a wait.

A count must outlive the refusal that it belongs to, so these take the engine and begin their own
units of work; a slow password hash is computed outside of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.actor import Actor
from engine.errors import NotAllowed
from engine.identity import passwords, users
from engine.tables import User

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.unit_of_work import UnitOfWork

#: Wrong tries that cost nothing; each further one doubles the wait.
FREE_ATTEMPTS = 4
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)

_WRONG = "原密码不正确，或者因多次输错暂时锁定。没有修改，请核对后稍等再试。"


def prove(engine: Engine, user_id: str, password: str) -> None:
    """The person who is signed in types their password once more.

    NotAllowed (`wrong-password`) for a wrong one, which counts, and while the account is locked.
    """
    with engine.read(Actor.system("password")) as uow:
        stored = users.get(uow, user_id).password_hash
    is_right = passwords.verify(stored, password)
    with engine.begin(Actor.system("password")) as uow:
        user = locked_row(uow, user_id)
        is_proven = is_right and not is_waiting(user, uow.now)
        if not is_right:
            count(user, uow.now)
    if not is_proven:
        raise NotAllowed(_WRONG, code="wrong-password")


def locked_row(uow: UnitOfWork, user_id: str) -> User:
    """The account, held against others who try at the same moment."""
    query = sa.select(User).where(User.id == user_id).with_for_update()
    return uow.session.scalars(query).one()


def is_waiting(user: User, now: datetime) -> bool:
    """Whether too many wrong tries came before this one."""
    return user.locked_until is not None and now < user.locked_until


def count(user: User, now: datetime) -> None:
    """One more wrong try. During a wait it counts for nothing, lest it keep the owner out for ever."""
    if is_waiting(user, now):
        return
    user.failed_attempts += 1
    beyond = user.failed_attempts - FREE_ATTEMPTS
    doublings = min(beyond - 1, 20)
    user.locked_until = (
        None if beyond <= 0 else now + min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
    )


def forget(user: User) -> None:
    """The right one came: what was wrong before is forgotten."""
    user.failed_attempts = 0
    user.locked_until = None
