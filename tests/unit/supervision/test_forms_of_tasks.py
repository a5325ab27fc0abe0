"""Which tasks the forms belong to, and that the comparison with their rows notices every field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import processes
from forms.definition import fields, parse
from forms.faults import FormError
from tests.unit.forms.test_supervision_forms import FOLDER, NAMES, ROWS

MODELS = Path(processes.__file__).parent / "supervision/bpmn"

#: Read by a person before a case exists: the start form of the family.
START = "case_opening"


def forms_of_tasks() -> dict[str, str]:
    """Every user task of the models with its form."""
    found = {}
    for path in MODELS.glob("*.bpmn"):
        text = path.read_text("utf-8")
        for tag in re.findall(r"<bpmn:userTask [^>]*>", text):
            name = re.search(r' id="(\w+)"', tag)
            form = re.search(r'camunda:formKey="supervision/(\w+)"', tag)
            assert name is not None
            assert form is not None, f"{path.stem}: {name[1]} has no form"
            found[f"{path.stem}.{name[1]}"] = form[1]
    return found


def test_every_user_task_has_a_form_with_a_row_of_its_own() -> None:
    tasks = forms_of_tasks()
    assert len(tasks) > 80
    assert {form for form in tasks.values() if form not in ROWS} == set()


def test_no_form_is_left_over() -> None:
    assert set(NAMES) - set(forms_of_tasks().values()) - {START} == set()


def keyed(schema: dict[str, Any]) -> Iterator[tuple[list[Any], int]]:
    """Every place of a field in a schema: the list it stands in, and its index."""
    components = schema.get("components", [])
    for index, component in enumerate(components):
        if "components" in component:
            yield from keyed(component)
        elif "key" in component:
            yield components, index


@pytest.mark.parametrize("name", NAMES)
def test_a_form_that_lost_or_changed_any_field_no_longer_fits_its_row(name: str) -> None:
    wanted = {(field["at"], field["label"], field["source"]) for field in ROWS[name]["fields"]}
    schema = json.loads((FOLDER / f"{name}.json").read_bytes())
    places = list(keyed(schema))
    assert places
    for components, index in places:
        taken = components.pop(index)
        assert held(schema) != wanted, taken["key"]
        components.insert(index, taken)
    assert held(schema) == wanted


def held(schema: dict[str, Any]) -> set[tuple[str, str, str]] | None:
    """What a form holds; None where it cannot even be read, because another field asks for it."""
    try:
        form = parse(json.dumps(schema).encode())
    except FormError:
        return None
    return {(info.pointer, info.label, info.source) for info in fields(form)}
