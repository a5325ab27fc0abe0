"""What is wrong with a decision model, or with one decision of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing to mend, in Chinese; `element_id` is empty for the document as a whole."""

    element_id: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        text = f"{self.element_id}：{self.what}" if self.element_id else self.what
        return f"{text}。{self.mend}" if self.mend else text


class DecisionError(Exception):
    """A model that cannot be used, or a decision that cannot be made; `faults` names every one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(tuple(faults))
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "；".join(map(str, self.faults))
