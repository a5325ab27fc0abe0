"""Views of a list under a name; one's own, or shared with a unit.

Of the queue they hold tab, words searched for and order; of another list of the page what its address
asks for, which only that page understands. A filter opens nothing: whoever uses a shared one sees
through it what is theirs to see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.desk.worklist import Sort, Tab
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.tables import SavedFilter, new_id
from engine.unit_of_work import UnitOfWork

LONGEST_NAME = 40
LONGEST_WORDS = 80
#: The list that has tabs; every other one is called as its address is.
QUEUE = "tasks"
LIST_PATTERN = "[a-z][a-z-]{0,39}"
#: Of what an address asks for: names, and characters of a name or value.
MOST_ASKED = 20
LONGEST_ASKED = 80
#: Of one person.
MOST = 30


def mine(uow: UnitOfWork, of: str = QUEUE) -> Sequence[SavedFilter]:
    """The actor's own of a list and those shared with their units, each by age."""
    return [row for row in _reachable(uow) if list_of(row) == of]


def list_of(row: SavedFilter) -> str:
    """The list that it narrows. Those kept before there were others are of the queue."""
    return str(row.criteria.get("of", QUEUE))


def _reachable(uow: UnitOfWork) -> Sequence[SavedFilter]:
    places = sorted(uow.actor.organisation_ids)
    query = sa.select(SavedFilter).where(
        sa.or_(SavedFilter.user_id == uow.actor.user_id, SavedFilter.organisation_id.in_(places))
    )
    own_first = sa.case((SavedFilter.user_id == uow.actor.user_id, 0), else_=1)
    return uow.session.scalars(
        query.order_by(own_first, SavedFilter.created_at, SavedFilter.id)
    ).all()


def keep(
    uow: UnitOfWork,
    name: str,
    *,
    of: str = QUEUE,
    tab: str = Tab.MINE,
    q: str = "",
    sort: str = Sort.DUE,
    asked: Mapping[str, str] | None = None,
    organisation_id: str | None = None,
) -> SavedFilter:
    """Keep a view; with an organisation of the actor's, for its people too. Invalid, Conflict.

    `asked`: what the address of the list `of` asks for; of the queue, tab, words and order instead.
    """
    words = " ".join(name.split())
    asked = dict(asked or {})
    _check(words, tab=tab, q=q, sort=sort)
    _check_list(of, asked)
    if uow.actor.user_id is None:
        raise NotAllowed("只有人才有常用筛选。", code="no-person")
    if organisation_id is not None and organisation_id not in uow.actor.organisation_ids:
        raise NotAllowed("只能与自己所在的单位共享。", code="not-the-unit")
    owned = sa.select(SavedFilter).where(SavedFilter.user_id == uow.actor.user_id)
    kept = uow.session.scalars(owned).all()
    if words in {row.name for row in kept if list_of(row) == of}:
        raise Conflict("已经有同名的筛选，请换一个名称。", code="filter-known")
    if len(kept) >= MOST:
        raise Conflict(f"最多{MOST}个，请先删去不用的。", code="too-many-filters")
    row = SavedFilter(
        id=new_id(),
        user_id=uow.actor.user_id,
        organisation_id=organisation_id,
        name=words,
        criteria={"of": of, "asked": asked, "tab": tab, "q": q.strip(), "sort": sort},
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def delete(uow: UnitOfWork, filter_id: str) -> None:
    """Away with it. NotFound for another's; NotAllowed for one that is only shared with the actor."""
    row = uow.session.get(SavedFilter, filter_id)
    if row is None or row.id not in {known.id for known in _reachable(uow)}:
        raise NotFound("没有这个筛选。", code="filter-not-found")
    if "delete" not in allowed_acts(uow, row):
        raise NotAllowed("共享的筛选由保存它的人删去。", code="not-the-owner")
    uow.session.delete(row)


def allowed_acts(uow: UnitOfWork, row: SavedFilter) -> frozenset[str]:
    """`delete`."""
    return frozenset({"delete"} if row.user_id == uow.actor.user_id else ())


def _check_list(of: str, asked: Mapping[str, str]) -> None:
    faults = []
    if not re.fullmatch(LIST_PATTERN, of):
        faults.append(Fault(pointer="/of", detail="没有这个列表。", code="choice"))
    longest = max((len(text) for pair in asked.items() for text in pair), default=0)
    if len(asked) > MOST_ASKED or longest > LONGEST_ASKED:
        detail = f"最多{MOST_ASKED}个条件，每个最多{LONGEST_ASKED}个字。"
        faults.append(Fault(pointer="/asked", detail=detail, code="length"))
    if faults:
        raise Invalid("没有保存。", errors=faults)


def _check(name: str, **criteria: str) -> None:
    known: Mapping[str, Any] = {"tab": list(Tab), "sort": list(Sort)}
    faults = [
        Fault(pointer=f"/{key}", detail="没有这一项。", code="choice")
        for key, choices in known.items()
        if criteria[key] not in choices
    ]
    if not 0 < len(name) <= LONGEST_NAME:
        detail = f"请填写名称（{LONGEST_NAME}字以内）。"
        faults.append(Fault(pointer="/name", detail=detail, code="required"))
    if len(criteria["q"]) > LONGEST_WORDS:
        detail = f"最多 {LONGEST_WORDS} 个字。"
        faults.append(Fault(pointer="/q", detail=detail, code="length"))
    if faults:
        raise Invalid("没有保存。", errors=faults)
