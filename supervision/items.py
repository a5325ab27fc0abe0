"""What people call the thing that a repeated task is about: a problem, a measure, a transfer, a unit."""

from __future__ import annotations

from engine.tables import Organisation, User
from engine.unit_of_work import UnitOfWork
from supervision import measures
from supervision.tables import Measure, Problem, Transfer

#: As long as the column of a task's item name.
_LONGEST = 200


def name_of(uow: UnitOfWork, item: str) -> str:
    """The name of a row by its id; empty where it is none of these."""
    problem = uow.session.get(Problem, item)
    if problem is not None:
        return problem.title
    measure = uow.session.get(Measure, item)
    if measure is not None:
        return measures.named(measure)
    transfer = uow.session.get(Transfer, item)
    if transfer is not None:
        return f"{transfer.organ}：{transfer.clue}"[:_LONGEST]
    organisation = uow.session.get(Organisation, item)
    if organisation is not None:
        return organisation.name
    person = uow.session.get(User, item)
    return person.name if person is not None else ""
