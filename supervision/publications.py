"""Publications: drafted by one, checked for privacy and published by another (津8、13；问责18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle, hard_stops
from supervision.tables import Accountability, Document, Publication, SupervisionCase
from supervision.terms import Audience, Disclosure, PublishScope


def draft(
    uow: UnitOfWork,
    case: SupervisionCase,
    document: Document,
    *,
    scope: PublishScope,
    title: str,
    body: str,
    channel: str = "",
    names_reason: str = "",
) -> Publication:
    """Write the text to be made known. Units and posts; names of persons by a reasoned choice."""
    row = Publication(
        id=new_id(),
        case_id=case.id,
        document_id=document.id,
        scope=scope.value,
        title=title,
        body=body,
        channel=channel,
        names_reason=names_reason,
        drafted_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def draft_of_decision(
    uow: UnitOfWork,
    case: SupervisionCase,
    record: Accountability,
    document: Document,
    *,
    scope: PublishScope,
    rectified_badly: bool,
    title: str,
    body: str,
    channel: str,
    names_reason: str = "",
) -> Publication:
    """The text on an accountability decision. Hard-stop: wide enough (问责18)."""
    hard_stops.require_publication_wide_enough(record, scope, rectified_badly=rectified_badly)
    return draft(
        uow,
        case,
        document,
        scope=scope,
        title=title,
        body=body,
        channel=channel,
        names_reason=names_reason,
    )


def publish(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Publication,
    *,
    channel: str,
    published_on: date,
    privacy_checked: bool,
    address: str = "",
) -> Publication:
    """Make it known. Conflict for the person who drafted it: a second one checks (津8).

    Lateness against the 20 working days stops nothing: the deadline row records it.
    """
    if row.published_on is not None:
        raise Conflict("已经公布。", code="already-published")
    if uow.actor.user_id is None or uow.actor.user_id == row.drafted_by:
        hard_stops.refuse(
            "same-person-publishes",
            "公开稿应当由拟稿人以外的另一人复核后公布。",
            "《若干措施》第八条；复核由二人办理（系统默认）",
        )
    _require_may_be_known(uow, row)
    faults = []
    if not privacy_checked:
        faults.append(
            Fault(
                pointer="/privacy_checked",
                detail="请确认公开稿中没有学生、举报人等个人信息",
                code="required",
            )
        )
    if published_on > uow.today:
        faults.append(Fault(pointer="/published_on", detail="不能晚于今天", code="out-of-range"))
    if faults:
        raise Invalid("还不能公布。", errors=faults)
    row.channel = channel or row.channel
    row.address = address
    row.published_on = published_on
    row.published_by = uow.actor.user_id
    uow.session.flush()
    public = PublishScope(row.scope) is PublishScope.SOCIETY
    chronicle.note(
        uow,
        case.instance_id,
        "publication.published",
        f"公布：{row.title}（{PublishScope(row.scope).label}）",
        audience=Audience.PUBLIC if public else Audience.INTERNAL,
        publication_id=row.id,
    )
    return row


def publish_correction(
    uow: UnitOfWork, case: SupervisionCase, document: Document, *, body: str, checked_by: str
) -> Publication:
    """Make a correction known where the decision was: the approver of its text was the second person."""
    row = draft(uow, case, document, scope=_widest(uow, case), title=document.title, body=body)
    row.drafted_by = document.drafted_by
    row.published_on = uow.today
    row.published_by = checked_by
    uow.session.flush()
    return row


def _require_may_be_known(uow: UnitOfWork, row: Publication) -> None:
    """What the Office decided not to make public is not told to society, until it decides anew."""
    document = uow.session.get_one(Document, row.document_id)
    is_kept = document.disclosure == Disclosure.NONE
    if is_kept and PublishScope(row.scope) is PublishScope.SOCIETY:
        raise Conflict(
            f"{document.title}定为“不予公开”，不能向社会公布；确需公布的，请先变更公开属性。",
            code="not-for-public",
        )


def _widest(uow: UnitOfWork, case: SupervisionCase) -> PublishScope:
    known = {row.scope for row in of_case(uow, case.id) if row.published_on is not None}
    order = (PublishScope.SOCIETY, PublishScope.SYSTEM, PublishScope.INTERNAL)
    return next((scope for scope in order if scope in known), PublishScope.INTERNAL)


def publish_by_unit(
    uow: UnitOfWork,
    case: SupervisionCase,
    document: Document,
    *,
    channel: str,
    published_on: date,
    address: str = "",
) -> Publication:
    """The unit made its rectification known by itself (津9): where, and when."""
    if published_on > uow.today:
        raise Invalid(
            "公布日期不能晚于今天。",
            errors=[Fault(pointer="/published_on", detail="不能晚于今天", code="out-of-range")],
        )
    row = draft(
        uow,
        case,
        document,
        scope=PublishScope.SOCIETY,
        title=document.title,
        body="",
        channel=channel,
    )
    row.address = address
    row.published_on = published_on
    row.published_by = uow.actor.user_id
    uow.session.flush()
    return row


def withdraw(uow: UnitOfWork, row: Publication, *, reason: str) -> None:
    """Take a publication back, with the reason; it stays on record (correction history)."""
    row.withdrawn_on = uow.today
    row.withdrawn_reason = reason
    uow.session.flush()


def get(uow: UnitOfWork, publication_id: str) -> Publication:
    """A publication by id. NotFound if there is none."""
    row = uow.session.get(Publication, publication_id)
    if row is None:
        raise NotFound("没有这份公开稿。", code="publication-not-found")
    return row


def of_case(uow: UnitOfWork, case_id: str) -> Sequence[Publication]:
    """The publications of a case, oldest first; drafts last."""
    return uow.session.scalars(
        sa.select(Publication)
        .where(Publication.case_id == case_id)
        .order_by(Publication.published_on.is_(None), Publication.published_on, Publication.id)
    ).all()
