"""What a check finds, what a model may refer to, and the faults that any place can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import feel
from engine.package import Manifest
from engine.spiff.checks import consequences
from engine.spiff.expressions import compile_text

ERROR = "error"


WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class ModelFault:
    """One fault of a model, and how to mend it."""

    file: str
    element_id: str
    element_name: str
    rule: str
    detail: str
    mend: str
    severity: str = ERROR

    @property
    def consequence(self) -> str:
        """What would happen if the model were run as it is."""
        return consequences.OF[self.rule]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a model may refer to."""

    processes: frozenset[str]
    decisions: frozenset[str]
    forms: frozenset[str]
    handlers: frozenset[str]
    manifest: Manifest


_LANGUAGES = ("feel", "juel")


def of_condition(path: str, node: Any, condition: Any) -> Iterator[ModelFault]:
    language = (condition.get("language") or "feel").lower()
    if not any(known in language for known in _LANGUAGES):
        yield fault(
            path,
            node,
            "foreign-language",
            f"条件是用 {condition.get('language')} 写的。",
            "请用 FEEL 改写，并删去 language。",
        )
        return
    yield from of_expression(path, node, condition.text or "")


def of_expression(path: str, node: Any, text: str) -> Iterator[ModelFault]:
    try:
        compile_text(text)
    except feel.FeelSyntaxError as error:
        yield fault(
            path, node, "bad-expression", f"表达式 {text} 有误：{error}", "请按 FEEL 改写。"
        )


def fault(
    path: str, node: Any, rule: str, detail: str, mend: str, *, severity: str = ERROR
) -> ModelFault:
    owner = node
    while owner.get("id") is None and owner.getparent() is not None:
        owner = owner.getparent()
    return ModelFault(
        file=path,
        element_id=owner.get("id") or "",
        element_name=owner.get("name") or "",
        rule=rule,
        detail=detail,
        mend=mend,
        severity=severity,
    )
