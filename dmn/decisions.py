"""Making a decision: what it requires first, then its own logic, within one budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Literal

from dmn import model
from dmn.document import read
from dmn.errors import Fault
from dmn.making import Hit, Making, failure
from dmn.reader import read_model
from feel import Budget, FeelError
from feel.evaluation import Evaluation
from feel.expression import SHANGHAI
from feel.values import Value

#: A table of a thousand rules is allowed more than one condition is.
DEFAULT = Budget(steps=500_000, bytes=2_000_000)

#: What to make of the result (as `mapDecisionResult` of a business rule task has it).
Shape = Literal["value", "singleEntry", "singleResult", "collectEntries", "resultList"]


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
    #: What was wrong in one place alone and is null there; empty unless read leniently.
    defects: tuple[Fault, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """What can be decided: the decisions, then the decision services."""
        return (*self.graph.decisions, *self.graph.services)

    def outputs(self, decision_id: str) -> tuple[str, ...]:
        """Names of the output columns; empty where the decision is no table."""
        logic = self._logic(decision_id)
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
        """The value of a decision, or of a decision service, with the rules that made it.

        It is found by its id, else by its name. Raises DecisionError.
        """
        decision = self._find(decision_id)
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
        making = Making(graph=self.graph, run=run)
        try:
            if isinstance(decision, model.Service):
                making = replace(making, made=self._service_inputs(decision, run))
                value = making.service(decision)
            else:
                value = making.decision(decision.id)
        except RecursionError:
            raise failure(decision_id, "决策一层依赖一层，层数过多", "请减少依赖的层数") from None
        except FeelError as error:
            raise failure(decision_id, error.message, error.mend) from error
        return Outcome(value=value, hits=tuple(making.hits), notes=tuple(notes))

    def _service_inputs(self, service: model.Service, run: Evaluation) -> dict[str, Value]:
        """Results of input decisions that the host gives as variables; others are made."""
        decisions = self.graph.decisions
        parts = [decisions[key] for key in service.input_decisions if key in decisions]
        return {
            part.id: self.graph.types.fit(
                run, run.variable(part.name), part.type_name, is_given=True
            )
            for part in parts
        }

    def _find(self, decision_id: str) -> model.Decision | model.Service:
        known: dict[str, model.Decision | model.Service] = {}
        known |= {**self.graph.decisions}
        known |= {**self.graph.services}
        found = known.get(decision_id)
        if found is None:
            found = next((part for part in known.values() if part.name == decision_id), None)
        if found is None:
            known_ids = "、".join(known)
            raise failure(decision_id, "没有这个决策", f"该文件中的决策有 {known_ids}")
        return found

    def _logic(self, decision_id: str) -> model.Logic | None:
        found = self._find(decision_id)
        return found.logic if isinstance(found, model.Decision) else None

    def _shaped(self, decision_id: str, outcome: Outcome, shape: Shape) -> Value:
        logic = self._logic(decision_id)
        name = logic.outputs[0].name if isinstance(logic, model.Table) else decision_id
        value = outcome.value
        entries = value if isinstance(value, list) else [] if value is None else [value]
        rows = [row if isinstance(row, dict) else {name: row} for row in entries]
        if shape == "resultList":
            return list(rows)
        if shape == "collectEntries":
            if any(len(row) != 1 for row in rows):
                raise failure(decision_id, "结果有多个输出", "请改用 resultList")
            return [entry for row in rows for entry in row.values()]
        if len(rows) > 1:
            raise failure(decision_id, "结果不止一条", "请改用 collectEntries 或 resultList")
        if shape == "singleResult":
            return rows[0] if rows else None
        if rows and len(rows[0]) != 1:
            raise failure(decision_id, "结果有多个输出", "请改用 singleResult")
        return next(iter(rows[0].values())) if rows else None


def parse(
    content: bytes, *, functions: frozenset[str] = frozenset(), is_lenient: bool = False
) -> Decisions:
    """The decisions of a DMN file; `functions` are names that the host supplies at evaluation.

    Everything that can be known to be wrong is found here and refused, all at once. With
    `is_lenient` an expression or a logic that cannot be carried out is null instead, as the
    standard has it, and listed in `defects`: for files that were accepted before, and for those
    whose author wants exactly that. Raises DecisionError with all faults.
    """
    graph, defects = read_model(read(content), functions, is_lenient=is_lenient)
    return Decisions(graph=graph, defects=defects)
