"""What everybody may read without signing in: texts that were published to society, and nothing else.

The one door of the portal. It asks no actor: a row is public because two people made it known to the
whole of society (`PublishScope.SOCIETY`), and stays on record, without its text, once it was taken
back (experience.md, Public portal; 津8, 津13; 问责18).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.errors import NotFound
from engine.tables import Organisation
from engine.unit_of_work import UnitOfWork
from supervision import problems
from supervision.masking import masked
from supervision.tables import Accountability, Document, Problem, Publication, SupervisionCase
from supervision.terms import (
    Disclosure,
    DocumentKind,
    ProblemState,
    PublicKind,
    PublishScope,
    Severity,
)

_KINDS: Mapping[DocumentKind, PublicKind] = {
    DocumentKind.SUPERVISION_REPORT: PublicKind.REPORT,
    DocumentKind.OPINION_LETTER: PublicKind.REPORT,
    DocumentKind.RECTIFICATION_REPORT: PublicKind.RECTIFICATION,
    DocumentKind.CRITICISM_NOTICE: PublicKind.CRITICISM,
    DocumentKind.RECTIFY_CIRCULAR: PublicKind.CRITICISM,
    DocumentKind.ACCOUNTABILITY_DECISION: PublicKind.DECISION,
    DocumentKind.ACCOUNTABILITY_CIRCULAR: PublicKind.DECISION,
    DocumentKind.CORRECTION: PublicKind.CORRECTION,
}

#: The papers that list the problems: once one of them is 主动公开, so is how many there are.
_LISTING = (DocumentKind.OPINION_LETTER, DocumentKind.RECTIFICATION_ORDER)

_unit = aliased(Organisation, name="unit")
_issuer = aliased(Organisation, name="issuer")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One text made known. `is_withdrawn`: title and dates stay, the text does not."""

    id: str
    case_id: str
    kind: PublicKind
    title: str
    unit_id: str
    unit: str
    issuer_id: str
    issuer: str
    number: str | None
    issued_on: date | None
    published_on: date
    severity: Severity | None
    is_withdrawn: bool
    withdrawn_on: date | None
    withdrawn_reason: str
    is_sample: bool


@dataclass(frozen=True, kw_only=True)
class Rectification:
    """How far the problems of a case are, as far as a public paper lists them."""

    total: int
    settled: int
    result_on: date | None
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One text with what belongs to it; `others` are the case's other texts, oldest first."""

    entry: Entry
    body: str
    channels: tuple[str, ...]
    address: str
    rectification: Rectification | None
    others: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a reader looks for; empty: everything."""

    q: str = ""
    unit_id: str = ""
    year: int | None = None
    kind: PublicKind | None = None
    severity: Severity | None = None


def search(
    uow: UnitOfWork, filters: Filters, *, after: tuple[date, str] | None = None, limit: int = 20
) -> Sequence[Entry]:
    """Texts made known, newest first; `after` is (published_on, id) of the last one seen."""
    query = _entries().order_by(Publication.published_on.desc(), Publication.id.desc()).limit(limit)
    if filters.q.strip():
        wanted = filters.q.strip()
        columns = (Publication.title, Document.number, _unit.name, _unit.short_name)
        query = query.where(
            sa.or_(*(column.icontains(wanted, autoescape=True) for column in columns))
        )
    if filters.unit_id:
        query = query.where(_unit.id == filters.unit_id)
    if filters.year is not None:
        first, last = date(filters.year, 1, 1), date(filters.year, 12, 31)
        query = query.where(Publication.published_on.between(first, last))
    if filters.kind is not None:
        query = query.where(_is_of(filters.kind))
    if filters.severity is not None:
        query = query.where(Accountability.severity == filters.severity.value)
    if after is not None:
        on, last_id = after
        query = query.where(
            sa.or_(
                Publication.published_on < on,
                sa.and_(Publication.published_on == on, Publication.id < last_id),
            )
        )
    return [_entry(*row) for row in uow.session.execute(query)]


def get(uow: UnitOfWork, publication_id: str) -> Whole:
    """One text. NotFound for what was not made known to society, as if it did not exist."""
    row = uow.session.execute(_entries().where(Publication.id == publication_id)).first()
    if row is None:
        raise NotFound("没有这份公开信息，地址可能有误。", code="publication-not-found")
    found, publication = _entry(*row), row[0]
    beside = uow.session.execute(
        _entries()
        .where(Publication.case_id == found.case_id, Publication.id != found.id)
        .order_by(Publication.published_on, Publication.id)
    )
    return Whole(
        entry=found,
        body="" if found.is_withdrawn else masked(publication.body),
        channels=tuple(name for name in publication.channel.split("、") if name),
        address=publication.address,
        rectification=_rectification(uow, found.case_id),
        others=[_entry(*other) for other in beside],
    )


def office_of(uow: UnitOfWork, publication_id: str) -> str:
    """The Office whose case a text belongs to. NotFound as in `get`."""
    found = uow.session.scalar(
        sa.select(SupervisionCase.office_id)
        .join(Publication, Publication.case_id == SupervisionCase.id)
        .where(Publication.id == publication_id, _is_public())
    )
    if found is None:
        raise NotFound("没有这份公开信息，地址可能有误。", code="publication-not-found")
    return found


def years(uow: UnitOfWork) -> Sequence[int]:
    """Years in which something was made known, newest first."""
    first, last = uow.session.execute(
        sa.select(
            sa.func.min(Publication.published_on), sa.func.max(Publication.published_on)
        ).where(_is_public())
    ).one()
    return [] if first is None or last is None else list(range(last.year, first.year - 1, -1))


def _is_public() -> sa.ColumnElement[bool]:
    return sa.and_(
        Publication.scope == PublishScope.SOCIETY.value, Publication.published_on.is_not(None)
    )


def _is_of(kind: PublicKind) -> sa.ColumnElement[bool]:
    kinds = sorted(document.value for document, of in _KINDS.items() if of is kind)
    if kind is PublicKind.OTHER:
        return Document.kind.not_in(sorted(document.value for document in _KINDS))
    return Document.kind.in_(kinds)


def _entries() -> sa.Select[Publication, Document, Organisation, Organisation, str | None]:
    return (
        sa.select(Publication, Document, _unit, _issuer, Accountability.severity)
        .join(Document, Document.id == Publication.document_id)
        .join(SupervisionCase, SupervisionCase.id == Publication.case_id)
        .join(_unit, _unit.id == SupervisionCase.unit_id)
        .join(_issuer, _issuer.id == SupervisionCase.office_id)
        .outerjoin(Accountability, Accountability.decision_id == Document.id)
        .where(_is_public())
    )


def _entry(
    publication: Publication,
    document: Document,
    unit: Organisation,
    issuer: Organisation,
    severity: str | None,
) -> Entry:
    by_unit = DocumentKind(document.kind) is DocumentKind.RECTIFICATION_REPORT
    return Entry(
        id=publication.id,
        case_id=publication.case_id,
        kind=_KINDS.get(DocumentKind(document.kind), PublicKind.OTHER),
        title=masked(publication.title),
        unit_id=unit.id,
        unit=unit.name,
        issuer_id=unit.id if by_unit else issuer.id,
        issuer=unit.name if by_unit else issuer.name,
        number=document.number if document.disclosure == Disclosure.ACTIVE.value else None,
        issued_on=document.issued_on,
        published_on=publication.published_on or date.min,  # _is_public has asked for it
        severity=None if severity is None else Severity(severity),
        is_withdrawn=publication.withdrawn_on is not None,
        withdrawn_on=publication.withdrawn_on,
        withdrawn_reason=masked(publication.withdrawn_reason),
        is_sample=unit.is_sample or issuer.is_sample,
    )


def _rectification(uow: UnitOfWork, case_id: str) -> Rectification | None:
    """None until a paper that lists the problems is issued and 主动公开."""
    is_listed = uow.session.scalar(
        sa.select(
            sa.exists().where(
                Document.case_id == case_id,
                Document.kind.in_([kind.value for kind in _LISTING]),
                Document.disclosure == Disclosure.ACTIVE.value,
                Document.issued_on.is_not(None),
            )
        )
    )
    if not is_listed:
        return None
    case = uow.session.get_one(SupervisionCase, case_id)
    states = uow.session.scalars(sa.select(Problem.state).where(Problem.case_id == case_id)).all()
    result_on = uow.session.scalar(
        sa.select(sa.func.min(Publication.published_on))
        .join(Document, Document.id == Publication.document_id)
        .where(
            _is_public(),
            Publication.case_id == case_id,
            Publication.withdrawn_on.is_(None),
            Document.kind == DocumentKind.RECTIFICATION_REPORT.value,
        )
    )
    return Rectification(
        total=len(states),
        settled=sum(ProblemState(state) in problems.SETTLED for state in states),
        result_on=result_on,
        closed_on=case.closed_on,
    )
