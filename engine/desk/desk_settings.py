"""How a person wants the page to behave, kept with the account."""

from __future__ import annotations

from engine.errors import NotAllowed
from engine.tables import DeskSetting
from engine.unit_of_work import UnitOfWork


def opens_next(uow: UnitOfWork) -> bool:
    """Whether the next task opens by itself when one is done."""
    row = uow.session.get(DeskSetting, uow.actor.account_id or "")
    return row is not None and row.opens_next


def change(uow: UnitOfWork, *, opens_next: bool) -> None:
    """Keep it. NotAllowed for the system, which has no page."""
    if uow.actor.account_id is None:
        raise NotAllowed("只有人才有个人设置。", code="no-person")
    row = uow.session.get(DeskSetting, uow.actor.account_id)
    if row is None:
        row = DeskSetting(user_id=uow.actor.account_id)
        uow.session.add(row)
    row.opens_next = opens_next
    uow.session.flush()
