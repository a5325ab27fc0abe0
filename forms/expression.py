"""FEEL inside a form: compiled when the form is published, evaluated over one scope of values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import feel
from feel import FeelError

MAX_TEXT = 2_000
_TAG = re.compile(r"#(?:if|loop)\s+(.*)", re.DOTALL)


@dataclass(frozen=True)
class Expression:
    """A compiled expression; `text` is without the leading `=`."""

    text: str
    program: feel.Expression = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, object], now: datetime | None) -> object:
        """The value over `scope`, or None where the expression fails on these values.

        Incomplete values are the normal state of a form, so a failure is an answer, not an error;
        who needs the safe side of a failure asks `holds`.
        """
        try:
            return self.program.evaluate(scope, now=now)
        except FeelError:
            return None

    def holds(self, scope: Mapping[str, object], now: datetime | None, *, otherwise: bool) -> bool:
        """True or false as it evaluates; `otherwise` where it fails or is neither."""
        found = self.evaluate(scope, now)
        return found if isinstance(found, bool) else otherwise


def is_expression(value: object) -> bool:
    """True for the text of a form property that form-js evaluates."""
    return isinstance(value, str) and value.startswith("=")


def compiled(text: str) -> Expression:
    """Compile `=…`; raise `feel.FeelError`."""
    body = text.removeprefix("=").strip()
    if len(body) > MAX_TEXT:
        raise FeelError(f"表达式超过{MAX_TEXT}个字符", mend="请拆成几个计算字段")
    return Expression(body, feel.compile(body))


def template_expressions(text: str) -> list[str]:
    """The FEEL parts of a text that form-js fills in: `=…`, or each `{{…}}` of a template."""
    if is_expression(text):
        return [text]
    found = []
    for part in text.split("}}")[:-1]:
        _, braces, body = part.rpartition("{{")
        body = body.strip()
        if not braces or body.startswith("/"):
            continue
        tag = _TAG.match(body)
        found.append("=" + (tag.group(1) if tag else body.removeprefix("=")))
    return found
