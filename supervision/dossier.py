"""What one person reads of a case: all of it from inside, else what was served and what is known.

Rows of the ledger, of measures and of accountability carry no audience of their own. From outside
they show only through a document that the reader may read: a problem through the opinion letter or
the order that lists it, a measure through its paper, accountability through its notice. So nothing
appears before it is notified, and nothing can be counted (architecture: Who sees what).
Called by the HTTP layer for pages about one case.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.errors import NotFound
from engine.package import FoundPaper
from engine.permission import access
from engine.tables import File, Instance, Organisation, User
from engine.unit_of_work import UnitOfWork
from supervision import appeals, documents, filings, problems, publications
from supervision.tables import (
    Accountability,
    Approval,
    Delivery,
    Document,
    Filing,
    Inspector,
    Measure,
    Problem,
    Publication,
    Remedy,
    SupervisionCase,
)
from supervision.terms import Audience, CaseStage, Disclosure, DocumentKind, PublishScope

#: The papers that tell a unit what is wrong with it.
LISTING = frozenset({DocumentKind.OPINION_LETTER, DocumentKind.RECTIFICATION_ORDER})

#: Where a case stands for who reads papers only: the furthest of those that they read.
_STAGE_BY_PAPER: Mapping[str, CaseStage] = {
    DocumentKind.INSPECTION_NOTICE: CaseStage.NOTICED,
    DocumentKind.SELF_EVALUATION: CaseStage.SELF_EVALUATION,
    DocumentKind.PRELIMINARY_OPINION: CaseStage.FEEDBACK,
    DocumentKind.OPINION_LETTER: CaseStage.OPINION_ISSUED,
    DocumentKind.RECTIFICATION_ORDER: CaseStage.RECTIFYING,
    DocumentKind.SUPERVISION_NOTICE: CaseStage.PRESSURE,
}
_STAGES = tuple(CaseStage)

_ID = re.compile("[0-9a-f]{32}")

#: Of the other cases about a unit the latest are named.
_MOST_LINKED = 30


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One case as the actor reads it. Each part is read once, when it is asked for."""

    uow: UnitOfWork
    case: SupervisionCase
    readable: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_inside(self) -> bool:
        """The actor reads what is internal."""
        return _is_inside(self.readable)

    @cached_property
    def documents(self) -> Sequence[Document]:
        """The papers, oldest first; from outside only issued ones of the reader's audiences.

        Who decides an appeal reads also what belongs to it.
        """
        audiences = [Audience(name) for name in sorted(self.readable)]
        found = [
            paper
            for paper in documents.of_case(self.uow, self.case.id, audiences=audiences)
            if paper.issued_on is not None or paper.id not in self._drafted_above
        ]
        if not self.decided_here:
            return found
        both = {paper.id: paper for paper in (*found, *appeals.papers(self.uow, self.decided_here))}
        return sorted(both.values(), key=lambda paper: paper.seq)

    @cached_property
    def _drafted_above(self) -> frozenset[str | None]:
        """What another Office drafts on a remedy against this case's decision: its own, until issued."""
        own = self.uow.actor.organisation_ids
        return frozenset(
            row.decision_id
            for row in appeals.of_case(self.uow, self.case.id)
            if row.authority_id != self.case.office_id and row.authority_id not in own
        )

    @cached_property
    def decided_here(self) -> Sequence[Remedy]:
        """Reviews and appeals of whose own instance the reader, outside the case, is inside."""
        rows = [] if self.is_inside else appeals.of_case(self.uow, self.case.id)
        handled = {row.instance_id: row for row in rows if row.instance_id is not None}
        readable = access.audiences_in(self.uow, list(handled)) if handled else {}
        return [row for key, row in handled.items() if _is_inside(readable.get(key, frozenset()))]

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """The ledger; from outside once a paper has listed it."""
        listed = any(paper.kind in LISTING for paper in self.documents)
        return problems.of_case(self.uow, self.case.id) if self.is_inside or listed else []

    @cached_property
    def measures(self) -> Sequence[Measure]:
        """What was decided against whom, pressure before accountability; from outside by its paper."""
        rows = self.uow.session.scalars(
            sa.select(Measure)
            .where(Measure.case_id == self.case.id)
            .options(joinedload(Measure.subject))
            .order_by(
                Measure.accountability_id.is_not(None), Measure.round, Measure.kind, Measure.id
            )
        ).all()
        return [row for row in rows if self.is_inside or row.document_id in self._papers]

    @cached_property
    def accountability(self) -> Sequence[Accountability]:
        """The records of accountability; from outside once the notice, or the decision, is read."""
        rows = self.uow.session.scalars(
            sa.select(Accountability)
            .where(Accountability.case_id == self.case.id)
            .options(joinedload(Accountability.organisation))
            .order_by(Accountability.activity_ended_on, Accountability.id)
        ).all()
        return [
            row
            for row in rows
            if self.is_inside or not self._papers.isdisjoint({row.notice_id, row.decision_id})
        ]

    @cached_property
    def remedies(self) -> Sequence[Remedy]:
        """Reviews and appeals against the records that the reader sees."""
        seen = {row.id for row in self.accountability}
        rows = appeals.of_case(self.uow, self.case.id)
        return [row for row in rows if row.accountability_id in seen]

    @cached_property
    def approvals(self) -> Sequence[Approval]:
        """Who approved what: from inside only."""
        if not self.is_inside:
            return []
        rows = self.uow.session.scalars(
            sa.select(Approval)
            .where(Approval.case_id == self.case.id)
            .order_by(Approval.at, Approval.seq, Approval.id)
        )
        return [row for row in rows if row.subject_id not in self._drafted_above]

    @cached_property
    def linked(self) -> Sequence[tuple[str, SupervisionCase]]:
        """(how, case): what it came from, what came of it, others about its unit; the visible ones."""
        case = self.case
        query = (
            sa.select(SupervisionCase)
            .where(
                sa.or_(
                    SupervisionCase.id == case.origin_case_id,
                    SupervisionCase.origin_case_id == case.id,
                    SupervisionCase.unit_id == case.unit_id,
                ),
                SupervisionCase.id != case.id,
                access.sees(self.uow, SupervisionCase.instance_id),
            )
            .options(
                joinedload(SupervisionCase.instance),
                joinedload(SupervisionCase.unit),
                joinedload(SupervisionCase.office),
                joinedload(SupervisionCase.superior),
            )
            .order_by(SupervisionCase.opened_on.desc(), SupervisionCase.id)
            .limit(_MOST_LINKED)
        )
        return [(_link(case, row), row) for row in self.uow.session.scalars(query)]

    @cached_property
    def filings(self) -> Sequence[Filing]:
        """What was handed upward: from inside only."""
        return filings.of_case(self.uow, self.case.id) if self.is_inside else []

    @cached_property
    def publications(self) -> Sequence[Publication]:
        """Texts made known; from outside those that were published beyond the office."""
        return [
            row
            for row in publications.of_case(self.uow, self.case.id)
            if self.is_inside
            or (row.published_on is not None and row.scope != PublishScope.INTERNAL)
        ]

    @cached_property
    def stage(self) -> CaseStage:
        """Where the case stands; from outside as far as the papers tell."""
        if self.is_inside:
            return CaseStage(self.case.stage)
        return _told(self.case, {paper.kind for paper in self.documents})

    def deliveries(self, document_ids: Sequence[str]) -> Mapping[str, Sequence[Delivery]]:
        """The services of these papers; from outside those on the actor's own organisations."""
        query = sa.select(Delivery).where(Delivery.document_id.in_(document_ids))
        if not self.is_inside:
            own = sorted(self.uow.actor.organisation_ids)
            query = query.where(Delivery.recipient_id.in_(own))
        found: dict[str, list[Delivery]] = {}
        for row in self.uow.session.scalars(query.order_by(Delivery.is_copy, Delivery.id)):
            found.setdefault(row.document_id, []).append(row)
        return found

    def told(self, paper: Document) -> Mapping[str, Any]:
        """What the paper says; a file that the reader may not see is not even named."""
        ids = frozenset(ids_in(paper.fields))
        query = sa.select(File.id).where(File.id.in_(ids))
        shown = set(self.uow.session.scalars(query.where(access.visible_files(self.uow))))
        hidden = frozenset(self.uow.session.scalars(query)) - shown
        found: Mapping[str, Any] = _without(paper.fields, hidden) if hidden else paper.fields
        return found

    def names(self, ids: Collection[str]) -> Mapping[str, str]:
        """What the ids written into a paper stand for: people, organisations, problems of the case.

        Who may read the paper may read whom it names.
        """
        found: dict[str, str] = {}
        for table in (User, Organisation, Inspector):
            query = sa.select(table.id, table.name).where(table.id.in_(ids))
            found |= {row.id: row.name for row in self.uow.session.execute(query)}
        listed = problems.of_case(self.uow, self.case.id)
        return found | {row.id: f"{row.seq}. {row.title}" for row in listed if row.id in ids}

    @cached_property
    def _papers(self) -> frozenset[str | None]:
        return frozenset(paper.id for paper in self.documents)


def search(
    uow: UnitOfWork,
    *,
    q: str = "",
    stage: CaseStage | None = None,
    unit_id: str | None = None,
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> Sequence[SupervisionCase]:
    """The cases that the actor may know of, newest first; `after` is (opened_on, id) of the last.

    With `stage` only those whose inside the actor reads: a filter is a way of asking.
    """
    query = (
        sa.select(SupervisionCase)
        .join(Organisation, Organisation.id == SupervisionCase.unit_id)
        .where(access.sees(uow, SupervisionCase.instance_id))
        .options(
            joinedload(SupervisionCase.instance),
            joinedload(SupervisionCase.unit),
            joinedload(SupervisionCase.office),
            joinedload(SupervisionCase.superior),
        )
        .order_by(SupervisionCase.opened_on.desc(), SupervisionCase.id.desc())
        .limit(limit)
    )
    if q.strip():
        columns = (SupervisionCase.number, SupervisionCase.title, Organisation.name)
        query = query.where(
            sa.or_(*(column.icontains(q.strip(), autoescape=True) for column in columns))
        )
    if unit_id is not None:
        query = query.where(SupervisionCase.unit_id == unit_id)
    if stage is not None:
        query = query.where(
            SupervisionCase.stage == stage.value,
            access.reads(uow, SupervisionCase.instance_id, Audience.INTERNAL.value),
        )
    if after is not None:
        opened_on, last_id = after
        query = query.where(
            sa.or_(
                SupervisionCase.opened_on < opened_on,
                sa.and_(SupervisionCase.opened_on == opened_on, SupervisionCase.id < last_id),
            )
        )
    return uow.session.scalars(query).all()


def stages(uow: UnitOfWork, rows: Sequence[SupervisionCase]) -> Mapping[str, CaseStage]:
    """`Dossier.stage` of a page of cases, by id, in a fixed number of statements."""
    readable = access.audiences_in(uow, [row.instance_id for row in rows])
    outside = {row.id: row for row in rows if not _is_inside(readable[row.instance_id])}
    papers: dict[str, set[str]] = {case_id: set() for case_id in outside}
    query = sa.select(Document.case_id, Document.kind, Document.audience).where(
        Document.case_id.in_(outside), Document.issued_on.is_not(None)
    )
    for case_id, kind, audience in uow.session.execute(query) if outside else ():
        if audience in readable[outside[case_id].instance_id]:
            papers[case_id].add(kind)
    return {
        row.id: _told(row, papers[row.id]) if row.id in outside else CaseStage(row.stage)
        for row in rows
    }


def _link(case: SupervisionCase, other: SupervisionCase) -> str:
    if other.id == case.origin_case_id:
        return "origin"
    return "following" if other.origin_case_id == case.id else "same_unit"


def at_stage(uow: UnitOfWork, stage: str) -> Any:
    """Over Instance: cases at this stage whose inside the actor reads, as for `search`."""
    query = sa.select(SupervisionCase.instance_id).where(
        SupervisionCase.stage == stage,
        access.reads(uow, SupervisionCase.instance_id, Audience.INTERNAL.value),
    )
    return Instance.id.in_(query)


def find_papers(uow: UnitOfWork, text: str, limit: int) -> Sequence[FoundPaper]:
    """Issued papers by number or title that the actor reads in their case, the newest first."""
    columns = (Document.number, Document.title)
    query = (
        sa.select(Document, SupervisionCase.instance_id)
        .join(SupervisionCase, SupervisionCase.id == Document.case_id)
        .where(
            Document.issued_on.is_not(None),
            sa.or_(*(column.icontains(text, autoescape=True) for column in columns)),
            sa.or_(
                Document.audience != Audience.PUBLIC.value,
                Document.disclosure == Disclosure.ACTIVE.value,
            ),
            access.reads(uow, SupervisionCase.instance_id, Document.audience),
        )
        .order_by(Document.issued_on.desc(), Document.id)
        .limit(limit)
    )
    return [
        FoundPaper(
            id=paper.id, number=paper.number or "", title=paper.title, instance_id=instance_id
        )
        for paper, instance_id in uow.session.execute(query)
    ]


def readable(uow: UnitOfWork, papers: Sequence[Document]) -> frozenset[str]:
    """The ids of those of the papers that `Dossier.documents` would show, by the same rules.

    Of what another Office drafts on a remedy nothing is told here before it is issued.
    """
    query = sa.select(SupervisionCase.id, SupervisionCase.instance_id).where(
        SupervisionCase.id.in_({paper.case_id for paper in papers})
    )
    instances = {row.id: row.instance_id for row in uow.session.execute(query)}
    audiences = access.audiences_in(uow, list(instances.values())) if instances else {}
    found = set()
    for paper in papers:
        allowed = audiences.get(instances[paper.case_id], frozenset())
        is_told = paper.issued_on is not None
        is_public_only = allowed <= {Audience.PUBLIC.value}
        if paper.audience not in allowed or not is_told:
            continue
        if not is_public_only or paper.disclosure == Disclosure.ACTIVE:
            found.add(paper.id)
    return frozenset(found)


def cases_of(uow: UnitOfWork, instance_ids: Collection[str]) -> Mapping[str, SupervisionCase]:
    """instance id → the case that it is, or whose remedy it handles, where the actor sees the case."""
    handled = (
        sa.select(Remedy.instance_id, Accountability.case_id)
        .join(Accountability, Accountability.id == Remedy.accountability_id)
        .where(Remedy.instance_id.in_(instance_ids))
    )
    remedies = {row.case_id: row.instance_id for row in uow.session.execute(handled)}
    query = (
        sa.select(SupervisionCase)
        .where(
            sa.or_(SupervisionCase.instance_id.in_(instance_ids), SupervisionCase.id.in_(remedies)),
            access.sees(uow, SupervisionCase.instance_id),
        )
        .options(joinedload(SupervisionCase.unit), joinedload(SupervisionCase.instance))
    )
    found: dict[str, SupervisionCase] = {}
    for row in uow.session.scalars(query):
        found[row.instance_id] = row
        if row.id in remedies:
            found[remedies[row.id]] = row
    return found


def ids_in(value: Any) -> Iterator[str]:
    """Every row id inside, however deep."""
    if isinstance(value, str) and _ID.fullmatch(value):
        yield value
    elif isinstance(value, Mapping):
        yield from ids_in(list(value.values()))
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner)


def _without(value: Any, hidden: frozenset[str]) -> Any:
    """The value with these ids taken out of it: from lists altogether, elsewhere None."""
    if isinstance(value, Mapping):
        return {key: _without(inner, hidden) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without(i, hidden) for i in value if not (isinstance(i, str) and i in hidden)]
    return None if isinstance(value, str) and value in hidden else value


def _is_inside(readable: frozenset[str]) -> bool:
    return Audience.INTERNAL.value in readable


def _told(case: SupervisionCase, kinds: Iterable[str]) -> CaseStage:
    """How far a case is for who reads papers of these kinds."""
    if case.closed_on is not None:
        return CaseStage.CLOSED
    told = [_STAGE_BY_PAPER[kind] for kind in kinds if kind in _STAGE_BY_PAPER]
    return max(told, key=_STAGES.index, default=CaseStage.APPROVED)


def of_case(uow: UnitOfWork, case_id: str) -> Dossier:
    """NotFound where the actor may not know of the case, and decides no remedy of it."""
    row = uow.session.get(SupervisionCase, case_id)
    found = _of(uow, row) if row is not None else None
    if found is None or not _is_known(found):
        raise NotFound("没有这个案件，或者您无权查看。", code="case-not-found")
    return found


def of_instance(uow: UnitOfWork, instance_id: str) -> Dossier | None:
    """The dossier of the case that an instance is, or whose remedy it handles; None without one.

    NotFound where the actor may not know of the instance. Who sees a remedy alone, and does not
    decide it, has no dossier.
    """
    access.require_instance(uow, instance_id)
    case_id = uow.session.scalar(
        sa.select(SupervisionCase.id)
        .outerjoin(Accountability, Accountability.case_id == SupervisionCase.id)
        .outerjoin(Remedy, Remedy.accountability_id == Accountability.id)
        .where(
            sa.or_(SupervisionCase.instance_id == instance_id, Remedy.instance_id == instance_id)
        )
        .limit(1)
    )
    if case_id is None:
        return None
    try:
        return of_case(uow, case_id)
    except NotFound:
        return None


def of_document(uow: UnitOfWork, document_id: str) -> tuple[Dossier, Document]:
    """A paper and its case. NotFound where the actor may not read it."""
    row = uow.session.get(Document, document_id)
    case = uow.session.get(SupervisionCase, row.case_id) if row is not None else None
    if row is not None and case is not None:
        found = _of(uow, case)
        if _is_known(found) and row in found.documents:
            return found, row
    # one answer for what does not exist, what is hidden, and what lies in a hidden case
    raise NotFound("没有这份文书，或者您无权查看。", code="document-not-found")


def _is_known(found: Dossier) -> bool:
    return bool(access.known(found.uow, [found.case.instance_id]) or found.decided_here)


def _of(uow: UnitOfWork, case: SupervisionCase) -> Dossier:
    return Dossier(uow=uow, case=case, readable=access.audiences(uow, case.instance))
