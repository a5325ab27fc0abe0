"""Clues: for accountability (津13; 问责13), and those handed to competent organs (移交)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from engine.errors import Fault, Invalid, NotFound
from engine.tables import new_id
from engine.unit_of_work import UnitOfWork
from supervision import chronicle
from supervision.tables import Clue, Document, SupervisionCase, Transfer
from supervision.terms import ClueSource, Trigger


def record(
    uow: UnitOfWork,
    case: SupervisionCase,
    *,
    source: ClueSource,
    trigger: Trigger,
    text: str,
    activity_ended_on: date,
    activity_reason: str,
    problem_ids: Sequence[str] = (),
) -> Clue:
    """Record a clue with the day on which the activity that produced it was completed, and why.

    That day starts the 60 days of 问责13: the Office must say which activity it means (procedure
    9.2a). Invalid without text and reason, or for a day in the future.
    """
    faults = []
    if not text.strip():
        faults.append(Fault(pointer="/clue", detail="请写明问责线索", code="required"))
    if not activity_reason.strip():
        faults.append(
            Fault(
                pointer="/activity_reason",
                detail="请写明产生线索的督导活动和完成日的认定理由",
                code="required",
            )
        )
    if activity_ended_on > uow.today:
        faults.append(
            Fault(pointer="/activity_ended_on", detail="不能晚于今天", code="out-of-range")
        )
    if faults:
        raise Invalid("问责线索的记录不完整。", errors=faults)
    row = Clue(
        id=new_id(),
        case_id=case.id,
        source=source.value,
        trigger=trigger.value,
        text=text,
        activity_ended_on=activity_ended_on,
        activity_reason=activity_reason,
        problem_ids=list(problem_ids),
        recorded_on=uow.today,
        recorded_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    chronicle.note(
        uow, case.instance_id, "clue.recorded", f"登记问责线索：{trigger.label}", clue_id=row.id
    )
    return row


def get(uow: UnitOfWork, clue_id: str) -> Clue:
    """A clue by id. NotFound if there is none."""
    row = uow.session.get(Clue, clue_id)
    if row is None:
        raise NotFound("没有这条问责线索。", code="clue-not-found")
    return row


def hand_over(
    uow: UnitOfWork, case: SupervisionCase, *, organ: str, law: str, clue: str, problem_id: str
) -> Transfer:
    """Decide to hand a clue to a competent organ (津13); the letter and its receipt follow."""
    row = Transfer(
        id=new_id(), case_id=case.id, organ=organ, law=law, clue=clue, problem_id=problem_id
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def transfer(uow: UnitOfWork, transfer_id: str) -> Transfer:
    """A transfer by id. NotFound if there is none."""
    row = uow.session.get(Transfer, transfer_id)
    if row is None:
        raise NotFound("没有这项移交。", code="transfer-not-found")
    return row


def attach_letter(uow: UnitOfWork, row: Transfer, letter: Document, *, organ: str) -> None:
    """The letter that hands the clue over."""
    row.document_id = letter.id
    row.organ = organ
    uow.session.flush()


def receive(
    uow: UnitOfWork,
    case: SupervisionCase,
    row: Transfer,
    *,
    received_on: date,
    received_by: str,
    receipt_no: str = "",
) -> None:
    """The organ's receipt, recorded by the Office."""
    if received_on > uow.today:
        raise Invalid(
            "回执日期不能晚于今天。",
            errors=[Fault(pointer="/received_on", detail="不能晚于今天", code="out-of-range")],
        )
    row.received_on = received_on
    row.received_by = received_by
    row.receipt_no = receipt_no
    uow.session.flush()
    chronicle.note(
        uow,
        case.instance_id,
        "transfer.received",
        f"{row.organ}对移交的线索出具回执{receipt_no}",
        transfer_id=row.id,
    )


def transfers(uow: UnitOfWork, case_id: str) -> Sequence[Transfer]:
    """The transfers of a case."""
    return uow.session.scalars(
        sa.select(Transfer).where(Transfer.case_id == case_id).order_by(Transfer.id)
    ).all()
