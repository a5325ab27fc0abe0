"""What SpiffWorkflow calls back: expressions, decisions, handlers, due instants.

One ScriptEngine serves one step: it knows the unit of work, the instance and the deployment's bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import dmn
import feel
from engine.errors import BpmnError, EngineError, ProcessFault, Unavailable
from engine.package import Handler, StepContext
from engine.spiff.expressions import Scope
from engine.spiff.model import Element
from engine.spiff.timers import CycleTimer, as_instant, parse_cycle

if TYPE_CHECKING:
    from engine.spiff.cache import Bundle
    from engine.tables import Instance
    from engine.unit_of_work import UnitOfWork


@dataclass(kw_only=True)
class ScriptEngine:
    """Bound to one step. Every failure leaves as a ProcessFault that names the element."""

    uow: UnitOfWork
    instance: Instance
    bundle: Bundle
    handlers: Mapping[str, Handler]
    functions: Mapping[str, Any]
    refusals: list[EngineError] = field(default_factory=list)
    #: Tokens for which no row could be made (engine/waits.py): each has an incident.
    sync_faults: list[ProcessFault] = field(default_factory=list)

    def scope(self, data: Mapping[str, Any]) -> Scope:
        """What an expression sees with these variables."""
        return Scope(variables=data, functions=self.functions, now=self.uow.now)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:
        """A sequence-flow condition: it must be true or false."""
        notes: list[str] = []
        value = self._raw(task, expression, notes)
        if not isinstance(value, bool):
            why = "；".join(notes) or "请检查它用到的变量是否都有值"
            raise self.fault(task, f"条件 {expression} 没有得出“是”或“否”：{why}。")
        return value

    def value(self, task: Any, expression: str, *, seen: Mapping[str, Any] | None = None) -> Any:
        """An expression's value as JSON, fit to be a variable; `seen` in place of the token's own."""
        return feel.to_json(self._raw(task, expression, seen=seen))

    def _raw(
        self,
        task: Any,
        expression: str,
        notes: list[str] | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return self.scope(task.data if seen is None else seen).evaluate(expression, notes)
        except (feel.FeelError, EngineError) as error:
            raise self.fault(task, f"表达式 {expression} 无法计算：{_reason(error)}") from error

    def decide(self, task: Any, element: Element) -> Any:
        """The result of the element's decision, mapped as `camunda:mapDecisionResult` says."""
        try:
            result = self.bundle.decide(
                element.decision,
                task.data,
                shape=element.map_result,
                functions=self.functions,
                now=self.uow.now,
            )
        except (dmn.DecisionError, feel.FeelError) as error:
            raise self.fault(task, f"决策表 {element.decision} 无法得出结果：{error}") from error
        return feel.to_json(result)

    def call_handler(self, task: Any, element: Element) -> dict[str, Any]:
        """Run the family's handler of a service task; its mapping becomes variables."""
        handler = self.handlers[element.handler]
        context = StepContext(
            uow=self.uow,
            instance=self.instance,
            element_id=element.id,
            token_id=str(task.id),
            variables=deepcopy(task.data),  # branches and rounds share what is nested
        )
        try:
            return dict(handler.call(context) or {})
        except BpmnError:
            raise
        except EngineError as error:
            if handler.guard:
                self.refusals.append(error)
            fault = self.fault(task, error.detail)
            fault.may_pass = isinstance(error, Unavailable)
            raise fault from error

    def due(self, task: Any, timer: Any, *, element_id: str | None = None) -> str:
        """The instant at which a timer fires, as ISO text in UTC."""
        element = self.element_of(task, element_id)
        if element is not None and element.deadline:
            return self.deadline_instant(task, element).isoformat()
        expression = timer.expression
        if isinstance(timer, CycleTimer):
            expression = self.cycle(task, timer)[1]
        try:
            return self._instant(task, expression).isoformat()
        except (feel.FeelError, ValueError, EngineError) as error:
            raise self.fault(task, f"定时 {timer.expression} 无法计算：{_reason(error)}") from error

    def cycle(self, task: Any, timer: CycleTimer) -> tuple[int, str]:
        """How many rounds, and how long each takes (ISO duration)."""
        text = timer.expression
        if not text.strip().startswith("R"):
            text = str(self.value(task, text))
        try:
            return parse_cycle(text)
        except ValueError as error:
            raise self.fault(task, str(error)) from error

    def deadline_instant(self, task: Any, element: Element) -> datetime:
        """When the deadline of an element ends; the deadline row itself is made by advance."""
        key = self.scope(task.data).text(element.deadline)
        try:
            due: datetime = self.functions["deadline"](key, self.starts_on(task, element))
            return due
        except (feel.FeelError, ValueError, EngineError) as error:
            raise self.fault(task, f"期限 {element.deadline} 无法计算：{_reason(error)}") from error

    def starts_on(self, task: Any, element: Element) -> date:
        """The day from which an element's deadline runs: `deadlineFrom`, else today."""
        from engine.spiff.expressions import as_date

        if not element.deadline_from:
            return self.uow.today
        return as_date(self.scope(task.data).evaluate(element.deadline_from)) or self.uow.today

    def element_of(self, task: Any, element_id: str | None = None) -> Element | None:
        """The Element of a token's spec (or of another spec beside it)."""
        if element_id is not None:
            return getattr(task.workflow.spec.task_specs[element_id], "element", None)
        return getattr(task.task_spec, "element", None)

    def instant(self, task: Any, expression: str) -> datetime:
        """A date, datetime or duration expression as an instant. Raises ProcessFault."""
        try:
            return self._instant(task, expression)
        except (feel.FeelError, ValueError) as error:
            raise self.fault(task, f"时间 {expression} 无法计算：{_reason(error)}") from error

    def _instant(self, task: Any, expression: str) -> datetime:
        text = expression.strip()
        if text.startswith("P") and text[1:2] in {"T", *"0123456789"}:
            value: Any = feel.compile(f'duration("{text}")').evaluate({})
        elif text[:4].isdigit() and text[4:5] == "-":
            value = text
        else:
            value = self.scope(task.data).evaluate(text)
        return as_instant(value, now=self.uow.now)

    def fault(self, task: Any, detail: str) -> ProcessFault:
        """A failure at this token's element."""
        spec = task.task_spec
        return ProcessFault(detail, element_id=spec.bpmn_id or spec.name, token_id=str(task.id))


def _reason(error: Exception) -> str:
    return error.detail if isinstance(error, EngineError) else str(error)
