"""Making a decision: what it requires first, then its own logic, within one budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal

from dmn import model, tables
from dmn.document import read
from dmn.errors import DecisionError, Fault
from dmn.reader import read_model
from feel import Budget
from feel.evaluation import Evaluation
from feel.expression import SHANGHAI
from feel.values import Function, Value

#: A table of a thousand rules is allowed more than one condition is.
DEFAULT = Budget(steps=500_000, bytes=2_000_000)

#: What to make of the result (as `mapDecisionResult` of a business rule task has it).
Shape = Literal["value", "singleEntry", "singleResult", "collectEntries", "resultList"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A rule that decided, for the record."""

    decision_id: str
    rule_id: str
    rule_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A decision made: its value, the rules that made it in the order of making, and what was
    noticed on the way (Chinese sentences, such as a variable without a value)."""

    value: Value
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """The decisions of one file; immutable and safe to share between threads."""

    graph: model.Model

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.graph.decisions)

    def outputs(self, decision_id: str) -> tuple[str, ...]:
        """Names of the output columns; empty where the decision is no table."""
        logic = self._decision(decision_id).logic
        return tuple(c.name for c in logic.outputs) if isinstance(logic, model.Table) else ()

    def evaluate(
        self,
        decision_id: str,
        variables: Mapping[str, object],
        *,
        functions: Mapping[str, Callable[..., object]] | None = None,
        now: datetime | None = None,
        zone: tzinfo = SHANGHAI,
        budget: Budget = DEFAULT,
        shape: Shape = "value",
    ) -> Value:
        """The value of a decision.

        One output column gives its value, several a context by output name; hit policies that
        take all rules give a list of these. Raises DecisionError.
        """
        outcome = self.decide(
            decision_id, variables, functions=functions, now=now, zone=zone, budget=budget
        )
        return outcome.value if shape == "value" else self._shaped(decision_id, outcome, shape)

    def decide(
        self,
        decision_id: str,
        variables: Mapping[str, object],
        *,
        functions: Mapping[str, Callable[..., object]] | None = None,
        now: datetime | None = None,
        zone: tzinfo = SHANGHAI,
        budget: Budget = DEFAULT,
    ) -> Outcome:
        """The value of a decision with the rules that made it. Raises DecisionError."""
        decision = self._decision(decision_id)
        notes: list[str] = []
        run = Evaluation(
            variables,
            functions=functions or {},
            now=now,
            zone=zone,
            budget=budget,
            is_strict=False,
            notes=notes,
        )
        making = _Making(graph=self.graph, run=run)
        value = making.decision(decision)
        return Outcome(value=value, hits=tuple(making.hits), notes=tuple(notes))

    def _decision(self, decision_id: str) -> model.Decision:
        found = self.graph.decisions.get(decision_id)
        if found is None:
            known = "、".join(self.graph.decisions)
            raise _failure(decision_id, "没有这个决策", f"该文件中的决策有 {known}")
        return found

    def _shaped(self, decision_id: str, outcome: Outcome, shape: Shape) -> Value:
        logic = self._decision(decision_id).logic
        name = logic.outputs[0].name if isinstance(logic, model.Table) else decision_id
        value = outcome.value
        entries = value if isinstance(value, list) else [] if value is None else [value]
        rows = [row if isinstance(row, dict) else {name: row} for row in entries]
        if shape == "resultList":
            return list(rows)
        if shape == "collectEntries":
            if any(len(row) != 1 for row in rows):
                raise _failure(decision_id, "结果有多个输出", "请改用 resultList")
            return [entry for row in rows for entry in row.values()]
        if len(rows) > 1:
            raise _failure(decision_id, "结果不止一条", "请改用 collectEntries 或 resultList")
        if shape == "singleResult":
            return rows[0] if rows else None
        if rows and len(rows[0]) != 1:
            raise _failure(decision_id, "结果有多个输出", "请改用 singleResult")
        return next(iter(rows[0].values())) if rows else None


@dataclass(kw_only=True)
class _Making:
    """One evaluation of a requirement graph; each decision in it is made once."""

    graph: model.Model
    run: Evaluation
    hits: list[Hit] = field(default_factory=list)
    _made: dict[str, Value] = field(default_factory=dict)

    def decision(self, decision: model.Decision) -> Value:
        if decision.id not in self._made:
            names: dict[str, Value] = {}
            for required in (self.graph.decisions[key] for key in decision.decisions):
                value = self.decision(required)
                names |= {required.id: value, required.name: value}
            with self.run.bound(names | self._functions(decision.knowledge)):
                self._made[decision.id] = self._logic(decision.logic, decision.id)
        return self._made[decision.id]

    def _functions(self, ids: tuple[str, ...]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key in ids:
            knowledge = self.graph.knowledge[key]
            found |= self._functions(knowledge.requires)
            found[knowledge.name] = self._function(knowledge)
        return found

    def _function(self, knowledge: model.Knowledge) -> Function:
        def call(arguments: list[Value], named: dict[str, Value]) -> Value:
            given = dict(zip(knowledge.parameters, arguments, strict=False)) | named
            if len(arguments) > len(knowledge.parameters) or set(given) != set(
                knowledge.parameters
            ):
                wanted = "、".join(knowledge.parameters)
                raise _failure(knowledge.id, f"知识模型的参数应为 {wanted}", "请核对调用处")
            self.run.spend(1)
            self.run.enter()
            with self.run.bound(given):
                result = self._logic(knowledge.logic, knowledge.id)
            self.run.leave()
            return result

        return Function(knowledge.name, call, knowledge.parameters)

    def _logic(self, logic: model.Logic, owner: str) -> Value:
        match logic:
            case model.Table():
                return self._table(logic, owner)
            case model.Literal():
                return tables.evaluate_cell(logic.id, logic.expression.apply, self.run)
            case model.Context():
                return self._context(logic, owner)
            case model.ListOf():
                return [self._logic(item, owner) for item in logic.items]
            case model.Relation():
                return [
                    dict(
                        zip(logic.columns, (self._logic(cell, owner) for cell in row), strict=True)
                    )
                    for row in logic.rows
                ]
        return self._invocation(logic, owner)

    def _table(self, table: model.Table, owner: str) -> Value:
        value, rules = tables.decide(table, self.run)
        self.hits += (
            Hit(decision_id=owner, rule_id=rule.id, rule_number=rule.number) for rule in rules
        )
        return value

    def _context(self, logic: model.Context, owner: str) -> Value:
        made: dict[str, Value] = {}
        for name, part in logic.entries:
            with self.run.bound(made):
                value = self._logic(part, owner)
            if not name:
                return value
            made[name] = value
        return made

    def _invocation(self, logic: model.Invocation, owner: str) -> Value:
        function = self.run.variable(logic.function)
        if not isinstance(function, Function):
            raise _failure(owner, f"没有连到知识模型“{logic.function}”", "请画出知识依赖的连线")
        arguments = {name: self._logic(part, owner) for name, part in logic.arguments}
        return function.call([], arguments)


def _failure(element_id: str, what: str, mend: str) -> DecisionError:
    return DecisionError([Fault(element_id=element_id, what=what, mend=mend)])


def parse(content: bytes, *, functions: frozenset[str] = frozenset()) -> Decisions:
    """The decisions of a DMN file; `functions` are names that the host supplies at evaluation.

    Everything that can be known to be wrong is found here. Raises DecisionError with all faults.
    """
    return Decisions(graph=read_model(read(content), functions))
