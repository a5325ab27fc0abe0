"""A list that is sent to be imported, and what each of its rows does."""

from __future__ import annotations

from contextlib import closing

from marshmallow import fields

from api.fields import Answer, Flag, Request, Sentence
from api.parsing import file_parts
from engine.errors import Fault, Invalid
from engine.filing import spreadsheets
from engine.identity import imports

IMPORT_FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "check": {"type": "boolean"},
    },
    "required": ["file"],
}


class ImportSchema(Request):
    check = Flag(load_default=False)


class RowFaultSchema(Answer):
    pointer = fields.String(metadata={"description": "/rows/行号/列"})
    detail = Sentence()
    code = fields.String()


class OutcomeSchema(Answer):
    number = fields.Integer(metadata={"description": "行号，表头为 1"})
    key = fields.String(metadata={"description": "单位代码或用户名"})
    outcome = fields.String(
        metadata={
            "enum": [
                imports.ADDED,
                imports.CHANGED,
                imports.POST_GIVEN,
                imports.UNCHANGED,
                imports.FAULTY,
            ],
        }
    )
    code = fields.String(allow_none=True, metadata={"description": "新账号的激活码，只显示这一次"})
    faults = fields.List(fields.Nested(RowFaultSchema))


class OutcomesSchema(Answer):
    rows = fields.List(fields.Nested(OutcomeSchema))


def sent_list() -> bytes:
    """The file of this request. Invalid without one; no more is read than a list may have."""
    sent = next(iter(file_parts("file", most=1)), None)
    if sent is None:
        fault = Fault(pointer="/file", detail="必填。", code="required")
        raise Invalid("没有收到文件，请选择文件后重试。", errors=[fault])
    with closing(sent):
        return sent.stream.read(spreadsheets.MOST_BYTES + 1)
