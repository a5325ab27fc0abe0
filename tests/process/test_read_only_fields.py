"""While a case runs, what an open form reads from the case is given: fields and declared names."""

from __future__ import annotations

from collections.abc import Iterator

from engine import store, tasks
from engine.tables import Task
from forms import components as c
from forms.names import declared
from tests.process import phases
from tests.process.office import SYSTEM, Office
from tests.process.test_accountability import case_with_clue


def read_only(components: tuple[c.Component, ...]) -> Iterator[str]:
    """The read-only fields outside of lists."""
    for component in components:
        if isinstance(component, c.Group):
            yield from read_only(component.components)
        elif isinstance(component, c.Field) and component.read_only is True:
            yield component.key


def require_sources(office: Office) -> None:
    """The form of every open task gets its read-only fields and the names of its expressions."""
    for task in office.open_tasks():
        with office.engine.read(SYSTEM) as uow:
            row = uow.session.get_one(Task, task.id)
            form = store.bundle(uow, row.instance.deployment_id).forms[row.form_key or ""]
            given = tasks.form_context(uow, row)
        wanted = {*read_only(form.components), *declared(form.schema, lambda *_: None)}
        missing = wanted - given.keys()
        assert not missing, f"{task.element_id}: {missing}"


def test_every_form_on_the_way_to_a_decision_has_its_facts(office: Office) -> None:
    office.watch = lambda: require_sources(office)
    case_with_clue(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    phases.decide(office)
    require_sources(office)
