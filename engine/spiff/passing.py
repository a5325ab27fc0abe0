"""A step is handed values when it begins, and hands on others when it is done; the rest it keeps to itself.

What a step was handed is a variable in it alone: when it is done the variable is again what it was
outside (as Camunda 7 has it, and BPMN 2.0.2, 10.4.2, for data inputs).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.spiff import mappings
from engine.spiff.mappings import Given
from engine.spiff.outlook import OneAhead

#: On a token in its step: the names it was handed, each with the value outside, if there is one.
OUTER = "outer"


class Step(OneAhead):
    """A drawn step, before the library's class in the order of bases."""

    def _on_ready_hook(self: Any, my_task: Any) -> None:
        begin(my_task)
        super()._on_ready_hook(my_task)  # type: ignore[misc]  # of the class this is mixed into

    def _on_complete_hook(self: Any, my_task: Any) -> None:
        end(my_task)
        super()._on_complete_hook(my_task)  # type: ignore[misc]  # of the class this is mixed into


def begin(task: Any) -> None:
    """Hand a token the inputs of its step; one that is an item, its item as well."""
    if "index" in task.internal_data:
        task.data.update(task.parent.task_spec.item_data(task))
    element = getattr(task.task_spec, "element", None)
    if element is not None:
        hand_in(task, element.inputs)


def begin_anew(task: Any, variables: Mapping[str, Any]) -> None:
    """Give a token that was put on a step these variables, and the inputs of the step from them."""
    was_handed = task.internal_data.pop(OUTER, None)
    task.data = dict(variables)
    if was_handed is not None:
        begin(task)


def end(task: Any) -> None:
    """Hand on the outputs of a token's step."""
    element = getattr(task.task_spec, "element", None)
    if element is not None:
        hand_on(task, element.outputs)


def hand_in(task: Any, inputs: tuple[Given, ...]) -> None:
    """Set these variables for the time of the step. Raises ProcessFault."""
    if not inputs or OUTER in task.internal_data:
        return
    outer: dict[str, list[Any]] = {}
    for each in inputs:
        if _is_missing(each, task.data):
            continue
        value = _value(task, each, task.data)
        if each.name not in outer:
            outer[each.name] = [task.data[each.name]] if each.name in task.data else []
        task.data[each.name] = value
    task.internal_data[OUTER] = outer


def hand_on(task: Any, outputs: tuple[Given, ...]) -> None:
    """Take back what was handed in, and set the outputs. Raises ProcessFault."""
    if outputs or OUTER in task.internal_data:
        task.data = handed_on(task, outputs)
        task.internal_data.pop(OUTER, None)


def handed_on(task: Any, outputs: tuple[Given, ...] | None = None) -> dict[str, Any]:
    """What the token knows when its step is done, with these outputs or those of its element."""
    if outputs is None:
        outputs = task.task_spec.element.outputs
    seen = dict(task.data)
    results: dict[str, Any] = {}
    for each in outputs:
        if _is_missing(each, seen):
            continue
        results[each.name] = _value(task, each, seen)
        if each.name not in task.internal_data.get(OUTER, {}):
            seen[each.name] = results[each.name]
    return outside(task) | results


def outside(task: Any) -> dict[str, Any]:
    """What a token knows, but for what its step was handed."""
    known = dict(task.data)
    for name, before in task.internal_data.get(OUTER, {}).items():
        if before:
            known[name] = before[0]
        else:
            known.pop(name, None)
    return known


def set_variables(task: Any, values: Mapping[str, Any]) -> None:
    """Set variables on a token, inside its step and outside."""
    task.data.update(values)
    outer = task.internal_data.get(OUTER, {})
    outer.update({name: [values[name]] for name in outer if name in values})


def _is_missing(given: Given, seen: Mapping[str, Any]) -> bool:
    """A data object that nothing was put into yet is not handed on."""
    return given.kind == mappings.VARIABLE and given.text not in seen


def _value(task: Any, given: Given, seen: Mapping[str, Any]) -> Any:
    if given.kind == mappings.VARIABLE:
        return seen[given.text]
    if given.kind == mappings.EXPRESSION:
        return task.workflow.script_engine.value(task, given.text, seen=seen)
    if given.kind == mappings.TEXT:
        return given.text
    parts = [_value(task, part, seen) for part in given.parts]
    if given.kind == mappings.LIST:
        return parts
    if given.kind == mappings.MAP:
        return {part.name: value for part, value in zip(given.parts, parts, strict=True)}
    return "".join(map(_as_text, parts))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
