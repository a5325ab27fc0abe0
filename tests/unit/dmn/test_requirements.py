"""Decisions that require others, knowledge models, and logic that is no table."""

from __future__ import annotations

import pytest

import dmn
from feel import FeelError
from tests.unit.dmn.files import decision, definitions, literal, table, text


def knowledge(id: str, parameters: list[str], logic: str, knows: str = "") -> str:
    names = "".join(f'<formalParameter name="{name}"/>' for name in parameters)
    link = (
        f'<knowledgeRequirement><requiredKnowledge href="#{knows}"/></knowledgeRequirement>'
        if knows
        else ""
    )
    body = f"<encapsulatedLogic>{names}{logic}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="{id}" name="{id}">{body}{link}</businessKnowledgeModel>'


def test_a_decision_sees_what_it_requires_by_name_and_by_id() -> None:
    first = decision("grade", table(["score"], ["x"], [(["< 60"], ['"差"'])]), name="等级")
    by_name = decision("by_name", literal('等级 = "差"'), requires=["grade"])
    by_id = decision("by_id", literal('grade = "差"'), requires=["grade"])
    decisions = dmn.parse(definitions(first, by_name, by_id))
    assert decisions.ids == ("grade", "by_name", "by_id")
    assert decisions.evaluate("by_name", {"score": 50}) is True
    assert decisions.evaluate("by_id", {"score": 50}) is True


def test_a_result_goes_before_a_variable_of_its_name() -> None:
    first = decision("grade", literal("1"))
    second = decision("final", literal("grade"), requires=["grade"])
    assert dmn.parse(definitions(first, second)).evaluate("final", {"grade": 9}) == 1


def test_a_result_is_seen_only_where_it_is_required() -> None:
    hidden = decision("hidden", literal("1"))
    middle = decision("middle", literal("hidden + 1"), requires=["hidden"])
    final = decision("final", literal("[middle, hidden]"), requires=["middle"])
    assert dmn.parse(definitions(hidden, middle, final)).evaluate("final", {}) == [2, None]


def test_a_decision_that_several_require_is_made_once() -> None:
    calls: list[int] = []

    def count() -> int:
        calls.append(1)
        return 10

    base = decision("base", literal("count_call()"))
    left = decision("left", literal("base + 1"), requires=["base"])
    right = decision("right", literal("base + 2"), requires=["base"])
    top = decision("top", literal("left + right"), requires=["left", "right"])
    decisions = dmn.parse(definitions(base, left, right, top), functions=frozenset({"count_call"}))
    found = decisions.evaluate("top", {}, functions={"count_call": count})
    assert found == 23
    assert calls == [1]


def test_names_with_spaces_are_known_from_the_file() -> None:
    given = '<inputData id="input" name="申请 金额"/>'
    first = decision("risk", literal("申请 金额 * 2"), name="风险 分值")
    second = decision("final", literal("风险 分值 + 1"), requires=["risk"])
    decisions = dmn.parse(definitions(given, first, second))
    assert decisions.evaluate("final", {"申请 金额": 5}) == 11


def test_rules_of_all_decisions_are_recorded_in_the_order_of_making() -> None:
    first = decision("a", table(["x"], ["out"], [(["1"], ["2"])]))
    second = decision("b", table(["a"], ["out"], [(["1"], ["3"]), (["2"], ["4"])]), requires=["a"])
    outcome = dmn.parse(definitions(first, second)).decide("b", {"x": 1})
    assert [(hit.decision_id, hit.rule_id) for hit in outcome.hits] == [("a", "r1"), ("b", "r2")]


def test_a_knowledge_model_is_a_function() -> None:
    model = knowledge("double", ["x"], literal("x * 2"))
    user = decision("d", literal("double(a) + double(x: 1)"), knows=["double"])
    assert dmn.parse(definitions(model, user)).evaluate("d", {"a": 5, "x": 100}) == 12


def test_a_knowledge_model_may_be_a_table_and_use_another() -> None:
    limit = knowledge("limit", [], literal("60"))
    grade = knowledge(
        "grade", ["score"], table(["score >= limit()"], ["o"], [(["true"], ['"过"'])]), "limit"
    )
    user = decision("d", literal("for s in scores return grade(s)"), knows=["grade"])
    outcome = dmn.parse(definitions(limit, grade, user)).decide("d", {"scores": [70, 50]})
    assert outcome.value == ["过", None]


def test_wrong_arguments_of_a_knowledge_model_are_refused() -> None:
    model = knowledge("double", ["x"], literal("x * 2"))
    user = decision("d", literal("double(1, 2)"), knows=["double"])
    with pytest.raises(dmn.DecisionError, match="参数应为 x"):
        dmn.parse(definitions(model, user)).evaluate("d", {})


def test_a_knowledge_model_that_calls_itself_without_end_is_refused() -> None:
    model = knowledge("again", ["x"], literal("again(x + 1)"), "again")
    user = decision("d", literal("again(1)"), knows=["again"])
    with pytest.raises(dmn.DecisionError, match="成环"):
        dmn.parse(definitions(model, user))


def test_a_knowledge_model_that_is_not_linked_is_refused() -> None:
    model = knowledge("double", ["x"], literal("x * 2"))
    user = decision("d", literal("double(1)"))
    with pytest.raises(dmn.DecisionError, match="没有提供函数“double”"):
        dmn.parse(definitions(model, user)).evaluate("d", {})


def test_an_invocation_passes_its_arguments() -> None:
    model = knowledge("double", ["x"], literal("x * 2"))
    binding = f'<binding><parameter name="x"/>{literal("a + 1")}</binding>'
    invocation = f'<invocation id="i">{literal("double")}{binding}</invocation>'
    user = decision("d", invocation, knows=["double"])
    assert dmn.parse(definitions(model, user)).evaluate("d", {"a": 4}) == 10


def test_a_context_goes_step_by_step_to_its_result() -> None:
    steps = (
        f'<contextEntry><variable name="基数"/>{literal("a * 2")}</contextEntry>'
        f'<contextEntry><variable name="b"/>{literal("基数 + 1")}</contextEntry>'
    )
    whole = decision("whole", f'<context id="c">{steps}</context>')
    result = f"<contextEntry>{literal('b * 10')}</contextEntry>"
    last = decision("last", f'<context id="k">{steps}{result}</context>')
    decisions = dmn.parse(definitions(whole, last))
    assert decisions.evaluate("whole", {"a": 2}) == {"基数": 4, "b": 5}
    assert decisions.evaluate("last", {"a": 2}) == 50


def test_a_list_and_a_relation_hold_their_parts() -> None:
    listed = decision("listed", f'<list id="l">{literal("1")}{literal("a")}</list>')
    columns = '<column name="n"/><column name="v"/>'
    rows = "".join(
        f"<row>{text('literalExpression', name)}{text('literalExpression', value)}</row>"
        for name, value in (('"x"', "1"), ('"y"', "a"))
    )
    related = decision("related", f'<relation id="r">{columns}{rows}</relation>')
    decisions = dmn.parse(definitions(listed, related))
    assert decisions.evaluate("listed", {"a": 2}) == [1, 2]
    assert decisions.evaluate("related", {"a": 2}) == [{"n": "x", "v": 1}, {"n": "y", "v": 2}]


def test_a_decision_without_logic_that_others_need_is_made_outside() -> None:
    outside = decision("opinion", "", name="评议意见")
    user = decision("d", literal('评议意见 + "！"'), requires=["opinion"])
    decisions = dmn.parse(definitions(outside, user))
    assert decisions.evaluate("d", {"评议意见": "合格"}) == "合格！"
    outcome = decisions.decide("d", {})
    assert outcome.value is None
    assert "决策“评议意见”没有逻辑，也没有这个变量" in outcome.notes


def test_an_unknown_decision_is_refused_with_those_there_are() -> None:
    decisions = dmn.parse(definitions(decision("d", literal("1"))))
    with pytest.raises(dmn.DecisionError, match="该文件中的决策有 d"):
        decisions.evaluate("x", {})


def test_what_a_function_of_the_host_raises_passes_through() -> None:
    class Gone(Exception):
        pass

    def fail() -> object:
        raise Gone

    decisions = dmn.parse(definitions(decision("d", literal("f()"))), functions=frozenset({"f"}))
    with pytest.raises(Gone):
        decisions.evaluate("d", {}, functions={"f": fail})


def test_a_decision_error_is_no_feel_error() -> None:
    assert not issubclass(dmn.DecisionError, FeelError)
