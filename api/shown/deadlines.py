"""Deadline cards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.tables import Deadline


def card(deadline: Deadline) -> Mapping[str, Any]:
    """A deadline with its rule: what is owed until when, by which article, and why that date."""
    rule = deadline.rule
    return {
        "id": deadline.id,
        "key": deadline.key,
        "name": rule.name,
        "starts_on": deadline.starts_on,
        "start_event": rule.start_event,
        "amount": rule.amount,
        "unit": rule.unit,
        "due_on": deadline.due_on,
        "due_at": deadline.due_at,
        "basis": rule.basis,
        "source": rule.source,
        "mark": rule.mark,
        "is_law": rule.is_law,
        "why": deadline.why,
        "binds": rule.binds,
        "on_lapse": rule.on_lapse,
        "state": deadline.state,
        "provisional": deadline.is_provisional,
        "segments": [_segment(segment) for segment in deadline.segments],
    }


def _segment(segment: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "kind": segment["kind"],
        "starts_on": date.fromisoformat(segment["from"]),
        "ends_on": date.fromisoformat(segment["to"]) if segment.get("to") else None,
        "reason": segment.get("reason") or segment.get("why", ""),
    }
