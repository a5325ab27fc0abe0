"""The ladders of reminders as stored: versioned data per kind of deadline, changed without a model.

`[[ladders]]` of a family's `deadlines.toml` are version 1, an administrator's change is a new one. What
is reminded of follows the version in force at that moment; what was told is kept as notifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.errors import Fault, Invalid, NotFound
from engine.package import ProcessPackage
from engine.reminding import rungs
from engine.reminding.rungs import DEFAULT, FALLBACK, LadderDefault, Rung
from engine.tables import ReminderLadder

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_KEPT = "ladders"


def seed(uow: UnitOfWork, package: ProcessPackage) -> list[ReminderLadder]:
    """Store the package's ladders that no version is known of yet; called at each deployment."""
    query = sa.select(ReminderLadder.key).where(ReminderLadder.family == package.family)
    known = set(uow.session.scalars(query.distinct()))
    defaults = {DEFAULT: FALLBACK, **package.manifest.ladders}
    rows = [
        _first(uow, package.family, default)
        for key, default in defaults.items()
        if key not in known
    ]
    uow.session.add_all(rows)
    uow.session.flush()
    uow.session.info.pop(_KEPT, None)
    return rows


def rungs_of(uow: UnitOfWork, family: str, key: str) -> list[Rung]:
    """The rungs in force for a kind of deadline: its own ladder's, else the family's default."""
    # once in a unit of work: many deadlines are armed in one
    kept: dict[str, dict[str, list[Rung]]] = uow.session.info.setdefault(_KEPT, {})
    if family not in kept:
        kept[family] = {
            row.key: [rungs.read(rung) for rung in row.rungs] for row in in_force(uow, family)
        }
    found = kept[family]
    return found.get(key, found.get(DEFAULT, list(FALLBACK.rungs)))


def in_force(uow: UnitOfWork, family: str) -> list[ReminderLadder]:
    """Every ladder of a family in its current version, the default first."""
    newest = (
        sa.select(ReminderLadder.key, sa.func.max(ReminderLadder.version).label("version"))
        .where(ReminderLadder.family == family)
        .group_by(ReminderLadder.key)
        .subquery()
    )
    is_newest = sa.and_(
        newest.c.key == ReminderLadder.key, newest.c.version == ReminderLadder.version
    )
    query = sa.select(ReminderLadder).join(newest, is_newest)
    query = query.where(ReminderLadder.family == family)
    return list(uow.session.scalars(query.order_by(ReminderLadder.key)))


def versions(uow: UnitOfWork, family: str, key: str) -> list[ReminderLadder]:
    """Every version of a ladder, the newest first; none for a kind that follows the default."""
    _require_known(uow, family, key)
    query = sa.select(ReminderLadder).where(
        ReminderLadder.family == family, ReminderLadder.key == key
    )
    return list(uow.session.scalars(query.order_by(ReminderLadder.version.desc())))


def change(
    uow: UnitOfWork, family: str, key: str, *, rungs: Sequence[Any], source: str
) -> ReminderLadder:
    """A new version. Only the system or a system administrator; `source` says by whose decision.

    Deadlines that run follow it from their next reminder on. Invalid with every fault; NotFound for a
    family or kind of deadline that is not known.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    _require_known(uow, family, key)
    read = _checked(uow, family, rungs, source)
    rows = versions(uow, family, key)
    old = rows[0] if rows else None
    row = ReminderLadder(
        family=family,
        key=key,
        version=1 if old is None else old.version + 1,
        rungs=[rung.as_dict() for rung in read],
        source=source.strip()[:200],
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.session.info.pop(_KEPT, None)
    journal.record(
        uow,
        "reminder_ladder.changed",
        subject=("reminder_ladder", f"{family}/{key}"),
        name=key,
        before=None if old is None else {"version": old.version, "rungs": old.rungs},
        after={"version": row.version, "rungs": row.rungs},
        reason=row.source,
    )
    return row


def _checked(uow: UnitOfWork, family: str, rows: Sequence[Any], source: str) -> list[Rung]:
    manifest = uow.engine.packages[family].manifest
    faults = [
        Fault(pointer=pointer, detail=detail, code="rung")
        for pointer, detail in rungs.faults(
            rows, roles=manifest.roles, relations=manifest.relations
        )
    ]
    if not source.strip():
        faults.append(Fault(pointer="/source", detail="请写明调整的依据。", code="required"))
    if faults:
        raise Invalid("提醒未作改动，请按提示修改。", errors=faults, code="ladder-invalid")
    return [rungs.read(row) for row in rows]


def _require_known(uow: UnitOfWork, family: str, key: str) -> None:
    package = uow.engine.packages.get(family)
    if package is None or (key != DEFAULT and key not in package.manifest.deadlines):
        raise NotFound(
            f"没有期限“{key}”。请核对流程族和期限的名称；默认的提醒写作“{DEFAULT}”。",
            code="ladder-unknown",
        )


def _first(uow: UnitOfWork, family: str, default: LadderDefault) -> ReminderLadder:
    return ReminderLadder(
        family=family,
        key=default.key,
        version=1,
        rungs=[rung.as_dict() for rung in default.rungs],
        source=default.source,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
