"""How much one evaluation may cost, counted and never timed: the same input always ends alike."""

from __future__ import annotations

from dataclasses import dataclass

from feel.errors import FeelError


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most that one evaluation may spend.

    A step is one part of an expression carried out inside a loop, a filter or a function, or one
    element touched by a built-in. Bytes are those of the texts and lists that it makes on its way,
    all together, whether or not they are in the result.
    """

    steps: int = 100_000
    bytes: int = 1_000_000


DEFAULT = Budget()


class Meter:
    """What is left of a budget during one evaluation."""

    __slots__ = ("bytes", "steps")

    def __init__(self, budget: Budget) -> None:
        self.steps = budget.steps
        self.bytes = budget.bytes

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise FeelError(
                "表达式运算步数超过上限",
                mend="请减少循环范围或列表长度，或把计算移到处理程序中",
                code="budget",
            )

    def hold(self, size: int) -> None:
        """Account for `size` bytes before they are made."""
        self.bytes -= size
        if self.bytes < 0:
            raise FeelError(
                "表达式产生的数据超过上限",
                mend="请缩短文本或列表，流程变量中只应保存编号、结论和日期",
                code="budget",
            )
