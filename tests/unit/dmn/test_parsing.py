"""Faults are found when a file is read, all at once, each with its element and the mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dmn
from tests.unit.dmn.files import decision, definitions, literal, table, text

GOOD = definitions(decision("d", table(["x"], ["out"], [(["1"], ["2"])])))


def faults(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(dmn.DecisionError) as refused:
        dmn.parse(content)
    return [(fault.element_id, fault.what) for fault in refused.value.faults]


def only(content: bytes, element_id: str, what: str) -> None:
    found = faults(content)
    assert len(found) == 1
    assert found[0][0] == element_id
    assert what in found[0][1]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "XML"),
        (b"not xml", "XML"),
        (b"<a>", "XML"),
        (b"\xff\xfe\x00", "XML"),
        (b"<a/>", "不是 DMN 文件"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "不是 DMN 文件"),
        (b"<!DOCTYPE a><a/>", "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "http://x.invalid/a.dtd"><a/>', "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"),
        (b"<a>" * 100 + b"</a>" * 100, "嵌套"),
        (b"<a>" * 5000 + b"</a>" * 5000, ""),
        (b"<a>" + b"x" * 10_000_000 + b"</a>", "超过 10 MB"),
    ],
)
def test_what_is_no_plain_dmn_file_is_refused(content: bytes, what: str) -> None:
    only(content, "", what)


def test_entities_that_multiply_are_refused_at_once() -> None:
    entities = '<!ENTITY a0 "xxxxxxxxxx">' + "".join(
        f'<!ENTITY a{at + 1} "{f"&a{at};" * 10}">' for at in range(12)
    )
    only(f"<!DOCTYPE a [{entities}]><a>&a12;</a>".encode(), "", "")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(dmn.DecisionError):
        dmn.parse(content)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
def test_a_damaged_file_is_read_or_refused(at: int, damage: bytes) -> None:
    try:
        decisions = dmn.parse(GOOD[:at] + damage + GOOD[at + len(damage) :])
    except dmn.DecisionError as refused:
        assert refused.faults  # noqa: PT017 (either way will do)
    else:
        assert decisions.ids


def test_a_file_without_a_decision_is_refused() -> None:
    only(definitions(), "definitions", "没有决策")


def test_a_decision_without_logic_is_refused() -> None:
    only(definitions(decision("d", "")), "d", "没有决策逻辑")


def test_a_decision_with_two_logics_is_refused() -> None:
    only(definitions(decision("d", literal("1") + literal("2"))), "d", "多个逻辑")


def test_a_box_without_its_parts_is_refused() -> None:
    found = faults(definitions(decision("d", '<conditional id="c"/>')))
    assert found == [("c", "缺少 if"), ("c", "缺少 then"), ("c", "缺少 else")]


def test_a_cell_that_does_not_read_is_refused_with_its_id() -> None:
    rows = [(["> "], ["1"]), (["1"], ["foo(2)"])]
    found = faults(definitions(decision("d", table(["x"], ["out"], rows))))
    assert [element for element, _ in found] == ["r1i1", "r2o1"]
    assert "foo" in found[1][1]


def test_an_input_that_does_not_read_is_refused() -> None:
    content = definitions(decision("d", table(["x +"], ["out"], [(["1"], ["2"])])))
    only(content, "i0", "表达式“x +”有误")


def test_an_input_without_an_expression_is_refused() -> None:
    content = definitions(decision("d", table([""], ["out"], [(["1"], ["2"])])))
    only(content, "i0", "没有表达式")


def test_a_rule_with_too_few_or_too_many_cells_is_refused() -> None:
    rows = [([], ["1"]), (["1", "2"], ["1"]), (["1"], [])]
    found = faults(definitions(decision("d", table(["x"], ["out"], rows))))
    assert [element for element, _ in found] == ["r1", "r2", "r3"]
    assert "应有 1 个输入格，实有 0 个" in found[0][1]
    assert "应有 1 个输出格，实有 0 个" in found[2][1]


def test_an_unknown_hit_policy_is_refused() -> None:
    content = definitions(decision("d", table(["x"], ["o"], [(["1"], ["2"])], policy="BEST")))
    only(content, "table", "BEST")


def test_an_unknown_aggregation_is_refused() -> None:
    logic = table(["x"], ["o"], [(["1"], ["2"])], policy="COLLECT", aggregation="AVG")
    only(definitions(decision("d", logic)), "table", "AVG")


def test_an_aggregation_without_collect_is_refused() -> None:
    logic = table(["x"], ["o"], [(["1"], ["2"])], policy="FIRST", aggregation="SUM")
    only(definitions(decision("d", logic)), "table", "不能汇总")


def test_an_aggregation_of_several_outputs_is_refused() -> None:
    logic = table(["x"], ["a", "b"], [(["1"], ["2", "3"])], policy="COLLECT", aggregation="SUM")
    only(definitions(decision("d", logic)), "table", "多个输出列")


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_an_order_that_was_not_given_is_refused(policy: str) -> None:
    content = definitions(decision("d", table(["x"], ["o"], [(["1"], ["2"])], policy=policy)))
    only(content, "table", "次序")


def test_outputs_without_names_or_with_the_same_are_refused() -> None:
    rows = [(["1"], ["2", "3"])]
    only(definitions(decision("d", table(["x"], ["a", "a"], rows))), "table", "名称为空或重复")


def test_a_table_without_rules_or_outputs_is_refused() -> None:
    found = faults(definitions(decision("d", table(["x"], [], []))))
    assert [what for _, what in found] == ["决策表没有输出列", "决策表没有规则"]


def test_a_table_that_is_too_large_is_refused() -> None:
    rows = [(["1"] * 100, ["2"])] * 1000
    only(definitions(decision("d", table(["x"] * 100, ["o"], rows))), "table", "超过 100000 格")


def test_a_requirement_that_leads_nowhere_is_refused() -> None:
    only(definitions(decision("d", literal("1"), requires=["gone"])), "d", "gone")


def test_a_requirement_in_another_file_is_refused() -> None:
    content = definitions(decision("d", literal("1"), requires=["x"])).replace(
        b'href="#x"', b'href="other.dmn#x"'
    )
    only(content, "d", "其他文件")


def test_a_requirement_that_leads_to_another_kind_is_refused() -> None:
    content = definitions(decision("a", literal("1")), decision("d", literal("2"), knows=["a"]))
    only(content, "d", "连线不能连到“a”")
    assert dmn.parse(content, is_lenient=True).evaluate("d", {}) == 2


def test_requirements_in_a_circle_are_refused() -> None:
    content = definitions(
        decision("a", literal("1"), requires=["b"]), decision("b", literal("1"), requires=["a"])
    )
    assert faults(content) == [("a", "决策之间的依赖成环"), ("b", "决策之间的依赖成环")]


def test_ids_and_names_that_occur_twice_are_refused() -> None:
    content = definitions(decision("a", literal("1")), decision("a", literal("2"), name="b"))
    only(content, "a", "id “a”重复")
    content = definitions(
        decision("a", literal("1"), name="等级"), decision("b", literal("2"), name="等级")
    )
    only(content, "b", "名称“等级”重复")


@pytest.mark.parametrize("language", ["javascript", "http://www.java.com/java", "python"])
def test_other_expression_languages_are_refused(language: str) -> None:
    logic = text("literalExpression", "1", id="l", expressionLanguage=language)
    only(definitions(decision("d", logic)), "l", "不支持表达式语言")


@pytest.mark.parametrize(
    "language", ["feel", "FEEL", "https://www.omg.org/spec/DMN/20191111/FEEL/", "juel"]
)
def test_the_language_of_the_standard_goes_by_several_names(language: str) -> None:
    logic = text("literalExpression", "1 + 1", id="l", expressionLanguage=language)
    assert dmn.parse(definitions(decision("d", logic))).evaluate("d", {}) == 2


def test_all_faults_are_named_at_once() -> None:
    bad = definitions(
        decision("a", table(["x +"], ["o"], [(["1", "2"], ["("])], policy="BEST")),
        decision("b", "", requires=["gone"]),
    )
    assert len(faults(bad)) == 6


def test_a_fault_reads_as_a_sentence() -> None:
    fault = dmn.Fault(element_id="r1", what="缺少一格", mend="请补齐")
    assert str(fault) == "r1：缺少一格。请补齐"
    assert str(dmn.DecisionError([fault, fault])) == "r1：缺少一格。请补齐；r1：缺少一格。请补齐"


def test_a_file_with_more_names_and_types_than_can_be_searched_for_is_refused() -> None:
    data = "".join(f'<inputData id="i{at}" name="x {at}"/>' for at in range(1001))
    only(definitions(data, decision("d", literal("1"))), "definitions", "超过 1000 个")
    types = "".join(
        f'<itemDefinition name="t{at}"><typeRef>string</typeRef></itemDefinition>'
        for at in range(1001)
    )
    only(definitions(types, decision("d", literal("1"))), "definitions", "类型超过 1000 个")


def test_types_that_rest_on_each_other_too_deep_are_refused() -> None:
    types = "".join(
        f'<itemDefinition name="t{at}"><typeRef>t{at + 1}</typeRef></itemDefinition>'
        for at in range(100)
    )
    last = '<itemDefinition name="t100"><typeRef>string</typeRef></itemDefinition>'
    assert "过深" in faults(definitions(types, last, decision("d", literal("1"))))[0][1]


def test_many_plain_names_are_read_in_their_time() -> None:
    data = "".join(f'<inputData id="i{at}" name="x{at}"/>' for at in range(10_000))
    rows = [([f"< x{at}"], [str(at)]) for at in range(100)]
    logic = table(["x1"], ["o"], rows, policy="FIRST")
    assert dmn.parse(definitions(data, decision("d", logic))).ids == ("d",)
