"""Inclusive gateways: every way whose condition holds, and a join that waits for what may still come.

Stock looks at ancestors instead of paths, keeps arrivals of earlier rounds and merges data deeply.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFault
from engine.spiff import specs
from engine.spiff.outlook import OneAhead

_STANDS = TaskState.READY | TaskState.STARTED | TaskState.WAITING


class InclusiveGateway(OneAhead, defaults.InclusiveGateway):
    """`default` is the output that is taken when no other is."""

    default: str | None = None

    def _predict_hook(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs, TaskState.MAYBE)

    def _update_hook(self, my_task: Any) -> bool:
        """Go on when no token may still come by an empty flow (BPMN 2.0.2, 13.4.3)."""
        arrivals = {my_task.parent.task_spec.name: my_task}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task is not my_task and task.state == TaskState.WAITING:
                arrivals.setdefault(task.parent.task_spec.name, task)
        if self._is_awaited(my_task.workflow, arrivals):
            if not my_task.has_state(TaskState.FINISHED_MASK):
                my_task._set_state(TaskState.WAITING)
            return False
        others = [task for task in arrivals.values() if task is not my_task]
        my_task.data = specs.merge_branches([my_task, *others])
        for task in others:
            task.internal_data[specs.JOINED] = str(my_task.id)
            task.cancel()
        return True

    def _is_awaited(self, workflow: Any, arrived: Iterable[str]) -> bool:
        empty = [name for name in set(self._inputs) if name not in arrived]
        if not empty:
            return False
        to_empty = _upstream(self, empty)
        to_full = _upstream(self, arrived)
        return any(
            task.task_spec.name in to_empty and task.task_spec.name not in to_full
            for task in workflow.tasks.values()
            if task.has_state(_STANDS)
            and task.task_spec is not self
            and not isinstance(task.task_spec, _EndJoin)
        )

    def _run_hook(self, my_task: Any) -> bool:
        taken, unconditional = [], []
        for condition, name in self.cond_task_specs:
            if condition is None:
                unconditional.append(name)
            elif condition._matches(my_task):
                taken.append(name)
        if self.default in unconditional:
            unconditional.remove(self.default)
        chosen = taken + unconditional or [self.default] * (self.default is not None)
        if not chosen:
            raise ProcessFault(
                "没有一条出口的条件成立，也没有缺省出口。",
                element_id=self.bpmn_id or self.name,
                token_id=str(my_task.id),
            )
        named = my_task.workflow.spec.task_specs
        my_task._sync_children([named[name] for name in chosen], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


def _upstream(gateway: Any, inputs: Iterable[str]) -> set[str]:
    """The specs from which one of these inputs is reached without coming by the gateway."""
    named = gateway._wf_spec.task_specs
    found: set[str] = set()
    todo = list(inputs)
    while todo:
        name = todo.pop()
        if name in found or name == gateway.name:
            continue
        found.add(name)
        todo += named[name]._inputs
    return found
