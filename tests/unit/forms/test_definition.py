"""Publishing a form: what is read, what is refused, and where the fault is."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest

from forms.definition import Form, FormError, fields, parse
from forms.document import MAX_BYTES
from tests.unit.forms.builders import EVERYTHING, field, schema


def faults_of(source: bytes | dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(FormError) as caught:
        parse(source)
    assert all(fault.detail for fault in caught.value.faults)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


@pytest.fixture
def everything() -> Form:
    return parse(EVERYTHING)


def test_every_supported_component_is_read(everything: Form) -> None:
    assert everything.dynamic
    assert everything.schema == EVERYTHING
    assert len(everything.components) == len(EVERYTHING["components"])


def test_bytes_and_parsed_data_give_the_same_form(everything: Form) -> None:
    source = json.dumps(EVERYTHING, ensure_ascii=False).encode()
    assert fields(parse(source)) == fields(everything)
    assert fields(parse(b"\xef\xbb\xbf" + source)) == fields(everything)


def test_fields_are_listed_with_pointer_label_and_duty(everything: Form) -> None:
    listed = {info.pointer: info for info in fields(everything)}
    assert "/contact/phone" in listed
    assert listed["/problems/*/problem"].required
    assert listed["/problems/*/why"].type == "textfield"
    assert listed["/visit_on"].label == "到校日期"
    assert listed["/visit_on"].source == "条例17"
    assert listed["/number"].read_only
    assert not listed["/remark"].read_only
    assert listed["/total"].type == "expression"
    assert len(listed) == 21


def test_our_properties_are_kept(everything: Form) -> None:
    visit = next(each for each in everything.components if each.key == "visit_on")
    assert visit.properties == {"dudao:max": "=last_day", "dudao:source": "条例17"}


def test_properties_of_others_are_left_alone() -> None:
    form = parse(schema(field(properties={"camunda:anything": "x"})))
    assert form.components[0].properties == {"camunda:anything": "x"}


@pytest.mark.parametrize(
    ("components", "at", "code"),
    [
        ([field("slider")], "/components/0/type", "type"),
        ([{"label": "x"}], "/components/0/type", "type"),
        ([{"type": "html", "content": "<b>"}], "/components/0/type", "type"),
        ([{"type": "iframe", "url": "https://x"}], "/components/0/type", "type"),
        (["text"], "/components/0", "component"),
        ([field(key="a.b")], "/components/0/key", "key"),
        ([field(key="")], "/components/0/key", "key"),
        ([field(key="1a")], "/components/0/key", "key"),
        ([field(key="this")], "/components/0/key", "key"),
        ([field(key=7)], "/components/0/key", "key"),
        ([field(), field(id="other")], "/components/1/key", "duplicate-key"),
        ([field(id="x"), field(key="b", id="x")], "/components/1/id", "duplicate-id"),
        ([field(id=5)], "/components/0/id", "text"),
        ([field(label="")], "/components/0/label", "label"),
        ([field(label="<script>x")], "/components/0/label", "markup"),
        ([{"type": "text", "text": "a <b>b</b>"}], "/components/0/text", "markup"),
        ([{"type": "text", "text": "{{ 1 + }}"}], "/components/0/text", "expression"),
        ([{"type": "text", "text": "{{#if (}}x{{/if}}"}], "/components/0/text", "expression"),
        (
            [field(conditional={"hide": "=a = "})],
            "/components/0/conditional/hide",
            "expression",
        ),
        ([field(conditional={"hide": "a = 1"})], "/components/0/conditional/hide", "expression"),
        ([field(conditional="=a")], "/components/0/conditional", "object"),
        ([field(readonly="=(")], "/components/0/readonly", "expression"),
        ([field(readonly="yes")], "/components/0/readonly", "flag"),
        ([field(validate=[])], "/components/0/validate", "object"),
        ([field(validate={"required": "yes"})], "/components/0/validate/required", "flag"),
        ([field(validate={"reqired": True})], "/components/0/validate/reqired", "validate"),
        (
            [field("number", validate={"minLength": 1})],
            "/components/0/validate/minLength",
            "validate",
        ),
        ([field(validate={"minLength": -1})], "/components/0/validate/minLength", "number"),
        ([field(validate={"maxLength": "=("})], "/components/0/validate/maxLength", "expression"),
        (
            [field(validate={"minLength": 9, "maxLength": 2})],
            "/components/0/validate/minLength",
            "limits",
        ),
        ([field(validate={"pattern": "(a"})], "/components/0/validate/pattern", "pattern"),
        ([field(validate={"pattern": r"(a)\1"})], "/components/0/validate/pattern", "pattern"),
        ([field(validate={"pattern": 5})], "/components/0/validate/pattern", "pattern"),
        (
            [field(validate={"validationType": "iban"})],
            "/components/0/validate/validationType",
            "validate",
        ),
        ([field("number", validate={"min": "x"})], "/components/0/validate/min", "number"),
        ([field("number", validate={"min": 3, "max": 1})], "/components/0/validate/min", "limits"),
        ([field("number", validate={"min": "1e999"})], "/components/0/validate/min", "number"),
        ([field("number", decimalDigits=1.5)], "/components/0/decimalDigits", "number"),
        ([field("number", increment="0")], "/components/0/increment", "limits"),
        ([field("select")], "/components/0/values", "options"),
        ([field("select", values=[{"value": "a"}])], "/components/0/values/0", "options"),
        ([field("select", values=["a", "a"])], "/components/0/values/1", "options"),
        ([field("select", values=["a"], valuesKey="b")], "/components/0/values", "options"),
        ([field("select", valuesKey="a.b")], "/components/0/valuesKey", "options"),
        (
            [field("radio", valuesExpression="=((")],
            "/components/0/valuesExpression",
            "expression",
        ),
        ([field("datetime")], "/components/0/subtype", "subtype"),
        (
            [field("datetime", subtype="date", properties={"dudao:min": "soon"})],
            "/components/0/properties/dudao:min",
            "date",
        ),
        (
            [field("datetime", subtype="time", timeSerializingFormat="gmt")],
            "/components/0/timeSerializingFormat",
            "subtype",
        ),
        ([field("expression")], "/components/0/expression", "expression"),
        ([field("expression", expression="count(a)")], "/components/0/expression", "expression"),
        (
            [field(properties={"dudao:sorce": "x"})],
            "/components/0/properties/dudao:sorce",
            "properties",
        ),
        (
            [field(properties={"dudao:minItems": 1})],
            "/components/0/properties/dudao:minItems",
            "properties",
        ),
        (
            [field("taglist", values=["a"], properties={"dudao:minItems": 3, "dudao:maxItems": 1})],
            "/components/0/properties/dudao:minItems",
            "limits",
        ),
        ([{"type": "group"}], "/components/0/components", "components"),
        ([{"type": "dynamiclist", "components": []}], "/components/0/path", "key"),
        (
            [{"type": "dynamiclist", "path": "p", "components": [field(readonly=True)]}],
            "/components/0/properties/dudao:itemKey",
            "item-key",
        ),
        (
            [
                {
                    "type": "dynamiclist",
                    "path": "p",
                    "properties": {"dudao:itemKey": "no"},
                    "components": [field()],
                }
            ],
            "/components/0/properties/dudao:itemKey",
            "item-key",
        ),
        (
            [field(), field("select", "b", valuesKey="name")],
            "/components/1/valuesKey",
            "options",
        ),
        (
            [{"type": "dynamiclist", "path": "p", "isRepeating": False, "components": []}],
            "/components/0/isRepeating",
            "repeat",
        ),
        ([{"type": "table", "dataSource": "=("}], "/components/0/dataSource", "expression"),
    ],
)
def test_a_fault_of_a_component_is_named_with_its_place(
    components: list[Any], at: str, code: str
) -> None:
    assert (at, code) in faults_of(schema(*components))


def test_what_the_browser_sees_otherwise_is_asked_when_a_form_is_published_and_not_again() -> None:
    source = schema(field("expression", "sum", expression='=count(xs) = "1"'), names=("xs",))
    assert faults_of(source) == [("/components/0/expression", "browser-differs")]
    assert parse(source, published=True).components


def test_all_faults_are_listed_at_once() -> None:
    found = faults_of(schema(field("slider"), field(key="a.b"), field("select", "c")))
    assert len(found) == 3


def test_fields_in_pathless_groups_share_the_names_around_them() -> None:
    group = {"type": "group", "components": [field(id="inner")]}
    assert faults_of(schema(field(), group)) == [
        ("/components/1/components/0/key", "duplicate-key")
    ]
    parse(schema(field(), group | {"path": "other"}))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"{", "json"),
        (b"[]", "json"),
        (b'{"components": [], "components": []}', "duplicate-key"),
        (b'{"components": NaN}', "json"),
        (b'{"a": "\xff"}', "encoding"),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", "depth"),
        (b"[" * 100_000, "depth"),
        (b'{"a": ' + b"9" * 5000 + b"}", "json"),
        (b" " * (MAX_BYTES + 1), "size"),
        (b"{}", "components"),
        (b'{"type": "wizard", "components": []}', "type"),
        ({"components": [], 1: 2}, "json"),
        ({"components": {1, 2}}, "json"),
    ],
)
def test_a_document_that_is_no_form_is_refused(source: Any, code: str) -> None:
    assert code in [code for _, code in faults_of(source)]


def test_brackets_inside_texts_do_not_count_as_nesting() -> None:
    parse(schema({"type": "text", "text": "[" * 100 + '\\"' + "[" * 100}))


@pytest.mark.parametrize(
    "source",
    [
        b'\\"' * 250_000,
        b'{"' + b'\\"' * 250_000,
        b'{"components": [{"type": "text", "text": "' + b"{" * 500_000 + b'"}]}',
        b"{" + b",".join(b'"k%d": 1' % n for n in range(30_000)) + b', "k29999": 2}',
    ],
    ids=["quotes", "open string", "braces", "many keys"],
)
def test_a_document_built_to_stall_is_answered_at_once(source: bytes) -> None:
    started = time.perf_counter()
    with suppress(FormError):
        parse(source)
    assert time.perf_counter() - started < 2


def test_too_many_components_are_refused_once() -> None:
    many = [field(key=f"k{number}") for number in range(600)]
    assert faults_of(schema(*many)) == [("/components/500", "count")]


def test_groups_nested_too_deep_are_refused() -> None:
    inner = field()
    for number in range(10):
        inner = {"type": "group", "id": f"g{number}", "components": [inner]}
    assert [code for _, code in faults_of(schema(inner))] == ["nesting"]


def test_the_error_reads_as_one_text() -> None:
    with pytest.raises(FormError, match="不支持组件“html”；请改用文本"):
        parse(schema({"type": "html"}))
