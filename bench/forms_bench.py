"""How long the server takes to read a form and to check what was typed into it.

Run: python -m bench.forms_bench
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from forms.definition import Form, parse
from forms.validation import check

ROUNDS = 300


def field(number: int) -> dict[str, Any]:
    """One of six kinds, in turn."""
    kinds: tuple[dict[str, Any], ...] = (
        {"type": "textfield", "validate": {"required": True, "maxLength": 80}},
        {"type": "textarea", "validate": {"maxLength": 2000}},
        {"type": "number", "decimalDigits": 2, "validate": {"min": 0}},
        {"type": "select", "valuesKey": "people"},
        {"type": "datetime", "subtype": "date"},
        {"type": "textarea", "conditional": {"hide": '=f3 = "u2"'}},
    )
    kind = kinds[number % len(kinds)]
    return {"key": f"f{number}", "label": f"字段{number}", "id": f"f{number}", **kind}


def schema(*, dynamic: bool) -> dict[str, Any]:
    """Thirty fields; without expressions, or five of them with a condition."""
    fields = [field(number) for number in range(30)]
    if not dynamic:
        fields = [{k: v for k, v in each.items() if k != "conditional"} for each in fields]
    return {"type": "default", "components": fields}


def values() -> dict[str, Any]:
    """What a person would type."""
    typed = ("第一中学", "班额超过标准，" * 20, 479.61, "u1", "2026-11-23", "情况说明" * 30)
    return {f"f{number}": typed[number % 6] for number in range(30)}


def rows(count: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A list with one condition and one sum per row."""
    inner = [
        {"type": "textfield", "key": "problem", "label": "问题", "validate": {"required": True}},
        {"type": "number", "key": "owed", "label": "欠付"},
        {"type": "number", "key": "paid", "label": "已付"},
        {"type": "expression", "key": "rest", "expression": "=this.owed - this.paid"},
        {
            "type": "textfield",
            "key": "why",
            "label": "原因",
            "conditional": {"hide": "=this.rest = 0"},
        },
    ]
    form = {"components": [{"type": "dynamiclist", "path": "rows", "components": inner}]}
    row = {"problem": "欠付教师工资", "owed": 10.5, "paid": 3, "why": "经费未到位"}
    return form, {"rows": [dict(row) for _ in range(count)]}


def accepted(form: Form, typed: dict[str, Any], context: dict[str, Any]) -> None:
    """Check, and stop where the bench would measure a refusal."""
    faults = check(form, typed, context=context).faults
    if faults:
        raise SystemExit(f"the bench's own values are refused: {faults[0].detail}")


def median_ms(call: Callable[[], object]) -> float:
    """The median of many single runs."""
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent) * 1000


def main() -> None:
    """Print one line per measurement."""
    context = {"people": [{"value": f"u{n}", "label": f"人员{n}"} for n in range(40)]}
    typed = values()
    for name, dynamic in (("30 fields", False), ("30 fields, 5 conditions", True)):
        form = parse(schema(dynamic=dynamic))
        print(f"parse {name}: {median_ms(lambda d=dynamic: parse(schema(dynamic=d))):.2f} ms")
        spent = median_ms(lambda f=form: accepted(f, typed, context))
        print(f"check {name}: {spent:.3f} ms")
    raw, many = rows(50)
    form = parse(raw)
    print(f"check 50 rows of 5 fields: {median_ms(lambda: accepted(form, many, {})):.2f} ms")


if __name__ == "__main__":
    main()
