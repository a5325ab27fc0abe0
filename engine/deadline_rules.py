"""Deadline parameters as stored: how long, from which event, whom it binds, by what law.

The manifest's tables are version 1; an administrator's change is a new version. A running deadline
keeps the version that it was opened with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import duties, journal
from engine.calendar import Unit
from engine.errors import Fault, Invalid, NotFound
from engine.package import ProcessPackage
from engine.tables import DeadlineRule

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Units that are counted in instants, not in calendar days.
CLOCK_UNITS = frozenset({"hours", "minutes"})
UNITS = frozenset(Unit) | CLOCK_UNITS
_MOST = 20_000


def seed(uow: UnitOfWork, package: ProcessPackage) -> list[DeadlineRule]:
    """Store the package's defaults that no version is known of yet; called at each deployment."""
    known = set(
        uow.session.scalars(
            sa.select(DeadlineRule.key).where(DeadlineRule.family == package.family).distinct()
        )
    )
    rows = []
    for default in package.manifest.deadlines.values():
        if default.key in known:
            continue
        _check(default.amount, default.unit)
        rows.append(
            DeadlineRule(
                family=package.family,
                key=default.key,
                version=1,
                name=default.name,
                amount=default.amount,
                unit=default.unit,
                start_event=default.start_event,
                binds=default.binds,
                on_lapse=default.on_lapse,
                is_law=default.is_law,
                mark=default.mark,
                source=default.source,
                basis=default.basis,
                created_by=uow.actor.user_id,
                created_at=uow.now,
            )
        )
    uow.session.add_all(rows)
    uow.session.flush()
    return rows


def current(uow: UnitOfWork, family: str, key: str) -> DeadlineRule:
    """The version in force. NotFound for a key that the family does not have."""
    row = uow.session.scalars(
        sa.select(DeadlineRule)
        .where(DeadlineRule.family == family, DeadlineRule.key == key)
        .order_by(DeadlineRule.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(
            f"没有期限参数“{key}”。请核对流程模型，或重新部署流程包。", code="deadline-rule-unknown"
        )
    return row


def in_force(uow: UnitOfWork, family: str) -> list[DeadlineRule]:
    """Every parameter of a family in its current version, by key."""
    newest = (
        sa.select(DeadlineRule.key, sa.func.max(DeadlineRule.version).label("version"))
        .where(DeadlineRule.family == family)
        .group_by(DeadlineRule.key)
        .subquery()
    )
    return list(
        uow.session.scalars(
            sa.select(DeadlineRule)
            .join(
                newest,
                sa.and_(newest.c.key == DeadlineRule.key, newest.c.version == DeadlineRule.version),
            )
            .where(DeadlineRule.family == family)
            .order_by(DeadlineRule.key)
        )
    )


def change(
    uow: UnitOfWork,
    family: str,
    key: str,
    *,
    amount: int,
    unit: str,
    source: str,
    basis: str | None = None,
) -> DeadlineRule:
    """A new version of a parameter. Only the system or a system administrator.

    `source` says by whose decision; a period set by law keeps its article unless `basis` is given.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    _check(amount, unit)
    if not source.strip():
        raise Invalid(
            "请写明调整期限的依据。",
            errors=[Fault(pointer="/source", detail="不能为空。", code="required")],
        )
    old = current(uow, family, key)
    row = DeadlineRule(
        family=family,
        key=key,
        version=old.version + 1,
        name=old.name,
        amount=amount,
        unit=unit,
        start_event=old.start_event,
        binds=old.binds,
        on_lapse=old.on_lapse,
        is_law=old.is_law,
        mark=old.mark,
        source=source.strip()[:200],
        basis=old.basis if basis is None else basis,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    journal.record(
        uow,
        "deadline_rule.changed",
        subject=("deadline_rule", f"{family}/{key}"),
        name=old.name,
        before=_terms(old),
        after=_terms(row),
        reason=row.source,
    )
    return row


def _terms(row: DeadlineRule) -> dict[str, object]:
    return {"version": row.version, "amount": row.amount, "unit": row.unit, "basis": row.basis}


def _check(amount: int, unit: str) -> None:
    """An amount below zero counts back from its start event (a notice before a visit)."""
    faults = []
    if unit not in UNITS:
        known = "、".join(sorted(UNITS))
        faults.append(Fault(pointer="/unit", detail=f"单位应为{known}之一。", code="unknown-unit"))
    if not -_MOST <= amount <= _MOST:
        faults.append(
            Fault(pointer="/amount", detail=f"数量应在±{_MOST}之间。", code="out-of-range")
        )
    if faults:
        raise Invalid("期限参数不正确，未作改动。", errors=faults, code="deadline-rule-invalid")
