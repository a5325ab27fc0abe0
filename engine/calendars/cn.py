"""First values of mainland China's calendar, to fill an empty calendar table.

`chinesecalendar` carries the State Council notices of 2004 to 2026 with their make-up days. Later
years come from `holidays`: statutory days (全国年节及纪念日放假办法) with substitute days that it
expects, no make-up days, hence provisional until the notice is imported.
"""

from __future__ import annotations

import re
from datetime import date

import chinese_calendar
import holidays

from engine.calendars.year import CalendarError, Year

_LAST = max(chinese_calendar.holidays).year
_FIRST = min(chinese_calendar.holidays).year
LAST_ESTIMATE = 2099  # the lunar tables of `holidays` end there
#: From here on the tables of `holidays` give the statutory days of the rules in force since 2014.
FIRST_ESTIMATE = 2014
_BRIEF = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节", "农历除夕": "春节"}
_CHINESE = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def seed_year(year: int) -> Year:
    """The best public data for `year`; raise `CalendarError` outside 2004 to 2099."""
    if _FIRST <= year <= _LAST:
        return _noticed(year)
    if _LAST < year <= LAST_ESTIMATE:
        return _estimated(year)
    raise CalendarError(
        f"没有{year}年的公开放假数据（现有{_FIRST}–{LAST_ESTIMATE}年），请导入该年的通知。"
    )


def statutory_days(year: int) -> dict[date, str]:
    """The days that the law gives off in a year, with their names, wherever they fall in the week."""
    found = holidays.country_holidays("CN", years=year, language="zh_CN", observed=False)
    return {
        date(day.year, day.month, day.day): _name(name)
        for day, name in found.items()
        # past years hold the days off of their notices as well
        if not name.startswith("休息日") and "延长" not in name
    }


def _noticed(year: int) -> Year:
    names = {
        day: _name(_CHINESE[holiday])
        for day, holiday in chinese_calendar.holidays.items()
        if day.year == year
    }
    return Year(
        year=year,
        provisional=False,
        source=f"国务院办公厅关于{year}年部分节假日安排的通知",
        rest_days=frozenset(names),
        worked=frozenset(day for day in chinese_calendar.workdays if day.year == year),
        names=names,
    )


def _estimated(year: int) -> Year:
    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    names = {date(day.year, day.month, day.day): _name(name) for day, name in found.items()}
    return Year(
        year=year,
        provisional=True,
        source="全国年节及纪念日放假办法（推算，通知尚未公布）",
        rest_days=frozenset(names),
        worked=frozenset(),
        names=names,
    )


def _name(name: str) -> str:
    bare = [re.sub(r"（.*?）", "", part) for part in name.split("; ")]
    return "、".join(_BRIEF.get(part, part) for part in bare)
