"""Lists as XLSX: written row by row to a temporary file, sent as a download.

Text stays text: nothing that somebody entered is ever a formula, a link or a command, not even when
the cell is edited later (quotePrefix). Names and headings are in the language that was asked for; who
fills the rows says its own words so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

import xlsxwriter
from flask import Response, send_file

from api import language
from engine.unit_of_work import UnitOfWork

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell: TypeAlias = str | int | bool | date | None

#: What a spreadsheet would take for the beginning of a formula.
_COMMANDS = ("=", "+", "-", "@", "\t", "\r")
#: As long as a cell of a workbook may be.
_LONGEST = 32_767


def download(
    uow: UnitOfWork,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> Response:
    """A workbook of one sheet; `columns` are title and width in characters. `name` without suffix."""
    name = language.said(name)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the answer
    try:
        _write(uow, file, name, columns, rows)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    response = send_file(
        file, mimetype=MEDIA_TYPE, as_attachment=True, download_name=f"{name}.xlsx"
    )
    response.call_on_close(file.close)
    response.content_length = size
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _write(
    uow: UnitOfWork,
    file: Any,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    try:
        _fill(uow, book, name, columns, rows)
    finally:
        book.close()  # the library keeps rows in a file of its own, and takes it away here
    file.seek(0, 2)


def _fill(
    uow: UnitOfWork,
    book: xlsxwriter.Workbook,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> None:
    # the library would ask the system's clock
    book.set_properties({"created": uow.now.replace(tzinfo=None)})
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    quoted = book.add_format({"quote_prefix": True})
    sheet.freeze_panes(1, 0)
    for place, (title, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, _heading(title), head)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_string(number, place, language.said("是") if value else "")
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value:
                text = value[:_LONGEST]
                sheet.write_string(
                    number, place, text, quoted if text.startswith(_COMMANDS) else None
                )


def _heading(title: str) -> str:
    """A title in the language asked for; words that the tables have for use in sentences begin small."""
    said = str(language.said(title))
    return said[:1].upper() + said[1:]
