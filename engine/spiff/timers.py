"""Timer events that never look at a clock.

SpiffWorkflow's own timer classes read the system time. Ours take the due instant from the unit of work
when the timer is armed, and fire only when the job row of this token says so.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    TimerEventDefinition,
)

import feel
from engine.clock import LOCAL_ZONE

_CYCLE = re.compile(r"^R(?P<count>\d{0,6})/(?P<duration>P[0-9YMWDTHS.]{1,40})$")


class Timer(TimerEventDefinition):
    """Fires once, at a date or after a duration. `kind` is date or duration."""

    def __init__(self, name: str, expression: str, kind: str, **kwargs: Any) -> None:
        super().__init__(name, expression, **kwargs)
        self.kind = kind

    def arm(self, task: Any) -> str:
        """The due instant (ISO text), fixed the first time that it is asked for."""
        due = task.internal_data.get("due_at")
        if due is None:
            due = task.workflow.script_engine.due(task, self)
            task.internal_data["due_at"] = due
        return str(due)

    def has_fired(self, task: Any) -> bool:
        if task.internal_data.get("event_fired"):
            return True
        self.arm(task)
        return False

    def reset(self, task: Any) -> None:
        super().reset(task)
        task.internal_data.pop("due_at", None)

    def details(self, task: Any) -> Any:
        return None

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class CycleTimer(CycleTimerEventDefinition):
    """Fires again and again (`R3/P1D`); only for non-interrupting boundary events."""

    kind = "cycle"

    def __init__(self, name: str, expression: str, **kwargs: Any) -> None:
        super().__init__(name, expression, **kwargs)

    def arm(self, task: Any) -> str | None:
        """The next due instant (ISO text), or None after the last round."""
        if "rounds_left" not in task.internal_data:
            count, _ = task.workflow.script_engine.cycle(task, self)
            task.internal_data["rounds_left"] = count
        if task.internal_data["rounds_left"] == 0:
            return None
        if "due_at" not in task.internal_data:
            task.internal_data["due_at"] = task.workflow.script_engine.due(task, self)
        return str(task.internal_data["due_at"])

    def has_fired(self, task: Any) -> bool:
        if task.internal_data.get("event_fired"):
            return True
        self.arm(task)
        return False

    def rounds_after(self, task: Any) -> int:
        """How many rounds are left when this token's has fired; below zero: for ever."""
        left = int(task.internal_data["rounds_left"])
        return left - 1 if left > 0 else left

    def update_task(self, task: Any) -> None:
        """Nothing happens by itself: rounds are fired by their job."""

    def details(self, task: Any) -> Any:
        return None

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


def parse_cycle(text: str) -> tuple[int, str]:
    """`R3/P1D` → (3, "P1D"); `R/P1D` → (-1, "P1D"), for ever. Raises ValueError."""
    match = _CYCLE.match(text.strip())
    if match is None:
        raise ValueError(f"“{text}”不是循环定时，应写作 R3/P1D 的形式")
    return int(match["count"] or -1), match["duration"]


def as_instant(value: Any, *, now: datetime) -> datetime:
    """A date, date and time or duration, or ISO text for one, as an instant. Raises ValueError."""
    if isinstance(value, str):
        if value.startswith("P"):
            value = feel.compile(f'duration("{value}")').evaluate({})
        elif len(value) == 10:
            value = date.fromisoformat(value)
        else:
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), LOCAL_ZONE).astimezone(UTC)
    if value is None:
        raise ValueError("没有值")
    moved = feel.compile("start + length").evaluate({"start": now, "length": value})
    if not isinstance(moved, datetime):
        raise ValueError(f"{value} 不是日期也不是时长")
    return moved.astimezone(UTC)
