"""A year's notice as a clerk writes it down: CSV, TOML, the calendar's own JSON, or rows of a form.

    年份,2027
    依据,国务院办公厅关于2027年部分节假日安排的通知
    日期,安排,名称
    2027-02-05至2027-02-11,放假,春节
    2027-02-14,上班,

Every fault is named with its line; `read` gives a Year or all of them.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.calendars import statutory
from engine.calendars.year import MAX_NAME, MAX_TEXT, CalendarError, Year
from engine.errors import Fault

_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:至|到|~|/|\.\.)\s*(\d{4}-\d{2}-\d{2}))?")
_OFF, _ON = "放假", "上班"
_KINDS = {_OFF: True, "休息": True, "off": True, _ON: False, "调休上班": False, "work": False}
_YEAR, _SOURCE = ("年份", "year"), ("依据", "source")
_HEADS = ("日期", "date", "on")
_LONGEST = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: days off or days worked. `where` is what people call the line."""

    where: str
    pointer: str
    days: str
    kind: str
    name: str = ""


def read(data: bytes) -> Year:
    """The year that a file holds. CalendarError with every fault, each with its line."""
    if len(data) > MAX_TEXT:
        raise CalendarError("放假安排的文件过大。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")  # what spreadsheets here save by default
        except UnicodeDecodeError as error:
            raise CalendarError("文件不是 UTF-8 或 GB18030 文本。") from error
    head = text.lstrip()[:1]
    if head == "{":
        return checked(Year.from_json(text))
    if head == "[" or re.match(r"\s*(#.*\n\s*)*\w+\s*=", text):
        return _toml(text)
    return _csv(text)


def build(rows: Iterable[Row], *, year: int, source: str, provisional: bool = False) -> Year:
    """The year that rows say. CalendarError with every fault."""
    found: list[Fault] = []
    rest: dict[date, str] = {}
    seen: dict[date, str] = {}
    worked: set[date] = set()
    for row in rows:
        try:
            is_off, days = _understood(row, year)
        except CalendarError as error:
            found.append(_fault(row, error.detail))
            continue
        for day in days:
            if day in seen:
                found.append(_fault(row, f"{day}在{seen[day]}已经写过，一天只能写一次。"))
                continue
            seen[day] = row.where
            if is_off:
                rest[day] = row.name.strip()
            elif day.weekday() < 5:
                found.append(_fault(row, f"{day}不是周六或周日，无需列为调休上班。"))
            else:
                worked.add(day)
    if not source.strip():
        found.append(Fault(pointer="/source", detail="请写明依据的通知。", code="required"))
    if not seen:
        found.append(Fault(pointer="/days", detail="没有一个日期。", code="required"))
    if found:
        raise _refused(found)
    return checked(
        Year(
            year=year,
            provisional=provisional,
            source=source.strip(),
            rest_days=frozenset(rest),
            worked=frozenset(worked),
            names={day: name for day, name in rest.items() if name},
        ),
        seen,
    )


def checked(year: Year, lines: Mapping[date, str] | None = None) -> Year:
    """The year itself, if a notice can say so. CalendarError names what the law has and it lacks."""
    found = []
    for day, detail in statutory.faults(year):
        near = _nearest(day, lines) if day is not None and lines else ""
        found.append(Fault(pointer="/days", detail=f"{near}{detail}", code="statutory"))
    if found:
        raise _refused(found)
    return year


def _nearest(day: date, lines: Mapping[date, str]) -> str:
    """The line beside which a missing day belongs."""
    other = min(lines, key=lambda known: abs((known - day).days))
    return f"{lines[other]}前后：" if abs((other - day).days) <= _LONGEST else ""


def _understood(row: Row, year: int) -> tuple[bool, Sequence[date]]:
    if row.kind.strip() not in _KINDS:
        raise CalendarError(f"“{row.kind}”应为{_OFF}或{_ON}。")
    found = _SPAN.fullmatch(row.days.strip())
    if found is None:
        raise CalendarError(f"“{row.days}”应写作 2027-02-05，或者 2027-02-05至2027-02-11。")
    try:
        first = date.fromisoformat(found[1])
        last = date.fromisoformat(found[2] or found[1])
    except ValueError:
        raise CalendarError(f"“{row.days}”里有不存在的日期。") from None
    strange = next((day for day in (first, last) if day.year != year), None)
    if strange is not None:
        raise CalendarError(f"{strange}不属于{year}年，请放入该年的放假安排。")
    if not 0 <= (last - first).days < _LONGEST:
        raise CalendarError(f"“{row.days}”的起止不对，一段最多{_LONGEST}天。")
    if len(row.name.strip()) > MAX_NAME:
        raise CalendarError("节日名称应为短文本。")
    return _KINDS[row.kind.strip()], [first + _DAY * n for n in range((last - first).days + 1)]


def _csv(text: str) -> Year:
    head: dict[str, str] = {}
    rows = []
    for number, cells in _lines(text):
        first = cells[0]
        where = f"第{number}行"
        if first in _YEAR or first in _SOURCE:
            head["year" if first in _YEAR else "source"] = cells[1] if len(cells) > 1 else ""
        elif first not in _HEADS:
            day, kind, name = [*cells, "", "", ""][:3]
            rows.append(
                Row(where=where, pointer=f"/lines/{number}", days=day, kind=kind, name=name)
            )
    return build(rows, year=_year(head.get("year")), source=head.get("source", ""))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, its cells), without empty lines and remarks."""
    reader = csv.reader(text.splitlines())
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith("#"):
                yield reader.line_num, stripped
    except csv.Error as error:
        raise CalendarError(f"第{reader.line_num}行不是 CSV（{error}）。") from error


def _toml(text: str) -> Year:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CalendarError(f"放假安排不是 TOML（{error}）。") from error
    unknown = sorted(set(data) - {"year", "source", "provisional", "days"})
    if unknown:
        raise CalendarError(f"放假安排有不认识的项“{unknown[0]}”。")
    told = data.get("days", [])
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise CalendarError("放假安排的日期应写作 [[days]]，每段一节。")
    rows = [_toml_row(number, row, text) for number, row in enumerate(told)]
    is_provisional = data.get("provisional", False) is True
    year, source = _year(data.get("year")), str(data.get("source", ""))
    return build(rows, year=year, source=source, provisional=is_provisional)


def _toml_row(index: int, row: Mapping[str, Any], text: str) -> Row:
    heads = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[days]]"]
    number = heads[index] if index < len(heads) else index + 1
    return Row(
        where=f"第{number}行",
        pointer=f"/lines/{number}",
        days=str(row.get("on", "")),
        kind=str(row.get("is", "")),
        name=str(row.get("name", "")),
    )


def _year(value: object) -> int:
    text = str(value if value is not None else "").strip()
    if re.fullmatch(r"(19|20|21)\d\d", text) is None:
        raise CalendarError("请写明年份，例如“年份,2027”。")
    return int(text)


def _fault(row: Row, detail: str) -> Fault:
    return Fault(pointer=row.pointer, detail=f"{row.where}：{detail}", code="notice-line")


def _refused(found: Sequence[Fault]) -> CalendarError:
    return CalendarError("放假安排没有导入：请核对通知。", errors=list(found))
