"""What a decision table says: which rules match, and what its hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dmn.errors import DecisionError, Fault
from dmn.index import numbers_of
from dmn.model import Aggregation, Cell, HitPolicy, Input, Output, Rule, Table
from dmn.types import Types
from feel import FeelError
from feel.builtins import bind
from feel.builtins.lists import same
from feel.evaluation import Evaluation
from feel.values import Value, kind_name


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched, with its outputs in the order of the columns."""

    rule: Rule
    outputs: tuple[Value, ...]


def decide(table: Table, run: Evaluation, types: Types) -> tuple[Value, tuple[Rule, ...]]:
    """The table's result and the rules that made it. Raises DecisionError."""
    values = [_input_value(column, run, types) for column in table.inputs]
    rules = _matching(table, values, run)
    if table.hit_policy is HitPolicy.FIRST:
        rules = rules[:1]
    if table.hit_policy is HitPolicy.UNIQUE and len(rules) > 1:
        raise _overlap(table, rules)
    matches = [Match(rule, _outputs(table, rule, run, types)) for rule in rules]
    chosen = _CHOOSE.get(table.hit_policy, _all)(table, matches, run)
    return _result(table, chosen, run), tuple(match.rule for match in chosen)


def is_single(table: Table) -> bool:
    """Whether the result is that of one rule, not a list or an aggregate."""
    return table.hit_policy in (
        HitPolicy.UNIQUE,
        HitPolicy.FIRST,
        HitPolicy.ANY,
        HitPolicy.PRIORITY,
    )


def _input_value(column: Input, run: Evaluation, types: Types) -> Value:
    value = evaluate_cell(column.id, column.expression.apply, run)
    return types.fit(run, value, column.type_name, is_given=True)


def evaluate_cell(element_id: str, part: Callable[[Evaluation], Value], run: Evaluation) -> Value:
    """The value of a part, an error of which names the element."""
    try:
        return part(run)
    except FeelError as error:
        fault = Fault(element_id=element_id, what=error.message, mend=error.mend)
        raise DecisionError([fault]) from error


def _matching(table: Table, values: list[Value], run: Evaluation) -> list[Rule]:
    """The rules all of whose cells hold: what can be looked up first, then what is left."""
    left = (1 << len(table.rules)) - 1
    unsure: list[int] = []
    for column, value in zip(table.columns, values, strict=True):
        run.spend(1)
        passed, opaque = column.look_up(value)
        left &= passed | opaque
        unsure.append(opaque & ~passed)
        if value is not None and not column.knows(type(value)):
            run.note(f"{kind_name(value)}与格中的值不能比较", mend="两边应为同一类型")
    for at, opaque in enumerate(unsure):
        left &= ~_failing(table, at, values[at], left & opaque, run)
    return [table.rules[number] for number in numbers_of(left)]


def _failing(table: Table, at: int, value: Value, rules: int, run: Evaluation) -> int:
    """Those of the rules whose cell in a column does not hold when it is carried out."""
    if not rules:
        return 0
    failing = 0
    names: dict[str, Value] = {"?": value}
    if table.inputs[at].variable:
        names[table.inputs[at].variable] = value
    with run.bound(names):
        for number in numbers_of(rules):
            run.spend(1)
            rule = table.rules[number]
            cell = rule.conditions[at]
            if evaluate_cell(cell.id or rule.id, cell.expression.apply, run) is not True:
                failing |= 1 << number
    return failing


def _outputs(table: Table, rule: Rule, run: Evaluation, types: Types) -> tuple[Value, ...]:
    return tuple(
        _output(column, cell, rule, run, types)
        for column, cell in zip(table.outputs, rule.results, strict=True)
    )


def _output(column: Output, cell: Cell | None, rule: Rule, run: Evaluation, types: Types) -> Value:
    if cell is None:
        return None
    value = evaluate_cell(cell.id or rule.id, cell.expression.apply, run)
    return types.fit(run, value, column.type_name)


def _overlap(table: Table, rules: list[Rule]) -> DecisionError:
    numbers = "、".join(f"第 {rule.number} 条（{rule.id}）" for rule in rules)
    what = f"命中策略 UNIQUE 只许一条规则命中，{numbers}同时命中"
    mend = "请使这些规则的条件互不重叠，或改用 FIRST"
    return DecisionError([Fault(element_id=table.id, what=what, mend=mend)])


def _all(table: Table, matches: list[Match], run: Evaluation) -> list[Match]:
    return matches


def _agreeing(table: Table, matches: list[Match], run: Evaluation) -> list[Match]:
    for match in matches[1:]:
        if not same(run, list(match.outputs), list(matches[0].outputs)):
            one, other = matches[0].rule, match.rule
            what = (
                f"命中策略 ANY 要求结果相同，第 {one.number} 条（{one.id}）"
                f"与第 {other.number} 条（{other.id}）的结果不同"
            )
            fault = Fault(element_id=table.id, what=what, mend="请统一结果，或改用 FIRST")
            raise DecisionError([fault])
    return matches[:1]


def _by_priority(table: Table, matches: list[Match], run: Evaluation) -> list[Match]:
    """Matches by the places of their outputs in the lists of output values, first column first."""
    orders = [
        evaluate_cell(output.id, output.values.apply, run) if output.values else []
        for output in table.outputs
    ]

    def places(match: Match) -> list[int]:
        found = []
        for value, order in zip(match.outputs, orders, strict=True):
            listed = order if isinstance(order, list) else []
            run.spend(len(listed))
            at = [index for index, item in enumerate(listed) if same(run, item, value)]
            found.append(at[0] if at else len(listed))
        return found

    return sorted(matches, key=places)


def _first_by_priority(table: Table, matches: list[Match], run: Evaluation) -> list[Match]:
    return _by_priority(table, matches, run)[:1]


_CHOOSE = {
    HitPolicy.ANY: _agreeing,
    HitPolicy.PRIORITY: _first_by_priority,
    HitPolicy.OUTPUT_ORDER: _by_priority,
}


def _result(table: Table, chosen: list[Match], run: Evaluation) -> Value:
    entries = [_entry(table, match.outputs) for match in chosen]
    if not chosen and any(output.default for output in table.outputs):
        entries = [_entry(table, _defaults(table, run))]
    if is_single(table):
        return entries[0] if entries else None
    if table.aggregation is None:
        return entries
    return _aggregate(table, entries, run)


def _entry(table: Table, outputs: tuple[Value, ...]) -> Value:
    if len(table.outputs) == 1:
        return outputs[0]
    return {column.name: value for column, value in zip(table.outputs, outputs, strict=True)}


def _defaults(table: Table, run: Evaluation) -> tuple[Value, ...]:
    return tuple(
        evaluate_cell(output.id, output.default.apply, run) if output.default else None
        for output in table.outputs
    )


_BUILTIN_OF = {Aggregation.SUM: "sum", Aggregation.MIN: "min", Aggregation.MAX: "max"}


def _aggregate(table: Table, entries: list[Value], run: Evaluation) -> Value:
    if table.aggregation is None or table.aggregation is Aggregation.COUNT:
        return Decimal(len(entries))
    given: list[Value] = [entry for entry in entries if entry is not None]
    call = bind(_BUILTIN_OF[table.aggregation], 1, ())
    result = None if isinstance(call, str) else call(run, [given])
    if result is None and given:
        kinds = "数字" if not isinstance(given[0], date) else "同一类型"
        what = f"输出不能按 {table.aggregation} 汇总"
        raise DecisionError([Fault(element_id=table.id, what=what, mend=f"输出应都是{kinds}")])
    return result
