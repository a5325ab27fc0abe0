"""What may follow a token is put there one step ahead, when the token comes to a step.

Stock predicts the whole rest of a model beforehand, and after each fork once for each branch: thirteen
forks and joins in a row are 65 533 tokens, twenty never end. It recurses for each step as well, and dies
where a thousand follow each other.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

_NOT_THERE_YET = TaskState.PREDICTED_MASK | TaskState.FUTURE


class OneAhead:
    """Before the library's class in the order of bases."""

    def _predict(
        self: Any,
        my_task: Any,
        seen: Any = None,
        looked_ahead: int = 0,
        mask: int = TaskState.PREDICTED_MASK,
    ) -> None:
        if not my_task.has_state(_NOT_THERE_YET):
            TaskSpec._predict(self, my_task, seen, looked_ahead, mask)

    def _update(self: Any, my_task: Any) -> None:
        if not my_task.children and not my_task.has_state(TaskState.FINISHED_MASK):
            TaskSpec._predict(self, my_task, mask=TaskState.NOT_FINISHED_MASK)
        TaskSpec._update(self, my_task)
