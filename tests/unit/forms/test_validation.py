"""Values against forms: every rule, every pointer, nothing trusted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definition import parse
from forms.validation import Checked, check
from tests.unit.forms.builders import EVERYTHING, OPTIONS, field, schema

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 2026-11-24 01:00 in Shanghai
LABEL = "“名称”"


def run(*components: dict[str, Any], values: Any, **more: Any) -> Checked:
    """What a published form says; that its expressions name what there is was asked before."""
    return check(parse(schema(*components), published=True), values, **more)


def codes(checked: Checked) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in checked.faults]


def moment(subtype: str, **more: Any) -> dict[str, Any]:
    return field("datetime", subtype=subtype, **more)


def several(**more: Any) -> dict[str, Any]:
    return field("checklist", values=["a", "b", "c", 1], **more)


def limits(**validate: Any) -> dict[str, Any]:
    return {"validate": validate}


@pytest.mark.parametrize(
    ("component", "sent", "kept"),
    [
        (field(), "  甲\t乙 ", "甲\t乙"),
        (field(), "e\u0301", "é"),
        (field(), "", None),
        (field(), "   ", None),
        (field(), None, None),
        (field(), "𠮷田", "𠮷田"),
        (field("textarea"), "一\r\n二", "一\n二"),
        (field("number"), 5, 5),
        (field("number"), 5.0, 5),
        (field("number"), -0.0, 0),
        (field("number"), 0.1, 0.1),
        (field("number"), " 12.50 ", 12.5),
        (field("number"), "", None),
        (
            field("number", serializeToString=True),
            "47961.0000000000000001",
            "47961.0000000000000001",
        ),
        (field("number", serializeToString=True), 1e20, "100000000000000000000"),
        (field("number", decimalDigits=2, increment="0.01"), 479.61, 479.61),
        (field("number", increment="0.1"), 0.3, 0.3),
        (field("checkbox"), True, True),
        (field("checkbox"), None, False),
        (field("radio", values=OPTIONS), "approve", "approve"),
        (field("select", values=[{"label": "一", "value": 1}]), 1, 1),
        (field("select", values=OPTIONS), "", None),
        (several(), ["b", 1], ["b", 1]),
        (several(), None, []),
        (moment("date"), "2026-02-28", "2026-02-28"),
        (moment("date"), "", None),
        (moment("time"), "09:30", "09:30"),
        (moment("time", timeSerializingFormat="utc_offset"), "09:30+08:00", "09:30+08:00"),
        (moment("datetime"), "2026-02-28T09:30", "2026-02-28T09:30"),
        (moment("datetime"), "2026-02-28T09:30:00.000", "2026-02-28T09:30"),
        (
            moment("datetime", timeSerializingFormat="utc_normalized"),
            "2026-02-28T01:30Z",
            "2026-02-28T01:30Z",
        ),
        (field("filepicker"), "f1", "f1"),
        (field("filepicker"), ["f1"], "f1"),
        (field("filepicker"), None, None),
        (field("filepicker", multiple=True), ["f1", "f2"], ["f1", "f2"]),
        (field("filepicker", multiple=True), "f1", ["f1"]),
        (field(validate={"pattern": r"^\d{6}$"}), "120101", "120101"),
        (field(validate={"validationType": "email"}), "a.b@tj.example", "a.b@tj.example"),
        (field(validate={"validationType": "phone"}), "+862288880000", "+862288880000"),
    ],
)
def test_a_good_value_is_kept_in_its_one_spelling(
    component: dict[str, Any], sent: object, kept: object
) -> None:
    checked = run(component, values={"name": sent}, files={"f1", "f2"})
    assert checked.faults == ()
    assert checked.values == {"name": kept}
    assert type(checked.values["name"]) is type(kept)


@pytest.mark.parametrize(
    ("component", "sent", "code", "said"),
    [
        (field(**limits(required=True)), " ", "required", "请填写"),
        (field("select", values=OPTIONS, **limits(required=True)), None, "required", "请选择"),
        (field("checkbox", **limits(required=True)), False, "required", "请勾选确认"),
        (field("filepicker", **limits(required=True)), [], "required", "请上传文件"),
        (several(**limits(required=True)), [], "required", "请选择"),
        (field(), 5, "type", "应为文本"),
        (field(), ["a"], "type", "应为文本"),
        (field(), "a\nb", "characters", "换行"),
        (field(), "a\x00b", "characters", "控制字符"),
        (field("textarea"), "a\x1bb", "characters", "控制字符"),
        (field(), "\ud800", "characters", "控制字符"),
        (field(), "甲\u202e乙", "characters", "改变文字方向"),
        (field(), "x" * 100_001, "too-long", "100000"),
        pytest.param(
            field(), "a" + "\u0301\u0316" * 40_000, "characters", "附加符号", id="many marks"
        ),
        (field(**limits(minLength=3)), "ab", "too-short", "至少3个字，现有2个"),
        (field(**limits(maxLength=3)), "abcd", "too-long", "最多3个字，现有4个"),
        (field(**limits(pattern="^a+$")), "ab", "pattern", "格式不符合要求"),
        (
            field(**limits(pattern="^a+$", patternErrorMessage="只能写a")),
            "b",
            "pattern",
            "只能写a",
        ),
        (field(**limits(pattern="^(a+)+$")), "a" * 900 + "b", "pattern", "格式"),
        (field(**limits(pattern="^a")), "a" * 1001, "too-long", "最多1000个字"),
        (field(**limits(validationType="email")), "nobody", "pattern", "电子邮箱"),
        (field("number"), "12a", "type", "应为数字"),
        (field("number"), True, "type", "应为数字"),
        (field("number"), float("nan"), "type", "应为数字"),
        (field("number"), float("inf"), "type", "应为数字"),
        (field("number"), "１２", "type", "应为数字"),
        pytest.param(field("number"), 10**5000, "type", "应为数字", id="huge"),
        (field("number"), 12345678901234567890, "digits", "15位有效数字"),
        (field("number"), 1e300, "digits", "15位有效数字"),
        (field("number"), 1e-300, "digits", "15位有效数字"),
        (field("number", **limits(min=1)), 0.5, "too-small", "不得小于1"),
        (field("number", **limits(max="99.5")), 100, "too-large", "不得大于99.5"),
        (field("number", decimalDigits=0), 1.5, "digits", "应为整数"),
        (field("number", decimalDigits=2), 1.005, "digits", "最多2位小数"),
        (field("number", increment="0.5"), 1.3, "step", "0.5的整数倍"),
        (field("checkbox"), "true", "type", "是或否"),
        (field("radio", values=OPTIONS), "maybe", "option", "不在可选范围内"),
        (field("radio", values=OPTIONS), {"value": "approve"}, "type", "应为一个选项"),
        (field("select", values=[{"label": "一", "value": 1}]), True, "option", "可选范围"),
        (several(), ["a", "x"], "option", "可选范围"),
        (several(), ["a", "a"], "duplicate", "同一选项选了两次"),
        (several(), "a", "type", "选项列表"),
        (several(properties={"dudao:minItems": 2}), ["a"], "too-few", "至少应有2项，现有1项"),
        (several(properties={"dudao:minItems": 2}), [], "too-few", "至少应有2项"),
        (several(properties={"dudao:maxItems": 1}), ["a", "b"], "too-many", "最多1项"),
        (moment("date"), "2026-02-30", "date", "2026-01-31形式的日期"),
        (moment("date"), "2026-02-28T09:30", "date", "日期"),
        (moment("date"), "20260228", "date", "日期"),
        (moment("date"), "２026-02-28", "date", "日期"),
        (moment("date"), 20260228, "date", "日期"),
        (moment("time"), "25:00", "date", "09:30形式的时间"),
        (moment("time"), "09:30+08:00", "date", "不带时区"),
        (moment("datetime"), "2026-02-28", "date", "日期和时间"),
        (
            moment("datetime", timeSerializingFormat="utc_normalized"),
            "2026-02-28T09:30+08:00",
            "date",
            "以Z结尾",
        ),
        (
            moment("datetime", timeSerializingFormat="utc_offset"),
            "2026-02-28T09:30",
            "date",
            "带时区",
        ),
        (moment("date", disallowPassedDates=True), "2026-11-23", "past", "不得早于今天"),
        (
            moment("date", properties={"dudao:min": "2026-12-01"}),
            "2026-11-30",
            "too-early",
            "不得早于2026-12-01",
        ),
        (
            moment("date", properties={"dudao:max": "2026-12-01"}),
            "2026-12-02",
            "too-late",
            "不得晚于",
        ),
        (moment("time", properties={"dudao:max": "18:00"}), "18:01", "too-late", "不得晚于18:00"),
        (field("filepicker"), "other", "file", "不存在或不属于您"),
        (field("filepicker"), ["f1", "f2"], "too-many", "只能上传一个文件"),
        (field("filepicker", multiple=True), ["f1", "f1"], "duplicate", "同一文件"),
        (field("filepicker", multiple=True), [{"id": "f1"}], "type", "编号"),
        (
            field("filepicker", multiple=True, properties={"dudao:maxItems": 1}),
            ["f1", "f2"],
            "too-many",
            "最多1项",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_pointer_and_what_to_do(
    component: dict[str, Any], sent: object, code: str, said: str
) -> None:
    checked = run(component, values={"name": sent}, files={"f1", "f2"}, now=NOW)
    assert codes(checked) == [("/name", code)]
    assert checked.faults[0].detail.startswith(LABEL)
    assert said in checked.faults[0].detail


def test_today_is_the_local_day() -> None:
    component = moment("date", disallowPassedDates=True)
    assert run(component, values={"name": "2026-11-24"}, now=NOW).faults == ()
    assert run(component, values={"name": "2020-01-01"}).faults == ()


def test_unknown_keys_are_dropped() -> None:
    checked = run(field(), values={"name": "a", "case_id": "x", "__proto__": {}, "approved": True})
    assert checked == Checked(values={"name": "a"}, faults=())


def test_displays_and_buttons_hold_nothing() -> None:
    checked = run(
        {"type": "text", "text": "说明"}, {"type": "button", "label": "提交"}, values={"text": "x"}
    )
    assert checked == Checked(values={}, faults=())


@pytest.mark.parametrize("values", [None, [], "x", 5, True])
def test_what_is_no_object_is_refused(values: object) -> None:
    assert codes(run(field(), values=values)) == [("", "type")]


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"name": [found]}
    return found


@pytest.mark.parametrize(
    "values",
    [{"name": "x" * 2_000_001}, {"x": [0] * 60_000}, deep(50_000), {"x": [[0] * 400] * 400}],
)
def test_what_is_too_large_is_refused_before_it_is_walked(values: object) -> None:
    assert codes(run(field(), values=values)) == [("", "size")]


# Hidden parts

HIDING = (
    field("radio", "outcome", values=OPTIONS, validate={"required": True}),
    field(
        "textarea", "reason", conditional={"hide": '=outcome != "return"'}, **limits(required=True)
    ),
    field("textfield", "ref", conditional={"hide": "=reason = null"}, **limits(required=True)),
)


def test_hidden_fields_are_neither_stored_nor_checked() -> None:
    checked = run(*HIDING, values={"outcome": "approve", "reason": "\x00", "ref": "y"})
    assert checked == Checked(values={"outcome": "approve"}, faults=())


def test_what_becomes_visible_is_checked() -> None:
    assert codes(run(*HIDING, values={"outcome": "return"})) == [("/reason", "required")]
    assert codes(run(*HIDING, values={"outcome": "return", "reason": "缺附件"})) == [
        ("/ref", "required")
    ]


def test_a_hidden_group_takes_its_fields_along() -> None:
    group = {
        "type": "group",
        "path": "contact",
        "conditional": {"hide": "=private"},
        "components": [field(**limits(required=True))],
    }
    form = (field("checkbox", "private"), group)
    assert run(*form, values={"private": True, "contact": {"name": "x"}}).values == {
        "private": True
    }
    assert codes(run(*form, values={"private": False})) == [("/contact/name", "required")]


def test_a_condition_sees_the_case_and_the_time() -> None:
    component = field(conditional={"hide": '=case_form = "special"'}, **limits(required=True))
    assert run(component, values={}, context={"case_form": "special"}).faults == ()
    assert codes(run(component, values={}, context={"case_form": "other"})) == [
        ("/name", "required")
    ]
    late = field(conditional={"hide": '=today() < date("2026-11-24")'}, **limits(required=True))
    assert codes(run(late, values={}, now=NOW)) == [("/name", "required")]


def test_a_condition_that_fails_leaves_the_field_visible() -> None:
    component = field(conditional={"hide": "=nothing.here > 5"}, **limits(required=True))
    assert codes(run(component, values={})) == [("/name", "required")]


def test_conditions_that_contradict_each_other_still_end() -> None:
    one = field(key="a", conditional={"hide": "=b != null"})
    two = field(key="b", conditional={"hide": "=a = null"})
    first = run(one, two, values={"a": "x", "b": "y"})
    assert first == run(one, two, values={"a": "x", "b": "y"})


# Read-only and computed values


@pytest.mark.parametrize("lock", [{"readonly": True}, {"disabled": True}, {"readonly": "=locked"}])
def test_a_read_only_value_comes_from_the_case(lock: dict[str, Any]) -> None:
    component = field(**lock, **limits(required=True))
    context = {"name": "第一中学", "locked": True}
    checked = run(component, values={"name": "第二中学", "locked": False}, context=context)
    assert checked == Checked(values={"name": "第一中学"}, faults=())


def test_a_read_only_value_that_the_case_lacks_is_no_fault_of_the_user() -> None:
    checked = run(field(readonly=True, **limits(required=True)), values={"name": "x"})
    assert checked == Checked(values={"name": None}, faults=())


def test_a_read_only_condition_that_fails_keeps_the_value_of_the_case() -> None:
    checked = run(field(readonly="=nothing > 1"), values={"name": "x"}, context={"name": "y"})
    assert checked.values == {"name": "y"}


def test_a_read_only_condition_that_is_false_lets_the_client_write() -> None:
    component = field(readonly="=locked")
    checked = run(component, values={"name": "x"}, context={"name": "y", "locked": False})
    assert checked.values == {"name": "x"}


def test_a_read_only_value_lies_where_its_group_says() -> None:
    group = {"type": "group", "path": "unit", "components": [field(readonly=True)]}
    checked = run(group, values={"unit": {"name": "x"}}, context={"unit": {"name": "y"}})
    assert checked.values == {"unit": {"name": "y"}}


def test_computed_values_are_computed_here() -> None:
    total = {"type": "expression", "key": "total", "expression": "=a + b"}
    double = {"type": "expression", "key": "double", "expression": "=total * 2"}
    form = (double, total, field("number", "a"), field("number", "b"))
    checked = run(*form, values={"a": 0.1, "b": 0.2, "total": 99, "double": 1})
    assert checked.values == {"double": 0.6, "total": 0.3, "a": 0.1, "b": 0.2}
    assert run(*form, values={"a": 1}).values["total"] is None


def test_a_computed_date_is_kept_as_text() -> None:
    form = {
        "type": "expression",
        "key": "on",
        "expression": '=date("2026-01-31") + duration("P1D")',
    }
    assert run(form, values={}).values == {"on": "2026-02-01"}


# Limits that depend on values


def test_an_opinion_is_required_when_the_document_is_returned() -> None:
    form = (
        field("radio", "outcome", values=OPTIONS),
        field("textarea", "opinion", properties={"dudao:requiredIf": '=outcome = "return"'}),
    )
    assert run(*form, values={"outcome": "approve"}).faults == ()
    assert codes(run(*form, values={"outcome": "return"})) == [("/opinion", "required")]
    assert run(*form, values={"outcome": "return", "opinion": "缺依据"}).faults == ()


def test_a_requirement_that_fails_to_evaluate_stands() -> None:
    component = field(properties={"dudao:requiredIf": "=nothing > 3"})
    assert codes(run(component, values={})) == [("/name", "required")]


def test_limits_may_be_expressions() -> None:
    number = field("number", "paid", validate={"max": "=owed"})
    text = field("textfield", "note", validate={"minLength": "=least"})
    later = field("datetime", "to", subtype="date", properties={"dudao:min": "=from"})
    start = field("datetime", "from", subtype="date")
    values = {"paid": 11, "note": "ab", "from": "2026-03-02", "to": "2026-03-01"}
    checked = run(number, text, later, start, values=values, context={"owed": 10, "least": 3})
    assert codes(checked) == [
        ("/paid", "too-large"),
        ("/note", "too-short"),
        ("/to", "too-early"),
    ]
    by_date = field("datetime", subtype="date", properties={"dudao:max": '=date("2026-03-01")'})
    assert codes(run(by_date, values={"name": "2026-03-02"})) == [("/name", "too-late")]


def test_options_come_from_the_case_never_from_the_client() -> None:
    component = field("select", valuesKey="inspectors")
    context = {"inspectors": [{"value": "u1", "label": "甲"}, "u2"]}
    assert run(component, values={"name": "u1"}, context=context).faults == ()
    assert run(component, values={"name": "u2"}, context=context).faults == ()
    forged = {"name": "u9", "inspectors": [{"value": "u9", "label": "乙"}]}
    assert codes(run(component, values=forged, context=context)) == [("/name", "option")]
    assert codes(run(component, values={"name": "u1"})) == [("/name", "option")]


def test_options_may_be_computed() -> None:
    component = field(
        "select", valuesExpression="=for p in people return {value: p.id, label: p.n}"
    )
    context = {"people": [{"id": "u1", "n": "甲"}]}
    assert run(component, values={"name": "u1"}, context=context).faults == ()
    assert codes(run(component, values={"name": "u2"}, context=context)) == [("/name", "option")]


# Lists


def problems(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    inner = components or (
        field("textfield", "problem", **limits(required=True)),
        field("datetime", "limit", subtype="date", **limits(required=True)),
    )
    base = {"type": "dynamiclist", "path": "problems", "label": "问题清单"}
    return base | {"components": list(inner)} | more


def test_faults_of_items_carry_their_position() -> None:
    values = {"problems": [{"problem": "a", "limit": "2026-01-31"}, {"limit": "x", "extra": 1}]}
    checked = run(problems(), values=values)
    assert codes(checked) == [("/problems/1/problem", "required"), ("/problems/1/limit", "date")]
    assert checked.values["problems"] == [
        {"problem": "a", "limit": "2026-01-31"},
        {"problem": None, "limit": None},
    ]


def test_lists_nest() -> None:
    inner = {"type": "dynamiclist", "path": "tasks", "components": [field(**limits(required=True))]}
    values = {"problems": [{"tasks": []}, {"tasks": [{"name": "a"}, {}]}]}
    checked = run(problems(inner), values=values)
    assert codes(checked) == [("/problems/1/tasks/1/name", "required")]


@pytest.mark.parametrize(
    ("sent", "at", "code"),
    [
        ({"a": 1}, "/problems", "type"),
        ("x", "/problems", "type"),
        (["x"], "/problems/0", "type"),
        ([], "/problems", "too-few"),
        ([{"problem": "a", "limit": "2026-01-31"}] * 3, "/problems", "too-many"),
        ([{"problem": "a", "limit": "2026-01-31"}] * 300, "/problems", "too-many"),
    ],
)
def test_a_list_of_the_wrong_shape_or_size_is_refused(sent: object, at: str, code: str) -> None:
    form = problems(properties={"dudao:minItems": 1, "dudao:maxItems": 2})
    checked = run(form, values={"problems": sent})
    assert (at, code) in codes(checked)


def test_conditions_in_a_list_see_their_row_its_parent_and_the_form() -> None:
    form = (
        field("checkbox", "strict"),
        problems(
            field("checkbox", "done"),
            field(
                "textfield",
                "why",
                conditional={"hide": "=this.done or not(strict)"},
                **limits(required=True),
            ),
            {"type": "expression", "key": "place", "expression": "=i[1]"},
            {"type": "expression", "key": "of", "expression": "=count(parent.problems)"},
        ),
    )
    values = {"strict": True, "problems": [{"done": True, "why": "x"}, {"done": False}]}
    checked = run(*form, values=values)
    assert codes(checked) == [("/problems/1/why", "required")]
    assert checked.values["problems"] == [
        {"done": True, "place": 1, "of": 2},
        {"done": False, "why": None, "place": 2, "of": 2},
    ]


ROWS = {"problems": [{"no": "1", "problem": "欠薪"}, {"no": "2", "problem": "超额班"}]}


def fixed(**more: Any) -> dict[str, Any]:
    return problems(
        field("textfield", "no", readonly=True),
        field("textfield", "problem", readonly=True),
        field("textfield", "measure", **limits(required=True)),
        **more,
    )


def test_rows_of_the_case_keep_their_read_only_parts() -> None:
    sent = {"problems": [{"problem": "forged", "measure": "补发"}, {"measure": "分班"}]}
    checked = run(fixed(allowAddRemove=False), values=sent, context=ROWS)
    assert checked.faults == ()
    assert checked.values["problems"] == [
        {"no": "1", "problem": "欠薪", "measure": "补发"},
        {"no": "2", "problem": "超额班", "measure": "分班"},
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_rows_of_the_case_may_not_be_added_or_removed(count: int) -> None:
    sent = {"problems": [{"measure": "x"}] * count}
    checked = run(fixed(allowAddRemove=False), values=sent, context=ROWS)
    assert ("/problems", "rows") in codes(checked)


KEYED = {"properties": {"dudao:itemKey": "no"}}


def test_items_find_their_row_by_key_in_any_order() -> None:
    sent = {"problems": [{"no": "2", "measure": "分班"}, {"no": 1, "measure": "补发"}]}
    checked = run(fixed(**KEYED), values=sent, context=ROWS)
    assert checked.faults == ()
    assert [row["problem"] for row in checked.values["problems"]] == ["超额班", "欠薪"]  # type: ignore[attr-defined]
    removed = run(fixed(**KEYED), values={"problems": sent["problems"][:1]}, context=ROWS)
    assert removed.values["problems"] == [{"no": "2", "problem": "超额班", "measure": "分班"}]
    in_order = run(fixed(allowAddRemove=False, **KEYED), values=sent, context=ROWS)
    assert [row["no"] for row in in_order.values["problems"]] == ["1", "2"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sent", "at", "code"),
    [
        ([{"no": "9", "measure": "x"}], "/problems/0", "rows"),
        ([{"no": "1", "measure": "x"}, {"no": "1", "measure": "y"}], "/problems/1", "duplicate"),
    ],
)
def test_a_row_that_the_case_does_not_have_is_refused(sent: Any, at: str, code: str) -> None:
    assert (at, code) in codes(run(fixed(**KEYED), values={"problems": sent}, context=ROWS))


def test_a_fixed_list_with_keys_wants_every_row() -> None:
    form = fixed(allowAddRemove=False, **KEYED)
    checked = run(form, values={"problems": [{"no": "1", "measure": "x"}]}, context=ROWS)
    assert ("/problems", "rows") in codes(checked)


def test_new_rows_may_join_those_of_the_case() -> None:
    sent = {"problems": [{"no": "1", "measure": "补发"}, {"measure": "新增"}]}
    checked = run(fixed(**KEYED), values=sent, context=ROWS)
    assert checked.faults == ()
    assert checked.values["problems"][1] == {"no": None, "problem": None, "measure": "新增"}  # type: ignore[index]


# Whatever arrives

texts = st.text(st.characters(exclude_categories=()), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
FORM = parse(EVERYTHING)
KEYS = [each["key"] for each in EVERYTHING["components"] if "key" in each]
shaped = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(KEYS, json_values)
    | {
        "contact": json_values | st.fixed_dictionaries({"phone": json_values}),
        "problems": st.lists(
            json_values
            | st.fixed_dictionaries({"problem": json_values, "limit": json_values})
            | st.just({"problem": "a", "limit": "2026-01-31", "why": "b"}),
            max_size=7,
        ),
        "outcome": st.sampled_from(["approve", "return"]),
        "visit_on": st.dates().map(str),
        "starts": st.times().map(str),
    },
)


@settings(deadline=None)
@given(json_values | shaped, st.dictionaries(texts, json_values, max_size=3))
def test_check_never_raises_and_says_something_about_what_it_refuses(
    values: object, context: dict[str, Any]
) -> None:
    checked = check(FORM, values, context=context, files={"f1"}, now=NOW)
    assert all(fault.detail and fault.code for fault in checked.faults)
    if isinstance(values, dict):
        assert all(fault.pointer.startswith("/") for fault in checked.faults)


@settings(deadline=None)
@given(shaped)
def test_what_was_accepted_is_accepted_again_unchanged(values: dict[str, Any]) -> None:
    options = {"suggestions": [], "inspectors": []}
    complete = {"title": "标题", "outcome": "return", "declared": True, "matters": ["a"]}
    complete |= {"opinion": "理由", "problems": [{"problem": "甲"}]}
    for key in ("problems", "outcome"):
        values.pop(key, None)
    once = check(FORM, complete | values, context=options, files={"f1"}, now=NOW)
    if once.faults:
        return
    again = check(FORM, once.values, context=options, files={"f1"}, now=NOW)
    assert again == once


def test_a_whole_form_is_accepted() -> None:
    values = {
        "title": "专项督导",
        "amount": 479.61,
        "inspector": "u1",
        "outcome": "approve",
        "declared": True,
        "matters": ["a"],
        "visit_on": "2026-12-01",
        "contact": {"phone": "022-88880000"},
        "evidence": ["f1"],
        "problems": [{"problem": "欠薪", "limit": "2026-12-31", "why": "经费"}],
    }
    context = {
        "inspectors": [{"value": "u1", "label": "甲"}],
        "ceiling_amount": 1000,
        "last_day": "2026-12-31",
        "number": "津教督办〔2026〕1号",
    }
    checked = check(FORM, values, context=context, files={"f1"}, now=NOW)
    assert checked.faults == ()
    assert checked.values["number"] == "津教督办〔2026〕1号"
    assert checked.values["total"] == 1
    assert checked.values["remark"] is None


def test_a_form_is_shared_between_checks_without_traces() -> None:
    before = check(FORM, {"title": "x"})
    check(FORM, {"outcome": "return", "problems": [{}]})
    assert check(FORM, {"title": "x"}) == before
