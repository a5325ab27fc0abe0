"""Deadline cards, rows of a list of deadlines, requests for more time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api import language
from api.shown.people import Names
from engine.tables import Deadline, ExtensionRequest
from engine.timing import countdown, deadline_acts, extension_requests
from engine.unit_of_work import UnitOfWork


def card(deadline: Deadline) -> Mapping[str, Any]:
    """A deadline with its rule: what is owed until when, by which article, and why that date.

    The rule is the version that it was opened with, or that was applied to it since.
    """
    rule = deadline.rule
    return {
        "id": deadline.id,
        "key": deadline.key,
        "name": rule.name,
        "starts_on": deadline.starts_on,
        "start_event": rule.start_event,
        "amount": rule.amount,
        "unit": rule.unit,
        "rule_version": rule.version,
        "at_receipt": rule.at_receipt,
        "due_on": deadline.due_on,
        "due_at": deadline.due_at,
        "basis": rule.basis,
        "source": rule.source,
        "mark": rule.mark,
        "is_law": rule.is_law,
        "why": deadline.why,
        "binds": rule.binds,
        "on_lapse": rule.on_lapse,
        "pausable": rule.pausable,
        "state": deadline.state,
        "paused_at": deadline.paused_at,
        "provisional": deadline.is_provisional,
        "segments": [_segment(segment) for segment in deadline.segments],
    }


def rows(uow: UnitOfWork, found: Sequence[Deadline]) -> list[Mapping[str, Any]]:
    """Deadlines of a list: the card, its case, the light in words, and what the actor may do."""
    allowed = deadline_acts.allowed_acts(uow, found)
    return [_row(uow, deadline, allowed[deadline.id]) for deadline in found]


def whole(uow: UnitOfWork, deadline: Deadline) -> Mapping[str, Any]:
    """One deadline with the requests for more time."""
    asked = extension_requests.of_deadlines(uow, [deadline.id]).get(deadline.id, [])
    return {**rows(uow, [deadline])[0], "extension_requests": requests(uow, asked)}


def requests(uow: UnitOfWork, found: Sequence[ExtensionRequest]) -> list[Mapping[str, Any]]:
    """Requests for more time, each with what the actor may do."""
    names = Names(
        uow,
        users=[
            user_id
            for row in found
            for user_id in (
                row.asked_by,
                row.asked_stand_in_id,
                row.decided_by,
                row.decided_stand_in_id,
            )
        ],
    )
    return [
        {
            "id": row.id,
            "deadline_id": row.deadline_id,
            "until_on": row.until_on,
            "reason": row.reason,
            "state": row.state,
            "asked_by": names.person(row.asked_by),
            "asked_stand_in": names.person(row.asked_stand_in_id),
            "asked_at": row.asked_at,
            "granted_until_on": row.granted_until_on,
            "opinion": row.opinion,
            "decided_by": names.person(row.decided_by),
            "decided_stand_in": names.person(row.decided_stand_in_id),
            "decided_at": row.decided_at,
            "allowed_acts": sorted(extension_requests.allowed_acts(uow, row)),
        }
        for row in found
    ]


def _row(uow: UnitOfWork, deadline: Deadline, allowed: frozenset[str]) -> Mapping[str, Any]:
    left = countdown.days_left(uow, deadline)
    instance = deadline.instance
    return {
        **card(deadline),
        "instance": {
            "id": instance.id,
            "business_key": instance.business_key,
            "title": instance.title,
            "family": instance.family,
        },
        "element_id": deadline.element_id,
        "days_left": {"amount": left.amount, "unit": left.unit} if left is not None else None,
        "light": countdown.light(uow, deadline),
        "light_text": countdown.words(uow, deadline),
        "allowed_acts": sorted(allowed),
    }


def _segment(segment: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "kind": segment["kind"],
        "starts_on": date.fromisoformat(segment["from"]),
        "ends_on": date.fromisoformat(segment["to"]) if segment.get("to") else None,
        "reason": segment.get("reason") or language.said(segment.get("why", "")),
        "by_name": segment.get("by_name") or "",
        "confirmed_by": segment.get("confirmed_by") or "",
        "at": segment.get("at"),
    }
