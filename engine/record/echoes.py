"""What rows beside the history repeat of an event: where a rule takes the event's words away, these go too.

Who, when and of what kind stays; the text goes. `engine/record/redactions.py` is the only caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from engine.signoff import signers
from engine.tables import (
    ApprovalSheet,
    Comment,
    Copy,
    Event,
    Handover,
    StartEntry,
    Task,
    Urge,
)
from engine.unit_of_work import UnitOfWork

#: The parts of an approval sheet that hold what people wrote.
_OF_SHEET = ("facts", "attachments", "opinions")


def forget(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    """Empty what repeats this event, whose payload was `said`."""
    signers.forget(uow, event.kind, event.task_id)
    how = _ECHOES.get(event.kind)
    if how is not None:
        how(uow, event, said)


def _start(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    """What was entered in the start form is in no payload; it goes with the case's first event."""
    entry = uow.session.get(StartEntry, event.instance_id)
    if entry is not None:
        uow.session.delete(entry)


def _comment(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    """The text, also where an approval sheet quotes it."""
    row = uow.session.get(Comment, said.get("comment", ""))
    if row is None or not row.text:
        return
    sheets = sa.select(ApprovalSheet).where(ApprovalSheet.instance_id == event.instance_id)
    for sheet in uow.session.scalars(sheets):
        opinions = [
            {**one, "text": ""} if one["text"] == row.text else one
            for one in sheet.content["opinions"]
        ]
        sheet.content = {**sheet.content, "opinions": opinions}
    row.text = ""


def _withdrawal(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    row = uow.session.get(Comment, said.get("comment", ""))
    if row is not None:
        row.reason = ""


def _sheet(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    row = uow.session.get(ApprovalSheet, said.get("sheet", ""))
    if row is not None:
        row.title = row.proposed = ""
        row.content = {**row.content, **{part: [] for part in _OF_SHEET}}


def _handed_over(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    for row in _handovers(uow, event, Handover.at):
        row.opinion = ""


def _handed_back(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    for row in _handovers(uow, event, Handover.ended_at):
        row.answer = ""


def _urged(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    query = sa.select(Urge).where(Urge.task_id == event.task_id, Urge.at == event.at)
    for row in uow.session.scalars(query):
        row.note = ""


def _circulated(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    query = sa.select(Copy).where(Copy.task_id == event.task_id, Copy.at == event.at)
    for row in uow.session.scalars(query):
        row.note = ""


def _sent_back(uow: UnitOfWork, event: Event, said: Mapping[str, Any]) -> None:
    """The task that came of it says why it is there again."""
    query = sa.select(Task).where(Task.instance_id == event.instance_id, Task.returned.is_not(None))
    for row in uow.session.scalars(query):
        if row.returned is not None and row.returned["from"] == event.task_id:
            row.returned = {**row.returned, "opinion": ""}


def _handovers(
    uow: UnitOfWork, event: Event, moment: InstrumentedAttribute[Any]
) -> sa.ScalarResult[Handover]:
    query = sa.select(Handover).where(Handover.task_id == event.task_id, moment == event.at)
    return uow.session.scalars(query)


_ECHOES: Mapping[str, Callable[[UnitOfWork, Event, Mapping[str, Any]], None]] = {
    "instance.started": _start,
    "task.commented": _comment,
    "task.comment_withdrawn": _withdrawal,
    "sheet.made": _sheet,
    "task.transferred": _handed_over,
    "task.lent": _handed_over,
    "task.given_back": _handed_back,
    "task.recalled": _handed_back,
    "task.urged": _urged,
    "task.circulated": _circulated,
    "task.sent_back": _sent_back,
    "task.taken_back": _sent_back,
}
