"""Making decisions within one evaluation: what a decision requires first, then its own logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dmn import model, tables
from dmn.errors import DecisionError, Fault
from feel.compiler.loops import elements
from feel.evaluation import Evaluation
from feel.values import Function, Value, kind_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A rule that decided, for the record."""

    decision_id: str
    rule_id: str
    rule_number: int


def failure(element_id: str, what: str, mend: str) -> DecisionError:
    return DecisionError([Fault(element_id=element_id, what=what, mend=mend)])


@dataclass(kw_only=True)
class Making:
    """One evaluation of a requirement graph; each decision in it is made once.

    `given` are values of input data from a caller inside the graph, by id; other input data are
    variables of the host.
    """

    graph: model.Model
    run: Evaluation
    hits: list[Hit] = field(default_factory=list)
    given: Mapping[str, Value] = field(default_factory=dict)
    made: dict[str, Value] = field(default_factory=dict)
    _known: dict[str, Mapping[str, Value]] = field(default_factory=dict)

    def decision(self, id_: str) -> Value:
        """The value of a decision, with its type."""
        if id_ not in self.made:
            decision = self.graph.decisions[id_]
            names = self._inputs(decision.inputs)
            for required in self._known_decisions(decision.decisions):
                value = self.decision(required.id)
                names |= {required.id: value, required.name: value}
            names |= self._functions(decision.knowledge)
            with self.run.bound(names, base={}):
                value = self._logic(decision.logic, decision.id)
                self.made[id_] = self.graph.types.fit_result(self.run, value, decision.type_name)
        return self.made[id_]

    def service(self, service: model.Service) -> Value:
        """What a decision service gives: the value of its decision, or of all by name."""
        outputs = self._known_decisions(service.outputs)
        values = {part.name: self.decision(part.id) for part in outputs}
        value: Value = next(iter(values.values())) if len(values) == 1 else values
        return self.graph.types.fit_result(self.run, value, service.type_name)

    def _known_decisions(self, ids: tuple[str, ...]) -> list[model.Decision]:
        """The decisions that links lead to; a link to something else is a defect and none."""
        return [self.graph.decisions[key] for key in ids if key in self.graph.decisions]

    def _inputs(self, ids: tuple[str, ...]) -> dict[str, Value]:
        names: dict[str, Value] = {}
        for given in (self.graph.inputs[key] for key in ids if key in self.graph.inputs):
            if given.id in self.given:
                names[given.name] = self.given[given.id]
            elif given.type_name and self.run.has(given.name):
                value = self.run.variable(given.name)
                fit = self.graph.types.fit(self.run, value, given.type_name, is_given=True)
                names[given.name] = fit
        return names

    def _functions(self, ids: tuple[str, ...]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key in ids:
            if key not in self._known:
                self._known[key] = self._functions_of(key)
            self.run.spend(len(self._known[key]))
            found |= self._known[key]
        return found

    def _functions_of(self, id_: str) -> dict[str, Value]:
        """A service, or a knowledge model with those that it requires, as functions by name."""
        service = self.graph.services.get(id_)
        if service is not None:
            return {service.name: self._service_function(service)}
        knowledge = self.graph.knowledge.get(id_)
        if knowledge is None:
            return {}
        required = self._functions(knowledge.requires)
        function = model.FunctionOf(id=id_, parameters=knowledge.parameters, logic=knowledge.logic)
        made = self._function(knowledge.name, id_, function, required, knowledge.type_name)
        return {**required, knowledge.name: made}

    def _function(
        self,
        name: str,
        owner: str,
        function: model.FunctionOf,
        base: Mapping[str, Value],
        type_name: str = "",
    ) -> Function:
        """A function that sees its parameters and `base`, and nothing of where it is called."""
        wanted = tuple(parameter.name for parameter in function.parameters)

        def call(arguments: list[Value], named: dict[str, Value]) -> Value:
            given = _arguments(owner, wanted, arguments, named)
            self.run.spend(1)
            self.run.enter()
            for parameter in function.parameters:
                value = given[parameter.name]
                fit = self.graph.types.fit(self.run, value, parameter.type_name)
                given[parameter.name] = fit
            with self.run.bound(given, base=base):
                result = self._logic(function.logic, owner)
                result = self.graph.types.fit_result(self.run, result, type_name)
            self.run.leave()
            return result

        return Function(name, call, wanted)

    def _service_function(self, service: model.Service) -> Function:
        """A decision service as a function: its input data first, then its input decisions."""
        parts: list[model.Given | model.Decision] = []
        parts += [self.graph.inputs[key] for key in service.inputs if key in self.graph.inputs]
        parts += self._known_decisions(service.input_decisions)
        wanted = tuple(part.name for part in parts)

        def call(arguments: list[Value], named: dict[str, Value]) -> Value:
            values = _arguments(service.id, wanted, arguments, named)
            self.run.spend(1)
            self.run.enter()
            fit = {
                part.id: self.graph.types.fit(self.run, values[part.name], part.type_name)
                for part in parts
            }
            inside = replace(
                self,
                given={key: value for key, value in fit.items() if key in service.inputs},
                made={key: value for key, value in fit.items() if key in service.input_decisions},
            )
            result = inside.service(service)
            self.run.leave()
            return result

        return Function(service.name, call, wanted)

    def _logic(self, logic: model.Logic, owner: str) -> Value:
        match logic:
            case model.Table():
                return self._table(logic, owner)
            case model.Literal():
                return tables.evaluate_cell(logic.id, logic.expression.apply, self.run)
            case model.Typed():
                value = self._logic(logic.logic, owner)
                return self.graph.types.fit(self.run, value, logic.type_name)
            case model.Context():
                return self._context(logic, owner)
            case model.ListOf():
                return [self._logic(item, owner) for item in logic.items]
            case model.Relation():
                return self._relation(logic, owner)
            case model.Outside():
                return self._outside(logic)
            case model.FunctionOf():
                return self._function("", owner, logic, self.run.bindings)
            case model.Conditional():
                held = self._logic(logic.test, owner) is True
                return self._logic(logic.then if held else logic.otherwise, owner)
            case model.Filter():
                return self._filter(logic, owner)
            case model.Iteration():
                return self._iteration(logic, owner)
        return self._invocation(logic, owner)

    def _outside(self, logic: model.Outside) -> Value:
        if self.run.has(logic.name):
            return self.run.variable(logic.name)
        return self.run.null(f"决策“{logic.name}”没有逻辑，也没有这个变量")

    def _table(self, table: model.Table, owner: str) -> Value:
        value, rules = tables.decide(table, self.run, self.graph.types)
        self.hits += (
            Hit(decision_id=owner, rule_id=rule.id, rule_number=rule.number) for rule in rules
        )
        return value

    def _context(self, logic: model.Context, owner: str) -> Value:
        made: dict[str, Value] = {}
        for name, part in logic.entries:
            with self.run.bound(made):
                value = self._logic(part, owner)
                value = self.graph.types.fit(self.run, value, name.type_name)
            if not name.name:
                return value
            made[name.name] = value
        return made

    def _relation(self, logic: model.Relation, owner: str) -> Value:
        return [
            dict(zip(logic.columns, (self._logic(cell, owner) for cell in row), strict=True))
            for row in logic.rows
        ]

    def _invocation(self, logic: model.Invocation, owner: str) -> Value:
        function = tables.evaluate_cell(logic.id, logic.function.apply, self.run)
        if not isinstance(function, Function):
            what = f"没有连到知识模型“{logic.function.text}”"
            raise failure(owner, what, "请画出知识依赖的连线")
        arguments = {name: self._logic(part, owner) for name, part in logic.arguments}
        return function.call([], arguments)

    def _filter(self, logic: model.Filter, owner: str) -> Value:
        source = self._logic(logic.source, owner)
        if source is None:
            return self.run.null("对空值做了筛选")
        found: list[Value] = []
        for item in source if isinstance(source, list) else [source]:
            self.run.spend(1)
            members = item if isinstance(item, dict) else {}
            with self.run.bound({"item": item, **members}):
                if self._logic(logic.condition, owner) is True:
                    found.append(item)
        return found

    def _iteration(self, logic: model.Iteration, owner: str) -> Value:
        found = elements(self.run, self._logic(logic.source, owner))
        if found is None:
            return None
        results: list[Value] = []
        for item in found:
            self.run.spend(1)
            self.run.hold(8)
            names: dict[str, Value] = {logic.variable: item}
            if logic.uses_partial:
                self.run.hold(8 * len(results))
                names["partial"] = list(results)
            with self.run.bound(names):
                results.append(self._logic(logic.body, owner))
        return results if logic.kind == "for" else self._quantified(logic.kind, results)

    def _quantified(self, kind: str, results: list[Value]) -> Value:
        decisive = kind == "some"
        if any(result is decisive for result in results):
            return decisive
        strange = [result for result in results if not isinstance(result, bool)]
        if strange:
            return self.run.null(f"{kind} 的条件应为布尔值，得到的是{kind_name(strange[0])}")
        return not decisive


def _arguments(
    owner: str, wanted: tuple[str, ...], arguments: list[Value], named: dict[str, Value]
) -> dict[str, Value]:
    """The arguments by parameter. Raises DecisionError where they do not fit."""
    given = dict(zip(wanted, arguments, strict=False)) | named
    if len(arguments) > len(wanted) or set(given) != set(wanted):
        raise failure(owner, f"参数应为 {'、'.join(wanted) or '空'}", "请核对调用处")
    return given
