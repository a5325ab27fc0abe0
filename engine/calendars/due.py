"""The result of a count and the clauses that explain it to the person it binds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_WEEKDAYS = "一二三四五六日"


class DayKind(StrEnum):
    """What a day is to the office."""

    WORKDAY = "workday"  #: an ordinary Monday to Friday
    MAKE_UP = "make_up"  #: a weekend day that is worked 调休上班
    WEEKEND = "weekend"  #: an ordinary Saturday or Sunday
    HOLIDAY = "holiday"  #: a statutory holiday, or a day off in its span

    @property
    def is_worked(self) -> bool:
        """True where the office is open."""
        return self in (DayKind.WORKDAY, DayKind.MAKE_UP)


class Unit(StrEnum):
    """How the amount of a clock counts. Hours and minutes are instants, not calendar days."""

    DAYS = "days"  #: natural days 日
    WORKING_DAYS = "working_days"  #: 工作日
    MONTHS = "months"  #: natural months 个月

    @property
    def word(self) -> str:
        """The office's word, as it follows a number."""
        return {"days": "日", "working_days": "个工作日", "months": "个月"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One part of an explanation.

    `kind` is one of `start`, `holidays`, `month_end`, `moved`, `provisional`; `text` is a Chinese
    clause, `days` the dates it speaks of.
    """

    kind: str
    text: str
    days: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Due:
    """The last day of a clock and how it came about.

    `years` are those whose holiday data decided the date: when one of them gets a new version,
    this result is to be computed again. `provisional` is true when the notice of one of them is
    not out yet.
    """

    on: date
    provisional: bool
    years: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def why(self) -> str:
        """One Chinese sentence: why this date."""
        clauses = [step.text for step in self.steps if step.kind != "provisional"]
        notes = [f"（{step.text}）" for step in self.steps if step.kind == "provisional"]
        return "，".join([*clauses, f"至{self.on}止"]) + "".join(notes)


def started(start: date, amount: int, unit: Unit, *, back: bool) -> Step:
    """From when, how much."""
    if not amount:
        text = f"自{start}起当日"
    elif back:
        text = f"自{start}前一日起倒数{amount}{unit.word}"
    else:
        text = f"自{start}次日起算{amount}{unit.word}"
    return Step(kind="start", text=text, days=(start,))


def passed(off: dict[date, str], worked: list[date]) -> list[Step]:
    """What made a span of working days differ from Monday to Friday; `off` names each day off."""
    if off:
        names = "、".join(dict.fromkeys(off.values()))
        text = f"遇{names}放假和调休" if worked else f"遇{names}放假"
    elif worked:
        text = "遇" + "、".join(f"{day:%m-%d}" for day in worked) + "调休上班"
    else:
        return []
    return [Step(kind="holidays", text=text, days=tuple(sorted([*off, *worked])))]


def month_end(nominal: date) -> Step:
    """The month of the end has no day of the start's number (民法典 202)."""
    return Step(kind="month_end", text=f"到期月无对应日，以月末{nominal}为末日", days=(nominal,))


def moved(nominal: date, end: date, holiday: str) -> Step:
    """The last day was a rest day; `holiday` is empty on an ordinary weekend."""
    what = f"{holiday}放假" if holiday else f"周{_WEEKDAYS[nominal.weekday()]}"
    way = "顺延" if end > nominal else "提前至前一工作日"
    return Step(kind="moved", text=f"末日{nominal}为{what}{way}", days=(nominal,))


def not_announced(year: int) -> Step:
    """The date rests on an estimate."""
    return Step(kind="provisional", text=f"{year}年放假安排尚未公布，暂按法定节假日推算")
