"""Who stands how to an instance: the organisations (or persons) and the day they were told.

A relation and what it may read are declared in the family's manifest; `engine/permission/access.py` turns
these rows into what a person sees. Process starts and the domain's handlers call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.errors import Fault, Invalid, NotFound
from engine.tables import Instance, Organisation, User
from engine.tables import Party as PartyRow

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Party:
    """An organisation in a relation to an instance; with `user_id` it binds that person alone."""

    relation: str
    organisation_id: str
    user_id: str | None = None


def add(
    uow: UnitOfWork,
    instance_id: str,
    relation: str,
    organisation_id: str,
    *,
    user_id: str | None = None,
    notified: bool = False,
) -> PartyRow:
    """Add a party; the same party twice is the same row. With `notified` it is told at once.

    Invalid for a relation that the family does not declare, an unknown organisation or person.
    """
    instance = uow.session.get_one(Instance, instance_id)
    _check(uow, instance, relation, organisation_id, user_id)
    row = _find(uow, instance_id, relation, organisation_id, user_id)
    if row is None:
        row = PartyRow(
            instance_id=instance_id,
            relation=relation,
            organisation_id=organisation_id,
            user_id=user_id,
            created_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        _record(uow, "party.added", row)
    if notified:
        _tell(uow, [row])
    return row


def remove(
    uow: UnitOfWork,
    instance_id: str,
    relation: str,
    organisation_id: str,
    *,
    user_id: str | None = None,
) -> bool:
    """Take a party out: from now on it neither sees nor acts by this relation. False: it was none."""
    row = _find(uow, instance_id, relation, organisation_id, user_id)
    if row is None:
        return False
    _record(uow, "party.removed", row)
    uow.session.delete(row)
    uow.session.flush()
    return True


def notify(
    uow: UnitOfWork, instance_id: str, relation: str, organisation_id: str | None = None
) -> list[PartyRow]:
    """Tell the parties of a relation that the instance exists; from now on they see it.

    Idempotent: a party once told keeps its instant. Returns those told now. NotFound where the
    instance has no such party, for a notice that reached nobody must not pass as served.
    """
    query = sa.select(PartyRow).where(
        PartyRow.instance_id == instance_id, PartyRow.relation == relation
    )
    if organisation_id is not None:
        query = query.where(PartyRow.organisation_id == organisation_id)
    rows = list(uow.session.scalars(query.order_by(PartyRow.created_at, PartyRow.id)))
    if not rows:
        raise NotFound("该事项没有这一类当事方，无法告知。请先登记当事方。", code="party-unknown")
    return _tell(uow, rows)


def of(uow: UnitOfWork, instance_id: str) -> list[PartyRow]:
    """Every party, whoever asks; `access.visible_parties` is what a person may see."""
    return list(
        uow.session.scalars(
            sa.select(PartyRow)
            .where(PartyRow.instance_id == instance_id)
            .order_by(PartyRow.relation, PartyRow.created_at, PartyRow.id)
        )
    )


def organisations(uow: UnitOfWork, instance_id: str, relation: str) -> list[str]:
    """The ids of the organisations in a relation to an instance, each once, oldest first."""
    rows = uow.session.scalars(
        sa.select(PartyRow.organisation_id)
        .where(PartyRow.instance_id == instance_id, PartyRow.relation == relation)
        .order_by(PartyRow.created_at, PartyRow.id)
    )
    return list(dict.fromkeys(rows))


def _tell(uow: UnitOfWork, rows: list[PartyRow]) -> list[PartyRow]:
    told = [row for row in rows if row.notified_at is None]
    for row in told:
        row.notified_at = uow.now
    uow.session.flush()
    for row in told:
        _record(uow, "party.notified", row)
    return told


def _record(uow: UnitOfWork, kind: str, row: PartyRow) -> None:
    payload = {"relation": row.relation, "organisation_id": row.organisation_id}
    if row.user_id is not None:
        payload["user_id"] = row.user_id
    uow.record(kind, instance_id=row.instance_id, payload=payload)


def _find(
    uow: UnitOfWork, instance_id: str, relation: str, organisation_id: str, user_id: str | None
) -> PartyRow | None:
    # The unique constraint lets several rows without a person pass (NULLs differ); the caller holds
    # the instance lock, so looking first is safe.
    return uow.session.scalars(
        sa.select(PartyRow).where(
            PartyRow.instance_id == instance_id,
            PartyRow.relation == relation,
            PartyRow.organisation_id == organisation_id,
            PartyRow.user_id == user_id if user_id is not None else PartyRow.user_id.is_(None),
        )
    ).first()


def _check(
    uow: UnitOfWork,
    instance: Instance,
    relation: str,
    organisation_id: str,
    user_id: str | None,
) -> None:
    faults = []
    package = uow.engine.packages.get(instance.family)
    if package is None or relation not in package.manifest.relations:
        faults.append(
            Fault(
                pointer="/relation",
                detail=f"流程没有声明当事方关系“{relation}”。",
                code="unknown-relation",
            )
        )
    if uow.session.get(Organisation, organisation_id) is None:
        faults.append(
            Fault(pointer="/organisation_id", detail="没有这个单位。", code="unknown-organisation")
        )
    if user_id is not None and uow.session.get(User, user_id) is None:
        faults.append(Fault(pointer="/user_id", detail="没有这个人员。", code="unknown-user"))
    if faults:
        raise Invalid("当事方不正确，未作改动。", errors=faults, code="party-invalid")
