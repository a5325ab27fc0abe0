"""Multi-instance activities: one token around all items, and one for each.

Stock has no counters in scope, leaks the variable of an item, and dies when one is interrupted.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFault
from engine.spiff import passing
from engine.spiff.model import Element
from engine.spiff.outlook import OneAhead
from engine.spiff.specs import cancel_activity, changed_keys

#: Keys that the engine itself puts into token data; never shown as variables.
ITEM_COUNTERS = (
    "loopCounter",
    "nrOfInstances",
    "nrOfActiveInstances",
    "nrOfCompletedInstances",
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
)


class _Items(OneAhead):
    """What our two multi-instance tasks share: items by FEEL, results that do not leak."""

    element: Element
    task_spec: str

    def _items(self, my_task: Any) -> list[Any]:
        element = self.element
        value = my_task.workflow.script_engine.value(my_task, element.collection or element.times)
        if element.collection:
            if isinstance(value, list):
                return value
            wrong = f"集合 {element.collection} 不是列表"
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return list(range(1, value + 1))
        else:
            wrong = f"次数 {element.times} 不是不小于 0 的整数"
        raise ProcessFault(
            f"“{element.name}”的{wrong}，无法逐项办理。",
            element_id=element.id,
            token_id=str(my_task.id),
        )

    def _begin(self, my_task: Any) -> list[Any]:
        """Reckon the items; no token yet."""
        my_task._inherit_data()
        passing.hand_in(my_task, self.element.items_in)
        my_task.internal_data["before"] = dict(my_task.data)
        items = self._items(my_task)
        my_task.internal_data["total"] = len(items)
        if self.element.results:
            my_task.internal_data["results"] = [None] * len(items)
            my_task.data[self.element.results] = [None] * len(items)
        return items

    def _start_item(self, my_task: Any, index: int, item: Any) -> None:
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, TaskState.WAITING)
        my_task.workflow.top_workflow.items += 1
        child.triggered = True
        child.internal_data["item"] = item
        child.internal_data["index"] = index
        child.task_spec._update(child)
        if child.state == TaskState.WAITING:
            child.data.update(self.item_data(child))

    def item_data(self, child: Any) -> dict[str, Any]:
        """What only one item knows; it hides what is called the same around it."""
        own: dict[str, Any] = {"loopCounter": child.internal_data["index"] + 1}
        if self.element.element_variable:
            own[self.element.element_variable] = child.internal_data["item"]
        return own | self._counters(child.parent)

    def _on_complete_hook(self, my_task: Any) -> None:
        passing.hand_on(my_task, self.element.items_out)
        super()._on_complete_hook(my_task)  # type: ignore[misc]  # of the class this is mixed into

    def _counters(self, my_task: Any) -> dict[str, int]:
        """As Camunda 7 calls them, and as the standard does (BPMN 2.0.2, table 10.30)."""
        total = int(my_task.internal_data["total"])
        children = self._started(my_task)
        done = sum(c.has_state(TaskState.COMPLETED) for c in children)
        gone = sum(c.has_state(TaskState.CANCELLED | TaskState.ERROR) for c in children)
        started = len(children) if self._is_sequential else total
        return {
            "nrOfInstances": total,
            "nrOfActiveInstances": started - done - gone,
            "nrOfCompletedInstances": done,
            "numberOfInstances": total,
            "numberOfActiveInstances": started - done - gone,
            "numberOfCompletedInstances": done,
            "numberOfTerminatedInstances": gone,
        }

    _is_sequential = False

    def _started(self, my_task: Any) -> list[Any]:
        return [child for child in my_task.children if child.task_spec.name == self.task_spec]

    def _finish_item(self, my_task: Any, child: Any) -> bool:
        """Take over what an item has changed; whether the others are not needed any more."""
        own = {self.element.element_variable, *ITEM_COUNTERS}
        before = dict(my_task.internal_data.get("before", {}))
        results = my_task.internal_data.get("results")
        if results is not None:
            own |= {self.element.results, self.element.result_item}
            results[child.internal_data["index"]] = child.data.get(self.element.result_item)
            my_task.data[self.element.results] = list(results)
        for key, value in changed_keys(before, child.data).items():
            if key not in own:
                my_task.data[key] = value
        if not self.element.enough:
            return False
        seen = my_task.data | child.data | self._counters(my_task)
        value = my_task.workflow.script_engine.value(my_task, self.element.enough, seen=seen)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ProcessFault(
            f"“{self.element.name}”的提前完成条件 {self.element.enough} 没有得出“是”或“否”。",
            element_id=self.element.id,
            token_id=str(my_task.id),
        )


class ParallelItems(_Items, defaults.ParallelMultiInstanceTask):
    """Parallel multi-instance. Stock dies when it is interrupted, and leaks the item variable."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state == TaskState.STARTED:
            return False
        items = self._begin(my_task)
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        for index, item in enumerate(items):
            self._start_item(my_task, index, item)
        return False

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        is_enough = self._finish_item(my_task, child)
        started = self._started(my_task)
        standing = [each for each in started if not each.has_state(TaskState.FINISHED_MASK)]
        if is_enough:
            for other in standing:
                cancel_activity(other)
        if is_enough or not standing:
            my_task._set_state(TaskState.READY)
        elif self.element.enough:
            counters = self._counters(my_task)
            for other in standing:
                other.data.update(counters)


class SequentialItems(_Items, defaults.SequentialMultiInstanceTask):
    """Sequential multi-instance: the next item begins when the one before it is done."""

    _is_sequential = True

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state == TaskState.STARTED:
            return False
        items = self._begin(my_task)
        my_task.internal_data["items"] = items
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        self._start_item(my_task, 0, items[0])
        return False

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        is_enough = self._finish_item(my_task, child)
        done = child.internal_data["index"] + 1
        if is_enough or done == my_task.internal_data["total"]:
            my_task._set_state(TaskState.READY)
        else:
            self._start_item(my_task, done, my_task.internal_data["items"][done])
