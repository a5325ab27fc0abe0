"""Values in a model that may be literal text or a FEEL expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import feel

#: Functions that the engine adds to FEEL (engine/timing/deadlines.py supplies them).
FUNCTION_NAMES = frozenset(
    {
        "deadline",
        "add working days",
        "working days after",
        "working days between",
        "is working day",
        "now",
        "today",
    }
)


@lru_cache(maxsize=4096)
def compile_text(text: str) -> feel.Expression:
    """Compile an expression once. Raises feel.FeelSyntaxError."""
    return feel.compile(feel.unwrap(text.strip()), functions=FUNCTION_NAMES)


def is_expression(text: str) -> bool:
    """Whether an attribute's text is an expression rather than a literal."""
    stripped = text.strip()
    return stripped.startswith(("${", "#{", "="))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What an expression sees: variables, the engine's functions, the pinned present."""

    variables: Mapping[str, Any]
    functions: Mapping[str, Any]
    now: datetime

    def evaluate(self, text: str, notes: list[str] | None = None) -> Any:
        """The value of an expression as FEEL has it; why it is null goes to `notes`.

        Raises feel.FeelError.
        """
        return compile_text(text).evaluate(
            self.variables, functions=self.functions, now=self.now, notes=notes
        )

    def evaluate_json(self, text: str) -> Any:
        """The value as a JSON value, fit to be a variable."""
        return feel.to_json(self.evaluate(text))

    def text(self, attribute: str) -> str:
        """The text of an attribute: itself, or what its expression gives ("" for null)."""
        if not is_expression(attribute):
            return attribute.strip()
        value = self.evaluate_json(attribute)
        return "" if value is None else str(value)


def as_date(value: Any) -> date | None:
    """A FEEL date, a datetime or ISO text as a local date; None for null or "". Raises ValueError."""
    from engine.clock import local_date

    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return local_date(value)
    if isinstance(value, date):
        return value
    text = str(value)
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.date() if moment.tzinfo is None else local_date(moment)
