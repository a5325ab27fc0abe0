"""Files as other tools write them: prefixes, older addresses, missing ids, names as people say."""

from __future__ import annotations

import pytest

import dmn
from feel.values import Value
from tests.unit.dmn.files import NAMESPACE, decision, definitions, literal, table, text


def prefixed(body: str, **attributes: str) -> bytes:
    """A file in which all elements of DMN have a prefix, and ids are left out."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<dmn:definitions xmlns:dmn="{NAMESPACE}" xmlns:feel="{NAMESPACE}../FEEL/"'
        f' xmlns:kie="http://www.drools.org/kie/dmn/1.2" namespace="urn:a" name="a"{written}>'
        f"<dmn:extensionElements><kie:anything/></dmn:extensionElements>{body}</dmn:definitions>"
    ).encode()


LITERAL = "<dmn:literalExpression><dmn:text>{}</dmn:text></dmn:literalExpression>"


def test_elements_may_have_a_prefix_and_no_ids() -> None:
    body = (
        '<dmn:decision name="年 限"><dmn:variable name="年 限" typeRef="feel:number"/>'
        f"{LITERAL.format('1 + 1')}</dmn:decision>"
    )
    decisions = dmn.parse(prefixed(body))
    assert decisions.ids == ("年 限",)
    assert decisions.evaluate("年 限", {}) == 2


def test_a_decision_is_found_by_its_name_too() -> None:
    decisions = dmn.parse(definitions(decision("d1", literal("5"), name="等级")))
    assert decisions.evaluate("等级", {}) == 5


def test_a_link_may_name_the_file_itself() -> None:
    body = (
        f'<dmn:decision id="a" name="a">{LITERAL.format("5")}</dmn:decision>'
        '<dmn:decision id="b" name="b"><dmn:informationRequirement>'
        '<dmn:requiredDecision href="urn:a#a"/></dmn:informationRequirement>'
        f"{LITERAL.format('a + 1')}</dmn:decision>"
    )
    assert dmn.parse(prefixed(body)).evaluate("b", {}) == 6


@pytest.mark.parametrize(
    "language",
    [
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
        "feel",
    ],
)
def test_the_addresses_of_the_language_are_known(language: str) -> None:
    body = f'<dmn:decision id="a" name="a">{LITERAL.format("5")}</dmn:decision>'
    assert dmn.parse(prefixed(body, expressionLanguage=language)).evaluate("a", {}) == 5


def test_a_file_in_another_language_is_refused() -> None:
    body = f'<dmn:decision id="a" name="a">{LITERAL.format("5")}</dmn:decision>'
    with pytest.raises(dmn.DecisionError, match="不支持表达式语言 javascript"):
        dmn.parse(prefixed(body, expressionLanguage="javascript"))


def given(name: str) -> str:
    return f'<inputData id="i{abs(hash(name))}" name="{name}"/>'


@pytest.mark.parametrize(
    ("name", "expression", "expected"),
    [
        ("Pre-bureau risk", "Pre-bureau risk + 1", 6),
        ("Pre-bureau risk", "[Pre-bureau  risk][item > 1]", [5]),
        ("term 2.1", "term 2.1 * 2", 10),
        ("Applicant's age", "Applicant's age >= 5", True),
        ("terms and conditions", "terms and conditions = 5 and true", True),
        ("a/b", "a/b - 1", 4),
        ("days in use", "for i in [1, 2] return i + days in use", [6, 7]),
        ("days in use", "for i in [days in use] return i in [days in use]", [True]),
        ("in a list", "for i in [in a list] return i", [5]),
        ("in a list", "in a list in (in a list)", True),
        ("loan type", "if loan type = 5 then loan type else 0", 5),
        ("督导—问责", "1", 1),
        ("amount > 100", "amount > 100", False),
        ("1", "1", 1),
        ("if", "if true then 1 else 2", 1),
    ],
)
def test_names_are_read_as_people_give_them(name: str, expression: str, expected: Value) -> None:
    data = given(name).replace(">", "&gt;", name.count(">"))
    content = definitions(data, decision("d", literal(expression)))
    assert dmn.parse(content).evaluate("d", {name: 5, "amount": 7}) == expected


def test_a_name_that_is_longer_goes_before_one_that_is_shorter() -> None:
    content = definitions(given("risk"), given("risk - net"), decision("d", literal("risk - net")))
    assert dmn.parse(content).evaluate("d", {"risk": 9, "risk - net": 5, "net": 1}) == 5


def test_what_another_tool_adds_to_a_table_does_not_matter() -> None:
    logic = table(["x"], ["o"], [(["1"], ["2"])]).replace("<rule ", '<annotation name="n"/><rule ')
    logic = logic.replace("</rule>", "<annotationEntry><text>n</text></annotationEntry></rule>")
    shape = '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"/>'
    assert dmn.parse(definitions(decision("d", logic), shape)).evaluate("d", {"x": 1}) == 2


def test_a_model_that_brings_in_another_is_refused() -> None:
    part = f'<import namespace="urn:b" locationURI="b.dmn" importType="{NAMESPACE}" name="b"/>'
    with pytest.raises(dmn.DecisionError, match="不支持引入“urn:b”") as refused:
        dmn.parse(definitions(part, decision("d", literal("1"))))
    assert "同一个文件" in refused.value.faults[0].mend


def test_a_lenient_reading_makes_null_of_what_is_wrong_in_one_place() -> None:
    content = definitions(
        decision("bad", literal("date(1, 2)")),
        decision("empty", ""),
        decision("external", literal('function() external {java: {class: "a"}}')),
        decision("good", literal("5")),
    )
    with pytest.raises(dmn.DecisionError) as refused:
        dmn.parse(content)
    assert len(refused.value.faults) == 3
    decisions = dmn.parse(content, is_lenient=True)
    assert [decisions.evaluate(key, {}) for key in decisions.ids] == [None, None, None, 5]
    assert decisions.defects == refused.value.faults


def test_a_lenient_reading_still_refuses_what_cannot_be_followed() -> None:
    content = definitions(decision("a", literal("1"), requires=["a"]))
    with pytest.raises(dmn.DecisionError, match="成环"):
        dmn.parse(content, is_lenient=True)


def test_a_circle_through_many_is_found_at_once() -> None:
    circle = [
        decision(f"d{at}", literal("1"), requires=[f"d{(at + 1) % 2000}"]) for at in range(2000)
    ]
    with pytest.raises(dmn.DecisionError) as refused:
        dmn.parse(definitions(*circle))
    assert len(refused.value.faults) == 2000


def test_a_chain_that_is_too_long_is_an_error_and_no_crash() -> None:
    chain = [decision(f"d{at}", literal("1"), requires=[f"d{at + 1}"]) for at in range(3000)]
    decisions = dmn.parse(definitions(*chain, decision("d3000", literal("7"))))
    assert decisions.evaluate("d2950", {}) == 1
    with pytest.raises(dmn.DecisionError, match="层数过多"):
        decisions.evaluate("d0", {})


def test_knowledge_models_may_require_each_other_in_many_ways() -> None:
    def model(at: int) -> str:
        links = "".join(
            f'<knowledgeRequirement><requiredKnowledge href="#f{to}"/></knowledgeRequirement>'
            for to in range(max(at - 3, 0), at)
        )
        body = text("literalExpression", f"f{at - 1}() + 1" if at else "0")
        return (
            f'<businessKnowledgeModel id="f{at}" name="f{at}">'
            f"<encapsulatedLogic>{body}</encapsulatedLogic>{links}</businessKnowledgeModel>"
        )

    user = decision("d", literal("f20()"), knows=["f20"])
    content = definitions(*map(model, range(60)), user)
    assert dmn.parse(content).evaluate("d", {}) == 20


def test_names_in_mixed_scripts_and_marks_of_direction_are_read_or_refused() -> None:
    content = definitions(decision("d", literal("\u200fсумма + amount\u200e督")))
    with pytest.raises(dmn.DecisionError, match="有误"):
        dmn.parse(definitions(decision("d", literal("a \u202e+ b"))))
    assert dmn.parse(content, is_lenient=True).evaluate("d", {"сумма": 1}) is None
    content = definitions(decision("d", literal("\u200fсумма + 督导_amount\u200e")))
    assert dmn.parse(content).evaluate("d", {"сумма": 1, "督导_amount": 2}) == 3
