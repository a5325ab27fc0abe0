"""What a task's form shows, is prefilled with, and chooses from; never taken from the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine import store
from engine.tables import Task
from engine.unit_of_work import UnitOfWork
from forms import components as c
from supervision import cases
from supervision.form_data import deciding, ending, issuing, ledger, opening, pressing, shared
from supervision.form_data.context import FormContext
from supervision.form_data.options import OPTIONS, units_of_offices
from supervision.form_data.shared import Facts

__all__ = ["OF_FORM", "form_data", "start_data"]

OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    **opening.OF_FORM,
    **ledger.OF_FORM,
    **issuing.OF_FORM,
    **pressing.OF_FORM,
    **deciding.OF_FORM,
    **ending.OF_FORM,
}


def form_data(uow: UnitOfWork, task: Task) -> Mapping[str, Any]:
    """The facts, rows and option lists of one task's form."""
    if task.form_key is None:
        return {}
    context = FormContext(uow=uow, task=task)
    of_form = OF_FORM.get(task.form_key.rpartition("/")[2])
    found = {**shared.common(context), **(of_form(context) if of_form else {})}
    form = store.form_of(uow, task)
    for name in OPTIONS.keys() & set(_names(form.components)):
        found[name] = OPTIONS[name](context)
    return found


def start_data(uow: UnitOfWork) -> Mapping[str, Any]:
    """What the form that opens a case chooses from: the units of the actor's Office."""
    return {"number": None, "unit_options": units_of_offices(uow, cases.may_open(uow))}


def _names(components: tuple[c.Component, ...]) -> Iterator[str]:
    for component in components:
        if isinstance(component, c.Choice) and component.options.key:
            yield component.options.key
        elif isinstance(component, c.Group | c.Repeat):
            yield from _names(component.components)
