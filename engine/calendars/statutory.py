"""What a year's notice must hold by law (全国年节及纪念日放假办法), and what merely looks odd.

The statutory days are those of `holidays`' tables (元旦 春节 清明 劳动 端午 中秋 国庆): 13 since 2025,
11 from 2014. Where they fall on a weekend they are made up for on a working day, so a notice gives at
least as many working days off, net of those worked instead, as the law has days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from engine.calendars.cn import FIRST_ESTIMATE, LAST_ESTIMATE, statutory_days
from engine.calendars.year import Year

_DAY = timedelta(days=1)
#: Days between a festival and a day worked for it, beyond which it is most likely a slip.
_FAR = 30
#: Days off of one name with fewer than so many days between belong together.
_ONE_SPAN = 10


@lru_cache(maxsize=32)
def days_of(year: int) -> Mapping[date, str]:
    """The statutory days of a year with their names; none outside 2014 to 2099."""
    return statutory_days(year) if FIRST_ESTIMATE <= year <= LAST_ESTIMATE else {}


def faults(year: Year) -> Iterator[tuple[date | None, str]]:
    """(day, what is wrong): what no notice of this year can leave out."""
    law = days_of(year.year)
    missing = [day for day in sorted(law) if day not in year.rest_days]
    for day in missing:
        yield day, f"{law[day]}（{day}）是法定节假日，没有列为放假。"
    yield from _torn(year)
    short = _due(law) - _net(year)
    if law and not missing and short > 0:
        yield (
            None,
            f"放假的工作日扣除调休上班后为{_net(year)}天，少于法定的{_due(law)}天，"
            f"差{short}天：请核对是否漏列放假日，或者多列了调休上班。",
        )


def warnings(year: Year) -> Iterator[str]:
    """What the law allows, but a clerk should look at again."""
    law = days_of(year.year)
    more = _net(year) - _due(law)
    if law and more > 0:
        yield (
            f"放假的工作日扣除调休上班后为{_net(year)}天，比法定的{_due(law)}天多{more}天："
            "如不是特别安排，请核对是否漏列调休上班。"
        )
    for day in sorted(year.worked):
        nearest = min((abs((day - rest).days) for rest in year.rest_days), default=0)
        if nearest > _FAR:
            yield f"{day}调休上班，前后{_FAR}天内没有放假，请核对。"
    unnamed = sorted(day for day in year.rest_days if day not in year.names)
    if unnamed:
        yield f"{unnamed[0]}等{len(unnamed)}天没有写明节日名称。"


def _torn(year: Year) -> Iterator[tuple[date, str]]:
    """A holiday of one name is one span: no ordinary working day lies in the middle of it."""
    spans: dict[str, list[date]] = defaultdict(list)
    for day in sorted(year.rest_days):
        if name := year.names.get(day, ""):
            spans[name].append(day)
    for name, days in spans.items():
        # a name may stand for two spans months apart; within a fortnight it is one
        for first, second in pairwise(days):
            between = [first + _DAY * n for n in range(1, (second - first).days)]
            if len(between) <= _ONE_SPAN:
                for day in between:
                    if day.weekday() < 5 and day not in year.rest_days:
                        yield day, f"{name}放假在{day}中断，请核对是否漏列这一天。"


def _due(law: Mapping[date, str]) -> int:
    """Days that the law gives; two festivals on one day are two."""
    return sum(name.count("、") + 1 for name in law.values())


def _net(year: Year) -> int:
    """Working days off, less weekend days worked."""
    return sum(day.weekday() < 5 for day in year.rest_days) - len(year.worked)
