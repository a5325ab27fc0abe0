"""What a unit, its superior or a member unit owes: open steps by deadline, what was served, what was sent.

Asked with the posts by which somebody answers to an Office; the Office's own work is the queue. Only
what the actor may see in any case goes in, so nothing appears before its notice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from engine.permission import access
from engine.states import DeadlineState, InstanceState, TaskState
from engine.tables import Deadline, Instance, Organisation, Task, TaskCandidate
from engine.unit_of_work import UnitOfWork
from supervision import dossier
from supervision.clocks import FAMILY
from supervision.form_data.context import FormContext
from supervision.tables import Delivery, Document, SupervisionCase
from supervision.terms import DocumentKind

#: Relations in which an organisation answers to the Office of a case.
ANSWERING = frozenset(
    {
        "unit",
        "superior",
        "local_party_gov",
        "government",
        "member_unit",
        "org_dept",
        "discipline_supervision",
        "judiciary",
        "enforcement",
    }
)

#: The paper that a step answers; a receipt is of its own paper.
_ANSWERED: Mapping[str, DocumentKind] = {
    "submit_self_evaluation": DocumentKind.INSPECTION_NOTICE,
    "submit_defence": DocumentKind.PRELIMINARY_OPINION,
    "apply_opinion_review": DocumentKind.OPINION_LETTER,
    "submit_plan": DocumentKind.RECTIFICATION_ORDER,
    "endorse_plan": DocumentKind.RECTIFICATION_PLAN,
    "carry_out_rectification": DocumentKind.RECTIFICATION_ORDER,
    "submit_rectification_report": DocumentKind.RECTIFICATION_ORDER,
    "publish_rectification": DocumentKind.RECTIFICATION_ORDER,
    "urge_rectification": DocumentKind.RECTIFICATION_ORDER,
    "report_urging": DocumentKind.SUPERVISION_NOTICE,
    "submit_self_review": DocumentKind.WRITTEN_REVIEW_ORDER,
    "submit_account_defence": DocumentKind.ACCOUNTABILITY_NOTICE,
    "seek_remedy": DocumentKind.ACCOUNTABILITY_DECISION,
    "file_appeal": DocumentKind.REVIEW_DECISION,
    "reply_resource_proposal": DocumentKind.RESOURCE_LETTER,
}
_RECEIPT = "sign_receipt"

#: Steps that nobody must take: a right, and what it is called in /deadline-rules.
RIGHTS: Mapping[str, str] = {
    "submit_defence": "defence",
    "submit_account_defence": "defence",
    "apply_opinion_review": "review",
    "seek_remedy": "review",
    "file_appeal": "appeal",
}

_RUNNING = (DeadlineState.OPEN, DeadlineState.PAUSED, DeadlineState.MISSED)
_OPEN = (TaskState.READY, TaskState.CLAIMED)
#: More at once than a unit ever owes; the queue has the rest.
MOST = 200


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper as its recipient knows it; `id` only where the actor may read what it says."""

    id: str | None
    kind: str
    number: str | None
    title: str


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """An open step of an organisation of the actor's. `deadline` is None where none is set."""

    task: Task
    unit: Organisation | None
    paper: Paper | None
    right: str | None


@dataclass(frozen=True, kw_only=True)
class Served:
    """A service on an organisation of the actor's."""

    delivery: Delivery
    paper: Paper
    instance: Instance


def seats(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    """(group, organisation id) of the actor's posts by which they answer to an Office."""
    package = uow.engine.packages.get(FAMILY)
    roles = package.manifest.roles if package is not None else {}
    return sorted(
        {
            (post.group, post.organisation_id)
            for post in uow.actor.posts
            if post.group in roles and roles[post.group].relation in ANSWERING
        }
    )


def owed(uow: UnitOfWork) -> Sequence[Obligation]:
    """Open steps of the actor's organisations, the first to end first; `MOST` at most."""
    query = (
        _of_seats(uow)
        .where(Task.state.in_(_OPEN), Instance.state == InstanceState.ACTIVE)
        .order_by(Task.due_at.nulls_last(), Task.created_at, Task.id)
        .limit(MOST)
    )
    tasks = uow.session.scalars(query).unique().all()
    cases = dossier.cases_of(uow, {task.instance_id for task in tasks})
    return [_obligation(uow, task, cases.get(task.instance_id)) for task in tasks]


def clocks(uow: UnitOfWork, shown: Collection[str]) -> Sequence[Deadline]:
    """Running clocks that bind an organisation of the actor's and belong to none of the steps `shown`."""
    if not seats(uow):
        return []
    roles = uow.engine.package(FAMILY).manifest.roles
    bound = {roles[group].relation for group, _ in seats(uow)}
    query = (
        sa.select(Deadline)
        .join(Deadline.instance)
        .options(joinedload(Deadline.rule), contains_eager(Deadline.instance))
        .where(
            Deadline.state.in_(_RUNNING),
            Deadline.id.not_in(shown),
            Instance.family == FAMILY,
            Instance.state == InstanceState.ACTIVE,
            access.visible_deadlines(uow),
        )
        .order_by(Deadline.due_at, Deadline.id)
        .limit(MOST)
    )
    rows = [row for row in uow.session.scalars(query) if row.rule.binds in bound]
    return [row for row in rows if row.rule.binds in access.relations(uow, row.instance)]


def sent(
    uow: UnitOfWork, *, after: tuple[datetime | None, str] | None = None, limit: int
) -> Sequence[Task]:
    """What the actor's organisations handed in, the latest first; `after` is (completed_at, id)."""
    query = _of_seats(uow).where(Task.state == TaskState.COMPLETED)
    if after is not None:
        at, last_id = after
        query = query.where(
            sa.or_(
                Task.completed_at < at,
                sa.and_(Task.completed_at == at, Task.id < last_id),
            )
        )
    query = query.order_by(Task.completed_at.desc(), Task.id.desc()).limit(limit)
    return uow.session.scalars(query).unique().all()


def served(
    uow: UnitOfWork, *, after: tuple[date, str] | None = None, limit: int
) -> Sequence[Served]:
    """What was served on the actor's organisations, the latest first; `after` is (day, id)."""
    organisations = sorted({place for _, place in seats(uow)})
    query = (
        sa.select(Delivery)
        .join(Delivery.document)
        .join(SupervisionCase, SupervisionCase.id == Document.case_id)
        .options(contains_eager(Delivery.document))
        .where(
            Delivery.recipient_id.in_(organisations),
            access.sees(uow, SupervisionCase.instance_id),
        )
        .order_by(Delivery.delivered_on.desc(), Delivery.id.desc())
        .limit(limit)
    )
    if after is not None:
        on, last_id = after
        query = query.where(
            sa.or_(
                Delivery.delivered_on < on,
                sa.and_(Delivery.delivered_on == on, Delivery.id < last_id),
            )
        )
    rows = uow.session.scalars(query).all()
    cases = _by_case(uow, {row.document.case_id for row in rows})
    readable = dossier.readable(uow, [row.document for row in rows])
    return [
        Served(
            delivery=row,
            paper=_paper(row.document, readable),
            instance=cases[row.document.case_id].instance,
        )
        for row in rows
    ]


def _of_seats(uow: UnitOfWork) -> Any:
    """Over Task: in the hands of, or done by, a post of the actor's organisations, and visible."""
    ways = [
        sa.and_(TaskCandidate.group == group, TaskCandidate.organisation_id == place)
        for group, place in seats(uow)
    ]
    offered = sa.select(TaskCandidate.id).where(
        TaskCandidate.task_id == Task.id, sa.or_(sa.false(), *ways)
    )
    return (
        sa.select(Task)
        .join(Task.instance)
        .where(Instance.family == FAMILY, offered.exists(), access.visible_tasks(uow, few=True))
        .options(
            contains_eager(Task.instance),
            joinedload(Task.deadline).joinedload(Deadline.rule),
            selectinload(Task.candidates),
        )
    )


def _obligation(uow: UnitOfWork, task: Task, case: SupervisionCase | None) -> Obligation:
    return Obligation(
        task=task,
        unit=case.unit if case is not None else None,
        paper=_answered(uow, task, case),
        right=RIGHTS.get(task.element_id),
    )


def _answered(uow: UnitOfWork, task: Task, case: SupervisionCase | None) -> Paper | None:
    """What the step answers: for a receipt its paper, else the newest of the kind that is readable."""
    if task.element_id == _RECEIPT:
        found = FormContext(uow=uow, task=task).document
        return _paper(found, dossier.readable(uow, [found])) if found is not None else None
    kind = _ANSWERED.get(task.element_id)
    if kind is None or case is None:
        return None
    query = sa.select(Document).where(
        Document.case_id == case.id, Document.kind == kind.value, Document.issued_on.is_not(None)
    )
    papers = uow.session.scalars(query.order_by(Document.seq.desc())).all()
    readable = dossier.readable(uow, papers)
    return next((_paper(row, readable) for row in papers if row.id in readable), None)


def _paper(row: Document, readable: Collection[str]) -> Paper:
    return Paper(
        id=row.id if row.id in readable else None,
        kind=row.kind,
        number=row.number,
        title=row.title,
    )


def _by_case(uow: UnitOfWork, ids: Collection[str]) -> Mapping[str, SupervisionCase]:
    query = (
        sa.select(SupervisionCase)
        .where(SupervisionCase.id.in_(ids))
        .options(joinedload(SupervisionCase.instance))
    )
    return {row.id: row for row in uow.session.scalars(query)}
