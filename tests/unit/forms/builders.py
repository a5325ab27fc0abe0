"""Small form schemas for the tests, and one with every component."""

from __future__ import annotations

from typing import Any


def schema(*components: dict[str, Any], names: tuple[str, ...] = ()) -> dict[str, Any]:
    """A form; `names` are those of the case's data that its expressions use."""
    properties = {"dudao:names": list(names)}
    return {"type": "default", "id": "f", "components": list(components), "properties": properties}


def field(kind: str = "textfield", key: str = "name", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": "名称", "id": f"id_{key}", **more}


OPTIONS = [{"label": "同意", "value": "approve"}, {"label": "退回", "value": "return"}]
EVERYTHING = schema(
    {"type": "text", "id": "t", "text": "## 说明 {{case.number}} {{#if urgent}}加急{{/if}}"},
    field("textfield", "title", validate={"required": True, "minLength": 2, "maxLength": 40}),
    field("textarea", "facts", validate={"maxLength": 200}),
    field(
        "number",
        "amount",
        decimalDigits=2,
        increment="0.01",
        validate={"min": 0, "max": "=ceiling_amount"},
    ),
    field("number", "ratio", serializeToString=True),
    field("select", "inspector", valuesKey="inspectors"),
    field("radio", "outcome", values=OPTIONS, validate={"required": True}),
    field("checkbox", "declared", validate={"required": True}),
    field("checklist", "matters", values=["a", "b"], properties={"dudao:minItems": 1}),
    field("taglist", "tags", valuesExpression="=suggestions"),
    {
        "type": "datetime",
        "key": "visit_on",
        "id": "v",
        "dateLabel": "到校日期",
        "subtype": "date",
        "disallowPassedDates": True,
        "properties": {"dudao:max": "=last_day", "dudao:source": "条例17"},
    },
    field("datetime", "starts", subtype="time", properties={"dudao:min": "08:00"}),
    field("datetime", "at", subtype="datetime", timeSerializingFormat="utc_offset"),
    field("filepicker", "evidence", multiple=True),
    field("textarea", "opinion", properties={"dudao:requiredIf": '=outcome = "return"'}),
    field("textfield", "number", readonly=True),
    field("textfield", "remark", readonly='=outcome = "approve"'),
    {"type": "expression", "key": "total", "id": "e", "expression": "=count(problems)"},
    {
        "type": "group",
        "id": "g",
        "label": "联系人",
        "path": "contact",
        "conditional": {"hide": '=outcome = "return"'},
        "components": [field("textfield", "phone", validate={"pattern": r"^\d{3,4}-?\d{7,8}$"})],
    },
    {
        "type": "dynamiclist",
        "id": "d",
        "label": "问题清单",
        "path": "problems",
        "properties": {"dudao:minItems": 1, "dudao:maxItems": 5},
        "components": [
            field("textfield", "problem", validate={"required": True}, id="p1"),
            field("datetime", "limit", subtype="date", id="p2"),
            {
                "type": "group",
                "id": "p3",
                "components": [
                    field("textfield", "why", id="p4", conditional={"hide": "=this.limit = null"})
                ],
            },
        ],
    },
    {"type": "table", "id": "tb", "dataSource": "=problems"},
    {"type": "separator", "id": "s1"},
    {"type": "spacer", "id": "s2"},
    {"type": "button", "id": "b", "label": "提交", "action": "submit"},
    names=("case", "urgent", "ceiling_amount", "suggestions", "last_day"),
)
