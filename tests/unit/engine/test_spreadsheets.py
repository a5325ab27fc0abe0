"""Lists from a spreadsheet program: read as it saves them, or refused with what to do."""

from __future__ import annotations

import pytest

from engine.errors import Invalid
from engine.filing import spreadsheets
from engine.filing.spreadsheets import Column

COLUMNS = (
    Column(key="code", names=("单位代码", "code"), is_needed=True),
    Column(key="name", names=("单位名称", "name")),
)
TEXT = "单位代码,单位名称\r\nS1,第一小学\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_what_excel_saves_is_read_in_every_encoding(encoding: str) -> None:
    (row,) = spreadsheets.read(TEXT.encode(encoding), COLUMNS)
    assert (row.number, row.cells) == (2, {"code": "S1", "name": "第一小学"})


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_separator_is_known_and_empty_lines_are_passed_over(separator: str) -> None:
    text = "code,name\n\nS1,x\n,\n".replace(",", separator)
    (row,) = spreadsheets.read(text.encode(), COLUMNS)
    assert (row.number, row.cells["code"]) == (3, "S1")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 whatever", "workbook"),
        (b"\xff\xff\xff\x81", "encoding"),
        (b"code\n\0\n", "encoding"),
        (b"code\n" + b"x" * (10 * 1024 * 1024), "too-large"),
        (b"code\n" + b"S\n" * (spreadsheets.MOST_ROWS + 1), "too-many"),
        (b"code\n" + b"x" * 200_000 + b"\n", "csv"),
        (b'code\n"never closed\n', "csv"),
        (b"code\n" + b"x" * 2_000 + b"\n", "too-long"),
        (b"code\nS1,more\n", "unknown"),
        (b"code\n", "empty"),
        (b"name\nx\n", "required"),
        (b"code,code\nx,y\n", "duplicate"),
        (b"code,colour\nx,y\n", "unknown"),
        (b"", "required"),
    ],
)
def test_what_is_no_such_list_is_refused_with_the_reason(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        spreadsheets.read(data, COLUMNS)
    assert refused.value.errors[0].code == code
    assert refused.value.detail.startswith("没有导入")
