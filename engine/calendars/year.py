"""One calendar year's days off and make-up working days, as the holiday notice gives them.

The calendar table stores one row per version of a year and keeps `Year.to_json()` in it; an
administrator's import passes through `Year.from_json`, so every fault of the input is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import orjson

from engine.errors import Invalid

_FIELDS = {"year", "provisional", "source", "rest_days", "worked"}
MAX_TEXT = 64_000
MAX_NAME = 40


class CalendarError(Invalid):
    """Calendar data or an amount that cannot be counted with; the detail says what to do."""

    default_code = "invalid-calendar"


@dataclass(frozen=True, kw_only=True)
class Year:
    """What makes one year differ from Monday-to-Friday.

    `rest_days`: statutory holidays and every day off in their spans, weekend days included;
    ordinary weekends are not listed. `worked`: weekend days that are worked (调休上班). A date of
    another year belongs to that year's value, whichever notice names it. `provisional`: the
    notice of that year is not out yet. `names`: the holiday each rest day belongs to.
    """

    year: int
    provisional: bool
    source: str
    rest_days: frozenset[date]
    worked: frozenset[date]
    names: Mapping[date, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Raise `CalendarError` for data that no notice can mean."""
        object.__setattr__(self, "names", MappingProxyType(dict(self.names)))
        strangers = sorted(d for d in self.rest_days | self.worked if d.year != self.year)
        if strangers:
            raise CalendarError(f"{strangers[0]}不属于{self.year}年，请放入该年的放假安排。")
        both = sorted(self.rest_days & self.worked)
        if both:
            raise CalendarError(f"{both[0]}既列为放假又列为调休上班，请核对通知。")
        weekdays = sorted(d for d in self.worked if d.weekday() < 5)
        if weekdays:
            raise CalendarError(f"{weekdays[0]}不是周六或周日，无需列为调休上班，请核对通知。")
        unnamed = sorted(set(self.names) - self.rest_days)
        if unnamed:
            raise CalendarError(f"{unnamed[0]}有节日名称，但未列为放假。")

    def to_json(self) -> dict[str, object]:
        """The value as JSON data, in a fixed order, so that equal years give equal text."""
        return {
            "year": self.year,
            "provisional": self.provisional,
            "source": self.source,
            "rest_days": [
                {"on": day.isoformat(), "name": self.names[day]}
                if day in self.names
                else {"on": day.isoformat()}
                for day in sorted(self.rest_days)
            ],
            "worked": [day.isoformat() for day in sorted(self.worked)],
        }

    @classmethod
    def from_json(cls, value: str | bytes | Mapping[str, object]) -> Year:
        """The year written by `to_json`, as JSON text or as its parsed data.

        A rest day may also be a bare ISO date. Raise `CalendarError` that names the first fault.
        """
        data = _object(value)
        year, provisional, source = data["year"], data["provisional"], data["source"]
        if isinstance(year, bool) or not isinstance(year, int) or not 1949 <= year <= 2199:
            raise CalendarError("放假安排的“year”应为四位年份。")
        if not isinstance(provisional, bool):
            raise CalendarError("放假安排的“provisional”应为 true 或 false。")
        if not isinstance(source, str) or not source.strip():
            raise CalendarError("放假安排的“source”应写明依据的通知。")
        off = [_rest_day(item) for item in _list(data, "rest_days")]
        worked = [_date(item) for item in _list(data, "worked")]
        _refuse_twice([day for day, _ in off], "rest_days")
        _refuse_twice(worked, "worked")
        rest = dict(off)
        return cls(
            year=year,
            provisional=provisional,
            source=source.strip(),
            rest_days=frozenset(rest),
            worked=frozenset(worked),
            names={day: name for day, name in rest.items() if name},
        )


def _object(value: str | bytes | Mapping[str, object]) -> Mapping[str, object]:
    data: object = value
    if isinstance(value, str | bytes):
        if len(value) > MAX_TEXT:
            raise CalendarError("放假安排的文件过大。")
        try:
            data = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise CalendarError(f"放假安排不是有效的 JSON：{error}") from error
    if not isinstance(data, Mapping):
        raise CalendarError("放假安排应为一个 JSON 对象。")
    missing = sorted(_FIELDS - set(data))
    if missing:
        raise CalendarError(f"放假安排缺少“{missing[0]}”。")
    unknown = sorted(str(key) for key in set(data) - _FIELDS)
    if unknown:
        raise CalendarError(f"放假安排有不认识的项“{unknown[0]}”。")
    return data


def _refuse_twice(days: list[date], key: str) -> None:
    for place, day in enumerate(days):
        if day in days[:place]:
            raise CalendarError(f"{day}在“{key}”里写了两次，第二次是第{place + 1}项。")


def _list(data: Mapping[str, object], key: str) -> list[object]:
    value = data[key]
    if not isinstance(value, list) or len(value) > 366:
        raise CalendarError(f"放假安排的“{key}”应为日期列表。")
    return value


def _rest_day(item: object) -> tuple[date, str]:
    if isinstance(item, Mapping):
        name = item.get("name", "")
        if not isinstance(name, str) or len(name) > MAX_NAME:
            raise CalendarError("放假安排中的节日名称应为短文本。")
        return _date(item.get("on")), name.strip()
    return _date(item), ""


def _date(item: object) -> date:
    # fromisoformat also takes 20260101 and 2026-W01-1: one spelling only, as the notice is typed.
    if isinstance(item, str) and len(item) == 10 and item[4] == item[7] == "-":
        try:
            return date.fromisoformat(item)
        except ValueError:
            pass
    raise CalendarError(f"放假安排中的日期“{item}”应写作 2026-01-01 的形式。")
