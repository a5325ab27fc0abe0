"""What an event said, taken away by a rule of the family: the chain says so and still verifies.

The rules are data: `[redactions.<key>]` of the installed manifest, or an installation's own, names
kinds of events and how many days after the end of a case they may go. docs/audit.md says what that
proves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import store
from engine.administration import duties, journal
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.record import echoes
from engine.record.chains import REDACTED
from engine.tables import Event, EventPayload, EventRedaction, File, Instance, LegalHold
from engine.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from engine.package import Redaction


FILE_REDACTED = "file.redacted"


@dataclass(frozen=True, kw_only=True)
class Due:
    """What one rule lets go of one case now: ids of events and of files."""

    instance_id: str
    business_key: str | None
    rule: Redaction
    events: Sequence[str]
    files: Sequence[str]


def due(uow: UnitOfWork, *, family: str | None = None) -> list[Due]:
    """What the rules of the installed families let go now, case by case; changes nothing."""
    _require_system(uow)
    found = []
    for package in uow.engine.packages.values():
        if family in (None, package.family):
            for rule in package.redactions.values():
                found += _due(uow, package.family, rule)
    return found


def due_of(uow: UnitOfWork, instance: Instance) -> list[Due]:
    """The same of one case."""
    _require_system(uow)
    package = uow.engine.packages.get(instance.family)
    rules = package.redactions.values() if package is not None else ()
    return [due for rule in rules for due in _due(uow, instance.family, rule, only=instance.id)]


def run(
    uow: UnitOfWork, found: Due, *, reason: str, proposal_id: str | None = None
) -> tuple[int, int]:
    """Take it away; how many events and files. What changed since it was looked up is left alone."""
    _require_system(uow)
    family = store.lock(uow, found.instance_id).family
    events, files = 0, 0
    for now_due in _due(uow, family, found.rule, only=found.instance_id):
        for event_id in now_due.events:
            redact(uow, event_id, reason=reason)
        rows = list(uow.session.scalars(sa.select(File).where(File.id.in_(now_due.files))))
        for row in rows:
            _redact_file(uow, row, found.rule, reason)
        events, files = len(now_due.events), len(rows)
    if events or files:
        journal.record(
            uow,
            "case.redacted",
            subject=("instance", found.instance_id),
            name=found.business_key or found.instance_id,
            reason=reason,
            after={"rule": found.rule.key, "ground": found.rule.ground}
            | {"events": events, "files": files},
            instance_id=found.instance_id,
            proposal_id=proposal_id,
        )
    return events, files


def hold(uow: UnitOfWork, instance_id: str, *, reason: str) -> None:
    """Let nothing of this case be redacted from now on. Conflict where it is held already."""
    if not uow.actor.is_system:
        duties.require(uow, duties.SYSTEM_ADMIN)
    instance = store.lock(uow, instance_id)
    if not reason.strip():
        raise Invalid("请写明暂停删除的理由。", code="reason-missing")
    if uow.session.get(LegalHold, instance_id) is not None:
        raise Conflict("这个案件已经暂停删除。", code="held-already")
    row = LegalHold(
        instance_id=instance_id, at=uow.now, actor_name=uow.actor.name, reason=reason.strip()
    )
    uow.session.add(row)
    _tell_hold(uow, instance, "case.held", reason)


def lift(uow: UnitOfWork, instance_id: str, *, reason: str, proposal_id: str | None = None) -> None:
    """Let the rules count again for this case. Conflict where it is not held."""
    _require_system(uow)
    instance = store.lock(uow, instance_id)
    if not reason.strip():
        raise Invalid("请写明恢复删除的理由。", code="reason-missing")
    uow.session.delete(require_held(uow, instance))
    _tell_hold(uow, instance, "case.hold_lifted", reason, proposal_id=proposal_id)


def require_held(uow: UnitOfWork, instance: Instance) -> LegalHold:
    """The hold of the case. Conflict where there is none."""
    row = uow.session.get(LegalHold, instance.id)
    if row is None:
        raise Conflict("这个案件没有暂停删除。", code="not-held")
    return row


def require_free(uow: UnitOfWork, instance: Instance) -> datetime:
    """When the case ended. Conflict while it goes on, or is held."""
    if instance.ended_at is None:
        raise Conflict("案件还没有结束，流转记录的内容不能删除。", code="case-goes-on")
    if uow.session.get(LegalHold, instance.id) is not None:
        raise Conflict("案件已暂停删除，流转记录的内容须保留。", code="case-held")
    return instance.ended_at


def redact(uow: UnitOfWork, event_id: str, *, reason: str) -> Event:
    """Take away what an event said, and append the event that says so.

    Only the system, only by a rule of the family or the installation, only in a case that
    has ended. NotAllowed, Conflict or NotFound where that is not so; Invalid without a reason.
    """
    _require_system(uow)
    if not reason.strip():
        raise Invalid("请写明删除的理由。", code="reason-missing")
    event = uow.session.get(Event, event_id)
    if event is None:
        raise NotFound("没有这条流转记录。", code="event-not-found")
    instance = store.lock(uow, event.instance_id)
    payload = uow.session.get(EventPayload, event_id)
    if payload is None:
        raise Conflict("这条流转记录的内容已不在。", code="payload-gone")
    rule = _rule_for(uow, event, instance)
    echoes.forget(uow, event, payload.content)
    uow.session.delete(payload)
    recorded = uow.record(
        REDACTED,
        instance_id=instance.id,
        element_id=event.element_id,
        task_id=event.task_id,
        audience=event.audience,
        payload={
            "event": event.id,
            "seq": event.seq,
            "kind": event.kind,
            "rule": rule.key,
            "rule_name": rule.name,
            "after_days": rule.after_days,
            "ground": rule.ground,
            "reason": reason,
        },
    )
    uow.session.flush()  # the row below names the event just added
    uow.session.add(
        EventRedaction(
            event_id=event.id,
            recorded_id=recorded.id,
            at=uow.now,
            actor_id=uow.actor.user_id,
            actor_name=uow.actor.name,
            rule=rule.key,
            reason=reason,
        )
    )
    uow.session.flush()
    return recorded


def _rule_for(uow: UnitOfWork, event: Event, instance: Instance) -> Redaction:
    """The rule of the installed family that lets this payload go now."""
    ended_at = require_free(uow, instance)
    package = uow.engine.packages.get(instance.family)
    rules = package.redactions.values() if package is not None else ()
    ended_for = uow.now - ended_at
    for rule in rules:
        # what says that something was redacted stays: else nobody could tell it from a deletion
        is_about = event.kind in rule.kinds and event.kind != REDACTED
        if is_about and ended_for >= timedelta(days=rule.after_days):
            return rule
    raise NotAllowed("没有规则允许现在删除这条流转记录的内容。", code="no-redaction-rule")


def _due(uow: UnitOfWork, family: str, rule: Redaction, *, only: str | None = None) -> list[Due]:
    ended = sa.select(Instance.id, Instance.business_key).where(
        Instance.family == family,
        Instance.ended_at <= uow.now - timedelta(days=rule.after_days),
        Instance.id.not_in(sa.select(LegalHold.instance_id)),
    )
    if only is not None:
        ended = ended.where(Instance.id == only)
    cases = uow.session.execute(ended.order_by(Instance.ended_at, Instance.id)).all()
    events = _by_case(
        uow,
        sa.select(Event.instance_id, Event.id)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(
            Event.kind.in_(rule.kinds - {REDACTED, FILE_REDACTED}),
            Event.instance_id.in_(ended.with_only_columns(Instance.id)),
        )
        .order_by(Event.seq),
    )
    bound = sa.select(File.instance_id, File.id).where(
        File.is_bound,
        File.redacted_at.is_(None),
        File.instance_id.in_(ended.with_only_columns(Instance.id)),
    )
    files = _by_case(uow, bound.order_by(File.uploaded_at, File.id)) if rule.files else {}
    return [
        Due(
            instance_id=case.id,
            business_key=case.business_key,
            rule=rule,
            events=events.get(case.id, ()),
            files=files.get(case.id, ()),
        )
        for case in cases
        if case.id in events or case.id in files
    ]


def _by_case(uow: UnitOfWork, query: sa.Select[*tuple[Any, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for instance_id, row_id in uow.session.execute(query):
        found.setdefault(str(instance_id), []).append(row_id)
    return found


def _redact_file(uow: UnitOfWork, row: File, rule: Redaction, reason: str) -> None:
    """Its name and digest stay; the nightly sweep removes bytes that no other row names."""
    row.redacted_at = uow.now
    uow.record(
        FILE_REDACTED,
        instance_id=str(row.instance_id),
        task_id=row.task_id,
        audience=row.audience,
        payload={
            "file": row.id,
            "sha256": row.digest,
            "rule": rule.key,
            "rule_name": rule.name,
            "after_days": rule.after_days,
            "ground": rule.ground,
            "reason": reason,
        },
    )


def _require_system(uow: UnitOfWork) -> None:
    if not uow.actor.is_system:
        raise NotAllowed("流转记录的内容只能由系统按规则删除。", code="redaction-not-allowed")


def _tell_hold(
    uow: UnitOfWork, instance: Instance, kind: str, reason: str, *, proposal_id: str | None = None
) -> None:
    journal.record(
        uow,
        kind,
        subject=("instance", instance.id),
        name=instance.business_key or instance.id,
        reason=reason.strip(),
        instance_id=instance.id,
        proposal_id=proposal_id,
    )
