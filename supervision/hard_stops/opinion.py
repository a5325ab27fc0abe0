"""From the visit to the opinion letter: visit, the public heard, a defence offered, limits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.unit_of_work import UnitOfWork
from supervision.hard_stops.refusal import refuse
from supervision.tables import Defence, Document, Problem, PublicOpinion, SupervisionCase, Visit
from supervision.terms import DefenceOutcome, DocumentKind, VisitKind


def require_visit(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例18: no deliberation without a visit on the spot."""
    if not _exists(
        uow, sa.select(Visit.id).where(Visit.case_id == case.id, Visit.kind == VisitKind.VISIT)
    ):
        refuse(
            "no-visit",
            "督导小组还没有进行现场督导，不能评议形成初步意见。",
            "《教育督导条例》第十八条",
        )


def require_public_heard(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例19: the public is asked, before the group deliberates."""
    if not _exists(uow, sa.select(PublicOpinion.id).where(PublicOpinion.case_id == case.id)):
        refuse(
            "no-public-opinion",
            "还没有征求公众对被督导单位的意见，不能评议形成初步意见。",
            "《教育督导条例》第十九条",
        )


def require_defence_before_opinion(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例20–21: the unit has had its say on the preliminary opinion, or let it pass, on record."""
    feedback = _latest(uow, case.id, DocumentKind.PRELIMINARY_OPINION)
    if feedback is None or _defence_on(uow, feedback.id) is None:
        refuse(
            "no-defence-before-opinion",
            "被督导单位的申辩机会还没有记录（提出、放弃或逾期），不能印发督导意见书。",
            "《教育督导条例》第二十条、第二十一条",
        )


def require_answers_to_defence(uow: UnitOfWork, case: SupervisionCase, letter: Document) -> None:
    """Procedure B7: a defence that was given is answered in the letter."""
    feedback = _latest(uow, case.id, DocumentKind.PRELIMINARY_OPINION)
    defence = _defence_on(uow, feedback.id) if feedback else None
    given = defence is not None and defence.outcome == DefenceOutcome.GIVEN
    replies = letter.fields.get("defence_replies") or []
    if given and not (replies and all(str(row.get("reply") or "").strip() for row in replies)):
        refuse(
            "defence-not-answered",
            "被督导单位提出了申辩，督导意见书应当逐条答复。",
            "《教育督导条例》第二十一条",
        )


def require_limits(uow: UnitOfWork, case: SupervisionCase) -> None:
    """条例21: every problem has a time limit and a requirement."""
    missing = uow.session.scalars(
        sa.select(Problem.seq)
        .where(Problem.case_id == case.id)
        .where(
            sa.or_(
                sa.and_(Problem.limit_class.is_(None), Problem.limit_on.is_(None)),
                Problem.requirement == "",
            )
        )
        .order_by(Problem.seq)
    ).all()
    if missing:
        refuse(
            "problem-without-limit",
            f"第{'、'.join(map(str, missing))}项问题没有整改期限或整改要求，请逐项补充。",
            "《教育督导条例》第二十一条",
        )


def _exists(uow: UnitOfWork, query: Any) -> bool:
    return uow.session.scalar(query.limit(1)) is not None


def _latest(uow: UnitOfWork, case_id: str, kind: DocumentKind) -> Document | None:
    return uow.session.scalar(
        sa.select(Document)
        .where(Document.case_id == case_id, Document.kind == kind)
        .order_by(Document.seq.desc())
        .limit(1)
    )


def _defence_on(uow: UnitOfWork, document_id: str) -> Defence | None:
    return uow.session.scalar(sa.select(Defence).where(Defence.document_id == document_id))
