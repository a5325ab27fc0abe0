"""What an event said, taken away by a rule of the family: the chain says so and still verifies.

The rules are data: `[redactions.<key>]` of the installed manifest names kinds of events and how many
days after the end of a case they may go. docs/audit.md says what that proves.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine import store
from engine.chains import REDACTED
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.tables import Event, EventPayload, EventRedaction, Instance
from engine.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from engine.package import Redaction


def redact(uow: UnitOfWork, event_id: str, *, reason: str) -> Event:
    """Take away what an event said, and append the event that says so.

    Only the system, only by a rule of the family (`[redactions.…]` of its manifest), only in a case that
    has ended. NotAllowed, Conflict or NotFound where that is not so; Invalid without a reason.
    """
    if not uow.actor.is_system:
        raise NotAllowed("流转记录的内容只能由系统按规则删除。", code="redaction-not-allowed")
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
    if instance.ended_at is None:
        raise Conflict("案件还没有结束，流转记录的内容不能删除。", code="case-goes-on")
    package = uow.engine.packages.get(instance.family)
    rules = package.manifest.redactions.values() if package is not None else ()
    ended_for = uow.now - instance.ended_at
    for rule in rules:
        # what says that something was redacted stays: else nobody could tell it from a deletion
        is_about = event.kind in rule.kinds and event.kind != REDACTED
        if is_about and ended_for >= timedelta(days=rule.after_days):
            return rule
    raise NotAllowed("没有规则允许现在删除这条流转记录的内容。", code="no-redaction-rule")
