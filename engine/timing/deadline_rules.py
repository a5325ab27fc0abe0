"""Deadline parameters as stored: how long, from which event, whom it binds, by what law.

The manifest's tables are version 1; an administrator's change is a new version. A running deadline
keeps the version that it was opened with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.errors import Fault, Invalid, NotFound
from engine.package import ProcessPackage
from engine.tables import DeadlineRule
from engine.timing.periods import MOST, UNITS, WORKING_HOURS, DeadlineDefault

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: Units that are counted in instants, not in calendar days.
CLOCK_UNITS = frozenset({"hours", "minutes", WORKING_HOURS})
#: What a package says of a period beside its amount: a later deployment's words are taken over.
_MANNER = ("at_receipt", "pausable", "extensions")
_COPIED = (
    "key",
    "name",
    "amount",
    "unit",
    "start_event",
    "binds",
    "on_lapse",
    "is_law",
    "mark",
    "source",
    "basis",
    *_MANNER,
)


def seed(uow: UnitOfWork, package: ProcessPackage) -> list[DeadlineRule]:
    """Store the package's defaults that no version is known of yet; called at each deployment.

    An amount that is known stays; whether it may be paused or extended follows the package, as a new
    version with the amount of before.
    """
    known = {row.key: row for row in in_force(uow, package.family)}
    rows = []
    for default in package.manifest.deadlines.values():
        old = known.get(default.key)
        if old is None:
            _check(default.amount, default.unit, is_before=default.amount < 0)
            rows.append(_first(uow, package.family, default))
        elif any(getattr(old, name) != getattr(default, name) for name in _MANNER):
            manner = {name: getattr(default, name) for name in _MANNER}
            rows.append(_next(uow, old, **manner))
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


def versions(uow: UnitOfWork, family: str, key: str) -> list[DeadlineRule]:
    """Every version of a parameter, the newest first. NotFound for an unknown key."""
    current(uow, family, key)
    query = sa.select(DeadlineRule).where(DeadlineRule.family == family, DeadlineRule.key == key)
    return list(uow.session.scalars(query.order_by(DeadlineRule.version.desc())))


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

    `amount` is never negative: a period that counts back goes on counting back. `source` says by
    whose decision; a period set by law keeps its article unless `basis` is given. Clocks that run
    keep theirs until engine/timing/recounts.py is told to count them anew.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    old = current(uow, family, key)
    is_before = old.amount < 0
    row = proposed(uow, old, amount=amount, unit=unit)
    if not source.strip():
        raise Invalid(
            "请写明调整期限的依据。",
            errors=[Fault(pointer="/source", detail="不能为空。", code="required")],
        )
    row.source = source.strip()[:200]
    row.basis = old.basis if basis is None else basis
    uow.session.add(row)
    uow.session.flush()
    journal.record(
        uow,
        "deadline_rule.changed",
        subject=("deadline_rule", f"{family}/{key}"),
        name=old.name,
        before=_terms(old),
        after=_terms(row) | {"counts_back": is_before},
        reason=row.source,
    )
    return row


def proposed(uow: UnitOfWork, old: DeadlineRule, *, amount: int, unit: str) -> DeadlineRule:
    """The version that a change would make; not stored. Invalid for what cannot be counted."""
    is_before = old.amount < 0
    _check(-amount if is_before else amount, unit, is_before=is_before)
    return _next(uow, old, amount=-amount if is_before else amount, unit=unit)


def _first(uow: UnitOfWork, family: str, default: DeadlineDefault) -> DeadlineRule:
    told = {name: getattr(default, name) for name in _COPIED}
    extensions = None if default.extensions is None else dict(default.extensions)
    return DeadlineRule(
        **told | {"extensions": extensions},
        family=family,
        version=1,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )


def _next(uow: UnitOfWork, old: DeadlineRule, **changed: Any) -> DeadlineRule:
    told = {name: getattr(old, name) for name in _COPIED} | changed
    return DeadlineRule(
        **told,
        family=old.family,
        version=old.version + 1,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )


def _terms(row: DeadlineRule) -> dict[str, object]:
    return {"version": row.version, "amount": row.amount, "unit": row.unit, "basis": row.basis}


def _check(amount: int, unit: str, *, is_before: bool) -> None:
    """Below zero only where a period counts back from its event (a notice before a visit)."""
    faults = []
    if unit not in UNITS or (is_before and unit == WORKING_HOURS):
        known = "、".join(sorted(UNITS))
        faults.append(Fault(pointer="/unit", detail=f"单位应为{known}之一。", code="unknown-unit"))
    if not 0 <= (-amount if is_before else amount) <= MOST:
        detail = f"数量应在0与{MOST}之间，期限不能是负数。"
        faults.append(Fault(pointer="/amount", detail=detail, code="out-of-range"))
    if faults:
        raise Invalid("期限参数不正确，未作改动。", errors=faults, code="deadline-rule-invalid")
