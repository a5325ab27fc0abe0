"""What a decision table says: which rules match, and what its hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dmn.errors import DecisionError, Fault
from dmn.model import Aggregation, Cell, HitPolicy, Input, Rule, Table
from feel import FeelError
from feel.builtins import bind
from feel.builtins.lists import same
from feel.evaluation import Evaluation
from feel.values import Value

#: Types of input columns whose text is read as a value, since JSON has no dates.
_READ_AS = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "dateandtime": "date and time",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched, with its outputs in the order of the columns."""

    rule: Rule
    outputs: tuple[Value, ...]


def decide(table: Table, run: Evaluation) -> tuple[Value, tuple[Rule, ...]]:
    """The table's result and the rules that made it. Raises DecisionError."""
    values = [_input_value(column, run) for column in table.inputs]
    rules = [rule for rule in table.rules if _matches(table, rule, values, run)]
    if table.hit_policy is HitPolicy.FIRST:
        rules = rules[:1]
    if table.hit_policy is HitPolicy.UNIQUE and len(rules) > 1:
        raise _overlap(table, rules)
    matches = [Match(rule, _outputs(rule, run)) for rule in rules]
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


def _input_value(column: Input, run: Evaluation) -> Value:
    value = evaluate_cell(column.id, column.expression.apply, run)
    reading = _READ_AS.get(column.type_name.replace(" ", ""))
    if reading is None or not isinstance(value, str):
        return value
    read = bind(reading, 1, ())
    return value if isinstance(read, str) else read(run, [value])


def evaluate_cell(element_id: str, part: Callable[[Evaluation], Value], run: Evaluation) -> Value:
    """The value of a part, an error of which names the element."""
    try:
        return part(run)
    except FeelError as error:
        fault = Fault(element_id=element_id, what=error.message, mend=error.mend)
        raise DecisionError([fault]) from error


def _matches(table: Table, rule: Rule, values: list[Value], run: Evaluation) -> bool:
    for column, cell, value in zip(table.inputs, rule.conditions, values, strict=True):
        run.spend(1)
        names: dict[str, Value] = {"?": value}
        if column.variable:
            names[column.variable] = value
        with run.bound(names):
            if evaluate_cell(cell.id or rule.id, cell.expression.apply, run) is not True:
                return False
    return True


def _outputs(rule: Rule, run: Evaluation) -> tuple[Value, ...]:
    return tuple(
        evaluate_cell(cell.id or rule.id, cell.expression.apply, run)
        if isinstance(cell, Cell)
        else None
        for cell in rule.results
    )


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
