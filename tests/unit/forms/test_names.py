"""An expression names fields of the form or declared names of the case; anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from forms.definition import FormError, parse
from forms.faults import Fault
from tests.unit.forms.builders import field, schema

CONDUCT = {
    "type": "group",
    "label": "行为",
    "path": "conduct",
    "components": [field("checkbox", "hid_truth")],
}


def rows(*components: dict[str, Any], path: str = "problems") -> dict[str, Any]:
    return {"type": "dynamiclist", "label": "逐项", "path": path, "components": list(components)}


def required_if(expression: str, key: str = "note") -> dict[str, Any]:
    return field("textarea", key, properties={"dudao:requiredIf": expression})


def refused(*components: dict[str, Any], names: tuple[str, ...] = ()) -> list[Fault]:
    with pytest.raises(FormError) as caught:
        parse(schema(*components, names=names))
    return list(caught.value.faults)


def one(*components: dict[str, Any]) -> Fault:
    faults = refused(*components)
    assert [fault.code for fault in faults] == ["unknown-name"]
    return faults[0]


def test_a_key_of_a_group_without_its_path_is_refused_with_the_path() -> None:
    fault = one(CONDUCT, required_if("=hid_truth"))
    assert fault.pointer == "/components/1/properties/dudao:requiredIf"
    assert "请写作conduct.hid_truth" in fault.detail


def test_a_key_of_the_same_row_is_refused_with_this() -> None:
    fault = one(rows(field("radio", "choice", values=["a"]), required_if('=choice = "a"')))
    assert fault.pointer == "/components/0/components/1/properties/dudao:requiredIf"
    assert "请写作this.choice" in fault.detail


def test_a_key_of_a_group_in_the_same_row_is_refused_with_both() -> None:
    assert "请写作this.conduct.hid_truth" in one(rows(CONDUCT, required_if("=hid_truth"))).detail


def test_a_key_of_another_list_is_refused_with_the_list() -> None:
    fault = one(rows(field(key="title")), required_if('=title = ""'))
    assert "列表“problems”" in fault.detail
    assert "problems.title" in fault.detail


def test_a_name_that_stands_nowhere_is_refused_with_the_declaration() -> None:
    assert "dudao:names" in one(required_if("=is_late")).detail


@pytest.mark.parametrize(
    "component",
    [
        field(conditional={"hide": "=missing"}),
        field(readonly="=missing"),
        field("number", validate={"max": "=missing"}),
        field("select", valuesExpression="=missing"),
        field("datetime", subtype="date", properties={"dudao:min": "=missing"}),
        {"type": "expression", "key": "total", "expression": "=count(missing)"},
        {"type": "table", "dataSource": "=missing"},
        {"type": "text", "text": "共 {{missing}} 项"},
        field(description="{{missing}}"),
    ],
)
def test_every_place_of_an_expression_is_asked(component: dict[str, Any]) -> None:
    assert "“missing”" in one(component).detail


@pytest.mark.parametrize(
    ("expression", "listed"),
    [("=conduct.hid_thruth", "hid_truth"), ("=this.chioce", "choice"), ("=parent.chioce", "title")],
)
def test_a_member_that_its_owner_lacks_is_refused(expression: str, listed: str) -> None:
    inner = rows(field(key="choice"), required_if(expression), path="steps")
    fault = one(CONDUCT, rows(field(key="title"), inner))
    assert listed in fault.detail


def test_fields_declared_names_options_and_rows_may_be_named() -> None:
    parse(
        schema(
            field(key="name"),
            field("select", "who", valuesKey="people_options"),
            CONDUCT,
            rows(
                field(key="title"),
                CONDUCT | {"components": [field("checkbox", "hid_truth", id="in_row")]},
                required_if(
                    "=this.title = name and this.conduct.hid_truth and i[1] > count(problems)"
                ),
            ),
            required_if("=count(people_options) > 1 and conduct.hid_truth and is_late", "why"),
            required_if('=some row in problems satisfies row.title = ""', "which"),
            required_if('=count(problems[title = ""]) > 0 and case.number != null', "what"),
            {"type": "text", "text": "{{#loop problems}}{{title}}{{/loop}}"},
            names=("is_late", "case"),
        )
    )


def test_a_field_inside_a_group_without_a_path_is_one_of_the_form() -> None:
    group = {"type": "group", "label": "审批", "components": [field("checkbox", "agreed")]}
    parse(schema(group, required_if("=not(agreed)")))


def test_a_form_that_was_published_before_still_opens() -> None:
    form = schema(required_if("=is_late"))
    assert parse(form, published=True).components


def test_names_are_asked_once_everything_else_is_sound() -> None:
    faults = refused({"type": "image", "key": "picture"}, required_if("=picture"))
    assert [fault.code for fault in faults] == ["type"]


@pytest.mark.parametrize("given", ["is_late", ["a b"], [1], ["x"] * 51])
def test_declared_names_are_a_list_of_names(given: Any) -> None:
    form = schema(field()) | {"properties": {"dudao:names": given}}
    with pytest.raises(FormError) as caught:
        parse(form)
    assert {fault.code for fault in caught.value.faults} == {"names"}
