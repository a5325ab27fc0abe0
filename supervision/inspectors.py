"""Inspectors (督学): appointments, the group of a case, declarations and decisions on recusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.permission import parties, recusals
from engine.tables import User, new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, clocks, hard_stops, rules
from supervision.tables import (
    GroupMember,
    Inspector,
    InspectorTie,
    RecusalDeclaration,
    SupervisionCase,
)
from supervision.terms import InspectorKind, TieGround


def appoint(
    uow: UnitOfWork,
    user_id: str,
    office_id: str,
    *,
    kind: InspectorKind,
    term_from_on: date,
    term_until_on: date | None,
    term_number: int = 1,
    certificate_no: str = "",
) -> Inspector:
    """Appoint a person as inspector of an Office for a term. Invalid: the term breaks 条例6."""
    fault = rules.term_fault(kind, term_number, term_from_on, term_until_on)
    if fault:
        raise Invalid(
            fault, errors=[Fault(pointer="/term_until_on", detail=fault, code="bad-term")]
        )
    row = Inspector(
        id=new_id(),
        user_id=user_id,
        name=uow.session.get_one(User, user_id).name,
        organisation_id=office_id,
        kind=kind.value,
        certificate_no=certificate_no,
        term_number=term_number,
        term_from_on=term_from_on,
        term_until_on=term_until_on,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def tie(
    uow: UnitOfWork,
    user_id: str,
    organisation_id: str,
    ground: TieGround,
    *,
    note: str = "",
    until_on: date | None = None,
) -> None:
    """Register a tie that bars a person from a unit's cases (条例10)."""
    uow.session.add(
        InspectorTie(
            id=new_id(),
            user_id=user_id,
            organisation_id=organisation_id,
            ground=ground.value,
            note=note,
            until_on=until_on,
        )
    )
    uow.session.flush()


def serving(uow: UnitOfWork, office_id: str) -> list[Inspector]:
    """The inspectors of an Office whose term runs today, by name."""
    rows = uow.session.scalars(
        sa.select(Inspector)
        .where(Inspector.organisation_id == office_id)
        .order_by(Inspector.name, Inspector.id)
    )
    return [row for row in rows if hard_stops.is_serving(row, uow.today)]


def available(uow: UnitOfWork, case: SupervisionCase) -> list[Inspector]:
    """Who could join the group of a case: serving, without a tie, not recused from it.

    Responsible inspectors (责任督学) make the routine visits of their zone, not these (procedure 9.3).
    """
    out = recused(uow, case.id)
    return [
        row
        for row in serving(uow, case.office_id)
        if row.kind != InspectorKind.RESPONSIBLE
        and row.user_id not in out
        and hard_stops.registered_tie(uow, row.user_id, case.unit_id) is None
    ]


def form_group(
    uow: UnitOfWork, case: SupervisionCase, inspector_ids: Sequence[str], *, leader_id: str
) -> list[GroupMember]:
    """Make these inspectors the group of the case; who is not among them any more leaves it.

    Raises the hard-stops of 条例16 (three at least) and 条例10 (nobody with a conflict).
    """
    chosen = list(dict.fromkeys(inspector_ids))
    if leader_id not in chosen:
        raise Invalid(
            "组长应当是小组成员。",
            errors=[Fault(pointer="/leader", detail="组长不在小组名单中", code="not-a-member")],
        )
    known = {
        row.id: row for row in serving(uow, case.office_id) if row.kind != InspectorKind.RESPONSIBLE
    }
    unknown = [index for index, id_ in enumerate(chosen) if id_ not in known]
    if unknown:
        raise Invalid(
            "名单中有不在聘期内的督学。",
            errors=[
                Fault(pointer=f"/inspectors/{index}", detail="不在聘期内", code="not-serving")
                for index in unknown
            ],
        )
    for inspector_id in chosen:
        row = known[inspector_id]
        hard_stops.require_no_conflict(uow, case, row.user_id, name=row.name)
    _replace(uow, case, chosen, leader_id)
    hard_stops.require_three_inspectors(uow, case)
    for inspector_id in chosen:
        parties.add(
            uow,
            case.instance_id,
            "group",
            case.office_id,
            user_id=known[inspector_id].user_id,
            notified=True,
        )
    names = "、".join(known[id_].name for id_ in chosen)
    chronicle.note(uow, case.instance_id, "group.formed", f"组建督导小组：{names}")
    return list(hard_stops.group_of(uow, case.id))


def declare(
    uow: UnitOfWork,
    case: SupervisionCase,
    *,
    user_id: str,
    has_conflict: bool,
    ground: TieGround | None = None,
    statement: str = "",
    origin: str = "self",
) -> RecusalDeclaration:
    """Record a declaration by the person (`self`), or an application by the `unit` or `office`."""
    if has_conflict and ground is None:
        raise Invalid(
            "请选择回避情形。",
            errors=[Fault(pointer="/ground", detail="请选择回避情形", code="required")],
        )
    row = RecusalDeclaration(
        id=new_id(),
        case_id=case.id,
        user_id=user_id,
        origin=origin,
        has_conflict=has_conflict,
        ground=ground.value if ground and has_conflict else None,
        statement=statement,
        declared_at=uow.now,
        # Without a conflict there is nothing left to decide.
        is_upheld=None if has_conflict else False,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "recusal.declared",
        f"{uow.actor.name}作出回避声明：{'有' if has_conflict else '无'}应当回避的情形",
        user_id=user_id,
    )
    return row


def decide_recusal(
    uow: UnitOfWork, case: SupervisionCase, user_id: str, *, is_upheld: bool, reason: str = ""
) -> None:
    """Decide on a person: out of the case (and of its history), or the conflict is turned down."""
    declared = declarations(uow, case.id, user_id)
    conflicts = [row for row in declared if row.has_conflict and row.is_upheld is None]
    if conflicts and not is_upheld and not reason.strip():
        raise Invalid(
            "声明了冲突而不回避的，请写明理由。",
            errors=[Fault(pointer="/reason", detail="请写明理由", code="required")],
        )
    if is_upheld and not conflicts:
        conflicts = [
            declare(
                uow,
                case,
                user_id=user_id,
                has_conflict=True,
                ground=TieGround.OTHER,
                statement=reason,
                origin="office",
            )
        ]
    for row in conflicts:
        row.is_upheld = is_upheld
        row.decision = reason
        row.decided_by = uow.actor.user_id
        row.decided_at = uow.now
    uow.session.flush()
    if is_upheld:
        _leave(uow, case, user_id, reason or "回避")
        recusals.add(uow, case.instance_id, user_id, reason=reason or "回避")


def declarations(uow: UnitOfWork, case_id: str, user_id: str) -> Sequence[RecusalDeclaration]:
    """What was declared about a person in a case, oldest first."""
    return uow.session.scalars(
        sa.select(RecusalDeclaration)
        .where(RecusalDeclaration.case_id == case_id, RecusalDeclaration.user_id == user_id)
        .order_by(RecusalDeclaration.declared_at)
    ).all()


def recused(uow: UnitOfWork, case_id: str) -> frozenset[str]:
    """The ids of the people who had to leave the case."""
    return frozenset(
        uow.session.scalars(
            sa.select(RecusalDeclaration.user_id)
            .where(RecusalDeclaration.case_id == case_id)
            .where(RecusalDeclaration.is_upheld.is_(True))
        )
    )


def require_verifiers(uow: UnitOfWork, case: SupervisionCase, user_ids: Sequence[str]) -> None:
    """A recheck needs two inspectors of the group, or as many as the parameter says (C5)."""
    least = int(clocks.parameter(uow, "verify.min_inspectors"))
    group = {member.inspector.user_id for member in hard_stops.group_of(uow, case.id)}
    strangers = [id_ for id_ in user_ids if id_ not in group]
    if strangers:
        raise Invalid(
            "核查人应当是督导小组成员。",
            errors=[Fault(pointer="/verifiers", detail="不是小组成员", code="not-a-member")],
        )
    if len(set(user_ids)) < least:
        raise Conflict(
            f"核查人不少于{least}名。（依据：默认值，无法定期限）", code="too-few-verifiers"
        )


def of_user(uow: UnitOfWork, inspector_id: str) -> Inspector:
    """An appointment by id. NotFound if there is none."""
    row = uow.session.get(Inspector, inspector_id)
    if row is None:
        raise NotFound("没有这名督学。")
    return row


def _replace(
    uow: UnitOfWork, case: SupervisionCase, inspector_ids: Sequence[str], leader_id: str
) -> None:
    rows = {
        row.inspector_id: row
        for row in uow.session.scalars(sa.select(GroupMember).where(GroupMember.case_id == case.id))
    }
    for inspector_id, row in rows.items():
        if inspector_id not in inspector_ids and row.left_on is None:
            _take_out(uow, case, row, "调整小组")
    for inspector_id in inspector_ids:
        member = rows.get(inspector_id)
        if member is None:
            member = GroupMember(
                id=new_id(),
                case_id=case.id,
                inspector_id=inspector_id,
                joined_on=uow.today,
            )
            uow.session.add(member)
        member.left_on = None
        member.is_leader = inspector_id == leader_id
    uow.session.flush()


def _leave(uow: UnitOfWork, case: SupervisionCase, user_id: str, reason: str) -> None:
    for member in hard_stops.group_of(uow, case.id):
        if member.inspector.user_id == user_id:
            _take_out(uow, case, member, reason)
    uow.session.flush()


def _take_out(uow: UnitOfWork, case: SupervisionCase, member: GroupMember, reason: str) -> None:
    """Who leaves the group no longer gets its tasks, nor sees the case through it."""
    member.left_on = uow.today
    member.left_reason = reason
    parties.remove(uow, case.instance_id, "group", case.office_id, user_id=member.inspector.user_id)
