"""Delegations from a list (engine/filing/spreadsheets.py), by a security administrator: all of it or nothing.

For people who are away and can set none themselves. Each row is given by the same verb as any other
(engine/handover/delegations.py): a person entrusts no more than they hold, nobody themselves, in no circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.administration import duties
from engine.errors import Fault, Invalid
from engine.filing import spreadsheets
from engine.filing.spreadsheets import Column, Row
from engine.handover import delegations
from engine.identity import imports, organisations, users
from engine.identity.imports import ADDED, Outcome
from engine.tables import Delegation, User

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

COLUMNS = (
    Column(key="principal", names=("委托人用户名", "委托人", "principal"), is_needed=True),
    Column(key="to", names=("受托人用户名", "受托人", "to"), is_needed=True),
    Column(key="from_on", names=("起始日", "from"), is_needed=True),
    Column(key="until_on", names=("截止日", "until"), is_needed=True),
    Column(key="reason", names=("理由", "事由", "reason"), is_needed=True),
    Column(key="group", names=("角色", "岗位角色", "group")),
    Column(key="organisation", names=("单位代码", "organisation")),
)


def import_delegations(uow: UnitOfWork, data: bytes, *, check: bool = False) -> list[Outcome]:
    """Give the delegations of the list; one that is there already stays as it is.

    Without a role and an organisation all posts are entrusted. Invalid with every fault by row and
    column, and nothing is done; with `check` the outcomes tell. NotAllowed.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    rows = spreadsheets.read(data, COLUMNS)
    return imports.run(uow, rows, "principal", _delegation, check=check)


def _delegation(uow: UnitOfWork, row: Row, outcome: Outcome) -> None:
    principal, to = _user(uow, row, "principal"), _user(uow, row, "to")
    from_on, until_on = imports.day(row, "from_on"), imports.day(row, "until_on")
    if from_on is None or until_on is None:
        pointer = "/from_on" if from_on is None else "/until_on"
        raise _fault(pointer, "请写明日期，如 2026-01-31。", "required")
    posts = _posts(uow, row)
    known = uow.session.scalars(
        sa.select(Delegation).where(
            Delegation.kind == delegations.ACT,
            Delegation.from_user_id == principal.id,
            Delegation.to_user_id == to.id,
            Delegation.from_on == from_on,
            Delegation.until_on == until_on,
            Delegation.revoked_at.is_(None),
        )
    )
    if any(same.posts == [list(pair) for pair in posts] for same in known):
        return
    delegations.give(
        uow,
        principal=principal.id,
        to=to.id,
        from_on=from_on,
        until_on=until_on,
        reason=row.cells["reason"],
        posts=posts,
        source=delegations.BY_IMPORT,
    )
    outcome.outcome = ADDED


def _user(uow: UnitOfWork, row: Row, key: str) -> User:
    user = users.by_username(uow, row.cells[key])
    if user is None:
        raise _fault(f"/{key}", f"没有用户名为“{row.cells[key]}”的账号。", "unknown-user")
    return user


def _posts(uow: UnitOfWork, row: Row) -> list[tuple[str, str]]:
    group, code = row.cells["group"], row.cells["organisation"]
    if not (group or code):
        return []
    place = organisations.by_code(uow, code)
    if place is None or not group:
        detail = f"没有代码为“{code}”的单位，或者没有写角色；委托全部岗位的，两格都留空。"
        raise _fault("/organisation", detail, "unknown-organisation")
    return [(group, place.id)]


def _fault(pointer: str, detail: str, code: str) -> Invalid:
    return Invalid(detail, errors=[Fault(pointer=pointer, detail=detail, code=code)], code=code)
