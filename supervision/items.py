"""What people call the thing that a repeated task is about: a problem, a measure, a unit, a person."""

from __future__ import annotations

from engine.tables import Organisation, User
from engine.unit_of_work import UnitOfWork
from supervision.tables import Measure, Problem
from supervision.terms import MeasureKind


def name_of(uow: UnitOfWork, item: str) -> str:
    """The name of a row by its id; empty where it is none of these."""
    problem = uow.session.get(Problem, item)
    if problem is not None:
        return problem.title
    measure = uow.session.get(Measure, item)
    if measure is not None:
        return MeasureKind(measure.kind).label
    organisation = uow.session.get(Organisation, item)
    if organisation is not None:
        return organisation.name
    person = uow.session.get(User, item)
    return person.name if person is not None else ""
