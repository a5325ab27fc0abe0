"""Plays the cases of the matrix with an unmistakable mark in every text and file that people write.

A mark names the step at which it was written: where it turns up, the answer tells what leaked.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from engine import store, tasks
from engine.filing import files
from engine.rehearsing.answers import small_pdf
from engine.tables import Task
from engine.unit_of_work import UnitOfWork
from forms import components as c
from tests.process.office import Office, _filled


def mark(place: str) -> str:
    """What stands in every text and file name written at `place`."""
    return f"MK-{place.replace(':', '_')}-KM"


class MarkingOffice(Office):
    """Fills in forms as `Office` does, and marks what is free text or a file."""

    #: Goes before the element id, so that the texts of two cases are told apart.
    case = "main"

    def values_for(self, uow: UnitOfWork, task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
        form = store.bundle(uow, task.instance.deployment_id).forms[task.form_key or ""]
        filled = _filled(uow, form.components, tasks.form_context(uow, task), values, task.id)
        place = f"{self.case}:{task.element_id}"
        return _marked(uow, form.components, filled, place, task.id)


def _marked(
    uow: UnitOfWork,
    components: tuple[c.Component, ...],
    values: dict[str, Any],
    place: str,
    task_id: str,
) -> dict[str, Any]:
    for component in components:
        if isinstance(component, c.Group):
            inner = values.get(component.key) if component.key else values
            if isinstance(inner, dict):
                _marked(uow, component.components, inner, place, task_id)
        elif isinstance(component, c.Repeat):
            for row in values.get(component.key) or []:
                _marked(uow, component.components, row, place, task_id)
        elif isinstance(component, c.Field) and component.read_only is not True:
            _mark_field(uow, component, values, place, task_id)
    return values


def _mark_field(
    uow: UnitOfWork, component: c.Field, values: dict[str, Any], place: str, task_id: str
) -> None:
    if isinstance(component, c.Text) and component.pattern is None:
        told = values.get(component.key) or ""
        text = told if mark(place) in told else f"{told}{mark(place)}"
        if component.max_length is None or len(text) <= component.max_length:
            values[component.key] = text
    elif isinstance(component, c.Files):
        stored = files.store(
            uow, io.BytesIO(small_pdf(mark(place))), f"{mark(place)}.pdf", task_id=task_id
        )
        values[component.key] = [stored.id] if component.several else stored.id
