"""Before the visit: three inspectors, none of them in conflict, and a written notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.unit_of_work import UnitOfWork
from supervision import clocks, rules
from supervision.hard_stops.refusal import refuse
from supervision.tables import (
    Approval,
    Delivery,
    Document,
    GroupMember,
    Inspector,
    InspectorTie,
    RecusalDeclaration,
    SupervisionCase,
)
from supervision.terms import ApprovalOutcome, ApprovalStep, DocumentKind, TieGround

_RECUSAL = "《教育督导条例》第十条"


def require_three_inspectors(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例16: the group has three inspectors at least, all with a term that runs today.

    An installation may ask for more (`group.min_inspectors`), never for fewer.
    """
    serving = [m for m in group_of(uow, case.id) if is_serving(m.inspector, uow.today)]
    least = max(rules.LEAST_INSPECTORS, int(clocks.parameter(uow, "group.min_inspectors")))
    if len(serving) < least:
        refuse(
            "fewer-than-three-inspectors",
            f"督导小组在聘督学只有{len(serving)}名，应当由{least}名以上督学组成，请补充人员。",
            "《教育督导条例》第十六条",
        )


def require_cleared_group(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例10: every member has declared, no conflict stands, no application is undecided."""
    for member in group_of(uow, case.id):
        user_id, name = member.inspector.user_id, member.inspector.name
        require_no_conflict(uow, case, user_id, name=name)
        if not _has_declared(uow, case.id, user_id):
            refuse(
                "recusal-not-declared",
                f"{name}还没有作出回避声明，回避审查完成之前不能继续。",
                _RECUSAL,
            )
        if _open_applications(uow, case.id, user_id):
            refuse(
                "recusal-undecided",
                f"对{name}的回避申请还没有作出决定，请先决定。",
                _RECUSAL,
            )


def require_no_conflict(
    uow: UnitOfWork, case: SupervisionCase, user_id: str, *, name: str = "该人员"
) -> None:
    """条例10: nobody with a declared or registered conflict acts on the case."""
    declared = uow.session.scalar(
        sa.select(RecusalDeclaration)
        .where(RecusalDeclaration.case_id == case.id, RecusalDeclaration.user_id == user_id)
        .where(
            sa.or_(
                RecusalDeclaration.is_upheld.is_(True),
                # One's own declaration binds until an Office head has turned it down.
                sa.and_(
                    RecusalDeclaration.has_conflict.is_(True),
                    RecusalDeclaration.origin == "self",
                    RecusalDeclaration.is_upheld.is_(None),
                ),
            )
        )
        .limit(1)
    )
    if declared is not None:
        refuse("recusal-conflict", f"{name}应当回避本案，不能参与。", _RECUSAL)
    tie = registered_tie(uow, user_id, case.unit_id)
    if tie is not None:
        refuse(
            "recusal-conflict",
            f"{name}{TieGround(tie.ground).label}，应当回避本案，不能参与。",
            _RECUSAL,
        )


def require_notice_before_visit(uow: UnitOfWork, case: SupervisionCase, visit_on: date) -> None:
    """条例17: a written notice served before; unannounced (津7): its approval instead."""
    if case.is_unannounced:
        if not _is_unannounced_approved(uow, case.id):
            refuse(
                "unannounced-not-approved",
                "不预先通知的督导没有经过批准，不能进行现场督导。",
                "《若干措施》第七条；《教育督导条例》第十七条",
            )
        return
    served = uow.session.scalar(
        sa.select(sa.func.min(Delivery.delivered_on))
        .join(Document, Document.id == Delivery.document_id)
        .where(Document.case_id == case.id)
        .where(Document.kind == DocumentKind.INSPECTION_NOTICE)
        .where(Delivery.recipient_id == case.unit_id)
    )
    if served is None or served >= visit_on:
        refuse(
            "no-written-notice",
            "现场督导之前应当书面通知被督导单位，督导通知书还没有送达。",
            "《教育督导条例》第十七条",
        )


def group_of(uow: UnitOfWork, case_id: str) -> Sequence[GroupMember]:
    """The present members of a case's group, leader first."""
    return uow.session.scalars(
        sa.select(GroupMember)
        .where(GroupMember.case_id == case_id, GroupMember.left_on.is_(None))
        .order_by(GroupMember.is_leader.desc(), GroupMember.joined_on, GroupMember.id)
    ).all()


def is_serving(inspector: Inspector, today: date) -> bool:
    """Whether the appointment runs on this day."""
    if inspector.removed_on is not None and inspector.removed_on <= today:
        return False
    return inspector.term_from_on <= today and (
        inspector.term_until_on is None or today <= inspector.term_until_on
    )


def registered_tie(uow: UnitOfWork, user_id: str, unit_id: str) -> InspectorTie | None:
    """A tie on record between a person and a unit that holds today."""
    return uow.session.scalar(
        sa.select(InspectorTie)
        .where(InspectorTie.user_id == user_id, InspectorTie.organisation_id == unit_id)
        .where(sa.or_(InspectorTie.until_on.is_(None), InspectorTie.until_on >= uow.today))
        .limit(1)
    )


def _has_declared(uow: UnitOfWork, case_id: str, user_id: str) -> bool:
    return (
        uow.session.scalar(
            sa.select(RecusalDeclaration.id)
            .where(RecusalDeclaration.case_id == case_id, RecusalDeclaration.user_id == user_id)
            .where(RecusalDeclaration.origin == "self")
            .limit(1)
        )
        is not None
    )


def _open_applications(uow: UnitOfWork, case_id: str, user_id: str) -> bool:
    return (
        uow.session.scalar(
            sa.select(RecusalDeclaration.id)
            .where(RecusalDeclaration.case_id == case_id, RecusalDeclaration.user_id == user_id)
            .where(RecusalDeclaration.has_conflict, RecusalDeclaration.is_upheld.is_(None))
            .limit(1)
        )
        is not None
    )


def _is_unannounced_approved(uow: UnitOfWork, case_id: str) -> bool:
    return (
        uow.session.scalar(
            sa.select(Approval.id)
            .where(Approval.case_id == case_id)
            .where(Approval.step == ApprovalStep.UNANNOUNCED_VISIT)
            .where(Approval.outcome == ApprovalOutcome.APPROVED)
            .limit(1)
        )
        is not None
    )
