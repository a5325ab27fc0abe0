"""Jump with one token (自由跳转): as if, from a step that it came by, the flow had gone another way.

Unlike `moves.routes` it passes tasks of people. It never passes what the caller calls fixed, a task
that no time-out may do (`dudao:neverAuto`), a sub-process or call activity, whose inner steps nobody
would have looked at, or a parallel gateway; and it takes no boundary event that did not happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.spiff import moves, specs
from engine.spiff.model import Element
from engine.spiff.moves import IsFixed, Route, Standing


def routes(token: Standing, is_fixed: IsFixed) -> list[Route]:
    """Where this token may jump, the nearest first, each element once."""
    if moves.is_item(token.task):
        return []
    named = token.task.workflow.spec.task_specs
    found: dict[str, Route] = {}
    for route in moves.routes(token, is_fixed):
        found.setdefault(route.target.id, route)
    origins = [token.element, *(r.target for r in list(found.values()) if r.is_back)]
    for origin in origins:
        for route in _ahead(named[origin.id], is_fixed):
            if route.target.id != token.element.id:
                found.setdefault(route.target.id, route)
    return list(found.values())


def _ahead(spec: Any, is_fixed: IsFixed) -> Iterator[Route]:
    """Breadth first behind an element that itself may be passed."""
    if _stops(spec, is_fixed):
        return
    seen = {spec.name}
    first: tuple[Element, ...] = (spec.element,)
    following = [(after, first) for after in spec.outputs]
    while following:
        after, over = following.pop(0)
        if after.name in seen or isinstance(after, defaults.BoundaryEvent):
            continue
        seen.add(after.name)
        element = getattr(after, "element", None)
        if element is not None and moves.is_target(after):
            yield Route(target=element, is_back=False, over=over)
        if not _stops(after, is_fixed):
            passed = over if element is None else (*over, element)
            following += [(behind, passed) for behind in after.outputs]


def _stops(spec: Any, is_fixed: IsFixed) -> bool:
    element = getattr(spec, "element", None)
    if isinstance(spec, specs.ParallelGateway) and moves.branches(spec):
        return True
    if isinstance(spec, specs.SubWorkflow | specs.CallActivity):
        return True
    if element is None:
        return False
    is_called = element.kind in {"subProcess", "callActivity", "transaction", "adHocSubProcess"}
    return is_called or element.never_auto or is_fixed(element)
