"""Lists that come out of a spreadsheet program as CSV: rows by the names of their columns.

UTF-8 with or without a mark, UTF-16 with one, and GB18030 (which holds GBK: what Excel saves in
China) are read; comma, semicolon and tab separate. Everything wrong is found before anything is done.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import Fault, Invalid

MOST_BYTES = 1024 * 1024
MOST_ROWS = 2_000
_LONGEST_CELL = 1_000
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its key, and what people may write above it."""

    key: str
    names: tuple[str, ...]
    is_needed: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as it was typed, trimmed; `number` counts as the spreadsheet program shows it."""

    number: int
    cells: Mapping[str, str]


def read(data: bytes, columns: Sequence[Column]) -> list[Row]:
    """The rows that hold anything. Invalid for what is no such list; absent columns are empty."""
    if len(data) > MOST_BYTES:
        raise refusal(f"文件超过{MOST_BYTES // 1024}KB，请分成几份再导入。", "too-large")
    text = _decoded(data)
    head, _, _ = text.partition("\n")
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        keys = _keys(next(reader, []), columns)
        rows = []
        number = 1
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                rows.append(_row(number, cells, keys, columns))
            if len(rows) > MOST_ROWS:
                raise refusal(f"超过{MOST_ROWS}行，请分成几份再导入。", "too-many")
    except csv.Error as error:
        raise refusal(
            f"第{reader.line_num}行无法读取（引号不成对，或一格太长）。", "csv"
        ) from error
    if not rows:
        raise refusal("除表头外没有一行内容。", "empty")
    return rows


def refusal(detail: str, code: str, *, pointer: str = "/file") -> Invalid:
    """Nothing of the file was taken, and why."""
    fault = Fault(pointer=pointer, detail=detail, code=code)
    return Invalid(f"没有导入：{detail}", errors=[fault], code="import-refused")


def _decoded(data: bytes) -> str:
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise refusal("这是 Excel 工作簿，请另存为“CSV UTF-8（逗号分隔）”再导入。", "workbook")
    ways = ["utf-8-sig", "gb18030"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        ways = ["utf-16"]
    for encoding in ways:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refusal("认不出文字编码，请另存为“CSV UTF-8（逗号分隔）”再导入。", "encoding")


def _keys(head: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """The column keys of the header, in its order. Invalid with every fault of it."""
    known = {name.casefold(): column.key for column in columns for name in column.names}
    faults: list[Fault] = []
    keys: list[str] = []
    for place, cell in enumerate(head):
        name = cell.strip()
        key = known.get(name.casefold(), "")
        pointer = f"/rows/1/{place + 1}"
        if name and not key:
            faults.append(
                Fault(pointer=pointer, detail=f"没有“{name[:40]}”这一列。", code="unknown")
            )
        elif key and key in keys:
            faults.append(Fault(pointer=pointer, detail=f"“{name}”列有两个。", code="duplicate"))
        keys.append(key)
    missing = [column for column in columns if column.is_needed and column.key not in keys]
    faults += [
        Fault(pointer=f"/rows/1/{column.key}", detail=f"缺“{column.names[0]}”列。", code="required")
        for column in missing
    ]
    if faults:
        wanted = "、".join(column.names[0] for column in columns)
        raise Invalid(
            f"没有导入：第1行的表头不对。{faults[0].detail}可用的列：{wanted}。",
            errors=faults,
            code="import-refused",
        )
    return keys


def _row(number: int, cells: Sequence[str], keys: Sequence[str], columns: Sequence[Column]) -> Row:
    found = {column.key: "" for column in columns}
    for place, cell in enumerate(cells):
        key = keys[place] if place < len(keys) else ""
        if not key and cell.strip():
            pointer = f"/rows/{number}/{place + 1}"
            raise refusal(f"第{number}行第{place + 1}格没有对应的列。", "unknown", pointer=pointer)
        if len(cell) > _LONGEST_CELL:
            pointer = f"/rows/{number}/{key}"
            raise refusal(f"第{number}行第{place + 1}格太长。", "too-long", pointer=pointer)
        if key:
            found[key] = cell.strip()
    return Row(number=number, cells=found)
