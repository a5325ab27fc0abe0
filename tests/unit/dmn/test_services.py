"""Decision services: asked for from outside, and called as functions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import dmn
from tests.unit.dmn.files import decision, definitions, literal


def service(
    id: str,
    outputs: list[str],
    *,
    decisions: Sequence[str] = (),
    data: Sequence[str] = (),
) -> str:
    parts = "".join(
        f'<{tag} href="#{key}"/>'
        for tag, keys in (
            ("outputDecision", outputs),
            ("inputDecision", decisions),
            ("inputData", data),
        )
        for key in keys
    )
    return f'<decisionService id="{id}" name="{id}">{parts}</decisionService>'


def needs(*data: str) -> str:
    return "".join(
        f'<informationRequirement><requiredInput href="#{key}"/></informationRequirement>'
        for key in data
    )


DATA = (
    '<inputData id="i_score" name="分数"><variable name="分数" typeRef="number"/></inputData>'
    '<inputData id="i_limit" name="limit"/>'
)
BASE = decision("base", needs("i_score") + literal("分数 * 2"), name="基数")
PASSED = decision("passed", needs("i_limit") + literal("基数 > limit"), requires=["base"])


def test_a_service_of_one_decision_gives_its_value() -> None:
    decisions = dmn.parse(definitions(DATA, BASE, PASSED, service("check", ["passed"])))
    assert decisions.ids == ("base", "passed", "check")
    assert decisions.evaluate("check", {"分数": 40, "limit": 60}) is True
    assert decisions.evaluate("check", {"分数": 1, "limit": 60}, shape="resultList") == [
        {"check": False}
    ]


def test_a_service_of_several_decisions_gives_them_by_name() -> None:
    decisions = dmn.parse(definitions(DATA, BASE, PASSED, service("all", ["base", "passed"])))
    assert decisions.evaluate("all", {"分数": 40, "limit": 90}) == {"基数": 80, "passed": False}


def test_a_decision_that_goes_in_is_not_made() -> None:
    content = definitions(DATA, BASE, PASSED, service("check", ["passed"], decisions=["base"]))
    assert dmn.parse(content).evaluate("check", {"基数": 5, "limit": 60}) is False


@pytest.mark.parametrize(
    "call", ["check(60, 5)", "check(基数: 5, limit: 60)", "check(limit: 60, 基数: 5)"]
)
def test_a_service_is_a_function_of_its_data_and_then_of_its_decisions(call: str) -> None:
    content = definitions(
        DATA,
        BASE,
        PASSED,
        service("check", ["passed"], decisions=["base"], data=["i_limit"]),
        decision("d", literal(f"[{call}, not({call})]"), knows=["check"]),
    )
    assert dmn.parse(content).evaluate("d", {}) == [False, True]


def test_what_is_given_to_a_service_is_made_to_fit_its_type() -> None:
    echo = decision("echo", needs("i_score") + literal("分数 = null"))
    caller = decision("d", literal('[s("x"), s([7])]'), knows=["s"])
    content = definitions(DATA, echo, service("s", ["echo"], data=["i_score"]), caller)
    assert dmn.parse(content).evaluate("d", {}) == [True, False]


def test_wrong_arguments_of_a_service_are_refused() -> None:
    caller = decision("d", literal("check(1)"), knows=["check"])
    content = definitions(DATA, BASE, PASSED, service("check", ["passed"]), caller)
    with pytest.raises(dmn.DecisionError, match="参数应为 空"):
        dmn.parse(content).evaluate("d", {})


def test_a_service_without_a_decision_is_refused() -> None:
    with pytest.raises(dmn.DecisionError, match="没有输出决策"):
        dmn.parse(definitions(decision("d", literal("1")), service("s", [])))


def test_a_service_that_calls_itself_is_refused() -> None:
    content = definitions(decision("d", literal("s()"), knows=["s"]), service("s", ["d"]))
    with pytest.raises(dmn.DecisionError, match="成环"):
        dmn.parse(content)


def test_a_knowledge_model_sees_its_parameters_and_nothing_of_its_caller() -> None:
    model = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic>'
        f'<formalParameter name="x"/>{literal("[x, base]")}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )
    base = decision("base", literal("1"))
    user = decision("d", literal("f(2)"), requires=["base"], knows=["f"])
    assert dmn.parse(definitions(model, base, user)).evaluate("d", {}) == [2, None]
