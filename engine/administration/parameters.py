"""Numbers, terms and switches of a family that are no clock, as versioned data.

The `[[parameters]]` of `deadlines.toml` are version 1; an administrator's change is a new version,
with its source. What decided last year's case stays readable: no version is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.errors import Fault, Invalid, NotFound
from engine.package import ProcessPackage
from engine.tables import Parameter
from engine.timing.periods import ParameterDefault

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_MOST_ITEMS = 50
_KINDS = {bool: "是或否（true、false）", int: "整数", str: "文本", list: "列表"}


def seed(uow: UnitOfWork, package: ProcessPackage) -> list[Parameter]:
    """Store the package's defaults that no version is known of yet; called at each deployment."""
    query = sa.select(Parameter.key).where(Parameter.family == package.family).distinct()
    known = set(uow.session.scalars(query))
    rows = [
        _first(package.family, default, uow)
        for default in package.manifest.parameters.values()
        if default.key not in known
    ]
    uow.session.add_all(rows)
    uow.session.flush()
    return rows


def value(uow: UnitOfWork, family: str, key: str) -> Any:
    """What is in force. NotFound for a key that the family does not have."""
    return current(uow, family, key).value


def current(uow: UnitOfWork, family: str, key: str) -> Parameter:
    """The version in force. NotFound for a key that the family does not have."""
    row = find(uow, family, key)
    if row is None:
        raise NotFound(
            f"没有参数“{key}”，请核对流程包的参数表，或重新部署流程包。", code="parameter-unknown"
        )
    return row


def find(uow: UnitOfWork, family: str, key: str) -> Parameter | None:
    """The version in force; None where the family has no such parameter.

    A default of the package that no deployment has stored yet counts as version 1.
    """
    row = uow.session.scalars(
        sa.select(Parameter)
        .where(Parameter.family == family, Parameter.key == key)
        .order_by(Parameter.version.desc())
        .limit(1)
    ).one_or_none()
    if row is not None:
        return row
    package = uow.engine.packages.get(family)
    default = package.manifest.parameters.get(key) if package is not None else None
    return None if default is None else _first(family, default, uow)


def in_force(uow: UnitOfWork, family: str) -> list[Parameter]:
    """Every parameter of a family in its current version, by key."""
    newest = (
        sa.select(Parameter.key, sa.func.max(Parameter.version).label("version"))
        .where(Parameter.family == family)
        .group_by(Parameter.key)
        .subquery()
    )
    is_newest = sa.and_(newest.c.key == Parameter.key, newest.c.version == Parameter.version)
    query = sa.select(Parameter).join(newest, is_newest).where(Parameter.family == family)
    return list(uow.session.scalars(query.order_by(Parameter.key)))


def versions(uow: UnitOfWork, family: str, key: str) -> list[Parameter]:
    """Every version of a parameter, the newest first. NotFound for an unknown key."""
    current(uow, family, key)
    query = sa.select(Parameter).where(Parameter.family == family, Parameter.key == key)
    return list(uow.session.scalars(query.order_by(Parameter.version.desc())))


def change(
    uow: UnitOfWork, family: str, key: str, *, value: Any, source: str, basis: str | None = None
) -> Parameter:
    """A new version. Only the system or a system administrator; `source` says by whose decision.

    Invalid for a value of another type or out of its bounds; nothing is changed then.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    old = current(uow, family, key)
    faults = [
        Fault(pointer="/value", detail=detail, code="value")
        for detail in wrong(value, old.value, old.bounds)
    ]
    if not source.strip():
        faults.append(Fault(pointer="/source", detail="请写明调整的依据。", code="required"))
    if faults:
        raise Invalid("参数未作改动。", errors=faults, code="parameter-invalid")
    row = Parameter(
        family=family,
        key=key,
        version=old.version + 1,
        name=old.name,
        value=value,
        unit=old.unit,
        period=old.period,
        bounds=old.bounds,
        is_law=old.is_law,
        mark=old.mark,
        source=source.strip()[:200],
        basis=old.basis if basis is None else basis,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.session.info.pop("calendars", None)  # the hours of the office may be among them
    journal.record(
        uow,
        "parameter.changed",
        subject=("parameter", f"{family}/{key}"),
        name=old.name,
        before={"version": old.version, "value": old.value},
        after={"version": row.version, "value": row.value, "basis": row.basis},
        reason=row.source,
    )
    return row


def wrong(value: object, like: object, bounds: Mapping[str, Any]) -> list[str]:
    """What a value lacks to be one of this parameter: of the type of `like`, within its bounds."""
    if type(value) is not type(like):
        return [f"应为{_KINDS.get(type(like), '同类的值')}。"]
    if isinstance(value, list):
        return _wrong_list(value, like if isinstance(like, list) else [], bounds)
    return _wrong_one(value, bounds)


def _wrong_list(value: list[Any], like: list[Any], bounds: Mapping[str, Any]) -> list[str]:
    kinds = {type(item) for item in like}
    if not value or len(value) > _MOST_ITEMS or any(type(item) not in kinds for item in value):
        return [f"应为1至{_MOST_ITEMS}项的列表，各项与现在的同类。"]
    return [found for item in value for found in _wrong_one(item, bounds)]


def _wrong_one(value: object, bounds: Mapping[str, Any]) -> list[str]:
    least, most = bounds.get("least", 0), bounds.get("most", 1_000_000)
    if type(value) is int and not least <= value <= most:
        return [f"应在{least}与{most}之间。"]
    among = bounds.get("among")
    if isinstance(value, str) and (len(value) > 100 or (among and value not in among)):
        return [f"应为{'、'.join(among)}之一。" if among else "最多100个字。"]
    return []


def _first(family: str, default: ParameterDefault, uow: UnitOfWork) -> Parameter:
    return Parameter(
        family=family,
        key=default.key,
        version=1,
        name=default.name,
        value=default.value,
        unit=default.unit,
        period=default.period,
        bounds=dict(default.bounds),
        is_law=default.is_law,
        mark=default.mark,
        source=default.source,
        basis=default.basis,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
